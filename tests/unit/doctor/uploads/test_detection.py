"""Which commands upload, and which only look like it."""

from __future__ import annotations

import pytest
from unit.doctor.uploads.workflows import shown, uploads_of, uploads_of_script

UPLOADS = [
    ("a bare twine upload", "twine upload dist/*", "twine"),
    ("a module run by python", "python -m twine upload dist/*", "twine"),
    ("a module run by a versioned python", "python3.12 -m twine upload dist/*", "twine"),
    ("a module run by the launcher of Windows", "py -3 -m twine upload dist/*", "twine"),
    ("a program in a virtual environment", ".venv/bin/twine upload dist/*", "twine"),
    ("a program of Windows with its suffix", "./venv/Scripts/twine.exe upload dist/*", "twine"),
    ("a command that goes on in the next line", "twine \\\n  upload \\\n  dist/*", "twine"),
    ("the last of several commands", "python -m build; twine check dist/* && twine upload dist/*", "twine"),
    ("after a pipe", "yes | twine upload dist/*", "twine"),
    ("in a condition", "if [ -d dist ]; then\n  twine upload dist/*\nfi", "twine"),
    ("as the condition itself", "if ! twine upload dist/*; then exit 1; fi", "twine"),
    ("in a loop", "for f in dist/*; do twine upload $f; done", "twine"),
    ("in a while loop", "while read f\ndo\n twine upload $f\ndone < list", "twine"),
    ("in a branch of a case", "case $X in\n  a|b) twine upload dist/* ;;\n  *) echo ;;\nesac", "twine"),
    ("in a subshell", "(cd sub && twine upload dist/*)", "twine"),
    ("in a group", "{ twine upload dist/*; }", "twine"),
    ("in a command substitution", 'OUT="$(twine upload dist/*)"', "twine"),
    ("between backquotes", "OUT=`twine upload dist/*`", "twine"),
    ("in a process substitution", "tee log < <(twine upload dist/*)", "twine"),
    ("in a function that is called", "publish() {\n  twine upload dist/*\n}\npublish", "twine"),
    ("in a function with the keyword", "function publish {\n  twine upload dist/*\n}\npublish", "twine"),
    ("in a function whose body is on its own line", "function publish\n{\n  twine upload dist/*\n}\npublish", "twine"),
    ("behind an assignment", "TWINE_USERNAME=me twine upload dist/*", "twine"),
    ("behind sudo with options", "sudo -E -u me twine upload dist/*", "twine"),
    ("behind env with assignments", "env -u A B=c twine upload dist/*", "twine"),
    ("behind time", "time twine upload dist/*", "twine"),
    ("behind exec", "exec twine upload dist/*", "twine"),
    ("behind command", "command twine upload dist/*", "twine"),
    ("behind a time limit", "timeout -k 5 300 twine upload dist/*", "twine"),
    ("behind xargs", "ls dist/* | xargs -n 1 twine upload", "twine"),
    ("in a shell of its own", "bash -c 'twine upload dist/*'", "twine"),
    ("in a shell with bundled options", 'bash -lec "twine upload dist/*"', "twine"),
    ("in a shell that reads a here-document", "bash <<EOF\ntwine upload dist/*\nEOF", "twine"),
    ("in an evaluated text", 'eval "twine upload dist/*"', "twine"),
    ("in a program held by a variable", 'TWINE="python -m twine"\n$TWINE upload dist/*', "twine"),
    ("by uv run", "uv run twine upload dist/*", "twine"),
    ("by uv run with options", "uv run --with twine==6.1 --no-project -- twine upload dist/*", "twine"),
    ("by uv run as a module", "uv run -m twine upload dist/*", "twine"),
    ("by uvx", "uvx twine@6.1 upload dist/*", "twine"),
    ("by uv tool run", "uv tool run --from twine twine upload dist/*", "twine"),
    ("by pipx", "pipx run 'twine==6.1' upload dist/*", "twine"),
    ("by pipx with a specification", "pipx run --spec twine twine upload dist/*", "twine"),
    ("by poetry run", "poetry run twine upload dist/*", "twine"),
    ("by pdm run", "pdm run twine upload dist/*", "twine"),
    ("by hatch run", "hatch run twine upload dist/*", "twine"),
    ("by hatch run in an environment", "hatch run release:twine upload dist/*", "twine"),
    ("by hatch with the environment as an option", "hatch -e release run twine upload dist/*", "twine"),
    ("by rye run", "rye run twine upload dist/*", "twine"),
    ("by pipenv run", "pipenv run twine upload dist/*", "twine"),
    ("by conda run", "conda run -n base twine upload dist/*", "twine"),
    ("in a function with its body on the same line", "function p { twine upload x; }; p", "twine"),
    ("in a function with the keyword and parentheses", "function p() {\n twine upload x\n}\np", "twine"),
    ("in a function whose body is a subshell", "p() (\n twine upload x\n)\np", "twine"),
    ("in Python code of a command", "python -c \"import os; os.system('twine upload x')\"", "twine"),
    ("in Python code of a here-document", "python - <<EOF\nrun(['twine', 'upload'])\nEOF", "twine"),
    ("behind other quotes", "echo $'a\\'; twine upload $\"x\" $x[1]", "twine"),
    ("behind arithmetic with quotes", "echo $((1 + ')')) \\)); twine upload x", "twine"),
    ("behind a loop that reads a text", "while read x; do :; done <<EOF\na\nEOF\ntwine upload x", "twine"),
    ("behind a value that grows", "A+=b\ntwine upload x", "twine"),
    ("by uv publish", "uv publish", "uv"),
    ("by uv publish with options in front", "uv --directory sub publish dist/*", "uv"),
    ("by uv publish without its cache", "uv publish -n", "uv"),
    ("by flit", "flit publish", "flit"),
    ("by flit with options in front", "flit -f pyproject.toml publish", "flit"),
    ("by hatch", "hatch publish", "hatch"),
    ("by hatch without prompts", "hatch publish -n --yes", "hatch"),
    ("by poetry", "poetry publish --build --no-interaction", "poetry"),
    ("by poetry with options in front", "poetry -C sub publish -n", "poetry"),
    ("by pdm", "pdm publish --no-build", "pdm"),
    ("by maturin upload", "maturin upload --skip-existing dist/*", "maturin"),
    ("by maturin publish", "maturin publish", "maturin"),
    ("by rye", "rye publish --yes", "other"),
    ("by a setup.py", "python setup.py sdist upload", "other"),
    ("by a setup.py that is named by its path", "python ./setup.py sdist bdist_wheel upload -r pypi", "other"),
    ("by the releaser of Jupyter", "jupyter-releaser publish-assets", "other"),
    ("to a private index by a form", "curl -F package=@dist/a.whl https://$TOKEN@push.fury.io/me/", "other"),
    ("to a private index by its address", "curl -T a.whl --url https://push.fury.io/me/", "other"),
    ("to a private index by its program", "fury push dist/a.whl", "other"),
    ("to a private index by another program", "cloudsmith push python me/repo dist/a.whl", "other"),
    ("to a private index by devpi", "devpi upload", "other"),
    ("by environments run by other programs", "mise exec -- twine upload dist/*", "twine"),
    ("by doppler", "doppler run -- twine upload dist/*", "twine"),
]


