"""Permissions and triggers that are changed in their place, over all ways to write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.doctor.looking import ON_TAG, PATH, assert_other_lines_stay, publishing

from publish_gate.doctor.fixes.edit_workflow import grant, limit_release
from publish_gate.doctor.fixes.edits import apply
from publish_gate.doctor.workflow.permissions import granted
from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.doctor.workflow.tree import Mapping

LEVELS = {"contents": ("read", "write", "none"), "id-token": ("write", "none"), "packages": ("read",)}
BLOCKS = st.one_of(
    st.none(),
    st.sampled_from(["read-all", "write-all"]),
    st.fixed_dictionaries({}, optional={name: st.sampled_from(levels) for name, levels in LEVELS.items()}),
)


def written(block: object, indent: int, style: str) -> str:
    """Return a block in one of the ways to write it."""
    before = " " * indent
    if block is None:
        return ""
    if not isinstance(block, dict) or not block:
        return f"{before}permissions: {block or '{}'} # as it is\n"
    if style == "lines":
        return f"{before}permissions: # as it is\n" + "".join(f"{before}  {name}: {block[name]}\n" for name in block)
    inner = ", ".join(f"{name}: {level}" for name, level in block.items())
    if style == "braces":
        return f"{before}permissions: {{{inner}}} # as it is\n"
    return f"{before}permissions: {{\n{before}  {inner}\n{before}}} # as it is\n"


STYLES = st.sampled_from(["lines", "braces", "braces over lines"])


@given(BLOCKS, STYLES, BLOCKS, STYLES, st.sampled_from(["\n", "\r\n"]))
def test_the_job_gets_it_and_keeps_what_it_has(
    outer: object, one: str, inner: object, other: str, newline: str
) -> None:
    text = publishing().replace("    permissions: {id-token: write}\n", written(inner, 4, other))
    text = (written(outer, 0, one) + text).replace("\n", newline)
    before = read_workflow(text.encode(), PATH)
    change = grant(before, before.jobs[0], "id-token", "write")
    if not change.edits:
        assert not change.safe
        return
    after = apply(text, change.edits)
    assert_other_lines_stay(text, after, change.edits)
    again = read_workflow(after.encode(), PATH)
    assert again.problems == before.problems == ()
    assert granted("id-token", again, again.jobs[0]).level == "write"
    for scope in ("contents", "packages"):
        had = granted(scope, before, before.jobs[0]).level
        has = granted(scope, again, again.jobs[0]).level
        # Without any block the repository has decided, of which only reading the contents is kept.
        assert has == ({"contents": "read", "packages": "none"}[scope] if had == "default" else had)


@pytest.mark.parametrize(
    ("block", "edits"),
    [
        pytest.param({"contents": "read"}, 1, id="a block of lines"),
        pytest.param({}, 1, id="an empty block"),
        pytest.param("read-all", 0, id="all of something"),
    ],
)
def test_a_block_can_be_changed_or_not(block: object, edits: int) -> None:
    text = publishing().replace("    permissions: {id-token: write}\n", written(block, 4, "lines"))
    workflow = read_workflow(text.encode(), PATH)
    assert len(grant(workflow, workflow.jobs[0], "id-token", "write").edits) == edits


@pytest.mark.parametrize(
    ("on", "changes"),
    [
        pytest.param("release", True, id="a word"),
        pytest.param("release # when out", True, id="a word with a comment"),
        pytest.param("release:\n", True, id="a key"),
        pytest.param("push:\nrelease: # when out\nworkflow_dispatch:", True, id="a key among others"),
        pytest.param("'release'", False, id="a word in quotes"),
        pytest.param('"release"', False, id="a word in double quotes"),
        pytest.param("[release]", False, id="a list"),
        pytest.param("[push, release]", False, id="a list of several"),
        pytest.param("\n- release\n", False, id="a list of lines"),
        pytest.param("{release: , push: }", False, id="a key between braces"),
        pytest.param("release: {}\n", False, id="an empty mapping"),
        pytest.param("'release':\n", False, id="a key in quotes"),
        pytest.param("release: null\n", False, id="a key with nothing, spelled out"),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_a_release_is_limited_to_its_publication_or_left(on: str, changes: bool, newline: str) -> None:
    text = publishing(on).replace("\n", newline)
    workflow = read_workflow(text.encode(), PATH)
    edits = limit_release(workflow)
    assert bool(edits) == changes
    after = apply(text, edits)
    assert_other_lines_stay(text, after, edits)
    again = read_workflow(after.encode(), PATH)
    assert again.problems == workflow.problems
    assert {each.event for each in again.triggers} == {each.event for each in workflow.triggers}
    release = again.trigger("release")
    assert release is not None
    assert (isinstance(release.options, Mapping) and release.options.get("types") is not None) == changes
    assert after.count("# when out") == text.count("# when out")


@pytest.mark.parametrize("on", ["push", "push:\n  tags: ['v*']", "[push]"])
def test_another_event_is_left(on: str) -> None:
    assert limit_release(read_workflow(publishing(on).encode(), PATH)) == ()


def test_a_release_on_the_last_line_is_limited() -> None:
    text = f"jobs:{publishing(ON_TAG).partition('jobs:')[2]}on:\n  release:"
    workflow = read_workflow(text.encode(), PATH)
    assert apply(text, limit_release(workflow)) == f"{text}\n    types: [published]\n"
