"""The doctor as a whole process: one long workflow, and a repository full of them.

The workflows are generated: jobs with matrices, conditions that look at events, refs and outputs, and a few
that publish. Prints medians, and what they are in times of the bare interpreter with its YAML reader. With
``--check`` the exit status says whether the bounds hold.

    python benchmarks/doctor.py [--runs N] [--check]
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from measure import GATE

LONG_LINES, LONG_SECONDS = 1300, 1.0
MANY_FILES, MANY_LINES, MANY_SECONDS = 126, 22_000, 15.0
BARE = "import yaml, argparse, json, re, dataclasses"

HEAD = """\
name: ci {number}
on:
  push: {{branches: [main, 'release/**'], tags: ['v*'], paths-ignore: ['docs/**']}}
  pull_request:
  workflow_dispatch: {{inputs: {{dry-run: {{type: boolean, default: true}}}}}}
permissions: {{contents: read}}
env: {{LEVEL: '3'}}
jobs:
"""
JOB = """\
  job-{job}:
    name: part {job} on ${{{{ matrix.os }}}}
    needs: [{needs}]
    if: >-
      github.event_name == 'push' && startsWith(github.ref, 'refs/tags/v')
      || (github.event_name == 'pull_request' && !contains(github.event.pull_request.labels.*.name, 'skip-{job}'))
      || inputs.dry-run
    runs-on: ${{{{ matrix.os }}}}
    strategy:
      matrix: {{os: [ubuntu-latest, windows-latest, macos-latest], python: ['3.10', '3.14']}}
    outputs: {{done: "${{{{ steps.work.outputs.done }}}}"}}
    steps:
      - uses: actions/checkout@v4
        with: {{persist-credentials: false}}
      - uses: actions/setup-python@v5
        with: {{python-version: "${{{{ matrix.python }}}}"}}
      - id: work
        if: matrix.os != 'windows-latest' || env.LEVEL == '3'
        env:
          REF: ${{{{ github.ref }}}}
        run: |
          set -euo pipefail
          if [ "$REF" = refs/heads/main ]; then
            python -m pip install build twine && python -m build --outdir dist .
          fi
          for file in dist/*; do echo "$file" | tee -a files.txt; done
          echo "done=true" >> "$GITHUB_OUTPUT"
"""
PUBLISH = """\
  publish:
    needs: [job-{last}]
    if: startsWith(github.ref, 'refs/tags/v') && needs.job-{last}.outputs.done == 'true'
    runs-on: ubuntu-latest
    environment: pypi
    permissions: {{id-token: write}}
    steps:
      - uses: actions/download-artifact@v4
      - uses: pypa/gh-action-pypi-publish@release/v1
"""


def workflow(number: int, lines: int) -> str:
    """Return a workflow of about ``lines`` lines."""
    parts = [HEAD.format(number=number)]
    count = parts[0].count("\n") + PUBLISH.count("\n")
    job = 0
    while count < lines:
        needs = f"job-{job - 1}" if job else ""
        parts.append(JOB.format(job=job, needs=needs))
        count += parts[-1].count("\n")
        job += 1
    return "".join([*parts, PUBLISH.format(last=job - 1)])


def repository(folder: Path, files: int, lines: int) -> int:
    """Write a repository with ``files`` workflows; returns how many lines they have together."""
    place = folder / ".github" / "workflows"
    place.mkdir(parents=True)
    (folder / ".git").mkdir()
    total = 0
    for number in range(files):
        text = workflow(number, lines)
        total += text.count("\n")
        (place / f"workflow-{number:03}.yml").write_text(text, "utf-8")
    return total


def timed(command: list[str], folder: Path, *, expect: str = "") -> float:
    """Return the seconds that a whole process takes."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    seconds = time.perf_counter() - start
    if expect not in done.stdout or done.returncode not in {0, 1}:
        sys.exit(f"{command} says {done.stdout[-500:]}{done.stderr[-500:]}")
    return seconds


def main() -> int:
    """Measure, print, and check where that was asked for."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--check", action="store_true")
    options = parser.parse_args()
    doctor = [*GATE, "doctor"]
    bare = [sys.executable, "-I", "-c", BARE]
    held = True
    sets = ((1, LONG_LINES, LONG_SECONDS), (MANY_FILES, MANY_LINES // MANY_FILES, MANY_SECONDS))
    for files, lines, bound in sets:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            total = repository(folder, files, lines)
            pairs = [
                (timed(doctor, folder, expect="publishing jobs"), timed(bare, folder)) for _ in range(options.runs)
            ]
        took, ground = (statistics.median(column) for column in zip(*pairs, strict=True))
        fits = took <= bound
        held = held and fits
        print(
            f"{files:4} workflow(s), {total:6} lines: {took:6.2f} s, {took / ground:5.1f} times the bare interpreter "
            f"(bound {bound:g} s: {'held' if fits else 'NOT held'})"
        )
    return 0 if held or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