@pytest.mark.parametrize(("script", "how"), [row[1:] for row in UPLOADS], ids=[row[0] for row in UPLOADS])
def test_an_upload_is_found(script: str, how: str) -> None:
    assert [each.how.value for each in uploads_of_script(script)] == [how]


NO_UPLOADS = [
    ("a check", "twine check --strict dist/*"),
    ("a comment", "# twine upload dist/*"),
    ("a comment behind a command", "ls # ; twine upload dist/*"),
    ("an echo", "echo twine upload dist/*"),
    ("an echo in quotes", 'echo "now: twine upload dist/*"'),
    ("an argument of another command", "git commit -m 'twine upload'"),
    ("a here-document that is written to a file", "cat > run.sh <<'EOF'\ntwine upload dist/*\nEOF\nls"),
    ("a here-document with tabs", "cat <<-EOF > x\n\ttwine upload\n\tEOF"),
    ("a here-document that never ends", "cat > x <<EOF\ntwine upload"),
    ("an installation", "pip install twine"),
    ("an installation with uv", "uv pip install twine; uv tool install twine"),
    ("a dry run of uv", "uv publish --dry-run"),
    ("a dry run of poetry", "poetry publish --dry-run --build"),
    ("a help text", "twine upload --help"),
    ("a version", "uv publish --version"),
    ("a look for the program", "command -v twine upload"),
    ("a build", "uv build && hatch build && flit build && poetry build && pdm build && maturin build"),
    ("a setup.py that builds", "python setup.py sdist bdist_wheel"),
    ("another option that ends in upload", "python setup.py sdist --no-upload"),
    ("a function that nobody calls", "publish() {\n  twine upload dist/*\n}\necho"),
    ("a release on GitHub", "gh release upload v1 dist/*"),
    ("a package of another language", "npm publish; cargo publish; gem push"),
    ("an upload to conda", "anaconda upload dist/*"),
    ("an image", "docker push me/it"),
    ("a form to somewhere else", "curl -F file=@dist/a.whl https://example.com/"),
    ("a look at a private index", "curl https://push.fury.io/me/"),
    ("a pattern of a case", "case $X in\n  publish) echo a ;;\n  (twine upload) echo b ;;\nesac"),
    ("a function with the keyword that nobody calls", "function p { twine upload x; }\nfunction q\n{\nuv publish\n}"),
    ("a function without a body", "p()\nfunction q\nls"),
    ("quotes inside of quotes without an end", "echo `echo " + "\\`echo " * 3 + "`"),
    ("a variable alone", 'TWINE="twine upload"'),
    ("an array", "CMD=(twine upload dist/*)"),
    ("a script whose name says nothing", "./scripts/test.sh"),
    ("a script that nobody gave a credential", "./scripts/publish.sh"),
    ("a task that nobody gave a credential", "make publish; tox -e release; nox -s publish"),
    ("a dry run of make", "make -n publish"),
    ("arithmetic", "((x = 1)); echo $((twine + upload))"),
    ("a text that is never closed", "echo 'twine upload"),
    ("a help text of the other programs", "fury push --help"),
    ("a dry run of devpi", "devpi upload --dry-run"),
    ("an empty option", 'sudo ""'),
    ("nothing but a wrapper", "sudo"),
    ("evaluations without number", "eval " * 9 + "twine upload x"),
    ("a chain of wrappers without an end", "sudo " * 20 + "twine upload"),
    ("uv without a command", "uv"),
    ("a semantic release without a credential for an index", "semantic-release publish"),
    ("an interpreter without a script", "python; bash; pwsh; cmd"),
]


