"""Writes expressions at random, from GitHub's grammar, and faulty ones on purpose."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable

CONTEXTS: Final[dict[str, object]] = {
    "github": {
        "ref": "refs/tags/v1.2.3",
        "ref_name": "v1.2.3",
        "event_name": "push",
        "Repository": "Octo/Cat",
        "run_number": 7,
        "event": {
            "created": True,
            "forced": False,
            "pull_request": None,
            "ratio": 1.5,
            "head_commit": {"message": "Release v1.2.3\n\n[skip ci]", "author": {"name": "O'Neil"}},
            "labels": [{"name": "Bug", "id": 1}, {"name": "release", "tags": ["a", "b"]}, {"id": 3}, "plain", None],
            "matrix": [[1, 2, [3]], [], {"0": "zero", "": "empty"}],
        },
    },
    "inputs": {"publish": True, "dry-run": False, "level": 3, "name": "", "text": "false", "zero": "0", "none": None},
    "needs": {"gate": {"result": "success", "outputs": {"should-publish": "true", "version": "1.2.3", "matrix": "[]"}}},
    "vars": {"A": "x", "b_c": "X"},
    "env": {},
}  # fmt: skip

_TEXTS = (
    "", "a", "A", "x", "push", "PUSH", "refs/tags/", "refs/heads/main", "v1.2.3", "true", "false", "True", "0", "1",
    " 1 ", "0x10", "1e3", "-1", "1.5", ".5", "5.", "abc", "Infinity", "-Infinity", "NaN", "0o17", "null", "[]", "{}",
    "{0}", "{0}-{1}", "{{0}}", "{{{0}}}", "}}", "{", "}", "{a}", "{5}", "[1, 2]", '["push", "a", null, true]', "it''s",
    '{"a": 1, "B": [true, null]}', '"text"', "1.0", "[", "release", "bug", "octo/cat", "é", "É", "name",
)  # fmt: skip
_NUMBERS = (
    "0", "1", "2", "-1", "+1", "3", "0.5", ".5", "1.5", "-0", "7", "10", "1e3", "1.5e-3", "0x1F", "0xff", "0o17",
    "NaN", "Infinity", "-Infinity", "123456789", "0.1", "1.0", "2.50",
)  # fmt: skip
_PATHS = (
    "github", "github.ref", "github.ref_name", "GitHub.REF", "github.event_name", "github.repository", "github.event",
    "github.run_number", "github.event.created", "github.event.forced", "github.event.pull_request.head",
    "github.event.ratio", "github.event.head_commit.message", "github.event.labels", "github.event.labels.*.name",
    "github.event.labels.*.tags.*", "github.event.labels[0].name", "github.event.labels[1]", "github.event.labels[9]",
    "github.event.matrix", "github.event.matrix.*", "github.event.matrix.*[0]", "github.event.matrix.*.*",
    "github.event.*", "inputs.publish", "inputs.dry-run", "inputs.level", "inputs.name", "inputs.text", "inputs.zero",
    "inputs.none", "inputs.absent", "inputs['publish']", "inputs.*", "needs", "needs.gate.result", "needs.*.result",
    "needs.gate.outputs.should-publish", "needs['gate'].outputs['version']", "needs.gate.outputs.matrix", "vars.a",
    "vars.B_C", "vars", "env", "env.x", "needs.gate.outputs", "NEEDS.Gate.Outputs.Version",
)  # fmt: skip
_OPERATORS = ("==", "!=", "<", "<=", ">", ">=", "&&", "||", "==", "&&", "||")
_PIECES = (
    "(", ")", "[", "]", ",", ".", "*", "!", "==", "&&", "||", "<", ">=", "=", "&", "|", "'", "''", "1", ".5", "-",
    "true", "null", "NaN", "a", "github", "format(", "x(", "$", '"', "#", "+", "?", "0x", "_", "-a", " ", "\n", "1a",
)  # fmt: skip
_DEPTH = 4


class Writer:
    """Writes expressions; the same seed makes the same ones."""

    def __init__(self, seed: int, *, paths: tuple[str, ...] = _PATHS) -> None:
        self._random = random.Random(seed)  # noqa: S311 - the examples are to be the same each time
        self._paths = paths
        self._wrong_counts = 0.03

    def well_formed(self) -> str:
        """Return an expression in which every call has as many arguments as its function takes."""
        self._wrong_counts = 0.0
        return self.expression()

    def expression(self, depth: int = _DEPTH) -> str:
        """Return an expression that follows the grammar; a few of its calls have a wrong number of arguments."""
        kinds: tuple[Callable[[int], str], ...] = (self._operation, self._call, self._access, self._group, self._not)
        if depth <= 0 or self._random.random() < 0.25:
            return self._leaf()
        return self._random.choice(kinds)(depth - 1)

    def faulty(self) -> str:
        """Return an expression with a piece taken out, put in or exchanged; some are still expressions."""
        text = self.expression(3)
        start = self._random.randrange(len(text) + 1)
        end = min(len(text), start + self._random.choice((0, 0, 1, 1, 2, 5)))
        return text[:start] + self._random.choice(("", *_PIECES)) + text[end:]

    def text(self) -> str:
        """Return the literal of a text."""
        return f"'{self._random.choice(_TEXTS)}'"

    def _leaf(self) -> str:
        kind = self._random.random()
        if kind < 0.4:
            return self._random.choice(self._paths)
        if kind < 0.7:
            return self.text()
        return self._random.choice(_NUMBERS) if kind < 0.85 else self._random.choice(("true", "false", "null"))

    def _space(self) -> str:
        return self._random.choice(("", " ", " ", "  ", "\n", "\t"))

    def _operation(self, depth: int) -> str:
        count = self._random.choice((2, 2, 2, 3))
        text = self.expression(depth)
        for _ in range(count - 1):
            # A sign or a digit would run together with a name in front of it, but an operator ends both.
            text += f"{self._space()}{self._random.choice(_OPERATORS)}{self._space()}{self.expression(depth)}"
        return text

    def _group(self, depth: int) -> str:
        return f"({self._space()}{self.expression(depth)}{self._space()})"

    def _not(self, depth: int) -> str:
        return f"!{self._space()}{self._group(depth) if self._random.random() < 0.5 else self._leaf()}"

    def _access(self, depth: int) -> str:
        base = self._random.choice((self._group, self._call, lambda _: self._random.choice(self._paths)))(depth)
        index = self._random.choice((
            ".name", ".*", "[*]", "[0]", "['name']", ".a", ".B", ".should-publish", f"[{self.expression(depth)}]",
        ))  # fmt: skip
        return f"{base}{index}"

    def _call(self, depth: int) -> str:
        name, counts = self._random.choice((
            ("contains", (2,)), ("startsWith", (2,)), ("endsWith", (2,)), ("format", (1, 2, 3)), ("join", (1, 2)),
            ("toJSON", (1,)), ("fromJSON", (1,)), ("FROMJSON", (1,)), ("Contains", (2,)), ("success", (0,)),
            ("failure", (0,)), ("cancelled", (0,)), ("always", (0,)), ("case", (3, 5)),
        ))  # fmt: skip
        count = (
            self._random.choice(counts) if self._random.random() >= self._wrong_counts else self._random.randrange(5)
        )
        arguments = [self.expression(depth) for _ in range(count)]
        if arguments and name.lower() in {"fromjson", "format"} and self._random.random() < 0.8:
            arguments[0] = self.text()
        return f"{name}({', '.join(arguments)})"
