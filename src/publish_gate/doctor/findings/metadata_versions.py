"""Which metadata version build back ends write, and which release of a tool reads it.

Made by scripts/metadata_versions.py, which installs and asks them.
"""

from __future__ import annotations

WRITES: dict[str, dict[str, str]] = {
    "hatchling": {"2.1": "1.18.0", "2.3": "1.22.5", "2.4": "1.27.0", "2.5": "1.32.0"},
    "flit-core": {"2.1": "3.8.0", "2.3": "3.10.1", "2.4": "3.11.0", "2.5": "4.0.1"},
    "setuptools": {"2.1": "68.2.2", "2.2": "75.8.2", "2.4": "77.0.3"},
    "poetry-core": {"2.3": "2.0.1", "2.4": "2.3.2"},
    "pdm-backend": {"2.1": "2.1.8"},
}
"""By back end: the first release that was found to write a version for a plain project."""

READS: dict[str, dict[str, str]] = {
    "action": {"1.8.13": "2.3", "1.12.2": "2.3", "1.12.3": "2.4", "1.14.0": "2.4", "1.14.2": "2.5"},
    "twine": {"5.0.0": "2.6", "5.1.1": "2.3", "6.0.1": "2.5", "6.1.0": "2.4", "6.2.0": "2.4", "7.0.0": "2.6"},
}
"""By tool and release: the newest version that it reads, twine with what it installs today."""
