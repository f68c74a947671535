"""Reads Python files from top to bottom without running them: known values, or unknown and why."""

from __future__ import annotations

from publish_gate.versions.constant_folding.reader import Loader, Outcome, SetupCall
from publish_gate.versions.constant_folding.values import Known, Origin, Unknown, Value

__all__ = ["Known", "Loader", "Origin", "Outcome", "SetupCall", "Unknown", "Value"]