@pytest.mark.parametrize("script", [row[1] for row in NO_UPLOADS], ids=[row[0] for row in NO_UPLOADS])
def test_no_upload_is_found(script: str) -> None:
    assert shown(uploads_of_script(script)) == []


OTHER_SHELLS = [
    ("PowerShell's continuation", "pwsh", "twine `\n  upload dist\\*", 1),
    ("PowerShell's block", "pwsh", "if ($env:A -eq 'b') {\n  twine upload dist\\*\n}", 1),
    ("PowerShell's block on its own line", "pwsh", "foreach ($f in $list)\n{\n  twine upload $f\n}", 1),
    ("PowerShell's call operator", "pwsh", '& "C:\\Python\\Scripts\\twine.exe" upload dist\\*', 1),
    ("PowerShell's assignment of a result", "powershell", "$out = twine upload dist\\*", 1),
    ("PowerShell's comments", "pwsh", "# twine upload\n<# twine upload\n#> Write-Host 'twine upload'", 0),
    ("PowerShell's comment that never ends", "pwsh", "<# twine upload", 0),
    ("PowerShell's here-string", "pwsh", "@'\ntwine upload\n'@ | Out-File run.ps1", 0),
    ("PowerShell's here-string with variables", "pwsh", '@"\ntwine upload $x\n"@ | Out-File run.ps1', 0),
    ("PowerShell's here-string that never ends", "pwsh", "@'\ntwine upload", 0),
    ("PowerShell's evaluated text", "pwsh", 'Invoke-Expression "twine upload dist/*"', 1),
    ("PowerShell in PowerShell", "pwsh", "pwsh -NoProfile -Command twine upload dist/*", 1),
    ("an escape and a hash inside of a word", "pwsh", 'echo a#b "`"twine" $($x) "$(1)" "${env:A}$?" `', 0),
    ("a dollar sign that is none", "pwsh", 'echo $ "$ " "$(" ${', 0),
    ("a redirection of PowerShell", "pwsh", "twine upload dist/* 2>&1 > log.txt", 1),
    ("an else of PowerShell", "pwsh", "if ($a) { ls } else { twine upload dist/* }", 1),
    ("cmd's continuation", "cmd", "twine ^\r\nupload dist\\*", 1),
    ("cmd's condition", "cmd", 'if "%A%"=="b" twine upload dist\\*', 1),
    ("cmd's condition with a word", "cmd", "if not exist dist (echo no) else (twine upload dist\\*)", 1),
    ("cmd's condition with an operator", "cmd", "if /i %A% EQU b twine upload dist\\*", 1),
    ("cmd's variable", "cmd", 'set X=upload\nset "Y=a b"\nset Z=a & ls\ntwine %X% x', 1),
    ("cmd's call", "cmd", "call venv\\Scripts\\activate && @twine upload dist\\*", 1),
    ("cmd's remarks", "cmd", "rem twine upload\n:: twine upload\n@rem twine upload", 0),
    ("cmd's echo", "cmd", "@echo twine upload > file", 0),
    ("cmd's caret at the end", "cmd", "echo a^", 0),
    ("cmd in a shell", "bash", "cmd /c twine upload dist/*", 1),
    ("Python's list", "python", "import subprocess\nsubprocess.run(['twine', 'upload', 'dist/a'])", 1),
    ("Python's text", "python", "import os\nos.system('twine upload dist/*')", 1),
    ("Python's words", "python", "print('twine upload')\n# twine upload", 0),
    ("Python that is none", "python", "twine upload dist/*", 0),
    ("a shell with a placeholder", "bash --noprofile -eo pipefail {0}", "twine upload dist/*", 1),
    ("a shell by its path", "/usr/bin/bash {0}", "twine upload dist/*", 1),
    ("a shell that is decided at run time", "${{ matrix.shell }}", "twine upload dist/*", 1),
    ("a language that is not read", "perl {0}", "twine upload dist/*", 0),
]


