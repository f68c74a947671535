"""Reads the directory of a zip file, and single members, within limits.

Not by `zipfile`: what that makes of a file with two directories, two entries of one name or a stale local header is not
what other readers make of it, and the public indexes refuse such files (warehouse, utils/zipfiles.py).
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from publish_gate.distributions.limits import CHUNK, MAX_MEMBERS, MAX_RECORD, BrokenArchiveError, Deadline, short

if TYPE_CHECKING:
    from collections.abc import Iterator

STORED, DEFLATED = 0, 8
_END, _END64, _LOCATOR = b"PK\5\6", b"PK\6\6", b"PK\6\7"
_ENTRY, _LOCAL = b"PK\1\2", b"PK\3\4"
_LONGEST_END = 22 + 0xFFFF
_MAX16, _MAX32 = 0xFFFF, 0xFFFFFFFF
_ENCRYPTED, _LATER, _UTF8 = 0x1, 0x8, 0x800
_ZIP64, _UNICODE_PATH = 0x0001, 0x7075


class Entry(NamedTuple):
    """One entry of the directory; ``raw`` is its name as it stands there."""

    name: str
    raw: bytes
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    offset: int

    @property
    def encrypted(self) -> bool:
        """Whether it needs a password."""
        return bool(self.flags & _ENCRYPTED)


class Directory(NamedTuple):
    """The entries in their order, where they begin, and what is wrong with the frame of the file."""

    entries: tuple[Entry, ...]
    start: int
    shift: int
    faults: tuple[str, ...]


def read_directory(file: BinaryIO, size: int, deadline: Deadline) -> Directory:
    """Read the directory at the end of a zip file. Raises `BrokenArchiveError`."""
    start, shift, many, length, faults = _find(file, size)
    if length > MAX_RECORD or many > MAX_MEMBERS:
        raise BrokenArchiveError(f"has {many} entries; at most {MAX_MEMBERS} are read")
    file.seek(start)
    data = file.read(length)
    entries: list[Entry] = []
    at = 0
    while at + 46 <= len(data) and data[at : at + 4] == _ENTRY:
        entry, at, odd = _entry(data, at)
        entries.append(entry)
        faults += odd
        if len(entries) > many:
            break
    if at != len(data) or len(entries) != many:
        raise BrokenArchiveError("has a directory that does not hold what it says")
    deadline.check()
    return Directory(tuple(entries), start, shift, (*dict.fromkeys(faults),))


def _find(file: BinaryIO, size: int) -> tuple[int, int, int, int, list[str]]:
    """Find the directory: where it is, by how much the file is shifted, its entries and its length."""
    file.seek(max(0, size - _LONGEST_END))
    tail = file.read(_LONGEST_END)
    base = size - len(tail)
    at = tail.rfind(_END)
    if at < 0 or at + 22 > len(tail):
        raise BrokenArchiveError("is not a zip file, or its end is missing")
    here, many, length, offset, comment = struct.unpack("<HHLLH", tail[at + 8 : at + 22])
    faults = ["data after its end"] if at + 22 + comment != len(tail) else []
    end = base + at
    locator = tail[at - 20 : at] if at >= 20 else b""  # noqa: PLR2004 - the size of a locator
    if locator[:4] == _LOCATOR:
        (told,) = struct.unpack("<8xQ4x", locator)
        end64 = end - 20 - 56
        file.seek(max(0, end64))
        record = file.read(56)
        if end64 < 0 or record[:4] != _END64:
            raise BrokenArchiveError("has a zip64 end that cannot be read")
        (extent, here, many, length, offset) = struct.unpack("<4xQ12xQQQQ", record)
        if extent != 44 or told != end64:  # noqa: PLR2004 - without extensible data
            faults.append("a zip64 end that is not where it says")
        end = end64
    elif _MAX16 in {here, many} or _MAX32 in {length, offset}:
        raise BrokenArchiveError("says that it is zip64, and has no zip64 end")
    if here != many:
        faults.append("parts on other disks")
    start = end - length
    shift = start - offset
    if start < 0 or shift < 0:
        raise BrokenArchiveError("has a directory that lies outside of it")
    if shift:
        faults.append("data before its beginning")
    return start, shift, many, length, faults


def _entry(data: bytes, at: int) -> tuple[Entry, int, list[str]]:
    flags, method, crc, packed, size, of_name, of_extra, of_comment, offset = struct.unpack(
        "<8xHH4xLLLHHH8xL", data[at : at + 46]
    )
    end = at + 46 + of_name + of_extra + of_comment
    if end > len(data):
        raise BrokenArchiveError("has a directory that is cut off")
    raw = data[at + 46 : at + 46 + of_name]
    faults = ["a comment at an entry"] if of_comment else []
    fields = {}
    for kind, value in _extras(data[at + 46 + of_name : end - of_comment]):
        if kind in fields and kind in {_ZIP64, _UNICODE_PATH}:
            faults.append("an entry with two sizes or names")
        fields[kind] = value
    if _UNICODE_PATH in fields and fields[_UNICODE_PATH][5:] != raw:
        faults.append("an entry with two names")
    size, packed, offset = _large(fields.get(_ZIP64, b""), size, packed, offset)
    try:
        name = raw.decode("utf-8" if flags & _UTF8 else "cp437")
    except UnicodeDecodeError:
        raise BrokenArchiveError("has a name that is not in the character set it says") from None
    if not name or any(sign < " " or sign == "\x7f" for sign in name):
        faults.append("a name with control characters")
    return Entry(name, raw, flags, method, crc, packed, size, offset), end, faults


def _extras(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= 4:  # noqa: PLR2004 - the head of a field
        kind, length = struct.unpack("<HH", data[:4])
        if length + 4 > len(data):
            raise BrokenArchiveError("has an entry whose extra fields are cut off")
        yield kind, data[4 : 4 + length]
        data = data[4 + length :]


def _large(field: bytes, size: int, packed: int, offset: int) -> tuple[int, int, int]:
    """Take from the zip64 field what does not fit into 32 bits, in the order of the format."""
    values = [size, packed, offset]
    for place, value in enumerate(values):
        if value == _MAX32:
            if len(field) < 8:  # noqa: PLR2004 - the size of a number
                raise BrokenArchiveError("has an entry without the zip64 sizes that it needs")
            values[place] = int.from_bytes(field[:8], "little")
            field = field[8:]
    return values[0], values[1], values[2]


def frame_faults(file: BinaryIO, directory: Directory, deadline: Deadline) -> list[str]:
    """Say where a reader that goes from entry to entry sees something else than the directory says."""
    faults = list(directory.faults)
    if len({entry.raw for entry in directory.entries}) != len(directory.entries):
        faults.append("two entries of one name")
    at = 0
    for entry in sorted(directory.entries, key=lambda entry: entry.offset):
        if entry.offset != at:
            return [*faults, "gaps or overlaps between its entries"]
        file.seek(entry.offset + directory.shift)
        head = file.read(30)
        if len(head) < 30 or head[:4] != _LOCAL:  # noqa: PLR2004 - the size of a local header
            return [*faults, "an entry that is not where the directory says"]
        flags, method, packed, size, of_name, of_extra = struct.unpack("<6xHH8xLLHH", head)
        name, extra = file.read(of_name), file.read(of_extra)
        if flags & _LATER:
            return [*faults, "an entry whose size comes after it (a data descriptor)"]
        fields = dict(_extras(extra))
        size, packed, _ = _large(fields.get(_ZIP64, b""), size, packed, 0)
        if name != entry.raw or (method, packed, size) != (entry.method, entry.packed, entry.size):
            return [*faults, "an entry that is another one than the directory says"]
        at += 30 + of_name + of_extra + entry.packed
        deadline.check()
    return faults if at == directory.start - directory.shift else [*faults, "gaps or overlaps between its entries"]


def read_member(file: BinaryIO, directory: Directory, entry: Entry, limit: int) -> bytes:
    """Unpack one member of at most ``limit`` bytes. Raises `BrokenArchiveError`."""
    if entry.encrypted:
        raise BrokenArchiveError("is encrypted")
    if entry.size > limit or entry.packed > limit + CHUNK:
        raise BrokenArchiveError(f"has {short(entry.name)} of more than {limit // CHUNK} MiB")
    if entry.method not in {STORED, DEFLATED}:
        raise BrokenArchiveError(f"has {short(entry.name)} compressed by method {entry.method}")
    file.seek(entry.offset + directory.shift)
    head = file.read(30)
    if len(head) < 30 or head[:4] != _LOCAL:  # noqa: PLR2004 - the size of a local header
        raise BrokenArchiveError("has an entry that is not where the directory says")
    of_name, of_extra = struct.unpack("<26xHH", head)
    file.seek(of_name + of_extra, 1)
    data = file.read(entry.packed)
    if entry.method == DEFLATED:
        try:
            data = zlib.decompressobj(-15).decompress(data, limit + 1)
        except zlib.error:
            raise BrokenArchiveError(f"has {short(entry.name)} that cannot be unpacked") from None
    if len(data) != entry.size or zlib.crc32(data) != entry.crc:
        raise BrokenArchiveError(f"has {short(entry.name)} that is not what its checksum says")
    return data
