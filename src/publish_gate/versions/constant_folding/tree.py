"""Finds modules below a checkout as Python's imports would, and parses them."""

from __future__ import annotations

import ast
import posixpath
import sys
import warnings
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError, Problem
from publish_gate.versions.constant_folding.values import Module, Origin, Unknown

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.checkout import Checkout


MAX_SOURCE = 256 * 1024
"""Bytes of Python code: taken apart, it takes some eight hundred times as much memory."""


@dataclass(frozen=True, slots=True)
class Tree:
    """The modules of a checkout; ``extra_roots`` are folders that packages lie in."""

    checkout: Checkout
    extra_roots: tuple[str, ...] = ()
    _submodules: dict[str, frozenset[str]] = field(default_factory=dict)

    def find(self, folder: str, parts: list[str], origin: Origin) -> Module | None:
        """Find the file of a module below a folder, as Python looks: a package goes before a module."""
        path = posixpath.join(folder, *parts)
        if self.checkout.has_file(posixpath.join(path, "__init__.py")):
            return Module(posixpath.join(path, "__init__.py"), path, origin)
        if parts and self.checkout.has_file(f"{path}.py"):
            return Module(f"{path}.py", None, origin)
        if self.checkout.has_folder(path or "."):
            return Module(None, path, origin)
        return None

    def roots(self, path: str, top: str) -> Iterable[str]:
        """List the folders in which an absolute import of ``top``, written in ``path``, can be found."""
        folders = []
        folder = posixpath.dirname(path)
        while folder and folder != "..":
            if posixpath.basename(folder) == top:
                folders.append(posixpath.dirname(folder))
            folder = posixpath.dirname(folder)
        outermost = posixpath.dirname(path)
        while outermost and self.checkout.has_file(posixpath.join(outermost, "__init__.py")):
            outermost = posixpath.dirname(outermost)
        return dict.fromkeys([*folders, outermost, *self.extra_roots])

    def submodules(self, package: str) -> frozenset[str]:
        """List the names of the modules and packages that lie in a package; raises CheckoutError."""
        if package not in self._submodules:
            names = self.checkout.names_in(package or ".")
            self._submodules[package] = frozenset(
                name.removesuffix(".py") for name in names if name.removesuffix(".py").isidentifier()
            )
        return self._submodules[package]


def parse(checkout: Checkout, path: str) -> ast.Module | Unknown:
    """Parse a file of the checkout; Unknown says why that was not possible."""
    try:
        content = checkout.read_bytes(path)
    except CheckoutError as error:
        return Unknown(error.problem.value, str(error), Origin(path, 1))
    if len(content) > MAX_SOURCE:
        text = f"it is larger than {MAX_SOURCE // 1024} KiB, which Python code is read of"
        return Unknown(Problem.TOO_LARGE.value, text, Origin(path, 1))
    reader = f"Python {'.'.join(map(str, sys.version_info[:3]))}, which reads it,"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # what the project's code is warned of is not our users' concern
            return ast.parse(content)
    except SyntaxError as error:
        text = f"{reader} does not understand the syntax: {error.msg}"
        return Unknown("syntax-error", text, Origin(path, error.lineno or 1))
    except (ValueError, RecursionError, MemoryError) as error:
        text = f"{reader} cannot parse it ({type(error).__name__})"
        return Unknown("syntax-error", text, Origin(path, 1))
