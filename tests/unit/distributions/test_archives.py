"""Broken and hostile archives, one row each: what is said of them, and whether every index refuses them."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import tracemalloc
import zipfile
from typing import TYPE_CHECKING, NamedTuple

import pytest
from unit.distributions.archives import (
    INFO,
    METADATA,
    SDIST,
    TOP,
    WHEEL,
    bomb,
    member,
    patched,
    sdist,
    tarred,
    wheel,
    with_data_descriptors,
    zipped,
)

from publish_gate.checkout import Checkout
from publish_gate.distributions import contents, limits, zip_file
from publish_gate.distributions.read import read_folder

if TYPE_CHECKING:
    from pathlib import Path

    from publish_gate.gate.built import BuiltFile

END, ENTRY, LOCAL = b"PK\5\6", b"PK\1\2", b"PK\3\4"
RIGHT = wheel()
LINK, HARD, DEVICE, FOLDER = tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.CHRTYPE, tarfile.DIRTYPE


class Row(NamedTuple):
    """A file, and what is said of it: nothing is said of one that is right."""

    data: bytes
    said: str
    everywhere: bool = True
    name: str = WHEEL


def read(folder: Path, *files: tuple[str, bytes]) -> tuple[BuiltFile, ...]:
    (folder / "dist").mkdir(exist_ok=True)
    for name, data in files:
        (folder / "dist" / name).write_bytes(data)
    return read_folder(Checkout.open(folder, "."), "dist/").files


def of_tar(data: bytes) -> bytes:
    return gzip.compress(data, mtime=0)


def header(info: tarfile.TarInfo) -> bytes:
    return info.tobuf(tarfile.GNU_FORMAT)


def damaged_header() -> bytes:
    data = bytearray(gzip.decompress(sdist()))
    data[20] ^= 1
    return of_tar(bytes(data))


def sized(field: bytes) -> bytes:
    """Return an sdist whose first header has another size in it, and the checksum that goes with it."""
    data = bytearray(gzip.decompress(sdist(form=tarfile.USTAR_FORMAT)))
    data[124:136] = field
    data[148:156] = b" " * 8
    data[148:156] = b"%06o\0 " % sum(data[:512])
    return of_tar(bytes(data))


def long_header(kind: bytes, size: int) -> bytes:
    """Return an sdist that begins with an extended header of so many zeros, which costs next to nothing to send."""
    info = tarfile.TarInfo("././@LongLink")
    info.type, info.size = kind, size
    return of_tar(header(info) + bytes(size) + bytes(1024))


def pax(records: dict[str, str], kind: bytes = tarfile.XHDTYPE) -> bytes:
    body = b"".join(_record(key, value) for key, value in records.items())
    info = tarfile.TarInfo("pax")
    info.type, info.size = kind, len(body)
    data = header(info) + body + bytes(-len(body) % 512)
    return of_tar(data + gzip.decompress(sdist(form=tarfile.USTAR_FORMAT)))


def _record(key: str, value: str) -> bytes:
    text = f" {key}={value}\n".encode()
    size = len(text) + 2
    return str(size).encode() + text if len(str(size)) == 2 else str(size + 1).encode() + text


WHEELS = {
    "nothing in it": Row(b"", "is not a zip file"),
    "a page of a proxy": Row(b"<!DOCTYPE html><html></html>", "is not a zip file"),
    "cut off in the middle": Row(RIGHT[: len(RIGHT) // 2], "its end is missing"),
    "its last byte missing": Row(RIGHT[:-1], "its end is missing"),
    "its first half missing": Row(RIGHT[len(RIGHT) // 2 :], "outside of it"),
    "an sdist that was renamed": Row(sdist(), "is not a zip file"),
    "a directory that lies outside": Row(patched(RIGHT, END, 16, "<L", 0x7FFFFFFF), "outside of it"),
    "a directory that begins before the file": Row(patched(RIGHT, END, 12, "<L", 0x7FFFFFFF), "outside of it"),
    "more entries than it says": Row(patched(patched(RIGHT, END, 8, "<H", 1), END, 10, "<H", 1), "hold what it says"),
    "fewer entries than it says": Row(patched(patched(RIGHT, END, 8, "<H", 9), END, 10, "<H", 9), "hold what it says"),
    "zip64 without its end": Row(patched(RIGHT, END, 10, "<H", 0xFFFF), "has no zip64 end"),
    "a zip64 offset without its end": Row(patched(RIGHT, END, 16, "<L", 0xFFFFFFFF), "has no zip64 end"),
    "a zip64 locator that leads nowhere": Row(
        RIGHT[: RIGHT.rfind(END)] + b"PK\6\7" + bytes(16) + RIGHT[RIGHT.rfind(END) :], "zip64 end that cannot be read"
    ),
    "an entry whose size needs zip64": Row(
        patched(RIGHT, ENTRY, 24, "<L", 0xFFFFFFFF), "without the zip64 sizes that it needs"
    ),
    "millions of entries": Row(
        patched(patched(RIGHT, END, 8, "<H", 65000), END, 10, "<H", 65000), "at most 50000 are read"
    ),
    "encrypted": Row(patched(RIGHT, ENTRY, 8, "<H", 1), "is encrypted"),
    "one encrypted file beside its metadata": Row(patched(RIGHT, ENTRY, 8, "<H", 1, last=True), "is encrypted"),
    "metadata compressed in another way": Row(wheel(method=zipfile.ZIP_BZIP2), "compressed by method 12"),
    "metadata of another checksum": Row(
        patched(wheel(more={}, without=["demo/__init__.py"]), ENTRY, 16, "<L", 1), "not what its checksum says"
    ),
    "no metadata": Row(wheel(without=[f"{INFO}/METADATA"]), "has no METADATA"),
    "two metadata of one name": Row(
        zipped([(f"{INFO}/METADATA", METADATA), (f"{INFO}/METADATA", METADATA.replace("1.0", "2.0"))]), "has 2 METADATA"
    ),
    "metadata of two projects": Row(wheel(more={"other-2.0.dist-info/METADATA": METADATA}), "has 2 METADATA"),
    "metadata in another case": Row(wheel(more={f"{INFO}/Metadata": METADATA}), "has 2 METADATA"),
    "metadata in full-width letters": Row(
        wheel(more={f"{INFO}/\uff2d\uff25\uff34\uff21\uff24\uff21\uff34\uff21": METADATA}), "has 2 METADATA"
    ),
    "metadata by a backslash": Row(wheel(more={f"{INFO}\\METADATA": METADATA}), "has 2 METADATA"),
    "metadata behind a dot": Row(wheel(more={f"./{INFO}/METADATA": METADATA}), "has 2 METADATA"),
    "metadata of 2 MiB": Row(wheel(METADATA + "\n" + "x" * 2**21), "more than 1 MiB"),
    "metadata without a version": Row(wheel("Metadata-Version: 2.4\nName: demo\n"), "no fields `Version`"),
    "metadata with two versions": Row(wheel(METADATA + "Version: 2.0\n"), "with 2 fields `Version`"),
    "metadata with two names": Row(wheel("Name: other\n" + METADATA), "with 2 fields `Name`"),
    "metadata with an empty name": Row(wheel(METADATA.replace("demo", "")), "1 fields `Name`"),
    "metadata with a name of other letters": Row(wheel(METADATA.replace("demo", "d\u0435mo")), "which no index takes"),
    "metadata with a version of a date": Row(wheel(METADATA.replace("1.0", "yesterday")), "is not PEP 440"),
    "metadata that is binary": Row(wheel(bytes(range(256))), "no fields"),
    "a path that leads out": Row(wheel(more={"../evil.py": ""}), "leads out of it"),
    "a path that leads out by backslashes": Row(wheel(more={"demo\\..\\..\\evil.py": ""}), "leads out of it"),
    "an absolute path": Row(wheel(more={"/etc/passwd": ""}), "leads out of it"),
    "a path on a drive": Row(wheel(more={"C:/evil.py": ""}), "leads out of it"),
    "no WHEEL": Row(wheel(without=[f"{INFO}/WHEEL"]), "has no WHEEL"),
    "a name with too few parts": Row(RIGHT, "not a wheel's", name="demo-1.0.whl"),
    # What only the public indexes refuse.
    "no RECORD": Row(wheel(without=[f"{INFO}/RECORD"]), "has no RECORD", everywhere=False),
    "a RECORD that is binary": Row(wheel(more={f"{INFO}/RECORD": b"\xff\xfe"}), "RECORD that cannot", everywhere=False),
    "two files of one name": Row(
        zipped(
            [
                *(
                    (f"{INFO}/{name}", METADATA if name == "METADATA" else "")
                    for name in ("METADATA", "WHEEL", "RECORD")
                ),
                ("a.py", ""),
                ("a.py", "x"),
            ]
        ),
        "two entries of one name",
        everywhere=False,
    ),
    "data after its end": Row(RIGHT + b"more", "data after its end", everywhere=False),
    "data before its beginning": Row(b"#!/bin/sh\n" + RIGHT, "data before its beginning", everywhere=False),
    "two zip files": Row(RIGHT + RIGHT, "data before its beginning", everywhere=False),
    "sizes after its members": Row(with_data_descriptors(RIGHT), "a data descriptor", everywhere=False),
    "another name in the local header": Row(
        RIGHT.replace(b"demo/__init__.py", b"demo/__hack__.py", 1), "another one than", everywhere=False
    ),
    "a name with a control character": Row(wheel(more={"a\x07.py": ""}), "control characters", everywhere=False),
    "a member compressed in another way": Row(
        patched(patched(wheel(more={"z.py": ""}), ENTRY, 10, "<H", 14, last=True), LOCAL, 8, "<H", 14, last=True),
        "compressed by method 14",
        everywhere=False,
    ),
    "a bomb": Row(wheel(more={"zeros": bytes(80 * 2**20)}), "times its size", everywhere=False),
    "metadata in the folder of another name": Row(wheel(info="other-1.0.dist-info"), "looked for in", everywhere=False),
    "entry points that are paths": Row(
        wheel(more={f"{INFO}/entry_points.txt": "[console_scripts]\n../../bin/sh = a:b\n"}),
        "which is not a name",
        everywhere=False,
    ),
    "entry points that are no INI": Row(
        wheel(more={f"{INFO}/entry_points.txt": "console = a:b\n"}), "entry_points.txt that cannot", everywhere=False
    ),
    "entry points twice": Row(
        wheel(more={f"{INFO}/entry_points.txt": "[console_scripts]\na = b:c\na = b:c\n"}),
        "entry_points.txt that cannot",
        everywhere=False,
    ),
    "entry points that are binary": Row(
        wheel(more={f"{INFO}/entry_points.txt": b"\xff\xfe"}), "not UTF-8", everywhere=False
    ),
    "a licence file that is not there": Row(
        wheel(METADATA + "License-File: LICENSE\n"), "names the licence file 'LICENSE'", everywhere=False
    ),
    "metadata of a later version": Row(wheel(METADATA.replace("2.4", "2.6")), "has metadata '2.6'", everywhere=False),
    "a local version": Row(
        wheel(METADATA.replace("1.0", "1.0+g1"), info="demo-1.0+g1.dist-info"),
        "none with a local segment",
        everywhere=False,
        name="demo-1.0+g1-py3-none-any.whl",
    ),
    "a dependency on an address": Row(
        wheel(METADATA + "Requires-Dist: other @ git+https://git.example/other\n"), "on an address", everywhere=False
    ),
    "a private classifier": Row(
        wheel(METADATA + "Classifier: Private :: Do Not Upload\n"), "to be refused", everywhere=False
    ),
    "both kinds of licences": Row(
        wheel(METADATA + "License: MIT\nLicense-Expression: MIT\n"), "has both", everywhere=False
    ),
    "a summary like a page": Row(wheel(METADATA + f"Summary: {'x' * 600}\n"), "600 characters", everywhere=False),
    "a Requires-Python that is none": Row(
        wheel(METADATA + "Requires-Python: 3.10 and newer\n"), "not a version specifier", everywhere=False
    ),
    "a name that is not normalised": Row(
        wheel(METADATA.replace("demo", "De.mo"), info="De.mo-1.0.dist-info"),
        "takes de_mo only",
        everywhere=False,
        name="De.mo-1.0-py3-none-any.whl",
    ),
    "a plain linux tag": Row(
        RIGHT, "platform 'linux_x86_64'", everywhere=False, name="demo-1.0-cp312-cp312-linux_x86_64.whl"
    ),
}
SDISTS = {
    "nothing in it": Row(b"", "ends in the middle"),
    "a page of a proxy": Row(b"<html></html>", "not what its name says"),
    "a wheel that was renamed": Row(RIGHT, "not what its name says"),
    "a tar file that is not compressed": Row(
        tarred([member(f"{TOP}/PKG-INFO", METADATA.encode())]), "not what its name"
    ),
    "cut off in the middle": Row(sdist()[:-30], "not what its name says"),
    "a tar file cut off in a header": Row(of_tar(gzip.decompress(sdist())[:700]), "ends in the middle"),
    "a tar file cut off in a member": Row(of_tar(gzip.decompress(sdist())[:520]), "ends in the middle"),
    "a tar file without its end": Row(of_tar(gzip.decompress(sdist())[:2048]), "without its end mark"),
    "an empty tar file": Row(of_tar(bytes(10240)), "has no PKG-INFO"),
    "data after its end": Row(of_tar(gzip.decompress(sdist()) + b"more"), "goes on after its end"),
    "data after the compressed data": Row(sdist() + b"more", "not what its name says"),
    "a second tar file": Row(sdist() + sdist(), "goes on after its end"),
    "a header that is damaged": Row(damaged_header(), "header is damaged"),
    "a size that is not a number": Row(sized(b"12345678zzz\0"), "size is not a number"),
    "a size of eight exabytes": Row(sized(b"\x80" + b"\0" * 3 + b"\x7f" + b"\xff" * 7), "more than"),
    "a negative size": Row(sized(b"\xff" * 12), "size is not a number"),
    "a long name of 64 MiB": Row(long_header(tarfile.GNUTYPE_LONGNAME, 2**26), "extended header of more than 1 MiB"),
    "a pax header of 64 MiB": Row(long_header(tarfile.XHDTYPE, 2**26), "extended header of more than 1 MiB"),
    "a pax header that is none": Row(
        of_tar(
            header(member("p", b"no records", type=tarfile.XHDTYPE)[0])
            + b"no records".ljust(512, b"\0")
            + gzip.decompress(sdist())
        ),
        "extended header that cannot be read",
    ),
    "a pax header with a size that is not a number": Row(pax({"size": "-1"}), "size is not a number"),
    "a global header that renames": Row(pax({"path": "a/PKG-INFO"}, tarfile.XGLTYPE), "that renames"),
    "a bomb in a member": Row(
        of_tar(header(member("demo-1.0/zeros", b"", size=2**31)[0])), "unpacks to more than 1024 MiB"
    ),
    "no metadata": Row(sdist(path="README"), "has no PKG-INFO"),
    "metadata below a folder only": Row(sdist(path="src/PKG-INFO"), "has no PKG-INFO"),
    "two metadata": Row(sdist(more=[member(f"{TOP}/PKG-INFO", METADATA.encode())]), "has 2 PKG-INFO"),
    "metadata of two folders": Row(sdist(more=[member("other/PKG-INFO", METADATA.encode())]), "has 2 PKG-INFO"),
    "metadata in another case": Row(sdist(more=[member(f"{TOP}/pkg-info", METADATA.encode())]), "has 2 PKG-INFO"),
    "metadata in another Unicode form": Row(
        sdist(more=[member(f"{TOP}/PKG-\u2160NFO".replace("\u2160", "\uff29"), METADATA.encode())]), "has 2 PKG-INFO"
    ),
    "metadata with another spelling only": Row(sdist(path="pkg-info"), "not where it is looked for", everywhere=False),
    "a pax header with a size": Row(pax({"size": "600"}), "has an entry whose header is damaged"),
    "metadata that is a link": Row(
        of_tar(tarred([member(f"{TOP}/PKG-INFO", type=LINK, linkname="/etc/passwd")])), "not a plain file"
    ),
    "metadata that is a device": Row(of_tar(tarred([member(f"{TOP}/PKG-INFO", type=DEVICE)])), "not a plain file"),
    "metadata that is a folder": Row(of_tar(tarred([member(f"{TOP}/PKG-INFO", type=FOLDER)])), "not a plain file"),
    "metadata of 2 MiB": Row(sdist(METADATA + "\n" + "x" * 2**21), "metadata of more than 1 MiB"),
    "metadata without a name": Row(sdist("Metadata-Version: 2.4\nVersion: 1.0\n"), "no fields `Name`"),
    "a path that leads out": Row(sdist(more=[member(f"{TOP}/../../evil.py")]), "leads out of it"),
    "an absolute path": Row(sdist(more=[member("/etc/passwd")]), "leads out of it"),
    "a link that leads out": Row(sdist(more=[member(f"{TOP}/a", type=LINK, linkname="../../b")]), "leads out of it"),
    "an absolute link": Row(sdist(more=[member(f"{TOP}/a", type=LINK, linkname="/etc/passwd")]), "leads out of it"),
    "a hard link that leads out": Row(sdist(more=[member(f"{TOP}/a", type=HARD, linkname="../b")]), "leads out of it"),
    # What only the public indexes refuse.
    "two folders at its top": Row(sdist(more=[member("other/a")]), "2 folders at its top", everywhere=False),
    "two files of one name": Row(
        sdist(more=[member(f"{TOP}/a"), member(f"{TOP}/a")]), "two entries of one name", everywhere=False
    ),
    "a sparse file": Row(
        sdist(more=[member(f"{TOP}/a", type=tarfile.GNUTYPE_SPARSE)]), "sparse file", everywhere=False
    ),
    "a sparse file by pax": Row(
        sdist(more=[member(f"{TOP}/a", pax_headers={"GNU.sparse.major": "1"})]), "sparse file", everywhere=False
    ),
    "a licence file that is not there": Row(
        sdist(METADATA + "License-File: LICENSE\n"), "names the licence file", everywhere=False
    ),
    "a name that is not normalised": Row(
        sdist(METADATA.replace("demo", "De-mo")),
        "takes de_mo-1.0.tar.gz only",
        everywhere=False,
        name="De-mo-1.0.tar.gz",
    ),
    "a version that is not normalised": Row(
        sdist(), "takes demo-1.0.tar.gz only", everywhere=False, name="demo-1.0.0.tar.gz"
    ),
    "a zip file": Row(
        zipped([(f"{TOP}/PKG-INFO", METADATA)]), "demo-1.0.tar.gz only", everywhere=False, name="demo-1.0.zip"
    ),
}
ROWS = [
    *(pytest.param(row, id=f"wheel: {about}") for about, row in WHEELS.items()),
    *(pytest.param(row._replace(name=row.name if row.name != WHEEL else SDIST), id=f"sdist: {about}")
      for about, row in SDISTS.items()),
]  # fmt: skip


@pytest.mark.parametrize("row", ROWS)
def test_what_is_wrong_with_a_file_is_said(tmp_path: Path, row: Row) -> None:
    (file,) = read(tmp_path, (row.name, row.data))
    said = [refusal for refusal in file.refusals if row.said in refusal.message]
    assert said, [refusal.message for refusal in file.refusals]
    assert said[0].everywhere is row.everywhere
    assert all(refusal.advice for refusal in file.refusals)
    assert len(file.hashes["sha256"]) == 64


RIGHT_ONES = {
    "a wheel": (WHEEL, RIGHT),
    "a wheel that is stored": (WHEEL, wheel(method=zipfile.ZIP_STORED)),
    "a wheel with a build tag": ("demo-1.0-1-py3-none-any.whl", RIGHT),
    "a wheel for two systems": ("demo-1.0-cp312-abi3-manylinux_2_17_x86_64.manylinux2014_x86_64.whl", RIGHT),
    "a wheel with licences": (WHEEL, wheel(METADATA + "License-File: LICENSE\n", {f"{INFO}/licenses/LICENSE": ""})),
    "a wheel with scripts": (WHEEL, wheel(more={f"{INFO}/entry_points.txt": "[console_scripts]\na-b.c = d:e\n"})),
    "a wheel with folders": (WHEEL, wheel(more={"demo/data/": ""})),
    "a wheel with names of its own language": (WHEEL, wheel(more={"demo/\u00fcbung.py": ""})),
    "an sdist": (SDIST, sdist()),
    "an sdist in the GNU format": (SDIST, sdist(form=tarfile.GNU_FORMAT)),
    "an sdist in the oldest format": (SDIST, sdist(form=tarfile.USTAR_FORMAT)),
    "an sdist with long names": (SDIST, sdist(more=[member(f"{TOP}/{'a' * 150}/{'b' * 150}")])),
    "the same in the GNU format": (SDIST, sdist(more=[member(f"{TOP}/{'a' * 150}/b")], form=tarfile.GNU_FORMAT)),
    "an sdist with a prefix": (SDIST, sdist(more=[member(f"{TOP}/{'a/' * 60}b")], form=tarfile.USTAR_FORMAT)),
    "an sdist with long links": (
        SDIST,
        sdist(more=[member(f"{TOP}/a", type=LINK, linkname="b" * 150)], form=tarfile.GNU_FORMAT),
    ),
    "an sdist with folders": (SDIST, sdist(more=[member(f"{TOP}/src", type=FOLDER)])),
    "an sdist with a link inside": (SDIST, sdist(more=[member(f"{TOP}/src/a", type=LINK, linkname="../b")])),
    "an sdist with a hard link": (SDIST, sdist(more=[member(f"{TOP}/a", type=HARD, linkname=f"{TOP}/b")])),
    "an sdist with egg-info": (SDIST, sdist(more=[member(f"{TOP}/src/demo.egg-info/PKG-INFO", b"Name: other\n")])),
    "an sdist with times": (SDIST, sdist(more=[member(f"{TOP}/a", pax_headers={"mtime": "1.5"})])),
    "an sdist with a comment for all": (SDIST, pax({"comment": "0123"}, tarfile.XGLTYPE)),
}


@pytest.mark.parametrize(("name", "data"), [pytest.param(*row, id=about) for about, row in RIGHT_ONES.items()])
def test_nothing_is_said_of_what_is_right(tmp_path: Path, name: str, data: bytes) -> None:
    (file,) = read(tmp_path, (name, data))
    assert file.refusals == ()
    assert (file.project, file.version) == ("demo", "1.0")


def test_a_large_file_is_read_in_little_memory(tmp_path: Path) -> None:
    data = of_tar(
        gzip.decompress(sdist())[:2048] + header(member(f"{TOP}/zeros", b"", size=2**27)[0]) + bytes(2**27 + 1024)
    )
    tracemalloc.start()
    (file,) = read(tmp_path, (SDIST, data))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert file.refusals == ()
    assert peak < 8 * 2**20


def test_what_takes_too_long_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    times = iter([0.0, *[1.0] * 3, *[1000.0] * 100])
    monkeypatch.setattr("publish_gate.distributions.limits.time.monotonic", lambda: next(times))
    first, second = read(tmp_path, (SDIST, sdist()), (WHEEL, RIGHT))
    assert "took 240 s" in (first.refusals + second.refusals)[-1].message


def test_a_bomb_with_a_thousand_names_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publish_gate.distributions.tar_file.MAX_MEMBERS", 10)
    monkeypatch.setattr("publish_gate.distributions.zip_file.MAX_MEMBERS", 10)
    many = sdist(more=[member(f"{TOP}/{count}") for count in range(20)])
    lots = wheel(more={f"{count}": "" for count in range(20)})
    for file in read(tmp_path, (SDIST, many), (WHEEL, lots)):
        assert "10" in file.refusals[0].message


def test_an_sdist_that_unpacks_to_much_more_is_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publish_gate.distributions.tar_file.MAX_UNPACKED", 2**25)
    (file,) = read(tmp_path, (SDIST, bomb(2**26)))
    assert "unpacks to more than 32 MiB" in file.refusals[0].message


def test_names_are_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publish_gate.distributions.tar_file.MAX_NAMES", 100)
    (file,) = read(tmp_path, (SDIST, sdist(more=[member(f"{TOP}/{'a' * 90}")])))
    assert "too long" in file.refusals[0].message


def test_only_files_of_the_folder_itself_are_looked_at(tmp_path: Path) -> None:
    (tmp_path / "dist" / "linux").mkdir(parents=True)
    (tmp_path / "dist" / "linux" / WHEEL).write_bytes(RIGHT)
    beside = dict.fromkeys((".gitignore", f"{WHEEL}.asc", f"{WHEEL}.publish.attestation"), b"")
    files = read(tmp_path, (WHEEL, RIGHT), ("notes.txt", b""), *beside.items())
    said = {file.name: [refusal.message for refusal in file.refusals] for file in files}
    assert said[WHEEL] == []
    assert said["notes.txt"] == ["is neither a wheel nor an sdist"]
    assert said["linux"] == ["cannot be read: 'dist/linux' is not a regular file"]
    assert len(files) == len(said) == 3


def test_a_link_out_of_the_checkout_is_not_followed(tmp_path: Path) -> None:
    outside, inside = tmp_path / "outside", tmp_path / "inside"
    outside.mkdir()
    (inside / "dist").mkdir(parents=True)
    (outside / WHEEL).write_bytes(RIGHT)
    (inside / "dist" / WHEEL).symlink_to(outside / WHEEL)
    (file,) = read(inside)
    assert "outside the checkout" in file.refusals[0].message


def test_more_files_than_are_read_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("publish_gate.distributions.read.MAX_FILES", 2)
    files = read(tmp_path, *((f"demo-1.0-{build}-py3-none-any.whl", RIGHT) for build in range(4)))
    assert [bool(file.refusals) for file in files] == [False, False, True]
    assert "one of 4 files" in files[2].refusals[0].message


def test_an_entry_of_another_character_set_is_not_guessed(tmp_path: Path) -> None:
    data = wheel(more={"\u00fc.py": ""}).replace("\u00fc.py".encode(), b"\xff\xff.py")
    (file,) = read(tmp_path, (WHEEL, data))
    assert "character set" in file.refusals[0].message


def test_the_zip_module_reads_what_is_read_here(tmp_path: Path) -> None:
    """What `zipfile` writes in its 64-bit form is read as well."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in ((f"{INFO}/METADATA", METADATA), (f"{INFO}/WHEEL", ""), (f"{INFO}/RECORD", "")):
            with archive.open(name, "w", force_zip64=True) as stream:
                stream.write(content.encode())
    (found,) = read(tmp_path, (WHEEL, file.getvalue()))
    assert (found.version, found.refusals) == ("1.0", ())


