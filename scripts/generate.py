"""Write action.yml, the schema of the config file, generated parts of the documents, and every pin, from the code.

With ``--check`` nothing is written: the exit status says whether everything is as it would be written.
"""

from __future__ import annotations

import ast
import importlib
import io
import json
import re
import shutil
import sys
import tempfile
from contextlib import redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "src"))

from publish_gate import HOME, __version__  # noqa: E402 - on the path put there just above
from publish_gate.init.pins import ALL_PINS, BUILD, OWN_REPOSITORY  # noqa: E402 - on the path put there just above
from publish_gate.inputs import INPUTS  # noqa: E402 - the same
from publish_gate.outputs import OUTPUTS  # noqa: E402 - the same

BOUND = re.compile(r"(?:MAX|MOST|LARGEST|LONGEST|DEEPEST)(?:_[A-Z]+)*|[A-Z]+_LIMIT")
HEAD = """\
# Inputs and outputs are written by scripts/generate.py from src/publish_gate/inputs.py and outputs.py.
name: Publish Gate
description: May this commit build and publish its Python package, where, and if not, why not.
author: The Publish Gate maintainers
branding:
  icon: check-circle
  color: green

"""
STEP = """
runs:
  using: composite
  steps:
    - id: gate
      # -p: no functions, options or start-up files (BASH_ENV) that the environment may carry.
      shell: bash -p -e -o pipefail {0}
      env:
"""
RUN = """\
      run: |
        # Before anything can go wrong. The program overwrites these.
        printf 'should-build=false\\nshould-publish=false\\n' >> "$GITHUB_OUTPUT"
        # Out of the checkout, where a .python-version or the like could choose another Python.
        cd "$GITHUB_ACTION_PATH"
        for python in python3 python; do
          # A version is told without starting the interpreter, in a quarter of the time.
          case "$("$python" -V 2>/dev/null)" in
            "Python 3."[1-9][0-9]*)
              # One process compiles what the other is about to need. If it cannot, the other does.
              { "$python" -I -S src/publish_gate/release_tree/precompile.py . 2>/dev/null || :; } |
                "$python" -I -S launch.py precompiled
              exit
              ;;
          esac
        done
        echo "::error title=Publish Gate could not start::no Python 3.10 or newer was found as python3 or" \\
          "python. Add actions/setup-python before this step."
        exit 1
"""


def render() -> str:
    """Return the whole of action.yml."""
    lines = [HEAD, "inputs:\n"]
    for each in INPUTS:
        choices = f" One of {', '.join(each.choices)}." if each.choices else ""
        lines.append(f"  {each.name}:\n    description: {json.dumps(each.help + choices)}\n")
        lines.append(f"    required: false\n    default: {json.dumps(each.default)}\n")
    lines.append("\noutputs:\n")
    for output in OUTPUTS:
        lines.append(f"  {output.name}:\n    description: {json.dumps(output.help)}\n")
        lines.append(f"    value: ${{{{ steps.gate.outputs.{output.name} }}}}\n")
    lines.append(STEP)
    lines += [f"        {each.variable}: ${{{{ inputs.{each.name} }}}}\n" for each in INPUTS]
    lines.append(RUN)
    return "".join(lines)


def inputs_table() -> str:
    """Return the README's table of inputs."""
    rows = ["| input | default | meaning |", "|---|---|---|"]
    for each in INPUTS:
        choices = f" One of {', '.join(f'`{choice}`' for choice in each.choices)}." if each.choices else ""
        rows.append(f"| `{each.name}` | {f'`{each.default}`' if each.default else ''} | {each.help}{choices} |")
    return "\n".join(rows)


def outputs_table() -> str:
    """Return the README's table of outputs."""
    rows = ["| output | meaning |", "|---|---|"]
    rows += [f"| `{output.name}` | {output.help} |" for output in OUTPUTS]
    return "\n".join(rows)


def simulation() -> str:
    """Return what `simulate` says of the example project, with 0.1.0 published."""
    from loopback_index import serve

    from publish_gate import cli

    name = "litellm-codex-oauth-provider"
    # Outside of this repository, which has a config file of its own.
    with tempfile.TemporaryDirectory() as folder, serve({name: ["0.1.0"]}) as address:
        shutil.copytree(TOP / "examples" / name, f"{folder}/{name}")
        options = ["--working-directory", f"{folder}/{name}", "--targets", "testpypi, pypi", "--no-workflow"]
        with redirect_stdout(io.StringIO()) as told:
            if cli.main(["simulate", "--index-url", address, *options]):
                sys.exit("the example cannot be simulated")
    table, _, _ = told.getvalue().partition("\nnote: ")
    return f"```text\n{table.rstrip()}\n```"


