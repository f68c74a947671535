"""The publishing surface: which steps of a workflow upload, with what, where to, and how they authenticate."""

from __future__ import annotations

from publish_gate.doctor.uploads.find import find_uploads
from publish_gate.doctor.uploads.job_work import builds, checkout_steps, gate_steps, work_of

__all__ = ["builds", "checkout_steps", "find_uploads", "gate_steps", "work_of"]
