"""Finds the file that seems to hold a version which is computed; it is only named to the reader, never used.

First what the version is computed from, then all that setup.py reads or names, then the usual places in the
project's own package. Only code and data count: prose such as a README tells of other versions as well.
"""

from __future__ import annotations

import ast
import itertools
import posixpath
import re
from typing import TYPE_CHECKING

from publish_gate.versions.constant_folding import Known
from publish_gate.versions.constant_folding.values import TooMuchError
from publish_gate.versions.faults import is_placeholder
from publish_gate.versions.model import FoundVersion

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from publish_gate.checkout import Checkout
    from publish_gate.versions.constant_folding.evaluator import Evaluator
    from publish_gate.versions.model import ProjectReading

    ReadNamed = Callable[[Checkout, str], ProjectReading]

_MAX_CANDIDATES = 2000
_MAX_READ = 50
_MAX_PARTS = 12
_MAX_DEPTH = 8
_PROSE = re.compile(
    r"(?:^|/)docs?/|\.(?:md|rst|adoc|html?)$"
    r"|(?:^|/)(?:readme|change|changes|changelog|history|news|releases?|license|copying|authors|todo)(?:\.\w+)?$",
    re.IGNORECASE,
)
_IN_A_PACKAGE = (
    "_version.py",
    "version.py",
    "__version__.py",
    "__about__.py",
    "about.py",
    "_about.py",
    "__init__.py",
    "VERSION",
    "version.txt",
)
_MAX_NODES = 20_000
_LONGEST = 200
_THE_SAME = frozenset({"abspath", "realpath", "normpath", "resolve", "absolute", "Path", "PurePath", "str", "fspath"})


def in_setup_py(reader: Evaluator, version: ast.expr | None, read: ReadNamed) -> str | None:
    """Find the file that setup.py seems to read its version from; ``read`` reads the version from one."""
    script = _Script(reader)
    nodes = itertools.chain(script.behind(version), ast.walk(reader.tree))
    candidates = (path for node in itertools.islice(nodes, _MAX_NODES) for path in script.named_by(node))
    try:
        return _first(reader.loader.checkout, candidates, "setup.py", read)
    except TooMuchError:
        return None


def in_package(checkout: Checkout, name: str | None, without: str | None, read: ReadNamed) -> str | None:
    """Find the file of a project's own package that holds its version, ``without`` the one that does not."""
    if name is None:
        return None
    module = re.sub(r"[-.]+", "_", name)
    folders = [folder for base in ("", "src/", "lib/") for folder in (f"{base}{module}", f"{base}{module.lower()}")]
    paths = [f"{folder}/{file}" for folder in folders for file in _IN_A_PACKAGE] + [f"{path}.py" for path in folders]
    return _first(checkout, [*paths, "VERSION", "version.txt"], without, read)


def _first(checkout: Checkout, candidates: Iterable[str], without: str | None, read: ReadNamed) -> str | None:
    seen, tried = {without}, 0
    for path in (inside for candidate in candidates for inside in _inside(checkout, candidate, seen)):
        seen.add(path)
        if len(seen) > _MAX_CANDIDATES or tried > _MAX_READ:
            return None
        if not checkout.has_file(path):
            continue
        tried += 1
        version = read(checkout, path).version
        text = version.text if isinstance(version, FoundVersion) else ""
        if re.match(r"[vV]?\d", text) and not is_placeholder(text):
            return path
    return None


def _inside(checkout: Checkout, path: str, seen: set[str | None]) -> Iterator[str]:
    """Give a path that is new and not prose, and if it is a package, the usual places in that."""
    if path in seen or _PROSE.search(path):
        return
    yield path
    for folder in (path, f"src/{path}"):
        if checkout.has_folder(folder):
            yield from (f"{folder}/{file}" for file in _IN_A_PACKAGE)


