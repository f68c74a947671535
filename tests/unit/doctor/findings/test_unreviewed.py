"""Uploads that code reaches which nobody has reviewed: from branches, pull requests and other workflows' runs."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.doctor.looking import ACTION, NOTHING_KNOWN, ON_TAG, Told, findings_of, publishing, told

from publish_gate.doctor.findings.unreviewed import (
    publish_from_any_branch,
    publish_from_pull_request,
    pull_request_target,
    workflow_run,
)
from publish_gate.hosts import TESTPYPI

TRIAL = f"with: {{repository-url: '{TESTPYPI.upload}'}}"
PRIVATE = "with: {repository-url: 'https://packages.example.com/upload/', password: '${{ secrets.TOKEN }}'}"
LOCAL = "with: {repository-url: 'http://localhost:8080/', password: x}"
BRANCHES = "{push: {branches: ['**']}}"
CREDENTIAL = "with: {password: '${{ secrets.TOKEN }}'}"
SAME = "github.event.pull_request.head.repo.full_name == github.repository"
CLOSED = "{pull_request: {types: [closed], branches: [main]}}"
SCRIPT = "check:\n  runs-on: x\n  outputs: {go: '${{ steps.s.outputs.go }}'}\n  steps: [{id: s, run: y}]\n"
MAIN = "github.ref == 'refs/heads/main'"


class TestAnyBranch:
    """Pushes to a branch that is not the default one."""

    @pytest.mark.parametrize(
        ("text", "severity", "at"),
        [
            pytest.param(publishing("push"), "error", "publish:", id="every push"),
            pytest.param(publishing("{push: {branches: ['**']}}"), "error", "publish:", id="every branch"),
            pytest.param(
                publishing("push", "if: github.event_name == 'push'"),
                "error",
                "github.event_name == 'push'",
                id="the event is asked for, and not the branch",
            ),
            pytest.param(publishing("push", given=TRIAL), "advice", "publish:", id="to the index for trying"),
            pytest.param(publishing("push", given=PRIVATE), "advice", "publish:", id="to an index of their own"),
            pytest.param(
                publishing("push", given="with: {repository-url: '${{ vars.URL }}'}"),
                "warning",
                "publish:",
                id="to an index that is not known",
            ),
            pytest.param(
                publishing("push", "needs: check", "if: needs.check.outputs.go", jobs=SCRIPT),
                "warning",
                "needs.check.outputs.go",
                id="a script decides",
            ),
            pytest.param(publishing("{push: {paths: [src/**]}}"), "warning", "publish:", id="if some files change"),
        ],
    )
    def test_every_branch_reaches_the_upload(self, text: str, severity: str, at: str) -> None:
        assert told(text, publish_from_any_branch) == [Told(severity, at, "over-broad-trigger")]

    @pytest.mark.parametrize(
        ("condition", "mended"),
        [
            pytest.param("", "if: github.ref == 'refs/heads/main'", id="none"),
            pytest.param("vars.ON", f"{MAIN} && vars.ON", id="a plain one"),
            pytest.param("vars.ON # now", f"{MAIN} && vars.ON # now", id="one with a comment"),
            pytest.param(
                "'vars.ON'", f"'{MAIN} && vars.ON'".replace("'refs/heads/main'", "''refs/heads/main''"), id="quoted"
            ),
            pytest.param("vars.A || vars.B", f"{MAIN} && (vars.A || vars.B)", id="an alternative"),
            pytest.param("${{ vars.ON }}", f"${{{{ {MAIN} && vars.ON }}}}", id="one in braces"),
        ],
    )
    def test_the_condition_is_put_before_what_was_there(self, condition: str, mended: str) -> None:
        from publish_gate.doctor.fixes.edits import apply

        text = publishing(BRANCHES, f"if: {condition}") if condition else publishing(BRANCHES)
        (finding,) = findings_of(text, publish_from_any_branch)
        assert mended in apply(text, finding.edits)
        assert not finding.safe

    def test_a_branch_of_an_odd_name_is_quoted(self) -> None:
        (finding,) = findings_of(
            publishing(BRANCHES), publish_from_any_branch, replace(NOTHING_KNOWN, default_branch="it's,on")
        )
        assert "github.ref == 'refs/heads/it''s,on'" in finding.remedy

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(), id="tags alone"),
            pytest.param(publishing("{push: {branches: [main]}}"), id="the default branch alone"),
            pytest.param(publishing("{push: {branches: ['release/**']}}"), id="branches of releases"),
            pytest.param(publishing("push", f"if: {MAIN}"), id="the job asks for the branch"),
            pytest.param(publishing("push", given=f"if: {MAIN}"), id="the step asks for the branch"),
            pytest.param(
                publishing("push", "needs: a", jobs=f"a:\n  if: {MAIN}\n  runs-on: x\n  steps: [run: y]\n"),
                id="a needed job asks for the branch",
            ),
            pytest.param(publishing("push", "if: startsWith(github.ref, 'refs/tags/')"), id="the job asks for a tag"),
            pytest.param(publishing("pull_request"), id="no push"),
            pytest.param(publishing("workflow_dispatch"), id="by hand"),
            pytest.param(publishing("push", given=LOCAL), id="to an index on the runner itself"),
        ],
    )
    def test_what_is_merged_or_tagged_is_well(self, text: str) -> None:
        assert told(text, publish_from_any_branch) == []


class TestPullRequest:
    """Pull requests."""

    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            pytest.param(
                publishing("[push, pull_request]"), Told("error", "publish:", "over-broad-trigger"), id="no condition"
            ),
            pytest.param(
                publishing("pull_request", "if: github.base_ref == 'main'"),
                Told("error", "github.base_ref == 'main'", "over-broad-trigger"),
                id="a condition without the event",
            ),
            pytest.param(
                publishing("pull_request", "if: github.event.pull_request.head.repo.fork"),
                Told("error", "github.event.pull_request.head.repo.fork", "fork-pr-no-token"),
                id="forks alone",
            ),
            pytest.param(
                publishing("pull_request", f"if: {SAME}", given=TRIAL),
                Told("advice", SAME, "over-broad-trigger"),
                id="an index for trying, by those who may write",
            ),
            pytest.param(
                publishing("pull_request", given=TRIAL),
                Told("error", "publish:", "over-broad-trigger"),
                id="an index for trying, by forks too",
            ),
            pytest.param(
                publishing("pull_request", given=PRIVATE),
                Told("warning", "publish:", "over-broad-trigger"),
                id="an index of their own",
            ),
            pytest.param(
                publishing(CLOSED, "if: github.event.pull_request.merged == true"),
                Told("warning", "github.event.pull_request.merged == true", "fork-pr-no-token"),
                id="merged ones, and those of forks have no identity",
            ),
        ],
    )
    def test_code_that_nobody_reviewed_is_published(self, text: str, expected: Told) -> None:
        assert told(text, publish_from_pull_request) == [expected]

    @pytest.mark.parametrize(
        ("run", "severity"),
        [
            pytest.param("./decide", "error", id="a script that looks at versions"),
            pytest.param("test $GITHUB_REF = x && echo go=1", "warning", id="a script that looks at the ref"),
            pytest.param("echo ${{ github.event_name }}", "warning", id="a script that is handed the event"),
        ],
    )
    def test_a_script_on_the_way_may_decide_by_the_event(self, run: str, severity: str) -> None:
        jobs = SCRIPT.replace("run: y", f"run: '{run}'") + "between:\n  needs: check\n  runs-on: x\n  steps: [run: y]\n"
        text = publishing("pull_request", "needs: [check, between, check]", "if: needs.check.outputs.go", jobs=jobs)
        assert [each.severity for each in told(text, publish_from_pull_request)] == [severity]

    def test_a_variable_of_a_script_counts_as_handed_to_it(self) -> None:
        jobs = SCRIPT.replace("run: y", "run: y, env: {E: '${{ github.event_name }}'}")
        text = publishing("pull_request", "needs: check", "if: needs.check.outputs.go", jobs=jobs)
        assert [each.severity for each in told(text, publish_from_pull_request)] == ["warning"]

    @pytest.mark.parametrize(
        "condition",
        [
            pytest.param("contains(github.event.pull_request.labels.*.name, 'canary')", id="a label"),
            pytest.param("vars.PUBLISH == 'yes'", id="a setting of the repository"),
            pytest.param("needs.check.outputs.go", id="an action that sees the event"),
            pytest.param("strategy.job-total == 7", id="something else"),
            pytest.param("vars.A ===", id="what GitHub refuses"),
        ],
    )
    def test_what_is_not_made_here_may_decide(self, condition: str) -> None:
        jobs = SCRIPT.replace("run: y", "uses: o/look@v1")
        text = publishing("pull_request", "needs: check", f"if: {condition}", jobs=jobs)
        assert [each.severity for each in told(text, publish_from_pull_request)] == ["warning"]

    @pytest.mark.parametrize(
        ("on", "guard"),
        [
            pytest.param(
                "[push, pull_request]",
                f"github.event_name == 'push' && ({MAIN} || startsWith(github.ref, 'refs/tags/'))",
                id="branches and tags",
            ),
            pytest.param(
                "{push: {tags: ['v*']}, pull_request: null}",
                "github.event_name == 'push' && startsWith(github.ref, 'refs/tags/')",
                id="tags",
            ),
            pytest.param(
                "{release: {types: [published]}, pull_request: null}",
                "github.event_name != 'pull_request'",
                id="releases",
            ),
            pytest.param("pull_request", "", id="nothing else"),
        ],
    )
    def test_the_condition_keeps_what_else_publishes(self, on: str, guard: str) -> None:
        (finding,) = findings_of(publishing(on), publish_from_pull_request)
        assert finding.remedy.partition("if: ")[2] == guard
        assert bool(finding.edits) == bool(guard)

    def test_a_called_workflow_that_is_not_known_may_decide(self) -> None:
        text = (
            "on: pull_request\njobs:\n  call:\n    uses: o/r/.github/workflows/publish-pypi.yml@v1\n"
            "    secrets: inherit\n    permissions: {id-token: write}\n    if: vars.ON\n"
        )
        assert [each.severity for each in told(text, publish_from_pull_request)] == ["warning"]

    def test_a_fork_s_run_gets_no_identity_and_a_token_needs_none(self) -> None:
        (by_identity,) = findings_of(publishing("pull_request"), publish_from_pull_request)
        (by_token,) = findings_of(publishing("pull_request", given=CREDENTIAL), publish_from_pull_request)
        assert "gets no identity token" in by_identity.message
        assert "gets no identity token" not in by_token.message

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(), id="tags alone"),
            pytest.param(publishing("[push, pull_request]", "if: github.event_name == 'push'"), id="the job asks"),
            pytest.param(
                publishing("[push, pull_request]", given="if: github.event_name == 'push'"), id="the step asks"
            ),
            pytest.param(publishing("[push, pull_request]", f"if: {MAIN}"), id="the branch is asked for"),
            pytest.param(
                publishing(
                    "[push, pull_request]",
                    "needs: a",
                    jobs="a:\n  if: github.event_name == 'push'\n  runs-on: x\n  steps: [run: y]\n",
                ),
                id="a needed job asks",
            ),
            pytest.param(publishing("{pull_request: {types: [labeled]}}", "if: false"), id="switched off"),
            pytest.param(publishing("pull_request", given=LOCAL), id="an index on the runner itself"),
            pytest.param(
                publishing(CLOSED, "if: github.event.pull_request.merged", given=CREDENTIAL), id="merged, by a token"
            ),
            pytest.param(
                publishing(CLOSED, f"if: github.event.pull_request.merged && {SAME}"), id="merged, and of no fork"
            ),
        ],
    )
    def test_what_pull_requests_do_not_reach_is_well(self, text: str) -> None:
        assert told(text, publish_from_pull_request) == []


class TestPullRequestTarget:
    """The event that the index refuses."""

    @pytest.mark.parametrize(
        ("text", "severity", "cause"),
        [
            pytest.param(publishing("pull_request_target"), "error", "pull-request-target-event", id="by its identity"),
            pytest.param(publishing("pull_request_target", given=CREDENTIAL), "warning", "", id="by a token"),
            pytest.param(
                publishing("pull_request_target", "if: vars.ON"), "warning", "pull-request-target-event", id="perhaps"
            ),
            pytest.param(
                publishing("{pull_request_target: {types: [labeled]}}"),
                "error",
                "pull-request-target-event",
                id="on a label",
            ),
            pytest.param(
                publishing("pull_request_target", "if: github.event.pull_request.head.repo.fork"),
                "error",
                "pull-request-target-event",
                id="from forks alone",
            ),
        ],
    )
    def test_the_event_reaches_the_upload(self, text: str, severity: str, cause: str) -> None:
        (found,) = told(text, pull_request_target)
        assert (found.severity, found.cause) == (severity, cause)
        assert found.at.startswith(("pull_request_target", "{pull_request_target"))

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing("pull_request"), id="the other event"),
            pytest.param(publishing(), id="tags alone"),
            pytest.param(
                publishing("[push, pull_request_target]", "if: github.event_name == 'push'"),
                id="the job asks for a push",
            ),
            pytest.param(publishing("pull_request_target", uses="actions/labeler@v5"), id="nothing uploads"),
            pytest.param(
                publishing(
                    CLOSED.replace("st:", "st_target:"), "if: github.event.pull_request.merged", given=CREDENTIAL
                ),
                id="what is merged, by a token",
            ),
        ],
    )
    def test_what_it_does_not_reach_is_well(self, text: str) -> None:
        assert told(text, pull_request_target) == []


class TestWorkflowRun:
    """Another workflow's run."""

    ON = "{workflow_run: {workflows: [CI], types: [completed]}}"

    @pytest.mark.parametrize(
        ("text", "severity"),
        [
            pytest.param(publishing(ON), "warning", id="nothing is asked"),
            pytest.param(publishing("workflow_run"), "warning", id="whatever ran"),
            pytest.param(
                publishing(ON, "if: github.event.workflow_run.conclusion == 'success'"),
                "warning",
                id="success is asked",
            ),
            pytest.param(publishing(ON.replace("CI]", "CI], branches: [main]")), "advice", id="a branch is asked for"),
            pytest.param(
                publishing(ON, "if: github.event.workflow_run.event == 'push'"),
                "advice",
                id="the other event is asked for",
            ),
            pytest.param(
                publishing(ON, "if: github.event.workflow_run.head_branch == 'main'"),
                "advice",
                id="its branch is asked for",
            ),
        ],
    )
    def test_what_the_other_run_was_matters(self, text: str, severity: str) -> None:
        assert [each.severity for each in told(text, workflow_run)] == [severity]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(), id="tags alone"),
            pytest.param(publishing(ON, given=LOCAL), id="to an index on the runner itself"),
            pytest.param(
                publishing("[push, workflow_run]", "if: github.event_name == 'push'"), id="the job asks for a push"
            ),
        ],
    )
    def test_what_it_does_not_reach_is_well(self, text: str) -> None:
        assert told(text, workflow_run) == []

    def test_a_workflow_is_named_once(self) -> None:
        text = publishing(self.ON, "steps:", f"  - uses: {ACTION}@v1", f"  - uses: {ACTION}@v1")
        assert len(findings_of(text, workflow_run)) == 1


def test_a_workflow_on_tags_has_none_of_all_this() -> None:
    for detector in (publish_from_any_branch, publish_from_pull_request, pull_request_target, workflow_run):
        assert told(publishing(ON_TAG), detector) == []
