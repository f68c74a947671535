"""The other files of the repository that a workflow runs, read within bounds."""

from __future__ import annotations

import posixpath
import sys
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from publish_gate.checkout import Checkout
    from publish_gate.doctor.workflow.model import Workflow

MAX_BYTES = 256 * 1024
"""Bytes of a script, action or task file that a workflow leads to."""
MAX_FILES = 200
"""Such files that are read; what more of them would do is unknown."""


class Sources(Protocol):
    """Gives the files of the repository a workflow stands in; paths are relative to its root, with ``/``."""

    def read(self, path: str) -> bytes | None:
        """Return a file's content, None if it is not there or cannot be read."""

    def workflow(self, path: str) -> Workflow | None:
        """Return a workflow file, None if it is not there or cannot be read."""


class KnownWorkflows:
    """The sources of workflows that come without a repository around them: each other."""

    def __init__(self, workflows: Mapping[str, Workflow] | None = None) -> None:
        self._workflows = workflows or {}

    def read(self, path: str) -> bytes | None:  # noqa: ARG002 - the protocol's
        """Know no other file."""
        return None

    def workflow(self, path: str) -> Workflow | None:
        """Return a workflow by its path."""
        return self._workflows.get(path)


class CheckoutSources(KnownWorkflows):
    """The files of a checkout, read through its one door."""

    def __init__(self, checkout: Checkout, workflows: Mapping[str, Workflow]) -> None:
        super().__init__(workflows)
        self._checkout = checkout

    def read(self, path: str) -> bytes | None:
        """Return a file's content, None if it is not there or cannot be read."""
        from publish_gate.checkout import CheckoutError

        try:
            return self._checkout.read_bytes(path)
        except CheckoutError:
            return None


def reader(root: Path) -> Callable[[str], bytes | None]:
    """Return what gives the files of the checkout at ``root`` by their paths, None for those that are not there."""
    from publish_gate.checkout import Checkout

    return CheckoutSources(Checkout.open(root, "."), {}).read


class Files:
    """Reads texts through `Sources`: a file once, and no more files than anybody needs.

    ``calls`` counts the commands that were looked at for one workflow.
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.calls = 0
        self._texts: dict[str, str | None] = {}
        self._tables: dict[str, dict[str, object]] = {}

    def text(self, path: str | None) -> str | None:
        """Return the text of a file, None if it is not there, too large, or no text."""
        if path is None:
            return None
        if path not in self._texts:
            self._texts[path] = self._read(path) if len(self._texts) < MAX_FILES else None
        return self._texts[path]

    def _read(self, path: str) -> str | None:
        content = self.sources.read(path)
        if content is None or len(content) > MAX_BYTES:
            return None
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError:
            return None

    def toml(self, path: str | None) -> dict[str, object]:
        """Return a TOML file's tables; none if it is not there or not valid."""
        text = self.text(path)
        if path is None or text is None:
            return {}
        if path not in self._tables:
            self._tables[path] = _parsed(text)
        return self._tables[path]


def _parsed(text: str) -> dict[str, object]:
    if sys.version_info >= (3, 11):
        import tomllib
    else:  # pragma: no cover - Python 3.10, which has no tomllib
        import tomli as tomllib  # type: ignore[import-not-found,unused-ignore]

    from publish_gate.versions.toml import refuse_long_keys

    try:
        refuse_long_keys(text)
        tables: dict[str, object] = tomllib.loads(text)
    except (ValueError, RecursionError):
        return {}
    return tables


def table(value: object, *keys: str) -> dict[str, object]:
    """Return the table under a path of keys; an empty one if there is none."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value if isinstance(value, dict) else {}


def repository_path(folder: str, path: str) -> str | None:
    """Return a path that a script in ``folder`` names, relative to the repository's root; None if it leaves it."""
    cleaned = path.replace("\\", "/")
    if cleaned.startswith("/") or ":" in cleaned[:3]:
        return None
    joined = posixpath.normpath(posixpath.join(folder, cleaned))
    return None if joined in {".", "/"} or joined.startswith(("..", "/")) else joined


def repositories_of_project(files: Files, folder: str) -> dict[str, dict[str, str]]:
    """Return the addresses of named repositories that the project's files configure, by the program that reads them."""
    found: dict[str, dict[str, str]] = {"uv": {}, "poetry": {}}
    project = files.toml(repository_path(folder, "pyproject.toml"))
    for listed in (
        table(project, "tool", "uv").get("index"),
        files.toml(repository_path(folder, "uv.toml")).get("index"),
    ):
        for index in listed if isinstance(listed, list) else ():
            name, url = table(index).get("name"), table(index).get("publish-url")
            if isinstance(name, str) and isinstance(url, str):
                found["uv"][name] = url
    for name, repository in table(files.toml(repository_path(folder, "poetry.toml")), "repositories").items():
        url = table(repository).get("url")
        if isinstance(url, str):
            found["poetry"][name] = url
    return found
