"""Write the order in which a run of the action imports modules, for the process that compiles them ahead of it.

    python scripts/import_order.py [--check] [--release DIR]

Runs a release (built here, or DIR) on a push to main of the example, with the doctor. With ``--check`` nothing is
written: the exit status says whether the list is as it would be written.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "scripts"))

import build_bundle  # noqa: E402 - found in the folder put on the path just above
from example_run import EXAMPLE, runner_variables, shortened_example  # noqa: E402 - the same
from loopback_index import serve  # noqa: E402 - the same

from publish_gate.release_tree.compiled import LAZY  # noqa: E402 - the same, by way of build_bundle
from publish_gate.release_tree.precompile import ORDER  # noqa: E402 - the same

# Notes each module before it is looked for, and an empty line once the outputs are written, after those that say no.
# YAML has no face here, as where the modules are found compiled.
SPY = """
import os, runpy, sys
from importlib.machinery import ModuleSpec

class Spy:
    names, refused, told = [], 0, False

    def find_spec(self, name, path=None, target=None):
        size = os.path.getsize(os.environ["GITHUB_OUTPUT"])
        if name == "publish_gate.release_tree.verify":
            self.refused = size
        elif self.refused and size > self.refused and not self.told:
            self.names.append("")
            self.told = True
        self.names.append(name)
        if name == "yaml":
            spec = ModuleSpec(name, None, is_package=True)
            spec.submodule_search_locations.append(f"{release}/bundle/{name}")
            return spec

def leave(code):
    with open(os.environ["SPIED"], "w") as file:
        file.writelines(name + "\\n" for name in spy.names)
    end(code)

spy, end, os._exit = Spy(), os._exit, leave
sys.meta_path.insert(0, spy)
release = sys.argv.pop(1)
runpy.run_path(f"{release}/launch.py", run_name="__main__")
"""
# Imported before the other process is asked.
_BEFORE = frozenset({"publish_gate", "publish_gate.outputs", "publish_gate.release_tree"})
# What only one version of Python asks for, and the parts of what is run only if it is used.
_NOT_EVERYWHERE = ("tomli", f"{LAZY}.")


def order(release: Path) -> str:
    """Return the names of the modules of ``release`` that a run imports, one a line.

    An empty line stands where the outputs are written, and before what only the example's own workflow needs.
    """
    with tempfile.TemporaryDirectory() as name:
        before, _, always = _imports(release, shortened_example(Path(name) / "short")).partition("\n\n")
    known = {*before.split(), *always.split(), ""}
    rest = [line for line in _imports(release, EXAMPLE).split("\n") if line not in known]
    return f"{before}\n\n{always}\n" + "".join(f"{name}\n" for name in rest)


def _imports(release: Path, checkout: Path) -> str:
    with tempfile.TemporaryDirectory() as name, serve({EXAMPLE.name: ["0.1.0"]}) as address:
        scratch = Path(name)
        environment = {
            **runner_variables(checkout, scratch, address),
            "PATH": os.environ.get("PATH", ""),
            "SPIED": str(scratch / "spied"),
        }
        command = [sys.executable, "-I", "-S", "-c", SPY, str(release)]
        subprocess.run(command, env=environment, stdout=subprocess.DEVNULL, check=True)
        names = (scratch / "spied").read_text("ascii").split("\n")[:-1]
    return "".join(f"{name}\n" for name in dict.fromkeys(names) if not name or _listed(name, release))


def _listed(name: str, release: Path) -> bool:
    if name in _BEFORE or name.startswith(("publish_gate.release_tree", *_NOT_EVERYWHERE)):
        return False
    path = name.replace(".", "/")
    found = (release / top / f"{path}{end}" for top in ("src", "bundle") for end in (".py", "/__init__.py"))
    return any(file.is_file() for file in found)


def main() -> int:
    """Write the list, or check it."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--check", action="store_true", help="write nothing, fail if something would change")
    parser.add_argument("--release", type=Path, help="a release as scripts/build_bundle.py writes it")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        release = options.release
        if release is None:
            release = Path(name) / "release"
            build_bundle.build(release)
        text = order(release)
    file = TOP / ORDER
    if options.check:
        # Another Python may import in a slightly other order, which costs little.
        stale = [sorted(part.split()) for part in file.read_text("ascii").split("\n\n")]
        if stale == [sorted(part.split()) for part in text.split("\n\n")]:
            return 0
        print(f"{ORDER} is not what a run imports: run scripts/import_order.py")
        return 1
    file.write_text(text, "ascii")
    return 0


if __name__ == "__main__":
    sys.exit(main())
