"""Tells what came of it: outputs, lines of text, the job summary, JSON."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from publish_gate import __version__
from publish_gate.outputs import OUTPUTS, no_outputs
from publish_gate.report.outputs import as_list
from publish_gate.text import markdown, one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.verification.wait import Verification, Verified

_MOST = 300
_LONGEST = 1000


def headline(release: Verified) -> str:
    """Say in one line how one release stands."""
    what = f"{release.target.name}: {release.project} {release.version}"
    if release.unknown is not None:
        return one_line(f"{what} is not verified: {release.unknown.message}")
    told = release.judgement
    if told.right:
        return one_line(f"{what} is there, as it should be")
    parts = [
        *([f"missing: {_few(told.missing)}"] if told.missing else []),
        *([f"different: {_few(tuple(map(str, told.different)))}"] if told.different else []),
    ]
    return one_line(f"{what} is not verified: {'; '.join(parts)}")


def advice(release: Verified) -> str:
    """Say what to do next; empty if nothing is to be done."""
    if release.unknown is not None:
        return release.unknown.hint
    if release.judgement.different:
        return (
            "What is uploaded cannot be replaced: yank the release if it is wrong, raise the version, and look at who "
            "else may upload."
        )
    if release.judgement.missing:
        return "Look at the upload's own log. If it went well, run this job again, or wait longer (`wait`)."
    return ""


def render(found: Verification) -> str:
    """Return lines for a terminal or a log."""
    return "\n".join(_lines(found)) + "\n"


def _lines(found: Verification) -> Iterator[str]:
    for release in found.releases:
        yield headline(release)
        for note in release.judgement.notes:
            yield one_line(f"  note: {note}")
        if advice(release):
            yield one_line(f"  next: {advice(release)}")
    yield f"{'verified' if found.right else 'not verified'} after {found.seconds:.1f} s"


def summary(found: Verification) -> str:
    """Return the job summary as Markdown."""
    lines = [f"### Publish Gate: {'verified' if found.right else 'not verified'} after {found.seconds:.0f} s", ""]
    for release in found.releases:
        mark = "\N{WHITE HEAVY CHECK MARK}" if release.right else "\N{NO ENTRY}"
        lines += [f"- {mark} {markdown(headline(release))}"]
        lines += [f"  - {markdown(note)}" for note in release.judgement.notes[:10]]
        lines += [f"  - **Next step:** {markdown(advice(release))}"] if advice(release) else []
    return "\n".join(lines) + "\n"


def as_data(found: Verification, most: int = _MOST) -> dict[str, object]:
    """Return all of it as plain data for JSON; ``most`` bounds the releases, and the texts of each."""
    return {
        "tool": {"name": "publish-gate", "version": __version__},
        "verified": found.right,
        "seconds": round(found.seconds, 1),
        "releases": [
            {
                "package": release.project,
                "version": str(release.version),
                "target": release.target.name,
                "verified": release.right,
                "missing": [_cut(text) for text in release.judgement.missing[:most]],
                "different": [
                    {"name": _cut(each.name), "what": _cut(each.what)} for each in release.judgement.different[:most]
                ],
                "notes": [_cut(text) for text in release.judgement.notes[:most]],
                "unknown": _cut(release.unknown.message) if release.unknown is not None else None,
                "advice": _cut(advice(release)),
            }
            for release in found.releases[:most]
        ],
    }


def as_outputs(found: Verification) -> dict[str, str]:
    """Return every output by name, in the contract's order: those of a decision say that nothing is to be done."""
    shown = next((release for release in found.releases if not release.right), found.releases[0])
    values = no_outputs() | {
        "verified": "true" if found.right else "false",
        "missing": as_list(text for release in found.releases for text in release.judgement.missing),
        "different": as_list(
            dict.fromkeys(each.name for release in found.releases for each in release.judgement.different)
        ),
        "seconds": f"{found.seconds:.1f}",
        "report": _report(found),
    }
    values |= {"package": shown.project, "version": str(shown.version), "message": headline(shown)}
    return {output.name: values[output.name] for output in OUTPUTS}


def _report(found: Verification) -> str:
    texts = (json.dumps(as_data(found, most), separators=(",", ":")) for most in (_MOST, 30, 3, 0))
    return next(text for text in texts if len(text) <= _LONGEST_REPORT)


_LONGEST_REPORT = 250_000


def _few(texts: tuple[str, ...], most: int = 5) -> str:
    return ", ".join(texts[:most]) + (f" and {len(texts) - most} more" if len(texts) > most else "")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
