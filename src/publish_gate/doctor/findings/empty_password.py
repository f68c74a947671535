"""A `password` that may be empty: the action then silently tries trusted publishing instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.uploads.model import Auth, How

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis

RULE = Rule(
    "empty-password-fallback",
    "An empty password secret becomes trusted publishing",
    ("empty-secret-falls-back-to-oidc",),
)


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each password that comes from a secret."""
    for job in examination.jobs:
        secret = job.upload.credential
        if job.upload.how is not How.PYPA_ACTION or job.upload.auth is not Auth.TOKEN or secret is None:
            continue
        if "secrets." not in secret.text and "secrets[" not in secret.text:
            continue
        both = job.may_identify
        message = (
            "a secret that is missing, misspelt or not handed to this run is an empty text, and with an empty "
            "password the action falls back to trusted publishing"
        )
        end = (
            ", for which this job has the permission: it may publish by another way than it says"
            if both
            else " and then complains about permissions that were never meant to be there"
        )
        yield Finding(
            RULE,
            Severity.ADVICE,
            Confidence.LOW,
            message + end,
            "see that the secret exists for this repository and environment, or leave `password` out and publish "
            "by the job's identity",
            secret.place,
            job.upload.job.id,
            "empty-secret-falls-back-to-oidc",
        )
