"""Completion as the shells do it: bash for real, zsh and fish where they are installed."""

from __future__ import annotations

import os
import shlex
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from publish_gate import cli

if TYPE_CHECKING:
    from pathlib import Path

ALL = {"check", "simulate", "config", "init", "completion"}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with names that are hard on a shell."""
    for name in ("version.py", "two words.txt", "star*.txt", "$(touch pwned).txt"):
        if os.name != "nt" or name in {"version.py", "two words.txt"}:
            (tmp_path / name).touch()
    (tmp_path / "packages").mkdir()
    return tmp_path


def script(shell: str, capsys: pytest.CaptureFixture[str]) -> str:
    assert cli.main(["completion", shell]) == 0
    return capsys.readouterr().out


def run(program: str, text: str, folder: Path, *arguments: str) -> list[str]:
    """Let a shell read ``text`` from a file, without the settings of whoever runs the tests."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"there is no {program} here")
    file = folder.parent / "script"
    file.write_text(text, "utf-8", newline="\n")
    done = subprocess.run(
        [found, *arguments, str(file)],
        cwd=folder,
        env={**os.environ, "HOME": str(folder.parent), "XDG_CONFIG_HOME": str(folder.parent)},
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout.splitlines()


WORDS = [
    (["publish-gate", ""], ALL, "the commands"),
    (["publish-gate", "si"], {"simulate"}, "a command that has been begun"),
    (["publish-gate", "-"], {"-h", "--help", "--version"}, "the program's own options"),
    (["publish-gate", "check", "--pol"], {"--policy"}, "an option"),
    (["publish-gate", "check", "--policy", ""], {"newer", "series", "unpublished"}, "all values"),
    (["publish-gate", "check", "--policy", "s"], {"series"}, "a value"),
    (["publish-gate", "check", "--format", "json", "--timeo"], {"--timeout"}, "after other options"),
    (["publish-gate", "init", "--targets", ""], {"testpypi", "pypi", "testpypi,pypi"}, "targets"),
    (["publish-gate", "check", "--fail-when", "version-b"], {"version-behind"}, "reasons"),
    (["publish-gate", "completion", ""], {"bash", "zsh", "fish", "powershell"}, "what is no option"),
    (["publish-gate", "completion", "f"], {"fish"}, "what is no option, begun"),
    (["publish-gate", "check", "--version-file", "v"], {"version.py"}, "a file"),
    (["publish-gate", "check", "--version-file", "two"], {"two words.txt"}, "a file with a space"),
    (["publish-gate", "check", "--version-file", "st"], {"star*.txt"}, "a file that is a pattern"),
    (["publish-gate", "check", "--version-file", "$("], {"$(touch pwned).txt"}, "a file that is a command"),
    (["publish-gate", "check", "--working-directory", ""], {"packages"}, "folders only"),
    (["publish-gate", "check", "--package", ""], set(), "any text at all"),
    (["publish-gate", "nonsense", "-"], {"-h", "--help", "--version"}, "no command"),
]


@pytest.mark.skipif(os.name == "nt", reason="bash is another system's there")
@pytest.mark.parametrize(("words", "offered"), [row[:2] for row in WORDS], ids=[row[2] for row in WORDS])
def test_bash_completes(words: list[str], offered: set[str], folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    ask = f"""
set -u
source <({{ cat <<'END'
{script("bash", capsys)}
END
}})
COMP_WORDS=({" ".join(map(shlex.quote, words))})
COMP_CWORD={len(words) - 1}
read -r -a registered <<<"$(complete -p publish-gate)"
function=${{registered[-2]}}
"$function" 2>/dev/null
for each in ${{COMPREPLY[@]+"${{COMPREPLY[@]}}"}}; do printf '%s\\n' "$each"; done
complete -p publish-gate
"""
    *found, registered = run("bash", ask, folder, "--noprofile", "--norc")
    assert registered.endswith("-F _shtab_publish_gate publish-gate")
    if offered == ALL:
        assert set(found) >= ALL
    else:
        assert set(found) == offered
    assert not (folder / "pwned").exists()


def test_zsh_reads_the_script(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("zsh", script("zsh", capsys), folder, "-f", "-n") == []


def test_fish_completes(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = script("fish", capsys)
    assert run("fish", text, folder, "--no-execute") == []
    for line, offered in (("publish-gate sim", "simulate"), ("publish-gate check --policy s", "series")):
        found = run("fish", f"{text}\ncomplete -C {shlex.quote(line)}\n", folder)
        assert [each.split("\t")[0] for each in found] == [offered]


@pytest.mark.parametrize("arguments", [[], ["ksh"]], ids=["no shell", "another shell"])
def test_other_shells_are_refused(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["completion", *arguments])
    assert ended.value.code == 2
    assert "SHELL" in capsys.readouterr().err
