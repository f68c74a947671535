"""From inputs to a plan: what each input changes, and what is refused."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import canonicalize_name

from publish_gate.errors import ConfigurationError, ExitCode, Problem
from publish_gate.gate.reasons import Outcome, Reason
from publish_gate.gate.rules import DEFAULT_BRANCH, Policy, Prereleases
from publish_gate.inputs import INPUTS
from publish_gate.names import is_project_name, normalize_name
from publish_gate.plan import PlannedTarget, plan_single
from publish_gate.settings import load_settings, split_list


def planned(values: dict[str, str]) -> tuple[PlannedTarget, ...]:
    return plan_single(load_settings(values)).targets


def test_without_any_input_it_is_testpypi_on_the_default_branch() -> None:
    settings = load_settings({})
    (target,) = planned({})
    assert (target.rules.name, target.rules.environment) == ("testpypi", "testpypi")
    assert [(each.event, each.branches, each.tags) for each in target.rules.triggers] == [
        ("push", DEFAULT_BRANCH, None)
    ]
    assert (target.rules.policy, target.rules.prereleases) == (Policy.NEWER, Prereleases.ALLOW)
    assert (settings.working_directory, settings.timeout, settings.fail_when) == (".", 30.0, frozenset())
    assert (settings.package, settings.version, settings.version_file) == (None, None, None)


def test_every_target_knows_its_name_and_what_is_on_its_index() -> None:
    targets = planned({"targets": "testpypi, pypi", "probe": "Sample.Project"})
    assert [(each.index.target, each.index.probe) for each in targets] == [
        ("testpypi", "sample-project"),
        ("pypi", "sample-project"),
    ]
    assert planned({})[0].index.probe is None


def test_pypi_publishes_from_version_tags() -> None:
    (target,) = planned({"targets": "pypi"})
    (trigger,) = target.rules.triggers
    assert (trigger.event, trigger.branches, str(trigger.tags)) == ("push", None, "v*")
    assert target.rules.environment == "pypi"


def test_an_input_travels_in_a_variable_of_its_name() -> None:
    variables = {each.name: each.variable for each in INPUTS}
    assert variables["working-directory"] == "PUBLISH_GATE_WORKING_DIRECTORY"
    assert len(set(variables.values())) == len(INPUTS)


def test_both_targets_keep_their_order() -> None:
    names = [each.rules.name for each in planned({"targets": "pypi,\n testpypi"})]
    assert names == ["pypi", "testpypi"]


OVERRIDES = [
    ({"events": "push, release"}, "pypi", [("push", "None", "v*"), ("release", "None", "v*")], "the events"),
    ({"branches": "main,!x"}, "testpypi", [("push", "main, !x", "None")], "the branches"),
    ({"tags": "v*"}, "testpypi", [("push", "DefaultBranch.DEFAULT_BRANCH", "v*")], "the tags"),
    ({"branches": "main"}, "pypi", [("push", "main", "v*")], "the branches of a target with tags"),
]


@pytest.mark.parametrize(("given_", "target", "triggers"), [r[:3] for r in OVERRIDES], ids=[r[3] for r in OVERRIDES])
def test_an_input_replaces_just_its_own_part(
    given_: dict[str, str], target: str, triggers: list[tuple[str, str, str]]
) -> None:
    (found,) = planned({**given_, "targets": target})
    assert [(each.event, str(each.branches), str(each.tags)) for each in found.rules.triggers] == triggers


def test_every_other_input_arrives() -> None:
    settings = load_settings(
        {
            "working-directory": "packages/a",
            "package": "Some.Name",
            "version-file": "VERSION",
            "index-url": "http://127.0.0.1:8080/{name}/json",
            "environment": "release",
            "policy": "series",
            "prereleases": "deny",
            "fail-when": "version-behind\nalready-published",
            "timeout": "2.5",
        }
    )
    (target,) = plan_single(settings).targets
    assert settings.working_directory == "packages/a"
    assert (settings.package, settings.version_file, settings.timeout) == ("Some.Name", "VERSION", 2.5)
    assert settings.fail_when == {Reason.VERSION_BEHIND, Reason.ALREADY_PUBLISHED}
    assert (target.rules.policy, target.rules.prereleases) == (Policy.SERIES, Prereleases.DENY)
    assert target.rules.environment == "release"


def test_any_no_stands_for_all_of_them() -> None:
    noes = {reason for reason in Reason if reason.outcome is Outcome.NO}
    assert load_settings({"fail-when": "any-no"}).fail_when == noes
    assert load_settings({"fail-when": "any-no, index-unavailable"}).fail_when == {*noes, Reason.INDEX_UNAVAILABLE}


REFUSED = [
    ({"targets": "tespypi"}, "targets", "did you mean 'testpypi'?", "a misspelt target"),
    ({"targets": "warehouse"}, "targets", "known: testpypi, pypi", "an unknown target"),
    ({"targets": " , "}, "targets", "is a list of nothing", "a list of no targets"),
    ({"branches": ","}, "branches", "is a list of nothing", "a list of no branches"),
    ({"tags": ",\n,"}, "tags", "is a list of nothing", "a list of no tags"),
    ({"events": " , "}, "events", "is a list of nothing", "a list of no events"),
    ({"fail-when": ","}, "fail-when", "is a list of nothing", "a list of no reasons"),
    ({"events": "pull_request"}, "events", "did you mean 'push', after the merge?", "an event that never publishes"),
    ({"events": "push, issue_comment"}, "events", "issue_comment never publishes", "one of them never publishes"),
    ({"branches": "refs/heads/main"}, "branches", "did you mean 'main'?", "a full ref of a branch"),
    ({"tags": "refs/tags/v*"}, "tags", "did you mean 'v*'?", "a full ref of a tag"),
    ({"tags": "refs/heads/main"}, "tags", "did you mean 'main' in branches?", "a full ref of a branch for a tag"),
    ({"tags": r"^v\d+"}, "tags", "did you mean 'v[0-9]+'?", "a regular expression"),
    ({"environment": "::set-output name=x::y"}, "environment", "not the name of an environment", "a command"),
    ({"environment": "x $(id)"}, "environment", "not the name of an environment", "a substitution"),
    ({"environment": "a, b"}, "environment", "without ' \"", "a list"),
    ({"environment": "x" * 256}, "environment", "up to 255 characters", "a name that is too long"),
    ({"environment": "x-{project}"}, "environment", "known are {name} and {target}", "an unknown placeholder"),
    ({"environment": "x-{}"}, "environment", "unknown placeholder '{}'", "an empty placeholder"),
    ({"policy": "newest"}, "policy", "did you mean 'newer'?", "a misspelt policy"),
    ({"prereleases": "no"}, "prereleases", "known: allow, deny, only", "an unknown word"),
    ({"probe": "-x"}, "probe", "'-x' is not a project name", "a probe that is not a name"),
    (
        {"index-url": "https://u:s3cret@i.example/simple/"},
        "index-url",
        "PUBLISH_GATE_INDEX_<TARGET>_PASSWORD",
        "credentials in an address",
    ),
    ({"fail-when": "version-behnd"}, "fail-when", "did you mean 'version-behind'?", "a misspelt reason"),
    ({"events": "pull-request"}, "events", "did you mean 'pull_request'?", "a misspelt event"),
    ({"events": "workflow_call"}, "events", "event of its caller", "an event that never arrives"),
    ({"branches": "?x"}, "branches", "cannot stand at the start", "an invalid branch pattern"),
    ({"tags": "!v*"}, "tags", "no positive pattern", "only negative tag patterns"),
    ({"tags": "'v*'"}, "tags", "can match no ref", "a pattern in the quotes of YAML"),
    ({"tags": "- v*"}, "tags", "can match no ref", "a pattern with the dash of YAML"),
    ({"timeout": "soon"}, "timeout", "not a number of seconds", "a timeout in words"),
    ({"timeout": "0"}, "timeout", "above 0", "no time at all"),
    ({"timeout": "nan"}, "timeout", "not a number", "not a number"),
    ({"timeout": "1e9"}, "timeout", "up to 3600", "too long a time"),
    ({"index-url": "http://index.example"}, "index-url", "http", "plain http to the world"),
    ({"package": "-x-"}, "package", "not a project name", "a name no index hosts"),
    ({"package": "x" * 300}, "package", "not a project name", "an absurdly long name"),
    ({"version": "1.0", "version-file": "V"}, "version-file", "together with version", "two sources"),
    ({"version": "1.0\n::set-output"}, "version", "cannot be printed", "a control character"),
]


@pytest.mark.parametrize(("given_", "key", "says"), [r[:3] for r in REFUSED], ids=[r[3] for r in REFUSED])
def test_a_wrong_input_is_refused_with_its_name(given_: dict[str, str], key: str, says: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings(given_)
    (problem,) = caught.value.problems
    assert problem.key == key
    assert says in problem.message
    assert caught.value.exit_code is ExitCode.MISUSED


@pytest.mark.parametrize("name", ["release", "prod/eu 1", "\N{ROCKET} go", "a:b@c", "Stage-2_(x).y", "{name}"])
def test_names_of_environments(name: str) -> None:
    assert load_settings({"environment": name}).parts.environment == name


def test_every_pattern_that_is_wrong_is_told() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings({"branches": "refs/heads/a, b, refs/heads/c"})
    assert len(caught.value.problems) == 2


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        load_settings({"policy": "x", "timeout": "x", "branches": "[", "tags": "+", "events": "tag", "targets": "x"})
    assert sorted(each.key for each in caught.value.problems) == [
        "branches",
        "events",
        "policy",
        "tags",
        "targets",
        "timeout",
    ]
    assert str(caught.value).count("\n") == 5


@pytest.mark.parametrize(
    ("text", "items"),
    [("a, b", ["a", "b"]), ("a\n b\r\n\n", ["a", "b"]), ("", []), (",,", []), ("a b", ["a b"])],
)
def test_a_list_is_split_at_commas_and_line_ends(text: str, items: list[str]) -> None:
    assert split_list(text) == items


@pytest.mark.parametrize(
    ("name", "holds"),
    [
        ("a", True),
        ("A.b-c_d", True),
        ("", False),
        ("a-", False),
        ("a b", False),
        ("é", False),
        ("a\n", False),
    ],
)
def test_a_project_name_is_what_an_index_can_host(name: str, holds: bool) -> None:
    assert is_project_name(name) is holds


@given(st.text(string.ascii_letters + string.digits + "-_.", max_size=12))
def test_names_are_normalized_as_the_packaging_library_does(name: str) -> None:
    assert normalize_name(name) == canonicalize_name(name)


@given(st.dictionaries(st.sampled_from([each.name for each in INPUTS]), st.text(max_size=20)))
def test_any_inputs_are_settings_or_a_list_of_problems(values: dict[str, str]) -> None:
    problems: tuple[Problem, ...] = ()
    try:
        settings = load_settings(values)
    except ConfigurationError as error:
        problems = error.problems
    else:
        assert plan_single(settings).rules
        return
    assert problems
    assert {each.key for each in problems} <= {each.name for each in INPUTS}
