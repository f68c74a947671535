"""Which jobs publish and when: calls are followed to the step that uploads, what is not known stays open."""

from __future__ import annotations

import pytest
from unit.doctor.asked import FOLDER, ask, job_of, published, question, read
from unit.doctor.scenarios import calling, publishing

from publish_gate.doctor.publishing_jobs import Known, publishing_jobs, upload_answers, uploading_run
from publish_gate.doctor.simulation import RepositoryContext, run_workflow
from publish_gate.doctor.simulation.situations import standard_situations
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads import find_uploads
from publish_gate.hosts import TESTPYPI

CALLED = "{workflow_call: {}}"
TAG = "push_tag_v1.2.3"


def nest(depth: int, last: str, condition: str = "") -> dict[str, str]:
    """Return workflows that call one another, ``depth`` calls down to the ``last``."""
    files = {}
    for number in range(depth):
        text = calling(f"./{FOLDER}w{number + 1}.yml", "{push: {tags: ['v*']}}" if number == 0 else CALLED)
        files[f"w{number}.yml"] = text.replace("  publish:", f"  call{number}:")
    if condition:
        files["w1.yml"] = files["w1.yml"].replace("    uses", f"    if: {condition}\n    uses")
    return {**files, f"w{depth}.yml": last}


@pytest.mark.parametrize(
    ("text", "when"),
    [
        pytest.param(publishing(), TAG, id="a tag"),
        pytest.param(
            publishing("[push, workflow_dispatch]"),
            f"push_main, push_feature, {TAG}, workflow_dispatch_main",
            id="two events without filters",
        ),
        pytest.param(publishing(condition="github.repository == 'someone/else'"), "", id="a false condition"),
        pytest.param(publishing(condition="vars.PUBLISH == 'true'"), f"{TAG}?", id="a condition on a variable"),
        pytest.param(
            publishing(
                "push", step="      - if: github.ref_type == 'tag'\n        uses: pypa/gh-action-pypi-publish@v1\n"
            ),
            TAG,
            id="a condition of the step",
        ),
        pytest.param(publishing("{workflow_run: {workflows: [CI]}}"), "workflow_run", id="an event of its own"),
        pytest.param(publishing("[create, delete]"), "create, create on v1.2.3, delete", id="two events of its own"),
        pytest.param(publishing("[create, create]"), "create, create on v1.2.3", id="an event that is named twice"),
    ],
)
def test_it_says_when_a_job_publishes(text: str, when: str) -> None:
    assert published(job_of({"release.yml": text})) == when


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param(
            publishing(condition="false"), f"its `if` is false ({FOLDER}release.yml:11:9)", id="the job's condition"
        ),
        pytest.param(
            publishing(step="      - if: false\n        uses: pypa/gh-action-pypi-publish@v1\n"),
            "the `if` of the step is false",
            id="the step's condition",
        ),
        pytest.param(
            publishing().replace("  build:\n", "  build:\n    if: false\n"),
            "it needs 'build', which is skipped",
            id="a skip",
        ),
        pytest.param(publishing("{push: {branches: [main]}}"), "tag", id="the filters"),
    ],
)
def test_it_says_why_a_job_does_not_publish(text: str, why: str) -> None:
    job = job_of({"release.yml": text})
    assert why in job.why[TAG]
    assert set(job.why) == {name for name, answer in job.publishes_on.items() if answer is Ternary.NO}


def test_a_workflow_without_an_upload_is_not_run() -> None:
    opinion = ask({"test.yml": "on: push\njobs: {test: {runs-on: x, steps: [run: pytest]}}\n"})
    assert opinion.examination.jobs == ()
    assert opinion.examination.runs == {}


@pytest.mark.parametrize(
    ("depth", "condition", "when"),
    [
        pytest.param(1, "", TAG, id="a call"),
        pytest.param(2, "", TAG, id="a call that calls"),
        pytest.param(3, "", TAG, id="three calls"),
        pytest.param(2, "false", "", id="a call that is never made"),
        pytest.param(2, "vars.X", f"{TAG}?", id="a call that may be made"),
    ],
)
def test_a_call_is_followed_to_the_step_that_uploads(depth: int, condition: str, when: str) -> None:
    job = job_of(nest(depth, publishing(CALLED, environment="pypi", job="last"), condition), only=["w0.yml"])
    assert published(job) == when
    assert (job.file, job.entry.path, job.actual.job.id) == (f"{FOLDER}w{depth}.yml", f"{FOLDER}w0.yml", "last")
    assert [each.workflow.file_name for each in job.road] == [f"w{number}.yml" for number in range(depth + 1)]
    assert job.caller is not None
    assert job.caller.id == "call0"
    assert job.environment == "pypi"


@pytest.mark.parametrize(
    ("permissions", "identifies"),
    [
        pytest.param(("write", "write"), True, id="granted all the way"),
        pytest.param(("write", "none"), False, id="taken away in the middle"),
        pytest.param(("none", "write"), False, id="never granted"),
    ],
)
def test_every_call_on_the_way_has_to_hand_on_the_permission(permissions: tuple[str, str], identifies: bool) -> None:
    files = nest(2, publishing(CALLED))
    for number, level in enumerate(permissions):
        files[f"w{number}.yml"] = files[f"w{number}.yml"].replace("id-token: write", f"id-token: {level}")
    jobs = ask(files, only=["w0.yml"]).examination.jobs
    assert [job.may_identify for job in jobs] == [identifies]


