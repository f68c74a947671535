"""From inputs and config file to rules: environments, publishers, and where an index is read that takes no uploads."""

from __future__ import annotations

import pytest

from publish_gate.config.load import load_config
from publish_gate.hosts import PYPI, TESTPYPI
from publish_gate.plan import index_warnings, plan_entry, plan_problems
from publish_gate.settings import load_settings

PATH = ".github/publish-gate.yml"
OWN = """
targets:
  pypi: {}
  testpypi: {}
  mine: {index: {simple: 'https://read.example/{name}/', upload: 'https://up.example/'}, when: push}
"""
PUBLISHER = "publisher: {owner: o, repository: r, workflow: w.yml, environment: 'for-{name}'}"


def environments(inputs: dict[str, str], text: str, name: str = "core") -> list[tuple[str, str | None, str | None]]:
    config = load_config(text.encode(), PATH)
    settings = load_settings(inputs, ["pypi", "testpypi", *config.targets])
    plan = plan_entry(settings, config, None, ".", name, None).named(name)
    return [(each.name, each.environment, each.publisher_environment) for each in plan.rules]


ENVIRONMENTS = [
    ({}, "targets: {pypi: {}}", [("pypi", "pypi", None)], "the built-in one"),
    ({"environment": "release"}, "targets: {pypi: {}}", [("pypi", "release", None)], "the input sets it"),
    (
        {"environment": "release"},
        "targets: {pypi: {environment: x}}",
        [("pypi", "release", None)],
        "the input replaces the file's",
    ),
    ({"environment": "none"}, "targets: {pypi: {environment: x}}", [("pypi", None, None)], "the input says none"),
    ({}, "targets: {pypi: {environment: None}}", [("pypi", None, None)], "the file says none"),
    ({}, "targets: {pypi: {environment: 'pypi-{name}'}}", [("pypi", "pypi-core", None)], "one for each package"),
    (
        {"environment": "{target}-{name}"},
        "targets: {pypi: {}, testpypi: {}}",
        [("pypi", "pypi-core", None), ("testpypi", "testpypi-core", None)],
        "one for each target and package",
    ),
    ({}, f"targets: {{pypi: {{{PUBLISHER}}}}}", [("pypi", "for-core", "for-core")], "the publisher's"),
    (
        {},
        f"targets: {{pypi: {{environment: x, {PUBLISHER}}}}}",
        [("pypi", "x", "for-core")],
        "the file's goes before the publisher's",
    ),
    (
        {},
        "targets: {pypi: {publisher: {owner: o, repository: r, workflow: w.yml, environment: none}}}",
        [("pypi", "pypi", None)],
        "a publisher without an environment",
    ),
]


@pytest.mark.parametrize(
    ("inputs", "text", "expected"), [row[:3] for row in ENVIRONMENTS], ids=[row[3] for row in ENVIRONMENTS]
)
def test_the_environment_of_a_target(
    inputs: dict[str, str], text: str, expected: list[tuple[str, str | None, str | None]]
) -> None:
    assert environments(inputs, text) == expected


PROBLEMS = [
    (
        {"targets": "testpypi, pypi", "environment": "release"},
        "",
        "environment: 'release' would be the environment of testpypi and pypi; write {target}",
        "one environment for two targets",
    ),
    (
        {"environment": "x-{name}"},
        "targets: {pypi: {}, testpypi: {}}",
        "or leave this out and set targets.NAME.environment in .github/publish-gate.yml",
        "one environment for two targets of the file",
    ),
    ({"targets": "testpypi, pypi", "environment": "{target}-x"}, "", "", "a name for each target"),
    ({"targets": "testpypi, pypi", "environment": "None"}, "", "", "none for two targets"),
    ({"targets": "pypi", "environment": "release"}, "", "", "one target"),
    (
        {"environment": "release"},
        "{packages: {a: {targets: pypi}, b: {targets: testpypi}}}",
        "",
        "one target for each package",
    ),
    ({"targets": "testpypi", "events": "release"}, "", "events: release is always about a tag", "no tags are taken"),
    ({"targets": "testpypi", "events": "release", "tags": "v*"}, "", "", "tags are taken"),
    ({"targets": "pypi", "events": "schedule"}, "", "events: schedule always runs on the default", "no branches"),
    ({"targets": "pypi", "events": "schedule", "branches": "main"}, "", "", "branches are taken"),
    ({"targets": "testpypi, pypi", "events": "push, release"}, "", "", "one of the targets takes tags"),
    ({"targets": "pypi", "events": "workflow_dispatch"}, "", "", "a dispatch can be of a tag"),
    (
        {"events": "release"},
        "targets: {mine: {index: testpypi, when: {push: {branches: main}}}}",
        "events: release is always about a tag",
        "a target of the file that takes no tags",
    ),
]


@pytest.mark.parametrize(("inputs", "text", "says"), [row[:3] for row in PROBLEMS], ids=[row[3] for row in PROBLEMS])
def test_inputs_that_cannot_be_meant_for_their_targets(inputs: dict[str, str], text: str, says: str) -> None:
    config = load_config(text.encode(), PATH) if text else None
    settings = load_settings(inputs, ["pypi", "testpypi", *(config.targets if config is not None else ())])
    found = [str(problem) for problem in plan_problems(settings, config)]
    assert len(found) == bool(says)
    assert says in "".join(found)


WARNINGS = [
    ("https://read.example/simple/", "pypi", "pypi: index-url reads read.example, but uploads still go to upload."),
    (TESTPYPI.web, "pypi", f"reads {TESTPYPI.host}"),
    (PYPI.web, "testpypi", f"reads {PYPI.host}"),
    (PYPI.web, "pypi", ""),
    (PYPI.web.upper().replace("HTTPS", "https"), "pypi", ""),
    (f"https://{PYPI.mirrors[0]}/simple/", "pypi", ""),
    (f"https://{PYPI.mirrors[0]}/simple/", "testpypi", "uploads still go to"),
    ("http://127.0.0.1:8080", "pypi", ""),
    ("http://localhost:8080", "pypi", ""),
    ("https://127.read.example", "pypi", "reads 127.read.example"),
    ("http://[::1]:8080", "pypi", ""),
    ("https://read.example/x/", "mine", ""),
    ("https://up.example/x/", "mine", ""),
    ("https://other.example/x/", "mine", "mine: index-url reads other.example, but uploads still go to up.example"),
    ("", "pypi", ""),
]


@pytest.mark.parametrize(("address", "target", "says"), WARNINGS)
def test_an_index_that_is_read_and_takes_no_uploads_is_told(address: str, target: str, says: str) -> None:
    config = load_config(OWN.encode(), PATH)
    settings = load_settings({"index-url": address, "targets": target}, ["pypi", "testpypi", "mine"])
    plan = plan_entry(settings, config, None, ".", "core", None)
    found = list(index_warnings(settings, config, plan.targets))
    assert len(found) == bool(says)
    assert says in "".join(found)
