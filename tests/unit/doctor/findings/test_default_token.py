"""Tags and releases that are made with the default token, and the workflows that wait for them in vain."""

from __future__ import annotations

import pytest
from unit.doctor.looking import Told, publishing, told

from publish_gate.doctor.findings.default_token import default_token_trigger

ON_TAG = publishing("{push: {tags: ['v*']}}")
ON_RELEASE = publishing("{release: {types: [published]}}")
ON_BOTH = publishing("{release: {types: [published]}, push: {tags: ['v*']}, workflow_dispatch: }")
DEFAULT = "{GH_TOKEN: '${{ github.token }}'}"
OWN = "{GH_TOKEN: '${{ secrets.RELEASE_TOKEN }}'}"


def making(*steps: str, on: str = "{push: {branches: [main]}}", keys: str = "", top: str = "") -> str:
    """Return a workflow whose job makes a tag or release by its steps."""
    lines = "".join(f"      - {step}\n" for step in steps)
    return f"on: {on}\n{top}jobs:\n  tag:\n    runs-on: ubuntu-latest\n{keys}    steps:\n{lines}"


def uses(action: str, given: str = "{}", env: str = "{}") -> str:
    return f"uses: {action}@v2\n        with: {given}\n        env: {env}"


def run(script: str, env: str = "{}") -> str:
    lines = script.splitlines()
    body = "".join(f"          {line}\n" for line in lines)
    return f"env: {env}\n        run: |\n{body}".rstrip()


def found(maker: str, waiting: str = ON_TAG) -> list[Told]:
    return told({"make.yml": maker, "publish.yml": waiting}, default_token_trigger)


@pytest.mark.parametrize(
    ("step", "waiting"),
    [
        pytest.param(uses("softprops/action-gh-release"), ON_TAG, id="an action releases, a tag is waited for"),
        pytest.param(uses("softprops/action-gh-release"), ON_RELEASE, id="an action releases, a release is waited for"),
        pytest.param(uses("Softprops/Action-GH-Release", "{draft: false}"), ON_BOTH, id="both are waited for"),
        pytest.param(uses("ncipollo/release-action", "{token: '${{ secrets.GITHUB_TOKEN }}'}"), ON_TAG, id="said so"),
        pytest.param(uses("release-drafter/release-drafter", "{publish: true}"), ON_RELEASE, id="a draft is published"),
        pytest.param(uses("mathieudutour/github-tag-action"), ON_TAG, id="an action tags"),
        pytest.param(uses("cycjimmy/semantic-release-action", env=DEFAULT), ON_TAG, id="the token of the environment"),
        pytest.param(run("gh release create v1", DEFAULT), ON_RELEASE, id="a command releases"),
        pytest.param(
            run("set -e\nmake x && gh release create \\\n  v1 --notes x"), ON_TAG, id="a command over two lines"
        ),
        pytest.param(run("git tag v1\ngit push --tags"), ON_TAG, id="all tags are pushed"),
        pytest.param(run("git tag v1; git push origin main --follow-tags"), ON_TAG, id="tags follow"),
        pytest.param(run('git push origin "v${VERSION}"'), ON_TAG, id="a version is pushed"),
        pytest.param(run("git push origin $TAG"), ON_TAG, id="a tag of a variable is pushed"),
        pytest.param(run("git push origin HEAD:refs/tags/v1"), ON_TAG, id="a full name is pushed"),
        pytest.param(run("git push origin tag v1"), ON_TAG, id="the word tag is pushed"),
    ],
)
def test_nothing_starts(step: str, waiting: str) -> None:
    (one,) = found(making(step), waiting)
    assert (one.severity, one.cause) == ("warning", "github-token-no-trigger")
    assert step.startswith("uses") == one.at.startswith(step.split()[1])


def test_a_release_of_a_pushed_tag_starts_nothing_that_waits_for_releases() -> None:
    maker = making(uses("softprops/action-gh-release"), on="{push: {tags: ['v*']}}")
    assert [each.severity for each in found(maker, ON_RELEASE)] == ["warning"]


