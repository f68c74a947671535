"""The opinion in a terminal or a log: what it says, and that nothing in it is a command."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.doctor.asked import FOLDER, PUBLISHER, REGISTRY, ask, printed
from unit.doctor.report.opinions import HOSTILE, MADE_UP
from unit.doctor.scenarios import calling, publishing

from publish_gate.doctor.report.text import render
from publish_gate.doctor.trusted_publishing.publishers import Registry
from publish_gate.report.console import Style

if TYPE_CHECKING:
    from publish_gate.doctor.result import DoctorReport

PLAIN = Style()
FINE = {"release.yml": publishing(environment="pypi")}
PUSHED = replace(printed(), values={**printed().values, "event_name": "push"})
_COLOUR = re.compile(r"\x1b\[(?:0|1|2|31|32|33)m")


@pytest.mark.parametrize(
    ("facts", "lines"),
    [
        pytest.param({}, ["nothing found"], id="nothing at all"),
        pytest.param(
            {"files": {"test.yml": "on: push\njobs: {a: {runs-on: x, steps: [run: pytest]}}\n"}},
            ["no job that publishes was found in 1 workflow file(s)", "", "nothing found"],
            id="a workflow that does not publish",
        ),
        pytest.param(
            {"files": FINE, "registry": REGISTRY},
            [
                "publishing jobs",
                f"  {FOLDER}release.yml:15:15  job publish: pypa-action to pypi",
                "      authenticates by its identity; environment: pypi",
                "      publishes on: push_tag_v1.2.3",
            ],
            id="a job that publishes",
        ),
        pytest.param(
            {"files": {"release.yml": publishing("[push]", condition="vars.X", environment="'${{ vars.E }}'")}},
            [
                "      authenticates by its identity; environment: decided while it runs",
                "      publishes on: push_main (depends), push_feature (depends), push_tag_v1.2.3 (depends)",
            ],
            id="a job of which much depends",
        ),
        pytest.param(
            {"files": {"release.yml": publishing(condition="false", permissions="")}},
            ["      publishes on: none of the usual situations"],
            id="a job that never publishes",
        ),
        pytest.param(
            {
                "files": {
                    "release.yml": calling(f"./{FOLDER}inner.yml").replace("  publish:", "  call:"),
                    "inner.yml": publishing("{workflow_call: {}}"),
                },
                "only": ["release.yml"],
            },
            [
                f"  {FOLDER}release.yml:4:11  job call, called by call: other to pypi",
                "      authenticates by its identity; environment: none",
            ],
            id="a job that calls another workflow",
        ),
        pytest.param(
            {"files": {"release.yml": publishing(permissions="", environment="pypi")}},
            [
                (
                    f"{FOLDER}release.yml:8:3: error [missing-id-token-permission] job 'publish' publishes with its "
                    "identity but has no `id-token: write`: nothing grants it, and no repository setting does"
                ),
                "        +      id-token: write",
            ],
            id="a finding with its place and its patch",
        ),
        pytest.param(
            {"claims": PUSHED, "registry": REGISTRY},
            ["the index would accept this identity, for: sample"],
            id="an identity that is accepted",
        ),
        pytest.param(
            {"claims": PUSHED, "registry": Registry((replace(PUBLISHER, projects=()),))},
            ["the index would accept this identity, for: the projects of its publisher"],
            id="for projects that nobody told",
        ),
        pytest.param(
            {"claims": PUSHED, "registry": Registry((replace(PUBLISHER, environment="test"),))},
            [
                (
                    "the index would answer: invalid-publisher: valid token, but no corresponding publisher "
                    "(Publisher with matching claims was not found)"
                ),
                (
                    "cause: environment-name-mismatch. The publisher has the environment 'test', the job presents "
                    "'pypi'. Let the job use the environment 'test', or register 'pypi'"
                ),
            ],
            id="an identity that is refused",
        ),
        pytest.param(
            {"claims": PUSHED, "registry": Registry((replace(PUBLISHER, workflow="ci.yml", environment="test"),))},
            ["  after that is mended, this would come up: environment-name-mismatch"],
            id="what comes after",
        ),
        pytest.param(
            {"claims": printed()},
            [
                "cause: undetermined. whether these claims are accepted depends on the publishers that are registered",
                (
                    "  missing: the workflow file: run the doctor in the repository, at the tag or commit that failed, "
                    "or name the file"
                ),
            ],
            id="what is missing",
        ),
        pytest.param(
            {"files": FINE},
            [
                "trusted publishers to register, or to compare with what is registered",
                "      Repository name: sample",
                "      Environment name: pypi",
                "      PyPI Project Name: PROJECT",
            ],
            id="the values for the form",
        ),
        pytest.param({"files": {"release.yml": publishing()}}, ["      Environment name: (leave empty)"], id="a gap"),
        pytest.param(
            {"files": {"release.yml": publishing("push", permissions="")}},
            ["2 error(s), 3 advice"],
            id="the count",
        ),
    ],
)
def test_it_says_what_there_is_to_say(facts: dict[str, Any], lines: list[str]) -> None:
    text = render(ask(**facts), PLAIN)
    assert text.endswith("\n")
    missing = [line for line in lines if line not in text.splitlines()]
    assert not missing, text


def test_colours_are_for_terminals() -> None:
    opinion = ask({"release.yml": publishing("push", permissions="")}, claims=PUSHED)
    coloured = render(opinion, Style(colour=True))
    assert "\x1b[31merror\x1b[0m [missing-id-token-permission]" in coloured
    assert _COLOUR.sub("", coloured) == render(opinion, PLAIN)


@given(HOSTILE | MADE_UP, st.booleans())
def test_no_name_of_a_workflow_is_a_command(opinion: DoctorReport, colour: bool) -> None:
    text = _COLOUR.sub("", render(opinion, Style(colour=colour)))
    lines = text.split("\n")
    assert all(character.isprintable() for line in lines for character in line)
    assert not [line for line in lines if line.lstrip().startswith("::") or "##[" in line]
    assert max(map(len, lines)) < 5000