def config_example() -> str:
    """Return the config file of the example monorepo."""
    text = (TOP / "examples" / "monorepo" / ".github" / "publish-gate.yml").read_text("utf-8")
    return f"```yaml\n{text}```"


def bounds_table() -> str:
    """Return the table of all bounds: each is a constant whose docstring is its reason."""
    rows = ["| bound | is | of what, and why |", "|---|--:|---|"]
    for path in sorted((TOP / "src" / "publish_gate").rglob("*.py")):
        module = path.relative_to(TOP / "src").with_suffix("").as_posix().replace("/", ".")
        body = ast.parse(path.read_text("utf-8")).body
        for number, node in enumerate(body):
            target = (
                node.target
                if isinstance(node, ast.AnnAssign)
                else node.targets[0]
                if isinstance(node, ast.Assign)
                else None
            )
            if not isinstance(target, ast.Name) or not BOUND.fullmatch(target.id):
                continue
            why = body[number + 1]
            if not isinstance(why, ast.Expr) or not isinstance(why.value, ast.Constant):
                sys.exit(f"{path}:{node.lineno}: the bound {target.id} has no docstring that says why")
            value = getattr(importlib.import_module(module), target.id)
            reason = " ".join(str(why.value.value).partition("\n\n")[0].split()).replace("``", "`")
            shown = module.removeprefix("publish_gate.")
            rows.append(f"| `{target.id}` in `{shown}` | {sized(value)} | {reason} |")
    return "\n".join(rows)


def sized(value: int) -> str:
    """Return a number as people write it."""
    for unit, size in (("GiB", 1024**3), ("MiB", 1024**2), ("KiB", 1024)):
        if value >= size and value % size == 0:
            return f"{value // size} {unit}"
    return f"{value:,}"


def json_schema() -> str:
    """Return the JSON Schema of the config file."""
    from publish_gate.config.file_format import schema

    return json.dumps(schema(), indent=2) + "\n"


PARTS: dict[str, dict[str, Callable[[], str]]] = {
    "README.md": {"inputs": inputs_table, "outputs": outputs_table},
    "docs/bounds.md": {"bounds": bounds_table},
    "docs/command-line.md": {"simulate": simulation},
    "docs/config-file.md": {"config": config_example},
}


def renewed(name: str) -> str:
    """Return a document with everything renewed that comes from elsewhere."""
    text = (TOP / name).read_text("utf-8")
    for mark, part in PARTS[name].items():
        before, rest = text.split(f"<!-- {mark} -->\n", 1)
        _, after = rest.split(f"<!-- end of {mark} -->", 1)
        text = f"{before}<!-- {mark} -->\n\n{part()}\n\n<!-- end of {mark} -->{after}"
    return text


def pinned(text: str) -> str:
    """Return a text with every action at the commit where it is pinned, and this one at its release."""
    for pin in ALL_PINS:
        text = re.sub(rf"\buses: {re.escape(pin.action)}@[0-9a-f]{{40}} # v[\d.]+", f"uses: {pin.uses}", text)
    text = re.sub(r"\bpipx run build==[\d.]+", f"pipx run {BUILD}", text)
    return re.sub(
        rf"(\buses: {OWN_REPOSITORY}@v|\bpublish-gate==|{HOME}\n +rev: v)\d+\.\d+\.\d+\b", rf"\g<1>{__version__}", text
    )


def texts() -> Iterator[Path]:
    """Yield every file that may show a workflow, apart from vectors, which are data."""
    for pattern in ("*.md", "docs/**/*.md", "examples/**/*", ".github/**/*", "benchmarks/*.py", "tests/**/*.py"):
        yield from (path for path in sorted(TOP.glob(pattern)) if path.suffix in {".md", ".yml", ".yaml", ".py"})


def main() -> int:
    """Write the generated files, or say which of them are out of date."""
    check = "--check" in sys.argv[1:]
    stale = []
    files = {
        "action.yml": render(),
        "schema/publish-gate.schema.json": json_schema(),
        **{name: renewed(name) for name in PARTS},
    }
    for path in texts():
        name = path.relative_to(TOP).as_posix()
        files[name] = pinned(files.get(name) or path.read_text("utf-8"))
    for name, text in files.items():
        path = TOP / name
        if not path.is_file() or path.read_text("utf-8") != text:
            stale.append(name)
            if not check:
                path.parent.mkdir(exist_ok=True)
                path.write_text(text, "utf-8", newline="\n")
    if stale:
        print(f"{'out of date' if check else 'written'}: {', '.join(stale)}")
    return 1 if stale and check else 0


if __name__ == "__main__":
    sys.exit(main())
