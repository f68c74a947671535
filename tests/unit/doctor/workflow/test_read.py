"""Reading workflow files: what GitHub refuses in them, and what they say."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.doctor.workflow.files import IGNORED, JOB, ON, REFUSED, TAKEN, Refused, job, on, step

from publish_gate.doctor.workflow.grammar import Refusals
from publish_gate.doctor.workflow.graph import in_order, refuse_needs
from publish_gate.doctor.workflow.model import NOTHING, Job, Permissions, Workflow
from publish_gate.doctor.workflow.read import read_workflow
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.places import Place

PATH = ".github/workflows/ci.yml"


def read(text: str) -> Workflow:
    return read_workflow(text.encode(), PATH)


@pytest.mark.parametrize("row", REFUSED.values(), ids=REFUSED)
def test_refuses(row: Refused) -> None:
    (problem,) = read(row.text).problems
    assert problem.key == row.key
    assert row.message in problem.message
    assert problem.place is not None
    assert (problem.place.path, problem.place.line, problem.place.column) == (PATH, row.line, row.column)


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_takes(text: str) -> None:
    assert read(text).problems == ()


@pytest.mark.parametrize(("text", "key"), IGNORED.values(), ids=IGNORED)
def test_passes_over(text: str, key: str) -> None:
    workflow = read(text)
    assert workflow.problems == ()
    assert [problem.key for problem in workflow.ignored] == [key]


@pytest.mark.parametrize(
    "text",
    [f"name: ${{{{ github.ref }}}}\n{ON}\n{JOB}", step("run: y\n${{ insert }}: {a: b}")],
    ids=["an expression where no context is available", "a key that an expression makes"],
)
def test_what_the_platform_makes_of_it_is_not_known(text: str) -> None:
    assert read(text).problems == ()


def test_parallel_steps_stand_in_the_place_of_what_holds_them() -> None:
    (only,) = read(job("runs-on: x\nsteps: [run: a, {parallel: [{run: b}, {run: c, id: i}]}, run: d]")).jobs
    assert [(step.index, step.run and step.run.text, step.id) for step in only.steps] == [
        (0, "a", ""), (1, "b", ""), (2, "c", "i"), (3, "d", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "unknown"),
    [
        (job("runs-on: x\nsteps: [run: y]"), []),
        (job("runs-on: x\nsteps: [{fan-out: [run: y]}]"), ["jobs.a.steps[0]"]),
        (job("runs-on: x\nsteps: [{run: y, remote: z}]"), ["jobs.a.steps[0].remote"]),
        (job("runs-on: x\nimage: z\nsteps: [run: y]"), ["jobs.a.image"]),
    ],
)
def test_syntax_that_is_not_known_makes_a_job_unknown(text: str, unknown: list[str]) -> None:
    (only,) = read(text).jobs
    assert [problem.key for problem in only.unknown] == unknown


def test_all_problems_are_told_in_the_order_of_the_file() -> None:
    text = f"permission: a\n{JOB[:-1]}, b: {{needs: c, runs-on: x, steps: [z]}}}}\nenv: e\n"
    assert [problem.key for problem in read(text).problems] == [
        "permission",
        "on",
        "jobs.b.needs",
        "jobs.b.steps[0]",
        "env",
    ]


def test_jobs_that_wait_for_each_other() -> None:
    text = f"{ON}\njobs:\n" + "".join(
        f"  {name}: {{needs: {needs}, runs-on: x, steps: [run: y]}}\n"
        for name, needs in {"a": "b", "b": "[C, d]", "c": "A", "d": "[]", "behind": "a"}.items()
    )
    assert [(problem.key, problem.place and problem.place.line) for problem in read(text).problems] == [
        ("jobs.a.needs", 3),
        ("jobs.b.needs", 4),
        ("jobs.c.needs", 5),
    ]


@pytest.mark.parametrize("text", ["wait: a", "wait: [a, b]", "wait-all:", "cancel: a", "run: y\nbackground: true"])
def test_steps_in_the_background_and_those_that_steer_them_are_no_problem(text: str) -> None:
    assert read(step(text)).problems == ()


@pytest.mark.parametrize(
    ("text", "events"),
    [
        (f"{ON}\n{JOB}", ["push"]),
        (f"on: [push, release]\n{JOB}", ["push", "release"]),
        (on("push:\nrelease: {types: [published]}\nschedule: [cron: '0 0 * * *']"), ["push", "release", "schedule"]),
        (f"'on': push\n{JOB}", ["push"]),
    ],
    ids=["a text", "a list", "a mapping", "a key in quotes"],
)
def test_triggers(text: str, events: list[str]) -> None:
    assert [trigger.event for trigger in read(text).triggers] == events


def test_the_options_of_triggers() -> None:
    workflow = read(on("push:\nrelease: {types: [published]}\nschedule: [cron: '0 0 * * *']"))
    push, release, schedule = workflow.triggers
    assert push.options is None
    assert isinstance(release.options, Mapping)
    assert isinstance(schedule.options, Sequence)
    assert (push.place.line, push.place.column) == (2, 3)
    assert workflow.trigger("release") is release
    assert workflow.trigger("workflow_call") is None


@pytest.mark.parametrize(
    ("text", "everything", "levels"),
    [
        ("permissions: {}", "", {"id-token": "none", "contents": "none"}),
        ("permissions: read-all", "read", {"id-token": "read", "contents": "read"}),
        ("permissions: write-all", "write", {"id-token": "write", "contents": "write"}),
        ("permissions: {id-token: write}", "", {"id-token": "write", "contents": "none"}),
        ("permissions: {id-token: read, contents: read}", "", {"id-token": "none", "contents": "read"}),
        ("permissions: {future-scope: write}", "", {"future-scope": "write"}),
    ],
)
def test_permissions(text: str, everything: str, levels: dict[str, str]) -> None:
    block = read(f"{ON}\n{text}\n{JOB}").permissions
    assert isinstance(block, Permissions)
    assert block.everything == everything
    assert {scope: block.level(scope) for scope in levels} == levels
    assert block.place.line == 2


def test_a_workflow_in_all_its_parts() -> None:
    workflow = read(
        job(
            "name: n\nneeds: [b, c]\nif: ${{ always() }}\nenvironment: {name: e, url: u}\nruns-on: x\n"
            "container: i\nstrategy: {matrix: {a: [1]}}\ndefaults: {run: {}}\nenv: {A: b}\noutputs: {o: p}\n"
            "continue-on-error: true\npermissions: read-all\nsteps:\n"
            "  - {id: i, name: m, if: failure(), run: r, shell: s, working-directory: w, env: {C: d}}\n"
            "  - {uses: u@v1, with: {q: 1.10}, continue-on-error: true}"
        )
        + "  b: {uses: ./.github/workflows/b.yml, with: {x: y}, secrets: inherit}\n"
        + "  c: {environment: '', runs-on: x, steps: [run: y]}\n"
    )
    assert workflow.problems == ()
    assert workflow.file_name == "ci.yml"
    one, two, three = workflow.jobs
    assert [need.text for need in one.needs] == ["b", "c"]
    assert one.environment is not None
    assert one.environment.name is not None
    assert (one.environment.name.text, one.environment.url and one.environment.url.text) == ("e", "u")
    assert one.condition is not None
    assert one.condition.text == "${{ always() }}"
    assert one.permissions is not None
    assert [entry.key for block in (one.strategy, one.defaults, one.env, one.outputs) for entry in block] == [
        "matrix",
        "run",
        "A",
        "o",
    ]
    run, uses = one.steps
    assert (run.index, run.id, run.place.line) == (0, "i", 17)
    assert [scalar and scalar.text for scalar in (run.name, run.condition, run.run, run.shell)] == [
        "m",
        "failure()",
        "r",
        "s",
    ]
    assert run.working_directory is not None
    assert [entry.key for entry in run.env] == ["C"]
    assert uses.uses is not None
    assert uses.with_.scalar("q") is not None
    assert uses.continue_on_error is not None
    assert (two.uses and two.uses.text, two.steps, two.secrets is not None) == ("./.github/workflows/b.yml", (), True)
    assert three.environment is None
    assert workflow.job("A") is one


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (job("env:\nruns-on: x\nsteps: [run: y]"), []),
        (job("env: ${{ fromJSON('{}') }}\nruns-on: x\nsteps: [run: y]"), []),
        (job("env: {A: b}\nruns-on: x\nsteps: [run: y]"), ["A"]),
    ],
    ids=["nothing", "an expression", "a mapping"],
)
def test_a_block_of_texts(text: str, expected: list[str]) -> None:
    assert [entry.key for entry in read(text).jobs[0].env] == expected


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"on: push\n\xff\n", "is not UTF-8", 2),
        (b"a" * (1024 * 1024 + 1), "larger than 1024 KiB", None),
    ],
    ids=["not UTF-8", "too large"],
)
def test_files_that_cannot_be_read(data: bytes, message: str, line: int | None) -> None:
    workflow = read_workflow(data, PATH)
    (problem,) = workflow.problems
    assert message in problem.message
    assert problem.place is not None
    assert (problem.place.line, workflow.jobs, workflow.triggers) == (line, (), ())


def test_a_byte_order_mark_is_passed_over() -> None:
    workflow = read_workflow(b"\xef\xbb\xbf" + f"{ON}\n{JOB}".encode(), PATH)
    assert workflow.problems == ()
    assert [trigger.event for trigger in workflow.triggers] == ["push"]


@given(st.binary(max_size=300))
def test_nothing_is_raised_whatever_the_bytes(data: bytes) -> None:
    read_workflow(data, PATH)


KEYS = st.sampled_from(
    ["on", "jobs", "push", "branches", "permissions", "a", "needs", "steps", "run", "uses", "env", "if", "id", "types"]
)
TREES = st.recursive(
    st.sampled_from(["a", "b", "''", "${{ a }}", "write", "1", "null", "'[x'"]),
    lambda inner: (
        st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]")
        | st.dictionaries(KEYS, inner, max_size=4).map(
            lambda entries: f"{{{', '.join(f'{key}: {value}' for key, value in entries.items())}}}"
        )
    ),
    max_leaves=12,
)


@given(TREES, TREES)
def test_nothing_is_raised_whatever_the_shape(trigger: str, jobs: str) -> None:
    workflow = read(f"on: {trigger}\njobs: {jobs}\n")
    assert all(problem.place is not None for problem in workflow.problems)


def test_a_long_chain_and_a_large_circle_of_jobs_are_gone_through_at_once() -> None:
    place = Place(PATH, 1, 1)

    def chain(first: tuple[str, ...]) -> tuple[Job, ...]:
        needs = [first, *((f"j{number}",) for number in range(4999))]
        return tuple(
            Job(f"j{number}", place, NOTHING, needs=tuple(Scalar(name, name, place) for name in names))
            for number, names in enumerate(needs)
        )

    start = time.process_time()
    refusals = Refusals()
    refuse_needs(chain(()), refusals)
    assert refusals.in_order() == ()
    assert len(in_order(reversed(chain(())))) == 5000
    refuse_needs(chain(("j4999",)), refusals)
    assert len(refusals.in_order()) == 5000
    assert in_order(chain(("j4999",))) == ()
    assert time.process_time() - start < 5
