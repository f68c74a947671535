"""Says why the result of a call is not known: what it reads, asks or runs."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from publish_gate.versions.folding.values import (
    Class,
    External,
    Function,
    Known,
    Unknown,
    Value,
    is_foreign,
)

if TYPE_CHECKING:
    from publish_gate.versions.folding.calls import Arguments
    from publish_gate.versions.folding.evaluator import Evaluator

VCS_MODULES = frozenset(
    {
        "dunamai",
        "hatch_vcs",
        "setuptools_git_versioning",
        "setuptools_scm",
        "vcs_versioning",
        "versioneer",
        "versioningit",
    },
)
"""Modules that compute a version from the tags of the repository."""

_READING_METHODS = frozenset({"open", "read", "read_bytes", "read_text", "readline", "readlines"})
_READING_FUNCTIONS = frozenset(
    {
        "codecs.open",
        "io.open",
        "json.load",
        "pkgutil.get_data",
        "tomllib.load",
        "tomli.load",
        "linecache.getline",
    },
)
_INSTALLED = frozenset({"importlib.metadata", "importlib_metadata", "pkg_resources"})
_COMMANDS = frozenset({"subprocess", "os.popen", "os.system", "git"})
_CLOCKS = frozenset({"datetime", "time", "calver"})
_STRONG = frozenset({"clock", "command", "environment", "file-read", "installed-metadata", "vcs", "versioneer"})
_VERSIONEER = frozenset({"get_versions", "get_keywords"})


def unknown_call(reader: Evaluator, node: ast.Call, callee: Value, arguments: Arguments) -> Unknown:
    """Say why the result of a call is not known."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else ""
    foreign = is_foreign(callee) and all(is_foreign(value) for value in arguments.values())
    if isinstance(callee, Function | External) and _last(callee) in _VERSIONEER:
        return reader.unknown("versioneer", "versioneer computes it from the repository's tags", node)
    if isinstance(callee, Class):
        text = f"it is an object of the project's class {callee.name}"
        return reader.unknown("call-of-project-class", text, node)
    if isinstance(callee, Function):
        return reader.unknown("call", f"it is the result of the project's function {callee.name}()", node)
    if isinstance(callee, External):
        return _external_call(reader, node, callee.dotted, arguments)
    if isinstance(callee, Unknown):
        if name in _READING_METHODS and callee.cause not in _STRONG:
            return file_read(reader, node)
        if callee.cause in {"import-not-in-tree", "unbound"}:
            return reader.unknown(callee.cause, callee.message, node, foreign=foreign)
        kept = callee if callee.cause in _STRONG else strong_reason(arguments) or callee
        return Unknown(kept.cause, kept.message, kept.origin, foreign)
    return reader.because(callee, node)


def _external_call(reader: Evaluator, node: ast.Call, dotted: str, arguments: Arguments) -> Unknown:
    def of(group: frozenset[str]) -> bool:
        return any(dotted == name or dotted.startswith(f"{name}.") for name in group)

    foreign = all(is_foreign(value) for value in arguments.values())
    if of(_INSTALLED):
        text = f"{dotted}() asks for the metadata of what is installed"
        return reader.unknown("installed-metadata", text, node, foreign=foreign)
    if of(VCS_MODULES):
        text = f"{dotted}() computes it from the repository's tags"
        return reader.unknown("vcs", text, node, foreign=foreign)
    if of(_COMMANDS):
        return reader.unknown("command", f"{dotted}() runs a command", node, foreign=foreign)
    if of(_CLOCKS):
        return reader.unknown("clock", f"{dotted}() asks for the time", node, foreign=foreign)
    if (
        of(_READING_FUNCTIONS)
        or dotted.startswith("importlib.resources.")
        or dotted.rpartition(".")[2] in _READING_METHODS
    ):
        return file_read(reader, node, foreign=foreign)
    if dotted.startswith("os.environ") or dotted == "os.getenv":
        return reader.unknown("environment", f"{dotted}() asks for an environment variable", node, foreign=foreign)
    return because_of(reader, node, arguments, f"{dotted}()")


def because_of(reader: Evaluator, node: ast.Call, arguments: Arguments, what: str, *, pure: bool = False) -> Unknown:
    """Blame the argument that says most, or the call itself: a pure one is folded but for its arguments."""
    foreign = all(is_foreign(value) for value in arguments.values())
    strong = strong_reason(arguments)
    if strong is not None:
        return Unknown(strong.cause, strong.message, strong.origin, foreign)
    weak = next((value for value in arguments.values() if not isinstance(value, Known)), None)
    if pure and weak is not None:
        return reader.because(weak, node)
    return reader.unknown("call", f"it is the result of {what}, which is not called", node, foreign=foreign)


def strong_reason(arguments: Arguments) -> Unknown | None:
    """Find the argument that says what the result depends on, such as a file or the clock."""
    unknown = (value for value in arguments.values() if isinstance(value, Unknown))
    return next((value for value in unknown if value.cause in _STRONG), None)


def file_read(reader: Evaluator, node: ast.Call, *, foreign: bool = True) -> Unknown:
    """Say that a file is read, and which one it seems to be."""
    texts = [part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)]
    names = [text for text in texts if text and "\n" not in text and len(text) < _NAME and not text.startswith("utf")]
    file = f" ({names[-1]})" if names and not _is_mode(names[-1]) else f" ({names[0]})" if names else ""
    return reader.unknown("file-read", f"it is read from a file{file} when the code runs", node, foreign=foreign)


_NAME = 120


def _is_mode(text: str) -> bool:
    return len(text) <= 3 and set(text) <= set("rbtwaU+")  # noqa: PLR2004 - such as "rb+"


def _last(value: Function | External) -> str:
    return value.name if isinstance(value, Function) else value.dotted.rpartition(".")[2]
