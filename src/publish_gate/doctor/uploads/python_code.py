"""Finds the commands that Python code starts with literal arguments, without running it."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.arguments import listed
from publish_gate.doctor.uploads.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

_STARTS = listed(
    "run call check_call check_output Popen system popen getoutput getstatusoutput run_always run_install local sh "
    "shell cmd execute run_command run_cmd check_run spawn exec_command subprocess_run run_process"
)
_MAX_NODES = 200_000
_MAX_WORDS = 200
_DEEPEST = 20


class Piece(NamedTuple):
    """A command that Python code starts: a text for a shell, or the ``words`` of a program's call.

    ``line`` counts from 0. ``branch`` says that it is only run in some cases, as what stands in a function is.
    """

    line: int
    text: str = ""
    words: tuple[str, ...] = ()
    branch: bool = False


def commands_of_module(source: str) -> list[Piece]:
    """Return all commands that Python code starts; none of what cannot be parsed."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tree = ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return list(_pieces(tree))


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _pieces(tree: ast.Module) -> Iterator[Piece]:
    todo: list[tuple[ast.AST, bool]] = [(tree, False)]
    count = 0
    while todo and count < _MAX_NODES:
        node, branch = todo.pop()
        count += 1
        if isinstance(node, ast.Call):
            piece = _piece(node, branch=branch)
            if piece is not None:
                yield piece
        deeper = branch or isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        todo.extend((child, deeper) for child in reversed(list(ast.iter_child_nodes(node))))


def _piece(node: ast.Call, *, branch: bool) -> Piece | None:
    if not node.args:
        return None
    line = node.lineno - 1
    first = node.args[0].value if isinstance(node.args[0], ast.Starred) else node.args[0]
    words = _words(first)
    if words is not None:
        return Piece(line, words=tuple(words), branch=branch) if words else None
    if _last(node.func) not in _STARTS:
        return None
    text = _text(first)
    if len(node.args) > 1 and UNKNOWN not in text and " " not in text:
        rest = [_text(each) for each in node.args[1:_MAX_WORDS]]
        return Piece(line, words=(text, *rest), branch=branch)
    return Piece(line, text, branch=branch) if text != UNKNOWN else None


def _words(node: ast.expr, depth: int = 0) -> list[str] | None:
    """Return the words of a list, or of a text that is split into one; None for anything else."""
    if isinstance(node, ast.List | ast.Tuple):
        return [_text(each) for each in node.elts[:_MAX_WORDS]]
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
        return "".join(_text(each) for each in node.values)
    if isinstance(node, ast.BinOp) and depth < _DEEPEST:
        if isinstance(node.op, ast.Add):
            return _text(node.left, depth + 1) + _text(node.right, depth + 1)
        if isinstance(node.op, ast.Mod):
            return _text(node.left, depth + 1).replace("%s", UNKNOWN)
    if isinstance(node, ast.Attribute) and node.attr == "executable":
        return "python"
    return UNKNOWN
