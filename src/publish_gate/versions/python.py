"""Reads the version out of a Python file without running it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.versions.constant_folding import Known, Loader, Unknown
from publish_gate.versions.constant_folding.values import Class, External, Function, TooMuchError, describe
from publish_gate.versions.faults import AFTER_THE_BUILD, DECLARE_IT, NAME_THE_FILE, from_vcs, unreadable
from publish_gate.versions.model import FoundVersion, VersionFault

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place
    from publish_gate.versions.constant_folding import Outcome, Value
    from publish_gate.versions.model import VersionReading

USUAL_NAMES = ("__version__", "VERSION", "version", "__VERSION__", "Version")
"""Names to look for where none is told; the first that the module binds or declares counts."""

_VCS_CAUSES = frozenset({"vcs", "versioneer"})


def tool_of(value: Unknown) -> str:
    """Name what computes a version from tags, as the code calls it."""
    return value.message.partition(" computes it")[0]


def read_python(checkout: Checkout, path: str, name: str | None = None) -> VersionReading:
    """Fold the value that ``name`` has once the module at ``path`` was imported."""
    loader = Loader(checkout)
    return read_name(loader, path, name, "Python file")


def read_name(loader: Loader, path: str, name: str | None, declared_by: str) -> VersionReading:
    """Fold a name of a module, which must be a string."""
    value = read_value(loader, path, name)
    if isinstance(value, VersionFault):
        return value
    place = loader.checkout.place(value.origin.path, value.origin.line)
    if not isinstance(value.value, str):
        return not_a_string(name or USUAL_NAMES[0], value, place)
    return FoundVersion(value.value, place, declared_by)


def read_value(loader: Loader, path: str, name: str | None) -> Known | VersionFault:
    """Fold a name of a module to whatever constant it is."""
    try:
        names = USUAL_NAMES if name is None else (name,)
        for candidate in names:
            outcome = loader.look_up(path, candidate)
            if outcome.value is not None or outcome.declared is not None:
                return _judge(loader, path, candidate, outcome)
        return _judge(loader, path, names[0], loader.look_up(path, names[0]))
    except (TooMuchError, RecursionError, MemoryError):
        text = "the file, with what it imports, is too large or too deeply nested to be read"
        return unreadable("too-complex", text, loader.checkout.place(path))


def not_a_string(name: str, value: Known, place: Place | None) -> VersionFault:
    """Say that a value is known and is no version."""
    text = f"{name} is {describe(value)}, not a string"
    return unreadable("not-a-string", text, place, advice=f"Write the version as a string: {name} = '1.2.3'.")


def fault_of(loader: Loader, name: str, value: Value) -> VersionFault:
    """Say why a folded value is not known."""
    place = loader.checkout.place(value.origin.path, value.origin.line)
    if isinstance(value, Unknown):
        if value.cause in _VCS_CAUSES:
            return from_vcs(tool_of(value), place, value.cause)
        return _unknown_fault(name, value, place)
    if isinstance(value, External):
        text = f"{name} is imported from {value.dotted}, which is not in the tree"
        return unreadable("import-not-in-tree", text, place)
    if isinstance(value, Function | Class):
        text = f"{name} is {describe(value)} of the project"
        return unreadable("callable", text, place)
    return unreadable("not-a-string", f"{name} is {describe(value)}, not a string", place)


def _unknown_fault(name: str, value: Unknown, place: Place | None) -> VersionFault:
    if value.cause == "syntax-error":
        advice = "Run the gate with the Python that the project needs, or name another file with `version-file`."
        return unreadable("syntax-error", value.message, place, advice=advice)
    if value.cause == "file-read":
        advice = f"Name that file itself with `version-file`. {AFTER_THE_BUILD}"
        return unreadable("file-read", f"{name} is not a constant: {value.message}", place, advice=advice)
    if value.cause in {"missing", "outside", "too-large", "not-a-file", "unreadable"}:
        causes = {"missing": "missing-file", "outside": "outside-checkout", "unreadable": "unreadable-file"}
        cause = causes.get(value.cause, value.cause)
        return unreadable(cause, value.message, place, advice=NAME_THE_FILE)
    return unreadable(value.cause, f"{name} is not a constant: {value.message}", place)


def _judge(loader: Loader, path: str, name: str, outcome: Outcome) -> Known | VersionFault:
    """Turn what a name stands for into its value, or say why there is none."""
    value = outcome.value
    if isinstance(value, Known):
        return value
    if value is not None:
        return fault_of(loader, name, value)
    if outcome.declared is not None:
        place = loader.checkout.place(path, outcome.declared)
        text = f"{name} is annotated, but no value is assigned"
        return unreadable("declared-without-value", text, place)
    place = loader.checkout.place(path)
    if outcome.generated_by_versioneer:
        return from_vcs("versioneer", place, "versioneer")
    if outcome.has_getattr:
        text = f"the module's __getattr__ makes {name} up when it is asked for"
        return unreadable("module-getattr", text, place)
    text = f"nothing in the file binds {name}"
    return unreadable("nothing-declares-a-version", text, place, advice=DECLARE_IT)