class _Script:
    """A setup.py, asked for the files that it names."""

    def __init__(self, reader: Evaluator) -> None:
        self.reader = reader
        self.bound: dict[str, list[ast.AST]] = {}
        for node in itertools.islice(ast.walk(reader.tree), _MAX_NODES):
            if isinstance(node, ast.FunctionDef):
                self.bound.setdefault(node.name, []).append(node)
            elif isinstance(node, ast.Assign):
                names = [target.id for target in node.targets if isinstance(target, ast.Name)]
                for name in names:
                    self.bound.setdefault(name, []).append(node.value)

    def behind(self, version: ast.expr | None) -> Iterator[ast.AST]:
        """List what an expression is made of: its parts, and what its names were bound to."""
        todo: list[ast.AST] = [] if version is None else [version]
        seen: set[str] = set()
        while todo:
            for part in ast.walk(todo.pop(0)):
                yield part
                if isinstance(part, ast.Name) and part.id not in seen:
                    seen.add(part.id)
                    todo.extend(self.bound.get(part.id, []))

    def named_by(self, node: ast.AST) -> Iterator[str]:
        """List what could be paths: the strings among a call's arguments put together, what is joined or imported."""
        parts: list[str] = []
        if isinstance(node, ast.Call):
            parts = [path for argument in node.args[:_MAX_PARTS] if (path := self.path(argument))]
        elif isinstance(node, ast.BinOp | ast.JoinedStr):
            parts = [path for path in [self.path(node)] if path]
        elif isinstance(node, ast.Import | ast.ImportFrom):
            modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
            files = [f"{module.replace('.', '/')}.py" for module in modules if module]
            yield from [*files, *(file.removesuffix(".py") for file in files)]
        for start in range(len(parts)):
            for end in range(len(parts), start, -1):
                path = "/".join(parts[start:end])
                path = posixpath.normpath(path).lstrip("/") if "\n" not in path and len(path) < _LONGEST else "."
                if path != "." and ".." not in path.split("/"):
                    yield path

    def path(self, node: ast.AST, depth: int = 0) -> str | None:
        """Read an expression as a path from the project's folder; what finds that folder itself counts for nothing."""
        value = self.reader.evaluate(node) if isinstance(node, ast.expr) and depth == 0 else None
        if isinstance(value, Known):
            return value.value if isinstance(value.value, str) else None
        if depth > _MAX_DEPTH:
            return None
        match node:
            case ast.Constant(value=str(text)):
                return text
            case ast.Name(id="__file__"):
                return "setup.py"
            case ast.Name(id=name):
                values = [value for value in self.bound.get(name, []) if isinstance(value, ast.expr)]
                return self.path(values[-1], depth + 1) if values else None
            case ast.Attribute(value=inner, attr="parent"):
                return posixpath.dirname(self.path(inner, depth + 1) or "")
            case ast.Call():
                return self._called(node, depth + 1)
            case _:
                return self._together(node, depth + 1)

    def _called(self, node: ast.Call, depth: int) -> str | None:
        """Read a call that makes a path: ``dirname``, ``join`` and those that give back the same one."""
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        inner = node.args[0] if node.args else getattr(node.func, "value", None)
        if inner is None:
            return None
        if name == "dirname":
            return posixpath.dirname(self.path(inner, depth) or "")
        if name in {"join", "joinpath"}:
            first = [node.func.value] if name == "joinpath" and isinstance(node.func, ast.Attribute) else []
            return _put("/", [self.path(part, depth) for part in (*first, *node.args)])
        return self.path(inner, depth) if name in _THE_SAME else None

    def _together(self, node: ast.AST, depth: int) -> str | None:
        """Read ``a / b``, ``a + b`` and f-strings."""
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div | ast.Add):
            sides = [self.path(node.left, depth), self.path(node.right, depth)]
            return _put("/" if isinstance(node.op, ast.Div) else "", sides)
        if isinstance(node, ast.JoinedStr):
            inner = [part.value if isinstance(part, ast.FormattedValue) else part for part in node.values]
            return _put("", [self.path(part, depth) for part in inner])
        return None


def _put(between: str, parts: list[str | None]) -> str | None:
    known = [part for part in parts if part]
    return between.join(known) if known else None
