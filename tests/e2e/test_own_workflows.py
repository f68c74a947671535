"""The jobs of this repository's own ci.yml that try the action, run by `act`; the rest of it needs GitHub."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from e2e.consumer import PUSH_TO_MAIN, REPOSITORY, commit
from e2e.direct import PATH
from e2e.javascript import ask

TOP = Path(__file__).resolve().parents[2]
CI = TOP / ".github" / "workflows" / "ci.yml"
RELEASE = TOP / ".github" / "workflows" / "release.yml"
TRIED = ("self", "foreign", "failures", "hostile")
SECONDS = 180.0


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout of this repository as it is now, with what is not committed yet."""
    folder = tmp_path_factory.mktemp("own") / "repository"
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=TOP, capture_output=True, text=True, check=True).stdout
    for name in filter(None, listed.split("\0")):
        if (TOP / name).is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(TOP / name, folder / name)
    commit(folder)
    return folder


@pytest.mark.usefixtures("online")
@pytest.mark.parametrize("job", TRIED)
def test_a_job_that_tries_the_action(job: str, repository: Path, tmp_path: Path) -> None:
    payload = tmp_path / "event.json"
    payload.write_text(PUSH_TO_MAIN.document(), "utf-8")
    command = [str(Path(sys.executable).with_name("act")), "push", "--job", job, "--matrix", "os:ubuntu-latest"]
    command += ["--json", "--eventpath", str(payload), "--no-cache-server"]
    command += ["--platform", "ubuntu-latest=-self-hosted"]
    for name, value in {"REPOSITORY": REPOSITORY, "REF": PUSH_TO_MAIN.ref}.items():
        command += ["--env", f"GITHUB_{name}={value}"]
    done = subprocess.run(
        command, cwd=repository, env={"HOME": str(tmp_path), "PATH": PATH, "LANG": "C.UTF-8"},
        stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    told = [json.loads(line) for line in done.stdout.decode("utf-8").splitlines() if line.startswith("{")]
    results = {line["jobID"]: line["jobResult"] for line in told if "jobResult" in line}
    assert results == {job: "success"}, "\n".join(line.get("msg", "") for line in told)
    assert done.returncode == 0


def evaluate(path: Path, jobs: dict[str, object]) -> dict[str, dict[str, object]]:
    """Let GitHub's libraries decide which jobs run when others end as ``jobs`` says."""
    github = {"event_name": "push", "ref": "refs/heads/main", "repository": REPOSITORY}
    question = {"file": {"name": path.name, "content": path.read_text("utf-8")}}
    answer = ask("which_jobs_run.mjs", question | {"runs": [{"github": github, "jobs": jobs}]})
    assert isinstance(answer, dict)
    assert answer["errors"] == []
    decided: dict[str, dict[str, object]] = answer["runs"][0]
    return decided


def test_the_required_job_knows_all_others() -> None:
    jobs = yaml.safe_load(CI.read_text("utf-8"))["jobs"]
    assert set(jobs["all"]["needs"]) == set(jobs) - {"all"}


@pytest.mark.parametrize(
    ("results", "status"),
    [
        ("success success", 0), ("success", 0), ("success failure", 1), ("skipped success", 1), ("cancelled", 1),
        ("success  skipped", 1),
    ],
)  # fmt: skip
def test_the_required_job_wants_success_of_all(results: str, status: int) -> None:
    (step,) = yaml.safe_load(CI.read_text("utf-8"))["jobs"]["all"]["steps"]
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step["run"]]
    done = subprocess.run(command, env={"PATH": PATH, "RESULTS": results}, capture_output=True, check=False)
    assert done.returncode == status


def test_the_required_job_runs_whatever_the_others_do() -> None:
    decided = evaluate(CI, {"checks": {"result": "failure"}, "test": {"result": "skipped"}})
    assert decided["all"]["result"] != "skipped"


GATED = ("bundle", "build", "attest", "testpypi", "promote", "pypi", "tag", "site")
YES = {"should-build": "true", "publish-to": "testpypi", "version": "1.0"}
TO_PYPI = {"outputs": {"publish-to": "pypi"}}
RELEASES = [
    ("a new version", {"gate": {"outputs": YES}, "promote": TO_PYPI}, GATED),
    ("nothing to do", {"gate": {"outputs": {"should-build": "false", "publish-to": ""}}}, ()),
    ("a new version that may not be published", {"gate": {"outputs": {**YES, "publish-to": ""}}}, ()),
    ("no outputs at all", {"gate": {"outputs": {}}}, ()),
    ("a gate that failed", {"gate": {"result": "failure", "outputs": YES}}, ()),
    (
        "TestPyPI has it already",
        {"gate": {"outputs": {**YES, "publish-to": "pypi"}}, "promote": TO_PYPI},
        tuple(job for job in GATED if job != "testpypi"),
    ),
    (
        "TestPyPI refused it",
        {"gate": {"outputs": YES}, "testpypi": {"result": "failure"}, "promote": TO_PYPI},
        GATED[:4],
    ),
    (
        "TestPyPI does not show it",
        {"gate": {"outputs": YES}, "promote": {"result": "failure", "outputs": {"publish-to": ""}}},
        GATED[:5],
    ),
    ("PyPI has it already", {"gate": {"outputs": YES}, "promote": {"outputs": {"publish-to": ""}}}, GATED[:5]),
    (
        "PyPI refused it",
        {"gate": {"outputs": YES}, "promote": TO_PYPI, "pypi": {"result": "failure"}},
        GATED[:6],
    ),
    ("the bundle does not work", {"gate": {"outputs": YES}, "bundle": {"result": "failure"}}, GATED[:2]),
    ("the tests fail", {"gate": {"outputs": YES}, "build": {"result": "failure"}}, GATED[:2]),
]


@pytest.mark.parametrize(("jobs", "ran"), [row[1:] for row in RELEASES], ids=[row[0] for row in RELEASES])
def test_what_a_release_does(jobs: dict[str, object], ran: tuple[str, ...]) -> None:
    decided = evaluate(RELEASE, jobs)
    assert {name for name, job in decided.items() if job["result"] != "skipped"} == {"gate", *ran}


def test_workflows_give_a_reason_for_each_permission() -> None:
    for path in (TOP / ".github" / "workflows").glob("*.yml"):
        text = path.read_text("utf-8")
        assert re.search(r"^permissions: \{\}$", text, re.MULTILINE), path.name
        granted = re.findall(r"^ +[a-z-]+: (?:read|write)\b.*$", text, re.MULTILINE)
        assert [line for line in granted if "# to " not in line] == []
        assert len(re.findall(r"^    permissions:", text, re.MULTILINE)) == len(yaml.safe_load(text)["jobs"])


def test_one_commit_stands_for_one_version_of_an_action() -> None:
    paths = [path for folder in (TOP, *(TOP / "examples").iterdir()) for path in folder.glob(".github/workflows/*.yml")]
    pins = {pin for path in paths for pin in re.findall(r"uses: (\S+@[0-9a-f]{40} # v[\d.]+)", path.read_text("utf-8"))}
    assert len({pin.split("@")[0] for pin in pins}) == len(pins)
