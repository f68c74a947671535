"""What GitHub's own parser lets stand where in a workflow file, from a table that is made from it.

The table, `github_grammar.json`, is written by scripts/github_grammar.py.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from publish_gate.doctor.workflow.blocks import is_expression
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence, shown
from publish_gate.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.workflow.tree import Node
    from publish_gate.places import Place

Rule = dict[str, Any]

_KINDS: Final = {
    "null": "empty",
    "boolean": "true or false",
    "number": "a number",
    "string": "a text",
    "sequence": "a list",
    "mapping": "a mapping",
}
_IN_WORDS: Final = {
    "workflow-root-strict": "a workflow",
    "job-factory": "a job",
    "workflow-job": "a job that calls a workflow",
    "run-step": "a step",
    "regular-step": "a step",
}
# Required keys of these are told by whoever reads them, in better words.
_TOLD_ELSEWHERE: Final = frozenset({"workflow-root-strict", "job-factory", "workflow-job", "run-step", "regular-step"})
_NEVER_COMPUTED: Final = re.compile(r"(?:^|\.)(?:uses|needs|permissions)(?:[.\[]|$)")
_CONDITIONS: Final = frozenset({"job-if", "step-if"})


class Refusals:
    """Collects what GitHub refuses in one file, and what it passes over."""

    def __init__(self, problems: Iterable[Problem] = ()) -> None:
        self._problems = list(problems)
        self._ignored: list[Problem] = []
        self.unknown: list[Problem] = []
        """Syntax that is not in the table: it may be newer than that."""

    def add(self, key: str, message: str, place: Place) -> None:
        """Note one thing that GitHub refuses."""
        self._problems.append(Problem(key, message, place))

    def add_unknown(self, key: str, message: str, place: Place) -> None:
        """Note one thing that GitHub refuses, unless it is newer than the table."""
        self.add(key, message, place)
        self.unknown.append(Problem(key, message, place))

    def ignore(self, key: str, message: str, place: Place) -> None:
        """Note one thing that GitHub's parser does not know and the platform passes over."""
        self._ignored.append(Problem(key, message, place))

    def in_order(self) -> tuple[Problem, ...]:
        """Return all that is refused, in the order of the file."""
        return _in_order(self._problems)

    def ignored(self) -> tuple[Problem, ...]:
        """Return all that is passed over, in the order of the file."""
        return _in_order(self._ignored)


def _in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    def place(problem: Problem) -> tuple[int, int]:
        return (problem.place.line or 0, problem.place.column or 0) if problem.place else (0, 0)

    return tuple(sorted(problems, key=place))


@cache
def rules() -> dict[str, Rule]:
    """Return the whole table: the rules by their names."""
    read: dict[str, Any] = json.loads(Path(__file__).with_name("github_grammar.json").read_text("utf-8"))
    return {name: rule for name, rule in read.items() if isinstance(rule, dict)}


def events() -> dict[str, str]:
    """Return every event with the name of the rule for what may stand below it."""
    keys: dict[str, str] = rules()["on-mapping-strict"]["keys"]
    return keys


def options_of(event: str) -> dict[str, str]:
    """Return the keys that may stand below an event, each with the name of its rule."""
    keys: dict[str, str] = {}
    for rule in _alternatives(events()[event]):
        keys |= rules().get(rule, {}).get("keys", {})
    return keys


@cache
def activities(event: str) -> tuple[str, ...]:
    """Return the activity types of an event; empty if it has none, or any text is one."""
    types = options_of(event).get("types", "null") if event in events() else "null"
    return tuple(rules().get(_alternatives(types)[0], {}).get("values", ()))


def allowed_keys(rule: str) -> frozenset[str]:
    """Return the keys that a rule names."""
    return frozenset(rules()[rule]["keys"])


@cache
def _alternatives(name: str) -> tuple[str, ...]:
    """Return the rules of which one must hold."""
    inner = rules().get(name, {}).get("one of")
    return (name,) if inner is None else tuple(name for alternative in inner for name in _alternatives(alternative))


