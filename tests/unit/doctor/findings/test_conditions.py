"""Conditions that are always true, never true, or true only where a needed job is skipped."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.doctor.looking import NOTHING_KNOWN, ON_TAG, PATH, REPOSITORY, Told, asking, findings_of, publishing, told

from publish_gate.doctor.findings.conditions import always_true_condition, is_text, never_publishes
from publish_gate.doctor.findings.needs import skipped_needs
from publish_gate.doctor.findings.tried_refs import refs_to_try
from publish_gate.doctor.workflow.read import read_workflow

ANY = "[push, pull_request, workflow_dispatch]"
CHECK = "check:\n  runs-on: x\n  outputs: {go: '${{ steps.s.outputs.go }}'}\n  steps: [{id: s, run: y}]\n"
STEP = "steps:\n  - if: {}\n    uses: pypa/gh-action-pypi-publish@v1.13.0"


def guarded(condition: str, on: str = ON_TAG, **more: str) -> str:
    return publishing(on, f"if: {condition}", **more)


class TestAlwaysTrue:
    """A condition that is a text."""

    @pytest.mark.parametrize(
        ("condition", "mended"),
        [
            pytest.param(
                "${{ github.event_name == 'push' }} && github.ref == 'refs/heads/main'",
                "(github.event_name == 'push') && github.ref == 'refs/heads/main'",
                id="an expression with more of it outside",
            ),
            pytest.param(
                "${{ github.ref_type == 'tag' }} && ${{ github.actor == 'me' }}",
                "github.ref_type == 'tag' && github.actor == 'me'",
                id="two expressions joined outside",
            ),
            pytest.param(
                "${{ vars.A || vars.B }} && ${{ vars.C }}",
                "(vars.A || vars.B) && vars.C",
                id="an alternative keeps its brackets",
            ),
            pytest.param(
                "'!${{ vars.HELD == ''yes'' }}'", "'!(vars.HELD == ''yes'')'", id="a negation of what is in the braces"
            ),
            pytest.param("github.ref == ${{ vars.BRANCH }}", "github.ref == vars.BRANCH", id="braces around a name"),
            pytest.param("'${{ vars.ON }} '", "'vars.ON'", id="a space behind the braces"),
            pytest.param("\"${{ contains(vars.A, 'b') }} \"", "'contains(vars.A, ''b'')'", id="quotes stay"),
            pytest.param(
                "${{ vars.A == '}}' }} && vars.B", "(vars.A == '}}') && vars.B", id="braces in a text are no end"
            ),
        ],
    )
    def test_a_text_around_an_expression_is_always_true(self, condition: str, mended: str) -> None:
        text = guarded(condition, "{push: {branches: [main], tags: ['v*']}}")
        assert told(text, always_true_condition) == [Told("error", condition, "over-broad-trigger")]
        (finding,) = findings_of(text, always_true_condition)
        assert finding.safe
        assert [edit.text for edit in finding.edits] == [mended]

    def test_what_would_never_hold_then_is_left_to_people(self) -> None:
        (finding,) = findings_of(guarded("${{ vars.ON }} && github.ref == 'refs/heads/main'"), always_true_condition)
        assert (finding.edits, finding.safe) == ((), False)

    @pytest.mark.parametrize(
        "condition",
        [
            pytest.param("|\n      ${{ vars.ON }}", id="a block that keeps its line end"),
            pytest.param(">\n      ${{ vars.ON }}\n      && vars.TOO", id="a folded block"),
            pytest.param("${{ vars.A }} and ${{ vars.B }}", id="words that are no operator"),
            pytest.param("${{ vars.A }} &&", id="half an expression"),
        ],
    )
    def test_what_is_no_expression_without_its_braces_is_left_to_people(self, condition: str) -> None:
        (finding,) = findings_of(guarded(condition), always_true_condition)
        assert finding.edits == ()
        assert not finding.safe

    def test_conditions_of_steps_and_of_needed_jobs_count(self) -> None:
        build = "build:\n  if: x ${{ vars.A }}\n  runs-on: x\n  steps:\n    - if: y ${{ vars.A }}\n      run: z\n"
        text = publishing(ON_TAG, "needs: [build, build, gone]", STEP.format("s ${{ vars.A }}"), jobs=build)
        assert [each.at for each in told(text, always_true_condition)] == ["s ${{ vars.A }}", "x ${{ vars.A }}"]

    @pytest.mark.parametrize(
        "condition",
        [
            pytest.param("${{ vars.ON }}", id="exactly one expression"),
            pytest.param("\"${{ github.ref == 'refs/heads/main' }}\"", id="one expression in quotes"),
            pytest.param("|-\n      ${{ vars.ON }}", id="a block without its line end"),
            pytest.param(">-\n      ${{ vars.ON\n      && vars.TOO }}", id="a folded block without its line end"),
            pytest.param("github.ref == 'refs/heads/main'", id="no braces"),
            pytest.param("github.ref == 'a' ||\n      github.ref == 'b'", id="no braces over two lines"),
            pytest.param("contains('}} ${', '}}')", id="braces that open nothing"),
            pytest.param("'${{ vars.A }}${{ vars.B }}'", id="two expressions that can both be empty"),
            pytest.param("${{ vars.A", id="braces that are never closed, which GitHub refuses"),
            pytest.param("${{ vars. }} && x", id="an expression that GitHub refuses"),
            pytest.param("always()", id="what is meant to be always true"),
        ],
    )
    def test_one_expression_is_a_condition(self, condition: str) -> None:
        assert told(guarded(condition), always_true_condition) == []

    def test_a_job_that_publishes_nothing_and_is_not_needed_is_left_alone(self) -> None:
        lint = "lint:\n  if: x ${{ vars.A }}\n  runs-on: x\n  steps: [run: y]\n"
        assert told(publishing(jobs=lint), always_true_condition) == []

    @pytest.mark.parametrize("condition", ["${{ " + "''" * 9000, "${{" * 6000, "${{ '" * 4000, "${{ " + "}" * 20_000])
    def test_a_hostile_condition_takes_no_time(self, condition: str) -> None:
        assert not is_text(condition)


class TestNeverPublishes:
    """What no event reaches."""

    @pytest.mark.parametrize(
        ("workflow", "expected"),
        [
            pytest.param(
                guarded("github.ref == 'refs/heads/main'", "{release: {types: [published]}}"),
                Told("error", "github.ref == 'refs/heads/main'", "if-condition-false"),
                id="a branch is asked for, on a release",
            ),
            pytest.param(
                guarded("github.event_name == 'release'", "{push: {branches: [main]}}"),
                Told("error", "github.event_name == 'release'", "if-condition-false"),
                id="an event is asked for that starts nothing",
            ),
            pytest.param(
                guarded("startsWith(github.ref, 'refs/tags/v')", "{push: {branches: [main]}}"),
                Told("error", "startsWith(github.ref, 'refs/tags/v')", "trigger-missing-tags"),
                id="a tag is asked for, and only branches start the workflow",
            ),
            pytest.param(
                publishing("{push: {branches: [main]}}", STEP.format("github.ref_type == 'tag'")),
                Told("error", "publish:", "trigger-missing-tags"),
                id="the step asks for a tag",
            ),
            pytest.param(
                publishing(
                    "{release: {types: [published]}}",
                    "needs: check",
                    jobs="check:\n  if: github.event_name == 'push'\n  runs-on: x\n  steps: [run: y]\n",
                ),
                Told("error", "publish:", "skipped-needs"),
                id="a needed job is always skipped",
            ),
            pytest.param(
                guarded("github.event_name == 'push'", "{pull_request: {branches: [develop]}}"),
                Told("error", "github.event_name == 'push'", "if-condition-false"),
                id="pull requests never push",
            ),
            pytest.param(guarded("false"), Told("error", "false", "if-condition-false"), id="switched off"),
            pytest.param(
                guarded("github.event_name == 'push'", "{workflow_run: {workflows: [CI], types: [completed]}}"),
                Told("error", "github.event_name == 'push'", "if-condition-false"),
                id="another workflow's event is taken for its own",
            ),
        ],
    )
    def test_what_starts_it_and_what_it_asks_for_exclude_each_other(self, workflow: str, expected: Told) -> None:
        assert told(workflow, never_publishes) == [expected]

    @pytest.mark.parametrize(
        "workflow",
        [
            pytest.param(publishing(), id="nothing is asked for"),
            pytest.param(guarded("github.ref == 'refs/heads/production'", "push"), id="a branch of a name of its own"),
            pytest.param(
                guarded("'github.ref == ''refs/heads/production'''", "push"), id="the same in quotes within quotes"
            ),
            pytest.param(
                "# don't touch\n" + guarded("github.ref == 'refs/heads/production'", "push"),
                id="an apostrophe in a comment before it",
            ),
            pytest.param(
                guarded("startsWith(github.ref_name, 'v') && endsWith(github.ref_name, '-final')"),
                id="a tag that ends in a word",
            ),
            pytest.param(
                guarded("startsWith(github.ref, 'refs/tags/v') && contains(github.ref, '-rc')"),
                id="a tag with a word in it",
            ),
            pytest.param(guarded("startsWith(github.ref_name, 'pkg@')", "push"), id="a tag that begins with a package"),
            pytest.param(guarded("github.ref_type == 'tag'", "{push: {tags: ['rel-[a-z]+/*']}}"), id="an odd pattern"),
            pytest.param(
                guarded("endsWith(github.ref, '-x')", "{push: {tags: ['v[0-9]*']}}"), id="a pattern and an end"
            ),
            pytest.param(
                guarded("github.event.pull_request.merged", "{pull_request: {types: [closed], branches: [develop]}}"),
                id="a merge into another branch than the default one",
            ),
            pytest.param(guarded("github.ref_type == 'tag'", "workflow_dispatch"), id="by hand on a tag"),
            pytest.param(guarded("github.event_name == 'push'", "workflow_call"), id="a caller decides"),
            pytest.param(guarded("github.event.action == 'go'", "repository_dispatch"), id="a sent event decides"),
            pytest.param(
                publishing(ON_TAG, "needs: check", "if: needs.check.outputs.go == 'yes'", jobs=CHECK),
                id="a script decides",
            ),
            pytest.param(guarded("startsWith(vars.X, 'v')", "{push: {tags: ['v*', '[']}}"), id="a pattern is refused"),
            pytest.param(guarded("false", "{push: [bogus]}"), id="GitHub refuses the file"),
        ],
    )
    def test_what_something_can_reach_is_not_named(self, workflow: str) -> None:
        assert told(workflow, never_publishes) == []

    def test_a_condition_on_the_repository_is_no_error_in_a_fork(self) -> None:
        text = guarded("github.repository == 'upstream/sample'")
        assert told(text, never_publishes) == [
            Told("warning", "github.repository == 'upstream/sample'", "if-condition-false")
        ]
        assert told(text, never_publishes, replace(NOTHING_KNOWN, repository="upstream/sample")) == []
        assert REPOSITORY in findings_of(text, never_publishes)[0].message

    def test_a_called_upload_that_the_call_switches_off_is_no_fault(self) -> None:
        called = guarded("inputs.to == 'pypi'", "{workflow_call: {inputs: {to: {type: string}}}}")
        calling = "on: push\njobs:\n  call:\n    uses: ./.github/workflows/inner.yml\n    with: {to: %s}\n"
        assert told({"outer.yml": calling % "pypi", "inner.yml": called}, never_publishes) == []
        assert told({"outer.yml": calling % "none", "inner.yml": called}, never_publishes) == []

    def test_a_job_that_uploads_to_two_indexes_is_named_once(self) -> None:
        text = publishing(
            ON_TAG, "if: false", "steps:", "  - run: |", "      uv publish\n      uv publish --index testpypi"
        )
        assert len(findings_of(text, never_publishes)) == 1

    @pytest.mark.parametrize(
        "condition",
        [
            " || ".join(f"github.ref == 'refs/heads/b{number}'" for number in range(200)),
            " || ".join(f"endsWith(github.ref, 'b{number}')" for number in range(10)),
            " || ".join(f"github.actor == 'b{number}'" for number in range(310)),
        ],
        ids=["refs", "ends", "texts"],
    )
    def test_more_names_than_can_be_tried_decide_nothing(self, condition: str) -> None:
        assert told(guarded(f"github.event_name == 'x' && ({condition})", "push"), never_publishes) == []

    def test_more_jobs_than_can_be_tried_decide_nothing(self) -> None:
        asking_for = "if: always() && github.ref != 'refs/heads/b{}'"
        chain = "".join(
            f"j{n}:\n  needs: {f'j{n - 1}' if n else '[]'}\n  {asking_for.format(n)}\n  runs-on: x\n  steps: [run: y]\n"
            for n in range(60)
        )
        on = "[push, create, workflow_dispatch]"
        text = publishing(on, "needs: j59", "if: always() && github.event_name == 'x'", jobs=chain)
        assert told(text, never_publishes) == []

    def test_without_a_world_nothing_is_said(self) -> None:
        from publish_gate.doctor.analyse import analyse

        assert list(never_publishes.find(replace(analyse(asking(guarded("false"))), world=None))) == []


@pytest.mark.parametrize(
    ("on", "condition", "expected"),
    [
        ("{push: {tags: ['v[0-9]+.[0-9]+']}}", "true", "refs/tags/v1.1"),
        ("{push: {branches: ['release/**']}}", "true", "refs/heads/release/1"),
        ("{push: {tags: ['**/x']}}", "true", "refs/tags/1/x"),
        ("{push: {branches: ['release/**', '[']}}", "true", "refs/heads/release/1"),
        ("push", "github.ref == 'refs/tags/beta'", "refs/tags/beta"),
        ("push", "startsWith(github.ref, 'refs/tags/')", "refs/tags/1.2.3"),
        ("push", "github.ref_name == 'live'", "refs/heads/live"),
        ("push", "startsWith(github.ref_name, 'a/') && endsWith(github.ref_name, '+b')", "refs/tags/a/1.2.3+b"),
    ],
)
def test_what_the_workflow_speaks_of_is_tried(on: str, condition: str, expected: str) -> None:
    workflow = read_workflow(guarded(condition, on).encode(), PATH)
    refs = refs_to_try(workflow, workflow.jobs)
    assert expected in refs
    assert not [each for each in refs if " " in each or "*" in each]


class TestSkippedNeeds:
    """A condition that holds only where a needed job is skipped."""

    PROBE = "probe:\n  if: github.event_name == 'pull_request'\n  runs-on: x\n  steps: [run: y]\n"

    def test_a_release_needs_a_job_that_only_pull_requests_run(self) -> None:
        text = publishing(ANY, "needs: probe", "if: startsWith(github.ref, 'refs/tags/')", jobs=self.PROBE)
        assert told(text, skipped_needs) == [Told("warning", "startsWith(github.ref, 'refs/tags/')", "skipped-needs")]
        (finding,) = findings_of(text, skipped_needs)
        assert "probe" in finding.message
        assert finding.situations == ("push_tag_v1.2.3", "workflow_dispatch_v1.2.3")
        assert not finding.safe

    @pytest.mark.parametrize(
        "keys",
        [
            pytest.param(("needs: probe",), id="no condition of its own"),
            pytest.param(
                ("needs: probe", "if: always() && startsWith(github.ref, 'refs/tags/')"), id="it runs although skipped"
            ),
            pytest.param(("needs: probe", "if: github.event_name == 'pull_request'"), id="both run together"),
            pytest.param(("needs: probe", "if: vars.ON || true"), id="the condition always holds"),
            pytest.param(
                ("needs: probe", "if: github.event_name != 'workflow_dispatch'"), id="it holds where the job runs too"
            ),
            pytest.param(("if: startsWith(github.ref, 'refs/tags/')",), id="the skipped job is not needed"),
        ],
    )
    def test_a_condition_that_does_not_fight_its_needs_is_well(self, keys: tuple[str, ...]) -> None:
        assert told(publishing(ANY, *keys, jobs=self.PROBE), skipped_needs) == []
