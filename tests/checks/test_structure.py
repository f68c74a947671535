"""The house is as CONTRIBUTING.md says: who may import what, and every place is named there."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

import pytest

TOP = Path(__file__).resolve().parents[2]
PROGRAM = TOP / "src" / "publish_gate"
CONTRIBUTING = (TOP / "CONTRIBUTING.md").read_text("utf-8")
# Nothing that a decision is made from may reach these, at whatever distance.
OUTSIDE = frozenset(
    """actions_toolkit asyncio ctypes glob http io locale logging multiprocessing os pathlib platform queue random
    requests secrets select shutil signal socket sqlite3 ssl subprocess sys tempfile threading time urllib urllib3
    uuid yaml zoneinfo""".split()  # noqa: SIM905 - read as a text
)


class Module(NamedTuple):
    """What a module imports, wherever in it; ``run`` is without what only type checkers read."""

    run: frozenset[str]
    typed: frozenset[str]
    texts: frozenset[str]
    source: str

    @property
    def imports(self) -> frozenset[str]:
        return self.run | self.typed


def _name(file: Path) -> str:
    return ".".join(file.relative_to(PROGRAM.parent).with_suffix("").parts).removesuffix(".__init__")


FILES = {_name(file): file for file in sorted(PROGRAM.rglob("*.py"))}


def _imported(node: ast.AST) -> set[str]:
    if isinstance(node, ast.Import):
        return {alias.name for alias in node.names}
    if isinstance(node, ast.ImportFrom):
        assert node.level == 0, "relative imports hide where things are"
        inner = {f"{node.module}.{alias.name}" for alias in node.names}
        return (inner & FILES.keys()) | ({str(node.module)} if inner - FILES.keys() else set())
    return set()


@cache
def module(name: str) -> Module:
    source = FILES[name].read_text("utf-8")
    tree = ast.parse(source)
    guarded = [
        node for node in ast.walk(tree) if isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"
    ]
    only_typed = {inner for node in guarded for statement in node.body for inner in ast.walk(statement)}
    nodes = [(node, _imported(node)) for node in ast.walk(tree)]
    return Module(
        frozenset(found for node, names in nodes if node not in only_typed for found in names),
        frozenset(found for node, names in nodes if node in only_typed for found in names),
        frozenset(node.value for node, _ in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)),
        source,
    )


def importing(*libraries: str) -> set[str]:
    """Name the modules that import one of ``libraries`` or a part of it when they run."""
    return {
        name.removeprefix("publish_gate.")
        for name in FILES
        for found in module(name).run
        if any(found == library or found.startswith(f"{library}.") for library in libraries)
    }


def saying(*texts: str) -> set[str]:
    """Name the modules that have one of ``texts`` as a whole text."""
    return {name.removeprefix("publish_gate.") for name in FILES if module(name).texts.intersection(texts)}


def matching(pattern: str) -> set[str]:
    """Name the modules in whose source ``pattern`` is found."""
    return {name.removeprefix("publish_gate.") for name in FILES if re.search(pattern, module(name).source)}


# The commands of the second door have a module each.
DOORS = {"action", "cli", "doctor.cli", "help.completion", "init.command"}
RULES = {
    "one module speaks HTTP": (importing("requests", "urllib3", "http.client", "urllib.request"), {"index.transport"}),
    "one module opens sockets": (importing("socket", "ssl"), {"index.transport"}),
    "YAML is read in one room": (importing("yaml"), {"config.tree", "config.yaml_reader"}),
    "one module writes GitHub's commands": (importing("actions_toolkit"), {"action"}),
    "one module writes GitHub's files": (matching(r"environ.*GITHUB_(?:OUTPUT|STEP_SUMMARY|ENV|PATH)"), {"action"}),
    "one module reads the event, one names it in the help": (
        saying("GITHUB_EVENT_PATH"),
        {"read_context", "help.pages"},
    ),
    "the doors turn errors into exit codes": (matching(r"\bExitCode\b"), DOORS | {"errors"}),
    "one door ends the process": (matching(r"\b(?:sys\.exit\(|os\._exit\(|raise SystemExit)"), {"cli"}),
    "public hosts stand in one place": (matching(r"\bpypi\.org|pythonhosted\.org"), {"hosts"}),
    "processes are started for git, for a slow pattern and by init": (
        importing("subprocess"),
        {"git", "init.released", "versions.patterns"},
    ),
    "the program knows no tests, scripts or benchmarks": (
        importing("tests", "unit", "integration", "e2e", "checks", "scripts", "benchmarks"),
        set(),
    ),
}  # fmt: skip


@pytest.mark.parametrize(("found", "allowed"), RULES.values(), ids=RULES)
def test_who_may(found: set[str], allowed: set[str]) -> None:
    assert found == allowed


def reach(start: str) -> dict[str, str]:
    """Return everything that a module imports when it runs, at whatever distance, by the module that imports it."""
    found: dict[str, str] = {}
    todo = [start]
    while todo:
        name = todo.pop()
        for imported in module(name).run - found.keys():
            found[imported] = name
            if imported in FILES:
                todo.append(imported)
    return found


@pytest.mark.parametrize("name", [name for name in FILES if name.startswith("publish_gate.gate.")])
def test_a_decision_reaches_nothing_outside(name: str) -> None:
    outside = {library: by for library, by in reach(name).items() if library.partition(".")[0] in OUTSIDE}
    assert outside == {}


def test_no_circle_among_modules() -> None:
    done: set[str] = set()

    def visit(name: str, way: tuple[str, ...]) -> None:
        assert name not in way, " -> ".join((*way[way.index(name) :], name))
        if name not in done:
            for imported in sorted(module(name).imports & FILES.keys()):
                visit(imported, (*way, name))
            done.add(name)

    for name in FILES:
        visit(name, ())


LAYOUT = CONTRIBUTING.partition("## Repository layout")[2].partition("\n## ")[0]
PLACES = sorted(
    {file.name for file in PROGRAM.glob("*.py") if not file.name.startswith("__")}
    | {f"{file.parent.relative_to(PROGRAM).as_posix()}/" for file in PROGRAM.rglob("__init__.py")} - {"./"}
    | {f"{folder.name}/" for folder in TOP.iterdir() if folder.is_dir() and not folder.name.startswith((".", "build"))}
    | {"action.yml", "launch.py", "__main__.py"}
)


@pytest.mark.parametrize("place", PLACES)
def test_the_layout_names(place: str) -> None:
    assert f"`{place}`" in LAYOUT


@pytest.mark.parametrize("place", sorted(set(re.findall(r"`([\w./]+(?:/|\.py|\.json|\.txt))`", LAYOUT))))
def test_what_the_layout_names_is_there(place: str) -> None:
    assert (PROGRAM / place).exists() or (TOP / place).exists()
