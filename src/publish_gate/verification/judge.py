"""What an index has of a release beside what it should have: pure functions of what was read."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.gate.built import FileComparison, compare_file
from publish_gate.gate.checks import missing_of
from publish_gate.gate.rules import Distribution
from publish_gate.index.files import Kind, kind_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from packaging.version import Version

    from publish_gate.gate.built import BuiltFile
    from publish_gate.gate.rules import Requirement
    from publish_gate.index.release_files import ReleaseFiles
    from publish_gate.index.state import IndexFile

# How long what a cache keeps may be old, as the public indexes have it.
_ABSENCE_LIVES, _ANSWER_LIVES = 60, 900
_QUARANTINED = "quarantined"


class Expected(NamedTuple):
    """What should be there. ``built`` is None if the files themselves are not known."""

    project: str
    version: Version
    built: tuple[BuiltFile, ...] | None
    require: frozenset[Requirement]


class Difference(NamedTuple):
    """Something that is there and should not be so: a file, or the project; ``what`` completes the sentence."""

    name: str
    what: str

    def __str__(self) -> str:
        return f"{self.name} {self.what}"


class Judgement(NamedTuple):
    """What is not there, what is there and should not be so, and what else a reader should know.

    Waiting helps only against what is missing.
    """

    missing: tuple[str, ...] = ()
    different: tuple[Difference, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def right(self) -> bool:
        """Whether everything is as it should be."""
        return not self.missing and not self.different


def judge(expected: Expected, found: ReleaseFiles) -> Judgement:
    """Compare a release with what it should be."""
    on_index = {file.name: file for file in found.files}
    missing, different = _files(expected, on_index)
    different += [
        Difference(file.name, "is yanked" if file.yanked == "true" else f"is yanked: {file.yanked}")
        for file in found.files
        if file.yanked
    ]
    if found.status == _QUARANTINED:
        different.append(Difference(expected.project, "is quarantined: nobody can install it"))
    notes = [seen_in_cache(found)] if missing and found.age is not None else []
    notes += [f"{name} is there, but the index has no hash to compare" for name in _unclear(expected, on_index)]
    return Judgement(tuple(missing), tuple(different), tuple(notes))


def _files(expected: Expected, on_index: Mapping[str, IndexFile]) -> tuple[list[str], list[Difference]]:
    if expected.built is None:
        wheels = [name for name in on_index if kind_of(name) is Kind.WHEEL]
        sdists = sum(kind_of(name) is Kind.SDIST for name in on_index)
        present = {Distribution.SDIST: sdists, Distribution.WHEEL: len(wheels)}
        missing = missing_of(present, wheels, expected.require)
        if not on_index:
            missing = [f"{expected.project} {expected.version}"]
        return missing, []
    missing, different = list[str](), list[Difference]()
    for file in expected.built:
        compared = compare_file(file, on_index)
        if compared is FileComparison.MISSING:
            missing.append(file.name)
        elif not file.hashes:
            different.append(Difference(file.name, "cannot be read here, so that it cannot be compared"))
        elif compared is FileComparison.DIFFERENT:
            different.append(Difference(file.name, "has another content than what was built"))
        elif _python_differs(file.requires_python, on_index[file.name].requires_python):
            there = on_index[file.name].requires_python or "nothing"
            needs = file.requires_python or "of any version"
            different.append(Difference(file.name, f"requires Python {needs}, but is listed as {there}"))
    names = {file.name for file in expected.built}
    strange = sorted(on_index.keys() - names)
    different += [Difference(name, "is there, and is not among what was built") for name in strange]
    return missing, different


def _unclear(expected: Expected, on_index: Mapping[str, IndexFile]) -> list[str]:
    built = expected.built or ()
    return [file.name for file in built if file.hashes and compare_file(file, on_index) is FileComparison.UNCLEAR]


def _python_differs(built: str, there: str | None) -> bool:
    """Whether an index tells installers another Python than the file itself; not if it tells nothing at all."""
    if there is None:
        return False
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(built) != SpecifierSet(there)
    except InvalidSpecifier:
        return built != there


def seen_in_cache(found: ReleaseFiles) -> str:
    """Say that an answer may be older than the upload."""
    age = f"{found.age} s old" if found.age else "of unknown age"
    if not found.found:
        return f"a cache says that it is not there (404, {age}); such an answer lives up to {_ABSENCE_LIVES} s"
    return f"the answer comes from a cache ({age}); clients keep one for up to {_ANSWER_LIVES // 60} minutes"


class Publisher(NamedTuple):
    """Who should have published: ``OWNER/REPOSITORY``, and the file name of the workflow."""

    repository: str
    workflow: str


def judge_provenance(body: bytes, publisher: Publisher) -> str:
    """Say what is wrong with who an index says has published a file (PEP 740), as the end of a sentence about it.

    Its form is that of the integrity API: bundles of attestations, each with the publisher that it was verified for.
    """
    try:
        value = json.loads(body)
        told = [bundle["publisher"] for bundle in value["attestation_bundles"]]
        found = [Publisher(str(one.get("repository", "")), str(one.get("workflow", ""))) for one in told]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "has a provenance that cannot be read"
    if any(_same(one, publisher) for one in found):
        return ""
    shown = ", ".join(f"{one.repository[:100]} ({one.workflow[:100]})" for one in found[:3]) or "nobody"
    return f"was published by {shown}, not by {publisher.repository} ({publisher.workflow})"


def _same(one: Publisher, other: Publisher) -> bool:
    return one.repository.lower() == other.repository.lower() and one.workflow == other.workflow
