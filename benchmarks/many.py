"""Many packages at once: a generated monorepo against an index that takes its time, as a whole process.

The index is a process of its own, so that it shares nothing with what is measured, and answers each request
after a fixed latency. Prints medians and the best of all runs: the bounds are held against the best, as the
neighbours of this machine only ever add time. With ``--check`` the exit status says whether they hold.

    python benchmarks/many.py [--runs N] [--check]
"""

from __future__ import annotations

import argparse
import asyncio
import math
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from measure import GATE, MIB, ON_PUSH_TO_MAIN, TOP, spend

sys.path[:0] = [str(TOP / "scripts"), str(TOP / "src")]

from loopback_index import document  # noqa: E402 - found in a folder put on the path just above

from publish_gate.run import PARALLEL  # noqa: E402 - the same

if TYPE_CHECKING:
    from collections.abc import Iterator

LATENCY = 0.050
SIZES = (1, 200, 1000)
MOST_TIME_OVER_IDEAL = 1.5
MOST_GROWTH = 5.5
MOST_MEMORY = 150.0

NAME = "package-0000"
RELEASES = [f"0.{each}.0" for each in range(10)]


class Index:
    """The JSON API of an index: it has every project, and answers each request after the latency."""

    def __init__(self) -> None:
        self._page = document(NAME, RELEASES)
        self._module = NAME.replace("-", "_").encode()

    async def serve(self) -> None:
        """Serve on a free port, told on standard output, until the process is ended."""
        server = await asyncio.start_server(self._converse, "127.0.0.1", 0, backlog=1024)
        print(server.sockets[0].getsockname()[1], flush=True)
        await server.serve_forever()

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                request = await reader.readuntil(b"\r\n\r\n")
                arrived = time.monotonic()
                name = request.split(b" ", 2)[1].split(b"/")[2]
                body = self._page.replace(NAME.encode(), name).replace(self._module, name.replace(b"-", b"_"))
                head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
                await asyncio.sleep(arrived + LATENCY - time.monotonic())
                writer.write(head.encode() + body)
                await writer.drain()
        writer.close()


@contextmanager
def index() -> Iterator[str]:
    """Run the index as a process of its own; yields its base address."""
    command = [sys.executable, __file__, "--serve"]
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None  # noqa: S101 - for the type checker: it is a pipe
            yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        finally:
            process.kill()


def monorepo(folder: Path, count: int) -> None:
    """Write a repository of so many packages, with a config file that finds them by a glob."""
    for number in range(count):
        name = f"package-{number:04}"
        module = name.replace("-", "_")
        source = folder / "packages" / name / "src" / module
        source.mkdir(parents=True)
        (source / "_version.py").write_text('__version__ = "9.9.9"\n', "utf-8")
        (folder / "packages" / name / "pyproject.toml").write_text(
            '[build-system]\nrequires = ["hatchling"]\nbuild-backend = "hatchling.build"\n\n'
            f'[project]\nname = "{name}"\ndynamic = ["version"]\n\n'
            f'[tool.hatch.version]\npath = "src/{module}/_version.py"\n',
            "utf-8",
        )
    (folder / ".github").mkdir()
    (folder / ".github" / "publish-gate.yml").write_text(
        'packages:\n  all:\n    path: packages/*\n    tag: "{name}-v{version}"\ntargets:\n  testpypi:\n  pypi:\n',
        "utf-8",
    )


@dataclass
class Series:
    """The runs of the gate in one monorepo of ``count`` packages: seconds and peak MiB of each."""

    count: int
    folder: Path
    address: str
    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Run the gate once as a process of its own and note what it took."""
        with (self.folder / "decided").open("wb") as output:
            command = [*GATE, "check", *ON_PUSH_TO_MAIN, "--index-url", self.address]
            spent = spend(command, self.folder, output)
        self.seconds.append(spent.seconds)
        self.processor.append(spent.processor)
        self.memory.append(spent.memory / MIB)
        decided = (self.folder / "decided").read_bytes().count(b": publish (new-version)")
        if decided != self.count:
            sys.exit(f"{decided} of {self.count} packages to publish")

    @property
    def ideal(self) -> float:
        """The seconds that the index alone would take, with every connection busy all the time."""
        return math.ceil(self.count / PARALLEL) * LATENCY

    @property
    def best(self) -> float:
        """The shortest of the runs, in seconds."""
        return min(self.seconds)


def measure(runs: int) -> list[Series]:
    """Run the gate in every size of monorepo in turn, so that a machine whose speed drifts decides nothing."""
    with tempfile.TemporaryDirectory() as scratch, index() as address:
        everything = [Series(count, Path(scratch) / str(count), address) for count in SIZES]
        for each in everything:
            monorepo(each.folder, each.count)
            each.run()  # once for warm caches, not counted
            each.seconds.clear()
            each.processor.clear()
            each.memory.clear()
        for _ in range(runs):
            for each in everything:
                each.run()
    return everything


def judge(one: Series, some: Series, many: Series) -> bool:
    """Print each bound with its value and say whether all hold."""
    bounds = [
        (f"{some.count} packages over the ideal, without one's time", (some.best - one.best) / some.ideal),
        (f"{many.count} packages over the ideal, without one's time", (many.best - one.best) / many.ideal),
    ]
    judged = [(name, value, MOST_TIME_OVER_IDEAL) for name, value in bounds]
    growth = (many.best - one.best) / (some.best - one.best)
    judged += [
        (f"time of {many.count} over {some.count}, without one's", growth, MOST_GROWTH),
        (f"peak memory of {many.count}, MiB", max(many.memory), MOST_MEMORY),
    ]
    for name, value, bound in judged:
        print(f"{name:<50} {value:6.2f}  (at most {bound:g}: {'holds' if value <= bound else 'DOES NOT HOLD'})")
    return all(value <= bound for _, value, bound in judged)


def main() -> int:
    """Measure, print, and judge if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=7, help="counted runs of each size")
    parser.add_argument("--check", action="store_true", help="fail where a bound does not hold")
    parser.add_argument("--serve", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        asyncio.run(Index().serve())
    everything = measure(options.runs)
    for each in everything:
        print(
            f"{each.count:>5} packages  median {statistics.median(each.seconds) * 1000:6.0f} ms  "
            f"best {each.best * 1000:6.0f} ms  ideal {each.ideal * 1000:5.0f} ms  "
            f"processor {statistics.median(each.processor) * 1000:6.0f} ms  "
            f"peak {max(each.memory):6.1f} MiB"
        )
    one, some, many = everything
    return 0 if judge(one, some, many) or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
