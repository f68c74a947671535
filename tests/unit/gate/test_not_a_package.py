"""A project that says of itself that it is not published is never published."""

from __future__ import annotations

from datetime import datetime, timezone

import pytest

from publish_gate.gate.decide import decide
from publish_gate.gate.patterns import compile_patterns
from publish_gate.gate.reasons import Outcome, Reason
from publish_gate.gate.rules import Target, Trigger
from publish_gate.index.state import Absent, Api
from publish_gate.places import Place
from publish_gate.run_context import Context, Ref
from publish_gate.versions.model import PLACEHOLDER, FaultKind, FoundVersion, VersionFault, VersionReading, Withheld

NOW = datetime(2026, 11, 22, tzinfo=timezone.utc)
ABSENT = Absent(Api.JSON, "https://index.example/pypi/pkg/json")
TAG = Context("push", Ref.parse("refs/tags/v1.1"))
NEVER = Withheld("package = false", "remove it", Place("pyproject.toml", 5))
PRIVATE = Withheld("Private ::", "remove it", None, by_public_indexes=True)
PUBLIC = Target("pypi", (Trigger("push", tags=compile_patterns(["v*"])),))
OWN = Target("ours", (Trigger("push", tags=compile_patterns(["v*"])),), closes=False)


def found(held: Withheld | None) -> VersionReading:
    return FoundVersion("1.1", Place("pyproject.toml", 3), "project.version", withheld=held)


def dynamic(held: Withheld | None, *, from_tags: bool = True, cause: str = "vcs") -> VersionReading:
    return VersionFault(FaultKind.DYNAMIC, cause, "from tags", "push one", from_tags=from_tags, withheld=held)


ROWS = [
    pytest.param(PUBLIC, found(None), "first-release", id="a package"),
    pytest.param(PUBLIC, found(NEVER), "not-a-package", id="what is no package, on a public index"),
    pytest.param(OWN, found(NEVER), "not-a-package", id="what is no package, on an index of one's own"),
    pytest.param(PUBLIC, found(PRIVATE), "not-a-package", id="a private classifier on a public index"),
    pytest.param(OWN, found(PRIVATE), "first-release", id="a private classifier on an index of one's own"),
    pytest.param(PUBLIC, dynamic(NEVER), "not-a-package", id="what is no package and has its version from a tag"),
    pytest.param(PUBLIC, dynamic(None), "first-release", id="a version from a tag"),
    pytest.param(
        PUBLIC,
        dynamic(None, from_tags=False, cause=PLACEHOLDER),
        "version-dynamic",
        id="a plugin that only some builds use: the tag is not the version",
    ),
    pytest.param(PUBLIC, dynamic(None, from_tags=False), "version-dynamic", id="more than a tag goes into the version"),
]


@pytest.mark.parametrize(("target", "reading", "reason"), ROWS)
def test_what_is_not_published_is_a_no(target: Target, reading: VersionReading, reason: str) -> None:
    decided = decide("pkg", [target], TAG, reading, {target.name: ABSENT}, NOW).targets[0]
    assert decided.reason.value == reason
    assert decided.should_publish is (reason == "first-release")


def test_the_message_names_file_and_line() -> None:
    decided = decide("pkg", [PUBLIC], TAG, found(NEVER), {"pypi": ABSENT}, NOW).targets[0]
    assert decided.message == "package = false (pyproject.toml:5)"
    assert decided.advice == "remove it"
    assert not decided.should_build
    assert Reason.NOT_A_PACKAGE.outcome is Outcome.NO
