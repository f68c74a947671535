"""Finds the commands that Python code starts with literal arguments, without running it."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.arguments import listed
from publish_gate.doctor.uploads.values import OF_EVENT, UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

_STARTS = listed(
    "run call check_call check_output Popen system popen getoutput getstatusoutput run_always run_install local sh "
    "shell cmd execute run_command run_cmd check_run spawn exec_command subprocess_run run_process"
)
_MAX_NODES = 200_000
_ROUNDS = 3
_Function = ast.FunctionDef | ast.AsyncFunctionDef
_MAX_WORDS = 200
_DEEPEST = 20


class Piece(NamedTuple):
    """A command that Python code starts: a text for a shell, or the ``words`` of a program's call.

    ``line`` counts from 0. ``branch`` says that it is only run in some cases, as what stands in a function is,
    ``of_event`` that the event or the ref decides whether it is.
    """

    line: int
    text: str = ""
    words: tuple[str, ...] = ()
    branch: bool = False
    of_event: bool = False


def commands_of_module(source: str) -> list[Piece]:
    """Return all commands that Python code starts; none of what cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    nodes = _walk(tree, _Guards(tree) if OF_EVENT.search(source) else None)
    pieces = (_piece(node, branch=branch, of_event=guarded) for node, branch, guarded in nodes)
    return [piece for piece in pieces if piece is not None]


class _Guards:
    """Which conditions of a module hang on the event or the ref: through the names that were made from these."""

    def __init__(self, tree: ast.Module) -> None:
        self._names: set[str] = set()
        self._calls: dict[str, list[bool]] = {}
        for _ in range(_ROUNDS):
            for node, _, guarded in _walk(tree, self):
                self._note(node, guarded=guarded)

    def _note(self, node: ast.AST, *, guarded: bool) -> None:
        if isinstance(node, ast.Assign | ast.AnnAssign | ast.NamedExpr) and node.value is not None:
            if guarded or self.decides(node.value):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                self._names.update(_last(target) for target in targets)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            self._calls.setdefault(node.func.id, []).append(guarded)

    def decides(self, node: ast.expr) -> bool:
        """Tell whether the value of an expression hangs on the event or the ref."""
        for part in ast.walk(node):
            if isinstance(part, ast.Constant) and isinstance(part.value, str) and OF_EVENT.match(part.value):
                return True
            if isinstance(part, ast.Name | ast.Attribute) and _last(part) in self._names - {""}:
                return True
        return False

    def calls(self, function: _Function) -> bool:
        """Tell whether a function is called, and under such a condition only."""
        found = self._calls.get(function.name, [])
        return bool(found) and all(found)


def _walk(tree: ast.Module, guards: _Guards | None) -> Iterator[tuple[ast.AST, bool, bool]]:
    """Yield the nodes of a module in their order; each with whether it stands in a function, or behind a guard."""
    todo: list[tuple[ast.AST, bool, bool]] = [(tree, False, False)]
    count = 0
    while todo and count < _MAX_NODES:
        node, branch, guarded = todo.pop()
        count += 1
        yield node, branch, guarded
        inner = branch or isinstance(node, _Function)
        if guards is not None and isinstance(node, ast.If | ast.IfExp):
            guarded = guarded or guards.decides(node.test)
        elif guards is not None and isinstance(node, _Function):
            guarded = guarded or guards.calls(node)
        todo.extend((child, inner, guarded) for child in reversed(list(ast.iter_child_nodes(node))))


def _piece(node: ast.AST, *, branch: bool, of_event: bool) -> Piece | None:
    if not isinstance(node, ast.Call) or not node.args:
        return None
    line = node.lineno - 1
    first = node.args[0].value if isinstance(node.args[0], ast.Starred) else node.args[0]
    words = _words(first)
    if words is not None:
        return Piece(line, words=tuple(words), branch=branch, of_event=of_event) if words else None
    if _last(node.func) not in _STARTS:
        return None
    text = _text(first)
    if len(node.args) > 1 and UNKNOWN not in text and " " not in text:
        rest = [_text(part) for part in node.args[1:_MAX_WORDS]]
        return Piece(line, words=(text, *rest), branch=branch, of_event=of_event)
    return Piece(line, text, branch=branch, of_event=of_event) if text != UNKNOWN else None


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _words(node: ast.expr, depth: int = 0) -> list[str] | None:
    """Return the words of a list, or of a text that is split into one; None for anything else."""
    if isinstance(node, ast.List | ast.Tuple):
        return [_text(part) for part in node.elts[:_MAX_WORDS]]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and depth < _DEEPEST:
        left, right = _words(node.left, depth + 1), _words(node.right, depth + 1)
        return None if left is None and right is None else [*(left or [UNKNOWN]), *(right or [UNKNOWN])]
    if isinstance(node, ast.Call) and _last(node.func) == "split":
        target = node.func.value if isinstance(node.func, ast.Attribute) else None
        whole = target if isinstance(target, ast.Constant) else (node.args[0] if node.args else None)
        if whole is not None:
            return _text(whole).split()[:_MAX_WORDS]
    return None


def _text(node: ast.expr, depth: int = 0) -> str:
    """Return a text with `UNKNOWN` for what is not literal in it."""
    if isinstance(node, ast.Constant):
        return node.value if isinstance(node.value, str) else UNKNOWN
    if isinstance(node, ast.JoinedStr):
        return "".join(_text(part) for part in node.values)
    if isinstance(node, ast.BinOp) and depth < _DEEPEST:
        if isinstance(node.op, ast.Add):
            return _text(node.left, depth + 1) + _text(node.right, depth + 1)
        if isinstance(node.op, ast.Mod):
            return _text(node.left, depth + 1).replace("%s", UNKNOWN)
    if isinstance(node, ast.Attribute) and node.attr == "executable":
        return "python"
    return UNKNOWN
