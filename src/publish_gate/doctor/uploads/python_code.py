"""Finds the commands that Python code starts with literal arguments, without running it."""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING

from publish_gate.doctor.uploads.shell import Piece
from publish_gate.doctor.uploads.words import listed
from publish_gate.doctor.uploads.words_words import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Iterator

_STARTS = listed("""
    run call check_call check_output Popen system popen getoutput getstatusoutput run_always run_install local sh
    shell cmd execute run_command run_cmd check_run spawn exec_command subprocess_run run_process""")
_MAX_NODES = 200_000
_MAX_WORDS = 200
_DEEPEST = 20


def parse_python(source: str) -> ast.Module | None:
    """Parse Python code; None where it is none."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(source)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return None


def commands_of_module(source: str, path: str) -> list[Piece] | None:
    """Return all commands that a Python file starts; None where it cannot be parsed."""
    tree = parse_python(source)
    return None if tree is None else list(_pieces([(tree, False)], path))


def commands_of_session(source: str, path: str, decorator: str, name: str) -> list[Piece] | None:
    """Return what the function for a task starts; None where the file has no such task.

    ``decorator`` is the last word of its decorator: ``session`` in a noxfile, ``task`` in invoke's tasks.
    """
    tree = parse_python(source)
    functions = {node.name: node for node in _functions(tree)} if tree is not None else {}
    wanted = _plain(name)
    chosen = next((each for each in functions.values() if wanted in _names(each, decorator)), None)
    if chosen is None:
        return None
    todo, seen = [chosen], {chosen.name}
    for function in todo:
        for node in ast.walk(function):
            called = node.func.id if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) else ""
            if called in functions and called not in seen:
                seen.add(called)
                todo.append(functions[called])
    return list(_pieces([(each, False) for each in todo], path, inside=True))


_Function = ast.FunctionDef | ast.AsyncFunctionDef


def _functions(tree: ast.Module) -> list[_Function]:
    return [node for node in tree.body if isinstance(node, _Function)]


def _plain(name: str) -> str:
    return name.partition("(")[0].replace("_", "-").lower()


def _names(function: _Function, decorator: str) -> set[str]:
    """Return the names of the task that a function is for; none where it is for none."""
    for each in function.decorator_list:
        call = each if isinstance(each, ast.Call) else None
        if _last(call.func if call is not None else each) != decorator:
            continue
        given = [word.value for word in call.keywords if word.arg == "name"] if call is not None else []
        if given and isinstance(given[0], ast.Constant) and isinstance(given[0].value, str):
            return {_plain(given[0].value)}
        return {_plain(function.name)}
    return set()


def _last(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def _pieces(roots: list[tuple[ast.AST, bool]], path: str, *, inside: bool = False) -> Iterator[Piece]:
    """Walk through code; commands in functions and conditions are not always run."""
    todo = list(reversed(roots))
    count = 0
    while todo and count < _MAX_NODES:
        node, branch = todo.pop()
        count += 1
        if isinstance(node, ast.Call):
            piece = _piece(node, path, branch=branch)
            if piece is not None:
                yield piece
        deeper = branch or (not inside and isinstance(node, _Function)) or (inside and isinstance(node, ast.If))
        todo.extend((child, deeper) for child in reversed(list(ast.iter_child_nodes(node))))


def _piece(node: ast.Call, path: str, *, branch: bool) -> Piece | None:
    if not node.args:
        return None
    line = node.lineno - 1
    first = node.args[0].value if isinstance(node.args[0], ast.Starred) else node.args[0]
    words = _words(first)
    if words is not None:
        return Piece(path, line, words=tuple(words), branch=branch) if words else None
    if _last(node.func) == "notify" and isinstance(first, ast.Constant) and isinstance(first.value, str):
        return Piece(path, line, task=("nox", first.value), branch=branch)
    if _last(node.func) not in _STARTS:
        return None
    text = _text(first)
    if len(node.args) > 1 and UNKNOWN not in text and " " not in text:
        rest = [_text(each) for each in node.args[1:_MAX_WORDS]]
        return Piece(path, line, words=(text, *rest), branch=branch)
    return Piece(path, line, text=text, branch=branch) if text != UNKNOWN else None


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
