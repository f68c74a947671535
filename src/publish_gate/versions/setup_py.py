"""Reads the arguments of ``setup()`` in a setup.py without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions import suggestions
from publish_gate.versions.constant_folding import Known, Loader, Unknown
from publish_gate.versions.constant_folding.calls import VCS_MODULES
from publish_gate.versions.constant_folding.values import External, TooMuchError
from publish_gate.versions.faults import from_vcs, unreadable
from publish_gate.versions.model import FoundName, FoundVersion, VersionFault
from publish_gate.versions.python import fault_of, not_a_string, tool_of

if TYPE_CHECKING:
    import ast
    from collections.abc import Callable

    from publish_gate.checkout import Checkout
    from publish_gate.places import Place
    from publish_gate.versions.constant_folding import SetupCall, Value
    from publish_gate.versions.constant_folding.evaluator import Evaluator
    from publish_gate.versions.suggestions import ReadNamed

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


class SetupScript(NamedTuple):
    """What a setup.py hands to ``setup()``; ``version`` is None if it hands none.

    ``private`` is where a classifier stands that the public indexes refuse.
    """

    name: FoundName | None = None
    version: FoundVersion | VersionFault | None = None
    package_dir: dict[str, str] | None = None
    lists_packages: bool = False
    has_extensions: bool = False
    private: Place | None = None


def load(checkout: Checkout, read: ReadNamed | None = None) -> SetupScript:
    """Read setup.py; an empty answer where there is none.

    With ``read``, which reads the version from a file, a version that is computed comes with the file that seems to
    hold it.
    """
    if FILE not in checkout.names_in("."):
        return SetupScript()
    loader = Loader(checkout)
    place = checkout.place(FILE)
    try:
        reader = loader.read(FILE, is_main=True)
        if isinstance(reader, Unknown):
            return SetupScript(version=fault_of(loader, "setup.py", reader))
        versions = [_version(loader, reader, call, read) for call in reader.setup_calls]
        if not versions:
            text = "no call of setup() is found in setup.py"
            fault = unreadable("no-setup-call", text, place, suggestion=_suggested(reader, None, read))
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
    given = {keyword for call in calls for keyword in call.arguments.keywords}
    lists = bool({"packages", "py_modules"} & given)
    return SetupScript(name, version, package_dir, lists, "ext_modules" in given, _private(checkout, calls))


def _private(checkout: Checkout, calls: list[SetupCall]) -> Place | None:
    for call in calls:
        listed = call.arguments.keywords.get("classifiers")
        texts = listed.value if isinstance(listed, Known) and isinstance(listed.value, list | tuple) else ()
        if any(isinstance(text, str) and text.lower().startswith("private ::") for text in texts):
            return checkout.place(call.origin.path, call.origin.line)
    return None


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


def _version(
    loader: Loader, reader: Evaluator, call: SetupCall, read: ReadNamed | None
) -> FoundVersion | VersionFault | None:
    """Read the version of one call."""
    keywords = call.arguments.keywords
    place = loader.checkout.place(FILE, call.origin.line)
    for keyword, tool in {**_VCS_KEYWORDS, **_OTHER_KEYWORDS}.items():
        value = keywords.get(keyword)
        if value is None or (isinstance(value, Known) and not value.value and value.value != {}):
            continue
        if keyword in _VCS_KEYWORDS:
            if keywords.get("version") is not None and tool != "setuptools-git-versioning":
                # Which of the two wins has changed between releases of these tools.
                text = f"setup() is given `version=` and `{keyword}=`"
                return unreadable("both-static-and-dynamic", text, place, advice="Leave one of the two out.")
            return from_vcs(tool, place)
        return unreadable("plugin", f"the version comes from the setuptools plugin {tool}", place)
    value = keywords.get("version")
    if value is None:
        if call.arguments.rest is None:
            return None
        return _computes(loader, call.arguments.rest, place, lambda: _suggested(reader, None, read))
    if isinstance(value, Known):
        return _constant(loader, value)
    written = next((keyword.value for keyword in call.node.keywords if keyword.arg == "version"), None)
    return _computes(loader, value, place, lambda: _suggested(reader, written, read))


def _constant(loader: Loader, value: Known) -> FoundVersion | VersionFault | None:
    place = loader.checkout.place(value.origin.path, value.origin.line)
    if isinstance(value.value, str) and value.value:
        return FoundVersion(value.value, place, DECLARED_BY)
    if isinstance(value.value, int | float) and value.value:
        return FoundVersion(str(value.value), place, DECLARED_BY)  # setuptools makes a string of a number
    return not_a_string("version", value, place) if value.value else None


def _suggested(reader: Evaluator, version: ast.expr | None, read: ReadNamed | None) -> str | None:
    return None if read is None else suggestions.in_setup_py(reader, version, read)


def _computes(loader: Loader, value: Value, place: Place, suggest: Callable[[], str | None]) -> VersionFault:
    if isinstance(value, Unknown) and value.cause in {"vcs", "versioneer"}:
        return from_vcs(tool_of(value), place)
    if isinstance(value, External) and value.dotted.partition(".")[0] in VCS_MODULES:
        return from_vcs(value.dotted.partition(".")[0], place)
    inner = fault_of(loader, "version", value)
    text = f"setup.py computes the version: {inner.message}"
    return unreadable("setup.py-computes", text, inner.place or place, suggestion=suggest())
