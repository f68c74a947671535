"""What the documentation says of the doctor: it knows the error texts that the troubleshooting page lists."""

from __future__ import annotations

import json
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from checks import documents
from checks.documents import DOCS, Block, label

from publish_gate import cli
from publish_gate.doctor.log.read import read_log

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (DOCS / "troubleshooting.md").read_text("utf-8")
PARTS = TEXT.partition("## Trusted publishing\n")[2].partition("## Nothing happens")[0]
ENTRIES = re.findall(r"^### `(.*)`\n\n(?:> (.*)\n)?", PARTS, re.MULTILINE)


@pytest.mark.parametrize("text", sorted({text for entry in ENTRIES for text in entry if text}))
def test_an_error_text_is_one_that_the_doctor_recognises(text: str) -> None:
    assert read_log(f"2026-11-20T10:00:01.0000000Z ##[error]{text}").error is not None


def test_errors_have_an_entry_each() -> None:
    found = [read_log(title).error for title, _ in ENTRIES]
    assert len(found) == len(set(found))


def findings(block: Block, folder: Path, capsys: pytest.CaptureFixture[str]) -> tuple[set[str], int]:
    """Ask the doctor about a workflow alone; return what it finds, and the exit status."""
    workflow = folder / ".github" / "workflows" / "release.yml"
    workflow.parent.mkdir(parents=True)
    workflow.write_text(block.text, "utf-8")
    for config in (each for each in documents.CONFIGS if each.document == block.document):
        (folder / ".github" / "publish-gate.yml").write_text(config.text, "utf-8")
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=folder, check=True)  # noqa: S607 - any git
    code = cli.main(["doctor", "--format", "json"])
    return {each["id"] for each in json.loads(capsys.readouterr().out)["findings"]}, code


# With a password, an empty secret is always something to think of.
REMARKS = {"docs/recipes/private-index.md": {"empty-password-fallback"}}


@pytest.mark.parametrize("block", [*documents.SOUND, *documents.EXAMPLES], ids=label)
def test_the_doctor_finds_nothing_in_a_workflow_shown(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert findings(block, tmp_path, capsys) == (REMARKS.get(block.document, set()), 0)


FAULTS = {
    "docs/comparison.md": [{"publish-from-pull-request", "publish-from-any-branch"}],
    "docs/migration.md": [
        {"skip-existing", "build-and-upload", "no-environment", "nothing-compares-versions"},
        {"build-and-upload", "no-environment"},
    ],
}


def test_the_doctor_finds_the_faults_of_what_is_to_be_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    found: dict[str, list[set[str]]] = {}
    for number, block in enumerate(block for block in documents.WORKFLOWS if block not in documents.SOUND):
        folder = tmp_path / str(number)
        folder.mkdir()
        monkeypatch.chdir(folder)
        found.setdefault(block.document, []).append(findings(block, folder, capsys)[0])
    assert found == FAULTS
