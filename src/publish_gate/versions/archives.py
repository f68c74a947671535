"""Unpacks the metadata of wheels and sdists, within limits that no archive can push the run over."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from publish_gate.checkout import MAX_FILE_BYTES, CheckoutError
from publish_gate.versions.faults import refuse, refused

if TYPE_CHECKING:
    from gzip import GzipFile

    from publish_gate.checkout import Checkout
    from publish_gate.places import Place

_Member = TypeVar("_Member")

MAX_DISTRIBUTION_BYTES = 1024 * 1024 * 1024
"""Of a distribution on disk; only its metadata is read."""
MAX_UNPACKED_BYTES = 256 * 1024 * 1024
"""Of an sdist, gone through while the metadata is looked for."""
MAX_MEMBERS = 50_000
"""Members of a distribution, gone through while the metadata is looked for."""

BUILD_FIRST = "Build first (`python -m build`), or name the folder or file that holds what was built."


def metadata(checkout: Checkout, path: str) -> bytes:
    """Unpack the metadata file of a wheel or an sdist, and nothing else; raises Refusal."""
    import tarfile
    import zipfile
    import zlib

    place = checkout.place(path)
    try:
        with checkout.open_file(path, MAX_DISTRIBUTION_BYTES) as file:
            if path.endswith(".tar.gz"):
                return _from_tar(file, place)
            return _from_zip(file, place, wheel=path.endswith(".whl"))
    except CheckoutError as error:
        raise refused(checkout, error, path, None) from error
    # What the archive modules raise on damaged files is not one family of errors.
    except (
        tarfile.TarError, zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError,
        ValueError, OverflowError, LookupError,
    ) as error:  # fmt: skip
        text = f"{path} is damaged, or not the archive that its name says: {str(error)[:120]}"
        raise refuse("bad-distribution", text, place, advice=BUILD_FIRST) from error


def _from_zip(file: BinaryIO, place: Place, *, wheel: bool) -> bytes:
    import zipfile

    pattern = re.compile(r"[^/]+\.dist-info/METADATA" if wheel else r"[^/]+/PKG-INFO")
    with zipfile.ZipFile(file) as archive:
        members = archive.infolist()
        if len(members) > MAX_MEMBERS:
            raise refuse("too-large", f"it has {len(members)} members", place, advice=BUILD_FIRST)
        found = [member for member in members if pattern.fullmatch(member.filename)]
        member = _only(found, place)
        if member.file_size > MAX_FILE_BYTES:
            raise _too_large(place)
        if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
            # The others let a small file ask for much memory, and no build tool uses them.
            text = f"its metadata is compressed by method {member.compress_type}, not stored or deflated"
            raise refuse("bad-distribution", text, place, advice=BUILD_FIRST)
        # Where the size that is declared is not true, the checksum is not either.
        return archive.read(member)


def _from_tar(file: BinaryIO, place: Place) -> bytes:
    import gzip
    import tarfile

    found: list[bytes] = []
    with gzip.GzipFile(fileobj=file) as unpacked:
        limited = _Limited(unpacked, place)
        with tarfile.open(fileobj=limited, mode="r|") as archive:  # type: ignore[call-overload]
            for count, member in enumerate(archive):
                if count > MAX_MEMBERS:
                    raise refuse("too-large", f"it has more than {MAX_MEMBERS} members", place, advice=BUILD_FIRST)
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
            raise refuse("too-large", text, self._place, advice=BUILD_FIRST)
        return content


def _only(found: list[_Member], place: Place) -> _Member:
    if len(found) == 1:
        return found[0]
    text = f"it has {len(found)} metadata files where exactly one belongs"
    raise refuse("bad-distribution", text, place, advice=BUILD_FIRST)


def _too_large(place: Place) -> Exception:
    return refuse("too-large", "its metadata is larger than 1 MiB", place, advice=BUILD_FIRST)
