"""An honest answer: who tells the doctor less hears the same cause, or none, and never another one."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.doctor.test_incidents import ROWS, _question
from unit.doctor.worlds import WORLDS

from publish_gate.doctor.analyse import examine
from publish_gate.doctor.findings.registry import RULES
from publish_gate.doctor.log.causes import CAUSES
from publish_gate.doctor.result import UNDETERMINED

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from publish_gate.doctor.inputs import DoctorInput
    from publish_gate.doctor.result import Diagnosis

CLAIMS = (
    "repository",
    "repository_owner_id",
    "job_workflow_ref",
    "workflow_ref",
    "environment",
    "event_name",
    "ref",
)
WITHOUT: dict[str, dict[str, object]] = {
    "all claims": {"claims": None},
    "the publishers": {"registry": None},
    "the log": {"record": None},
    "the workflows": {"workflows": (), "known": {}},
    "the projects": {"projects": ()},
    "the index": {"index": ""},
    "the situation": {"event": "", "ref": ""},
    "where it is": {"repository": None},
}
FACTS = (*WITHOUT, *CLAIMS)
QUESTIONS = {**{name: world.asked for name, world in WORLDS.items()}, **{row["id"]: _question(row) for row in ROWS}}
# A called workflow is another file than the registered one. That it is called, the claim workflow_ref tells, which
# older tools do not print.
LESS_SPECIAL = {"reusable-workflow": "workflow-filename-mismatch"}


def less(question: DoctorInput, dropped: AbstractSet[str]) -> DoctorInput:
    """Return a question without some of what is known."""
    for name in dropped:
        if name in WITHOUT:
            question = replace(question, **WITHOUT[name])  # type: ignore[arg-type]
        elif question.claims is not None:
            question = replace(question, claims=question.claims.without(name))
    return question


def diagnosis_of(question: DoctorInput) -> Diagnosis:
    """Return a diagnosis, for which all holds that holds for every one."""
    found = examine(question).diagnosis
    assert found.cause in {*CAUSES, UNDETERMINED, None}
    assert set(found.next) <= CAUSES.keys()
    assert found.cause not in found.next
    assert len(set(found.next)) == len(found.next)
    assert bool(found.missing) is (found.cause == UNDETERMINED)
    assert bool(found.why) is (found.cause is not None)
    return found


@pytest.mark.parametrize("name", WORLDS)
def test_a_fault_that_is_told_in_full_is_named(name: str) -> None:
    assert diagnosis_of(WORLDS[name].asked).cause == WORLDS[name].cause


@pytest.mark.parametrize("name", QUESTIONS)
def test_one_fact_less_never_makes_it_another_cause(name: str) -> None:
    for dropped in FACTS:
        _hold_against(name, frozenset(), frozenset({dropped}))


_DROPPED = st.frozensets(st.sampled_from(FACTS), max_size=6)


@given(st.sampled_from(sorted(QUESTIONS)), _DROPPED, _DROPPED)
def test_fewer_facts_never_make_it_another_cause(
    name: str, dropped: AbstractSet[str], further: AbstractSet[str]
) -> None:
    _hold_against(name, dropped, dropped | further)


def _hold_against(name: str, dropped: AbstractSet[str], more: AbstractSet[str]) -> None:
    full, poor = (diagnosis_of(less(QUESTIONS[name], each)) for each in (dropped, more))
    # What a log proves is a cause by itself; with more known, what stands behind it comes first.
    allowed = {full.cause, *full.next, UNDETERMINED, None}
    if "workflow_ref" in more:
        allowed.add(LESS_SPECIAL.get(str(full.cause)))
    assert poor.cause in allowed, (full, poor)


def test_every_cause_that_a_finding_explains_is_known() -> None:
    assert {cause for rule in RULES for cause in rule.causes} <= CAUSES.keys()
