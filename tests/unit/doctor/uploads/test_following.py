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
    ("a task that is started twice", "make go; make go", {"Makefile": f"go:\n\t{UPLOAD}"}, ["make go"]),
    ("a target of make", "make go", {"Makefile": f"go: dist\n\t@{UPLOAD}"}, ["make go"]),
    ("a target that another needs", "make all", {"Makefile": f"all: go\ngo:\n\t-{UPLOAD}"}, ["make all"]),
    ("the first target", "make", {"Makefile": f".PHONY: go\ngo:\n\t{UPLOAD}"}, ["make"]),
    ("a target by make itself", "make all", {"Makefile": f"all:\n\t$(MAKE) go\ngo:\n\t{UPLOAD}"}, ["make all"]),
    (
        "a target with variables",
        "make go",
        {"Makefile": "T ?= twine\nP := $(X) -m $(T)\nX = python\ngo:\n\t$(P) upload $${A} $(B) $(c.d) dist/*"},
        ["make go"],
    ),
    ("a target on the line of its name", "make go", {"makefile": "go: ; twine upload x"}, ["make go"]),
    ("a target of another file", "make -f x.mk go", {"x.mk": f"go:\n\t{UPLOAD}"}, ["make go"]),
    ("a target of another folder", "make -C sub go", {"sub/Makefile": f"go:\n\t{UPLOAD}"}, ["make go"]),
    ("a variable on the command line", "make go T=twine", {"Makefile": "T = echo\ngo:\n\t$(T) upload x"}, ["make go"]),
    ("a line that goes on", "make go", {"Makefile": "go:\n\ttwine \\\n\t  upload x\n"}, ["make go"]),
    ("a last line that goes on", "make go", {"Makefile": "go:\n\ttwine upload x \\"}, ["make go"]),
    ("a variable that holds itself", "make go", {"Makefile": "A = $(A) $(A)\ngo:\n\t$(A) twine upload"}, []),
    ("another target", "make test", {"Makefile": f"test:\n\tpytest\ngo:\n\t{UPLOAD}"}, []),
    ("a line before any target", "make go", {"Makefile": f"\t{UPLOAD}\ngo:\n\tls # {UPLOAD}"}, []),
    (
        "a recipe of just",
        "just go",
        {"justfile": "t := 'twine'\ngo x='1': (b 'y') && c\n  @{{t}} upload {{x}}\nb:\n  ls\nc:\n  ls"},
        ["just go"],
    ),
    ("the first recipe", "just", {"Justfile": f"# a\ngo:\n  {UPLOAD}"}, ["just"]),
    ("a recipe of another file", "just -f j go", {"j": f"go:\n  {UPLOAD}"}, ["just go"]),
    ("a recipe that is only shown", "just -n go", {"justfile": f"go:\n  {UPLOAD}"}, []),
    ("lines before any recipe", "just go", {"justfile": "  twine upload\ngo:\n  ls"}, []),
    (
        "an environment of tox",
        "tox -e go",
        {"tox.ini": f"[testenv:go]\ndeps = twine\ncommands =\n  python -m build\n  - {UPLOAD}"},
        ["tox -e go"],
    ),
    (
        "one of several environments",
        "tox run -e py,go -- x",
        {"tox.ini": f"[testenv:go]\ncommands = {UPLOAD}"},
        ["tox -e go"],
    ),
    (
        "the environment of a variable",
        "TOXENV=go tox",
        {"tox.ini": f"[testenv:go]\ncommands = {UPLOAD}"},
        ["tox -e go"],
    ),
    (
        "an environment by its interpreter",
        "python -m tox -e go",
        {"tox.ini": "[testenv:go]\ncommands = {envpython} -m twine upload {posargs:dist/*} {env:A:b} {env:C}{x}"},
        ["tox -e go"],
    ),
    (
        "a factor of an environment",
        "tox -e py-go",
        {"tox.ini": "[tox]\nenvlist = py-go, py\n[testenv]\ncommands =\n  go: twine upload x\n  !go: pytest"},
        ["tox -e py-go"],
    ),
    (
        "another factor",
        "tox -e py",
        {
            "tox.ini": "[tox]\nenv_list =\n  py-go\n  py\n[testenv]\ncommands =\n"
            "  {go,x}: twine upload x\n  py-a: uv publish"
        },
        [],
    ),
    (
        "an environment that another refers to",
        "tox -e go",
        {"tox.ini": f"[a]\ncommands = {UPLOAD}\n[testenv:go]\ncommands =\n  {{[a]commands}}\n  {{[b]c}}"},
        ["tox -e go"],
    ),
    (
        "an environment in setup.cfg",
        "tox -e go",
        {"setup.cfg": f"[tox:tox]\nenvlist = go\n[tox:testenv:go]\ncommands = {UPLOAD}"},
        ["tox -e go"],
    ),
    (
        "an environment in tox.toml",
        "tox -e go",
        {"tox.toml": '[env.go]\ncommands = [["twine", "upload", "x"], "y", []]'},
        ["tox -e go"],
    ),
    (
        "an environment in pyproject.toml",
        "tox -e go",
        {"pyproject.toml": '[tool.tox.env.go]\ncommands = [["twine", "upload"]]'},
        ["tox -e go"],
    ),
    (
        "an environment in pyproject.toml of old",
        "tox -e go",
        {"pyproject.toml": f'[tool.tox]\nlegacy_tox_ini = """\n[testenv:go]\ncommands = {UPLOAD}"""'},
        ["tox -e go"],
    ),
    (
        "the base of all environments in tox.toml",
        "tox -e go",
        {"tox.toml": '[env.go]\nx = 1\n[env_run_base]\ncommands = [["twine", "upload"]]'},
        ["tox -e go"],
    ),
    ("an environment that tox.toml does not have", "tox -e go", {"tox.toml": "[env.a]\nx = 1"}, []),
    ("an environment without commands", "tox -e go", {"tox.ini": "[testenv:go]\ndeps = x\n; c\n"}, []),
    (
        "an environment in a file that is named",
        "tox -c x.ini -e go",
        {"x.ini": f"[testenv:go]\n# c\ncommands =\n  # c\n  {UPLOAD}"},
        ["tox -e go"],
    ),
    (
        "a tox that runs nothing",
        "tox -e go --notest; tox list -e go",
        {"tox.ini": f"[testenv:go]\ncommands = {UPLOAD}"},
        [],
    ),
    (
        "a session of nox",
        "nox -s go",
        {"noxfile.py": "@nox.session\ndef go(session):\n    session.run('twine', 'upload', *x)"},
        ["nox -s go"],
    ),
    (
        "a session with a name",
        "nox -s lint 'go-on(pypi)' -- y",
        {"noxfile.py": "@session(python=3, name='go-on')\ndef x(session):\n    session.run(*['twine', 'upload'])"},
        ["nox -s go-on(pypi)"],
    ),
    (
        "a session by an equals sign",
        "nox --session=go -f n.py",
        {"n.py": "@nox.session(venv_backend='none')\ndef go(s):\n    s.run('twine', 'upload', x + 'y')"},
        ["nox -s go"],
    ),
    (
        "the session of a variable",
        "NOXSESSION=go nox",
        {"noxfile.py": "@nox.session\ndef go(s):\n    s.run('twine', 'upload')"},
        ["nox -s go"],
    ),
    (
        "a session that starts another",
        "nox -s a",
        {
            "noxfile.py": "@nox.session\ndef a(s):\n    s.notify('go')\n    b(s)\n@nox.session\ndef go(s):\n"
            "    s.run('twine', 'upload')"
        },
        ["nox -s a"],
    ),
    (
        "a function that a session calls",
        "nox -s a",
        {"noxfile.py": "@nox.session\ndef a(s):\n    b(s)\n    b(s)\ndef b(s):\n    s.run('twine', 'upload')"},
        ["nox -s a"],
    ),
    (
        "sessions that are only listed",
        "nox -l -s go",
        {"noxfile.py": "@nox.session\ndef go(s):\n    s.run('twine', 'upload')"},
        [],
    ),
    (
        "another session",
        "nox -s test",
        {"noxfile.py": "@nox.session\ndef test(s):\n    s.run()\n@y(1)\ndef go(s):\n    s.run('twine', 'upload')"},
        [],
    ),
    (
        "a session that is none",
        "nox -s go",
        {"noxfile.py": "@x\n@x.y(1)\n@(z)()\ndef go(s):\n    s.run('twine', 'upload')"},
        [],
    ),
    ("a package.json that is not there", "npm run go", {}, []),
    ("a noxfile that is none", "nox -s test", {"noxfile.py": "def"}, []),
    (
        "a task of invoke",
        "inv go-on",
        {"tasks.py": "@task\ndef go_on(c):\n    c.run(f'twine upload {x}')"},
        ["invoke go-on"],
    ),
    (
        "a script of hatch",
        "hatch run go",
        {"pyproject.toml": f'[tool.hatch.envs.default.scripts]\ngo = "{UPLOAD.strip()} {{args}}"'},
        ["hatch run go"],
    ),
    (
        "a script of an environment of hatch",
        "hatch run a:go",
        {"hatch.toml": '[envs.a.scripts]\ngo = ["python -m build", "- up"]\nup = "twine upload"'},
        ["hatch run a:go"],
    ),
    (
        "a script of the environment's template",
        "hatch -e a run go",
        {"hatch.toml": '[envs.a]\ntemplate = "b"\n[envs.b.scripts]\ngo = "twine upload"'},
        ["hatch run a:go"],
    ),
    ("a script of pdm", "pdm run go", {"pyproject.toml": '[tool.pdm.scripts]\ngo = "twine upload"'}, ["pdm run go"]),
    (
        "a script of pdm by its name",
        "pdm go",
        {"pyproject.toml": '[tool.pdm.scripts]\ngo = {cmd = ["twine", "upload"], env = {A = "$B", C = 1}}'},
        ["pdm run go"],
    ),
    (
        "a script of pdm made of others",
        "pdm run go",
        {"pyproject.toml": '[tool.pdm.scripts]\ngo.composite = ["up x", "ls", 1]\nup.shell = "twine upload"'},
        ["pdm run go"],
    ),
    ("a list of pdm", "pdm run go", {"pyproject.toml": '[tool.pdm.scripts]\ngo = ["twine", "upload"]'}, ["pdm run go"]),
    ("a function of pdm", "pdm run go", {"pyproject.toml": '[tool.pdm.scripts]\ngo.call = "a:b"\nx = 1'}, []),
    (
        "a task of poe",
        "poe go",
        {"pyproject.toml": '[tool.poe.tasks]\ngo = [{cmd = "twine upload"}, {ref = "x"}, "y"]'},
        ["poe go"],
    ),
    (
        "a task of poe made of others",
        "poetry run poe go",
        {"pyproject.toml": '[tool.poe.tasks]\ngo.sequence = ["up"]\nup.ref = "on --x"\non.cmd = "twine upload"'},
        ["poe go"],
    ),
    (
        "a task of poe after others",
        "poe go",
        {"pyproject.toml": '[tool.poe.tasks]\ngo = {deps = ["up", "zz"], expr = "1"}\nup = "twine upload"'},
        ["poe go"],
    ),
    ("a task that is only shown", "poe -d go", {"pyproject.toml": '[tool.poe.tasks]\ngo = "twine upload"'}, []),
    ("a task of taskipy", "task go", {"pyproject.toml": '[tool.taskipy.tasks]\ngo = "twine upload"'}, ["task go"]),
    (
        "a script of rye",
        "rye run go",
        {"pyproject.toml": '[tool.rye.scripts]\ngo = {chain = ["up"]}\nup = "twine upload"'},
        ["rye run go"],
    ),
    (
        "a task of pixi",
        "pixi run go",
        {"pixi.toml": '[tasks]\ngo = {cmd = "ls", depends-on = "up"}\nup = "twine upload"'},
        ["pixi run go"],
    ),
    ("a script of npm", "npm run go", {"package.json": '{"scripts": {"go": "twine upload"}}'}, ["npm run go"]),
    ("a script of yarn", "yarn go", {"package.json": '{"scripts": {"go": "twine upload"}}'}, ["npm run go"]),
    (
        "another command of npm",
        "npm install go; npm run x",
        {"package.json": '{"scripts": {"go": "twine upload", "x": 1}}'},
        [],
    ),
    ("a package.json that is none", "npm run go", {"package.json": "{"}, []),
]


@pytest.mark.parametrize(
    ("script", "files", "through"), [row[1:] for row in FOLLOWED], ids=[row[0] for row in FOLLOWED]
)
def test_what_a_step_starts_is_followed(script: str, files: dict[str, str], through: list[str]) -> None:
    found = uploads_of_script(script, files, env={"TWINE_USERNAME": "x"})
    assert [each.through for each in found] == through
    assert all(each.how.value == "other" and each.inside is not None for each in found)


def test_variables_go_along_with_what_is_followed() -> None:
    files = {
        "tox.ini": "[testenv:go]\nsetenv =\n  A = b\n  TWINE_REPOSITORY = testpypi\n  x\ncommands = twine upload x",
        "go.sh": "twine upload x",
    }
    assert shown(uploads_of_script("tox -e go", files)) == ["other testpypi unknown"]
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


def test_what_was_read_counts_and_not_its_name() -> None:
    files = {"Makefile": "publish:\n\tgit push --tags\n"}
    assert not uploads_of_script("make publish", files, env=TOKEN)
    assert uploads_of_script("make release", files, env=TOKEN)