def check(node: Node, name: str, path: str, refusals: Refusals, contexts: tuple[str, ...] = ()) -> None:
    """Note what a rule refuses in a part of the file; ``contexts`` are those that expressions may use there.

    What an expression makes is passed over.
    """
    rule = rules().get(name, {})
    contexts = tuple(rule.get("contexts", contexts))
    if isinstance(node, Scalar):
        if name in _CONDITIONS or is_expression(node.text):
            _check_expression(node, name, path, refusals, contexts)
            return
        if node.value is None and path.startswith("on."):
            return  # what the platform makes of nothing there is not known
    fitting = [rule for rule in _alternatives(name) if _fits(node, rule)]
    if not fitting:
        refusals.add(path, f"must be {_expected(name)}, not {_found(node)}", node.place)
    elif isinstance(node, Sequence):
        items = rules().get(fitting[0], {}).get("items", "any")
        for index, item in enumerate(node.items):
            check(item, items, f"{path}[{index}]", refusals, contexts)
    elif isinstance(node, Mapping):
        check_keys(node, fitting[0], path, refusals, contexts)


def check_keys(
    node: Mapping, name: str, path: str, refusals: Refusals, contexts: tuple[str, ...] = (), leave: Iterable[str] = ()
) -> None:
    """Note what a rule for a mapping refuses in it, apart from the values of the keys to ``leave``."""
    rule = rules().get(name, {})
    contexts = tuple(rule.get("contexts", contexts))
    keys, others = rule.get("keys", {}), rule.get("others")
    for entry in node:
        inner = f"{path}.{entry.key}" if path else entry.key
        inside = keys.get(entry.key, others)
        if inside is not None:
            if entry.key not in leave:
                check(entry.value, inside, inner, refusals, contexts)
        elif rule and not is_expression(entry.key):
            _unknown_key(entry.key, name, inner, entry.place, refusals)
    for key in () if name in _TOLD_ELSEWHERE else rule.get("required", ()):
        if node.get(key) is None:
            refusals.add(path, f"has no `{key}`", node.place)


def _unknown_key(key: str, name: str, path: str, place: Place, refusals: Refusals) -> None:
    if name != "permissions-mapping":
        where = _IN_WORDS.get(name, f"`{path.rpartition('.')[0]}`")
        refusals.add_unknown(path, f"is not a key that GitHub knows in {where}", place)
        return
    # A scope that is not in the table may be newer than it.
    meant = key.lower().replace("_", "-")
    if meant in allowed_keys(name):
        refusals.add(path, f"is not a scope that GitHub knows; write {meant}", place)


def _fits(node: Node, name: str) -> bool:
    rule = rules().get(name, {"kind": name})
    if name == "any":
        return True
    if isinstance(node, Mapping):
        return "keys" in rule or rule.get("kind") == "mapping"
    if isinstance(node, Sequence):
        return "items" in rule or rule.get("kind") == "sequence"
    if "values" in rule:
        return node.text in rule["values"]
    kind = rule.get("kind")
    if kind == "string":
        return bool(node.text) or "filled" not in rule
    if kind == "null":
        return node.value is None
    return isinstance(node.value, bool if kind == "boolean" else float) and kind in {"boolean", "number"}


def _expected(name: str) -> str:
    words: list[str] = []
    for alternative in _alternatives(name):
        rule = rules().get(alternative, {"kind": alternative})
        if "keys" in rule:
            words.append("a mapping")
        elif "items" in rule:
            words.append("a list")
        else:
            words += [f"`{value}`" for value in rule.get("values", ())] or [_KINDS[rule["kind"]]]
    distinct = list(dict.fromkeys(words))
    return distinct[0] if len(distinct) == 1 else f"{', '.join(distinct[:-1])} or {distinct[-1]}"


def _found(node: Node) -> str:
    if isinstance(node, Scalar):
        return "nothing" if node.value is None else shown(node.text)
    return "a list" if isinstance(node, Sequence) else "a mapping"


def _check_expression(node: Scalar, name: str, path: str, refusals: Refusals, contexts: tuple[str, ...]) -> None:
    """Note an expression that GitHub refuses where it stands."""
    if not contexts:
        # Of other places that have no contexts, the platform may take the text as it is.
        if _NEVER_COMPUTED.search(path):
            refusals.add(path, "cannot be an expression", node.place)
        return
    from publish_gate.doctor.expressions import Context, ExpressionError, parse_condition, parse_template, walk

    try:
        parsed = parse_condition(node.text) if name in _CONDITIONS else parse_template(node.text)
    except ExpressionError as error:
        refusals.add(path, f"is not an expression that GitHub can read: {error.message}", node.place)
        return
    for part in walk(parsed):
        if isinstance(part, Context) and part.name.lower() not in contexts:
            message = f"uses `{part.name}`, which is not available here; available are {', '.join(contexts)}"
            refusals.add(path, message, node.place)
            return
