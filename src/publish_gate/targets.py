"""The built-in targets and their rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate import hosts
from publish_gate.gate.rules import DEFAULT_BRANCH, DefaultBranch
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class BuiltInTarget:
    """A public index and the rule that holds for it where nothing else is said."""

    name: str
    index: hosts.PublicIndex
    events: tuple[str, ...]
    branches: DefaultBranch | None
    tags: tuple[str, ...]
    environment: str


BUILT_IN: Mapping[str, BuiltInTarget] = {
    target.name: target
    for target in (
        BuiltInTarget("testpypi", hosts.TESTPYPI, ("push",), DEFAULT_BRANCH, (), "testpypi"),
        BuiltInTarget("pypi", hosts.PYPI, ("push",), None, ("v*",), "pypi"),
    )
}