def test_contents_have_no_more_than_they_need() -> None:
    assert contents.Contents._fields == ("names", "metadata_path", "metadata", "members", "odd", "hostile")


def entry_with(
    extra: bytes, *, size: int = 0xFFFFFFFF, packed: int = 5, comment: bytes = b"", name: bytes = b"a"
) -> bytes:
    """Return a zip file of one directory entry, with this extra field."""
    record = struct.pack(
        "<4s4x4H3L5H2L", ENTRY, 0x800, 0, 0, 0, 0, packed, size, len(name), len(extra), len(comment), 0, 0, 0, 0
    )
    record += name + extra + comment
    return record + struct.pack("<4s4xHHLLH", END, 1, 1, len(record), 0, 0)


def zip64_end(*, extent: int = 44, here: int = 0, told: int | None = None) -> bytes:
    """Return an empty zip file with an end for 64 bits."""
    record = struct.pack("<4sQ12xQQQQ", b"PK\6\6", extent, here, 0, 0, 0)
    return record + struct.pack("<4s4xQ4x", b"PK\6\7", told or 0) + struct.pack("<4s4xHHLLH", END, 0, 0, 0, 0, 0)


EXTRA64 = struct.pack("<HHQ", 1, 8, 7)
DIRECTORIES = {
    "a size of 64 bits": (entry_with(EXTRA64), []),
    "two sizes of 64 bits": (entry_with(EXTRA64 + EXTRA64), ["an entry with two sizes or names"]),
    "a second name": (
        entry_with(struct.pack("<HH", 0x7075, 6) + b"\x01abcdx", size=5), ["an entry with two names"]),
    "the same name again": (entry_with(struct.pack("<HH", 0x7075, 6) + b"\x01abcda", size=5), []),
    "a comment": (entry_with(b"", size=5, comment=b"hm"), ["a comment at an entry"]),
    "an end of 64 bits": (zip64_end(), []),
    "an end of 64 bits with more in it": (zip64_end(extent=45), ["a zip64 end that is not where it says"]),
    "an end of 64 bits elsewhere": (zip64_end(told=9), ["a zip64 end that is not where it says"]),
    "parts on other disks": (zip64_end(here=1), ["parts on other disks"]),
}  # fmt: skip


