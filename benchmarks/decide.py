"""One decision as a whole process, beside what people use today and the least that Python could cost.

Prints medians and the ratios of runs in turn (A B C A B C ...), so that a machine whose speed drifts does not
decide the outcome. With ``--check`` the exit status says whether the bounds hold.

    python benchmarks/decide.py [--runs N] [--check]
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from measure import GATE, MIB, ON_PUSH_TO_MAIN, TOP, spend

sys.path.insert(0, str(TOP / "scripts"))

from loopback_index import JSON_TYPE, SIMPLE_TYPE, Answer, answering, document, page

if TYPE_CHECKING:
    from collections.abc import Sequence

PROJECTS = {"small": 3, "large": 3000}
MOST_TIME_OVER_PYTHON = 1.3
# Of both interfaces: that many releases are some 4 MB of JSON.
MOST_TIME_OVER_SMALL = 1.6
MOST_MEMORY = 60.0
# What asking the Simple API beside the JSON API may cost.
MOST_MILLISECONDS_FOR_BOTH = 10.0

CURL = 'curl --silent --fail "$1" | grep --quiet "\\"9.9.9\\":" || echo new'
BARE = "import sys, requests, packaging.version, yaml; requests.get(sys.argv[1]).json()"


@dataclass
class Series:
    """The runs of one command: seconds and peak MiB of each."""

    name: str
    command: Sequence[str]
    seconds: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def run(self, folder: Path) -> None:
        """Run the command once as a process of its own and note what it took."""
        spent = spend(self.command, folder)
        self.seconds.append(spent.seconds)
        self.memory.append(spent.memory / MIB)


def project(folder: Path, name: str) -> None:
    """Write a project like the one of the examples."""
    (folder / "pkg").mkdir(parents=True)
    (folder / "pkg" / "_version.py").write_text('__version__ = "9.9.9"\n', "utf-8")
    (folder / "pyproject.toml").write_text(
        '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n'
        f'[project]\nname = "{name}"\ndynamic = ["version"]\n\n[tool.hatch.version]\npath = "pkg/_version.py"\n',
        "utf-8",
    )


def check_command(address: str, name: str) -> list[str]:
    """Return the command that decides the project on the index at ``address``."""
    return [*GATE, "check", *ON_PUSH_TO_MAIN, "--index-url", address, "--working-directory", name]


def ratio(one: Series, other: Series) -> float:
    """Return the median of the ratios of runs that stood next to each other."""
    return statistics.median(a / b for a, b in zip(one.seconds, other.seconds, strict=True))


def difference(one: Series, other: Series) -> float:
    """Return the median of the differences, in milliseconds, of runs that stood next to each other."""
    return statistics.median(a - b for a, b in zip(one.seconds, other.seconds, strict=True)) * 1000


def main() -> int:
    """Measure, print, and judge if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=15, help="counted runs of each command")
    parser.add_argument("--check", action="store_true", help="fail where a bound does not hold")
    options = parser.parse_args()
    documents = {}
    for name, count in PROJECTS.items():
        versions = [f"0.{number}.0" for number in range(count)]
        documents[f"/pypi/{name}/json"] = Answer(200, JSON_TYPE, document(name, versions))
        documents[f"/simple/{name}/"] = Answer(200, SIMPLE_TYPE, page(name, versions))
    with tempfile.TemporaryDirectory() as scratch, answering(documents.__getitem__) as address:
        folder = Path(scratch)
        for name in PROJECTS:
            project(folder / name, name)
        url = f"{address}/pypi/small/json"
        small = Series("publish-gate check", check_command(address, "small"))
        large = Series("publish-gate check, 3,000 releases", check_command(address, "large"))
        bare = Series("python3 -I, imports and request alone", [sys.executable, "-I", "-c", BARE, url])
        alone = Series("publish-gate check, JSON API alone", check_command(f"{address}/pypi/{{name}}/json", "small"))
        curl = Series("curl and grep", ["sh", "-c", CURL, "sh", url])
        everything = (small, alone, bare, large, curl)
        for each in everything:
            each.run(folder)  # once for warm caches, not counted
            each.seconds.clear()
            each.memory.clear()
        for _ in range(options.runs):
            for each in everything:
                each.run(folder)
    for each in everything:
        print(
            f"{each.name:<40} median {statistics.median(each.seconds) * 1000:6.0f} ms  "
            f"min {min(each.seconds) * 1000:6.0f} ms  peak {max(each.memory):5.1f} MiB"
        )
    bounds = [
        ("time over python3 alone", ratio(small, bare), MOST_TIME_OVER_PYTHON),
        ("3,000 releases over 3", ratio(large, small), MOST_TIME_OVER_SMALL),
        ("both APIs over the JSON API, ms", difference(small, alone), MOST_MILLISECONDS_FOR_BOTH),
        ("peak memory, MiB", max(small.memory), MOST_MEMORY),
        ("peak memory with 3,000 releases, MiB", max(large.memory), MOST_MEMORY),
    ]
    held = True
    for name, value, bound in bounds:
        fine = value <= bound
        held = held and fine
        print(f"{name:<40} {value:6.2f}  (at most {bound:g}: {'holds' if fine else 'DOES NOT HOLD'})")
    print(f"{'time over curl':<40} {ratio(small, curl):6.2f}")
    return 0 if held or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
