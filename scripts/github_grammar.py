"""Writes what GitHub's own workflow parser knows of a workflow file: every key, event, activity, level and context.

    python scripts/github_grammar.py

The parser is `@actions/workflow-parser`, which the tests install; its version is in tests/javascript/package.json. A
newer one is taken by raising the version there, installing it and running this again.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

TOP = Path(__file__).parents[1]
PARSER = TOP / "tests" / "javascript" / "node_modules" / "@actions" / "workflow-parser"
TABLE = TOP / "src" / "publish_gate" / "doctor" / "workflow" / "github_grammar.json"
_ROOT = "workflow-root-strict"
# What a definition is, apart from the words that describe it.
_KINDS = ("null", "boolean", "number", "string", "sequence", "mapping")

Rule = dict[str, Any]


def render(parser: Path = PARSER) -> str:
    """Return the table: one rule a line, all that a workflow file can reach and nothing else."""
    package = json.loads((parser / "package.json").read_text("utf-8"))
    definitions = json.loads((parser / "dist" / "workflow-v1.0.min.json").read_text("utf-8"))["definitions"]
    rules: dict[str, Rule] = {}
    waiting = [_ROOT]
    while waiting:
        name = waiting.pop()
        if name not in rules and name not in {*_KINDS, "any"}:
            rules[name] = _rule(name, definitions[name])
            waiting += _named(rules[name])
    lines = [f"{json.dumps(name)}: {json.dumps(rules[name], sort_keys=True)}" for name in sorted(rules)]
    source = f"{package['name']} {package['version']}"
    return f'{{\n"made from": {json.dumps(source)},\n' + ",\n".join(lines) + "\n}\n"


def _rule(name: str, definition: Rule) -> Rule:
    rule: Rule = {}
    if "context" in definition:
        # Functions are listed among the contexts, with the numbers of their arguments.
        rule["contexts"] = [each for each in definition["context"] if "(" not in each]
    if "one-of" in definition:
        return {**rule, "one of": definition["one-of"]}
    if "allowed-values" in definition:
        return {**rule, "values": definition["allowed-values"]}
    kind = next(kind for kind in _KINDS if kind in definition)
    inside = definition[kind]
    if kind == "string" and "constant" in inside:
        # The name of one event is mistaken there.
        constant = "repository_dispatch" if name == "repository-dispatch-string" else inside["constant"]
        return {**rule, "values": [constant]}
    if kind == "sequence":
        return {**rule, "items": inside["item-type"]}
    if kind == "mapping":
        keys = inside.get("properties", {})
        rule["keys"] = {key: each if isinstance(each, str) else each["type"] for key, each in keys.items()}
        required = [key for key, each in keys.items() if isinstance(each, dict) and each.get("required")]
        loose = inside.get("loose-value-type")
        return rule | ({"required": required} if required else {}) | ({"others": loose} if loose else {})
    filled = isinstance(inside, dict) and inside.get("require-non-empty", False)
    return {**rule, "kind": kind} | ({"filled": True} if filled else {})


def _named(rule: Rule) -> list[str]:
    return [*rule.get("one of", ()), *rule.get("keys", {}).values(), *filter(None, map(rule.get, ("items", "others")))]


if __name__ == "__main__":
    TABLE.write_text(render(), "utf-8")
    print(f"{TABLE.relative_to(TOP)} is written", file=sys.stderr)
