"""The claims that were given are ones that the index refuses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.trusted_publishing.refusals import reasons

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule(
    "identity-refused",
    "The index refuses the identity that was presented",
    (
        "no-publisher-on-index",
        "owner-mismatch",
        "repository-mismatch",
        "repository-renamed",
        "repository-name-case",
        "workflow-filename-mismatch",
        "environment-missing-in-job",
        "environment-name-mismatch",
        "whitespace",
        "reusable-workflow",
        "pull-request-target-event",
        "pending-publisher-project-exists",
        "project-name-taken",
        "custom-issuer",
        "custom-sub-claim",
        "token-reused",
        "wrong-audience",
        "trusted-publishing-disabled",
    ),
)


def find(examination: Analysis) -> Iterator[Finding]:
    """Name everything that keeps given claims from the publisher that was meant, the first cause first."""
    claims, registry, verdict = examination.claims, examination.registry, examination.verdict
    if claims is None or registry is None or verdict is None or verdict.accepted is not False:
        return
    found = reasons(claims, registry, examination.index_asked, verdict)
    for reason in found:
        yield Finding(
            RULE,
            Severity.ERROR,
            Confidence.HIGH,
            reason.found,
            reason.advice,
            reason.publisher.place if reason.publisher is not None else None,
            "",
            reason.cause,
        )
    if not found:
        yield Finding(
            RULE,
            Severity.ERROR,
            Confidence.HIGH,
            f"the index answers {verdict.code}: {verdict.description}",
            "get a fresh token for this index (audience, issuer and id are what it checks first), and try again",
        )
