"""Scripts and files made to be slow or to break: they end soon, and nothing is raised."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from unit.doctor.uploads.workflows import Repository, find_uploads, uploads_of, uploads_of_script, workflow_of

from publish_gate.doctor.uploads.bash import live_commands
from publish_gate.doctor.uploads.shell import Dialect, read_commands

LENGTH = 10_000
SECONDS = 20  # many times what it takes; what is not linear takes minutes

PIECES = [
    "$(",
    "`",
    '"$(',
    "${",
    "${a:-",
    "cat <<A\n",
    "cat <<A ",
    "(",
    "\\",
    "case x in ",
    "a ",
    "$((",
    "<(",
    "x=",
    "a[",
    "f() ",
    "f()#\n",
    "if ",
    "fi;",
    "{ ",
    "'",
    '"',
    "\n",
    ";",
    "|",
    "&& ",
    ">",
    "^",
    "^\n",
    "%",
    "<#",
    "@'\n",
    ";\n ",
    "set ",
    "$env:",
    "sudo ",
    "bash -c ",
    "a=b ",
    "for x in ",
    "function f\n",
    "\t",
    "é",
    "\x00",
    "2>&1 ",
    "twine upload ",
    "${{",
    "${{ x }}",
    "echo A=b >> $GITHUB_ENV\n",
    "[x]\nrepository=y .pypirc\n",
    "export a=b\n",
    "\ue000",
    "\ue0001\ue001",
    "--a=",
    "- ",
]


@pytest.mark.parametrize("piece", PIECES, ids=[repr(piece) for piece in PIECES])
def test_a_long_script_is_read_in_linear_time(piece: str) -> None:
    script = (piece * LENGTH)[:LENGTH]
    begin = time.monotonic()
    for dialect in Dialect:
        live_commands(read_commands(script, dialect))
    assert time.monotonic() - begin < SECONDS


@pytest.mark.parametrize("piece", PIECES[::3], ids=[repr(piece) for piece in PIECES[::3]])
def test_a_long_step_is_searched_in_linear_time(piece: str) -> None:
    workflow = workflow_of({"steps": [{"run": "x"}]})
    scalar = workflow.jobs[0].steps[0].run
    assert scalar is not None
    object.__setattr__(scalar, "text", (piece * LENGTH)[:LENGTH])
    begin = time.monotonic()
    find_uploads(workflow, Repository({}))
    assert time.monotonic() - begin < SECONDS


@given(st.text(alphabet="$(){}[]`'\"\\|&;<>#\n\t =:@%^ab!*~-/" + "\ue000\ue0011", max_size=60))
def test_no_script_breaks_a_reader(script: str) -> None:
    for dialect in Dialect:
        assert all(command.line >= 0 for command in live_commands(read_commands(script, dialect)))


@given(st.text(alphabet="$(){}[]`'\"\\|&;<>\n \tt=-c", max_size=40))
def test_a_command_behind_any_finished_line_of_quotes_is_found(noise: str) -> None:
    quoted = noise.replace("'", "")
    assert len(uploads_of_script(f"echo '{quoted}'\ntwine upload dist/*")) == 1
    assert len(uploads_of_script(f"echo 'twine upload {quoted}'")) == 0


FILES = [
    ("a pyproject.toml", "uv publish --index go", "pyproject.toml"),
    ("a Python script", "python go.py", "go.py"),
    ("a shell script", "./go.sh", "go.sh"),
    ("an action", "ls", "action.yml"),
]
CONTENTS = [
    "go:" * 20_000,
    "go:\n" + "\tls\n" * 15_000,
    "a = $(a)$(a)\n" * 5_000 + "go:\n\t$(a)",
    " " * 90_000,
    "[" * 90_000,
    "[testenv:go]\ncommands = {[testenv:go]commands}\n" * 1_000,
    "go" + " " * 90_000 + ":",
    "f(" * 30_000,
    "a:\\\n" * 20_000,
    '{"scripts":' * 5_000,
    "-" * 90_000,
    "x = [" * 15_000,
    "@nox.session\ndef go(s):\n" + " s.run('a')\n" * 5_000,
]


@pytest.mark.parametrize(("script", "path"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_files_that_are_followed_are_read_in_bounds(script: str, path: str) -> None:
    begin = time.monotonic()
    for content in (*CONTENTS, "x" * (256 * 1024 + 1)):
        uploads_of_script(script, {path: content})
    assert time.monotonic() - begin < SECONDS


def test_a_long_script_in_many_legs_and_situations_is_read_in_bounds() -> None:
    script = "ls ${{ github.ref }}\n" * 19_000 + "twine upload x"
    job = {"strategy": {"matrix": {"n": list(range(32))}}, "steps": [{"run": script}]}
    begin = time.monotonic()
    uploads_of(job)
    assert time.monotonic() - begin < SECONDS


def test_scripts_that_start_each_other_end() -> None:
    files = {f"{name}.sh": "\n".join(f"./{other}.sh" for other in "abcdefgh") for name in "abcdefgh"}
    assert uploads_of_script("./a.sh", files) == ()


def test_shells_in_shells_end() -> None:
    script = "twine upload x"
    for _ in range(12):
        script = "bash -c " + "'" + script.replace("'", "'\\''") + "'"
    assert uploads_of_script(script[:200_000]) == ()


def test_uploads_without_number_are_cut_off() -> None:
    assert len(uploads_of_script("twine upload -r $(x) a\n" * 3_000)) == 1
    assert uploads_of_script("ls\n" * 21_000 + "twine upload x") == ()
