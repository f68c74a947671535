"""Tags and releases that are made with the default token, and the workflows that wait for them in vain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.doctor.looking import Told, asking, findings_of, publishing, told

from publish_gate.doctor.analyse import analyse
from publish_gate.doctor.findings.default_token import by_command, default_token_trigger

ON_TAG = publishing("{push: {tags: ['v*']}}")
ON_RELEASE = publishing("{release: {types: [published]}}")
ON_BOTH = publishing("{release: {types: [published]}, push: {tags: ['v*']}, workflow_dispatch: }")
ASKED = "if: startsWith(github.ref, 'refs/tags/')"
SOME = publishing("{push: {tags-ignore: ['v0*']}}")
CLOCK = publishing("{push: {tags: ['v*']}, schedule: [{cron: '0 0 * * *'}]}", ASKED)
MAIN_TOO = publishing("{push: {tags: ['v*'], branches: [main]}}", ASKED)
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
        pytest.param(run('git tag -a "$NEW" -m x\ngit push origin "$NEW"'), ON_TAG, id="what was tagged is pushed"),
        pytest.param(run("semantic-release version --push", DEFAULT), ON_TAG, id="a tool tags and releases"),
        pytest.param(run("uvx semantic-release publish", DEFAULT), ON_RELEASE, id="an older one releases"),
        pytest.param(run("goreleaser release", DEFAULT), ON_RELEASE, id="another tool releases"),
        pytest.param(uses("goreleaser/goreleaser-action", env=DEFAULT), ON_RELEASE, id="the same by its action"),
        pytest.param(uses("googleapis/release-please-action"), CLOCK, id="what waits has a clock that uploads nothing"),
        pytest.param(uses("googleapis/release-please-action"), MAIN_TOO, id="what waits runs on branches and tests"),
        pytest.param(uses("googleapis/release-please-action"), SOME, id="all tags but some"),
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
        pytest.param(run('git push origin "update-${VERSION}"'), id="a branch for an update"),
        pytest.param(run("git checkout -b release-$V\ngit push -u origin release-$V"), id="a branch for a release"),
        pytest.param(run("semantic-release version --print"), id="a version that is only printed"),
        pytest.param(run("goreleaser release --snapshot"), id="a release that is not made"),
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
        pytest.param("{push: {tags: ['v*']}, schedule: [{cron: '0 0 * * *'}]}", id="the clock"),
        pytest.param("workflow_dispatch", id="by hand only"),
        pytest.param("{workflow_run: {workflows: [CI]}}", id="another workflow's end"),
    ],
)
def test_what_starts_by_something_else_does_not_wait(on: str) -> None:
    assert found(making(uses("softprops/action-gh-release")), publishing(on)) == []


def test_a_called_workflow_needs_no_event() -> None:
    maker = making(run("git push --tags")) + "  call:\n    needs: tag\n    uses: ./.github/workflows/publish.yml\n"
    assert found(maker, publishing("{push: {tags: ['v*']}, workflow_call: }")) == []


def test_without_a_repository_nothing_is_said() -> None:
    analysis = analyse(asking({"make.yml": making(run("git push --tags")), "publish.yml": ON_TAG}))
    assert list(default_token_trigger.find(replace(analysis, world=None))) == []


def test_a_tag_that_an_app_pushed_is_there_before_its_release() -> None:
    steps = (
        uses("actions/checkout", "{token: '${{ steps.app.outputs.token }}'}"),
        run("git push --follow-tags"),
        run('gh release create "$TAG"', DEFAULT),
    )
    assert found(making(*steps)) == []
    assert [each.severity for each in found(making(*steps), ON_RELEASE)] == ["warning"]


def test_one_file_may_make_the_tag_and_wait_for_it() -> None:
    steps = "  steps: [uses: googleapis/release-please-action@v4]\n"
    jobs = f"rp:\n  if: github.ref == 'refs/heads/main'\n  runs-on: x\n{steps}"
    text = publishing("{push: {tags: ['v*'], branches: [main]}}", ASKED, jobs=jobs)
    assert [each.severity for each in told(text, default_token_trigger)] == ["warning"]


@pytest.mark.parametrize(
    "maker",
    [
        pytest.param("# publish.yml starts on the tag\n" + making(run("git push --tags")), id="a comment"),
        pytest.param(making(run("git push --tags\ngh workflow run docs.yml")), id="another one is started"),
        pytest.param(making(run("git push --tags"), on="{workflow_dispatch: }"), id="it is started by hand itself"),
        pytest.param(
            making(uses("peter-evans/create-pull-request"), run("git push --tags")),
            id="it makes a pull request",
        ),
    ],
)
def test_what_does_not_start_it_does_not_hide_it(maker: str) -> None:
    assert [each.severity for each in found(maker)] == ["warning"]


def test_the_remedy_is_one_that_an_identity_can_take() -> None:
    maker = making(run("git push --tags"))
    by_token = publishing("{push: {tags: ['v*']}}", given="with: {password: '${{ secrets.TOKEN }}'}")
    (one,) = findings_of({"make.yml": maker, "publish.yml": ON_TAG}, default_token_trigger)
    (other,) = findings_of({"make.yml": maker, "publish.yml": by_token}, default_token_trigger)
    assert "gh workflow run publish.yml" in one.remedy
    assert "workflow_call" not in one.remedy
    assert "workflow_call" in other.remedy


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
    assert not by_command(script).any
