r"""Rules that can never hold: patterns that no ref matches, events that never publish; and what was probably meant.

GitHub takes such a pattern without a word. Rules: git-check-ref-format(1) for what a ref is; `gate.patterns` for
what a pattern is. A sign that a ref may hold, but that stands for something in a regular expression or a shell,
counts as a slip as well: `\` before it says that it is meant as it is.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.events import DEFAULT_BRANCH_EVENTS, TAG_EVENTS
from publish_gate.gate.patterns import PatternError, compile_pattern
from publish_gate.gate.rules import UNTRUSTED_EVENTS

if TYPE_CHECKING:
    from publish_gate.gate.rules import Trigger

_PREFIXES = {"refs/heads/": "branches", "refs/tags/": "tags"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
# One of a set of characters and nothing else, or the beginning of such a set.
_LIST = re.compile(r"\[[^\[\]]*\]?")
_BRACKETS = re.compile(r"\[[^\]]*\]")
# What is left of a pattern once its wildcards are letters: a text that must be able to be a part of a ref.
_SHORTHAND = re.compile(r"\\[A-Za-z]")
_REGULAR = re.compile(r"^\^|\$$|[()|{}]|\.\*|\.\+")
# A star that is a pattern's and repeats nothing.
_STAR = re.compile(r"(?<![.\])])\*")
_NO_REF = re.compile(r"[\x00-\x20~^:\x7f]")
_NO_SHAPE = re.compile(r"^[-/]|\.\.|//|@\{|[/.]$|(?:^|/)\.|\.lock(?:/|$)")
_OPTIONAL = re.compile(r".\?")
_WORDS = {r"\d": "[0-9]", r"\w": "[0-9A-Za-z_]", ".*": "**", ".+": "**", "{version}": "*"}
_TRANSLATED = re.compile(r"\\[dw]|\.[*+]|\{version\}")


class _Slip(NamedTuple):
    """What is wrong with a pattern, and the one that was probably meant (empty where that is not clear)."""

    why: str
    meant: str = ""
    key: str = ""


def pattern_slip(text: str, key: str) -> str:
    """Say why no ref can match a filter pattern and what was probably meant; empty where one can.

    ``key`` is ``branches`` or ``tags``, or one of them with ``-ignore``. What is no pattern at all is left to
    `compile_pattern`.
    """
    slip = _slip(text, key)
    if slip is None:
        return ""
    hint = ""
    if slip.key and not key.startswith(slip.key):
        hint = f"; did you mean {slip.meant!r} in {slip.key}?"
    elif slip.meant and slip.meant != text and not _slip(slip.meant, key) and _compiles(slip.meant):
        hint = f"; did you mean {slip.meant!r}?"
    return f"{text!r} can match no ref: {slip.why}{hint}"


def _slip(text: str, key: str) -> _Slip | None:
    sign, body = ("!", text[1:]) if text.startswith("!") else ("", text)
    if len(text) > 1 and text[0] in "'\"" and text[-1] == text[0]:
        return _Slip("leave out the quotes of YAML", text[1:-1])
    if _LIST.fullmatch(text):
        return _Slip("leave out the brackets of a YAML list", text.strip("[]'\""))
    if "${{" in text:
        return _Slip("expressions are not evaluated here; write the name or the pattern itself")
    if any(character.isspace() for character in text):
        bare = sign + body.strip().removeprefix("- ").strip().strip("'\"")
        return _Slip("a ref has no blanks (one pattern a line, or commas between them; no dashes of a YAML list)", bare)
    for prefix, own in _PREFIXES.items():
        if body.startswith(prefix):
            kind = "a branch" if own == "branches" else "a tag"
            return _Slip(f"patterns match the name of {kind}, without {prefix}", sign + body[len(prefix) :], own)
    if body.startswith("refs/"):
        return _Slip(f"patterns match the names of {key.partition('-')[0]}, not full refs")
    return _regular(sign, body) or _comma(body) or _shape(body)


def _comma(body: str) -> _Slip | None:
    """Look for several patterns in one text: in a file, they are a list."""
    if "," not in _BRACKETS.sub("x", _ESCAPED.sub("x", body)):
        return None
    return _Slip(
        "commas separate no patterns here; write a list, one pattern an item (`\\,` stands for a comma in a name)"
    )


def _regular(sign: str, body: str) -> _Slip | None:
    """Look for what a regular expression, or a shell, would have meant."""
    plain = _BRACKETS.sub("x", body)
    if not _SHORTHAND.search(plain) and not _regular_signs(plain):
        return None
    meant = body.removeprefix("^").removesuffix("$")
    if not _STAR.search(meant):
        meant = _TRANSLATED.sub(lambda match: _WORDS[match.group()], meant)
    meant = re.sub(r"\\([.\-/])", r"\1", meant)
    return _Slip(
        "GitHub's filter patterns are not regular expressions (`*` is any run of characters but `/`, `**` any run at "
        "all, `[0-9]+` digits; `\\` takes the next sign as itself)",
        sign + re.sub(r"\*{3,}", "**", meant),
    )


def _regular_signs(plain: str) -> bool:
    # `v.*` is a pattern in its own right: `v.1`. Only where a dot cannot stand is `.*` that of another language.
    bare = _ESCAPED.sub("x", plain)
    found = set(_REGULAR.findall(bare))
    return not found <= {".*", ".+"} or (bool(found) and _shape(plain) is not None)


def _shape(body: str) -> _Slip | None:
    """Hold what a ref must look like against the fixed parts of a pattern; wildcards may be anything."""
    bare = _OPTIONAL.sub("*", _BRACKETS.sub("x", _ESCAPED.sub(_kept, body))).replace("+", "")
    if _NO_REF.search(bare):
        return _Slip("no ref of Git holds a blank, a control character, '~', '^' or ':'")
    if _NO_SHAPE.search(bare):
        return _Slip(
            "no ref of Git begins with '-' or '/', ends with '/' or '.', holds '..', '//' or '@{', or has a part "
            "that begins with '.' or ends with '.lock'",
            body.strip("/"),
        )
    return None


def _kept(match: re.Match[str]) -> str:
    # An escaped wildcard stands for itself, and must not look like one.
    return "x" if match[1] in "*?+[]\\!" else match[1]


def _compiles(text: str) -> bool:
    try:
        compile_pattern(text)
    except PatternError:
        return False
    return True


def event_slip(event: str) -> str:
    """Say why no rule can publish on an event; empty where one can."""
    if event == "workflow_call":
        return "a called workflow sees the event of its caller: name that one instead"
    if event.startswith("pull_request") or event in UNTRUSTED_EVENTS:
        return (
            f"{event} never publishes: it can carry code that nobody has merged; did you mean 'push', after the merge?"
        )
    return ""


def trigger_slip(trigger: Trigger) -> str:
    """Say why a rule never holds, because its event never comes with a ref that it takes; empty where it can."""
    branches = trigger.branches is not None or trigger.branches_ignore is not None
    tags = trigger.tags is not None or trigger.tags_ignore is not None
    if trigger.event in TAG_EVENTS and branches and not tags:
        return f"{trigger.event} is always about a tag, and only branches are taken; did you mean tags: 'v*' as well?"
    if trigger.event in DEFAULT_BRANCH_EVENTS and tags and not branches:
        return (
            f"{trigger.event} always runs on the default branch, and only tags are taken; did you mean branches: "
            "main as well?"
        )
    return ""
