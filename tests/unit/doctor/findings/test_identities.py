"""Identities: what a publisher asks for and a job does not have, and publishers that can never match."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from unit.doctor.looking import (
    ACTION,
    NOTHING_KNOWN,
    ON_TAG,
    PROJECT,
    REPOSITORY,
    Told,
    asking,
    findings_of,
    publisher,
    publishing,
    registered,
    told,
)

from publish_gate.doctor.analyse import analyse
from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.findings.publishers import (
    environment_expression,
    environment_missing,
    environment_name,
    no_publisher,
    owner_mismatch,
    pending_publisher,
    project_not_covered,
    publisher_field,
    publisher_shadowed,
    repository_mismatch,
    workflow_filename,
)
from publish_gate.doctor.findings.registry import find_all
from publish_gate.doctor.trusted_publishing.publishers import Registry
from publish_gate.hosts import TESTPYPI
from publish_gate.places import Place

if TYPE_CHECKING:
    from publish_gate.doctor.findings.model import Detector
    from publish_gate.doctor.inputs import DoctorInput
    from publish_gate.doctor.trusted_publishing.publishers import Publisher

REFUSALS = (no_publisher, owner_mismatch, repository_mismatch, workflow_filename, environment_name)
ENVIRONMENT = publisher(environment="pypi")
CREDENTIAL = "with: {password: '${{ secrets.TOKEN }}'}"
TRIAL = f"with: {{repository-url: '{TESTPYPI.upload}'}}"


class TestRefusals:
    """What the index answers an identity that no publisher is for."""

    @pytest.mark.parametrize(
        ("detector", "about", "expected"),
        [
            pytest.param(
                owner_mismatch,
                registered(publisher(owner="somebody")),
                Told("error", "publish:", "owner-mismatch"),
                id="another owner",
            ),
            pytest.param(
                repository_mismatch,
                registered(publisher(repository="tools")),
                Told("error", "publish:", "repository-mismatch"),
                id="another repository",
            ),
            pytest.param(
                repository_mismatch,
                registered(publisher(repository="Sample")),
                Told("error", "publish:", "repository-name-case"),
                id="a repository in other capitals",
            ),
            pytest.param(
                repository_mismatch,
                registered(publisher(repository="sampler")),
                Told("error", "publish:", "repository-renamed"),
                id="a repository that was renamed",
            ),
            pytest.param(
                workflow_filename,
                registered(publisher(workflow="publish.yml")),
                Told("error", "publish:", "workflow-filename-mismatch"),
                id="another file",
            ),
            pytest.param(
                workflow_filename,
                registered(publisher(workflow="release.yaml")),
                Told("error", "publish:", "workflow-filename-mismatch"),
                id="another ending",
            ),
            pytest.param(
                workflow_filename,
                registered(publisher(workflow=".github/workflows/release.yml")),
                Told("error", "publish:", "workflow-filename-mismatch"),
                id="a path",
            ),
            pytest.param(
                no_publisher,
                registered(publisher(index="testpypi")),
                Told("error", "publish:", "no-publisher-on-index"),
                id="a publisher on the other index",
            ),
            pytest.param(
                environment_missing,
                registered(ENVIRONMENT),
                Told("error", "publish:", "environment-missing-in-job"),
                id="an environment that the job lacks",
            ),
        ],
    )
    def test_the_publisher_is_for(self, detector: Detector, about: DoctorInput, expected: Told) -> None:
        assert told(publishing(), detector, about) == [expected]

    @pytest.mark.parametrize(
        "wrong",
        [{"owner": "a"}, {"repository": "b"}, {"workflow": "c.yml"}, {"index": "testpypi"}, {"environment": "pypi"}],
        ids=lambda wrong: next(iter(wrong)),
    )
    def test_one_detector_tells_it_and_no_other(self, wrong: dict[str, str]) -> None:
        detectors = (*REFUSALS, environment_missing)
        found = [
            each for detector in detectors for each in told(publishing(), detector, registered(publisher(**wrong)))
        ]
        assert len(found) == 1

    @pytest.mark.parametrize(
        ("environment", "at"), [("release", "release"), ("{name: release}", "release}"), ("'Pypi2'", "'Pypi2'")]
    )
    def test_another_environment_is_named_where_it_stands(self, environment: str, at: str) -> None:
        text = publishing(ON_TAG, f"environment: {environment}")
        assert told(text, environment_name, registered(ENVIRONMENT)) == [Told("error", at, "environment-name-mismatch")]

    @pytest.mark.parametrize(
        ("text", "about"),
        [
            pytest.param(publishing(), registered(), id="a publisher that fits"),
            pytest.param(publishing(ON_TAG, "environment: PyPI"), registered(ENVIRONMENT), id="another spelling"),
            pytest.param(publishing(ON_TAG, "environment: any"), registered(), id="a publisher for any environment"),
            pytest.param(publishing(), NOTHING_KNOWN, id="nobody knows the publishers"),
            pytest.param(publishing(given=CREDENTIAL), registered(ENVIRONMENT), id="by a token"),
            pytest.param(publishing(), replace(registered(), repository=None), id="nobody knows the repository"),
            pytest.param(publishing(ON_TAG, "if: false"), registered(ENVIRONMENT), id="nothing is published"),
            pytest.param(
                publishing(),
                replace(NOTHING_KNOWN, registry=Registry((publisher(workflow="x.yml"),), complete=False)),
                id="not all publishers are known",
            ),
            pytest.param(
                publishing(ON_TAG, "environment: '${{ vars.E }}'"), registered(ENVIRONMENT), id="a computed environment"
            ),
            pytest.param(publishing(given=TRIAL), registered(publisher(index="testpypi")), id="the index for trying"),
        ],
    )
    def test_an_identity_that_may_be_accepted_is_well(self, text: str, about: DoctorInput) -> None:
        examination = analyse(asking(text, about))
        assert [each.rule.id for each in find_all(examination) if each.severity.value == "error"] in (
            [],
            ["never-publishes"],
        )

    def test_of_several_situations_those_that_are_refused_are_told(self) -> None:
        text = publishing(
            "{push: {tags: ['v*']}, workflow_dispatch: }",
            "environment: ${{ github.ref_type == 'tag' && 'pypi' || 'x' }}",
        )
        (finding,) = findings_of(text, environment_name, registered(ENVIRONMENT))
        assert finding.situations == ("workflow_dispatch_main",)
        assert "(on workflow_dispatch on main)" in finding.message


class TestEnvironmentMissing:
    """An environment that the publisher asks for."""

    @pytest.mark.parametrize(
        ("name", "written"),
        [
            ("pypi", "pypi"),
            ("on air", "on air"),
            ("true", "'true'"),
            ("1.10", "'1.10'"),
            ("a: b", "'a: b'"),
            ("é", "'é'"),
        ],
    )
    def test_it_is_put_before_the_first_key_of_the_job(self, name: str, written: str) -> None:
        from publish_gate.doctor.fixes.edits import apply

        text = publishing().replace("    runs-on", "    # the last one\n    runs-on")
        (finding,) = findings_of(text, environment_missing, registered(publisher(environment=name)))
        assert finding.safe
        assert f"    # the last one\n    environment: {written}\n    runs-on: ubuntu-latest\n" in apply(
            text, finding.edits
        )

    def test_a_job_between_braces_is_left_to_people(self) -> None:
        job = f"{{runs-on: x, steps: [{{uses: {ACTION}@v1}}]}}"
        text = f"on: push\npermissions: {{id-token: write}}\njobs:\n  publish: {job}\n"
        (finding,) = findings_of(text, environment_missing, registered(ENVIRONMENT))
        assert (finding.edits, finding.safe) == ((), False)

    def test_a_job_with_an_anchor_is_left_to_people(self) -> None:
        text = publishing().replace("publish:", "publish: &anchor")
        (finding,) = findings_of(text, environment_missing, registered(ENVIRONMENT))
        assert finding.edits == ()

    def test_an_environment_that_is_empty_there_is_named_where_it_stands(self) -> None:
        text = publishing(ON_TAG, "environment: ${{ github.ref_type == 'branch' && 'pypi' || '' }}")
        (found,) = told(text, environment_missing, registered(ENVIRONMENT))
        assert found.at.startswith("environment: ")

    def test_what_is_handed_to_the_action_is_no_environment(self) -> None:
        text = publishing(given="with: {environment: pypi}")
        (finding,) = findings_of(text, environment_missing, registered(ENVIRONMENT))
        assert "`with: environment:` (line 8) is an input of an action" in finding.message

    def test_in_a_called_workflow_the_called_job_is_named_and_left_to_people(self) -> None:
        files = {"outer.yml": CALLING, "inner.yml": publishing("workflow_call")}
        about = registered(replace(ENVIRONMENT, workflow="inner.yml"))
        found = findings_of(files, environment_missing, about)
        assert {each.place.path for each in found if each.place is not None} == {".github/workflows/inner.yml"}
        assert [bool(each.edits) for each in found if each.job == "call"] == [False]


CALLING = "on: push\njobs:\n  call:\n    uses: ./.github/workflows/inner.yml\n    permissions: {id-token: write}\n"


class TestEnvironmentExpression:
    """An environment whose name is computed."""

    EMPTY = "environment: ${{ github.ref_type == 'tag' && 'pypi' || '' }}"

    def test_it_is_empty_where_something_is_published(self) -> None:
        text = publishing("{push: {tags: ['v*']}, workflow_dispatch: }", self.EMPTY)
        assert told(text, environment_expression) == [
            Told("warning", self.EMPTY.removeprefix("environment: "), "environment-missing-in-job")
        ]
        assert findings_of(text, environment_expression)[0].situations == ("workflow_dispatch_main",)

    def test_it_is_empty_where_the_caller_hands_nothing_over(self) -> None:
        inner = publishing("{workflow_call: {inputs: {to: {type: string}}}}", "environment: ${{ inputs.to }}")
        found = told({"outer.yml": CALLING, "inner.yml": inner}, environment_expression)
        assert [each.at for each in found] == ["${{ inputs.to }}"]
        handing = CALLING + "    with: {to: pypi}\n"
        assert told({"outer.yml": handing, "inner.yml": inner}, environment_expression) == []

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(ON_TAG, EMPTY), id="it has a value wherever something is published"),
            pytest.param(publishing(ON_TAG, "environment: ${{ vars.E }}"), id="nobody knows what it is"),
            pytest.param(publishing(ON_TAG, "environment: pypi"), id="a fixed name"),
            pytest.param(publishing(ON_TAG, "environment: {url: x}"), id="no name, which GitHub refuses"),
            pytest.param(publishing("workflow_dispatch", EMPTY, given=CREDENTIAL), id="by a token"),
            pytest.param(publishing(), id="no environment"),
        ],
    )
    def test_what_is_not_empty_is_well(self, text: str) -> None:
        assert told(text, environment_expression) == []


class TestPublisherField:
    """Values that can never match."""

    PLACE = Place("publishers.yml", 4, 5)

    @pytest.mark.parametrize(
        ("wrong", "cause", "right"),
        [
            pytest.param(
                {"workflow": ".github/workflows/release.yml"}, "workflow-filename-mismatch", "release.yml", id="path"
            ),
            pytest.param({"workflow": "Release"}, "workflow-filename-mismatch", "", id="the workflow's name"),
            pytest.param(
                {"workflow": "release.yml@main"}, "workflow-filename-mismatch", "release.yml", id="a file at a ref"
            ),
            pytest.param({"workflow": "release.yml\u200b"}, "whitespace", "release.yml", id="a space of no width"),
            pytest.param({"environment": "py\u00a0pi"}, "whitespace", "pypi", id="a space that does not break"),
            pytest.param({"environment": " on air\u200b"}, "whitespace", "on air", id="what is not seen around words"),
            pytest.param({"owner": "oc to"}, "whitespace", "octo", id="a space in an owner"),
            pytest.param({"owner": "octo/sample"}, "repository-mismatch", "octo", id="owner and name as the owner"),
            pytest.param({"owner": "octo/"}, "repository-mismatch", "octo", id="an owner with a slash"),
            pytest.param(
                {"repository": "https://github.com/octo/sample.git"}, "repository-mismatch", "sample", id="an address"
            ),
            pytest.param({"environment": "PyPI"}, "environment-name-mismatch", "pypi", id="capitals"),
        ],
    )
    def test_the_form_was_filled_in_wrongly(self, wrong: dict[str, str], cause: str, right: str) -> None:
        about = registered(publisher(**wrong, place=self.PLACE))  # type: ignore[arg-type] # a place is no text
        assert told(publishing(), publisher_field, about) == [Told("error", str(self.PLACE), cause)]
        (finding,) = findings_of(publishing(), publisher_field, about)
        assert finding.remedy == (f"register {right!r}" if right else "correct it in the publisher's form")

    def test_pending_publishers_count(self) -> None:
        about = replace(NOTHING_KNOWN, registry=Registry(pending=(publisher(workflow="a/release.yml"),)))
        assert len(told(publishing(), publisher_field, about)) == 1

    def test_two_faults_of_one_value_are_both_told(self) -> None:
        about = registered(publisher(workflow=".github/workflows/release.yml\u200b"))
        assert [each.cause for each in told(publishing(), publisher_field, about)] == [
            "whitespace",
            "workflow-filename-mismatch",
        ]

    @pytest.mark.parametrize(
        "right",
        [
            pytest.param(publisher(), id="what the form wants"),
            pytest.param(publisher(workflow="my release (1).yaml", environment="on air"), id="spaces between words"),
            pytest.param(publisher(workflow=None), id="a file that nobody told"),
            pytest.param(publisher(environment="r\u00e9lease"), id="a letter with an accent"),
        ],
    )
    def test_a_value_that_can_match_is_well(self, right: Publisher) -> None:
        assert told(publishing(), publisher_field, registered(right)) == []

    def test_without_publishers_there_is_nothing_to_say(self) -> None:
        assert told(publishing(), publisher_field) == []


class TestPendingPublisher:
    """Projects that are to be made."""

    @pytest.mark.parametrize(
        ("project", "existing", "cause"),
        [
            pytest.param("Sample", {"sample"}, "pending-publisher-project-exists", id="it is there"),
            pytest.param("samp1e", {"sample"}, "project-name-taken", id="it looks like another"),
            pytest.param("json", set(), "project-name-taken", id="a module of the standard library"),
            pytest.param("-x-", set(), "project-name-taken", id="no name of a project"),
        ],
    )
    def test_the_project_cannot_be_made(self, project: str, existing: set[str], cause: str) -> None:
        registry = Registry(pending=(publisher(projects=(project,)),), existing=frozenset(existing))
        (found,) = told(publishing(), pending_publisher, replace(NOTHING_KNOWN, registry=registry))
        assert (found.severity, found.cause) == ("error", cause)

    def test_a_name_that_administrators_keep_is_not_given(self) -> None:
        registry = Registry(pending=(publisher(),), prohibited=frozenset({"sample"}))
        assert len(told(publishing(), pending_publisher, replace(NOTHING_KNOWN, registry=registry))) == 1

    @pytest.mark.parametrize(
        "registry",
        [
            pytest.param(Registry(pending=(publisher(),)), id="a new name"),
            pytest.param(Registry(pending=(publisher(projects=(), workflow="x.yml"),)), id="no name is told"),
            pytest.param(Registry((publisher(),)), id="a publisher of a project that is there"),
            pytest.param(
                Registry((publisher(index="pypi"),), (publisher(index="testpypi"),)), id="it is there on another index"
            ),
            pytest.param(None, id="nobody knows the publishers"),
        ],
    )
    def test_a_project_that_can_be_made_is_well(self, registry: Registry | None) -> None:
        assert told(publishing(), pending_publisher, replace(NOTHING_KNOWN, registry=registry)) == []


class TestProjectNotCovered:
    """Tokens for another project."""

    def test_the_publisher_is_another_project_s(self) -> None:
        about = replace(registered(publisher(projects=("other",))), projects=(PROJECT,))
        assert told(publishing(), project_not_covered, about) == [Told("error", "publish:", "project-name-mismatch")]

    def test_a_project_that_is_new_wants_a_pending_publisher(self) -> None:
        registry = Registry((publisher(projects=("other",)),), existing=frozenset({"other"}))
        place = Place("pyproject.toml", 2, 8)
        about = replace(NOTHING_KNOWN, registry=registry, projects=(PROJECT._replace(place=place),))
        assert told(publishing(), project_not_covered, about) == [
            Told("error", str(place), "pending-publisher-not-created")
        ]

    def test_a_publisher_with_the_environment_hides_the_one_without(self) -> None:
        registry = (publisher(), publisher(environment="pypi", projects=("other",)))
        about = replace(registered(*registry), projects=(PROJECT,))
        text = publishing(ON_TAG, "environment: pypi")
        assert told(text, publisher_shadowed, about) == [
            Told("error", "publish:", "publisher-shadowed-by-specific-environment")
        ]
        assert told(text, project_not_covered, about) == []

    def test_an_upload_is_named_once_for_all_situations(self) -> None:
        about = replace(registered(publisher(projects=("other",))), projects=(PROJECT,))
        assert len(findings_of(publishing("[push, workflow_dispatch]"), project_not_covered, about)) == 1

    @pytest.mark.parametrize("detector", [project_not_covered, publisher_shadowed])
    @pytest.mark.parametrize(
        ("text", "about"),
        [
            pytest.param(publishing(), replace(registered(), projects=(PROJECT,)), id="its own publisher"),
            pytest.param(
                publishing(),
                replace(registered(publisher(projects=("SAMPLE",))), projects=(PROJECT,)),
                id="its own publisher in capitals",
            ),
            pytest.param(
                publishing(),
                replace(registered(publisher(projects=("sample", "other"))), projects=(PROJECT,)),
                id="a publisher of several projects",
            ),
            pytest.param(
                publishing(),
                replace(registered(publisher(projects=())), projects=(PROJECT,)),
                id="nobody told whose it is",
            ),
            pytest.param(publishing(), registered(publisher(projects=("other",))), id="nobody knows the project"),
            pytest.param(
                publishing(),
                replace(registered(publisher(projects=("x",))), projects=(PROJECT, LocalProject("y"))),
                id="two projects",
            ),
            pytest.param(publishing(), replace(NOTHING_KNOWN, projects=(PROJECT,)), id="nobody knows the publishers"),
            pytest.param(
                publishing(
                    jobs="other:\n  runs-on: x\n  permissions: {id-token: write}\n  steps: [{run: uv publish}]\n",
                    given=TRIAL,
                ),
                replace(registered(publisher(workflow="x.yml")), projects=(PROJECT,)),
                id="nobody knows the publishers of this index",
            ),
        ],
    )
    def test_a_token_for_the_project_is_well(self, detector: Detector, text: str, about: DoctorInput) -> None:
        assert told(text, detector, about) == []


def test_the_repository_of_the_tables_is_the_publisher_s() -> None:
    assert publisher().slug == REPOSITORY
