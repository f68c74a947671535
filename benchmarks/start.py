"""From the start of the action's step to its outputs: a release on its first run, and the fallback that installs.

Prints medians, and the ratios to what importing ``requests`` alone takes in runs in turn (A B A B ...), so that a
machine whose speed drifts does not decide the outcome. No run finds byte-code of the one before. With ``--check`` the
exit status says whether the bounds hold.

    python benchmarks/start.py [--runs N] [--installs N] [--check]
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

TOP = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(TOP / "scripts"))

import build_bundle  # noqa: E402 - found in the folder put on the path just above
import yaml  # noqa: E402 - the same
from example_run import EXAMPLE, runner_variables, shortened_example  # noqa: E402 - the same
from loopback_index import serve  # noqa: E402 - the same

from publish_gate.release_tree.verify import SUMS  # noqa: E402 - the same, by way of build_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_SECONDS = 0.35
MOST_TIMES_REQUESTS = 1.5
MOST_TIMES_FOR_THE_DOCTOR = 1.0
MOST_SECONDS_TO_INSTALL = 3.0
MOST_BYTES = 3_000_000

REQUESTS = "import requests"


@dataclass
class Series:
    """The runs of one command in one environment, in seconds.

    ``seconds`` count to the last write of ``output``, where there is such a file, and ``whole`` to the end.
    """

    name: str
    command: Sequence[str]
    environment: Mapping[str, str]
    output: Path | None = None
    seconds: list[float] = field(default_factory=list)
    whole: list[float] = field(default_factory=list)

    def run(self) -> None:
        """Run the command once as a process of its own and note what it took."""
        started, clock = time.perf_counter(), time.time_ns()
        done = subprocess.run(self.command, env=self.environment, capture_output=True, check=False)
        self.whole.append(time.perf_counter() - started)
        written = None if self.output is None else (self.output.stat().st_mtime_ns - clock) / 1e9
        self.seconds.append(self.whole[-1] if written is None else written)
        if done.returncode != 0:
            sys.exit(f"{self.name} failed:\n{done.stdout.decode()}{done.stderr.decode()}")

    @property
    def median(self) -> float:
        """The median of its runs."""
        return statistics.median(self.seconds)


def build(folder: Path) -> int:
    """Write a release into ``folder``; return the size of its bundle in bytes."""
    return sum(len(content) for name, content in build_bundle.build(folder).items() if name.startswith("bundle/"))


def unreleased(release: Path, folder: Path) -> Path:
    """Copy a release without what makes it one; return the copy."""
    shutil.copytree(release, folder, ignore=shutil.ignore_patterns("bundle", SUMS))
    return folder


def step(name: str, action: Path, scratch: Path, address: str) -> Series:
    """Return the action's step, as a runner starts it on a push to main of the example, with one short workflow."""
    definition = yaml.safe_load((action / "action.yml").read_text("utf-8"))
    (only,) = definition["runs"]["steps"]
    script = scratch / f"{action.name}.sh"
    script.write_text(only["run"], "utf-8")
    checkout = scratch / "checkout"
    if not checkout.exists():
        shortened_example(checkout)
    environment = {
        **os.environ,
        **runner_variables(checkout, scratch, address),
        "GITHUB_ACTION_PATH": str(action),
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")]),
        "RUNNER_TEMP": str(scratch),
    }
    shell = only["shell"].replace("{0}", str(script)).split()
    return Series(name, shell, environment, scratch / "output")


def main() -> int:
    """Measure, print, and judge if asked to."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=15, help="counted runs of the release")
    parser.add_argument("--installs", type=int, default=3, help="counted runs of the fallback; 0 leaves it out")
    parser.add_argument("--check", action="store_true", help="fail where a bound does not hold")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name, serve({EXAMPLE.name: ["0.1.0"]}) as address:
        scratch = Path(name)
        release = scratch / "release"
        size = build(release)
        bundle = step("release, no byte-code cache", release, scratch, address)
        requests = Series("python3 -I, import requests", [sys.executable, "-I", "-c", REQUESTS], dict(os.environ))
        install = step("no bundle: installs the locked set", unreleased(release, scratch / "main"), scratch, address)
        for each in (bundle, requests):
            each.run()  # once for warm disks, not counted
            each.seconds.clear()
            each.whole.clear()
        for _ in range(options.runs):
            bundle.run()
            requests.run()
        for _ in range(options.installs):
            install.run()
        if list(release.rglob("__pycache__")):
            sys.exit("a run has left byte-code, which the next one found")
    for each in (bundle, requests, install):
        if each.seconds:
            print(f"{each.name:<36} median {each.median * 1000:6.0f} ms  min {min(each.seconds) * 1000:6.0f} ms")
    print(f"{'release, with the doctor behind it':<36} median {statistics.median(bundle.whole) * 1000:6.0f} ms")
    ratio = statistics.median(one / other for one, other in zip(bundle.seconds, requests.seconds, strict=True))
    quick = bundle.median <= MOST_SECONDS or ratio <= MOST_TIMES_REQUESTS
    behind = [whole - first for first, whole in zip(bundle.seconds, bundle.whole, strict=True)]
    beside = statistics.median(one / other for one, other in zip(behind, requests.seconds, strict=True))
    verdicts = [
        (f"release over import requests {ratio:.2f} (at most {MOST_TIMES_REQUESTS} or {MOST_SECONDS} s)", quick),
        (
            (
                f"the doctor behind it {statistics.median(behind) * 1000:.0f} ms, over import requests {beside:.2f} "
                f"(at most {MOST_TIMES_FOR_THE_DOCTOR:g})"
            ),
            beside <= MOST_TIMES_FOR_THE_DOCTOR,
        ),
        (f"size of the bundle {size / 1e6:.2f} MB (at most {MOST_BYTES / 1e6:g} MB)", size <= MOST_BYTES),
    ]
    if install.seconds:
        installs = install.median <= MOST_SECONDS_TO_INSTALL
        verdicts.append((f"installing {install.median:.2f} s (at most {MOST_SECONDS_TO_INSTALL:g} s)", installs))
    for text, fine in verdicts:
        print(f"{text}: {'holds' if fine else 'DOES NOT HOLD'}")
    return 0 if all(fine for _, fine in verdicts) or not options.check else 1


if __name__ == "__main__":
    sys.exit(main())
