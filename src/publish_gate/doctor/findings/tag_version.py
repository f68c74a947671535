"""The tag names one version, the files another: what is built is not what the tag says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.gate.tags import version_of_tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, LocalProject

RULE = Rule("tag-version-mismatch", "The tag names another version than the files", ("tag-version-mismatch",))
LOCAL = Rule("local-version", "A version with a local part is refused", ("local-version",))
_TAG = "refs/tags/"


def find(examination: Analysis) -> Iterator[Finding]:
    """Hold the tag that is asked about against the version of the checkout."""
    tag = asked_tag(examination)
    if not tag or len(examination.projects) != 1:
        return
    project = examination.projects[0]
    named, declared = version_of_tag(tag, project.name), _parsed(project)
    if named is not None and declared is not None and named != declared:
        yield Finding(
            RULE,
            Severity.ERROR,
            Confidence.HIGH,
            f"the tag {tag!r} names {named}, but {project.name} declares {declared}: that is what would be built",
            f"set the version to {named}, commit, and tag that commit; tags that were pushed stay where they are",
            project.place,
            "",
            "tag-version-mismatch",
        )


def asked_tag(examination: Analysis) -> str:
    """Return the tag that the question is about, by its ref or by the claims; empty where it is about none."""
    refs = [examination.claims.ref or ""] if examination.claims is not None else []
    if examination.record is not None and examination.record.claims is not None:
        refs.append(examination.record.claims.ref or "")
    refs += [situation.ref for situation in examination.situations if situation.name in examination.asked]
    return next((ref.removeprefix(_TAG) for ref in refs if ref.startswith(_TAG)), "")


def _parsed(project: LocalProject) -> Version | None:
    try:
        return Version(project.version or "")
    except InvalidVersion:
        return None
