"""An output that the gate does not have, or that its job does not hand on: it is always empty."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.gates import handed_on, readings
from publish_gate.doctor.findings.model import Confidence, Finding, Rule, Severity
from publish_gate.doctor.findings.written import place_in
from publish_gate.outputs import OUTPUTS
from publish_gate.safe_text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis
    from publish_gate.doctor.findings.gates import Reading

RULE = Rule("gate-output-unknown", "An output of the gate that does not exist is read", ("if-condition-false",))
_NAMES = tuple(output.name for output in OUTPUTS)


def find(examination: Analysis) -> Iterator[Finding]:
    """Name each such reading, and the name that was probably meant."""
    for workflow in examination.workflows:
        for reading in readings(workflow):
            declared = {entry.key.lower() for entry in reading.gate.outputs.entries}
            if not reading.output and reading.name.lower() in declared:
                continue  # handed on from something else
            if not reading.output or reading.output.lower() not in _NAMES:
                yield _finding(reading)


def _finding(reading: Reading) -> Finding:
    name = one_line(reading.name, 60)
    direct = reading.job is reading.gate
    known = list(_NAMES) if direct or reading.output else list(handed_on(reading.gate, reading.step)) or list(_NAMES)
    close = difflib.get_close_matches(reading.name.lower(), known, 1)
    hint = f"; {close[0]!r} was probably meant" if close else ""
    if direct or reading.output:
        message = (
            f"Publish Gate has no output {one_line(reading.output or reading.name, 60)!r}: it is always empty{hint}"
        )
        remedy = f"its outputs are {', '.join(_NAMES)}"
    else:
        message = f"job {reading.gate.id!r} hands on no output {name!r}: here it is always empty{hint}"
        if name.lower() in _NAMES:
            source = f"${{{{ steps.{reading.step.id}.outputs.{name} }}}}"
            remedy = f"add to the job {reading.gate.id}:  outputs: {{{name}: {source}}}"
        else:
            remedy = f"read {close[0]!r} instead" if close else f"the gate's outputs are {', '.join(_NAMES)}"
    return Finding(
        RULE,
        Severity.ERROR,
        Confidence.HIGH,
        message,
        remedy,
        place_in(reading.where.scalar, 0),
        reading.job.id,
        "if-condition-false",
    )
