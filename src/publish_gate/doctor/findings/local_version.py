"""A version with a local part (`1.0+g1234`): every index refuses it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from packaging.version import InvalidVersion, Version

from publish_gate.doctor.findings import tag_version
from publish_gate.doctor.findings.model import Confidence, Finding, Severity

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = tag_version.LOCAL


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each project of the checkout whose declared version has a local part."""
    for project in examination.projects:
        try:
            local = Version(project.version or "").local
        except InvalidVersion:
            continue
        if local is not None:
            yield Finding(
                RULE,
                Severity.ERROR,
                Confidence.HIGH,
                f"{project.name} declares {project.version}: indexes take no version with a local part (+{local})",
                "leave out what follows the plus sign",
                project.place,
                "",
                "local-version",
            )
