"""From the bytes of an answer to text and JSON values, with every way to go wrong turned into one error."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from publish_gate.index.exchange import MEBIBYTE
from publish_gate.index.json_reader import BeyondBoundError, DuplicateKeyError, read_json
from publish_gate.index.state import UnknownCause

if TYPE_CHECKING:
    from publish_gate.index.exchange import Answer

# Others would be code (utf-7, unicode_escape) or are not used by web servers.
_CHARSETS: Final = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin-1", "windows-1252"})
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_DIGEST: Final = re.compile(r"[0-9a-fA-F]{32,256}")
_STATUS: Final = re.compile(r"[a-z][a-z-]{0,31}")

_LONGEST_TEXT: Final = 512
"""No file system takes longer names, and no version is longer than its file's."""
LARGEST_HTML: Final = 16 * MEBIBYTE
"""The most bytes of HTML that are taken apart."""
LARGEST_WIDE: Final = 8 * MEBIBYTE
"""The most bytes of a text that is not ASCII, which may take four bytes a character."""
MOST_BRACKETS: Final = 1_000_000
"""The most objects and lists of an answer: five times those of the project with the most files (47,000)."""


class PageError(ValueError):
    """A page that cannot be used; the message completes "ADDRESS …" and holds none of the page's text."""

    def __init__(self, came: str, cause: UnknownCause = UnknownCause.MALFORMED) -> None:
        super().__init__(came)
        self.cause = cause


class WithoutReleasesError(PageError):
    """A page of the JSON API that is about the project, but does not list its releases."""


def wrong_project(project: str) -> PageError:
    """Return the error for a page about another project than the one asked for."""
    return PageError(f"answered about another project than {project}", UnknownCause.WRONG_PROJECT)


def too_large(what: str) -> PageError:
    """Return the error for a page that holds more than any real one."""
    return PageError(f"answered with {what}", UnknownCause.TOO_LARGE)


def check_width(body: bytes) -> None:
    """Refuse a text that would take several times its bytes. Raises ``PageError``."""
    if len(body) > LARGEST_WIDE and not body.isascii():
        raise too_large(f"more than {LARGEST_WIDE // MEBIBYTE} MiB of text that is not ASCII")


def hidden_version() -> PageError:
    """Return the error for a file of the project whose kind, and so whose version, cannot be told."""
    return PageError("answered with a file of a kind that is not known, so that its version cannot be told")


def json_object(answer: Answer) -> dict[str, Any]:
    """Read the body as a JSON object. Raises ``PageError``."""
    if not answer.body or answer.body.isspace():
        raise PageError("answered with an empty body, where JSON was expected")
    check_width(answer.body)
    if answer.body.count(b"{") + answer.body.count(b"[") > MOST_BRACKETS:
        raise too_large("JSON that has more objects and lists than the answer about any project")
    try:
        value = read_json(answer.body.decode("utf-8-sig"))
    except DuplicateKeyError:
        raise PageError("answered with JSON that has a key twice") from None
    except BeyondBoundError as fault:
        raise PageError(f"answered with JSON that has {fault}") from None
    except (ValueError, RecursionError):
        # ValueError: not UTF-8, not JSON, or a number too long to read.
        raise PageError("answered with something that is not JSON") from None
    if not isinstance(value, dict):
        raise PageError("answered with JSON that is not an object")
    return value


def html_text(answer: Answer) -> str:
    """Read the body as text. Raises ``PageError``."""
    if len(answer.body) > LARGEST_HTML:
        raise too_large(f"more than {LARGEST_HTML // MEBIBYTE} MiB of HTML")
    check_width(answer.body)
    charset = answer.charset or "utf-8"
    if charset not in _CHARSETS:
        raise PageError("answered in a character set that is not used for web pages")
    try:
        # The beginning of a page may end in the middle of a character.
        return answer.body.decode(charset, "strict" if answer.complete else "ignore")
    except UnicodeDecodeError:
        raise PageError("answered with text that is not in the character set it names") from None


def is_yanked(value: object) -> bool:
    """Read ``yanked``: false, true, or the reason, where an empty one counts as not yanked (PEP 691)."""
    return bool(value) if isinstance(value, bool | str) else False


def yanked_because(value: object) -> str:
    """Return why a file is yanked, ``true`` if no reason is given, and nothing if it is not."""
    if not is_yanked(value):
        return ""
    return bounded(value) if isinstance(value, str) else "true"


def hashes_of(value: object) -> dict[str, str]:
    """Read a mapping of hash functions to hex digests; what is not one is left out."""
    found = value.items() if isinstance(value, dict) else ()
    return {name: text for name, text in found if isinstance(text, str) and _DIGEST.fullmatch(text)}


def time_or_none(value: object) -> str | None:
    """Return an upload time if it is one (ISO 8601)."""
    return value if isinstance(value, str) and _TIME.fullmatch(value) else None


def project_status(value: object) -> str | None:
    """Read a project status (PEP 792): one word, or nothing. Raises ``PageError``, as it may close the project."""
    if value is None:
        return None
    if not isinstance(value, str) or not _STATUS.fullmatch(value):
        raise PageError("answered with a project status that is not a word")
    return value


def check_api_version(value: object) -> None:
    """Hold the version of the Simple API against the one known here: major 1 (PEP 629).

    Raises ``PageError``.
    """
    major, _, minor = value.partition(".") if isinstance(value, str) else ("", "", "")
    if major != "1" or not minor.isdecimal():
        raise PageError("answered with a version of the Simple API that is not 1.x")


def bounded(text: str) -> str:
    """Return a text of an index's answer that is looked at. Raises ``PageError`` for one that is too long."""
    if len(text) > _LONGEST_TEXT:
        raise PageError("answered with a version, a file name or a time that is longer than any real one")
    return text