@pytest.mark.parametrize(("data", "faults"), DIRECTORIES.values(), ids=DIRECTORIES)
def test_a_directory(data: bytes, faults: list[str]) -> None:
    found = zip_file.read_directory(io.BytesIO(data), len(data), limits.Deadline())
    assert list(found.faults) == faults


@pytest.mark.parametrize(
    ("data", "said"),
    [
        pytest.param(entry_with(b"\1\0\x09\0"), "extra fields are cut off", id="an extra field that is cut off"),
        pytest.param(
            entry_with(b"").replace(b"\1\0\0\0\0\0\0\0", b"\1\0\xff\0\0\0\0\0", 1), "cut off", id="a long field"
        ),
        pytest.param(entry_with(EXTRA64, packed=0xFFFFFFFF), "without the zip64 sizes", id="one size of two"),
        pytest.param(entry_with(b"", size=5, name=b"\xff"), "character set", id="a name that is not UTF-8"),
    ],
)
def test_a_directory_that_cannot_be_read(data: bytes, said: str) -> None:
    with pytest.raises(limits.BrokenArchiveError, match=said):
        zip_file.read_directory(io.BytesIO(data), len(data), limits.Deadline())


def frame(data: bytes) -> list[str]:
    file = io.BytesIO(data)
    directory = zip_file.read_directory(file, len(data), limits.Deadline())
    return zip_file.frame_faults(file, directory, limits.Deadline())


