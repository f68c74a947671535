"""Scripts and tasks of the repository that upload, and those whose name has to tell."""

from __future__ import annotations

from typing import Any

import pytest
from unit.doctor.uploads.workflows import shown, uploads_of, uploads_of_script

HANDED = "${{ secrets.PYPI_TOKEN }}"
TOKEN = {"TWINE_PASSWORD": HANDED}
UPLOAD = "twine upload dist/*\n"

FOLLOWED: list[tuple[str, str, dict[str, str], list[str]]] = [
    ("a script by its path", "./scripts/go.sh", {"scripts/go.sh": UPLOAD}, ["scripts/go.sh"]),
    ("a script without a suffix", "scripts/go", {"scripts/go": f"#!/bin/sh -e\n{UPLOAD}"}, ["scripts/go"]),
    ("a script for a shell", "bash -e scripts/go.sh x", {"scripts/go.sh": UPLOAD}, ["scripts/go.sh"]),
    ("a script that is sourced", "source scripts/go.sh", {"scripts/go.sh": UPLOAD}, ["scripts/go.sh"]),
    ("a script under the workspace", "$GITHUB_WORKSPACE/scripts/go.sh", {"scripts/go.sh": UPLOAD}, ["scripts/go.sh"]),
    ("a script in another folder", "cd scripts\n./go.sh", {"scripts/go.sh": UPLOAD}, ["scripts/go.sh"]),
    ("a script of Windows", "scripts\\\\go.cmd", {"scripts/go.cmd": UPLOAD}, ["scripts/go.cmd"]),
    ("a script for PowerShell", "pwsh -File scripts/go.ps1", {"scripts/go.ps1": UPLOAD}, ["scripts/go.ps1"]),
    (
        "a script for PowerShell without an option",
        "pwsh scripts/go.ps1",
        {"scripts/go.ps1": UPLOAD},
        ["scripts/go.ps1"],
    ),
    ("a script that starts another", "./a.sh", {"a.sh": "./b.sh", "b.sh": UPLOAD}, ["a.sh"]),
    ("a script that starts itself", "./a.sh", {"a.sh": "./a.sh"}, []),
    ("a script too deep down", "./a.sh", {"a.sh": "./b.sh", "b.sh": "./c.sh", "c.sh": "./d.sh", "d.sh": UPLOAD}, []),
    ("a script in a language that is not read", "./go", {"go": f"#!/usr/bin/perl\n{UPLOAD}"}, []),
    ("a script outside of the repository", "../go.sh; /opt/go.sh; ~/go.sh; C:/go.sh", {"go.sh": UPLOAD}, []),
    ("a script that is no text", "./go.sh", {"go.sh": "\x00twine"}, []),
    ("a Python script", "python scripts/go.py", {"scripts/go.py": "run(['twine', 'upload'])"}, ["scripts/go.py"]),
    ("a Python script by its first line", "./go", {"go": "#!/usr/bin/env python3\nrun(['twine', 'upload'])"}, ["go"]),
    ("a Python script for uv", "uv run go.py", {"go.py": "run(['twine', 'upload'])"}, ["go.py"]),
    ("a Python script that is none", "python go.py", {"go.py": "twine upload"}, []),
    ("a script with a dispatch for something else", "./ci.sh test", {"ci.sh": f"case $1 in\np) {UPLOAD};;\nesac"}, []),
    ("a script with a dispatch for this", "./ci.sh publish", {"ci.sh": f"case $1 in\np) {UPLOAD};;\nesac"}, ["ci.sh"]),
    ("a Python script for something else", "python ci.py test", {"ci.py": "def p():\n run(['twine', 'upload'])"}, []),
    (
        "a setup.py with a command of its own",
        "python setup.py publish",
        {"setup.py": f"os.system('{UPLOAD.strip()}')"},
        ["setup.py"],
    ),
    (
        "a setup.py that is asked for something else",
        "python setup.py sdist",
        {"setup.py": f"os.system('{UPLOAD.strip()}')"},
        [],
    ),
    ("a script for PowerShell by its first line", "./go", {"go": f"#!/usr/bin/env pwsh\n{UPLOAD}"}, ["go"]),
    ("a script that is no UTF-8", "./go.sh", {"go.sh": f"{UPLOAD}\udcff"}, []),
    ("a folder that is not known", "cd -\n./go.sh", {"go.sh": UPLOAD}, ["go.sh"]),
]


