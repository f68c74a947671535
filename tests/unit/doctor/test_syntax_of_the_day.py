"""Workflows in today's syntax, and in corners of it: what publishes when, and which files GitHub refuses."""

from __future__ import annotations

import pytest
from unit.doctor.asked import ask, published

from publish_gate.doctor.findings.model import Severity

UPLOAD = "{uses: pypa/gh-action-pypi-publish@release/v1}"


def file(on: str, steps: str = UPLOAD, keys: str = "environment: pypi") -> str:
    """Return a workflow whose job `publish` has these steps."""
    return (
        f"on: {on}\npermissions: {{}}\njobs:\n  publish:\n    runs-on: ubuntu-latest\n    {keys}\n"
        f"    permissions: {{id-token: write}}\n    steps: [{steps}]\n"
    )


GATED = """\
on: {push: {branches: [main]}}
jobs:
  gate:
    runs-on: ubuntu-latest
    outputs: {publish-to: "${{ steps.gate.outputs.publish-to }}"}
    steps:
      - uses: actions/checkout@v7
      - parallel:
          - {id: gate, uses: publish-gate/publish-gate@v0.1.0}
          - run: echo
  publish:
    needs: gate
    if: needs.gate.outputs.publish-to
    runs-on: ubuntu-latest
    permissions: {id-token: write}
    steps: [{uses: pypa/gh-action-pypi-publish@release/v1}]
"""
TAG = "push_tag_v1.2.3"
ALL_PUSHES = "push_main, push_feature, push_tag_v1.2.3"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(file("{push: {tags: ['v*']}}", f"{{parallel: [{UPLOAD}, {{run: y}}]}}"), TAG, id="parallel steps"),
        pytest.param(file("{push: {tags: ['v*']}}", f"{{run: y, background: true}}, {{wait-all: }}, {UPLOAD}"), TAG,
                     id="a step in the background"),
        pytest.param(GATED, "push_main?", id="the gate among parallel steps"),
        pytest.param(file("[image_version, registry_package]"), "image_version, registry_package", id="newer events"),
        pytest.param(file("{workflow_call: {branches: [x]}}"), "workflow_call", id="a key that is passed over"),
        pytest.param(file("{release: {types: [published], branches: [main]}}"), "release_published",
                     id="branches of a release"),
        pytest.param(file("{workflow_dispatch: {workflow: '*'}}"), "workflow_dispatch_main", id="a key by hand"),
        pytest.param(file(r"{push: {tags: ['v[0-9]+\.[0-9]+\.[0-9]+']}}"), "push_tag_v1.2.3?",
                     id="a backslash in a filter"),
        pytest.param(file("{push: {tags: ['[0-9]+.[0-9]+.[0-9]+']}}"), "push_tag_2.4.0", id="tags without a letter"),
        pytest.param(file("{pull_request: {branches: [release]}}"),
                     "pull_request_to_release, pull_request_to_release_fork", id="pull requests to another branch"),
        pytest.param(file("push", keys="if: case(github.ref_type == 'tag', true, false)"), TAG, id="case()"),
        pytest.param(file("push", keys="environment: {name: pypi, deployment: false}"), ALL_PUSHES,
                     id="an environment without a deployment"),
        pytest.param(file("{schedule: [{cron: '0 0 * * *', timezone: Europe/Berlin}]}"), "schedule", id="a timezone"),
        pytest.param(file("push", f"{{if: job.workflow_repository == 'o/r', {UPLOAD[1:]}"),
                     "push_main?, push_feature?, push_tag_v1.2.3?", id="where a workflow is from"),
    ],
)  # fmt: skip
def test_it_is_followed_and_nobody_says_that_github_refuses_it(text: str, expected: str) -> None:
    report = ask({"release.yml": text})
    (job,) = report.examination.jobs
    assert published(job) == expected
    found = [each for each in report.findings if each.rule.id == "invalid-workflow"]
    assert all(each.severity is Severity.ADVICE for each in found)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param(file("[push, relase]"), "unknown event 'relase'; did you mean 'release'?", id="an event"),
        pytest.param(file("{relase: {types: [published]}}"), "unknown event 'relase'", id="an event with types"),
        pytest.param(file("{release: {types: [publish]}}"), "'publish' is not an activity of `release`", id="a type"),
        pytest.param(file("push", keys="continue-on-error: 'yes'"), "must be true or false", id="a text for a boolean"),
        pytest.param(file("push", keys="environment: {name: '${{ env.E }}'}"), "uses `env`, which is not available",
                     id="the context of a step in an environment"),
        pytest.param(file("push", keys="if: env.E == 'x'"), "uses `env`", id="and in the condition of a job"),
    ],
)  # fmt: skip
def test_what_github_refuses_is_told(text: str, said: str) -> None:
    told = [each.message for each in ask({"release.yml": text}).findings if each.rule.id == "invalid-workflow"]
    assert len(told) == 1
    assert said in told[0]
