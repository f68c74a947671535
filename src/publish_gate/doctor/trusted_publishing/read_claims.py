"""Reads claims from a text: a JSON object, a raw token, or what an upload tool printed."""

from __future__ import annotations

import base64
import binascii
import json
import re
from typing import TYPE_CHECKING, Final

from publish_gate.doctor.trusted_publishing.claims import MISSING, Claims
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST: Final = 1024 * 1024
"""Bytes of a file with claims; an identity token has a few KiB of them."""
_MOST_CLAIMS: Final = 500
_LONGEST_NAME: Final = 100
_LONGEST_VALUE: Final = 4096
_TOKEN: Final = re.compile(r"[A-Za-z0-9_-]+={0,2}\.([A-Za-z0-9_-]+)={0,2}\.[A-Za-z0-9_-]*={0,2}")

# Every identity token has these two, and no tool prints them: with both, the whole payload is there.
_WHOLE: Final = frozenset({"iss", "aud"})


class TokenError(ValueError):
    """A token could not be decoded. The message holds no part of it."""


def is_token(text: str) -> bool:
    """Whether a text has the form of a token: three parts of base64url, joined by dots."""
    return len(text) <= LARGEST and _TOKEN.fullmatch(text) is not None


def decode_token(token: str) -> Claims:
    """Return the claims in a token's payload, its signature unseen; raises TokenError."""
    found = _TOKEN.fullmatch(token) if len(token) <= LARGEST else None
    if found is None:
        raise TokenError("it does not have the three parts of a token")
    part = found[1]
    try:
        text = base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode("utf-8")
        pairs = _load(text)
    except (binascii.Error, UnicodeDecodeError, ValueError, RecursionError):
        raise TokenError("its payload cannot be decoded") from None
    if not isinstance(pairs, _Pairs):
        raise TokenError("its payload is not a JSON object")
    values, problems = _values(pairs, {"null": None})
    if problems:
        # Told without the values: they are the token's.
        raise TokenError(f"its payload holds what no claim is: {problems[0].key}"[:_LONGEST_NAME])
    return Claims({name: value for name, value in values.items() if value is not None}, complete=True)


def parse_claims(text: str, path: str = "") -> Claims:
    """Read claims in any form in which people have them.

    That is a JSON object of claims, a decoded token payload, a raw token (its payload is decoded, its
    signature is not looked at, and no part of it is ever shown), or the block that an upload tool prints.
    ``path`` is the file for messages, empty for the standard input. Raises ConfigurationError.
    """
    place = Place(path) if path else None
    stripped = text.lstrip("\N{ZERO WIDTH NO-BREAK SPACE}").strip()
    if len(text) > LARGEST:
        raise ConfigurationError([Problem("claims", f"are larger than {LARGEST // 1024} KiB", place)])
    if is_token(stripped):
        try:
            return decode_token(stripped)
        except TokenError as error:
            raise ConfigurationError([Problem("claims", f"the token cannot be read: {error}", place)]) from None
    if stripped.startswith(("{", "[", '"')):
        return _object(stripped, place)
    from publish_gate.doctor.log.lines import clean_lines

    printed = printed_claims([line.text for line in clean_lines(text)], anywhere=True)
    if printed is None:
        what = "are empty" if not stripped else "are no JSON object, no token and nothing that an upload tool prints"
        raise ConfigurationError([Problem("claims", what, place)])
    return printed


def _object(text: str, place: Place | None) -> Claims:
    try:
        pairs = _load(text)
    except RecursionError:
        raise ConfigurationError([Problem("claims", "are nested too deeply", place)]) from None
    except json.JSONDecodeError as error:
        spot = Place(place.path, error.lineno, error.colno) if place is not None else None
        raise ConfigurationError([Problem("claims", f"are not valid JSON: {error.msg}", spot)]) from None
    except ValueError as error:
        raise ConfigurationError([Problem("claims", f"are not valid JSON: {error}", place)]) from None
    if not isinstance(pairs, _Pairs):
        what = "a list" if isinstance(pairs, list) else "a text"
        raise ConfigurationError([Problem("claims", f"expected a JSON object of claims, found {what}", place)])
    values, problems = _values(pairs, {"null": None, MISSING: None})
    if problems:
        raise ConfigurationError([problem._replace(place=place) for problem in problems])
    known = {name: value for name, value in values.items() if value is not None}
    return Claims(known, frozenset(values) - set(known), complete=known.keys() >= _WHOLE)


class _Pairs(list[tuple[str, object]]):
    """A JSON object, with its names in order and as often as they stand there."""


def _load(text: str) -> object:
    # Numbers keep their text: an owner's id is compared as one, and a million digits are no number to compute.
    return json.loads(text, object_pairs_hook=_Pairs, parse_int=str, parse_float=str, parse_constant=_refuse)