@pytest.mark.parametrize(
    ("script", "files", "through"), [row[1:] for row in FOLLOWED], ids=[row[0] for row in FOLLOWED]
)
def test_what_a_step_starts_is_followed(script: str, files: dict[str, str], through: list[str]) -> None:
    found = uploads_of_script(script, files, env={"TWINE_USERNAME": "x"})
    assert [each.through for each in found] == through
    assert all(each.how.value == "other" and each.inside is not None for each in found)


def test_variables_go_along_with_what_is_followed() -> None:
    files = {"go.sh": "twine upload x"}
    assert shown(uploads_of_script("./go.sh", files, env={**TOKEN, "TWINE_REPOSITORY": "testpypi"})) == [
        "other testpypi token"
    ]


def test_the_working_folder_counts() -> None:
    files = {"sub/go.sh": UPLOAD}
    assert len(uploads_of_script("./go.sh", files, **{"working-directory": "sub"})) == 1
    assert len(uploads_of_script("./go.sh", files, **{"working-directory": "${{ github.workspace }}/sub"})) == 1
    assert not uploads_of_script("./go.sh", files, **{"working-directory": "${{ matrix.folder }}"})
    job = {"defaults": {"run": {"working-directory": "sub"}}, "steps": [{"run": "./go.sh"}]}
    assert len(uploads_of(job, files)) == 1


PYTHON = [
    ("a list", "subprocess.run(['twine', 'upload', f'dist/{x}'])", 1),
    ("a list by a function of one's own", "do_it(('twine', 'upload'))", 1),
    ("lists that are put together", "check_call(['twine', 'upload'] + files)", 1),
    ("lists that are put together the other way", "check_call(prefix + ['upload'])", 0),
    ("two unknown lists", "check_call(a + b)", 0),
    ("the running interpreter", "subprocess.run([sys.executable, '-m', 'twine', 'upload'])", 1),
    ("words", "session.run('twine', 'upload', 'dist/*')", 1),
    ("a text", "os.system('cd x && twine upload dist/*')", 1),
    ("a text with a hole", "os.system('twine upload %s' % x)", 1),
    ("a text that is put together", "os.system('twine upload ' + x)", 1),
    ("a text that is split", "run('twine upload x'.split())", 1),
    ("a text that is split as a shell does", "run(shlex.split('twine upload x'))", 1),
    ("a split without a text", "run(split())", 0),
    ("a text that is unknown", "run(x)", 0),
    ("a number", "run(1)", 0),
    ("a product", "os.system('twine upload' * 2)", 0),
    ("an empty list", "run([])", 0),
    ("a call without arguments", "run()", 0),
    ("a text for somebody else", "print('twine upload')", 0),
    ("a dry run", "run(['uv', 'publish', '--dry-run'])", 0),
]


@pytest.mark.parametrize(("code", "count"), [row[1:] for row in PYTHON], ids=[row[0] for row in PYTHON])
def test_commands_of_python_code_are_found(code: str, count: int) -> None:
    assert len(uploads_of_script("python go.py", {"go.py": code})) == count


