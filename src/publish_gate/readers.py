"""Which metadata the publishing actions and tools of a workflow read, by the index that they upload to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from publish_gate.built import Reader
from publish_gate.doctor.findings.metadata_versions import READS
from publish_gate.doctor.uploads.action_release import release_of
from publish_gate.doctor.uploads.find import find_uploads
from publish_gate.doctor.uploads.model import How, Index
from publish_gate.hosts import public_name

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.doctor.uploads.model import Upload
    from publish_gate.doctor.uploads.sources import Sources
    from publish_gate.doctor.workflow.model import Workflow

_TWINE: Final = re.compile(r"\btwine(?:\[[\w,]*\])?==([0-9]+(?:\.[0-9]+){0,2})")
_EXACT: Final = 3


def readers(workflow: Workflow, sources: Sources) -> Mapping[str, Reader]:
    """Return what is known of the tools that upload; a release that is not pinned exactly is not known."""
    found: dict[str, Reader] = {}
    for upload in find_uploads(workflow, sources):
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
    table = {metadata: _numbers(first) for metadata, first in READS[tool].items()}
    known = [metadata for metadata, first in table.items() if first <= release]
    if not known:
        return None
    newest = max(table, key=_numbers)
    name = "the publishing action" if tool == "action" else tool
    shown = f"release {'.'.join(map(str, release))} of {name}"
    return Reader(shown, max(known, key=_numbers), f"release {READS[tool][newest]}")


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))
