"""Renew the documentation's pictures and samples from real runs and real files.

With ``--check`` nothing is written: the exit status says whether everything is as it would be written.
"""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
import tempfile
import textwrap
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import generate
import pictures
from loopback_index import serve
from recipes import RECIPES, Recipe, workflow

from publish_gate import cli
from publish_gate.init.pins import BUILD
from publish_gate.report import summary
from publish_gate.repository import load, read_repository
from publish_gate.run import check
from publish_gate.run_context import Context, Ref

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOP = Path(__file__).resolve().parent.parent
DOCS = TOP / "docs"
EXAMPLE = TOP / "examples" / "litellm-codex-oauth-provider"
MONOREPO = TOP / "examples" / "monorepo"
PROJECT = EXAMPLE.name
OWNER = "octo"
BEFORE, NOW = "0.1.0", "0.2.0"
# Nothing listens on the port for discarded messages.
NOBODY = "http://127.0.0.1:9"
VERSION_FILE = "src/litellm_codex_oauth_provider/_version.py"
WIDTH = 110
WORKFLOW = ".github/workflows/release.yml"
# Where the usual command builds what no index takes: a wheel for this one machine.
BUILDS = {"maturin": "pipx run maturin==1.16.0 build --release --sdist --out dist"}
INIT = f"init --package {PROJECT} --targets testpypi,pypi --workflow release.yml"


def job_summary() -> str:
    """Return the summary of a push to main with a new version, as Markdown."""
    with serve({PROJECT: [BEFORE]}) as address:
        settings, config = load(EXAMPLE, {"index-url": address})
        context = Context("push", Ref.parse("refs/heads/main"), repository=f"{OWNER}/{PROJECT}", in_fork=False)
        return summary.render(check(read_repository(EXAMPLE, settings, config), settings, context))


def lane(situation: str, address: str, *options: str) -> pictures.Lane:
    """Decide the project here in a situation, and say how far the commit comes."""
    command = ["check", "--index-url", address, "--format", "json"]
    with redirect_stdout(io.StringIO()) as told:
        code = cli.main([*command, "--targets", "testpypi, pypi", *options])
    decision = json.loads(told.getvalue())["decision"]
    return pictures.Lane(
        situation, decision["should-build"], decision["publish-to"], decision["reason"], failed=bool(code)
    )


def lanes() -> list[pictures.Lane]:
    """Return the ways that a commit of the example can go."""
    push = ("--event", "push", "--ref")
    with scratch({}), serve({PROJECT: [BEFORE]}) as before, serve({PROJECT: [BEFORE, NOW]}) as after:
        return [
            lane("push to main, version raised", before, *push, "refs/heads/main"),
            lane("push to main, version as before", after, *push, "refs/heads/main"),
            lane(f"push of the tag v{NOW}", before, *push, f"refs/tags/v{NOW}"),
            lane("pull request", before, "--event", "pull_request", "--ref", "refs/pull/1/merge"),
            lane("the index does not answer", NOBODY, "--timeout", "0.4", *push, "refs/heads/main"),
        ]


def draw() -> dict[str, str]:
    """Return every picture by its path."""
    table = generate.simulation().splitlines()[1:-1]
    return {
        "docs/images/summary.svg": pictures.summary(job_summary()),
        "docs/images/simulate.svg": pictures.terminal("publish-gate simulate --targets testpypi,pypi", table),
        "docs/images/road.svg": pictures.road(lanes()),
    }


@contextmanager
def scratch(files: dict[str, str], project: Path = EXAMPLE) -> Iterator[Path]:
    """Stand in a clone of an example's repository, without its workflow and with ``files``."""
    here = Path.cwd()
    kept = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith("GITHUB_")}
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder).resolve() / project.name
        shutil.copytree(project, root, ignore=shutil.ignore_patterns(".github", "__pycache__"))
        for name, text in files.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text, "utf-8", newline="\n")
        for arguments in (
            ("init", "--quiet", "--initial-branch=main"),
            ("remote", "add", "origin", f"https://github.com/{OWNER}/{project.name}.git"),
            ("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/main"),
        ):
            subprocess.run(["git", *arguments], cwd=root, check=True)  # noqa: S607 - whichever git there is
        os.chdir(root)
        try:
            yield root
        finally:
            os.chdir(here)
            os.environ.update(kept)


