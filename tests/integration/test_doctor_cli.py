"""`publish-gate doctor` as people run it: what it prints, what it changes, and with which exit status it ends."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from publish_gate import cli
from publish_gate.hosts import PYPI, TESTPYPI

if TYPE_CHECKING:
    from collections.abc import Callable

TOP = Path(__file__).resolve().parents[2]
PLACE = ".github/workflows/release.yml"
STORY = """\
name: CI
on:
  push: {branches: ['**']}
  pull_request:
jobs:
  version-check:
    runs-on: ubuntu-latest
    outputs: {version-changed: "${{ steps.compare.outputs.changed }}"}
    steps:
      - id: compare
        run: ./compare.sh >> "$GITHUB_OUTPUT"
  publish-to-testpypi:
    needs: [version-check]
    if: needs.version-check.outputs.version-changed == 'true'  # only from main, not from PRs
    runs-on: ubuntu-latest
    environment: testpypi
    permissions: {id-token: write}
    steps:
      - uses: pypa/gh-action-pypi-publish@release/v1
        with: {repository-url: "TESTPYPI"}
""".replace("TESTPYPI", TESTPYPI.upload)
SOUND = """\
on: {push: {tags: ['v*']}}
permissions: {}
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: pypi
    permissions:
      id-token: write  # trusted publishing
    steps:
      - uses: pypa/gh-action-pypi-publish@76f52bc884231f62b9a034ebfe128415bbaabdfc
"""
PUBLISHERS = """\
publishers:
  - {owner: octo, repository: sample, workflow: release.yml, environment: pypi, project: sample}
"""
CLAIMS = {
    "repository": "octo/sample",
    "repository_owner": "octo",
    "repository_owner_id": "1",
    "job_workflow_ref": "octo/sample/.github/workflows/release.yml@refs/tags/v1.2.3",
    "ref": "refs/tags/v1.2.3",
    "sha": "a" * 40,
    "event_name": "push",
    "jti": "j",
    "environment": "release",
}


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stand in a checkout whose one workflow is sound, outside of any run."""
    (tmp_path / ".git").mkdir()
    (tmp_path / PLACE).parent.mkdir(parents=True)
    (tmp_path / PLACE).write_text(SOUND, "utf-8")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "sample"\nversion = "1.2.3"\n', "utf-8")
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "ACTIONS_"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GITHUB_REPOSITORY", "octo/sample")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _json(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    code = cli.main(["doctor", "--format", "json", *options])
    answer: dict[str, Any] = json.loads(capsys.readouterr().out)
    return code, answer


@pytest.mark.usefixtures("checkout")
def test_a_sound_workflow_has_no_finding(capsys: pytest.CaptureFixture[str]) -> None:
    code, answer = _json(capsys)
    assert (code, answer["findings"], answer["cause"], answer["verdict"]) == (0, [], None, None)
    (job,) = answer["publishing_jobs"]
    assert {name for name, value in job["publishes_on"].items() if value == "yes"} == {"push_tag_v1.2.3"}
    assert job["environment"] == "pypi"


def test_the_story_is_told_with_the_line_of_the_missing_guard(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / PLACE).write_text(STORY, "utf-8")
    code, answer = _json(capsys)
    found = next(each for each in answer["findings"] if each["id"] == "publish-from-pull-request")
    assert (code, found["severity"], found["file"], found["line"]) == (1, "error", PLACE, 14)