NAMED: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("a script", "scripts/publish", {"env": TOKEN}, ["other pypi token"]),
    ("a script with a suffix", "./release/deploy.py", {"env": TOKEN}, ["other pypi token"]),
    ("a Python script", "python tools/upload_wheels.py", {"env": TOKEN}, ["other pypi token"]),
    ("an environment of tox", "python -m tox -e release", {"env": TOKEN}, ["other pypi token"]),
    ("a session of nox", "nox -s publish", {"env": {"PYPI_API_TOKEN": HANDED}}, ["other pypi token"]),
    ("a target of make", "make publish-pypi", {"env": TOKEN}, ["other pypi token"]),
    ("a task of pdm", "pdm run release", {"env": TOKEN}, ["other pypi token"]),
    ("a script of hatch", "hatch run release:publish", {"env": TOKEN}, ["other pypi token"]),
    ("a secret in the script itself", f"./publish.sh {HANDED}", {}, ["other pypi token"]),
    ("a name for the test index", "make publish-testpypi", {"env": TOKEN}, ["other testpypi token"]),
    (
        "a secret for the test index",
        "make publish",
        {"env": {"TOKEN": "${{ secrets.TEST_PYPI_TOKEN }}"}},
        ["other testpypi token"],
    ),
    (
        "secrets for both",
        "make publish",
        {"env": {"A": HANDED, "B": "${{ secrets.TESTPYPI_TOKEN }}"}},
        ["other dynamic token"],
    ),
    (
        "an index in the environment",
        "make publish",
        {"env": {**TOKEN, "TWINE_REPOSITORY": "testpypi"}},
        ["other testpypi token"],
    ),
    ("an unknown index", "make publish", {"env": {**TOKEN, "TWINE_REPOSITORY": "x"}}, ["other other token"]),
    (
        "an index that is decided at run time",
        "make publish",
        {"env": {**TOKEN, "TWINE_REPOSITORY": "${{ x.y }}"}},
        ["other dynamic token"],
    ),
    (
        "an address in the environment",
        "make publish",
        {"env": {**TOKEN, "TWINE_REPOSITORY_URL": "https://x.example"}},
        ["other other token"],
    ),
    (
        "an address that is decided at run time",
        "make publish",
        {"env": {**TOKEN, "UV_PUBLISH_URL": "${{ x.y }}"}},
        ["other dynamic token"],
    ),
    ("a script for something else", "./release/deploy-store.py x.msix", {"env": TOKEN}, []),
    ("a script with another verb", "scripts/check-release", {"env": TOKEN}, []),
    ("a script of the documentation", "make deploy-docs", {"env": TOKEN}, []),
    ("a script that is told to do something else", "scripts/release test", {"env": TOKEN}, ["other pypi token"]),
    ("a script that is told to publish", "scripts/ci publish", {"env": TOKEN}, []),
    ("a secret for something else", "make publish", {"env": {"NPM_TOKEN": "${{ secrets.NPM_TOKEN }}"}}, []),
    ("a user's name alone", "make publish", {"env": {"PYPI_USER": "me"}}, []),
    ("an empty credential", "make publish", {"env": {"TWINE_PASSWORD": ""}}, []),
    ("an empty script", "make", {"env": TOKEN}, []),
]


@pytest.mark.parametrize(("script", "step", "expected"), [row[1:] for row in NAMED], ids=[row[0] for row in NAMED])
def test_the_name_of_what_cannot_be_read_tells(script: str, step: dict[str, Any], expected: list[str]) -> None:
    assert shown(uploads_of_script(script, **step)) == expected


def test_an_environment_that_is_named_like_an_index_and_the_identity_tell_too() -> None:
    job = {"environment": "pypi", "permissions": {"id-token": "write"}, "steps": [{"run": "make publish"}]}
    assert shown(uploads_of(job)) == ["other pypi oidc"]
    assert shown(uploads_of({**job, "environment": {"url": "x"}})) == []
    assert shown(uploads_of({**job, "permissions": {}})) == []


TASKS = [
    ("a target of make", "make publish", "make publish"),
    ("a target of make with options", "make -C sub publish X=1", "make publish"),
    ("a recipe of just", "just -f j publish", "just publish"),
    ("an environment of tox", "uvx tox run -e py,release -- x", "tox release"),
    ("an environment of tox by a variable", "TOXENV=release tox", "tox release"),
    ("a session of nox", "nox --session=publish -- 1", "nox publish"),
    ("a session of nox by a variable", "NOXSESSION=publish nox", "nox publish"),
    ("a task of invoke", "inv publish", "inv publish"),
    ("a task of poe", "poetry run poe publish", "poe publish"),
    ("a script of hatch", "hatch run release:publish", "hatch run publish"),
    ("a script of pdm", "pdm run publish", "pdm run publish"),
    ("a script of pdm by its name", "pdm publish-all", "pdm run publish-all"),
    ("a script of npm", "npm run publish-pypi", "npm run publish-pypi"),
    ("a task whose name says nothing, but that is handed a token", "make all", "make all"),
]


@pytest.mark.parametrize(("script", "through"), [row[1:] for row in TASKS], ids=[row[0] for row in TASKS])
def test_a_task_is_not_read_so_what_it_does_is_open(script: str, through: str) -> None:
    (found,) = uploads_of_script(script, {"Makefile": "publish:\n\ttrue\n"}, env=TOKEN)
    assert (found.through, found.reached.value) == (through, "depends")


NO_TASKS = [
    "make test",
    "make -n publish",
    "tox -e publish --notest",
    "nox -l -s publish",
    "npm publish",
    "npm install publish",
    "poe -d publish",
    "make build-dist",
]


@pytest.mark.parametrize("script", NO_TASKS)
def test_a_task_for_something_else_is_no_upload(script: str) -> None:
    assert not uploads_of_script(script, env=TOKEN)


def test_a_task_that_a_job_hands_a_token_has_to_say_that_it_publishes() -> None:
    assert not uploads_of({"env": TOKEN, "steps": [{"run": "make all"}]})
    assert uploads_of({"env": TOKEN, "steps": [{"run": "make publish"}]})
