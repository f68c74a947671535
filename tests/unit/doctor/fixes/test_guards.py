"""Conditions and keys that are added to a job: what YAML reads from them again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.doctor.looking import ON_TAG, PATH, assert_other_lines_stay, publishing

from publish_gate.doctor.fixes.edit_workflow import add_guard, first_key, on_branch, quoted, rewritten
from publish_gate.doctor.fixes.edits import apply
from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.doctor.workflow.tree import Scalar
from publish_gate.places import Place

GUARD = "github.ref == 'refs/heads/main'"


def added(text: str, guard: str = GUARD) -> str | None:
    """Return the condition of the job after the change, read again; None where there is none."""
    workflow = read_workflow(text.encode(), PATH)
    job = workflow.job("publish")
    assert job is not None
    edits = add_guard(workflow, job, guard)
    if not edits:
        return None
    after = apply(text, edits)
    assert_other_lines_stay(text, after, edits)
    again = read_workflow(after.encode(), PATH)
    assert again.problems == workflow.problems
    changed = again.job("publish")
    assert changed is not None
    assert changed.condition is not None
    assert [each.text for each in changed.needs] == [each.text for each in job.needs]
    assert len(changed.node.entries) == len(job.node.entries) + (job.condition is None)
    return changed.condition.text


@pytest.mark.parametrize(
    ("keys", "condition"),
    [
        pytest.param((), GUARD, id="none"),
        pytest.param(("if: vars.ON",), f"{GUARD} && vars.ON", id="a plain one"),
        pytest.param(("if: vars.ON  # while it lasts",), f"{GUARD} && vars.ON", id="one with a comment"),
        pytest.param(("if: 'vars.ON'",), f"{GUARD} && vars.ON", id="one in quotes"),
        pytest.param(('if: "vars.ON"',), f"{GUARD} && vars.ON", id="one in double quotes"),
        pytest.param(("if: \"vars.X == 'a: b # c'\"",), f"{GUARD} && vars.X == 'a: b # c'", id="one that needs quotes"),
        pytest.param(("if: '!vars.OFF'",), f"{GUARD} && !vars.OFF", id="a negation"),
        pytest.param(("if: vars.A || vars.B",), f"{GUARD} && (vars.A || vars.B)", id="an alternative"),
        pytest.param(("if: ${{ vars.ON }}",), f"${{{{ {GUARD} && vars.ON }}}}", id="one in braces"),
        pytest.param(("if: ${{ vars.A || vars.B }}",), f"${{{{ {GUARD} && (vars.A || vars.B) }}}}", id="both"),
        pytest.param(("if: true",), f"{GUARD} && true", id="a truth value"),
        pytest.param(("if: contains(vars.X, 'a')",), f"{GUARD} && contains(vars.X, 'a')", id="a call"),
        pytest.param(("if: fromJSON('[1]')[0]",), f"{GUARD} && fromJSON('[1]')[0]", id="brackets"),
    ],
)
def test_the_job_asks_for_both(keys: tuple[str, ...], condition: str) -> None:
    assert added(publishing(ON_TAG, *keys)) == condition


def test_between_braces_what_is_written_stays_one_value() -> None:
    text = "on: push\njobs:\n  publish: {if: vars.ON, runs-on: x, steps: [{run: twine upload x}]}\n"
    assert added(text) == f"{GUARD} && vars.ON"
    assert added(text, "contains(vars.X, 'a')") == "contains(vars.X, 'a') && vars.ON"
    assert added(text.replace("vars.ON", "'contains(vars.Y, 1)'")) == f"{GUARD} && contains(vars.Y, 1)"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(publishing(ON_TAG, "if: |", "  vars.ON"), id="a block"),
        pytest.param(publishing(ON_TAG, "if: >-", "  vars.ON"), id="a folded block"),
        pytest.param(publishing(ON_TAG, "if: vars.A &&", "  vars.B"), id="two lines"),
        pytest.param(publishing(ON_TAG, "if: x ${{ vars.ON }}"), id="a text"),
        pytest.param(publishing(ON_TAG, "if: ${{ vars.A }} && ${{ vars.B }}"), id="two expressions"),
        pytest.param(publishing(ON_TAG, "if:"), id="nothing"),
        pytest.param("on: push\njobs:\n  publish: {runs-on: x, steps: [{run: y}]}\n", id="a job between braces"),
        pytest.param(publishing().replace("publish:", "publish: &it"), id="a job with an anchor"),
        pytest.param("on: push\njobs:\n  publish: {}\n", id="an empty job"),
    ],
)
def test_what_cannot_be_changed_in_one_line_is_left(text: str) -> None:
    assert added(text) is None


def test_a_file_of_windows_keeps_its_line_ends() -> None:
    text = publishing().replace("\n", "\r\n")
    workflow = read_workflow(text.encode(), PATH)
    after = apply(text, add_guard(workflow, workflow.jobs[0], GUARD))
    assert after.count("\r\n") == after.count("\n") == text.count("\n") + 1
    assert added(text) == GUARD


def test_a_comment_before_the_first_key_stays_there() -> None:
    text = publishing().replace("    runs-on", "    # the last job\n    runs-on")
    workflow = read_workflow(text.encode(), PATH)
    after = apply(text, first_key(PATH, workflow.jobs[0], "environment: pypi"))
    assert "    # the last job\n    environment: pypi\n    runs-on" in after


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("pypi", "pypi"),
        ("on air", "on air"),
        ("github.ref == 'a'", "github.ref == 'a'"),
        ("a#b", "a#b"),
        ("a:b", "a:b"),
        ("", "''"),
        ("1.10", "'1.10'"),
        ("true", "'true'"),
        ("~", "'~'"),
        ("yes", "yes"),
        ("it's", "it's"),
        ("'a'", "'''a'''"),
        ("!a", "'!a'"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("a:", "'a:'"),
        ("é", "'é'"),
        ('a\u2028"\\', '"a\\U00002028\\"\\\\"'),
    ],
)
def test_quotes_stand_where_they_are_needed(text: str, written: str) -> None:
    assert quoted(text) == written


@given(st.text(max_size=20))
def test_what_is_quoted_is_read_as_it_was(text: str) -> None:
    workflow = read_workflow(publishing(ON_TAG, f"name: {quoted(text)}").encode(), PATH)
    name = workflow.jobs[0].name
    assert name is not None
    assert name.text == text
    assert name.value == text


@given(st.text("abc,[]{} '\"", max_size=12), st.sampled_from(["", "'", '"']), st.booleans())
def test_what_is_rewritten_is_read_as_it_was(text: str, style: str, between_braces: bool) -> None:
    scalar = Scalar("x", "x", Place(PATH, 1, 1), style)
    value = rewritten(scalar, text)
    source = f"{{a: {value}, b: 1}}" if between_braces else f"a: {value}\nb: 1"
    found = read_workflow(source.encode(), PATH).root
    read = found.scalar("a")
    assert read is not None
    assert (read.text, len(found.entries)) == (text, 2)


def test_a_branch_is_written_as_a_literal() -> None:
    assert on_branch("it's") == "'refs/heads/it''s'"
