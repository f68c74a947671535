"""Reads the name and the version in the metadata of built distributions."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from publish_gate.checkout import MAX_FILE_BYTES, CheckoutError
from publish_gate.versions.faults import refuse, refused
from publish_gate.versions.model import FoundName, FoundVersion, ProjectReading

if TYPE_CHECKING:
    from collections.abc import Iterator
    from gzip import GzipFile

    from packaging.version import Version

    from publish_gate.checkout import Checkout
    from publish_gate.places import Place

_Member = TypeVar("_Member")

SUFFIXES = (".whl", ".tar.gz", ".zip")
"""File names of distributions: wheels, and sdists in both formats."""

MAX_DISTRIBUTION_BYTES = 1024 * 1024 * 1024
"""Of a distribution on disk; only its metadata is read."""
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""Of an sdist, gone through while the metadata is looked for."""
MAX_MEMBERS = 50_000
MAX_FOLDER = 1000

_BUILD_FIRST = "Build first (`python -m build`), or name the folder or file that holds what was built."
_ONE_PROJECT = "Keep the distributions of one version of one project in the folder."


@dataclass(frozen=True, slots=True)
class _Distribution:
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
        raise refuse("no-distribution", text, place, advice=_BUILD_FIRST)
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
    import tarfile
    import zipfile
    import zlib

    place = checkout.place(path)
    try:
        with checkout.open_file(path, MAX_DISTRIBUTION_BYTES) as file:
            if path.endswith(".tar.gz"):
                content = _from_tar(file, place)
            else:
                content = _from_zip(file, place, wheel=path.endswith(".whl"))
    except CheckoutError as error:
        raise refused(checkout, error, path, None) from error
    # What the archive modules raise on damaged files is not one family of errors.
    except (
        tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
        ValueError, OverflowError, LookupError,
    ) as error:  # fmt: skip
        text = f"{path} is damaged, or not the archive that its name says: {str(error)[:120]}"
        raise refuse("bad-distribution", text, place, advice=_BUILD_FIRST) from error
    return _parse(path, content, place)


def _from_zip(file: BinaryIO, place: Place, *, wheel: bool) -> bytes:
    import zipfile

    pattern = re.compile(r"[^/]+\.dist-info/METADATA" if wheel else r"[^/]+/PKG-INFO")
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise refuse("too-large", f"it has {len(members)} members", place, advice=_BUILD_FIRST)
        found = [member for member in members if pattern.fullmatch(member.filename)]
        member = _only(found, place)
        if member.file_size > MAX_FILE_BYTES:
            raise _too_large(place)
        with archive.open(member) as stream:
            content = stream.read(MAX_FILE_BYTES + 1)  # the size that is declared need not be true
    if len(content) > MAX_FILE_BYTES:
        raise _too_large(place)
    return content


def _from_tar(file: BinaryIO, place: Place) -> bytes:
    import gzip
    import tarfile

    found: list[bytes] = []
    with gzip.GzipFile(fileobj=file) as unpacked:
        limited = _Limited(unpacked, place)
        with tarfile.open(fileobj=limited, mode="r|") as archive:  # type: ignore[call-overload]
            for count, member in enumerate(archive):
                if count > MAX_MEMBERS:
                    raise refuse("too-large", f"it has more than {MAX_MEMBERS} members", place, advice=_BUILD_FIRST)
                if not re.fullmatch(r"(?:\./)?[^/]+/PKG-INFO", member.name) or not member.isreg():
                    continue
                if member.size > MAX_FILE_BYTES:
                    raise _too_large(place)
                stream = archive.extractfile(member)
                found.append(b"" if stream is None else stream.read(MAX_FILE_BYTES))
    return _only(found, place)


class _Limited:
    """Stops unpacking where an archive grows out of all proportion."""

    def __init__(self, stream: GzipFile, place: Place) -> None:
        self._stream = stream
        self._place = place
        self._left = MAX_UNPACKED_BYTES

    def read(self, size: int) -> bytes:
        """Read on, inside the limit."""
        content = self._stream.read(min(size, MAX_FILE_BYTES))
        self._left -= len(content)
        if self._left < 0:
            text = f"it unpacks to more than {MAX_UNPACKED_BYTES // 1024 // 1024} MiB"
            raise refuse("too-large", text, self._place, advice=_BUILD_FIRST)
        return content


def _only(found: list[_Member], place: Place) -> _Member:
    if len(found) == 1:
        return found[0]
    text = f"it has {len(found)} metadata files where exactly one belongs"
    raise refuse("bad-distribution", text, place, advice=_BUILD_FIRST)


def _too_large(place: Place) -> Exception:
    return refuse("too-large", "its metadata is larger than 1 MiB", place, advice=_BUILD_FIRST)


def _parse(path: str, content: bytes, place: Place) -> _Distribution:
    """Read the two fields that every metadata file has exactly once."""
    fields: dict[str, list[str]] = {"name": [], "version": []}
    for key, value in _headers(content):
        if key in fields:
            fields[key].append(value)
    for key, values in fields.items():
        if len(values) != 1 or not values[0]:
            text = f"the metadata of {path} has {len(values)} fields `{key.title()}` where exactly one belongs"
            raise refuse("bad-metadata", text, place, advice=_BUILD_FIRST)
    return _Distribution(path, fields["name"][0], fields["version"][0])


def _headers(content: bytes) -> Iterator[tuple[str, str]]:
    from email.parser import BytesHeaderParser
    from email.policy import compat32

    message = BytesHeaderParser(policy=compat32).parsebytes(content)
    for key, value in message.items():
        yield key.lower(), str(value).strip()
