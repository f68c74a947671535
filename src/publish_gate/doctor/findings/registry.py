"""All findings: each module has a `RULE` and a `find`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from publish_gate.doctor.findings import (
    always_true_condition,
    build_and_upload,
    container_action,
    default_token_trigger,
    duplicate_trigger,
    empty_matrix,
    empty_password,
    environment_expression,
    environment_missing,
    environment_name,
    foreign_tag,
    gate_output_string,
    gate_output_unknown,
    invalid_workflow,
    local_version,
    missing_id_token_permission,
    needs_missing,
    never_publishes,
    no_environment,
    no_publisher,
    outdated_action,
    owner_mismatch,
    pending_publisher,
    project_not_covered,
    publish_from_any_branch,
    publish_from_pull_request,
    publisher_field,
    publisher_shadowed,
    pull_request_target,
    recorded_failure,
    refused_claims,
    release_created,
    release_types,
    repository_mismatch,
    reusable_attestation,
    reusable_workflow,
    skip_existing,
    skipped_needs,
    tag_pattern,
    tag_version,
    unpinned_action,
    unread_input,
    version_from_tags,
    workflow_filename,
    workflow_run,
    wrong_index,
    wrong_upload_url,
)
from publish_gate.doctor.findings.model import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.model import Finding, Rule


class Detector(Protocol):
    """A module of this package."""

    RULE: Rule

    def find(self, examination: Analysis) -> Iterable[Finding]:
        """Return what is found in an examination."""


DETECTORS: tuple[Detector, ...] = (
    refused_claims,
    recorded_failure,
    invalid_workflow,
    publish_from_pull_request,
    publish_from_any_branch,
    pull_request_target,
    workflow_run,
    never_publishes,
    skipped_needs,
    always_true_condition,
    needs_missing,
    gate_output_string,
    gate_output_unknown,
    empty_matrix,
    tag_pattern,
    release_created,
    release_types,
    duplicate_trigger,
    default_token_trigger,
    unread_input,
    missing_id_token_permission,
    empty_password,
    publisher_field,
    pending_publisher,
    no_publisher,
    owner_mismatch,
    repository_mismatch,
    workflow_filename,
    environment_missing,
    environment_name,
    environment_expression,
    reusable_workflow,
    reusable_attestation,
    publisher_shadowed,
    project_not_covered,
    wrong_index,
    wrong_upload_url,
    container_action,
    outdated_action,
    tag_version,
    foreign_tag,
    local_version,
    version_from_tags,
    skip_existing,
    build_and_upload,
    no_environment,
    unpinned_action,
)
RULES: tuple[Rule, ...] = tuple(detector.RULE for detector in DETECTORS)

_ORDER = (Severity.ERROR, Severity.WARNING, Severity.ADVICE)


def find_all(examination: Analysis) -> tuple[Finding, ...]:
    """Return everything that is found: errors first, then by place."""
    found = list(dict.fromkeys(finding for detector in DETECTORS for finding in detector.find(examination)))
    return tuple(sorted(found, key=_key))


def _key(finding: Finding) -> tuple[int, str, int, int]:
    place = finding.place
    where = ("", 0, 0) if place is None else (place.path, place.line or 0, place.column or 0)
    return _ORDER.index(finding.severity), *where
