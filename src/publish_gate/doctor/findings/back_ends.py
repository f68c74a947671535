"""Which metadata version a build is going to write, and from which release on a tool reads it."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.findings.builds import folder_of
from publish_gate.doctor.workflow.graph import with_needed

if TYPE_CHECKING:
    from packaging.specifiers import SpecifierSet
    from packaging.version import Version

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.workflow.model import Step

# A build that does not take the newest back end that its requirement allows, or is told which version to write.
_HELD_BACK = ("--no-isolation", "--no-build-isolation", "constraint", "-n ", "CONSTRAINT", "exclude-newer")
_TOLD = "metadata-version"
_LEGACY = "setuptools.build_meta"
# The distribution that a back end comes from.
_BACK_ENDS = {
    "flit_core.buildapi": "flit-core",
    "hatchling.build": "hatchling",
    "pdm.backend": "pdm-backend",
    "poetry.core.masonry.api": "poetry-core",
    "setuptools.build_meta": "setuptools",
}


class Written(NamedTuple):
    """A metadata version that is going to be written, and by what: ``requirement`` as it stands in the file."""

    version: str
    requirement: str


def written(analysis: Analysis, job: PublishingJob) -> Written | None:
    """Return the newest metadata version that what is uploaded may have; None if the files do not say it."""
    from publish_gate.doctor.uploads import builds

    workflow = job.actual.workflow
    found: set[Written] = set()
    for owner in with_needed(workflow, [job.actual.job.id]):
        for step in builds(owner):
            folder = folder_of(step, owner, workflow)
            one = _of_folder(analysis, folder) if folder is not None and not _is_held_back(step) else None
            if one is None:
                return None
            found.add(one)
    return max(found, key=lambda one: _numbers(one.version), default=None)


def _is_held_back(step: Step) -> bool:
    texts = [scalar.text for scalar in (step.run,) if scalar is not None] + [entry.key for entry in step.env]
    return any(sign in text for text in texts for sign in _HELD_BACK)


def _of_folder(analysis: Analysis, folder: str) -> Written | None:
    """Return what the back end of the project in a folder writes."""
    from packaging.requirements import InvalidRequirement, Requirement

    from publish_gate.doctor.findings.metadata_versions import WRITES
    from publish_gate.doctor.uploads.sources import Files

    if analysis.sources is None:
        return None
    path, files = posixpath.join(folder, "pyproject.toml"), Files(analysis.sources)
    if _TOLD in (files.text(path) or _TOLD):
        return None
    system = files.toml(path).get("build-system")
    if not isinstance(system, dict):
        return None
    back_end = str(system.get("build-backend", _LEGACY)).partition(":")[0]
    name = _BACK_ENDS.get(back_end, "")
    requires = system.get("requires")
    for text in requires if name in WRITES and isinstance(requires, list) else ():
        try:
            requirement = Requirement(str(text))
        except InvalidRequirement:
            continue
        if requirement.name.lower().replace("_", "-") == name:
            version = _newest(WRITES[name], requirement.specifier)
            return Written(version, str(text)) if version else None
    return None


def _newest(firsts: dict[str, str], specifier: SpecifierSet) -> str:
    """Return the newest metadata version that a release within a specifier writes."""
    from packaging.version import InvalidVersion, Version

    tried = set(firsts.values())
    for part in specifier:
        tried.add(part.version.removesuffix(".*"))
    versions: set[Version] = set()
    for text in tried:
        try:
            versions.add(Version(text))
        except InvalidVersion:
            continue
    allowed = [version for version in versions if specifier.contains(version, prereleases=True)]
    for metadata in sorted(firsts, key=_numbers, reverse=True):
        if any(version >= Version(firsts[metadata]) for version in allowed):
            return metadata
    return ""


def reads(tool: str, release: tuple[int, ...]) -> str:
    """Return the newest metadata version that a release of a tool reads, as the one tried before it; else empty."""
    from publish_gate.doctor.findings.metadata_versions import READS

    before = [known for known in READS[tool] if _numbers(known) <= release]
    return READS[tool][max(before, key=_numbers)] if before else ""


def needed(tool: str, metadata: str) -> str:
    """Return the first release of a tool from which on all read a metadata version; empty if none is known."""
    from publish_gate.doctor.findings.metadata_versions import READS

    found = ""
    for release in sorted(READS[tool], key=_numbers, reverse=True):
        if is_newer(metadata, READS[tool][release]):
            break
        found = release
    return found


def is_newer(metadata: str, other: str) -> bool:
    """Whether a metadata version came after another one."""
    return _numbers(metadata) > _numbers(other)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(".") if part.isdigit())
