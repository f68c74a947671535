"""The documents, taken apart: fenced blocks, tables, links, headings, commands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TOP = Path(__file__).resolve().parents[2]
DOCS = TOP / "docs"
# The doctor's pages have their own test; the index of the site only includes what is here already.
PAGES = tuple(
    path for path in sorted(DOCS.rglob("*.md")) if DOCS / "doctor" not in path.parents and path != DOCS / "index.md"
)
DOCUMENTS = (
    *sorted(TOP.glob("*.md")),
    *PAGES,
    *sorted((TOP / "examples").rglob("README.md")),
)
ACTION = "publish-gate/publish-gate"
# By hand, or what somebody migrates from: to show what is wrong with it.
FAULTY = ("# .github/workflows/ci.yml", "# Before: .github/workflows/release.yml")
_FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


class Block(NamedTuple):
    """A fenced block: the document it stands in, its language and its text."""

    document: str
    language: str
    text: str

    @property
    def first(self) -> str:
        """Its first line, which may name the file it belongs into."""
        return self.text.partition("\n")[0]

    @property
    def content(self) -> Mapping[str, Any]:
        """What it says, if it is YAML; a workflow's `on` is not read as a truth value."""
        loaded: Mapping[str, Any] = yaml.load(self.text, yaml.BaseLoader)  # noqa: S506 - makes texts only
        return loaded


def name_of(path: Path) -> str:
    """Return the name of a document by its path from the root."""
    return path.relative_to(TOP).as_posix()


def blocks_of(path: Path) -> list[Block]:
    """Return the fenced blocks of a document."""
    return [Block(name_of(path), language, text) for language, text in _FENCE.findall(path.read_text("utf-8"))]


BLOCKS = tuple(block for path in DOCUMENTS for block in blocks_of(path))
YAML = tuple(block for block in BLOCKS if block.language == "yaml")
WORKFLOWS = tuple(block for block in YAML if "jobs" in block.content)
SOUND = tuple(block for block in WORKFLOWS if block.first not in FAULTY)
CONFIGS = tuple(block for block in YAML if {"packages", "targets", "on-unknown"} & set(block.content))
PRE_COMMIT = tuple(block for block in YAML if "repos" in block.content)
EXAMPLES = tuple(
    Block(name_of(path), "yaml", path.read_text("utf-8"))
    for path in sorted((TOP / "examples").glob("*/.github/workflows/*.y*ml"))
)


def label(block: Block) -> str:
    """Return a name of a block for the report of a test."""
    return f"{block.document}, {block.first.removeprefix('# ')}"


def prose(path: Path) -> str:
    """Return a document without its fenced blocks."""
    return _FENCE.sub("", path.read_text("utf-8"))


def commands(path: Path) -> Iterator[str]:
    """Return the command lines of a document: those of console blocks, and `publish-gate ...` in its sentences."""
    for block in blocks_of(path):
        if block.language == "console":
            yield from (line for line in block.text.splitlines() if line and not line.startswith("#"))
    yield from re.findall(r"`((?:uvx )?publish-gate [^`]+)`", " ".join(prose(path).split("\n")))


def links(path: Path) -> list[tuple[str, str]]:
    """Return the links of a document that stay in this repository, as (path, anchor)."""
    found = re.findall(r"\]\(\s*(?!\w+:)([^)\s#]*)(?:#([^)\s]*))?\)", prose(path))
    return [(target, anchor) for target, anchor in found]


def anchors(path: Path) -> set[str]:
    """Return the anchors of a document's headings, as GitHub makes them."""
    made: dict[str, int] = {}
    found = set()
    for heading in re.findall(r"^#+ (.*)$", prose(path), re.MULTILINE):
        slug = re.sub(r"[^\w\- ]", "", heading.strip().lower()).replace(" ", "-")
        count = made.get(slug, 0)
        made[slug] = count + 1
        found.add(f"{slug}-{count}" if count else slug)
    return found


def tables(path: Path) -> list[list[dict[str, str]]]:
    """Return the tables of a document: a list of rows each, by the heads of their columns."""
    found = []
    for text in re.findall(r"(?:^\|.*\|\n)+", prose(path), re.MULTILINE):
        rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines()]
        found.append([dict(zip(rows[0], row, strict=True)) for row in rows[2:]])
    return found


def steps(block: Block) -> Iterator[Mapping[str, Any]]:
    """Return the steps of all jobs of a workflow."""
    for job in block.content["jobs"].values():
        yield from job.get("steps", ())


def uploads(job: Mapping[str, Any]) -> bool:
    """Whether a job uploads distributions."""
    return any("pypi-publish" in step.get("uses", "") or "uv publish" in step.get("run", "") for step in job["steps"])


def gates(block: Block) -> list[Mapping[str, Any]]:
    """Return the steps of a workflow that use this action."""
    return [step for step in steps(block) if step.get("uses", "").startswith(f"{ACTION}@")]


# The others run the doctor.
GATED = tuple(block for block in (*SOUND, *EXAMPLES) if gates(block))
