"""Makes the changes that are safe: shows them, asks, and leaves everything else in the file as it is."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from publish_gate.doctor.fixes.edits import Edit, EditError, apply, diff

if TYPE_CHECKING:
    from publish_gate.doctor.findings.model import Finding
    from publish_gate.doctor.result import DoctorReport


def patches(opinion: DoctorReport, *, safe_only: bool = True) -> dict[str, tuple[str, str]]:
    """Return by path the text of each workflow before and after the changes; those that clash are left out."""
    texts = {workflow.path: workflow.text for workflow in opinion.examination.workflows}
    chosen: dict[str, list[Edit]] = {}
    for finding in opinion.findings:
        if finding.edits and (finding.safe or not safe_only):
            _add(chosen, finding, texts)
    changed = {path: (texts[path], apply(texts[path], edits)) for path, edits in chosen.items()}
    return {path: pair for path, pair in changed.items() if pair[0] != pair[1]}


def patch_in(opinion: DoctorReport, finding: Finding) -> str:
    """Return the change that a finding proposes as a unified diff; empty if it proposes none."""
    path = finding.edits[0].path if finding.edits else ""
    text = next((workflow.text for workflow in opinion.examination.workflows if workflow.path == path), "")
    try:
        return diff(path, text, apply(text, finding.edits))
    except EditError:
        return ""


def apply_fixes(root: Path, opinion: DoctorReport, stream: TextIO, *, assume_yes: bool = False) -> int:
    """Show the changes, ask on the terminal, and write them; returns how many files were changed."""
    found = patches(opinion)
    if not found:
        stream.write("no safe fix available\n")
        return 0
    stream.writelines(_shown(diff(path, before, after)) for path, (before, after) in found.items())
    if not assume_yes and not _agreed(stream):
        stream.write("nothing was changed\n")
        return 0
    written = 0
    for path, (before, after) in found.items():
        written += _write(root / path, before, after, stream)
    return written


def _add(chosen: dict[str, list[Edit]], finding: Finding, texts: dict[str, str]) -> None:
    """Take a finding's edits, all or none: those that clash with what was taken before are left for the next time."""
    tried = {path: [*edits] for path, edits in chosen.items()}
    for edit in finding.edits:
        tried.setdefault(edit.path, []).append(edit)
    try:
        for path in {edit.path for edit in finding.edits}:
            apply(texts[path], tried[path])
    except (EditError, KeyError):
        return
    chosen.clear()
    chosen.update(tried)


def _shown(text: str) -> str:
    """Return a diff whose control characters do nothing to a terminal."""
    return "".join(character if character == "\n" or character.isprintable() else " " for character in text)


def _agreed(stream: TextIO) -> bool:
    if not sys.stdin.isatty():
        stream.write("this asks before it writes, and nobody is at the terminal; use --yes\n")
        return False
    stream.write("make these changes? [y/N] ")
    stream.flush()
    return sys.stdin.readline().strip().lower() in {"y", "yes"}


def _write(path: Path, before: str, after: str, stream: TextIO) -> int:
    """Replace a file at once, keeping its mode; not if somebody changed it meanwhile."""
    path = path.resolve()
    marked = b"\xef\xbb\xbf"
    try:
        data = path.read_bytes()
        mark = marked if data.startswith(marked) else b""
        if data.removeprefix(marked).decode("utf-8") != before:
            stream.write(f"{path.name} has changed meanwhile; it was left alone\n")
            return 0
        content = mark + after.encode("utf-8")
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(name).chmod(path.stat().st_mode & 0o777)
            Path(name).replace(path)
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
    except (OSError, ValueError) as error:
        stream.write(f"{path.name} could not be changed ({type(error).__name__})\n")
        return 0
    stream.write(f"changed {path.name}\n")
    return 1