def printed(command: str) -> str:
    """Return what a command prints."""
    with redirect_stdout(io.StringIO()) as told, redirect_stderr(io.StringIO()) as complaints:
        try:
            cli.main(command.split())
        except SystemExit:
            sys.exit(f"publish-gate {command}: {complaints.getvalue()}")
    return told.getvalue().rstrip() or sys.exit(f"publish-gate {command}: {complaints.getvalue()}")


def block(language: str, text: str) -> str:
    """Return a fenced block."""
    return f"```{language}\n{text.rstrip()}\n```"


def wrapped(text: str) -> str:
    """Break long lines as a terminal would; addresses stay whole."""
    lines = []
    for line in text.splitlines():
        indent = " " * (len(line) - len(line.lstrip()) + 4)
        pieces = textwrap.wrap(line, WIDTH, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)
        lines += pieces or [""]
    return "\n".join(lines)


def init_sample() -> str:
    """Return the workflow that `init` writes, and what it prints."""
    with scratch({VERSION_FILE: f'__version__ = "{BEFORE}"\n'}) as root:
        told = printed(f"{INIT} --yes")
        workflow = (root / WORKFLOW).read_text("utf-8")
    return "\n\n".join([block("yaml", f"# {WORKFLOW}\n{workflow}"), block("text", wrapped(told))])


def example_workflows() -> dict[Path, str]:
    """Return the workflow of each example of a back end, by its path: what `init` writes for it."""
    workflows = {}
    for project in (path.parent for path in sorted(TOP.glob("examples/*/pyproject.toml")) if path.parent != EXAMPLE):
        with scratch({}, project) as root:
            printed("init --targets testpypi,pypi --workflow release.yml --yes")
            text = (root / WORKFLOW).read_text("utf-8")
        workflows[project / WORKFLOW] = text.replace(f"pipx run {BUILD}", BUILDS.get(project.name, f"pipx run {BUILD}"))
    return workflows


def doctor_sample() -> str:
    """Return what the doctor says of the workflow that was written by hand."""
    text = (DOCS / "comparison.md").read_text("utf-8")
    by_hand = part(text, "by hand").strip().removeprefix("```yaml\n").removesuffix("```")
    with scratch({".github/workflows/ci.yml": by_hand.partition("\n")[2]}):
        return block("text", wrapped(printed("doctor")))


def example(name: str) -> str:
    """Return a file of the example monorepo."""
    return block("yaml", f"# {name}\n{(MONOREPO / name).read_text('utf-8')}")


def recipe_sample(recipe: Recipe) -> str:
    """Return the workflow of a recipe."""
    return block("yaml", workflow(recipe))


SAMPLES: dict[str, Callable[[], str]] = {
    "init": init_sample,
    "doctor": doctor_sample,
    "monorepo config": lambda: example(".github/publish-gate.yml"),
    "monorepo workflow": lambda: example(WORKFLOW),
    **{name: partial(recipe_sample, recipe) for name, recipe in RECIPES.items()},
}


def part(text: str, name: str) -> str:
    """Return what stands between the two marks of a part."""
    return text.split(f"<!-- {name} -->\n", 1)[1].split(f"<!-- end of {name} -->", 1)[0]


def renew(text: str) -> str:
    """Return a document with all of its samples renewed."""
    for name, sample in SAMPLES.items():
        if f"<!-- {name} -->\n" in text:
            before, rest = text.split(f"<!-- {name} -->\n", 1)
            after = rest.split(f"<!-- end of {name} -->", 1)[1]
            text = f"{before}<!-- {name} -->\n\n{sample()}\n\n<!-- end of {name} -->{after}"
    return text


def documents() -> list[Path]:
    """Return the documents that can hold samples; the doctor's pages have their own test."""
    return [TOP / "README.md", *(path for path in sorted(DOCS.rglob("*.md")) if DOCS / "doctor" not in path.parents)]


def main() -> int:
    """Write what has changed, or say what is out of date."""
    wanted = {TOP / name: text for name, text in draw().items()}
    wanted |= example_workflows()
    wanted |= {path: renew(path.read_text("utf-8")) for path in documents()}
    stale = [path for path, text in wanted.items() if not path.is_file() or path.read_text("utf-8") != text]
    checking = "--check" in sys.argv[1:]
    for path in stale:
        if not checking:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(wanted[path], "utf-8", newline="\n")
    if stale:
        names = ", ".join(path.relative_to(TOP).as_posix() for path in stale)
        print(f"{'out of date' if checking else 'written'}: {names}")
    return 1 if stale and checking else 0


if __name__ == "__main__":
    sys.exit(main())
