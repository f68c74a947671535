"""Reads the version as hatchling does: ``[tool.hatch.version]``, or ``[version]`` of hatch.toml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions.faults import DECLARE_IT, Refusal, from_vcs, read_text, refuse
from publish_gate.versions.model import FoundVersion, VersionFault
from publish_gate.versions.toml import Document, load

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place
    from publish_gate.versions.patterns import Found

DEFAULT_PATTERN = r"(?i)^(__version__|VERSION) *= *(['\"])v?(?P<version>.+?)\2"
"""hatchling's own rule: it drops a leading v, and a name with an annotation does not match."""

_VCS_SOURCES = {
    "vcs": "hatch-vcs",
    "uv-dynamic-versioning": "uv-dynamic-versioning",
    "versioningit": "versioningit",
    "dunamai": "dunamai",
    "git": "git tags",
    "setuptools-scm": "setuptools_scm",
}
_OTHER_REASONS = {"env": "an environment variable", "calver": "the calendar"}
_NAME = r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)?"


class _Table(NamedTuple):
    """The version table and where it stands."""

    checkout: Checkout
    document: Document
    keys: tuple[str, ...]
    options: dict[str, object]

    def place(self, key: str) -> Place:
        """Say where an option stands; the file alone where it does not."""
        return self.document.place(*self.keys, *([key] if key in self.options else []))

    def text(self, key: str, default: str = "") -> str:
        """Give an option that must be a text."""
        value = self.options.get(key, default)
        if isinstance(value, str):
            return value
        text = f"`{key}` of {'.'.join(self.keys)} is not a string"
        raise refuse("invalid-configuration", text, self.place(key), advice=DECLARE_IT)


def read(checkout: Checkout, pyproject: Document) -> FoundVersion | VersionFault:
    """Read the dynamic version of a project that hatchling builds; raises Refusal."""
    table = _find_table(checkout, pyproject)
    source = table.text("source", "regex")
    if _VCS_SOURCES.get(source):
        return from_vcs(_VCS_SOURCES[source], table.place("source"))
    if source in {"regex", "regex_commit"}:  # hatch-regex-commit reads by the same rule
        return _read_regex(table)
    if source == "code":
        return _read_code(table)
    if source == "nodejs":
        return _read_node(table)
    what = _OTHER_REASONS.get(source, f"hatchling's plugin {source!r}")
    raise refuse(
        f"hatch-{source}" if source in _OTHER_REASONS else "plugin",
        f"the version comes from {what}",
        table.place("source"),
    )


def _find_table(checkout: Checkout, pyproject: Document) -> _Table:
    documents: list[tuple[Document, tuple[str, ...]]] = [(pyproject, ("tool", "hatch", "version"))]
    if checkout.has_file("hatch.toml"):
        # Its tables replace those of pyproject.toml as a whole.
        documents.insert(0, (load(checkout, "hatch.toml"), ("version",)))
    for document, keys in documents:
        options = document.get(*keys)
        if isinstance(options, dict):
            return _Table(checkout, document, keys, options)
        if options is not None:
            text = f"{'.'.join(keys)} is not a table"
            raise refuse("invalid-configuration", text, document.place(*keys), advice=DECLARE_IT)
    hooks = pyproject.table("tool", "hatch", "metadata", "hooks")
    for hook in hooks:
        tool = _VCS_SOURCES.get(hook)
        if tool:
            raise Refusal(from_vcs(tool, pyproject.place("tool", "hatch", "metadata", "hooks", hook)))
    if hooks:
        text = f"the version comes from the metadata hook {next(iter(hooks))!r} of hatchling"
        raise refuse("hook", text, pyproject.place("tool", "hatch", "metadata", "hooks", next(iter(hooks))))
    text = "`version` is dynamic, but there is no [tool.hatch.version] that says where it comes from"
    raise refuse("nothing-declares-a-version", text, pyproject.place("project", "dynamic"), advice=DECLARE_IT)


def _read_regex(table: _Table) -> FoundVersion:
    path = table.text("path")
    if not path:
        text = f"{'.'.join(table.keys)} has no `path`"
        raise refuse("nothing-declares-a-version", text, table.place("path"), advice=DECLARE_IT)
    # `true` stands for the default as well.
    custom = "" if table.options.get("pattern") is True else table.text("pattern")
    content = read_text(table.checkout, path, table.place("path"))
    return match_version(
        table.checkout,
        path,
        content,
        Rule(custom, "version", "hatch.path", table.place("pattern")),
        DEFAULT_PATTERN,
    )


def _read_code(table: _Table) -> FoundVersion | VersionFault:
    from publish_gate.versions.python import read_python

    path, expression = table.text("path"), table.text("expression") or "__version__"
    if not path:
        text = f"{'.'.join(table.keys)} has no `path`"
        raise refuse("nothing-declares-a-version", text, table.place("path"), advice=DECLARE_IT)
    if re.fullmatch(_NAME, expression) is None:
        text = f"the version is the result of the expression `{expression[:80]}`"
        raise refuse("call", text, table.place("expression"))
    read_text(table.checkout, path, table.place("path"))
    reading = read_python(table.checkout, path, expression)
    if isinstance(reading, FoundVersion):
        return FoundVersion(reading.text, reading.place, "hatch.code", reading.notes)
    return reading


def _read_node(table: _Table) -> FoundVersion:
    import json

    path = table.text("path") or "package.json"
    content = read_text(table.checkout, path, table.place("path"))
    try:
        parsed = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise refuse("invalid-json", f"{path} is not valid JSON: {error}", table.checkout.place(path)) from error
    version = parsed.get("version") if isinstance(parsed, dict) else None
    if not isinstance(version, str):
        raise refuse("nothing-declares-a-version", f"{path} has no `version`", table.checkout.place(path))
    lines = [number for number, line in enumerate(content.split("\n"), 1) if re.match(r'\s*"version"\s*:', line)]
    return FoundVersion(version, table.checkout.place(path, lines[0] if len(lines) == 1 else None), "package.json")


class Rule(NamedTuple):
    """A regular expression that finds a version: the project's own (empty for the default) and its group."""

    custom: str
    group: str | int
    declared_by: str
    place: Place


def match_version(checkout: Checkout, path: str, content: str, rule: Rule, default: str) -> FoundVersion:
    """Search a file for its version; raises Refusal if the pattern finds none or cannot be run."""
    match = find(checkout, path, content, rule, default)
    number = match.number(rule.group)
    if number is None:
        text = f"the pattern has no group {rule.group!r}, which holds the version"
        raise refuse("invalid-configuration", text, rule.place, advice=DECLARE_IT)
    version = match.groups[number]
    if version is None:
        raise refuse("no-match", "the group that holds the version took no part in the match", rule.place)
    line = content.count("\n", 0, match.starts[number]) + 1
    return FoundVersion(version, checkout.place(path, line), rule.declared_by)


def find(checkout: Checkout, path: str, content: str, rule: Rule, default: str) -> Found:
    """Run a rule on a file; raises Refusal."""
    from publish_gate.versions import patterns

    search = patterns.search if rule.custom else patterns.search_trusted
    try:
        match = search(rule.custom or default, content, re.MULTILINE)
    except patterns.PatternError as error:
        raise refuse("pattern", f"{error}", rule.place) from error
    if match is None:
        shown = rule.custom or default
        text = f"{path} does not match the pattern {shown[:120]!r} with which the build back end looks for the version"
        raise refuse("no-match", text, checkout.place(path), advice=DECLARE_IT)
    return match
