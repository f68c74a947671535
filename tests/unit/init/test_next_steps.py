"""What is left to do: exact values for the forms, links that fill them in, environments, commands."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest

from publish_gate.hosts import PYPI, TESTPYPI
from publish_gate.init.answers import Plan, VersionSource
from publish_gate.init.next_steps import as_data, render
from publish_gate.init.publishers import publisher
from publish_gate.remotes import Repository
from publish_gate.targets import BUILT_IN

BOTH = Plan("My.Demo", tuple(BUILT_IN.values()), "Release.yml", "trunk")
HERE = Repository("Octo-Org", "demo_1.x")


@pytest.mark.parametrize("target", BUILT_IN.values(), ids=BUILT_IN.keys())
def test_the_form_of_an_existing_project_comes_filled_in_with_the_same_values(target: object) -> None:
    form = publisher(BOTH, BUILT_IN[getattr(target, "name", "")], HERE)
    link = urlsplit(form.existing)
    assert link.path == "/manage/project/My.Demo/settings/publishing/"
    assert parse_qs(link.query) == {
        "provider": ["github"],
        "owner": ["Octo-Org"],
        "repository": ["demo_1.x"],
        "workflow_filename": ["Release.yml"],
        "environment": [form.target],
    }
    assert link._replace(path="", query="").geturl() == {"testpypi": TESTPYPI, "pypi": PYPI}[form.target].web
    assert form.fields == (
        ("PyPI Project Name", "My.Demo"),
        ("Owner", "Octo-Org"),
        ("Repository name", "demo_1.x"),
        ("Workflow name", "Release.yml"),
        ("Environment name", form.target),
    )


SHOWN = [
    (BOTH, HERE, "1.2", ["https://github.com/Octo-Org/demo_1.x/settings/environments"], "environments"),
    (BOTH, HERE, "1.2", ["     testpypi  let only the branch trunk", "     pypi      let only tags v*"], "rules"),
    (BOTH, HERE, "1.2", ["publish-gate simulate --targets testpypi,pypi\n", "git push origin trunk"], "commands"),
    (BOTH, HERE, "1.2", ["That push publishes 1.2 to TestPyPI", "git tag v1.2 && git push origin v1.2"], "releases"),
    (BOTH, HERE, None, ["to TestPyPI: raise the version and push to trunk", "git tag vX.Y.Z"], "no version yet"),
    (BOTH, None, "1.2", ["put its own in place of OWNER", "Owner              OWNER\n"], "no repository"),
    (replace(BOTH, version=VersionSource.TAGS), HERE, None, ["to TestPyPI: push to trunk\n"], "versions from tags"),
    (replace(BOTH, folder="a/b"), HERE, "1", ["git add :/.github/workflows/Release.yml\n"], "a folder"),
    (replace(BOTH, targets=(BUILT_IN["pypi"],)), HERE, "1.2", ["let only tags v*", "to PyPI: git tag"], "one target"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("plan", "repository", "version", "says"), [row[:4] for row in SHOWN], ids=[row[4] for row in SHOWN]
)
def test_text(plan: Plan, repository: Repository | None, version: str | None, says: list[str]) -> None:
    text = render(plan, repository, version, ["a note."])
    assert text.startswith("Written: .github/workflows/Release.yml\n\nNote: a note.\n")
    for each in says:
        assert each in text


def test_what_only_the_build_knows_is_not_simulated() -> None:
    assert "simulate" not in render(replace(BOTH, version=VersionSource.BUILD), HERE, None, [])
    assert "That push" not in render(replace(BOTH, targets=(BUILT_IN["pypi"],)), HERE, "1.2", [])


def test_data() -> None:
    data = as_data(BOTH, HERE, ["a note."])
    assert data["workflow"] == ".github/workflows/Release.yml"
    assert data["repository"] == "Octo-Org/demo_1.x"
    assert data["environments"] == ["testpypi", "pypi"]
    assert data["notes"] == ["a note."]
    unknown = as_data(BOTH, None, [])
    assert unknown["repository"] is None
