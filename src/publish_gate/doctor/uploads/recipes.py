"""Follows the targets of a Makefile and the recipes of a justfile."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from publish_gate.doctor.uploads.shell import Piece

MAX_TARGETS = 30
_MAX_LINES = 20_000
_MAX_TEXT = 10_000
_LONGEST = 2_000
_RULE = re.compile(r"(?P<targets>[^\s:=#][^:=#\n]{0,500}?)\s*::?(?!=)(?P<needs>[^=\n]*)\Z")
_SETTING = re.compile(r"(?:export\s+|override\s+)*(?P<name>[A-Za-z_][\w.-]*)\s*(?:::?|\?|\+)?=\s*(?P<value>[^\n]*)\Z")
_USE = re.compile(r"\$\$|\$\((?P<round>[\w.-]+)\)|\$\{(?P<curly>[\w.-]+)\}")
_RECIPE = re.compile(r"@?(?P<name>[A-Za-z_][\w-]*)(?P<parameters>[^:\n]*):(?!=)(?P<needs>[^\n]*)\Z")
_JUST_SETTING = re.compile(
    r"(?:export\s+)?(?P<name>[A-Za-z_][\w-]*)\s*:=\s*(?P<quote>['\"])(?P<value>[^'\"\n]*)(?P=quote)"
)
_JUST_USE = re.compile(r"\{\{\s*(?P<name>[A-Za-z_][\w-]*)?[^{}\n]*\}\}")


_PutIn = Callable[[str], str]


class _Rule(NamedTuple):
    needs: list[str]
    lines: list[tuple[int, str]]


def make_commands(text: str, path: str, target: str, given: dict[str, str] | None = None) -> list[Piece] | None:
    """Return the recipe lines of a target and of what it needs; the first target's where none is named."""
    rules, settings = _makefile(text)
    settings.update(given or {})
    settings.update({"MAKE": "make", "CURDIR": "."})
    return _collected(rules, target or next(iter(rules), ""), path, lambda line: _expanded(line, settings))


def just_commands(text: str, path: str, recipe: str) -> list[Piece] | None:
    """Return the lines of a recipe and of what it needs; the first recipe's where none is named."""
    rules, settings = _justfile(text)

    def put_in(line: str) -> str:
        return _JUST_USE.sub(lambda match: settings.get(match["name"] or "", "${JUST_VALUE}"), line)

    return _collected(rules, recipe or next(iter(rules), ""), path, put_in)


def _collected(rules: dict[str, _Rule], first: str, path: str, put_in: _PutIn) -> list[Piece] | None:
    if first not in rules:
        return None
    pieces, todo, seen = [], [first], {first}
    for name in todo:
        rule = rules[name]
        for number, line in rule.lines:
            stripped = line.strip().lstrip("@-+").strip()
            pieces.append(Piece(path, number, put_in(stripped)[:_MAX_TEXT]))
        for need in rule.needs:
            if need in rules and need not in seen and len(seen) < MAX_TARGETS:
                seen.add(need)
                todo.append(need)
    return pieces


def _makefile(text: str) -> tuple[dict[str, _Rule], dict[str, str]]:
    rules: dict[str, _Rule] = {}
    settings: dict[str, str] = {}
    current: tuple[str, ...] = ()
    for number, line in _logical(text):
        if line.startswith("\t"):
            for target in current:
                rules[target].lines.append((number, line))
            continue
        content = line[:_LONGEST].split("#", 1)[0].rstrip()
        setting = _SETTING.match(content)
        rule = _RULE.match(content) if setting is None else None
        if setting is not None:
            settings.setdefault(setting["name"], setting["value"].strip())
        elif rule is not None:
            needs, _, inline = rule["needs"].partition(";")
            current = tuple(rule["targets"].split()[:MAX_TARGETS])
            for target in current:
                known = rules.setdefault(target, _Rule([], []))
                known.needs.extend(needs.split())
                known.lines.extend([(number, inline)] if inline.strip() else [])
    return {name: rule for name, rule in rules.items() if not name.startswith(".") or rule.lines}, settings


def _logical(text: str) -> list[tuple[int, str]]:
    """Join lines that end with a backslash; each comes with the number of its first."""
    joined: list[tuple[int, str]] = []
    pending: list[str] = []
    begin = 0
    for number, line in enumerate(text.split("\n")[:_MAX_LINES]):
        if not pending:
            begin = number
        content = line.rstrip("\r")
        if content.endswith("\\"):
            pending.append(content[:-1])
            continue
        joined.append((begin, " ".join([*pending, content]) if pending else content))
        pending = []
    if pending:
        joined.append((begin, " ".join(pending)))
    return joined


def _expanded(line: str, settings: dict[str, str], depth: int = 0) -> str:
    """Put variables in; what is none of the Makefile is one of the environment, and so of the shell."""

    def value(match: re.Match[str]) -> str:
        if match.group() == "$$":
            return "$" if depth == 0 else "$$"
        name = match["round"] or match["curly"]
        if name not in settings:
            return f"${{{name}}}" if re.fullmatch(r"\w+", name) else "${UNKNOWN_VALUE}"
        found = settings[name]
        return _expanded(found, settings, depth + 1) if depth < 3 and "$" in found else found  # noqa: PLR2004 - levels

    return _USE.sub(value, line)[:_MAX_TEXT]


def _justfile(text: str) -> tuple[dict[str, _Rule], dict[str, str]]:
    rules: dict[str, _Rule] = {}
    settings: dict[str, str] = {}
    current = ""
    for number, line in _logical(text):
        if line[:1] in {" ", "\t"}:
            if current:
                rules[current].lines.append((number, line))
            continue
        setting = _JUST_SETTING.match(line[:_LONGEST])
        recipe = _RECIPE.match(line[:_LONGEST].split("#", 1)[0].rstrip())
        if setting is not None:
            settings[setting["name"]] = setting["value"]
        elif recipe is not None:
            current = recipe["name"]
            needs = re.sub(r"\([^()\n]*\)", lambda match: match.group()[1:-1].split(" ")[0], recipe["needs"])
            rules[current] = _Rule([word for word in needs.split() if word != "&&"], [])
    return rules, settings