def test_a_false_condition_in_a_called_workflow_is_the_reason_why() -> None:
    job = job_of(nest(1, publishing(CALLED, condition="false")), only=["w0.yml"])
    assert (job.runs_on[TAG], job.publishes_on[TAG]) == (Ternary.YES, Ternary.NO)
    assert "w1.yml" in job.why[TAG]


@pytest.mark.parametrize(
    "uses",
    [
        pytest.param("./.github/workflows/publish-pypi.yml", id="of this repository, but not there"),
        pytest.param("other/flows/.github/workflows/publish-pypi.yml@v1", id="of another repository"),
        pytest.param("./.github/workflows/w0.yml", id="that calls itself"),
    ],
)
def test_a_called_workflow_that_is_not_known_ends_the_road(uses: str) -> None:
    text = calling(uses).replace("  publish:", "  publish-to-pypi:")
    jobs = ask({"w0.yml": text}).examination.jobs
    assert all(job.inner is None and job.caller is None and job.road == (job.upload,) for job in jobs)
    assert [published(job) for job in jobs] in ([], [TAG])


def test_a_called_workflow_of_which_nothing_uploads_ends_the_road() -> None:
    texts = {"w0.yml": calling(f"./{FOLDER}w1.yml"), "w1.yml": publishing(CALLED)}
    known = read({**texts, "w1.yml": "on: {workflow_call: {}}\njobs: {a: {runs-on: x, steps: [run: 'true']}}\n"})
    # The file that the search for uploads reads is not the one that is known otherwise.
    asked = question(texts, only=["w0.yml"], sources=Known(read(texts)))
    (job,), _ = publishing_jobs(asked, RepositoryContext("octo/sample", "main", known), standard_situations())
    assert job.inner is None


TWO_INSIDE = f"""\
on: {{workflow_call: {{}}}}
permissions: {{id-token: write}}
jobs:
  trial:
    runs-on: ubuntu-latest
    steps:
      - uses: pypa/gh-action-pypi-publish@v1
        with: {{repository-url: '{TESTPYPI.upload}'}}
  final:
    runs-on: ubuntu-latest
    steps:
      - uses: pypa/gh-action-pypi-publish@v1
  handed:
    runs-on: ubuntu-latest
    steps:
      - uses: pypa/gh-action-pypi-publish@v1
        with: {{password: '${{{{ secrets.TOKEN }}}}'}}
"""


def test_of_several_uploads_in_a_called_workflow_the_one_of_the_same_kind_counts() -> None:
    files = {"w0.yml": calling(f"./{FOLDER}w1.yml"), "w1.yml": TWO_INSIDE}
    jobs = ask(files, only=["w0.yml"]).examination.jobs
    found = {(job.upload.index.value, job.upload.auth.value): job.actual.job.id for job in jobs}
    assert found == {("testpypi", "oidc"): "trial", ("pypi", "oidc"): "final", ("pypi", "token"): "handed"}


def test_it_knows_the_workflows_that_came_with_the_question_and_no_other_file() -> None:
    known = Known(read({"a.yml": publishing()}))
    assert known.read("pyproject.toml") is None
    assert known.workflow(f"{FOLDER}a.yml") is not None
    assert known.workflow(f"{FOLDER}b.yml") is None


def test_what_a_run_does_not_tell_of_is_open_and_what_it_leaves_out_does_not_happen() -> None:
    tag = standard_situations()[4]
    long, short = read(
        {"a.yml": publishing(), "b.yml": publishing().replace("      - uses: actions/download", "      #")}
    ).values()
    (upload,) = find_uploads(long)
    here = RepositoryContext()
    assert upload_answers(run_workflow(short, tag, here), [upload])[:2] == (Ternary.YES, Ternary.DEPENDS)
    assert upload_answers(run_workflow(long, tag, here, ["build"]), [upload]) == (
        Ternary.NO,
        Ternary.NO,
        "",
    )


def test_a_called_workflow_that_cannot_be_called_leaves_it_open() -> None:
    job = job_of({"w0.yml": calling(f"./{FOLDER}w1.yml"), "w1.yml": publishing("push")}, only=["w0.yml"])
    assert (job.runs_on[TAG], job.publishes_on[TAG]) == (Ternary.YES, Ternary.DEPENDS)


def test_the_run_of_the_uploading_job_is_found_through_the_calls() -> None:
    opinion = ask(nest(2, publishing(CALLED, job="last")), only=["w0.yml"])
    (job,) = opinion.examination.jobs
    found = uploading_run(opinion.examination.runs[f"{FOLDER}w0.yml", TAG], job.road)
    assert found is not None
    assert found.job.id == "last"
    assert uploading_run(opinion.examination.runs[f"{FOLDER}w0.yml", "push_main"], job.road) is None
