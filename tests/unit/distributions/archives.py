"""Makes wheels and sdists, right ones and every kind of wrong one, without a build back end."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

METADATA = "Metadata-Version: 2.4\nName: demo\nVersion: 1.0\n"
INFO = "demo-1.0.dist-info"
WHEEL = "demo-1.0-py3-none-any.whl"
SDIST = "demo-1.0.tar.gz"
TOP = "demo-1.0"


def wheel(
    metadata: str | bytes = METADATA,
    more: Mapping[str, str | bytes] | None = None,
    *,
    without: Sequence[str] = (),
    info: str = INFO,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """Return a wheel with these members; those of ``more`` replace what is there by their names."""
    members: dict[str, str | bytes] = {
        "demo/__init__.py": "",
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{info}/RECORD": "demo/__init__.py,,\n",
        **(more or {}),
    }
    return zipped([(name, content) for name, content in members.items() if name not in without], method)


def zipped(members: Sequence[tuple[str, str | bytes]], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip file; two members may have one name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            with_warnings_off(archive, info, content)
    return file.getvalue()


def with_warnings_off(archive: zipfile.ZipFile, info: zipfile.ZipInfo, content: str | bytes) -> None:
    """Write a member without the warning for a name that is there already."""
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        archive.writestr(info, content)


def member(name: str, content: bytes = b"", **fields: object) -> tuple[tarfile.TarInfo, bytes]:
    """Return a member of a tar file; ``fields`` are those of its header."""
    info = tarfile.TarInfo(name)
    info.size = len(content)
    for key, value in fields.items():
        setattr(info, key, value)
    return info, content


def sdist(
    metadata: str | bytes = METADATA,
    more: Sequence[tuple[tarfile.TarInfo, bytes]] = (),
    *,
    top: str = TOP,
    path: str = "PKG-INFO",
    form: int = tarfile.PAX_FORMAT,
) -> bytes:
    """Return an sdist with a PKG-INFO, a pyproject.toml and ``more``."""
    content = metadata.encode() if isinstance(metadata, str) else metadata
    members = [
        member(f"{top}/{path}", content),
        member(f"{top}/pyproject.toml", b"[build-system]\nrequires = []\n"),
        *more,
    ]
    return gzip.compress(tarred(members, form), mtime=0)


def tarred(members: Sequence[tuple[tarfile.TarInfo, bytes]], form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar file, not compressed."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=form) as archive:
        for info, content in members:
            archive.addfile(info, io.BytesIO(content) if info.isreg() else None)
    return file.getvalue()


def patched(data: bytes, signature: bytes, offset: int, form: str, value: int, *, last: bool = False) -> bytes:
    """Return a zip file with one number changed: ``offset`` bytes after a signature."""
    at = data.rfind(signature) if last else data.find(signature)
    assert at >= 0
    size = struct.calcsize(form)
    return data[: at + offset] + struct.pack(form, value) + data[at + offset + size :]


def with_data_descriptors(data: bytes) -> bytes:
    """Return a zip file as a program writes it that cannot seek: sizes come after the members."""
    source = zipfile.ZipFile(io.BytesIO(data))

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.data = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, data: object) -> int:
            self.data += bytes(data)  # type: ignore[call-overload]  # what zipfile writes is bytes
            return len(bytes(data))  # type: ignore[call-overload]  # the same

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for name in source.namelist():
            archive.writestr(name, source.read(name))
    return bytes(pipe.data)


def bomb(size: int) -> bytes:
    """Return so many zeros, gzip-compressed without ever being held."""
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    block = bytes(1024 * 1024)
    return b"".join(packer.compress(block) for _ in range(size // len(block))) + packer.flush()