def test_a_default_branch_that_was_guessed_is_told(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    cli.main(["doctor"])
    assert capsys.readouterr().err == "", "only tags are published"
    (checkout / PLACE).write_text(STORY, "utf-8")
    cli.main(["doctor"])
    told = capsys.readouterr()
    assert "note: 'main' was taken for the default branch (nothing here names one)" in told.err
    assert "default branch (" not in told.out


VERDICTS = [
    (CLAIMS | {"environment": "pypi"}, "ok", None, "a publisher that matches"),
    (CLAIMS, "invalid-publisher", "environment-name-mismatch", "another environment"),
    (
        CLAIMS | {"environment": "pypi", "job_workflow_ref": CLAIMS["job_workflow_ref"].replace("release", "ci")},
        "invalid-publisher",
        "workflow-filename-mismatch",
        "another file",
    ),
]


@pytest.mark.parametrize(("claims", "code", "cause"), [row[:3] for row in VERDICTS], ids=[row[3] for row in VERDICTS])
def test_claims_are_held_against_publishers_without_a_workflow(
    claims: dict[str, str], code: str, cause: str | None, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / PLACE).unlink()
    Path("claims.json").write_text(json.dumps(claims), "utf-8")
    Path("publishers.yml").write_text(PUBLISHERS, "utf-8")
    _, answer = _json(capsys, "--claims", "claims.json", "--publishers", "publishers.yml")
    assert (answer["verdict"]["code"], answer["cause"], answer["publishing_jobs"]) == (code, cause, [])


@pytest.mark.usefixtures("checkout")
def test_a_log_alone_is_read_from_the_standard_input(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    log = (
        b'2026-11-02T10:00:00Z ##[error]Tag "v1" is not allowed to deploy to pypi due to environment protection rules.'
    )
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(log)))
    _, answer = _json(capsys, "--log", "-")
    assert answer["cause"] == "environment-protection-rule"


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_a_log_in_the_encodings_that_shells_write(encoding: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("log.txt").write_bytes("400 File already exists".encode(encoding))
    assert _json(capsys, "--log", "log.txt")[1]["cause"] == "version-already-exists"


WRONG = [
    (("--claims", "-", "--log", "-"), "not both", "one standard input for two"),
    (("--live", "--claims", "x"), "leave out --claims", "claims that are told and asked for"),
    (("--live",), "live", "no runner to ask"),
    (("--claims", "nowhere"), "cannot be read", "claims that are not there"),
    (("--publishers", "nowhere"), "cannot be read", "publishers that are not there"),
    (("nowhere.yml",), "cannot be read", "a workflow that is not there"),
    ((".github",), "is a folder", "a folder for a workflow"),
    (("--ref", "main"), "refs/heads/main", "a short ref"),
    (("--event", "pusch"), "did you mean 'push'", "an event that does not exist"),
    (("--claims", "wrong.json"), "wrong.json", "claims that are none"),
    (("--publishers", "wrong.json"), "wrong.json:1", "publishers that are none"),
    (("--log", "big"), "larger than", "a log without end"),
]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(("options", "says"), [row[:2] for row in WRONG], ids=[row[2] for row in WRONG])
def test_wrong_use_ends_with_status_2(options: tuple[str, ...], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("wrong.json").write_text("[1, 2]", "utf-8")
    if "big" in options:
        with Path("big").open("wb") as file:
            file.truncate(10 * 1024 * 1024 + 1)
    assert cli.main(["doctor", *options]) == 2
    assert says in capsys.readouterr().err


def test_one_workflow_is_asked_about(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = checkout / ".github" / "workflows" / "other.yml"
    other.write_text(STORY, "utf-8")
    outside = checkout / "draft.yml"
    outside.write_text(SOUND, "utf-8")
    assert _json(capsys, PLACE)[0] == 0
    assert _json(capsys, str(other))[0] == 1
    _, answer = _json(capsys, "draft.yml")
    assert [job["file"] for job in answer["publishing_jobs"]] == ["draft.yml"]


def test_an_event_and_a_ref_are_asked_about(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert checkout.is_dir()
    _, answer = _json(capsys, "--event", "push", "--ref", "refs/tags/v2.0.0")
    assert answer["cause"] == "tag-version-mismatch"


def test_a_ref_whose_commit_has_other_workflow_files_is_told_of(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / ".git").rmdir()
    git = ("git", "-c", "user.name=n", "-c", "user.email=e@example.org", "-c", "commit.gpgsign=false")
    for arguments in (("init", "--quiet"), ("add", "."), ("commit", "--quiet", "-m", "a"), ("tag", "v1.2.3")):
        subprocess.run([*git, *arguments], check=True, cwd=checkout)
    _, same = _json(capsys, "--ref", "refs/tags/v1.2.3")
    assert same["answers"] == ["on push of tag v1.2.3, job 'publish' of release.yml uploads to pypi"]
    (checkout / PLACE).write_text(SOUND.replace("'v*'", "'x*'"), "utf-8")
    subprocess.run([*git, "commit", "--quiet", "-am", "b"], check=True, cwd=checkout)
    _, other = _json(capsys, "--ref", "refs/tags/v1.2.3")
    assert "nothing is uploaded: release.yml does not start" in other["answers"][0]
    assert other["answers"][1:] == ["note: the commit of that ref has other workflow files than this one: release.yml"]
    assert _json(capsys, "--ref", "refs/tags/v9")[1]["answers"][1:] == []


def test_the_publisher_of_the_config_file_is_what_counts(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / ".github" / "publish-gate.yml").write_text(
        "targets:\n  pypi:\n    publisher: {owner: octo, repository: sample, workflow: ci.yml, environment: pypi}\n",
        "utf-8",
    )
    code, answer = _json(capsys)
    assert (code, [each["id"] for each in answer["findings"]]) == (1, ["workflow-filename-mismatch"])


def test_the_repository_is_the_origin_of_the_checkout(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_REPOSITORY")
    (checkout / ".git").rmdir()
    subprocess.run(["git", "init", "--quiet", "."], check=True)  # noqa: S607 - git is found by name
    for address in ("https://github.com/Octo/sample.git", "git@github.com:Octo/sample"):
        subprocess.run(["git", "config", "remote.origin.url", address], check=True)  # noqa: S607 - the same
        _, answer = _json(capsys)
        assert {(each["owner"], each["repository"]) for each in answer["publishers"]} == {("Octo", "sample")}


@pytest.mark.usefixtures("checkout")
def test_what_to_register_is_told_with_a_link(capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["doctor"]) == 0
    told = capsys.readouterr().out
    query = "provider=github&owner=octo&repository=sample&workflow_filename=release.yml&environment=pypi"
    assert f"{PYPI.web}/manage/project/sample/settings/publishing/?{query}" in told
    assert f"{PYPI.web}/manage/account/publishing/" in told


def test_sarif_names_rule_place_and_level(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / PLACE).write_text(STORY, "utf-8")
    assert cli.main(["doctor", "--format", "sarif"]) == 1
    (run,) = json.loads(capsys.readouterr().out)["runs"]
    found = next(each for each in run["results"] if each["ruleId"] == "publish-from-pull-request")
    assert run["tool"]["driver"]["rules"][found["ruleIndex"]]["id"] == found["ruleId"]
    assert found["locations"][0]["physicalLocation"]["region"]["startLine"] == 14
    assert found["level"] == "error"


CREATED = "on:\r\n  release:\r\n    types: [created]  # keep me\r\n" + SOUND.partition("\n")[2].replace("\n", "\r\n")


def test_fix_changes_what_is_safe_and_nothing_else(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / PLACE).write_bytes(CREATED.encode())
    assert cli.main(["doctor", "--fix", "--yes"]) == 0
    assert "+    types: [published]  # keep me" in capsys.readouterr().err
    assert (checkout / PLACE).read_bytes() == CREATED.replace("created", "published").encode()
    assert cli.main(["doctor", "--fix", "--yes"]) == 0
    assert "no safe fix available" in capsys.readouterr().err


def test_fix_asks_first(checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (checkout / PLACE).write_bytes(CREATED.encode())

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for answer, changed in (("n\n", False), ("\n", False), ("y\n", True)):
        monkeypatch.setattr(sys, "stdin", Terminal(answer))
        cli.main(["doctor", "--fix"])
        assert (b"published" in (checkout / PLACE).read_bytes()) is changed
    monkeypatch.setattr(sys, "stdin", io.StringIO(""))
    (checkout / PLACE).write_bytes(CREATED.encode())
    cli.main(["doctor", "--fix"])
    assert "nobody is at the terminal" in capsys.readouterr().err
    assert (checkout / PLACE).read_bytes() == CREATED.encode()


def test_hostile_files_end_in_words(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = checkout / ".github" / "workflows"
    (folder / "bomb.yml").write_text(
        "a: &a [x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{chr(98 + n)}: &{chr(98 + n)} [{', '.join([f'*{chr(97 + n)}'] * 9)}]\n" for n in range(9)),
        "utf-8",
    )
    (folder / "broken.yml").write_bytes(b"on: [push\n\xff")
    (folder / "huge.yml").write_bytes(b"#" * (1024 * 1024 + 1))
    (folder / "loop.yml").write_text("on: push\njobs:\n  a: {needs: b, runs-on: x, steps: []}\n", "utf-8")
    (folder / "name.yml").write_text(SOUND.replace("publish:", '"::error::\\e[31mx":'), "utf-8")
    assert cli.main(["doctor"]) == 1
    told = capsys.readouterr()
    assert "\x1b" not in told.out
    assert not any(line.lstrip().startswith("::") for line in told.out.splitlines())
    assert "Traceback" not in told.err


def test_the_program_itself(checkout: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(TOP / "src"), "PYTHONIOENCODING": "ascii"}
    done = subprocess.run(
        [sys.executable, "-m", "publish_gate", "doctor"],
        cwd=checkout / ".github",
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{PLACE}:10" in done.stdout


def test_a_finding_comes_with_its_patch(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (checkout / PLACE).write_text(STORY, "utf-8")
    _, answer = _json(capsys)
    patch = next(each["patch"] for each in answer["findings"] if each["id"] == "publish-from-pull-request")
    assert "+    if: github.event_name == 'push' && github.ref == 'refs/heads/main' && needs.version-check" in patch
    assert "# only from main, not from PRs" in patch
    cli.main(["doctor"])
    assert "        +    if: github.event_name == 'push'" in capsys.readouterr().out


def test_changes_that_clash_are_made_one_after_the_other(checkout: Path) -> None:
    (checkout / PLACE).write_bytes(CREATED.encode().replace(b"[created]", b"[created, created]"))
    for _ in range(2):
        cli.main(["doctor", "--fix", "--yes"])
    assert b"types: [published, " in (checkout / PLACE).read_bytes()


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["without a mark", "with a byte order mark"])
def test_a_file_that_changed_meanwhile_is_left_alone(
    mark: bytes, checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / PLACE).write_bytes(mark + CREATED.encode())

    class Slow:
        def isatty(self) -> bool:
            return True

        def readline(self) -> str:
            (checkout / PLACE).write_bytes(b"on: push")
            return "y"

    monkeypatch.setattr(sys, "stdin", Slow())
    cli.main(["doctor", "--fix"])
    assert "has changed meanwhile" in capsys.readouterr().err
    assert (checkout / PLACE).read_bytes() == b"on: push"


@pytest.mark.skipif(os.name == "nt", reason="rights of folders are another thing there")
def test_a_folder_that_cannot_be_written_to_is_told(
    checkout: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    (checkout / PLACE).write_bytes(CREATED.encode())

    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "replace", refuse)
    cli.main(["doctor", "--fix", "--yes"])
    assert "could not be changed (PermissionError)" in capsys.readouterr().err
    assert [each.name for each in (checkout / PLACE).parent.iterdir()] == ["release.yml"]


PROJECTS = [
    (("--project", "sample"), "sample", "the project of the checkout"),
    (("--project", "Other"), "Other", "a project that is not there"),
]


@pytest.mark.usefixtures("checkout")
@pytest.mark.parametrize(("options", "name"), [row[:2] for row in PROJECTS], ids=[row[2] for row in PROJECTS])
def test_the_project_to_register_is_the_one_named(
    options: tuple[str, ...], name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert {each["project"] for each in _json(capsys, *options)[1]["publishers"]} == {name}


def test_a_checkout_without_a_project_is_examined_all_the_same(
    checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (checkout / "pyproject.toml").unlink()
    assert _json(capsys)[0] == 0
    (checkout / "pyproject.toml").write_text('[project]\nversion = "1"\n', "utf-8")
    assert _json(capsys)[0] == 0


def test_a_workflow_of_another_folder_is_examined(
    checkout: Path, capsys: pytest.CaptureFixture[str], tmp_path_factory: pytest.TempPathFactory
) -> None:
    draft = tmp_path_factory.mktemp("elsewhere") / "draft.yml"
    draft.write_text((checkout / PLACE).read_text("utf-8"), "utf-8")
    (job,) = _json(capsys, str(draft))[1]["publishing_jobs"]
    assert job["file"].endswith("/draft.yml")


@pytest.mark.usefixtures("checkout")
def test_claims_of_this_job_are_asked_for_live(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from publish_gate.doctor.trusted_publishing import live_claims as live
    from publish_gate.doctor.trusted_publishing.claims import Claims

    def answer(_: object, mask: Callable[[str], None]) -> Claims:
        mask("secret")
        return Claims({**CLAIMS, "environment": "pypi"})

    monkeypatch.setattr(live, "live_claims", answer)
    Path("publishers.yml").write_text(PUBLISHERS, "utf-8")
    for variable, told in (("", ""), ("true", "::add-mask::secret\n")):
        monkeypatch.setenv("GITHUB_ACTIONS", variable)
        monkeypatch.setenv("GITHUB_EVENT_NAME", "push")
        cli.main(["doctor", "--live", "--publishers", "publishers.yml", "--format", "json"])
        captured = capsys.readouterr()
        assert captured.err == told
        assert json.loads(captured.out)["verdict"]["code"] == "ok"
