"""Reads the arguments of ``setup()`` in a setup.py without running it."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions.constant_folding import Known, Loader, Unknown
from publish_gate.versions.constant_folding.calls import VCS_MODULES
from publish_gate.versions.constant_folding.values import External, TooMuchError
from publish_gate.versions.faults import from_vcs, unreadable
from publish_gate.versions.model import FoundName, FoundVersion, VersionFault
from publish_gate.versions.python import fault_of, not_a_string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.checkout import Checkout
    from publish_gate.places import Place
    from publish_gate.versions.constant_folding import SetupCall, Value
    from publish_gate.versions.constant_folding.evaluator import Evaluator

FILE = "setup.py"
DECLARED_BY = "setup.py version="

_VCS_KEYWORDS = {
    "use_scm_version": "setuptools_scm",
    "pbr": "pbr",
    "setuptools_git_versioning": "setuptools-git-versioning",
    "version_config": "setuptools-git-versioning",
    "vcversioner": "vcversioner",
    "use_vcs_version": "hgtools",
}
_OTHER_KEYWORDS = {"use_incremental": "incremental", "use_calver": "calver"}
_MAX_CANDIDATES = 50


class SetupScript(NamedTuple):
    """What a setup.py hands to ``setup()``; ``version`` is None where it hands none."""

    name: FoundName | None = None
    version: FoundVersion | VersionFault | None = None
    package_dir: dict[str, str] | None = None
    lists_packages: bool = False


def load(checkout: Checkout) -> SetupScript:
    """Read setup.py; an empty answer where there is none."""
    if FILE not in checkout.names_in("."):
        return SetupScript()
    loader = Loader(checkout)
    place = checkout.place(FILE)
    try:
        reader = loader.read(FILE, is_main=True)
        if isinstance(reader, Unknown):
            return SetupScript(version=fault_of(loader, "setup.py", reader))
        versions = [_version(loader, reader, call) for call in reader.setup_calls]
        if not versions:
            text = "no call of setup() is found in setup.py"
            fault = unreadable("no-setup-call", text, place, suggestion=_suggest(checkout, reader))
            return SetupScript(version=fault)
        return _describe(checkout, reader.setup_calls, _agreed(versions, place))
    except (TooMuchError, RecursionError, MemoryError):
        text = "setup.py is too large or too deeply nested to be read"
        return SetupScript(version=unreadable("too-complex", text, place))


def _describe(checkout: Checkout, calls: list[SetupCall], version: FoundVersion | VersionFault | None) -> SetupScript:
    names = [call.arguments.keywords.get("name") for call in calls]
    first, name = names[0], None
    texts = {value.value if isinstance(value, Known) else None for value in names if not _is_container(value)}
    if isinstance(first, Known) and isinstance(first.value, str) and texts == {first.value}:
        name = FoundName(first.value, checkout.place(first.origin.path, first.origin.line))
    folders = calls[0].arguments.keywords.get("package_dir")
    package_dir = None
    if isinstance(folders, Known) and isinstance(folders.value, dict):
        package_dir = {str(key): str(value) for key, value in folders.value.items()}
    lists = any({"packages", "py_modules", "ext_modules"} & call.arguments.keywords.keys() for call in calls)
    return SetupScript(name, version, package_dir, lists)


def _is_container(value: Value | None) -> bool:
    return isinstance(value, Known) and isinstance(value.value, list | dict)


def _agreed(versions: list[FoundVersion | VersionFault | None], place: Place) -> FoundVersion | VersionFault | None:
    """Give the one version of several calls in branches of which one runs."""
    faults = [version for version in versions if isinstance(version, VersionFault)]
    if faults:
        return faults[0]
    if len({getattr(version, "text", None) for version in versions}) > 1:
        text = "setup() is called more than once, with different versions"
        return unreadable("setup.py-computes", text, place)
    return versions[0]


def _version(loader: Loader, reader: Evaluator, call: SetupCall) -> FoundVersion | VersionFault | None:
    """Read the version of one call."""
    keywords = call.arguments.keywords
    place = loader.checkout.place(FILE, call.origin.line)
    for keyword, tool in {**_VCS_KEYWORDS, **_OTHER_KEYWORDS}.items():
        value = keywords.get(keyword)
        if value is None or (isinstance(value, Known) and not value.value and value.value != {}):
            continue
        if keyword in _VCS_KEYWORDS:
            if keywords.get("version") is not None:
                # Which of the two wins has changed between releases of these tools.
                text = f"setup() is given `version=` and `{keyword}=`"
                return unreadable("both-static-and-dynamic", text, place, advice="Leave one of the two out.")
            return from_vcs(tool, place)
        return unreadable("plugin", f"the version comes from the setuptools plugin {tool}", place)
    value = keywords.get("version")
    if value is None:
        if call.arguments.rest is None:
            return None
        return _computes(loader, reader, call.arguments.rest, place)
    if isinstance(value, Known):
        return _constant(loader, value)
    return _computes(loader, reader, value, place)


def _constant(loader: Loader, value: Known) -> FoundVersion | VersionFault | None:
    place = loader.checkout.place(value.origin.path, value.origin.line)
    if isinstance(value.value, str) and value.value:
        return FoundVersion(value.value, place, DECLARED_BY)
    if isinstance(value.value, int | float) and value.value:
        return FoundVersion(str(value.value), place, DECLARED_BY)  # setuptools makes a string of a number
    return not_a_string("version", value, place) if value.value else None


def _computes(loader: Loader, reader: Evaluator, value: Value, place: Place) -> VersionFault:
    if isinstance(value, Unknown) and value.cause in {"vcs", "versioneer"}:
        return from_vcs("versioneer or a tool like it", place)
    if isinstance(value, External) and value.dotted.partition(".")[0] in VCS_MODULES:
        return from_vcs(value.dotted.partition(".")[0], place)
    inner = fault_of(loader, "version", value)
    text = f"setup.py computes the version: {inner.message}"
    suggestion = _suggest(loader.checkout, reader)
    return unreadable("setup.py-computes", text, inner.place or place, suggestion=suggestion)


def _suggest(checkout: Checkout, reader: Evaluator) -> str | None:
    """Find the file that setup.py seems to read the version from, among those that it names itself."""
    from publish_gate.versions import named

    seen: set[str] = set()
    for candidate in _candidates(reader):
        if candidate in seen or len(seen) > _MAX_CANDIDATES:
            continue
        seen.add(candidate)
        if candidate == FILE or not checkout.has_file(candidate):
            continue
        found = named.read(checkout, candidate).version
        if isinstance(found, FoundVersion) and re.match(r"[vV]?\d", found.text):
            return candidate
    return None


def _candidates(reader: Evaluator) -> Iterator[str]:
    """List what could be paths: the strings among a call's arguments, or between ``/``, put together."""
    for node in ast.walk(reader.tree):
        if isinstance(node, ast.Call):
            parts = [_text(argument, reader) for argument in node.args]
        elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            parts = [_text(operand, reader) for operand in _operands(node)]
        else:
            continue
        texts = [part for part in parts if part and "\n" not in part]
        for end in range(len(texts), 0, -1):
            path = "/".join(texts[:end]).removeprefix("./")
            if not path.startswith("/") and ".." not in path.split("/"):
                yield path


def _operands(node: ast.expr) -> list[ast.expr]:
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
        return [*_operands(node.left), node.right]
    return [node]


def _text(node: ast.expr, reader: Evaluator) -> str | None:
    value = reader.evaluate(node)
    return value.value if isinstance(value, Known) and isinstance(value.value, str) else None
