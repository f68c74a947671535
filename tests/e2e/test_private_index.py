"""A private index that wants credentials: they reach the isolated program from the step's environment and .netrc."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from e2e.consumer import EXAMPLE_NAME
from e2e.index import host
from integration.servers import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping

    from e2e.direct import Step
    from integration.servers import FaultServer

USER, PASSWORD = "ci", "s3cret-token"
NETRC = f"machine 127.0.0.1 login {USER} password {PASSWORD}\n"
SIMPLE = (("Content-Type", "application/vnd.pypi.simple.v1+json"),)


@pytest.mark.parametrize(
    ("environment", "netrc"),
    [
        pytest.param(
            {"PUBLISH_GATE_INDEX_TESTPYPI_USERNAME": USER, "PUBLISH_GATE_INDEX_TESTPYPI_PASSWORD": PASSWORD},
            "",
            id="by the variables of the target",
        ),
        pytest.param({}, ".netrc", id="by .netrc of the home folder"),
        pytest.param({"NETRC": "elsewhere"}, "elsewhere", id="by the file that NETRC names"),
    ],
)
def test_credentials_of_the_step_are_used_and_not_shown(
    step: Step, index: FaultServer, environment: Mapping[str, str], netrc: str
) -> None:
    index.credentials = (USER, PASSWORD)
    url = host(index, "0.1.0")
    asking = replace(step, inputs={"index-url": url})
    refused = asking.run()
    assert (refused.status, refused.outputs["reason"]) == (1, "index-unavailable")
    assert "PUBLISH_GATE_INDEX_TESTPYPI_USERNAME" in "\n".join(refused.log)

    if netrc:
        (step.scratch / netrc).write_text(NETRC, "utf-8")
    given = {name: str(step.scratch / netrc) if name == "NETRC" else value for name, value in environment.items()}
    run = replace(asking, environment=given).run()
    assert (run.status, run.outputs["reason"]) == (0, "new-version"), run.log
    everything = "\n".join([*run.log, run.summary, *run.outputs.values()])
    assert PASSWORD not in everything


def test_a_password_in_the_input_is_refused_and_not_shown(step: Step, index: FaultServer) -> None:
    run = replace(step, inputs={"index-url": index.url.replace("//", f"//{USER}:{PASSWORD}@")}).run()
    assert run.status == 2
    assert run.outputs["should-publish"] == "false"
    assert PASSWORD not in "\n".join([*run.log, run.summary, *run.outputs.values()])
    assert "PUBLISH_GATE_INDEX_" in "\n".join(run.log)


def test_a_project_that_is_there_proves_the_first_release(step: Step, index: FaultServer) -> None:
    page = {"meta": {"api-version": "1.0"}, "name": "other", "files": [{"filename": "other-1.0.tar.gz"}]}
    index.on("/simple/other/", Reply(200, SIMPLE, json.dumps(page).encode()))
    inputs = {"index-url": f"{index.url}/simple/"}
    unproven = replace(step, inputs=inputs).run()
    assert (unproven.status, unproven.outputs["reason"]) == (1, "index-unavailable")
    assert "input probe" in "\n".join(unproven.log)
    probed = replace(step, inputs=inputs | {"probe": "Other"}).run()
    assert (probed.status, probed.outputs["reason"]) == (0, "first-release"), probed.log
    itself = replace(step, inputs=inputs | {"probe": EXAMPLE_NAME}).run()
    assert itself.status == 2


@pytest.mark.parametrize("status", ["archived", "quarantined"])
def test_a_closed_project_takes_no_release(step: Step, index: FaultServer, status: str) -> None:
    url = host(index, *(("0.1.0",) if status == "archived" else ()))
    page = {"meta": {"api-version": "1.4"}, "name": EXAMPLE_NAME, "files": [], "project-status": {"status": status}}
    index.on(f"/simple/{EXAMPLE_NAME}/", Reply(200, SIMPLE, json.dumps(page).encode()))
    run = replace(step, inputs={"index-url": url}).run()
    assert (run.status, run.outputs["reason"], run.outputs["publish-to"]) == (0, "project-closed", "")
