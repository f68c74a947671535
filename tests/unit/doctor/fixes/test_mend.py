"""Changes that are shown, agreed to and written, and everything that keeps them from being written."""

from __future__ import annotations

import io
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from unit.doctor.looking import FOLDER, NOTHING_KNOWN, ON_TAG, PATH, asking, publisher, publishing, registered

from publish_gate.doctor.analyse import examine
from publish_gate.doctor.findings.model import Confidence, Finding, Severity
from publish_gate.doctor.findings.rights import missing_id_token_permission
from publish_gate.doctor.fixes.apply import apply_fixes, patch_in, patches
from publish_gate.doctor.fixes.edits import Edit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from publish_gate.doctor.result import DoctorReport

FAULTY = publishing("{release: {types: [created]}}", "permissions: {contents: read}")
MENDED = FAULTY.replace("created", "published").replace("{contents", "{id-token: write, contents")


def opinion_of(files: str | Mapping[str, str], findings: tuple[Finding, ...] | None = None) -> DoctorReport:
    found = examine(asking(files, NOTHING_KNOWN))
    return found if findings is None else replace(found, findings=findings)


def finding(*edits: Edit, safe: bool = True) -> Finding:
    rule = missing_id_token_permission.rule
    return Finding(rule, Severity.ERROR, Confidence.HIGH, "it is wrong", "do it", edits=edits, safe=safe)


def at_start(text: str, path: str = PATH) -> Edit:
    return Edit(path, (1, 1), (1, 1), text)


class TestPatches:
    """What would be changed."""

    def test_all_that_is_safe_is_changed_together(self) -> None:
        assert patches(opinion_of(FAULTY)) == {PATH: (FAULTY, MENDED)}

    def test_each_file_is_changed_by_itself(self) -> None:
        well = publishing(ON_TAG, "environment: pypi")
        assert set(patches(opinion_of({"a.yml": FAULTY, "b.yml": FAULTY, "c.yml": well}))) == {
            f"{FOLDER}a.yml",
            f"{FOLDER}b.yml",
        }

    def test_what_is_not_safe_is_changed_where_that_is_asked_for(self) -> None:
        opinion = opinion_of(publishing("{push: {branches: ['**']}}"))
        assert patches(opinion) == {}
        ((_, after),) = patches(opinion, safe_only=False).values()
        assert "if: github.ref == 'refs/heads/main'" in after

    def test_of_two_that_clash_the_first_is_taken_as_a_whole(self) -> None:
        clashing = (at_start("b: 2\n"), Edit(PATH, (1, 1), (1, 3), "ON"))
        opinion = opinion_of(
            FAULTY, (finding(Edit(PATH, (1, 1), (1, 3), "On")), finding(*clashing), finding(at_start("c: 3\n")))
        )
        assert patches(opinion)[PATH][1] == f"c: 3\nOn{FAULTY[2:]}"

    def test_one_condition_is_put_in_and_not_two(self) -> None:
        opinion = opinion_of(publishing("[push, pull_request]"))
        assert len([each for each in opinion.findings if each.edits]) == 2
        ((_, after),) = patches(opinion, safe_only=False).values()
        assert after.count("    if: ") == 1

    def test_two_environments_for_one_job_are_not_both_put_in(self) -> None:
        text = publishing(ON_TAG, "steps:", "  - run: |", "      uv publish", "      uv publish --index testpypi")
        publishers = (publisher(environment="a", index="pypi"), publisher(environment="b", index="testpypi"))
        opinion = examine(asking(text, registered(*publishers)))
        assert len([each for each in opinion.findings if each.safe]) == 2
        assert patches(opinion)[PATH][1].count("environment:") == 1

    def test_a_file_that_was_not_looked_at_is_left(self) -> None:
        assert patches(opinion_of(FAULTY, (finding(at_start("x", "other.yml")),))) == {}

    def test_a_change_that_changes_nothing_is_none(self) -> None:
        assert patches(opinion_of(FAULTY, (finding(Edit(PATH, (1, 1), (1, 3), "on")),))) == {}


@pytest.mark.parametrize(
    ("edits", "begins"),
    [
        pytest.param((), "", id="no change is proposed"),
        pytest.param((at_start("x: 1\n"),), f"--- a/{PATH}\n+++ b/{PATH}\n", id="a change is shown"),
        pytest.param((Edit(PATH, (99, 1), (99, 1), "x"),), "", id="a change that cannot be made is not shown"),
        pytest.param((Edit("other.yml", (2, 1), (2, 1), "x"),), "", id="a change of a file that was not looked at"),
    ],
)
def test_a_finding_shows_its_change(edits: tuple[Edit, ...], begins: str) -> None:
    shown = patch_in(opinion_of(FAULTY), finding(*edits))
    assert shown.startswith(begins)
    assert bool(shown) == bool(begins)


