"""Asks package indexes what they know about a project: published, absent or unknown."""

from __future__ import annotations

from publish_gate.index.addresses import IndexAddress
from publish_gate.index.client import fetch_all, fetch_project
from publish_gate.index.state import Absent, Api, IndexState, Published, Release, Unknown, UnknownCause

__all__ = [
    "Absent",
    "Api",
    "IndexAddress",
    "IndexState",
    "Published",
    "Release",
    "Unknown",
    "UnknownCause",
    "fetch_all",
    "fetch_project",
]
