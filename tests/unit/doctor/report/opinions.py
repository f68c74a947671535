"""Opinions for the reports: of usual workflows, and of hostile ones, in which every name is a trap."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import strategies as st
from unit.doctor.asked import FOLDER

from publish_gate.doctor.analyse import examine
from publish_gate.doctor.analysis import Analysis, LocalProject
from publish_gate.doctor.findings.model import Confidence, Finding, Severity
from publish_gate.doctor.findings.registry import RULES
from publish_gate.doctor.inputs import DoctorInput
from publish_gate.doctor.log.causes import CAUSES
from publish_gate.doctor.result import UNDETERMINED, Diagnosis, DoctorReport, Missing
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.forms import Form
from publish_gate.doctor.trusted_publishing.matching import Verdict
from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry
from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Mapping

TRAPS = (
    "\x1b[2J",
    "\x1b]0;title\x07",
    "\n::error::x",
    "::set-output name=a::b",
    "\r\n##[error]x",
    "##[group]",
    "::",
    "\x85",
    "\u2028",
    "\u202e",
    "\udc80",
    "\x00",
    "a" * 700,
    "\N{SNOWMAN}",
)
NAMES = st.lists(st.sampled_from((*TRAPS, "pypi", "x", " ", ":", "#", "[")), min_size=1, max_size=4).map("".join)


def _workflow(names: Mapping[str, str]) -> str:
    """Return a workflow, in JSON and so in YAML, with these names."""
    step = {"name": names["step"], "uses": "pypa/gh-action-pypi-publish@v1", "with": {"password": names["password"]}}
    plain = {"uses": "pypa/gh-action-pypi-publish@v1"}
    jobs = {
        names["job"]: {"environment": names["environment"], "runs-on": "x", "if": names["if"], "steps": [step, plain]},
        "by-identity": {"permissions": {"id-token": "write"}, "runs-on": "x", "steps": [plain], "needs": names["job"]},
        "called": {"uses": f"octo/flows/.github/workflows/publish-pypi.yml@{names['ref']}"},
    }
    return json.dumps(
        {"name": names["name"], "on": {"push": {"tags": [names["tag"]]}, names["event"]: {}}, "jobs": jobs}
    )


_KEYS = (
    "step",
    "password",
    "job",
    "environment",
    "if",
    "ref",
    "name",
    "tag",
    "event",
    "file",
    "project",
    "owner",
    "claim",
)


def _hostile(names: Mapping[str, str]) -> DoctorReport:
    path = f"{FOLDER}{names['file']}.yml"
    workflow = read_workflow(_workflow(names).encode(), path)
    publisher = Publisher(names["owner"], "sample", names["file"], names["environment"], projects=(names["project"],))
    claims = Claims({"repository": names["claim"], "environment": names["environment"], "event_name": "push"})
    return examine(
        DoctorInput(
            workflows=(workflow,),
            known={path: workflow},
            registry=Registry((publisher,)),
            claims=claims if len(names["claim"]) % 2 else None,
            repository=f"{names['owner']}/sample",
            projects=(LocalProject(names["project"], "1.0+" + names["tag"], Place(names["file"], 1)),),
            event="push",
            ref=f"refs/tags/{names['tag']}",
        )
    )


HOSTILE = st.fixed_dictionaries(dict.fromkeys(_KEYS, NAMES)).map(_hostile)
"""Opinions of workflows, publishers and claims of which every part is a trap."""

_PLACES = st.none() | st.builds(Place, NAMES, st.none() | st.integers(1, 9999), st.none() | st.integers(1, 999))
FINDINGS = st.builds(
    Finding,
    st.sampled_from(RULES),
    st.sampled_from(Severity),
    st.sampled_from(Confidence),
    NAMES,
    NAMES,
    _PLACES,
    NAMES | st.just(""),
    st.sampled_from(["", *CAUSES]),
    situations=st.lists(NAMES, max_size=2).map(tuple),
)
_VERDICTS = st.none() | st.builds(
    Verdict, st.sampled_from([None, "ok", "invalid-publisher"]), st.none() | NAMES, st.none() | st.tuples(NAMES)
)
_DIAGNOSES = st.builds(
    Diagnosis,
    _VERDICTS,
    st.sampled_from([None, UNDETERMINED, *CAUSES]),
    st.lists(st.builds(Missing, NAMES, NAMES), max_size=2).map(tuple),
    st.lists(st.sampled_from(sorted(CAUSES)), max_size=2).map(tuple),
    NAMES,
)
_FORMS = st.builds(Form, NAMES, NAMES, NAMES, NAMES | st.just(""), NAMES, NAMES, st.booleans())
_WORKFLOWS = st.lists(NAMES.map(lambda name: read_workflow(b"on: push\njobs: {}\n", name)), max_size=2)
MADE_UP = st.builds(
    lambda workflows, findings, diagnosis, forms: DoctorReport(
        replace(Analysis(), workflows=tuple(workflows)), tuple(findings), diagnosis, tuple(forms)
    ),
    _WORKFLOWS,
    st.lists(FINDINGS, max_size=4),
    _DIAGNOSES,
    st.lists(_FORMS, max_size=2),
)
"""Opinions with anything in every text, which no examination came to."""
