"""Finding the packages that one entry of the config file stands for: a glob, or a workspace's member list."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError
from publish_gate.config.globs import check_glob, compile_glob
from publish_gate.config.model import Discovery
from publish_gate.errors import ConfigurationError, Problem

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from publish_gate.checkout import Checkout
    from publish_gate.config.model import PackageEntry
    from publish_gate.versions.toml import Document

_MOST_NAMES = 20_000
_MARKER = "pyproject.toml"


def find_packages(checkout: Checkout, entry: PackageEntry) -> tuple[str, ...]:
    """Return the folders, from the root of the checkout, that ``entry`` stands for, sorted.

    A folder counts if it has a ``pyproject.toml``. Raises `ConfigurationError` where none is found, where the
    workspace's list cannot be read, or where there are absurdly many folders to look through.
    """
    if not entry.stands_for_many:
        return (entry.path,)
    if entry.discover is None:
        found = expand(checkout, [entry.path])
        what = f"no folder that matches {entry.path!r} has a {_MARKER}"
    else:
        found = _members(checkout, entry, entry.discover)
        what = f"the {entry.discover.value} workspace in {entry.path!r} has no member with a {_MARKER}"
    if not found:
        key = "path" if entry.discover is None else "discover"
        raise ConfigurationError([Problem(f"packages.{entry.name}.{key}", what, entry.places.get(key))])
    return found


def expand(checkout: Checkout, patterns: Iterable[str], exclude: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the folders with a ``pyproject.toml`` that match any pattern and none of ``exclude``, sorted.

    A `*` stands for one level and `**` for any number of them; hidden folders and links are not entered.
    """
    patterns, exclude = list(patterns), list(exclude)
    wrong = [problem for pattern in (*patterns, *exclude) if (problem := check_glob(pattern))]
    if wrong:
        raise ConfigurationError([Problem("packages", problem) for problem in wrong])
    budget = [_MOST_NAMES]
    refused = [compile_glob(pattern) for pattern in exclude]
    found = {
        folder
        for pattern in patterns
        for folder in _walk(checkout, ".", [part for part in pattern.split("/") if part not in {"", "."}], budget)
        if not any(each.matches(folder) for each in refused)
    }
    return tuple(sorted(folder for folder in found if checkout.has_file(f"{folder}/{_MARKER}")))


def _walk(checkout: Checkout, folder: str, parts: list[str], budget: list[int]) -> Iterator[str]:
    budget[0] -= 1
    if budget[0] < 0:
        message = f"more than {_MOST_NAMES} files and folders to look through; name the packages' folder more closely"
        raise ConfigurationError([Problem("packages", message)])
    if not parts:
        yield folder
        return
    part, rest = parts[0], parts[1:]
    if part == "..":
        return
    if not any(character in part for character in "*?["):
        inner = _join(folder, part)
        if checkout.has_folder(inner):
            yield from _walk(checkout, inner, rest, budget)
        return
    if part == "**":
        yield from _walk(checkout, folder, rest, budget)
    wanted = compile_glob(part)
    try:
        names = checkout.names_in(folder)
    except CheckoutError as error:
        raise ConfigurationError([Problem("packages", str(error))]) from None
    budget[0] -= len(names)
    for name in names:
        inner = _join(folder, name)
        if name.startswith(".") or not (part == "**" or wanted.matches(name)) or not _is_own_folder(checkout, inner):
            continue
        yield from _walk(checkout, inner, parts if part == "**" else rest, budget)


def _is_own_folder(checkout: Checkout, path: str) -> bool:
    # A link could lead back up: the walk would not end.
    return checkout.has_folder(path) and not (checkout.root / path).is_symlink()


def _join(folder: str, name: str) -> str:
    return name if folder == "." else f"{folder}/{name}"


def _members(checkout: Checkout, entry: PackageEntry, discovery: Discovery) -> tuple[str, ...]:
    """Read a workspace's member list by the rule of the tool that owns it."""
    from publish_gate.versions.faults import Refusal
    from publish_gate.versions.toml import load

    file = _join(entry.path.rstrip("/") or ".", _MARKER)
    place = entry.places.get("discover")
    try:
        document = load(checkout, file)
    except Refusal as error:
        key = f"packages.{entry.name}.discover"
        raise ConfigurationError([Problem(key, error.fault.message, place)]) from None
    reader = {Discovery.UV: _uv, Discovery.HATCH: _hatch, Discovery.POETRY: _poetry}[discovery]
    members, exclude = reader(document.get("tool"))
    named = document.get("project", "name") or document.get("tool", "poetry", "name")
    if named is not None and not _is_virtual(document):
        members = [".", *members]  # the root of a workspace may be a package itself
    base = entry.path.rstrip("/")
    prefix = "" if base in {"", "."} else f"{base}/"
    return expand(checkout, [_below(prefix, each) for each in members], [_below(prefix, each) for each in exclude])


def _is_virtual(document: Document) -> bool:
    """Whether the root says of itself that it is no package to build."""
    return document.get("tool", "uv", "package") is False or document.get("tool", "poetry", "package-mode") is False


def _below(prefix: str, path: str) -> str:
    return posixpath.normpath(posixpath.join(prefix or ".", path.rstrip("/") or "."))


def _uv(tool: object) -> tuple[list[str], list[str]]:
    """`[tool.uv.workspace]`: `members` and `exclude`, both with globs."""
    workspace = _table(_table(_table(tool), "uv"), "workspace")
    return _texts(workspace.get("members")), _texts(workspace.get("exclude"))


def _hatch(tool: object) -> tuple[list[str], list[str]]:
    """`[tool.hatch.envs.NAME]`: `workspace.members` (paths, or tables with a `path`) and `workspace.exclude`."""
    members: list[str] = []
    exclude: list[str] = []
    environments = _table(_table(_table(tool), "hatch"), "envs")
    for name in environments:
        workspace = _table(_table(environments, name), "workspace")
        members += _texts(workspace.get("members"))
        exclude += _texts(workspace.get("exclude"))
    return members, exclude


def _poetry(tool: object) -> tuple[list[str], list[str]]:
    """Poetry has path dependencies; its workspace plug-ins have lists or tables of folders."""
    poetry = _table(_table(tool), "poetry")
    workspace = _table(poetry, "workspace")
    members = _texts(workspace.get("members")) + _texts(workspace.get("include"))
    members += [path for path in _table(poetry, "workspaces").values() if isinstance(path, str)]
    groups = [_table(each, "dependencies") for each in _table(poetry, "group").values() if isinstance(each, dict)]
    for dependencies in (_table(poetry, "dependencies"), _table(poetry, "dev-dependencies"), *groups):
        for constraint in dependencies.values():
            for dependency in constraint if isinstance(constraint, list) else [constraint]:
                path = dependency.get("path") if isinstance(dependency, dict) else None
                if isinstance(path, str):
                    members.append(path)
    return members, _texts(workspace.get("exclude"))


def _table(value: object, key: str | None = None) -> dict[str, object]:
    inner = value.get(key) if key is not None and isinstance(value, dict) else value if key is None else None
    return inner if isinstance(inner, dict) else {}


def _texts(value: object) -> list[str]:
    if not isinstance(value, list):
        return []
    found = [each.get("path") if isinstance(each, dict) else each for each in value]
    return [each for each in found if isinstance(each, str) and each]