class TestMend:
    """What is written."""

    @pytest.fixture(autouse=True)
    def _checkout(self, tmp_path: Path) -> None:
        self.root = tmp_path
        (tmp_path / FOLDER).mkdir(parents=True)
        self.file = tmp_path / PATH
        self.stream = io.StringIO()

    def mend(self, *, text: str = FAULTY, assume_yes: bool = True) -> int:
        return apply_fixes(self.root, opinion_of(text), self.stream, assume_yes=assume_yes)

    @pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"], ids=["as it is", "with a byte order mark"])
    @pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["with a line feed", "as Windows ends lines"])
    def test_a_file_is_written_as_it_was(self, mark: bytes, newline: str) -> None:
        text = FAULTY.replace("\n", newline)
        self.file.write_bytes(mark + text.encode())
        self.file.chmod(0o640)
        mode = self.file.stat().st_mode
        assert self.mend(text=text) == 1
        assert self.file.read_bytes() == mark + MENDED.replace("\n", newline).encode()
        assert self.file.stat().st_mode == mode
        assert "changed release.yml" in self.stream.getvalue()
        assert [each.name for each in self.file.parent.iterdir()] == ["release.yml"]

    def test_the_change_is_shown_before(self) -> None:
        self.file.write_text(FAULTY, "utf-8", newline="")
        self.mend()
        assert "+on: {release: {types: [published]}}" in self.stream.getvalue()

    def test_there_may_be_nothing_to_mend(self) -> None:
        assert self.mend(text=publishing()) == 0
        assert self.stream.getvalue() == "no safe fix available\n"

    @pytest.mark.parametrize(
        ("terminal", "answer", "written"),
        [
            pytest.param(True, "y\n", 1, id="yes"),
            pytest.param(True, " YES \n", 1, id="a loud yes"),
            pytest.param(True, "n\n", 0, id="no"),
            pytest.param(True, "\n", 0, id="nothing"),
            pytest.param(True, "", 0, id="the end of the input"),
            pytest.param(False, "y\n", 0, id="a yes that nobody types"),
        ],
    )
    def test_it_asks_before_it_writes(
        self, terminal: bool, answer: str, written: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.file.write_text(FAULTY, "utf-8", newline="")
        typed = io.StringIO(answer)
        monkeypatch.setattr(typed, "isatty", lambda: terminal)
        monkeypatch.setattr(sys, "stdin", typed)
        assert self.mend(assume_yes=False) == written
        assert self.file.read_text("utf-8") == (MENDED if written else FAULTY)
        assert ("nothing was changed" in self.stream.getvalue()) == (not written)

    def test_what_was_changed_meanwhile_is_left_alone(self) -> None:
        self.file.write_text(f"# mine\n{FAULTY}", "utf-8", newline="")
        assert self.mend() == 0
        assert self.file.read_text("utf-8").startswith("# mine")
        assert "has changed meanwhile" in self.stream.getvalue()

    def test_what_is_not_there_cannot_be_changed(self) -> None:
        assert self.mend() == 0
        assert "could not be changed (FileNotFoundError)" in self.stream.getvalue()

    def test_what_is_no_text_any_more_cannot_be_changed(self) -> None:
        self.file.write_bytes(b"\xff\xfe")
        assert self.mend() == 0
        assert "could not be changed (UnicodeDecodeError)" in self.stream.getvalue()

    def test_a_write_that_fails_leaves_nothing_behind(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file.write_text(FAULTY, "utf-8", newline="")

        def refuse(*_: object) -> None:
            raise PermissionError

        monkeypatch.setattr("pathlib.Path.replace", refuse)
        assert self.mend() == 0
        assert "could not be changed (PermissionError)" in self.stream.getvalue()
        assert [each.name for each in self.file.parent.iterdir()] == ["release.yml"]
        assert self.file.read_text("utf-8") == FAULTY

    def test_what_a_file_holds_does_nothing_to_a_terminal(self) -> None:
        text = FAULTY.replace("jobs:", "# \x1b[2J\u202e\njobs:")
        self.file.write_text(text, "utf-8", newline="")
        assert self.mend(text=text) == 1
        assert "#  [2J " in self.stream.getvalue()
        assert "\x1b" in self.file.read_text("utf-8")
