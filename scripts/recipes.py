"""The workflows of the recipes: what `init` writes, with other triggers, inputs or tools."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.hosts import PYPI, TESTPYPI
from publish_gate.init.answers import Plan, VersionSource, target_list
from publish_gate.init.pins import ALL_PINS, BUILD, OWN_REPOSITORY, PUBLISH, RELEASE
from publish_gate.init.workflow import render

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

# The step of the gate, from its action on, and its inputs.
_GATE = re.compile(rf" +uses: {OWN_REPOSITORY}@.*\n(?: {{8}}with:\n)?((?: {{10}}.*\n)*)")
_CHECKOUT = "          persist-credentials: false\n"
_ALL_TAGS = "          fetch-depth: 0 # the version is computed from all tags and commits\n"
_SETUP_UV = next(pin for pin in ALL_PINS if pin.action == "astral-sh/setup-uv")
_UV = f"""\
      - uses: {_SETUP_UV.uses}
        with:
          enable-cache: false # nothing but this commit gets into a release
      - run: uv """


class Recipe(NamedTuple):
    """What is different: the lines under `push:`, and inputs of the gate (an empty one is left out)."""

    push: Sequence[str]
    inputs: Mapping[str, str]
    targets: str = "testpypi,pypi"
    version: VersionSource = VersionSource.WRITTEN
    fetch_tags: bool = False
    uv: bool = False


MAIN = "branches: [main] # to TestPyPI, if the version is newer than those there"
TAGS = 'tags: ["v*"] # to PyPI, if the tag names the version'
# The config file names the targets.
CONFIGURED = {"targets": ""}

RECIPES = {
    "one package": Recipe(["branches: [main]"], {"branches": "main"}, targets="pypi"),
    "TestPyPI first": Recipe([MAIN, 'tags: ["v*"] # to PyPI, once TestPyPI has the version'], CONFIGURED),
    "releases by tags": Recipe(['tags: ["v*"]'], {}, targets="pypi", fetch_tags=True),
    "what was built": Recipe([MAIN, TAGS], {}, version=VersionSource.TAGS),
    "candidates": Recipe(['tags: ["v*"] # candidates to TestPyPI, final releases to PyPI'], CONFIGURED),
    "an older series": Recipe(['branches: [main, "[0-9]+.x"] # to TestPyPI', 'tags: ["v*"] # to PyPI'], CONFIGURED),
    "uv": Recipe([MAIN, TAGS], {}, uv=True),
}


def workflow(recipe: Recipe) -> str:
    """Return the whole file."""
    text = render(Plan("sample", target_list(recipe.targets), "release.yml", "main", version=recipe.version))
    rest = text.partition("\npermissions: {}\n")[2]
    rest = _GATE.sub(lambda step: _gate(recipe.inputs, step[1]), rest, count=1)
    # The step after the build goes by what the gate says, whatever else the recipe changes.
    rest = re.sub(rf"{OWN_REPOSITORY}@.*", f"{OWN_REPOSITORY}@{RELEASE}", rest)
    if recipe.fetch_tags:
        before, job, build = rest.partition("  build:\n")
        rest = before + job + build.replace(_CHECKOUT, _CHECKOUT + _ALL_TAGS, 1)
    if recipe.uv:
        rest = _with_uv(rest)
    push = "".join(f"    {line}\n" for line in recipe.push)
    return f"# .github/workflows/release.yml\nname: Release\n\non:\n  push:\n{push}\npermissions: {{}}\n{rest}"


def _gate(inputs: Mapping[str, str], written: str) -> str:
    pairs = (line.strip().split(": ", 1) for line in written.splitlines())
    given = {name: value for name, value in {**dict(pairs), **inputs}.items() if value}
    lines = "".join(f"          {name}: {value}\n" for name, value in given.items())
    return f"        uses: {OWN_REPOSITORY}@{RELEASE}\n" + (f"        with:\n{lines}" if lines else "")


def _with_uv(text: str) -> str:
    """Put uv in the place of `build` and of the publishing action."""
    text = text.replace(f"      - run: pipx run {BUILD}\n", f"{_UV}build\n")
    publish = f"{_UV}publish --trusted-publishing always"
    address = f"      - uses: {PUBLISH.uses}\n        with:\n          repository-url: {TESTPYPI.upload}\n"
    there = f"--publish-url {TESTPYPI.upload} --check-url {TESTPYPI.web}/simple/"
    text = text.replace(address, f"{publish} {there}\n")
    return text.replace(f"      - uses: {PUBLISH.uses}\n", f"{publish} --check-url {PYPI.web}/simple/\n")
