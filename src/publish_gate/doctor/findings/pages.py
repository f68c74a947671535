"""Where each finding is explained."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate import HOME

if TYPE_CHECKING:
    from publish_gate.doctor.findings.model import Rule

FOLDER = "docs/doctor"


def page(rule: Rule) -> str:
    """Return the address of a rule's page."""
    return f"{HOME}/blob/main/{FOLDER}/{rule.id}.md"
