"""Goes through a compressed tar file once, header by header, within limits: `tarfile` keeps long headers in memory."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING, BinaryIO, NamedTuple

from publish_gate.distributions.limits import (
    CHUNK,
    MAX_MEMBERS,
    MAX_METADATA,
    MAX_NAMES,
    MAX_UNPACKED,
    BrokenArchiveError,
    Deadline,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BLOCK = 512
_EMPTY = bytes(_BLOCK)
_REGULAR, _LINKS = {b"0", b"\0", b"7"}, {b"1", b"2"}
_SYMBOLIC = b"2"
_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK, _SPARSE = b"x", b"g", b"L", b"K", b"S"
_EXTENDED = {_PAX, _PAX_GLOBAL, _LONG_NAME, _LONG_LINK}


class Member(NamedTuple):
    """One entry: its path as it stands there, and what it is. ``content`` is read only if it was wanted."""

    name: str
    size: int
    regular: bool
    link: str | None
    symbolic: bool
    sparse: bool
    content: bytes | None


def members(file: BinaryIO, wanted: Callable[[str], bool], deadline: Deadline) -> Iterator[Member]:
    """Yield every entry of a .tar.gz; raises `BrokenArchiveError`, and what `gzip` and `zlib` raise."""
    stream = _Stream(gzip.GzipFile(fileobj=file), deadline)
    # What headers of their own say of the entry that follows.
    pending: dict[str, str] = {}
    count = names = 0
    while True:
        header = stream.read(_BLOCK)
        if len(header) < _BLOCK:
            raise BrokenArchiveError("ends in the middle" if header or not count else "ends without its end mark")
        if header == _EMPTY:
            break
        count += 1
        if count > MAX_MEMBERS:
            raise BrokenArchiveError(f"has more than {MAX_MEMBERS} entries")
        _check_sum(header)
        kind = header[156:157]
        if kind in _EXTENDED:
            pending |= _extension(kind, _number(header[124:136]), stream)
            continue
        member = _member(header, pending)
        names += len(member.name)
        if names > MAX_NAMES:
            raise BrokenArchiveError("has names that are too long to be read")
        pending = {}
        yield member._replace(content=_content(member, kind, stream, wanted))
    if stream.rest_holds_data():
        raise BrokenArchiveError("goes on after its end")


def _extension(kind: bytes, size: int, stream: _Stream) -> dict[str, str]:
    """Read a header that says more of the next entry, or of all that follow."""
    if size > MAX_METADATA:
        raise BrokenArchiveError("has an extended header of more than 1 MiB")
    data = stream.exactly(size)
    stream.skip(-size % _BLOCK)
    if kind == _PAX_GLOBAL:
        # It goes for all that follows, and no build tool puts paths or sizes there.
        if {"path", "size", "linkpath"} & _records(data).keys():
            raise BrokenArchiveError("has a global header that renames what follows")
        return {}
    if kind == _PAX:
        return _records(data)
    return {"path" if kind == _LONG_NAME else "linkpath": _text(data)}


def _member(header: bytes, pending: dict[str, str]) -> Member:
    """Return what an entry's own header says, together with what was said of it before."""
    kind, size = header[156:157], _number(header[124:136])
    if "size" in pending:
        if not pending["size"].isascii() or not pending["size"].isdecimal():
            raise BrokenArchiveError("has an entry whose size is not a number")
        size = int(pending["size"][:20])
    prefix = _text(header[345:500]) if header[257:263] == b"ustar\0" else ""
    name = pending.get("path") or (f"{prefix}/" if prefix else "") + _text(header[:100])
    link = (pending.get("linkpath") or _text(header[157:257])) if kind in _LINKS else None
    sparse = kind == _SPARSE or any(key.startswith("GNU.sparse") for key in pending)
    return Member(name, size, kind in _REGULAR and not sparse, link, kind == _SYMBOLIC, sparse, None)


def _content(member: Member, kind: bytes, stream: _Stream, wanted: Callable[[str], bool]) -> bytes | None:
    """Read an entry's content if it is wanted, and pass over it otherwise."""
    if member.regular and wanted(member.name):
        if member.size > MAX_METADATA:
            raise BrokenArchiveError("has metadata of more than 1 MiB")
        content = stream.exactly(member.size)
        stream.skip(-member.size % _BLOCK)
        return content
    if kind in _REGULAR or member.sparse:
        stream.skip(member.size + -member.size % _BLOCK)
    return None


class _Stream:
    """Reads on, and stops where an archive grows out of all proportion."""

    def __init__(self, stream: gzip.GzipFile, deadline: Deadline) -> None:
        self._stream, self._deadline, self._left = stream, deadline, MAX_UNPACKED

    def read(self, size: int) -> bytes:
        """Read up to ``size`` bytes (at most a mebibyte); fewer only at the end."""
        data = self._stream.read(size)
        self._left -= len(data)
        if self._left < 0:
            raise BrokenArchiveError(f"unpacks to more than {MAX_UNPACKED // CHUNK} MiB")
        self._deadline.check()
        return data

    def exactly(self, size: int) -> bytes:
        data = self.read(size)
        if len(data) < size:
            raise BrokenArchiveError("ends in the middle")
        return data

    def skip(self, size: int) -> None:
        if size < 0 or size > self._left:
            raise BrokenArchiveError(f"unpacks to more than {MAX_UNPACKED // CHUNK} MiB")
        while size:
            size -= len(self.exactly(min(size, CHUNK)))

    def rest_holds_data(self) -> bool:
        """Read to the end, so that the checksum is looked at; tell whether anything but padding is there."""
        found = False
        while data := self.read(CHUNK):
            found = found or data.count(0) != len(data)
        return found


def _text(field: bytes) -> str:
    return field.partition(b"\0")[0].decode("utf-8", "surrogateescape")


def _number(field: bytes) -> int:
    """Read a size: octal digits, or base 256 if the first bit is set."""
    if field[:1] == b"\x80":
        return int.from_bytes(field[1:], "big")
    text = field.strip(b" \0")
    if not text:
        return 0
    if text.strip(b"01234567"):
        raise BrokenArchiveError("has an entry whose size is not a number")
    return int(text, 8)


def _check_sum(header: bytes) -> None:
    told = header[148:156].strip(b" \0")
    found = sum(header) - sum(header[148:156]) + 8 * 32
    if told.strip(b"01234567") or not told or int(told, 8) != found:
        raise BrokenArchiveError("has an entry whose header is damaged")


def _records(data: bytes) -> dict[str, str]:
    """Read the records of a pax header: ``LENGTH KEY=VALUE``, each with a line end."""
    found: dict[str, str] = {}
    while data.strip(b"\0"):
        length, space, _ = data.partition(b" ")
        size = int(length) if space and length.isdigit() and len(length) < 8 else 0  # noqa: PLR2004 - 1 MiB at most
        record = data[len(length) + 1 : size]
        key, equals, value = record.partition(b"=")
        if not equals or not value.endswith(b"\n") or size > len(data):
            raise BrokenArchiveError("has an extended header that cannot be read")
        found[key.decode("utf-8", "replace")] = value[:-1].decode("utf-8", "surrogateescape")
        data = data[size:]
    return found
