"""What an archive holds that counts here: its names and its own metadata, read within limits."""

from __future__ import annotations

import re
import unicodedata
from typing import BinaryIO, NamedTuple

from publish_gate.distributions.limits import MAX_METADATA, MAX_RECORD, BrokenArchiveError, Deadline, short
from publish_gate.distributions.zip_file import DEFLATED, STORED, frame_faults, read_directory, read_member

_METADATA = {"wheel": re.compile(r"[^/]+\.dist-info/metadata"), "sdist": re.compile(r"[^/]+/pkg-info")}
# Into a folder above, or to the root of a drive; by either slash, as Windows takes both.
_LEADS_OUT = re.compile(r"(?:^|[/\\])\.\.(?:[/\\]|$)|^[/\\]|^[A-Za-z]:")
_BOMB_SIZE, _BOMB_RATIO = 64 * 1024 * 1024, 50


class Contents(NamedTuple):
    """An archive as far as it was read.

    ``names`` are the paths of its files, ``metadata_path`` and ``metadata`` the one METADATA or PKG-INFO. ``members``
    are further files by their path, ``odd`` what an index refuses of the archive itself, and ``hostile`` what every
    installer would.
    """

    names: frozenset[str]
    metadata_path: str
    metadata: bytes
    members: dict[str, bytes]
    odd: tuple[str, ...]
    hostile: tuple[str, ...]


def read_zip(file: BinaryIO, size: int, kind: str, deadline: Deadline) -> Contents:
    """Read a wheel, or an sdist in the old format. Raises `BrokenArchiveError`."""
    directory = read_directory(file, size, deadline)
    found = {at: one.name for at, one in enumerate(directory.entries) if _METADATA[kind].fullmatch(_plain(one.name))}
    entry = directory.entries[_only(found, kind)]
    if any(one.encrypted for one in directory.entries):
        raise BrokenArchiveError("is encrypted")
    members = {}
    folder = entry.name.rpartition("/")[0]
    for name in ("WHEEL", "RECORD", "entry_points.txt") if kind == "wheel" else ():
        path = f"{folder}/{name}"
        there = [one for one in directory.entries if one.name == path]
        if there:
            limit = MAX_RECORD if name == "RECORD" else MAX_METADATA
            members[path] = read_member(file, directory, there[-1], limit)
    odd = frame_faults(file, directory, deadline)
    total = sum(one.size for one in directory.entries)
    if total > _BOMB_SIZE and total > _BOMB_RATIO * size:
        odd.append(f"{total // size} times its size when it is unpacked")
    methods = {one.method for one in directory.entries} - {STORED, DEFLATED}
    if methods:
        odd.append(f"an entry compressed by method {min(methods)}")
    return Contents(
        frozenset(one.name for one in directory.entries if not one.name.endswith("/")),
        entry.name,
        read_member(file, directory, entry, MAX_METADATA),
        members,
        tuple(odd),
        tuple(
            f"the path {short(one.name)}, which leads out of it"
            for one in directory.entries
            if _LEADS_OUT.search(one.name)
        )[:3],
    )


def read_tar(file: BinaryIO, deadline: Deadline) -> Contents:
    """Read an sdist. Raises `BrokenArchiveError`, and what `gzip` and `zlib` raise."""
    from publish_gate.distributions.tar_file import members

    names: set[str] = set()
    tops: set[str] = set()
    found: dict[int, str] = {}
    contents: list[bytes | None] = []
    odd: dict[str, None] = {}
    hostile: dict[str, None] = {}
    for member in members(file, _is_metadata, deadline):
        path = member.name.rstrip("/")
        tops.add(_plain(path).partition("/")[0])
        if _is_metadata(path):
            found[len(contents)] = path
            contents.append(member.content)
        if path in names:
            odd[f"two entries of one name ({short(path)})"] = None
        if member.regular or member.link is not None:
            names.add(path)
        if member.sparse:
            odd["a sparse file"] = None
        if _LEADS_OUT.search(path):
            hostile[f"the path {short(path)}, which leads out of it"] = None
        if member.link is not None and _link_leads_out(path if member.symbolic else "", member.link):
            hostile[f"the link {short(path)}, which leads out of it"] = None
    if len(tops) != 1:
        odd[f"{len(tops)} folders at its top, not one"] = None
    place = _only(found, "sdist")
    path, content = found[place], contents[place]
    if content is None:
        raise BrokenArchiveError(f"has a {short(path)} that is not a plain file")
    return Contents(frozenset(names), path, content, {}, tuple(odd), tuple(hostile))


def _is_metadata(name: str) -> bool:
    return _METADATA["sdist"].fullmatch(_plain(name)) is not None


def _plain(name: str) -> str:
    """Spell a path as a file system might take it: another case or Unicode form is another name only to some."""
    parts = unicodedata.normalize("NFKC", name).casefold().replace("\\", "/").split("/")
    return "/".join(part for part in parts if part not in {"", "."})


def _only(found: dict[int, str], kind: str) -> int:
    """Return the number of the one entry with metadata."""
    if len(found) != 1:
        what = "METADATA" if kind == "wheel" else "PKG-INFO"
        listed = f" ({', '.join(short(name) for name in list(found.values())[:3])})" if found else ""
        raise BrokenArchiveError(f"has {len(found) or 'no'} {what}{listed}; exactly one belongs into it")
    return next(iter(found))


def _link_leads_out(path: str, target: str) -> bool:
    """Whether a link leads out of the folder at the top; the targets of hard links begin there."""
    if target.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", target):
        return True
    depth = path.count("/")
    for part in target.replace("\\", "/").split("/"):
        depth += {"..": -1, ".": 0, "": 0}.get(part, 1)
        if depth < (1 if path else 0):
            return True
    return False
