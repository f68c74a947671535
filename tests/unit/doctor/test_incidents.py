"""Real failures, told to the doctor as their people told them: it names the cause, or says that it cannot.

Where a workflow decided, a small one of the same shape stands in `scenarios`; where the version did, it is told.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from unit.doctor.scenarios import WORKFLOWS

from publish_gate.doctor.analyse import examine
from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.inputs import DoctorInput
from publish_gate.doctor.log.causes import CAUSES, UNDETERMINED
from publish_gate.doctor.log.read import read_log
from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry
from publish_gate.doctor.trusted_publishing.read_claims import parse_claims
from publish_gate.doctor.workflow.read import read_workflow

ROWS = [
    json.loads(line)
    for line in (Path(__file__).parents[2] / "vectors" / "incidents.jsonl").read_text("utf-8").splitlines()
]
# What people had before them and the collected text leaves out: the tag, the project, where it ran.
FACTS: dict[str, dict[str, Any]] = {
    "retentioneering-127": {"ref": "refs/tags/v5.2.0", "project": ("retentioneering", "5.1.0")},
    "stellium-59": {"ref": "refs/tags/v0.21.0", "project": ("stellium", "0.20.0"), "log": "400 File already exists"},
    "atlasui3-612": {"ref": "refs/tags/v0.2.0", "project": ("atlas-chat", "0.1.5")},
    "redteam-287": {"ref": "refs/tags/dgb-v1.0.0", "event": "release", "project": ("agent-fabric", "4.10.0")},
    "neurosan-1079": {"tags": True, "log": "400 The use of local versions in <Version('0.1.dev1+g0795801')>"},
    "camelot-596": {"tags": True, "log": "400 The use of local versions in <Version('1.0.3.dev0+g1')>"},
    "kubeintellect-66b": {"repository": "MSKazemi/kubeintellect"},
    "winnow-117": {"project": ("winnow", "1.0")},
}
# Nothing that was told decides these, so that nothing more can be said than that.
UNTOLD = {"gha-334", "gha-138a"}


def _registry(row: dict[str, Any]) -> Registry | None:
    told = row["publisher_config"]
    if told is None:
        return None
    workflow = told["workflow"]
    if row["id"] == "warehouse-18820":
        workflow = " python-publish-client.yml"
    publisher = Publisher(
        told["owner"],
        told["repository"],
        workflow,
        (told["environment"] or "").split(" / ")[0],
        projects=(told["project"],) if told.get("project") else (),
        index="testpypi" if told.get("on", "").startswith("TESTPYPI") else None,
    )
    return Registry((publisher,))


def _question(row: dict[str, Any]) -> DoctorInput:
    facts = FACTS.get(row["id"], {})
    paths = {f".github/workflows/{name}": text for name, text in WORKFLOWS.get(row["id"], {}).items()}
    workflows = {path: read_workflow(text.encode(), path) for path, text in paths.items()}
    log = facts.get("log", "" if row["error"].startswith("not shown") else row["error"])
    name, version = facts.get("project", ("", None))
    if facts.get("tags"):
        projects: tuple[LocalProject, ...] = (LocalProject("sample", None, None, from_tags=True),)
    else:
        projects = (LocalProject(name, version),) if name else ()
    return DoctorInput(
        workflows=tuple(workflows.values()),
        known=workflows,
        registry=_registry(row),
        claims=parse_claims(json.dumps(row["claims"])) if row["claims"] and "sub" not in row["claims"] else None,
        record=read_log(log) if log else None,
        repository=facts.get("repository"),
        default_branch="master" if "master" in str(paths) else "main",
        projects=projects,
        index=row["index"] if row["index"] in {"pypi", "testpypi"} else "",
        event=facts.get("event", "push" if "ref" in facts else ""),
        ref=facts.get("ref", ""),
    )


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["id"])
def test_the_cause_is_named_or_said_to_be_open(row: dict[str, Any]) -> None:
    opinion = examine(_question(row))
    expected = UNDETERMINED if row["id"] in UNTOLD else row["expected_answer"]
    assert opinion.diagnosis.cause == expected, opinion.diagnosis
    if expected == UNDETERMINED:
        assert opinion.diagnosis.missing


def test_every_cause_of_an_incident_is_known() -> None:
    assert {row["expected_answer"] for row in ROWS} <= {*CAUSES, UNDETERMINED}
