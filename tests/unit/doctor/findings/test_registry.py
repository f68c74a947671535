"""All findings together: their order, their pages, what is told once, and what files, claims and logs alone say."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from pkgutil import iter_modules
from types import SimpleNamespace
from typing import TYPE_CHECKING, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.doctor.looking import ACTION, NOTHING_KNOWN, ON_TAG, Told, asking, publisher, publishing, registered, told

from publish_gate.doctor import findings
from publish_gate.doctor.analyse import analyse
from publish_gate.doctor.analysis import Analysis
from publish_gate.doctor.findings.files import invalid_workflow, recorded_failure
from publish_gate.doctor.findings.model import Detector, Rule, Severity
from publish_gate.doctor.findings.needs import needs_missing
from publish_gate.doctor.findings.publishers import identity_refused
from publish_gate.doctor.findings.registry import DETECTORS, RULES, find_all
from publish_gate.doctor.log.causes import CAUSES, cause_of_error
from publish_gate.doctor.log.messages import Error, Stage
from publish_gate.doctor.log.read import Record, Signal
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.publishers import Registry
from publish_gate.errors import Problem
from publish_gate.places import Place

if TYPE_CHECKING:
    from publish_gate.doctor.workflow.model import Workflow

CLAIMS = Claims(
    {
        "repository": "octo/sample",
        "repository_owner": "octo",
        "workflow_ref": "octo/sample/.github/workflows/release.yml@refs/tags/v1",
        "job_workflow_ref": "octo/sample/.github/workflows/release.yml@refs/tags/v1",
        "ref": "refs/tags/v1",
        "sha": "0" * 40,
        "event_name": "push",
    },
    absent=frozenset({"environment"}),
)


class TestAll:
    """The list of all detectors."""

    def test_each_rule_has_an_id_of_its_own_and_known_causes(self) -> None:
        assert len({rule.id for rule in RULES}) == len(RULES) == len(DETECTORS)
        assert {cause for rule in RULES for cause in rule.causes} <= set(CAUSES)

    def test_no_module_of_findings_is_forgotten(self) -> None:
        names = {each.name for each in iter_modules(findings.__path__)}
        modules = [import_module(f"{findings.__name__}.{name}") for name in names - {"registry"}]
        declared = [each for module in modules for each in vars(module).values() if isinstance(each, Detector)]
        assert sorted(each.rule.id for each in declared) == sorted(rule.id for rule in RULES)

    @pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
    def test_each_rule_has_a_page(self, rule: Rule) -> None:
        assert rule.page.endswith(f"/docs/doctor/{rule.id}.md")

    def test_errors_come_first_and_then_the_order_of_the_files(self) -> None:
        files = {"b.yml": publishing("pull_request"), "a.yml": publishing("push")}
        found = find_all(analyse(asking(files)))
        order = (Severity.ERROR, Severity.WARNING, Severity.ADVICE)
        keys = [(order.index(each.severity), each.place.path, each.place.line) for each in found if each.place]
        assert keys == sorted(keys)
        assert {each.severity for each in found} == {Severity.ERROR, Severity.ADVICE}

    def test_what_is_found_twice_is_told_once(self) -> None:
        text = publishing("pull_request", "steps:", f"  - uses: {ACTION}@v1", f"  - uses: {ACTION}@v1")
        found = find_all(analyse(asking(text)))
        assert len(found) == len(set(found))

    def test_a_finding_without_a_place_stands_before_those_with_one(self) -> None:
        about = replace(registered(publisher(workflow="x.yml ")), claims=None)
        found = find_all(analyse(asking(publishing(), about)))
        assert [each.place is None for each in found if each.severity is Severity.ERROR] == [True, False]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(
                publishing(
                    ON_TAG, "environment: pypi", "needs: build", jobs="build:\n  runs-on: x\n  steps: [run: y]\n"
                ),
                id="tags",
            ),
            pytest.param(publishing("{push: {branches: [main]}}", "environment: pypi"), id="the default branch"),
            pytest.param(publishing("{release: {types: [published]}}", "environment: pypi"), id="releases"),
            pytest.param(publishing("workflow_dispatch", "environment: pypi"), id="by hand"),
            pytest.param(
                publishing("[push, pull_request]", "environment: pypi", "if: startsWith(github.ref, 'refs/tags/v')"),
                id="tests and, on tags, the upload",
            ),
            pytest.param(
                publishing(
                    "{push: {branches: [main]}, pull_request: }",
                    "environment: pypi",
                    "needs: release",
                    "if: needs.release.outputs.released == 'true'",
                    jobs=(
                        "release:\n  if: github.event_name == 'push'\n  runs-on: x\n"
                        "  outputs: {released: '${{ steps.r.outputs.released }}'}\n"
                        "  steps: [{id: r, uses: python-semantic-release/python-semantic-release@v10}]\n"
                    ),
                ),
                id="a semantic release",
            ),
            pytest.param(
                publishing(
                    "{push: {tags: ['v[0-9]+.[0-9]+.[0-9]+*']}}",
                    "environment: {name: pypi, url: 'https://example.org'}",
                    "if: github.repository == 'octo/sample'",
                    given="with: {packages-dir: dist/, print-hash: true}",
                ),
                id="a pattern, an address, and no forks",
            ),
        ],
    )
    def test_a_well_run_project_gets_advice_at_most(self, text: str) -> None:
        found = find_all(analyse(asking(text, registered(publisher(environment="pypi")))))
        assert {each.severity for each in found} <= {Severity.ADVICE}, found


class TestInvalidWorkflow:
    """Files that GitHub refuses."""

    @pytest.mark.parametrize(
        ("text", "at"),
        [
            pytest.param("on: push\n", "on: push", id="no jobs"),
            pytest.param("on: push\njobs:\n\tx: y\n", "x: y", id="tabs"),
            pytest.param(publishing(ON_TAG, "needs: gone"), "gone", id="a needed job that is not there"),
            pytest.param("", ".github/workflows/release.yml", id="nothing"),
        ],
    )
    def test_what_github_refuses_is_named(self, text: str, at: str) -> None:
        (found, *_) = told(text, invalid_workflow)
        assert (found.severity, found.cause) == ("error", "invalid-workflow-file")
        assert found.at == at

    def test_a_hostile_key_is_told_in_one_harmless_line(self) -> None:
        (found, *_) = told('on: push\njobs: {a: {"x\\n##[error]": 1, runs-on: x, steps: [run: y]}}\n', invalid_workflow)
        assert found.severity == "error"

    def test_what_github_takes_is_well(self) -> None:
        assert told(publishing(), invalid_workflow) == []


class TestNeedsMissing:
    """Readings of jobs that are not needed."""

    BUILD = "build:\n  runs-on: x\n  outputs: {v: x}\n  steps: [run: y]\n"

    @pytest.mark.parametrize(
        ("text", "severity", "remedy"),
        [
            pytest.param(
                publishing(ON_TAG, "if: needs.build.outputs.v", jobs=BUILD),
                "error",
                "write  needs: [build]",
                id="by a condition",
            ),
            pytest.param(
                publishing(ON_TAG, "if: needs['build'].result == 'success'", jobs=BUILD),
                "error",
                "write  needs: [build]",
                id="by index",
            ),
            pytest.param(
                publishing(
                    ON_TAG,
                    "needs: other",
                    "env: {V: '${{ needs.build.outputs.v }}'}",
                    jobs=BUILD + BUILD.replace("build", "other"),
                ),
                "error",
                "write  needs: [other, build]",
                id="by a variable",
            ),
            pytest.param(
                publishing(ON_TAG, "if: needs.biuld.outputs.v", jobs=BUILD),
                "error",
                "there is no job 'biuld'; correct the name",
                id="by a wrong name",
            ),
            pytest.param(
                publishing(
                    ON_TAG,
                    "needs: [test, build]",
                    jobs=BUILD + "test:\n  runs-on: x\n  env: {V: '${{ needs.build.outputs.v }}'}\n  steps: [run: y]\n",
                ),
                "warning",
                "write  needs: [build]",
                id="by a job on the way, for what does not matter",
            ),
        ],
    )
    def test_what_is_read_is_always_empty(self, text: str, severity: str, remedy: str) -> None:
        (finding,) = needs_missing.find(analyse(asking(text)))
        assert [(each.severity, each.cause) for each in told(text, needs_missing)] == [(severity, "if-condition-false")]
        assert finding.remedy == remedy

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(
                publishing(ON_TAG, "needs: build", "if: needs.build.outputs.v", jobs=BUILD), id="it is needed"
            ),
            pytest.param(
                publishing(ON_TAG, "needs: Build", "if: needs.BUILD.outputs.v", jobs=BUILD), id="other capitals"
            ),
            pytest.param(
                publishing(ON_TAG, "needs: build", "if: contains(needs.*.result, 'x')", jobs=BUILD), id="all of them"
            ),
            pytest.param(publishing(ON_TAG, "env: {N: '${{ toJSON(needs) }}'}"), id="the whole of it"),
            pytest.param(publishing(ON_TAG, "if: vars.needs.build"), id="another context"),
            pytest.param(
                publishing(jobs="test:\n  runs-on: x\n  if: needs.build.outputs.v\n  steps: [run: y]\n"),
                id="a job that has nothing to do with it",
            ),
        ],
    )
    def test_what_is_needed_is_well(self, text: str) -> None:
        assert told(text, needs_missing) == []

    def test_a_job_is_named_once_for_each_that_it_reads(self) -> None:
        text = publishing(ON_TAG, "if: needs.a.result && needs.A.outputs.x && needs.b.result")
        assert len(list(needs_missing.find(analyse(asking(text))))) == 2


class TestRefusedClaims:
    """Claims that were given."""

    @pytest.mark.parametrize(
        ("wrong", "cause"),
        [
            pytest.param({"workflow": "publish.yml"}, "workflow-filename-mismatch", id="another file"),
            pytest.param({"environment": "pypi"}, "environment-missing-in-job", id="an environment"),
            pytest.param({"owner": "somebody"}, "owner-mismatch", id="another owner"),
        ],
    )
    def test_what_keeps_them_from_the_publisher_is_named(self, wrong: dict[str, str], cause: str) -> None:
        about = replace(registered(publisher(**wrong)), claims=CLAIMS)
        assert told({}, identity_refused, about) == [Told("error", "", cause)]

    def test_an_answer_without_a_cause_is_told_as_it_is(self) -> None:
        about = replace(registered(), claims=replace(CLAIMS, complete=True))  # a token without a time, an id and more
        assert told({}, identity_refused, about) == [Told("error", "")]

    @pytest.mark.parametrize(
        "about",
        [
            pytest.param(replace(registered(), claims=CLAIMS), id="they are accepted"),
            pytest.param(replace(NOTHING_KNOWN, claims=CLAIMS), id="nobody knows the publishers"),
            pytest.param(registered(publisher(owner="x")), id="there are none"),
            pytest.param(
                replace(NOTHING_KNOWN, claims=CLAIMS, registry=Registry((publisher(owner="x"),), complete=False)),
                id="not all publishers are known",
            ),
        ],
    )
    def test_claims_that_may_be_accepted_are_well(self, about: object) -> None:
        from publish_gate.doctor.inputs import DoctorInput

        assert isinstance(about, DoctorInput)
        assert told({}, identity_refused, about) == []


class TestRecordedFailure:
    """Logs that prove a cause."""

    @pytest.mark.parametrize("error", Error, ids=lambda error: error.value)
    def test_what_an_error_proves_is_told_with_what_to_do(self, error: Error) -> None:
        record = Record((Signal(error, Stage.UPLOAD, 0),), project="sample", version="1.0")
        proven = [each.cause.id for each in cause_of_error(record) if each.proven]
        found = told({}, recorded_failure, replace(NOTHING_KNOWN, record=record))
        assert [each.cause for each in found] == proven

    def test_what_the_log_is_about_is_told(self) -> None:
        record = Record((Signal(Error.FILE_EXISTS, Stage.UPLOAD, 0),), project="sample", version="1.0")
        (finding,) = recorded_failure.find(analyse(asking({}, replace(NOTHING_KNOWN, record=record))))
        assert finding.message.endswith("(sample, 1.0)")

    def test_without_a_log_nothing_is_told(self) -> None:
        assert told(publishing(), recorded_failure) == []
        assert told(publishing(), recorded_failure, replace(NOTHING_KNOWN, record=Record())) == []


_TEXTS = st.text("ab\n\t\u200b\u2028'\"{}[]$:#!&*|>\\ -", max_size=30)
_VALUES = st.one_of(
    _TEXTS, st.sampled_from(["needs", "${{ needs.x }}", "${{ github.ref == 'x' }} y", "|", "refs/tags/v*"])
)


@given(
    st.dictionaries(st.sampled_from(["if", "needs", "environment", "name", "runs-on", "strategy"]), _VALUES), _VALUES
)
def test_nothing_that_a_file_holds_makes_a_detector_fail(keys: dict[str, str], on: str) -> None:
    import json

    job = {**keys, "permissions": {}, "steps": [{"uses": f"{ACTION}@v1", "if": on, "with": {"password": on}}]}
    workflow = json.dumps({"on": {"push": {"tags": [on]}, "release": None}, "jobs": {"publish": job}})
    for finding in find_all(analyse(asking(workflow, registered()))):
        assert finding.message.isprintable()
        assert finding.remedy.isprintable()


def test_what_github_passes_over_is_an_advice() -> None:
    ignored = (Problem("on.push.colour", "is no key that GitHub knows", Place("a.yml", 2, 3)),)
    workflow = SimpleNamespace(problems=(), ignored=ignored)
    (finding,) = invalid_workflow.find(Analysis(workflows=(cast("Workflow", workflow),)))
    assert (finding.severity, finding.cause) == (Severity.ADVICE, "")
    assert "on.push.colour" in finding.message
