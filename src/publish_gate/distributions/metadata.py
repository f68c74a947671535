"""Reads a distribution's own metadata, and says what the indexes refuse of it (warehouse, forklift/metadata.py)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from packaging.version import InvalidVersion, Version

from publish_gate.distributions.limits import BrokenArchiveError, short
from publish_gate.gate.built import Refusal
from publish_gate.names import is_project_name

if TYPE_CHECKING:
    from collections.abc import Iterator

ACCEPTED: Final = frozenset({"1.0", "1.1", "1.2", "2.1", "2.2", "2.3", "2.4", "2.5"})
"""The metadata versions that the public indexes take, since 2026-02-17."""
_LONGEST_SUMMARY: Final = 512
_AGAIN: Final = "Correct it in the project's own files, and build again."


class Metadata(NamedTuple):
    """The fields that count here, as they stand in METADATA or PKG-INFO."""

    name: str
    version: str
    metadata_version: str
    requires_python: str
    license_files: tuple[str, ...]
    refusals: tuple[Refusal, ...]


def read_metadata(content: bytes) -> Metadata:
    """Read METADATA or PKG-INFO. Raises `BrokenArchiveError` if it does not have its three fields exactly once."""
    fields = _fields(content)
    for key in ("metadata-version", "name", "version"):
        values = fields.get(key, [])
        if len(values) != 1 or not values[0]:
            raise BrokenArchiveError(
                f"has metadata with {len(values) or 'no'} fields `{key.title()}`; exactly one belongs there"
            )
    name, version = fields["name"][0], fields["version"][0]
    if not is_project_name(name):
        raise BrokenArchiveError(f"is of a project called {short(name)}, which no index takes")
    try:
        Version(version)
    except (InvalidVersion, ValueError):
        raise BrokenArchiveError(f"has the version {short(version)}, which is not PEP 440") from None
    return Metadata(
        name,
        version,
        fields["metadata-version"][0],
        "".join(fields.get("requires-python", [])[:1]),
        tuple(fields.get("license-file", [])),
        tuple(_refusals(fields)),
    )


def _fields(content: bytes) -> dict[str, list[str]]:
    from email.parser import BytesHeaderParser
    from email.policy import compat32

    fields: dict[str, list[str]] = {}
    for key, value in BytesHeaderParser(policy=compat32).parsebytes(content).items():
        fields.setdefault(key.lower(), []).append(str(value).strip())
    return fields


def _refusals(fields: dict[str, list[str]]) -> Iterator[Refusal]:
    metadata_version, version = fields["metadata-version"][0], Version(fields["version"][0])
    if metadata_version not in ACCEPTED:
        yield Refusal(
            f"has metadata {short(metadata_version)}; the index takes up to 2.5",
            "Let the build back end write an older metadata version, or use one of its earlier releases.",
        )
    if version.local is not None:
        yield Refusal(
            f"has the version {version}; the index takes none with a local segment",
            "A version made from git has one without its tag, or if a tracked file was changed before the build: fetch "
            "the whole history with tags (fetch-depth: 0), and keep the tree clean.",
            local=True,
        )
    direct = next((text for text in fields.get("requires-dist", []) if _is_direct(text)), None)
    if direct is not None:
        yield Refusal(
            f"depends on an address ({short(direct)}), which the index does not take",
            "Depend on a release of that project; direct references are for private indexes only.",
        )
    private = next((text for text in fields.get("classifier", []) if text.lower().startswith("private ::")), None)
    if private is not None:
        yield Refusal(
            f"has the classifier {short(private)}, which is there to be refused",
            "Remove the classifier if the project is meant to be published.",
        )
    if any(fields.get("license", [])) and any(fields.get("license-expression", [])):
        yield Refusal("has both `License` and `License-Expression`", f"Only the latter may be there. {_AGAIN}")
    summary = "".join(fields.get("summary", [])[:1])
    if len(summary) > _LONGEST_SUMMARY:
        yield Refusal(f"has a summary of {len(summary)} characters; the index takes {_LONGEST_SUMMARY}", _AGAIN)
    python = "".join(fields.get("requires-python", [])[:1])
    if python and not _is_specifier(python):
        yield Refusal(f"has the `Requires-Python` {short(python)}, which is not a version specifier", _AGAIN)


def _is_direct(text: str) -> bool:
    if "@" not in text:
        return False
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text).url is not None
    except InvalidRequirement:
        return False


def _is_specifier(text: str) -> bool:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(text)
    except InvalidSpecifier:
        return False
    return True


def is_newer(metadata: str, other: str) -> bool:
    """Whether a metadata version came after another one; not if one of them is not a version."""
    try:
        return Version(metadata) > Version(other)
    except InvalidVersion:
        return False
