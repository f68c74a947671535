"""What an index refuses of a single file, from its name and from what it holds (warehouse, forklift/legacy.py)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from publish_gate.distributions import platforms
from publish_gate.distributions.limits import short
from publish_gate.gate.built import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.distributions.contents import Contents
    from publish_gate.distributions.metadata import Metadata

LARGEST: Final = 100 * 1024 * 1024
"""Bytes of a file on the public indexes, unless a project was granted more."""
_RENAME: Final = "Let a current release of the build back end name the file; do not rename what was built."
_BUILD: Final = "Build it with a current release of the build back end, and do not change it afterwards."
_ENTRY_POINT: Final = re.compile(r"[\w.-]+")
_SCRIPTS: Final = ("console_scripts", "gui_scripts")


def named(name: str) -> tuple[str, str]:
    """Return project and version as a file name has them; empty texts if it has neither."""
    for suffix in (".tar.gz", ".zip"):
        if name.endswith(suffix):
            project, _, version = name.removesuffix(suffix).rpartition("-")
            return (project, version) if project else ("", "")
    parts = name.removesuffix(".whl").split("-")
    fewest = 5
    return (parts[0], parts[1]) if name.endswith(".whl") and len(parts) >= fewest else ("", "")


def refusals(name: str, size: int, contents: Contents, metadata: Metadata) -> Iterator[Refusal]:
    """Say what would be refused of a distribution that could be read."""
    if size > LARGEST:
        yield Refusal(
            f"is {size / 1024 / 1024:.1f} MiB large; the index takes 100 MiB unless the project was granted more",
            "Make it smaller, or ask the index for a higher limit before the release.",
        )
    for fault in contents.hostile[:3]:
        yield Refusal(f"holds {fault}, so that installers refuse it", _BUILD, everywhere=True)
    for fault in contents.odd[:3]:
        yield Refusal(f"has {fault}, which the index refuses", _BUILD)
    if name.endswith(".whl"):
        yield from _wheel(name, contents, metadata)
    else:
        yield from _sdist(name, contents, metadata)


def _sdist(name: str, contents: Contents, metadata: Metadata) -> Iterator[Refusal]:
    wanted = f"{canonicalize_name(metadata.name).replace('-', '_')}-{Version(metadata.version)}.tar.gz"
    if name != wanted:
        yield Refusal(f"is called {short(name)}; the index takes {wanted} only", _RENAME)
    try:
        parse_sdist_filename(name)
    except InvalidSdistFilename:
        yield Refusal("has a name that no tool takes for an sdist's", _RENAME, everywhere=True)
    top, _, rest = contents.metadata_path.partition("/")
    if rest != "PKG-INFO":
        yield Refusal(
            f"has its PKG-INFO at {short(contents.metadata_path)}, which is not where it is looked for", _BUILD
        )
    yield from _licences(contents, metadata, top)


def _wheel(name: str, contents: Contents, metadata: Metadata) -> Iterator[Refusal]:
    try:
        project, _, _, tags = parse_wheel_filename(name)
    except (InvalidWheelFilename, ValueError) as error:
        yield Refusal(f"has a name that is not a wheel's ({short(str(error))})", _RENAME, everywhere=True)
        return
    own, normal = name.split("-", 1)[0], canonicalize_name(metadata.name).replace("-", "_")
    if project == canonicalize_name(metadata.name) and own != normal:
        yield Refusal(f"begins with {short(own)}; the index takes {normal} only", _RENAME)
    for platform in sorted({tag.platform for tag in tags if not platforms.is_accepted(tag.platform)}):
        yield Refusal(
            f"is for the platform {short(platform)}, which the index does not take", platforms.advice(platform)
        )
    folder = "-".join(name.split("-")[:2]) + ".dist-info"
    where = contents.metadata_path.rpartition("/")[0]
    if contents.metadata_path != f"{folder}/METADATA":
        yield Refusal(f"has its metadata in {short(where)}; it is looked for in {short(folder)}", _BUILD)
    for file in ("WHEEL", "RECORD"):
        if f"{where}/{file}" not in contents.members:
            yield Refusal(f"has no {file} in {short(where)}", _BUILD, everywhere=file == "WHEEL")
    fault = _record_fault(contents.members.get(f"{where}/RECORD"))
    if fault:
        yield Refusal(fault, _BUILD)
    fault = _entry_points_fault(contents.members.get(f"{where}/entry_points.txt"))
    if fault:
        yield Refusal(fault, "Correct the entry points in the project's own files, and build again.")
    yield from _licences(contents, metadata, f"{where}/licenses")


def _licences(contents: Contents, metadata: Metadata, folder: str) -> Iterator[Refusal]:
    missing = [file for file in metadata.license_files if f"{folder}/{file}" not in contents.names]
    if missing:
        more = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
        yield Refusal(
            f"names the licence file {short(missing[0])}{more}, which is not at {short(f'{folder}/{missing[0]}')}",
            "Put the file where the project names it (`license-files`), or use a current release of the back end.",
        )


def _record_fault(content: bytes | None) -> str:
    import csv

    if content is None:
        return ""
    try:
        for _ in csv.reader(content.decode().splitlines()):
            pass
    except (UnicodeDecodeError, csv.Error):
        return "has a RECORD that cannot be read"
    return ""


def _entry_points_fault(content: bytes | None) -> str:
    """Say what is wrong with entry_points.txt: it has to be INI with `=`, and names of scripts that are no paths."""
    if content is None:
        return ""
    import configparser

    parser = configparser.ConfigParser(delimiters=("=",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # names of scripts keep their case
    try:
        parser.read_string(content.decode())
        for section in _SCRIPTS:
            for name in parser[section] if parser.has_section(section) else ():
                if not _ENTRY_POINT.fullmatch(name):
                    return f"has the entry point {short(name)}, which is not a name"
    except UnicodeDecodeError:
        return "has an entry_points.txt that is not UTF-8"
    except configparser.Error as error:
        return f"has an entry_points.txt that cannot be read ({type(error).__name__})"
    return ""