def test_frames() -> None:
    assert frame(RIGHT) == []
    assert frame(patched(RIGHT, LOCAL, 0, "<L", 0)) == ["an entry that is not where the directory says"]
    assert frame(patched(RIGHT, ENTRY, 42, "<L", 3)) == ["gaps or overlaps between its entries"]
    end = RIGHT.rfind(ENTRY, 0, RIGHT.rfind(END))
    first = RIGHT.find(ENTRY)
    (start,) = struct.unpack("<L", RIGHT[RIGHT.rfind(END) + 16 : RIGHT.rfind(END) + 20])
    gap = patched(RIGHT[:start] + b"gap" + RIGHT[start:], END, 16, "<L", start + 3)
    assert frame(gap) == ["gaps or overlaps between its entries"]
    assert end > first


def test_members_that_cannot_be_unpacked() -> None:
    cases = {
        "more than 0 MiB": (RIGHT, 10),
        "not where the directory says": (patched(RIGHT, LOCAL, 0, "<L", 0), 2**20),
        "cannot be unpacked": (RIGHT[:46] + b"\xff\xff" + RIGHT[48:], 2**20),
    }
    for said, (data, limit) in cases.items():
        file = io.BytesIO(data)
        directory = zip_file.read_directory(file, len(data), limits.Deadline())
        entry = max(directory.entries, key=lambda one: one.size) if limit == 10 else directory.entries[0]
        with pytest.raises(limits.BrokenArchiveError, match=said):
            zip_file.read_member(file, directory, entry._replace(method=8), limit)
    directory = zip_file.read_directory(io.BytesIO(RIGHT), len(RIGHT), limits.Deadline())
    with pytest.raises(limits.BrokenArchiveError, match="is encrypted"):
        zip_file.read_member(io.BytesIO(RIGHT), directory, directory.entries[0]._replace(flags=1), 2**20)


def test_a_size_that_is_left_out_is_none(tmp_path: Path) -> None:
    data = bytearray(gzip.decompress(sdist(more=[member(f"{TOP}/a")], form=tarfile.USTAR_FORMAT)))
    at = data.find(f"{TOP}/a\0".encode())
    data[at + 124 : at + 136] = bytes(12)
    data[at + 148 : at + 156] = b" " * 8
    data[at + 148 : at + 156] = b"%06o\0 " % sum(data[at : at + 512])
    (file,) = read(tmp_path, (SDIST, of_tar(bytes(data))))
    assert file.refusals == ()