@pytest.mark.parametrize(
    ("maker", "waiting"),
    [
        pytest.param(
            making(uses("softprops/action-gh-release"), on="{push: {tags: ['v*']}}"),
            ON_TAG,
            id="somebody pushed the tag",
        ),
        pytest.param(
            making(uses("softprops/action-gh-release"), on="{push: {tags: ['v*']}}"), ON_BOTH, id="the tag is enough"
        ),
        pytest.param(
            making(uses("softprops/action-gh-release"), on="{release: {types: [published]}}"),
            ON_RELEASE,
            id="somebody made the release",
        ),
        pytest.param(making(run("git push --tags")), ON_RELEASE, id="somebody makes the release of a tag"),
        pytest.param(making(uses("anothrnick/github-tag-action")), ON_BOTH, id="a tag alone, and a release is enough"),
    ],
)
def test_what_is_waited_for_comes_from_somebody_else(maker: str, waiting: str) -> None:
    assert found(maker, waiting) == []


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(uses("softprops/action-gh-release", "{draft: true}"), id="a draft, which somebody publishes"),
        pytest.param(uses("softprops/action-gh-release", "{draft: '${{ inputs.draft }}'}"), id="a draft, perhaps"),
        pytest.param(uses("release-drafter/release-drafter"), id="a drafter that drafts"),
        pytest.param(uses("release-drafter/release-drafter", "{publish: false}"), id="a drafter told to draft"),
        pytest.param(
            uses("googleapis/release-please-action", "{skip-github-release: true}"), id="a release that is left out"
        ),
        pytest.param(run("gh release create v1 --draft", DEFAULT), id="a command that drafts"),
        pytest.param(run("gh release create v1 --draft=true", DEFAULT), id="a command that drafts, spelled out"),
        pytest.param(run("gh release create v1 -d", DEFAULT), id="a command that drafts, in short"),
        pytest.param(uses("octo/other"), id="an action that nobody knows"),
        pytest.param("name: nothing", id="a step without anything"),
        pytest.param(run("git push"), id="no tag is pushed"),
        pytest.param(run("git push origin HEAD:version-${X}"), id="a branch with a version in its name"),
        pytest.param(run("git push origin $BRANCH"), id="a variable that may be a branch"),
        pytest.param(run("echo git push --tags"), id="a command that is only told of"),
        pytest.param(run("gh release view"), id="a release that is looked at"),
    ],
)
def test_nothing_that_counts_is_made(step: str) -> None:
    assert found(making(step)) == []
    assert found(making(step), ON_RELEASE) == []


@pytest.mark.parametrize(
    "maker",
    [
        pytest.param(
            making(uses("softprops/action-gh-release", "{token: '${{ secrets.RELEASE_TOKEN }}'}")), id="an input"
        ),
        pytest.param(making(uses("softprops/action-gh-release", env=OWN)), id="the step's environment"),
        pytest.param(making(uses("actions/create-release"), keys=f"    env: {OWN}\n"), id="the job's environment"),
        pytest.param(making(uses("actions/create-release"), top=f"env: {OWN}\n"), id="the workflow's environment"),
        pytest.param(making(run("gh release create v1", OWN)), id="the command's environment"),
        pytest.param(
            making(uses("actions/checkout", "{token: '${{ secrets.RELEASE_TOKEN }}'}"), run("git push --tags")),
            id="the checkout",
        ),
        pytest.param(
            making(uses("actions/checkout", "{ssh-key: '${{ secrets.KEY }}'}"), run("git push --tags")), id="a key"
        ),
        pytest.param(making(uses("webfactory/ssh-agent"), run("git push --tags")), id="an agent that holds a key"),
        pytest.param(
            making(run("git push https://x:${{ secrets.T }}@github.com/o/r --tags")), id="an address that holds a token"
        ),
        pytest.param(
            making(run("git remote set-url origin $REMOTE"), run("git push --tags")), id="a remote that is set"
        ),
        pytest.param(making(run("echo $T | gh auth login --with-token\ngh release create v1")), id="a login"),
    ],
)
def test_another_token_starts_what_waits(maker: str) -> None:
    assert found(maker, ON_TAG) == []


@pytest.mark.parametrize(
    "step",
    [
        pytest.param(run("gh release create v1\ngh workflow run publish.yml"), id="the file is named"),
        pytest.param(run("gh release create v1\ngh workflow run Publish"), id="the workflow is named"),
        pytest.param(run("gh release create v1\ngh api repos/o/r/dispatches"), id="an event is sent"),
    ],
)
def test_what_is_started_by_hand_is_not_silent(step: str) -> None:
    assert found(making(step)) == []


@pytest.mark.parametrize(
    "on",
    [
        pytest.param("{push: {tags: ['v*'], branches: [main]}}", id="branches too"),
        pytest.param("push", id="every push"),
        pytest.param("{push: {tags-ignore: ['v0*']}}", id="tags but some"),
        pytest.param("{push: {tags: ['v*']}, schedule: [{cron: '0 0 * * *'}]}", id="the clock"),
        pytest.param("workflow_dispatch", id="by hand only"),
        pytest.param("{workflow_run: {workflows: [CI]}}", id="another workflow's end"),
    ],
)
def test_what_starts_by_something_else_does_not_wait(on: str) -> None:
    assert found(making(uses("softprops/action-gh-release")), publishing(on)) == []


def test_a_plain_checkout_beside_it_changes_nothing() -> None:
    steps = (uses("actions/checkout", "{token: '${{ github.token }}'}"), uses("octo/x"), run("git push --tags"))
    assert [each.severity for each in found(making(*steps))] == ["warning"]


def test_what_a_workflow_makes_when_it_has_started_does_not_start_it() -> None:
    text = ON_TAG + "      - uses: softprops/action-gh-release@v2\n"
    assert told(text, default_token_trigger) == []


def test_a_workflow_is_named_once_and_a_step_for_each_that_waits() -> None:
    files = {
        "make.yml": making(run("git push --tags"), run("gh release create v1")),
        "a.yml": ON_TAG,
        "b.yml": ON_RELEASE,
    }
    assert len(told(files, default_token_trigger)) == 2


@pytest.mark.parametrize(
    "script", ["\n" * 200_000, "git push " * 50_000, " " * 500_000 + "x", "git push $" + "a" * 500_000]
)
def test_a_hostile_script_takes_no_time(script: str) -> None:
    from publish_gate.doctor.findings.default_token import _by_command

    assert _by_command(script) is None
