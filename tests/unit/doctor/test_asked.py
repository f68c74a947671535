"""A question about one run is answered: whether it starts, which job uploads, and if none does, why."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.doctor.asked import FOLDER, ask, printed
from unit.doctor.scenarios import publishing

from publish_gate.doctor.answers import answers

ON_TAGS = "{push: {tags: ['v*']}}"
UNKNOWN = "on: push\njobs: {a: {runs-on: x, steps: [{fan-out: [run: y]}]}}\n"


@pytest.mark.parametrize(
    ("text", "event", "ref", "said"),
    [
        pytest.param(publishing(ON_TAGS), "push", "refs/tags/v2.0",
                     ["on push of tag v2.0, job 'publish' of release.yml uploads to pypi"], id="it uploads"),
        pytest.param(publishing(ON_TAGS), "push", "refs/tags/1.2.3",
                     [("on push of tag 1.2.3, nothing is uploaded: release.yml does not start: on.push.tags does not "
                      f"match '1.2.3' ({FOLDER}release.yml:1:13)")], id="the filter does not match"),
        pytest.param(publishing(ON_TAGS), "release", "v2.0",
                     [("on release v2.0 published, nothing is uploaded: release.yml does not start: the workflow does "
                      "not listen to `release`")], id="another event"),
        pytest.param(publishing(ON_TAGS, condition="github.ref == 'refs/tags/v1'"), "", "v2.0",
                     [("on push of tag v2.0, nothing is uploaded: job 'publish': its `if` is false "
                      f"({FOLDER}release.yml:11:9)")], id="a condition is false"),
        pytest.param(publishing(ON_TAGS, condition="vars.X"), "", "v2.0",
                     [("on push of tag v2.0, job 'publish' of release.yml may upload to pypi (its `if` is not decided "
                      f"by the files ({FOLDER}release.yml:11:9))")], id="a condition that nobody knows"),
        pytest.param("on: push\njobs: {a: {runs-on: x, steps: [run: y]}}\n", "push", "v1",
                     ["on push of tag v1, nothing is uploaded: no job that publishes was found in 1 workflow file(s)"],
                     id="no job that publishes"),
        pytest.param(UNKNOWN, "push", "v1",
                     [("on push of tag v1, nothing is uploaded: whether job 'a' publishes is not known: "
                      f"{FOLDER}release.yml:2:32: jobs.a.steps[0]: has neither `uses` nor `run`")],
                     id="unknown syntax"),
        pytest.param(publishing("pull_request"), "pull_request", "",
                     ["on pull request, job 'publish' of release.yml uploads to pypi",
                      "on pull request from a fork, job 'publish' of release.yml uploads to pypi"], id="two at once"),
        pytest.param(publishing(ON_TAGS), "", "", [], id="nothing was asked"),
    ],
)  # fmt: skip
def test_a_question_is_answered(text: str, event: str, ref: str, said: list[str]) -> None:
    assert list(answers(ask({"release.yml": text}, event=event, ref=ref).examination)) == said


def test_claims_tell_of_the_run_that_they_are_of() -> None:
    claims = printed()
    claims = replace(claims, values={**claims.values, "event_name": "push", "ref": "refs/tags/v3.1"})
    found = list(answers(ask({"release.yml": publishing(ON_TAGS)}, claims=claims).examination))
    assert found == ["on push of tag v3.1, job 'publish' of release.yml uploads to pypi"]


def test_other_files_in_the_commit_of_the_ref_are_told_of() -> None:
    asked = ask({"release.yml": publishing(ON_TAGS)}, ref="v1", elsewhere=(f"{FOLDER}release.yml", f"{FOLDER}ci.yml"))
    *_, note = answers(asked.examination)
    assert note == "note: the commit of that ref has other workflow files than this one: release.yml, ci.yml"
