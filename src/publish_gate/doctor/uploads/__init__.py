"""Which steps of a workflow upload, with what, where to, and how they authenticate."""

from publish_gate.doctor.uploads.job_work import builds, gate_steps

__all__ = ["builds", "gate_steps"]
