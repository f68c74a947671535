"""The text of the workflow that `init` writes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from publish_gate import HOME
from publish_gate.gate.reasons import Reason
from publish_gate.hosts import PYPI
from publish_gate.init.answers import VersionSource
from publish_gate.init.pins import BUILD, CHECKOUT, DOWNLOAD_ARTIFACT, PUBLISH, UPLOAD_ARTIFACT, own_use

if TYPE_CHECKING:
    from publish_gate.init.answers import Plan
    from publish_gate.targets import BuiltInTarget

LABELS: Final = {"testpypi": "TestPyPI", "pypi": "PyPI"}
"""The built-in targets as people call them."""

_MIDDLE: Final = """
permissions: {}

# A run that may publish is never cut off; a newer one waits for it.
concurrency:
  group: ${{ github.workflow }}-${{ github.ref }}
  cancel-in-progress: false

jobs:
"""
_ALWAYS: Final = "  # Always runs and says no by its outputs: a skipped job would skip everything below it in silence."
_AFTERWARDS: Final = "  # Comes after the build, which alone knows the version, and says no by its outputs."
_DIST: Final = ("name: dist", "path: dist/")
_YES: Final = "needs.gate.outputs.publish-to"
_NO_RELEASE: Final = (Reason.TAG_MISMATCH, Reason.VERSION_BEHIND, Reason.NOT_PROMOTED)
_WRONG_BUILD: Final = (Reason.BUILT_MISMATCH, Reason.NOT_UPLOADABLE)


def render(plan: Plan) -> str:
    """Return the whole file.

    Where the version is written in a file, the gate comes first and nothing is built in vain. Where only the build
    knows it, the gate comes after the build and reads what was built: the very files that would be published.
    """
    jobs = [_gate, _build] if plan.version is VersionSource.WRITTEN else [_build, _gate]
    blocks = [*("\n".join(job(plan)) for job in jobs), *("\n".join(_publish(plan, each)) for each in plan.targets)]
    return "\n".join(_head(plan)) + "\n" + _MIDDLE + "\n\n".join(blocks) + "\n"


def _head(plan: Plan) -> list[str]:
    indexes = " and to ".join(LABELS[target.name] for target in plan.targets)
    lines = [
        f"# Publishes {plan.package} to {indexes} by trusted publishing.",
        f"# Written by `publish-gate init`, and yours to change. How it decides: {HOME}",
        f"name: Publish {plan.package}",
        "",
        "on:",
        "  push:",
    ]
    for target in plan.targets:
        to = f"# to {LABELS[target.name]}, where"
        if target.branches is not None:
            lines.append(f"    branches: {json.dumps([plan.branch])} {to} the version is newer than those there")
        if target.tags:
            lines.append(f"    tags: {json.dumps(target.tags)} {to} the tag names the version")
    return lines


def _gate(plan: Plan) -> list[str]:
    first = plan.version is VersionSource.WRITTEN
    inputs = [f"targets: {', '.join(target.name for target in plan.targets)}", *_package(plan)]
    # A tag is a wish to release: where it cannot be one, a green run would hide that.
    failing: tuple[Reason, ...] = _NO_RELEASE if any(target.tags for target in plan.targets) else ()
    if not first:
        inputs += ["version-file: dist/", "dist: dist/"]
        failing += _WRONG_BUILD
    if failing:
        inputs.append(f"fail-when: {_listed(failing)}")
    return [
        _ALWAYS if first else _AFTERWARDS,
        *_job("gate", "Decide", None if first else "build"),
        *_reading(),
        "    outputs:",
        "      publish-to: ${{ steps.gate.outputs.publish-to }}",
        "      project-url: ${{ steps.gate.outputs.project-url }}",
        "    steps:",
        *_uses(CHECKOUT.uses, "persist-credentials: false"),
        *([] if first else _uses(DOWNLOAD_ARTIFACT.uses, "name: dist", f"path: {_below(plan.folder)}")),
        "      - id: gate",
        *_uses(own_use(plan.own_commit), *inputs, lead="        "),
    ]


def _build(plan: Plan) -> list[str]:
    first = plan.version is VersionSource.WRITTEN
    checkout = ["persist-credentials: false"]
    if plan.version is VersionSource.TAGS:
        checkout.append("fetch-depth: 0 # the version is computed from all tags and commits")
    folder = "" if plan.folder == "." else f" {plan.folder}"
    return [
        "  # Apart from publishing, so that no build back end runs where an upload could be authorised.",
        *_job("build", "Build", "gate" if first else None, f"{_YES} != ''" if first else None),
        *_reading(),
        "    steps:",
        *_uses(CHECKOUT.uses, *checkout),
        f"      - run: pipx run {BUILD}{folder}",
        *(_check_built(plan) if first else []),
        *_uses(UPLOAD_ARTIFACT.uses, "name: dist", f"path: {_below(plan.folder)}"),
    ]


def _check_built(plan: Plan) -> list[str]:
    """Return the step that holds what was built against what was decided."""
    return [
        "      # What was built has to be what was decided, and nothing that the index refuses.",
        *_uses(
            own_use(plan.own_commit),
            f"targets: ${{{{ {_YES} }}}}",
            *_package(plan),
            "dist: dist/",
            f"fail-when: {_listed((*_WRONG_BUILD, Reason.CONTENT_DIFFERS))}",
        ),
    ]


def _publish(plan: Plan, target: BuiltInTarget) -> list[str]:
    name = target.name
    needs = "[gate, build]" if plan.version is VersionSource.WRITTEN else "[build, gate]"
    # The publishing action's own default is the one index that needs no address.
    address = [] if target.index == PYPI else [f"repository-url: {target.index.upload}"]
    return [
        *_job(f"publish-{name}", f"Publish to {LABELS[name]}", needs, f"{_YES} == '{name}'"),
        "    permissions:",
        "      id-token: write # to publish by trusted publishing",
        "    environment:",
        f"      name: {target.environment} # the one that the publisher on {LABELS[name]} names",
        "      url: ${{ needs.gate.outputs.project-url }}",
        "    steps:",
        *_uses(DOWNLOAD_ARTIFACT.uses, *_DIST),
        *_uses(PUBLISH.uses, *address),
    ]


def _job(key: str, name: str, needs: str | None, condition: str | None = None) -> list[str]:
    return [
        f"  {key}:",
        f"    name: {name}",
        *([f"    needs: {needs}"] if needs is not None else []),
        *([f"    if: {condition}"] if condition is not None else []),
        "    runs-on: ubuntu-latest",
    ]


def _reading() -> list[str]:
    return ["    permissions:", "      contents: read # to check the code out"]


def _uses(what: str, *inputs: str, lead: str = "      - ") -> list[str]:
    block = ["        with:", *(f"          {each}" for each in inputs)] if inputs else []
    return [f"{lead}uses: {what}", *block]


def _package(plan: Plan) -> list[str]:
    folder = [f"working-directory: {json.dumps(plan.folder)}"] if plan.folder != "." else []
    package = [] if plan.package_declared else [f"package: {json.dumps(plan.package)}"]
    return folder + package + ([f"environment: {json.dumps(plan.environment)}"] if plan.environment else [])


def _listed(reasons: tuple[Reason, ...]) -> str:
    return ", ".join(reason.value for reason in reasons)


def _below(folder: str) -> str:
    return "dist/" if folder == "." else json.dumps(f"{folder}/dist/")
