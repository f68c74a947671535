"""A run of the action on a push to main of the example, as a runner starts it: for what measures or watches one."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from environment import TOP

if TYPE_CHECKING:
    from pathlib import Path

EXAMPLE = TOP / "examples" / "litellm-codex-oauth-provider"
_WORKFLOW = ".github/workflows/ci.yml"
_SHORT = """\
on: push
jobs:
  publish:
    runs-on: ubuntu-latest
    environment: pypi
    permissions:
      id-token: write
    steps:
      - uses: publish-gate/publish-gate@v1
      - uses: actions/checkout@v6
      - uses: pypa/gh-action-pypi-publish@release/v1
"""


def shortened_example(folder: Path) -> Path:
    """Copy the example to ``folder``, with a short workflow instead of its own; return the folder."""
    shutil.copytree(EXAMPLE, folder)
    (folder / _WORKFLOW).write_text(_SHORT, "utf-8")
    return folder


def runner_variables(checkout: Path, scratch: Path, address: str) -> dict[str, str]:
    """Return what the runner sets for a push to main, with its files in ``scratch``, and the index at ``address``."""
    event, output = scratch / "event.json", scratch / "output"
    repository = {"full_name": "o/r", "default_branch": "main", "fork": False}
    event.write_text(json.dumps({"ref": "refs/heads/main", "repository": repository}), "utf-8")
    output.touch()
    return {
        "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(event), "GITHUB_OUTPUT": str(output),
        "GITHUB_REF": "refs/heads/main", "GITHUB_REPOSITORY": "o/r", "GITHUB_STEP_SUMMARY": str(scratch / "summary"),
        "GITHUB_WORKFLOW_REF": f"o/r/{_WORKFLOW}@refs/heads/main", "GITHUB_WORKSPACE": str(checkout),
        "PUBLISH_GATE_INDEX_URL": address,
    }  # fmt: skip
