"""The opinion as JSON is a contract: these keys with these types, whatever was found."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from unit.doctor.asked import FOLDER, REGISTRY, ask, printed
from unit.doctor.report.opinions import HOSTILE, MADE_UP
from unit.doctor.scenarios import calling, publishing

from publish_gate.doctor.log.causes import CAUSES
from publish_gate.doctor.report.json_report import as_data
from publish_gate.doctor.result import UNDETERMINED
from publish_gate.doctor.simulation.situations import standard_situations
from publish_gate.hosts import PYPI

if TYPE_CHECKING:
    from publish_gate.doctor.result import DoctorReport

NINE = {each.name for each in standard_situations()}
ANSWERS = {"yes", "no", "depends"}
Shape = dict[str, tuple[type, ...]]
NONE = type(None)
WHOLE: Shape = {
    "verdict": (dict, NONE),
    "cause": (str, NONE),
    "missing": (list,),
    "next": (list,),
    "findings": (list,),
    "publishing_jobs": (list,),
}
VERDICT: Shape = {"code": (str, NONE), "description": (str, NONE), "token_covers": (list, NONE)}
FINDING: Shape = {
    "id": (str,),
    "severity": (str,),
    "confidence": (str,),
    "file": (str, NONE),
    "line": (int, NONE),
    "column": (int, NONE),
    "job": (str, NONE),
    "message": (str,),
    "remedy": (str,),
    "docs": (str,),
}
JOB: Shape = {
    "file": (str,),
    "job": (str,),
    "step": (int, NONE),
    "how": (str,),
    "index": (str,),
    "auth": (str,),
    "environment": (str, NONE),
    "id_token": (bool,),
    "runs_on": (dict,),
    "publishes_on": (dict,),
}


def data_of(opinion: DoctorReport) -> dict[str, Any]:
    """Return an opinion as somebody reads it who has only the text."""
    read: dict[str, Any] = json.loads(json.dumps(as_data(opinion)))
    return read


def has_shape(value: dict[str, Any], shape: Shape) -> bool:
    """Whether an object has all keys of a contract, with values of the right types; others may be there."""
    return all(name in value and type(value[name]) in types for name, types in shape.items())


def keeps_the_contract(data: dict[str, Any]) -> None:
    """Hold what was written against the contract."""
    assert has_shape(data, WHOLE)
    assert data["verdict"] is None or has_shape(data["verdict"], VERDICT)
    assert data["cause"] in {*CAUSES, UNDETERMINED, None}
    assert all(isinstance(each, str) for each in [*data["missing"], *data["next"]])
    for finding in data["findings"]:
        assert has_shape(finding, FINDING)
        assert finding["severity"] in {"error", "warning", "advice"}
        assert finding["confidence"] in {"high", "medium", "low"}
        assert finding["docs"].endswith(f"/docs/doctor/{finding['id']}.md")
    for job in data["publishing_jobs"]:
        assert has_shape(job, JOB)
        assert job["runs_on"].keys() >= NINE
        assert job["runs_on"].keys() == job["publishes_on"].keys()
        assert {*job["runs_on"].values(), *job["publishes_on"].values()} <= ANSWERS


@given(HOSTILE | MADE_UP)
def test_the_contract_is_kept_whatever_is_found(opinion: DoctorReport) -> None:
    keeps_the_contract(data_of(opinion))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(
            publishing(environment="pypi"),
            {
                "file": f"{FOLDER}release.yml",
                "job": "publish",
                "step": 1,
                "line": 15,
                "how": "pypa-action",
                "index": "pypi",
                "auth": "oidc",
                "environment": "pypi",
                "id_token": True,
                "called": None,
                "through": None,
            },
            id="a job with an environment",
        ),
        pytest.param(publishing(), {"environment": None}, id="a job without one"),
        pytest.param(
            publishing(environment="'${{ vars.E }}'"), {"environment": "expression"}, id="a job with one of several"
        ),
        pytest.param(publishing(permissions=""), {"id_token": False, "auth": "oidc"}, id="a job without permission"),
        pytest.param(
            calling("octo-flows/flows/.github/workflows/publish-pypi.yml@v1"),
            {"step": None, "line": 4, "how": "other", "called": None},
            id="a job that calls what is not known",
        ),
    ],
)
def test_a_publishing_job_is_told(text: str, expected: dict[str, object]) -> None:
    (job,) = data_of(ask({"release.yml": text}))["publishing_jobs"]
    assert {name: job[name] for name in expected} == expected


def test_a_called_workflow_is_named() -> None:
    inner = publishing("{workflow_call: {}}", job="last")
    (job,) = data_of(ask({"a.yml": calling(f"./{FOLDER}b.yml"), "b.yml": inner}, only=["a.yml"]))["publishing_jobs"]
    assert (job["file"], job["called"]) == (f"{FOLDER}a.yml", f"{FOLDER}b.yml")


def test_where_it_publishes_and_why_not() -> None:
    (job,) = data_of(ask({"release.yml": publishing(condition="vars.X")}))["publishing_jobs"]
    assert job["publishes_on"]["push_tag_v1.2.3"] == "depends"
    assert job["runs_on"]["push_main"] == "no"
    assert "push_main" in job["why_not"]
    assert "push_tag_v1.2.3" not in job["why_not"]


@pytest.mark.parametrize(
    ("facts", "verdict", "cause"),
    [
        pytest.param({}, None, None, id="nothing was asked"),
        pytest.param(
            {"claims": printed(), "registry": REGISTRY},
            {"code": None, "description": None, "token_covers": ["sample"]},
            UNDETERMINED,
            id="an answer that is open",
        ),
        pytest.param(
            {"claims": printed(environment="x"), "registry": REGISTRY},
            {
                "code": "invalid-publisher",
                "description": "valid token, but no corresponding publisher (Publisher with matching claims was not "
                "found)",
                "token_covers": None,
            },
            "environment-name-mismatch",
            id="a refusal",
        ),
    ],
)
def test_the_verdict_is_the_index_answer(
    facts: dict[str, Any], verdict: dict[str, object] | None, cause: str | None
) -> None:
    data = data_of(ask(**facts))
    keeps_the_contract(data)
    assert (data["verdict"], data["cause"]) == (verdict, cause)
    assert bool(data["missing"]) is (cause == UNDETERMINED)


def test_the_form_is_told_with_its_link() -> None:
    form, pending = data_of(ask({"release.yml": publishing(environment="pypi")}, project="sample"))["publishers"]
    assert form["link"].startswith(f"{PYPI.web}/manage/project/sample/settings/publishing/?provider=github")
    assert (form["pending"], pending["pending"]) == (False, True)
    shared = {"project": "sample", "owner": "octo", "repository": "sample", "workflow": "release.yml"}
    assert {**form, **shared, "environment": "pypi"} == form
