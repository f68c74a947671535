"""Reads Python files from top to bottom without running them: known values, or unknown and why."""

from __future__ import annotations

from publish_gate.versions.folding.modules import Loader, Outcome
from publish_gate.versions.folding.reader import SetupCall
from publish_gate.versions.folding.values import Known, Origin, Unknown, Value

__all__ = ["Known", "Loader", "Origin", "Outcome", "SetupCall", "Unknown", "Value"]