@pytest.mark.parametrize(
    ("shell", "script", "count"), [row[1:] for row in OTHER_SHELLS], ids=[row[0] for row in OTHER_SHELLS]
)
def test_every_shell_is_read_as_itself(shell: str, script: str, count: int) -> None:
    assert len(uploads_of_script(script, shell=shell)) == count


DEFAULTS = [
    ("the runner of Windows uses PowerShell", {"runs-on": "windows-latest"}, {}),
    ("one of several labels names Windows", {"runs-on": ["self-hosted", "windows-2022"]}, {}),
    ("the job's default", {"defaults": {"run": {"shell": "pwsh"}}}, {}),
    ("the workflow's default", {}, {"defaults": {"run": {"shell": "pwsh"}}}),
]


@pytest.mark.parametrize(("job", "top"), [row[1:] for row in DEFAULTS], ids=[row[0] for row in DEFAULTS])
def test_the_shell_follows_from_defaults(job: dict[str, object], top: dict[str, object]) -> None:
    step = {"run": "twine `\n upload dist/*"}
    assert shown(uploads_of({**job, "steps": [step]}, **top)) == ["twine pypi unknown"]
    assert shown(uploads_of({"steps": [step]})) == []


def test_two_uploads_of_one_step_are_both_found() -> None:
    found = uploads_of_script("twine upload -r testpypi dist/*\ntwine upload dist/*\ntwine upload dist/*.whl")
    assert shown(found) == ["twine testpypi unknown", "twine pypi unknown"]


def test_the_place_is_the_line_of_the_command() -> None:
    from unit.doctor.uploads.workflows import find_uploads

    from publish_gate.doctor.workflow.read import read_workflow

    text = b"""on: push
jobs:
  a:
    runs-on: x
    steps:
      - run: |
          # first

          twine \\
            upload dist/*
      - run: uv publish
      - run: >
          ls;
          uv publish
      - uses: pypa/gh-action-pypi-publish@v1
"""
    found = find_uploads(read_workflow(text, "a.yml"))
    assert [each.place.line for each in found] == [9, 11, 12, 15]
