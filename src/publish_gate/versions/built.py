"""Reads the name and the version in the metadata of built distributions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.versions import archives
from publish_gate.versions.archives import BUILD_FIRST
from publish_gate.versions.faults import refuse
from publish_gate.versions.model import FoundName, FoundVersion, ProjectReading

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from publish_gate.checkout import Checkout
    from publish_gate.places import Place

SUFFIXES = (".whl", ".tar.gz", ".zip")
"""File names of distributions: wheels, and sdists in both formats."""

MAX_FOLDER = 1000
"""Distributions in the folder of what was built; one version has fewer."""

_ONE_PROJECT = "Keep the distributions of one version of one project in the folder."


class _Distribution(NamedTuple):
    """One file, and what its metadata says."""

    path: str
    name: str
    version: str


def read_folder(checkout: Checkout, path: str) -> ProjectReading:
    """Read the distributions in a folder, which must agree; raises Refusal."""
    names = [name for name in checkout.names_in(path) if name.endswith(SUFFIXES)]
    folder = path.rstrip("/") or "."
    if not names:
        place = checkout.place(folder)
        text = f"there is no distribution (*.whl, *.tar.gz) in the folder {folder}"
        raise refuse("no-distribution", text, place, advice=BUILD_FIRST)
    if len(names) > MAX_FOLDER:
        text = f"the folder {folder} holds {len(names)} distributions"
        raise refuse("too-large", text, checkout.place(folder), advice=_ONE_PROJECT)
    found = [_read(checkout, f"{folder}/{name}") for name in names]
    if len({(_normal(item.name), _version_key(item.version)) for item in found}) > 1:
        listed = ", ".join(f"{item.name} {item.version} ({item.path.rpartition('/')[2]})" for item in found[:5])
        text = f"the distributions in {folder} are not of one version of one project: {listed}"
        raise refuse("mixed-distributions", text, checkout.place(folder), advice=_ONE_PROJECT)
    return _reading(checkout, found[0])


def read_file(checkout: Checkout, path: str) -> ProjectReading:
    """Read one distribution; raises Refusal."""
    return _reading(checkout, _read(checkout, path))


def read_metadata(checkout: Checkout, path: str, content: bytes) -> ProjectReading:
    """Read a PKG-INFO or METADATA file; raises Refusal."""
    return _reading(checkout, _parse(path, content, checkout.place(path)))


def _reading(checkout: Checkout, found: _Distribution) -> ProjectReading:
    place = checkout.place(found.path)
    return ProjectReading(FoundName(found.name, place), FoundVersion(found.version, place, "built distribution"))


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _version_key(version: str) -> Version | str:
    from packaging.version import InvalidVersion, Version

    try:
        return Version(version)
    except InvalidVersion:
        return version


def _read(checkout: Checkout, path: str) -> _Distribution:
    return _parse(path, archives.metadata(checkout, path), checkout.place(path))


def _parse(path: str, content: bytes, place: Place) -> _Distribution:
    """Read the two fields that every metadata file has exactly once."""
    fields: dict[str, list[str]] = {"name": [], "version": []}
    for key, value in _headers(content):
        if key in fields:
            fields[key].append(value)
    for key, values in fields.items():
        if len(values) != 1 or not values[0]:
            text = f"the metadata of {path} has {len(values)} fields `{key.title()}` where exactly one belongs"
            raise refuse("bad-metadata", text, place, advice=BUILD_FIRST)
    return _Distribution(path, fields["name"][0], fields["version"][0])


def _headers(content: bytes) -> Iterator[tuple[str, str]]:
    from email.parser import BytesHeaderParser
    from email.policy import compat32

    message = BytesHeaderParser(policy=compat32).parsebytes(content)
    for key, value in message.items():
        yield key.lower(), str(value).strip()