def _refuse(constant: str) -> object:
    raise ValueError(f"{constant} is no JSON value")


def _values(pairs: _Pairs, no_value: dict[str, None]) -> tuple[dict[str, str | None], list[Problem]]:
    """Turn the members of an object into texts (None for those that say that there is no such claim)."""
    if len(pairs) > _MOST_CLAIMS:
        return {}, [Problem("claims", f"are {len(pairs)}; a token has fewer than {_MOST_CLAIMS}")]
    values: dict[str, str | None] = {}
    problems: list[Problem] = []
    for name, value in pairs:
        shown = name[:_LONGEST_NAME]
        text = _text(value)
        if name in values:
            problems.append(Problem(shown, "is there twice"))
        elif len(name) > _LONGEST_NAME or (text is not None and len(text) > _LONGEST_VALUE):
            problems.append(Problem(shown, f"is longer than {_LONGEST_VALUE} characters"))
        elif text is None and value is not None:
            problems.append(Problem(shown, "expected a text, found a nested value"))
        else:
            values[name] = None if value is None or (text in no_value and isinstance(value, str)) else text
    return values, problems


def _text(value: object) -> str | None:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list) and not isinstance(value, _Pairs) and all(isinstance(item, str) for item in value):
        return json.dumps(value)
    return None


PRINTED: Final = (
    "sub",
    "repository",
    "repository_owner",
    "repository_owner_id",
    "workflow_ref",
    "job_workflow_ref",
    "ref",
    "environment",
)
"""The claims that tools print, of which older releases print fewer."""

_LONGEST_LINE: Final = 4096
_QUOTED: Final = re.compile(r"(?:[*\u2022-]\s*)?`([a-z_]{1,60})`\s*:\s*`([^`]*)`")
_BARE: Final = re.compile(r"(?:[*\u2022-]\s*)?`?([a-z_]{1,60})`?\s*[:=]")
_MEMBER: Final = re.compile(r'(?:r#)?([a-z_]{1,60}):\s*(?:Some\(\s*)?"([^"]*)"\s*\)?,?')
_SOME: Final = re.compile(r"(?:r#)?([a-z_]{1,60}):\s*(Some\(|None,?)")
_INNER: Final = re.compile(r'"([^"]*)",?')
# What stands above the claims: a line that says so, so that `ref: main` of a checkout is not taken for one.
_HEADING: Final = re.compile(r"claims rendered below|rendered as `?MISSING|Token claims, which must match")
_STRUCTURE: Final = re.compile(r"TokenClaims\s*\{")


_OPEN: Final = "\0"
"""Stands for a value that is on the next line."""


def printed_claims(lines: Iterable[str], *, anywhere: bool = False) -> Claims | None:
    """Return the first block of claims among lines that are cleaned of time stamps and colours; None without one.

    With ``anywhere``, the lines are known to be claims, so that quotes and a heading are not insisted on.
    """
    found: dict[str, str | None] = {}
    below = inside = anywhere
    pending = ""
    for whole in lines:
        line = whole.strip()
        if not line or len(line) > _LONGEST_LINE:
            continue
        below = below or _HEADING.search(line) is not None
        inside = (inside and line not in {"}", "},"}) or _STRUCTURE.search(line) is not None
        told = (_member(line, pending) if inside else None) or _plain(line, bare=below)
        if told is None:
            continue
        name, value = told
        pending = name if value == _OPEN else ""
        if value == _OPEN:
            continue
        if name in found:
            break  # the next block begins
        found[name] = None if value == MISSING else value
    values = {name: value for name, value in found.items() if value is not None}
    return Claims(values, frozenset(found) - set(values)) if found else None


def _plain(line: str, *, bare: bool) -> tuple[str, str | None] | None:
    """Read a line of the action; ``bare`` ones may have lost their marks on the way to a clipboard."""
    quoted = _QUOTED.fullmatch(line)
    if quoted is not None:
        return quoted[1], quoted[2]
    loose = _BARE.match(line) if bare else None
    if loose is None or loose[1] not in PRINTED:
        return None
    value = line[loose.end() :].strip().removeprefix("`").removesuffix("`")
    return (loose[1], value) if value and "`" not in value else None


def _member(line: str, pending: str) -> tuple[str, str | None] | None:
    """Read a line of uv's structure."""
    inner = _INNER.fullmatch(line) if pending else None
    if inner is not None:
        return pending, inner[1]
    member = _MEMBER.fullmatch(line)
    if member is not None:
        return member[1], member[2]
    optional = _SOME.fullmatch(line)
    if optional is None:
        return None
    return optional[1], _OPEN if optional[2].startswith("Some") else None
