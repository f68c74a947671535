"""Reads the version as scikit-build-core does: a provider in ``[tool.scikit-build.metadata.version]``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.versions import patterns
from publish_gate.versions.faults import DECLARE_IT, from_vcs, read_text, refuse
from publish_gate.versions.hatch import Rule, find
from publish_gate.versions.model import FoundVersion

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.versions.model import VersionFault
    from publish_gate.versions.patterns import Found
    from publish_gate.versions.toml import Document

DEFAULT_PATTERN = r"(?i)^(__version__|VERSION)(?: ?\: ?str)? *= *(['\"])v?(?P<value>.+?)\2"
"""scikit-build-core's own rule: hatchling's, with an optional annotation."""

_TABLE = ("tool", "scikit-build", "metadata", "version")


def read(checkout: Checkout, pyproject: Document) -> FoundVersion | VersionFault:
    """Read the dynamic version of a project that scikit-build-core builds; raises Refusal."""
    options = pyproject.table(*_TABLE)
    provider = options.get("provider")
    if not options:
        if pyproject.get("tool", "dynamic-metadata") is not None:
            text = "the version comes from a plugin named in [tool.dynamic-metadata]"
            raise refuse("plugin", text, pyproject.place("tool", "dynamic-metadata"))
        text = "`version` is dynamic, but [tool.scikit-build.metadata.version] names no provider"
        raise refuse("nothing-declares-a-version", text, pyproject.place("project", "dynamic"), advice=DECLARE_IT)
    place = pyproject.place(*_TABLE, "provider")
    if provider == "scikit_build_core.metadata.setuptools_scm":
        return from_vcs("setuptools_scm", place)
    if provider != "scikit_build_core.metadata.regex" or "provider-path" in options:
        raise refuse("plugin", f"the version comes from the provider {provider!s:.80}", place)
    return _read_regex(checkout, pyproject, options)


def _read_regex(checkout: Checkout, pyproject: Document, options: dict[str, object]) -> FoundVersion:
    texts = {key: options.get(key, default) for key, default in _DEFAULTS.items()}
    for key, value in texts.items():
        if not isinstance(value, str) or (key == "input" and not value):
            text = f"`{key}` of [{'.'.join(_TABLE)}] is not a string"
            raise refuse("invalid-configuration", text, pyproject.place(*_TABLE), advice=DECLARE_IT)
    path, custom = str(texts["input"]), str(texts["regex"])
    named_in = pyproject.place(*_TABLE, "input")
    rule = Rule(custom, "value", "scikit-build.regex", pyproject.place(*_TABLE, "regex") if custom else named_in)
    content = read_text(checkout, path, named_in)
    match = find(checkout, path, content, rule, DEFAULT_PATTERN)
    version = _result(match, str(texts["result"]), str(texts["remove"]), rule)
    line = content.count("\n", 0, match.starts[min(1, len(match.starts) - 1)]) + 1
    return FoundVersion(version, checkout.place(path, line), rule.declared_by)


_DEFAULTS = {"input": "", "regex": "", "result": "{value}", "remove": ""}


def _result(match: Found, result: str, remove: str, rule: Rule) -> str:
    """Put the groups of a match together, as ``result`` and ``remove`` say."""
    from publish_gate.versions.constant_folding.operators import UnfoldableError, braces

    try:
        named = {name: match.groups[number] for name, number in match.names.items()}
        version = braces(result, match.groups[1:], named)
        return patterns.replace(remove, "", version) if remove else version
    except (UnfoldableError, patterns.PatternError) as error:
        text = f"the result {result!r} of the pattern cannot be put together"
        raise refuse("pattern", text, rule.place, advice=DECLARE_IT) from error
