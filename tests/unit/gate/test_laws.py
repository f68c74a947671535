"""What holds of every decision, whatever the case: laws over made-up versions, histories and situations."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version
from unit.gate.test_decide import ABSENT, MAIN, NOW, PYPI, TESTPYPI, UNKNOWN, context, published

from publish_gate.gate.decide import decide
from publish_gate.gate.rules import Policy, Prereleases, Target
from publish_gate.places import Place
from publish_gate.simulate import situations
from publish_gate.versions.model import FoundVersion

if TYPE_CHECKING:
    from publish_gate.index.state import IndexState
    from publish_gate.run_context import Context

VERSIONS = [
    "1.0a1", "1.0rc1", "1.0", "1.0.0", "1.0.post1", "1.1.dev1", "1.1", "1.4.9", "2.0", "2.0rc1", "1!0.1", "1.1+l",
]  # fmt: skip
SPELLED = [("1.0", "1.0.0"), ("1.0rc1", "1.0-RC.1"), ("1.0.post1", "1.0-1"), ("1.1", "v1.1"), ("1!0.1", "1!0.1.0")]
HISTORIES = st.lists(st.sampled_from(VERSIONS[:-1]), unique_by=Version, max_size=4)
SITUATIONS = [situation.context for situation in situations("1.1", [TESTPYPI, PYPI], "main")] + [
    MAIN,
    context("push", "refs/tags/v1.0", in_fork=False),
    context("schedule", "refs/heads/main"),
]
TARGETS = st.builds(
    replace,
    st.sampled_from([TESTPYPI, PYPI]),
    policy=st.sampled_from(Policy),
    prereleases=st.sampled_from(Prereleases),
)


def decided(target: Target, situation: Context, version: str, state: IndexState) -> bool:
    reading = FoundVersion(version, Place("pkg/_version.py", 3), "hatch.path")
    return decide("pkg", [target], situation, reading, {target.name: state}, NOW).targets[0].should_publish


@given(TARGETS, st.sampled_from(SITUATIONS), st.sampled_from(VERSIONS), HISTORIES, st.sampled_from(VERSIONS[:-1]))
def test_one_more_published_version_never_turns_no_into_yes(
    target: Target, situation: Context, version: str, history: list[str], more: str
) -> None:
    before = published(" ".join(history))
    longer = {Version(word): word for word in (*history, more)}
    after = published(" ".join(longer.values()))
    assert decided(target, situation, version, before) or not decided(target, situation, version, after)


@given(TARGETS, st.sampled_from(SITUATIONS), st.sampled_from(VERSIONS), HISTORIES)
def test_less_trust_never_turns_no_into_yes(
    target: Target, situation: Context, version: str, history: list[str]
) -> None:
    state = published(" ".join(history))
    less = [
        replace(situation, in_fork=True),
        replace(situation, foreign_head=True),
        replace(situation, distrust="nothing proves where this code is from"),
    ]
    allowed = decided(target, situation, version, state)
    assert not any(decided(target, other, version, state) and not allowed for other in less)
    assert not decided(target, less[-1], version, state)


@given(TARGETS, st.sampled_from(SITUATIONS), st.sampled_from(VERSIONS))
def test_what_is_unknown_never_publishes(target: Target, situation: Context, version: str) -> None:
    assert not decided(target, situation, version, UNKNOWN)


@given(st.permutations([TESTPYPI, PYPI, replace(TESTPYPI, name="other")]), st.sampled_from(SITUATIONS), HISTORIES)
def test_the_order_of_targets_does_not_matter(targets: list[Target], situation: Context, history: list[str]) -> None:
    reading = FoundVersion("1.1", Place("pkg/_version.py", 3), "hatch.path")
    states: dict[str, IndexState] = {"testpypi": published(" ".join(history)), "pypi": ABSENT, "other": UNKNOWN}
    found = decide("pkg", targets, situation, reading, states, NOW)
    alone = {target.name: decide("pkg", [target], situation, reading, states, NOW).targets[0] for target in targets}
    for target in found.targets:
        other = alone[target.target.name]
        assert (target.should_publish, target.reason) == (other.should_publish, other.reason)


@given(TARGETS, st.sampled_from(SITUATIONS), HISTORIES, st.sampled_from(SPELLED))
def test_two_spellings_of_one_version_are_decided_alike(
    target: Target, situation: Context, history: list[str], spelled: tuple[str, str]
) -> None:
    state = published(" ".join(history))
    first, second = (decided(target, situation, version, state) for version in spelled)
    assert first is second


def test_the_laws_are_not_empty() -> None:
    states: list[IndexState] = [ABSENT, published("1.0")]
    yes = [
        decided(target, situation, "1.1", state)
        for target, situation, state in itertools.product([TESTPYPI, PYPI], SITUATIONS, states)
    ]
    assert any(yes)
    assert not all(yes)
