"""The upload address is one that takes no uploads: the page of the index, its simple index, an old host."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.fixes.edits import Edit
from publish_gate.hosts import PUBLIC_INDEXES
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.workflow.model import Workflow
    from publish_gate.doctor.workflow.tree import Scalar

RULE = Rule("wrong-upload-url", "The upload address takes no uploads", ("wrong-upload-url",))
# What holds more than an address, or a part that is made while the workflow runs, is not judged.
_ADDRESS = re.compile(r"\w+://[^\s$]+")


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each written-down address of a public index that is not its upload address."""
    seen: set[object] = set()
    for job in examination.jobs:
        url = job.upload.url
        if url is None or url.place in seen or not _ADDRESS.fullmatch(url.text.strip()):
            continue
        seen.add(url.place)
        right = right_address(url.text)
        if right is not None:
            edits = _edit(job.upload.workflow, url, right)
            yield Finding(
                RULE,
                Severity.ERROR,
                Confidence.HIGH,
                f"{one_line(url.text, 100)} takes no uploads",
                f"write {right} (with the slash at its end)",
                url.place,
                job.upload.job.id,
                "wrong-upload-url",
                edits,
                safe=bool(edits),
            )


def right_address(text: str) -> str | None:
    """Return the address that was meant, None where ``text`` is right or belongs to no public index."""
    try:
        parts = urlsplit(text.strip())
        host = parts.hostname or ""
    except ValueError:
        return None
    for index in PUBLIC_INDEXES:
        upload = urlsplit(index.upload)
        bare = index.host
        if host not in {bare, f"www.{bare}", upload.hostname, f"upload.{bare}"}:
            continue
        same = parts.scheme == upload.scheme and host == upload.hostname and parts.path == upload.path
        return None if same and not parts.query and not parts.fragment else index.upload
    return None


def _edit(workflow: Workflow, url: Scalar, right: str) -> tuple[Edit, ...]:
    line, column = url.place.line, url.place.column
    if line is None or column is None or url.end[0] != line or url.style in {"|", ">"}:
        return ()
    return (Edit(workflow.path, (line, column), url.end, f"{url.style}{right}{url.style}"),)
