"""Says why a version was not read, in the same words everywhere."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError, Problem
from publish_gate.versions.model import FaultKind, VersionFault

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place

AFTER_THE_BUILD = (
    "Write the version as a plain string, or run the gate after the build with `version-file: dist/`, "
    "which reads the metadata of what was built."
)
FROM_THE_TAG = (
    "On a push of a tag the gate takes the tag's version; on other events run it after the build with "
    "`version-file: dist/`, which reads the metadata of what was built."
)
SAY_IT = (
    "Hand the version over with the input `version`, or run the gate after the build with `version-file: dist/`, "
    "which reads the metadata of what was built."
)
DECLARE_IT = (
    "Declare the version where the build back end looks for it (`[project].version` works with all of "
    "them), or name the file that holds it with `version-file`."
)
NAME_IT = "{0} seems to hold it: name it with `version-file: {0}`."
NAME_THE_FILE = "Name the file that holds the version with `version-file`, or correct the path."

_PROBLEM_CAUSES = {
    Problem.MISSING: "missing-file",
    Problem.OUTSIDE: "outside-checkout",
    Problem.TOO_LARGE: "too-large",
    Problem.NOT_A_FILE: "not-a-file",
    Problem.NOT_A_FOLDER: "not-a-folder",
    Problem.UNREADABLE: "unreadable-file",
}


class Refusal(Exception):  # noqa: N818 - an answer on its way out, not an error of the program
    """Carries a fault from deep in a reader to the one place that returns it."""

    def __init__(self, fault: VersionFault) -> None:
        super().__init__(fault.message)
        self.fault = fault


def unreadable(
    cause: str,
    message: str,
    place: Place | None = None,
    *,
    advice: str = AFTER_THE_BUILD,
    suggestion: str | None = None,
) -> VersionFault:
    """Say that the version cannot be read without running the project's code, or that it is not there."""
    if suggestion is not None:
        advice = f"{NAME_IT.format(suggestion)} {advice}"
    return VersionFault(FaultKind.UNREADABLE, cause, message, advice, place, suggestion)


def refuse(
    cause: str,
    message: str,
    place: Place | None = None,
    *,
    advice: str = AFTER_THE_BUILD,
    suggestion: str | None = None,
) -> Refusal:
    """Wrap :func:`unreadable` for raising."""
    return Refusal(unreadable(cause, message, place, advice=advice, suggestion=suggestion))


def from_vcs(tool: str, place: Place | None, cause: str = "vcs") -> VersionFault:
    """Say that a tool computes the version from the tags of the repository."""
    message = f"the version comes from {tool}, which computes it from the repository's tags"
    return VersionFault(FaultKind.DYNAMIC, cause, message, FROM_THE_TAG, place, tool=tool)


def not_yet_known(cause: str, message: str, place: Place | None, suggestion: str | None = None) -> VersionFault:
    """Say that the version is made during the build, and that a tag does not tell it either."""
    advice = f"{suggestion} may hold it: `version-file: {suggestion}`. {SAY_IT}" if suggestion else SAY_IT
    return VersionFault(FaultKind.DYNAMIC, cause, message, advice, place, suggestion, from_tags=False)


_PLACEHOLDER = re.compile(r"[vV]?0(?:\.0)*(?:$|(?=[-_.+a-zA-Z])(?![-_.+]?\d).*)")


def is_placeholder(text: str) -> bool:
    """Tell whether a version stands for one that is put in later: ``0``, ``0.0.0``, ``0.0.0.dev0``."""
    return _PLACEHOLDER.fullmatch(text.strip()) is not None


def read_bytes(checkout: Checkout, path: str, named_in: Place | None = None) -> bytes:
    """Read a file; raises Refusal where the checkout does not give it out."""
    try:
        return checkout.read_bytes(path)
    except CheckoutError as error:
        raise refused(checkout, error, path, named_in) from error


def refused(checkout: Checkout, error: CheckoutError, path: str, named_in: Place | None) -> Refusal:
    """Turn the checkout's refusal into ours; ``named_in`` is where the project names the path."""
    inside = error.problem is not Problem.OUTSIDE
    place = named_in or (checkout.place(path) if inside else None)
    folder = "" if checkout.base == "." else f" (in {checkout.base})"
    return refuse(_PROBLEM_CAUSES[error.problem], f"{error}{folder}", place, advice=NAME_THE_FILE)


BOM = "a byte order mark (BOM), an invisible character that some editors write"


def refuse_bom(checkout: Checkout, path: str, content: bytes) -> None:
    """Refuse a file that no build back end reads because it begins with a byte order mark; raises Refusal."""
    if content.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        text = f"{path} begins with {BOM}, and build back ends refuse it there"
        raise refuse("byte-order-mark", text, checkout.place(path, 1), advice="Save the file as UTF-8 without BOM.")


def read_text(checkout: Checkout, path: str, named_in: Place | None = None) -> str:
    """Read a UTF-8 text the way build back ends do: new lines unified, a byte order mark kept."""
    content = read_bytes(checkout, path, named_in)
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError as error:
        refuse_bom(checkout, path, content)
        line = content[: error.start].count(b"\n") + 1
        place = checkout.place(path, line)
        raise refuse("not-utf-8", "the file is not UTF-8, as its format requires", place) from error
    return text.replace("\r\n", "\n").replace("\r", "\n")
