"""Reads the folder of what was built: every file once, its digest, its metadata, and what would be refused of it."""

from __future__ import annotations

import hashlib
import os
import struct
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from publish_gate.checkout import CheckoutError
from publish_gate.distributions import accepted
from publish_gate.distributions.contents import Contents, read_tar, read_zip
from publish_gate.distributions.limits import CHUNK, MAX_FILE, MAX_FILES, BrokenArchiveError, Deadline
from publish_gate.distributions.metadata import read_metadata
from publish_gate.gate.built import BuiltFile, Refusal
from publish_gate.gate.rules import Distribution

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout

SDIST, OLD_SDIST, WHEEL = ".tar.gz", ".zip", ".whl"
# What the publishing action and twine make themselves, or take beside the file that it belongs to.
_BESIDE = (".asc", ".publish.attestation", ".attestation")
BUILD_AGAIN = "Build it again, and see that nothing changes it afterwards; a broken artifact can come from a full disk."
_CLEAR = "Let only wheels and sdists lie in the folder: the publishing action passes every file in it to the index."


class Folder(NamedTuple):
    """The files of a folder; ``name`` is its path from the root of the checkout."""

    name: str
    files: tuple[BuiltFile, ...]


def read_folder(checkout: Checkout, path: str) -> Folder:
    """Read every file that lies directly in a folder. Raises `CheckoutError` if it is not one."""
    names = [name for name in checkout.names_in(path) if not name.startswith(".") and not name.endswith(_BESIDE)]
    folder = path.rstrip("/") or "."
    deadline = Deadline()
    files = [_read(checkout, folder, name, deadline) for name in names[:MAX_FILES]]
    if len(names) > MAX_FILES:
        refusal = Refusal(f"is one of {len(names)} files; at most {MAX_FILES} are read", _CLEAR, everywhere=True)
        files.append(BuiltFile(names[MAX_FILES], 0, None, {}, refusals=(refusal,)))
    return Folder(checkout.place(folder).path, tuple(files))


def digest(checkout: Checkout, path: str, algorithm: str) -> str:
    """Return a file's digest by another hash function than SHA-256, for an index that has only that one.

    Empty if there is no such function, or if the file cannot be read.
    """
    try:
        found = hashlib.new(algorithm, usedforsecurity=False)
        with checkout.open_file(path, MAX_FILE) as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
        return found.hexdigest()
    except (ValueError, TypeError, OSError):
        return ""


def kind_of(name: str) -> Distribution | None:
    """Tell what a file is by its name; None for what is not a distribution."""
    if name.endswith(WHEEL):
        return Distribution.WHEEL
    return Distribution.SDIST if name.endswith((SDIST, OLD_SDIST)) else None


def _read(checkout: Checkout, folder: str, name: str, deadline: Deadline) -> BuiltFile:
    kind, project, version = kind_of(name), *accepted.named(name)
    found = BuiltFile(name, 0, kind, {}, named_project=project, named_version=version)
    try:
        with checkout.open_file(f"{folder}/{name}", MAX_FILE) as file:
            found = replace(found, size=os.fstat(file.fileno()).st_size)
            found = replace(found, hashes={"sha256": _sha256(file, deadline)})
            if kind is None:
                return _refused(found, "is neither a wheel nor an sdist", _CLEAR)
            file.seek(0)
            contents = _contents(file, found, deadline)
            metadata = read_metadata(contents.metadata)
    except CheckoutError as error:
        # A folder, a pipe, or a link that leads out: the tool that uploads would stop at it.
        return _refused(found, f"cannot be read: {error}", _CLEAR)
    except BrokenArchiveError as error:
        return _refused(found, str(error), BUILD_AGAIN)
    # What `gzip` and `zlib` raise on damaged files is not one family of errors.
    except (OSError, EOFError, zlib.error, struct.error, ValueError, OverflowError) as error:
        return _refused(found, f"is damaged, or not what its name says: {str(error)[:120]}", BUILD_AGAIN)
    return replace(
        found,
        project=metadata.name,
        version=metadata.version,
        metadata_version=metadata.metadata_version,
        requires_python=metadata.requires_python,
        refusals=(*metadata.refusals, *accepted.refusals(name, found.size, contents, metadata)),
    )


def _refused(found: BuiltFile, message: str, advice: str) -> BuiltFile:
    return replace(found, refusals=(Refusal(message, advice, everywhere=True),))


def _contents(file: BinaryIO, found: BuiltFile, deadline: Deadline) -> Contents:
    if found.name.endswith(SDIST):
        return read_tar(file, deadline)
    return read_zip(file, found.size, "wheel" if found.kind is Distribution.WHEEL else "sdist", deadline)


def _sha256(file: BinaryIO, deadline: Deadline) -> str:
    found = hashlib.sha256()
    buffer = memoryview(bytearray(256 * 1024))
    while count := file.readinto(buffer):  # type: ignore[attr-defined]  # a file that is open for reading has it
        found.update(buffer[:count])
        deadline.check()
    return found.hexdigest()
