"""Which metadata the publishing actions and tools of a workflow read, by the index that they upload to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from publish_gate.doctor.findings.back_ends import needed, reads
from publish_gate.doctor.publishing_jobs import uploads_of
from publish_gate.doctor.uploads.action_release import release_of
from publish_gate.doctor.uploads.model import How, Index
from publish_gate.gate.built import Reader
from publish_gate.hosts import public_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.uploads.model import Upload
    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Workflow

_TWINE: Final = re.compile(r"\btwine(?:\[[\w,]*\])?==([0-9]+(?:\.[0-9]+){0,2})")
_EXACT: Final = 3
# What the public indexes take today; source: warehouse, since 2026-02-17.
_NEWEST: Final = "2.5"


def readers(workflow: Workflow, sources: Sources) -> Mapping[str, Reader]:
    """Return what is known of the tools that upload; a release that is not pinned exactly is not known."""
    found: dict[str, Reader] = {}
    for upload in uploads_of(workflow, sources):
        reader = _reader(upload)
        public = upload.index in {Index.PYPI, Index.TESTPYPI}
        address = upload.url.text if upload.url is not None else ""
        key = upload.index.value if public else public_name(address) or address.rstrip("/").lower()
        if reader is not None and key:
            found.setdefault(key, reader)
    return found


def _reader(upload: Upload) -> Reader | None:
    tool, release = "", None
    if upload.how is How.PYPA_ACTION:
        tool, release = "action", release_of(upload)
    elif upload.how is How.TWINE:
        scripts = (step.run.text for step in upload.job.steps if step.run is not None)
        pinned = next((match for text in scripts if (match := _TWINE.search(text))), None)
        tool, release = "twine", tuple(map(int, pinned[1].split("."))) if pinned is not None else None
    if release is None or len(release) != _EXACT:
        return None
    newest = reads(tool, release)
    if not newest:
        return None
    name = "the publishing action" if tool == "action" else tool
    shown = f"release {'.'.join(map(str, release))} of {name}"
    return Reader(shown, newest, f"release {needed(tool, _NEWEST)}")
