"""Promotion from one real index to another: the same version has to be complete on the first."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from integration.distributions import make_sdist, make_wheel
from integration.servers import RealIndex, devpi_indexes, free_port

if TYPE_CHECKING:
    from collections.abc import Iterator

TOP = Path(__file__).resolve().parents[2]
CONFIG = """\
packages:
  {project}:
    path: .
targets:
  staging:
    index:
      simple: {staging}/+simple/{{name}}/
      upload: {staging}/
    when: {{ push: {{ branches: [main] }} }}
    require: [sdist, wheel]
  prod:
    index:
      simple: {prod}/+simple/{{name}}/
      upload: {prod}/
    when: {{ push: {{ branches: [main] }} }}
    require: [sdist, wheel]
    after: staging
"""


class Indexes(NamedTuple):
    """The two indexes of a promotion."""

    staging: RealIndex
    prod: RealIndex


@pytest.fixture(scope="module")
def indexes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Indexes]:
    """A devpi-server with two indexes, shared: each test publishes a project of its own name."""
    with devpi_indexes(tmp_path_factory.mktemp("devpi"), "staging", "prod") as both:
        yield Indexes(*both)


class Checkout(NamedTuple):
    """A project whose config file promotes it."""

    folder: Path
    project: str
    indexes: Indexes

    def set_version(self, version: str) -> None:
        """Write the version of this commit."""
        text = f'[project]\nname = "{self.project}"\nversion = "{version}"\n'
        (self.folder / "pyproject.toml").write_text(text, "utf-8")

    def upload(self, where: str, kind: str, version: str) -> None:
        """Upload one kind of distribution to one of the indexes."""
        make = {"sdist": make_sdist, "wheel": make_wheel}[kind]
        index: RealIndex = getattr(self.indexes, where)
        index.publish(make(self.folder, self.project, version))

    def check(self, *options: str) -> tuple[int, dict[str, str]]:
        """Decide a push to main from the command line: the exit status, and yes or no and why of each target."""
        command = [sys.executable, "-m", "publish_gate", "check", "--format", "json", "--event", "push"]
        done = subprocess.run(
            [*command, "--ref", "refs/heads/main", *options], cwd=self.folder,
            env={"PYTHONPATH": str(TOP / "src"), "PATH": ""},
            stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=60,
        )  # fmt: skip
        assert done.stderr == ""
        (package,) = json.loads(done.stdout)["packages"]
        return done.returncode, {
            each["target"]: f"{'publish' if each['should-publish'] else 'no'}: {each['reason']}"
            for each in package["targets"]
        }


@pytest.fixture
def checkout(tmp_path: Path, indexes: Indexes, request: pytest.FixtureRequest) -> Checkout:
    """A project of the test's own name at version 1.0, nowhere published yet."""
    made = Checkout(tmp_path, f"promoted-{request.node.name.removeprefix('test_').replace('_', '-')}"[:60], indexes)
    made.set_version("1.0")
    (tmp_path / ".github").mkdir()
    addresses = {"staging": indexes.staging.url, "prod": indexes.prod.url}
    (tmp_path / ".github" / "publish-gate.yml").write_text(CONFIG.format(project=made.project, **addresses), "utf-8")
    return made


# What is uploaded, to which index, and what is decided then for staging and for prod.
ROAD = (
    (None, "publish: first-release", "no: not-promoted"),
    (("staging", "wheel"), "publish: incomplete-release", "no: not-promoted"),
    (("staging", "sdist"), "no: already-published", "publish: first-release"),
    (("prod", "wheel"), "no: already-published", "publish: incomplete-release"),
    (("prod", "sdist"), "no: already-published", "no: already-published"),
)


def test_a_version_goes_its_whole_road(checkout: Checkout) -> None:
    for upload, staging, prod in ROAD:
        if upload is not None:
            checkout.upload(*upload, "1.0")
        assert checkout.check() == (0, {"staging": staging, "prod": prod}), upload


def test_an_older_version_on_staging_does_not_promote_the_next(checkout: Checkout) -> None:
    for where in ("staging", "prod"):
        for kind in ("wheel", "sdist"):
            checkout.upload(where, kind, "1.0")
    checkout.set_version("1.1")
    assert checkout.check() == (0, {"staging": "publish: new-version", "prod": "no: not-promoted"})
    for kind in ("sdist", "wheel"):
        checkout.upload("staging", kind, "1.1")
    assert checkout.check() == (0, {"staging": "no: already-published", "prod": "publish: new-version"})


def test_the_same_version_in_another_spelling_is_promoted(checkout: Checkout) -> None:
    for kind in ("sdist", "wheel"):
        checkout.upload("staging", kind, "1.0.0")
    assert checkout.check() == (0, {"staging": "no: already-published", "prod": "publish: first-release"})


def test_where_the_first_index_does_not_answer_nothing_is_promoted(checkout: Checkout) -> None:
    file = checkout.folder / ".github" / "publish-gate.yml"
    nobody = f"http://127.0.0.1:{free_port()}"
    file.write_text(file.read_text("utf-8").replace(f"{checkout.indexes.staging.url}/+simple", nobody), "utf-8")
    assert checkout.check() == (1, {"staging": "no: index-unavailable", "prod": "no: index-unavailable"})


def test_the_gate_waits_for_the_index_that_comes_first(checkout: Checkout) -> None:
    """One run: what is uploaded to staging while the gate waits is promoted at once."""
    checkout.upload("staging", "wheel", "1.0")
    late = threading.Timer(3.0, checkout.upload, ("staging", "sdist", "1.0"))
    start = time.monotonic()
    late.start()
    answer = checkout.check("--wait", "40")
    late.join()
    assert answer == (0, {"staging": "no: already-published", "prod": "publish: first-release"})
    assert 2.0 < time.monotonic() - start < 40.0


def test_a_wait_that_is_over_says_what_is_missing(checkout: Checkout) -> None:
    checkout.upload("staging", "wheel", "1.0")
    assert checkout.check("--wait", "1") == (0, {"staging": "publish: incomplete-release", "prod": "no: not-promoted"})
