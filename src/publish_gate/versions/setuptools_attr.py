"""Reads the version that ``attr`` names, as setuptools does: a literal in the module, or what an import gives."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from publish_gate.versions.constant_folding import Known, Loader, Origin, Unknown
from publish_gate.versions.constant_folding.tree import parse
from publish_gate.versions.faults import DECLARE_IT, Refusal, refuse
from publish_gate.versions.model import FoundVersion, VersionFault
from publish_gate.versions.package_dirs import module_path
from publish_gate.versions.python import fault_of, not_a_string, read_value

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place


def read(
    checkout: Checkout, attribute: str, folders: dict[str, str], declared_by: str, place: Place
) -> FoundVersion | VersionFault:
    """Read ``package.module.NAME``: the first assignment to NAME if it is a literal, else what an import gives."""
    module, _, name = attribute.strip().rpartition(".")
    path = module_path(checkout, module or "__init__", folders)
    if path is None:
        message = f"the module {module!r} that `attr` names is not in the tree"
        raise refuse("import-not-in-tree", message, place, advice=DECLARE_IT)
    value = _first_literal(checkout, path, name)
    if value is None:
        loader = Loader(checkout, tuple(dict.fromkeys(["", *folders.values()])))
        folded = read_value(loader, path, name)
        if isinstance(folded, VersionFault):
            return folded
        value = folded
    found_at = checkout.place(value.origin.path, value.origin.line)
    version = _as_text(value.value)
    if version is None:
        return not_a_string(name, value, found_at)
    return FoundVersion(version, found_at, declared_by)


def _first_literal(checkout: Checkout, path: str, name: str) -> Known | None:
    """Take the first top-level assignment to a name, where it is a literal: setuptools looks no further."""
    tree = parse(checkout, path)
    if isinstance(tree, Unknown):
        raise Refusal(fault_of(Loader(checkout), name, tree))
    for node in tree.body:
        if not isinstance(node, ast.Assign | ast.AnnAssign) or node.value is None:
            continue
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        if any(isinstance(target, ast.Name) and target.id == name for target in targets):
            try:
                value: object = ast.literal_eval(node.value)
            except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
                return None
            return Known(value, Origin(path, node.lineno))
    return None


def _as_text(value: object) -> str | None:
    """Make a version of a value as setuptools does: the items of a sequence joined with dots."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, list | tuple) and value and all(isinstance(item, str | int) for item in value):
        return ".".join(map(str, value))
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else None
