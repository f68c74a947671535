"""Reads the version and the name that a project's files declare, without running any of its code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.versions.model import (
    FaultKind,
    FoundName,
    FoundVersion,
    ProjectReading,
    VersionFault,
    VersionReading,
)

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout

__all__ = [
    "FaultKind",
    "FoundName",
    "FoundVersion",
    "ProjectReading",
    "VersionFault",
    "VersionReading",
    "read_project",
    "read_version_file",
]


def read_project(checkout: Checkout) -> ProjectReading:
    """Read the name and the version that the project declares, by the rule of its own build back end.

    Never raises for what the files hold: what cannot be read ends in a VersionFault.
    """
    from publish_gate.versions import project

    return project.read(checkout)


def read_version_file(checkout: Checkout, path: str) -> ProjectReading:
    """Read the file or folder that the user named, ``path`` relative to the package's folder.

    A Python file, TOML, setup.cfg, PKG-INFO or METADATA, meson.build, a plain text, a wheel, an sdist or a
    folder of those. Only built distributions tell a name as well. Never raises for what the files hold.
    """
    from publish_gate.versions import named

    return named.read(checkout, path)
