"""What a checkout may hold at most for the doctor to look at it: beyond that it says so, and does not look."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.doctor.asked import question

from publish_gate.doctor.analyse import analyse
from publish_gate.doctor.inputs import FOLDER, MOST_WORKFLOWS, CliOptions, has_workflows, read_question
from publish_gate.doctor.publishing_jobs import MOST_UPLOADS
from publish_gate.errors import ConfigurationError

if TYPE_CHECKING:
    from pathlib import Path

HEAD = "on: push\njobs:\n  p:\n    runs-on: ubuntu-latest\n    steps:\n"
UPLOAD = "      - run: twine upload dist/*\n"


def test_more_uploads_than_can_be_compared_are_not_looked_at() -> None:
    with pytest.raises(ConfigurationError, match=f"release.yml: more than {MOST_UPLOADS} steps upload"):
        analyse(question({".github/workflows/release.yml": HEAD + UPLOAD * (MOST_UPLOADS + 1)}))


def test_more_workflow_files_than_are_read_are_not_looked_at(tmp_path: Path) -> None:
    folder = tmp_path / FOLDER
    folder.mkdir(parents=True)
    for number in range(MOST_WORKFLOWS + 1):
        (folder / f"w{number:03}.yml").write_text(HEAD, "utf-8")
    assert has_workflows(tmp_path)
    with pytest.raises(ConfigurationError, match="holds 501 workflow files, more than the 500 that are read"):
        read_question(CliOptions(), tmp_path, {}, only_likely=True)
