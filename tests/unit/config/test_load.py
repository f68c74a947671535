"""The config file: what each key means, and every way to get it wrong, with its place."""

from __future__ import annotations

import json

import jsonschema
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.config.file_format import schema
from publish_gate.config.load import load_config
from publish_gate.config.model import Config, Discovery, OnUnknown, Publisher
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.gate.rules import Distribution, Policy, Prereleases
from publish_gate.hosts import PYPI

PATH = ".github/publish-gate.yml"
WHOLE = """\
packages:
  core:
    path: packages/core
    version-file: src/core/_version.py
    tag: "{name}-v{version}"
    targets: [testpypi, mine]
  others: {path: "libs/*", targets: pypi}
  members:
    discover: uv
targets:
  testpypi: {}
  mine:
    index:
      json: https://index.example/pypi/{name}/json
      simple: https://index.example/files/{name}/
      upload: https://index.example/legacy/
      web: https://index.example/
    environment: release
    when:
      push:
        branches: [main, "!x"]
      release:
        types: published
        tags-ignore: nightly
      workflow_dispatch:
    policy: series
    prereleases: deny
    require: [sdist, wheel]
    after: testpypi
    publisher:
      owner: octo-org
      repository: mono
      workflow: release.yml
      environment: release
on-unknown: skip-package
"""


def outcome(data: bytes) -> tuple[tuple[Problem, ...], Config | None]:
    try:
        return (), load_config(data, PATH)
    except ConfigurationError as error:
        return error.problems, None


def load(text: str) -> Config:
    return load_config(text.encode(), PATH)


def problems(text: str | bytes) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        load_config(text if isinstance(text, bytes) else text.encode(), PATH)
    return [str(each) for each in caught.value.problems]


def test_a_whole_file_means_what_it_says() -> None:
    config = load(WHOLE)
    core, others, members = config.packages
    assert (core.name, core.path, core.version_file) == ("core", "packages/core", "src/core/_version.py")
    assert (core.tag, core.targets, core.stands_for_many) == ("{name}-v{version}", ("testpypi", "mine"), False)
    assert (others.targets, others.stands_for_many) == (("pypi",), True)
    assert (members.discover, members.path, members.stands_for_many) == (Discovery.UV, ".", True)
    assert config.on_unknown is OnUnknown.SKIP_PACKAGE
    mine = config.targets["mine"]
    assert mine.address is not None
    assert mine.address.project_url("pkg") == "https://index.example/pypi/pkg/json"
    assert mine.address.simple == "https://index.example/files/"
    assert (mine.upload, mine.web) == ("https://index.example/legacy/", "https://index.example")
    assert mine.triggers is not None
    assert [each.event for each in mine.triggers] == ["push", "release", "workflow_dispatch"]
    assert str(mine.triggers[0].branches) == "main, !x"
    assert mine.triggers[1].types == frozenset({"published"})
    assert str(mine.triggers[1].tags_ignore) == "nightly"
    assert (mine.policy, mine.prereleases) == (Policy.SERIES, Prereleases.DENY)
    assert mine.require == frozenset(Distribution)
    assert (mine.after, mine.environment) == ("testpypi", "release")
    assert mine.publisher == Publisher("octo-org", "mono", "release.yml", "release")
    assert str(mine.places["policy"]) == f"{PATH}:26:5"
    assert config.targets["testpypi"].built_in == "testpypi"


@pytest.mark.parametrize("text", ["1.2.3", "5.5.5", "!!str 1.10", "'no'", "1e3"])
def test_a_text_that_only_looks_like_a_number_is_one(text: str) -> None:
    (trigger,) = load(f"targets: {{pypi: {{when: {{push: {{branches: {text}}}}}}}}}").targets["pypi"].triggers or ()
    assert str(trigger.branches) == text.removeprefix("!!str ").strip("'")


def test_a_simple_api_alone_is_an_address_too() -> None:
    target = load(
        "targets: {pypi: {index: {simple: 'https://x.example/s/{name}/', upload: 'https://x.example/'}}}"
    ).targets["pypi"]
    assert target.address is not None
    assert target.address.project_url("a") == "https://x.example/s/a/"


@pytest.mark.parametrize(
    ("text", "holds"),
    [
        (
            "{index: {simple: 'https://x.example/{name}/', upload: 'https://x.example/'}, when: push, local: allow}",
            True,
        ),
        (
            "{index: {simple: 'https://x.example/{name}/', upload: 'https://x.example/'}, when: push, local: deny}",
            False,
        ),
        ("{index: testpypi, when: push, local: deny}", False),
    ],
    ids=["an index of its own", "an index of its own that takes none", "a public index that is said to take none"],
)
def test_local_versions_are_for_indexes_of_ones_own(text: str, holds: bool) -> None:
    assert load(f"targets: {{mine: {text}}}").targets["mine"].local is holds


@pytest.mark.parametrize(
    "when",
    [
        "{repository_dispatch: {types: [anything-at-all]}}",
        "{release: {types: [released, prereleased]}}",
        "{release: {tags: v*, branches: main}}",
        "{schedule: {branches: main}}",
        "{workflow_dispatch: {tags: v*}}",
        "{push: {tags: 'v[0-9]+.*'}}",
    ],
)
def test_what_can_hold_is_a_rule(when: str) -> None:
    assert load(f"targets: {{pypi: {{when: {when}}}}}").targets["pypi"].triggers


def test_a_path_is_put_in_order() -> None:
    (package,) = load("packages: {a: {path: ./packages//core/}}").packages
    assert package.path == "packages/core"


@pytest.mark.parametrize("text", ["", "# only a comment\n", "---\n", "{}\n", "null\n"])
def test_an_empty_file_says_nothing(text: str) -> None:
    assert load(text) == Config(PATH, places={}) or load(text).packages == ()


WHENS = [
    ("push", ["push"], "one event"),
    ("[push, release]", ["push", "release"], "a list of events"),
    ("{push: {tags: v*}}", ["push"], "a mapping"),
    ("{push: , schedule: {}}", ["push", "schedule"], "events without filters"),
]


@pytest.mark.parametrize(("when", "events"), [row[:2] for row in WHENS], ids=[row[2] for row in WHENS])
def test_when_has_the_shapes_of_githubs_on(when: str, events: list[str]) -> None:
    triggers = load(f"targets:\n  pypi:\n    when: {when}\n").targets["pypi"].triggers
    assert triggers is not None
    assert [each.event for each in triggers] == events


WRONG = [
    ("packages: {a: {paht: x}}", "1:16: packages.a.paht: unknown key 'paht'; did you mean 'path'?", "an unknown key"),
    ("pakages: {a: {}}", "1:1: pakages: unknown key 'pakages'; did you mean 'packages'?", "an unknown section"),
    ("packages: {a: {}, a: {}}", "1:19: packages.a: is there already, at line 1", "a key twice"),
    ("packages: {a: {}, A: {}}", "1:19: packages.A: is the same name on an index as a", "a name twice"),
    (
        "packages: [a]",
        "1:11: packages: expected a mapping of names, such as {core: {...}}, found a list",
        "a list of names",
    ),
    ("packages:", "1:10: packages: expected a mapping of names, such as {core: {...}}, found nothing", "no names"),
    ("packages: {-x-: {}}", "packages.-x-: '-x-' is not a project name", "a name that is none"),
    ("packages: {a: 3}", "1:15: packages.a: expected a mapping with keys such as path", "a number for a package"),
    ("packages: {a: {path: ../b}}", "packages.a.path: '../b' must be a folder below", "a path that leads out"),
    ("packages: {a: {path: /b}}", "must be a folder below", "an absolute path"),
    ("packages: {a: {path: [b]}}", "packages.a.path: expected a text such as 'packages/core', found a list", "a list"),
    ("packages: {a: {tag: 'v1'}}", "expected a template with {version} once", "a tag without its version"),
    ("packages: {a: {tag: '{version}-x'}}", "the version must stand at the end", "a tag with a tail"),
    ("packages: {a: {tag: '{nam}{version}'}}", "{name} at most once", "a placeholder that is none"),
    ("packages: {a: {targets: [pipy]}}", "packages.a.targets: unknown target 'pipy'; did you mean 'pypi'?", "a target"),
    ("packages: {a: {targets: []}}", "expected at least one item, found an empty list", "an empty list"),
    ("packages: {a: {targets: {b: c}}}", "packages.a.targets: expected a list, found a mapping", "a mapping"),
    ("packages: {a: {discover: npm}}", "packages.a.discover: unknown value 'npm'", "an unknown tool"),
    ("packages: {1.10: {}}", "1:12: packages.1.10: YAML takes '1.10' for a number; write it in quotes", "a number key"),
    ("packages: {on: {}}", "packages.on: YAML takes 'on' for a boolean; write it in quotes", "a boolean key"),
    ("packages: {? [a] : {}}", "packages: a key must be a text", "a list as a key"),
    ("targets: {pypi: {environment: no}}", "which YAML takes for a boolean; write it in quotes: 'no'", "no"),
    ("targets: {pypi: {environment: 1.10}}", "which YAML takes for a number; write it in quotes: '1.10'", "a number"),
    ("targets: {pypi: {environment: 2026-01-01}}", "which YAML takes for a date", "a date"),
    ("targets: {pypi: {environment: }}", "found '', which YAML takes for nothing", "nothing"),
    (
        "targets: {pypi: {environment: ' '}}",
        "expected a text such as 'pypi', or none for no environment, found ' '",
        "a blank",
    ),
    ('targets: {pypi: {environment: "a\\nb"}}', "expected a text such as 'pypi'", "a line end in a text"),
    ("targets: {pypi: {policy: newest}}", "unknown value 'newest'; did you mean 'newer'?", "a misspelt word"),
    ("targets: {pypi: {prereleases: no}}", "expected one of allow, deny, only, found 'no'", "no for a choice"),
    ("targets: {pypi: {when: tag}}", "targets.pypi.when: unknown value 'tag'", "an event that is none"),
    ("targets: {pypi: {when: {tags: v*}}}", "targets.pypi.when.tags: unknown key 'tags'", "a filter without its event"),
    ("targets: {pypi: {when: {push: {tag: v*}}}}", "unknown key 'tag'; did you mean 'tags'?", "a misspelt filter"),
    ("targets: {pypi: {when: {push: {tags: '?x'}}}}", "cannot stand at the start", "an invalid pattern"),
    ("targets: {pypi: {when: {push: {tags: '!x'}}}}", "no positive pattern", "only negative patterns"),
    ("targets: {pypi: {when: {push: {tags: x, tags-ignore: y}}}}", "cannot stand beside tags", "both filters"),
    ("targets: {pypi: {when: {}}}", "expected one of branch_protection_rule", "no event at all"),
    ("targets: {pypi: {when: {push: {types: published}}}}", "unknown key 'types'", "types of an event without them"),
    (
        "targets: {pypi: {index: {json: 'https://x.example/{name}', simple: 'https://x.example/s?x=/{name}'}}}",
        "ends in",
        "a query",
    ),
    (
        "targets: {pypi: {index: {simple: 'https://u:p@x.example/{name}/'}}}",
        "PUBLISH_GATE_INDEX_<TARGET>_PASSWORD",
        "a secret to read with",
    ),
    ("targets: {pypi: {probe: '-x'}}", "targets.pypi.probe: '-x' is not a project name", "a probe that is not a name"),
    (
        "targets: {pypi: {index: {upload: 'https://u:p@x.example/'}}}",
        "holds credentials",
        "a secret to be shown",
    ),
    ("packages: {a: {path: 'x/[z-a]'}}", "a range that goes down", "a glob that is none"),
    ("packages: {a: {path: 'x/*a*a*a*a*a'}}", "more than 4 stars in one part", "a glob that would take for ever"),
    ("packages: {a: {tag: '{name}:{version}'}}", "no tag of Git can look like", "a tag that Git refuses"),
    ("packages: {a: {tag: '/{version}'}}", "no tag of Git can look like", "a tag that begins with a slash"),
    ("packages: {" + ", ".join(f"p{n}: {{}}" for n in range(10_001)) + "}", "at most 10000 can be decided", "too many"),
    ("targets: {-x-: {index: pypi, when: push}}", "'-x-' is not a name for a target", "a target's name that is none"),
    (
        "targets: {a-b: {index: pypi, when: push}, c: {index: pypi, when: push}, A.B: {index: pypi, when: push}}",
        "targets.A.B: takes its credentials from the same variables as a-b, at line 1",
        "two targets with one variable",
    ),
    ("packages: [core, cli]", "packages: expected a mapping of names, such as {core: {...}}, found a list", "a list"),
    (
        "targets: [pypi]",
        "targets: expected a mapping of names, such as {pypi: {...}}, found a list",
        "a list of targets",
    ),
    ("targets: pypi", "targets: expected a mapping of names, such as {pypi: {...}}, found 'pypi'", "a bare target"),
    ("targets: {mine: {}}", "targets.mine: needs index: testpypi, pypi, or addresses", "a target without an index"),
    ("targets: {mine: {index: pypi}}", "targets.mine: needs when", "a target without events"),
    ("targets: {pypi: {index: pipy}}", "targets.pypi.index: unknown value 'pipy'", "an index that is none"),
    ("targets: {pypi: {index: {web: 'https://x.example'}}}", "needs json or simple", "an index without addresses"),
    ("targets: {pypi: {index: {json: 'http://x.example/{name}'}}}", "http", "plain http to the world"),
    (
        "targets: {pypi: {index: {json: 'https://x.example/'}}}",
        "expected an address that holds {name} once, such as https://HOST/pypi/{name}/json, found 'https://x.example/'",
        "an address without a name",
    ),
    ("targets: {pypi: {index: {simple: 'https://x.example/'}}}", "such as https://x.example/{name}/, found", "a root"),
    ("targets: {pypi: {when: {push: [main]}}}", "targets.pypi.when.push: expected a mapping", "filters as a list"),
    (
        "targets: {pypi: {publisher: {owner: '', repository: r, workflow: w.yml}}}",
        "publisher.owner: expected",
        "no owner",
    ),
    ("targets: {pypi: {index: {simple: 'https://x.example/{name}/x'}}}", "ends in /{name}/", "a simple address"),
    ("targets: {pypi: {index: {upload: 'https://x.example/{name}'}}}", "must not hold {name}", "an upload address"),
    ("targets: {pypi: {after: tespypi}}", "targets.pypi.after: unknown target 'tespypi'", "after nobody"),
    ("targets: {pypi: {after: pypi}}", "no target can come first: pypi after pypi", "after itself"),
    ("targets: {pypi: {after: testpypi}, testpypi: {after: pypi}}", "no target can come first", "a circle"),
    ("targets: {pypi: {require: [wheels]}}", "unknown value 'wheels'; did you mean 'wheel'?", "an unknown kind"),
    ("targets: {pypi: {publisher: {owner: o, repository: r}}}", "targets.pypi.publisher.workflow: is missing", "half"),
    (
        "targets: {pypi: {publisher: {owner: o, repository: r, workflow: .github/workflows/ci.yml}}}",
        (
            "expected the bare name of a workflow file, as the index has it, found '.github/workflows/ci.yml'; "
            "write 'ci.yml'"
        ),
        "the path where the index wants a name",
    ),
    ("on-unknown: ignore", "1:13: on-unknown: unknown value 'ignore'", "an unknown way out"),
    (
        "targets: {mine: {index: {simple: 'https://x.example/{name}/'}, when: push}}",
        "1:25: targets.mine.index.upload: is missing: the address that uploads go to",
        "an index without an address for uploads",
    ),
    (
        "targets: {pypi: {index: {json: 'https://x.example/{name}'}}}",
        "would send this target's files and credentials to its own default",
        "a public target with an index of its own, and no address for uploads",
    ),
    ("targets: {pypi: {environment: ''}}", "or none for no environment, found ''", "an empty environment"),
    ("targets: {pypi: {environment: ~}}", "or none for no environment, found '~', which YAML takes for nothing", "a ~"),
    (
        "targets: {pypi: {environment: 'x-{nam}'}}",
        "unknown placeholder '{nam}' in 'x-{nam}'; known are {name} and {target}",
        "a placeholder of an environment that is none",
    ),
    (
        "targets: {pypi: {publisher: {owner: o, repository: r, workflow: w.yml, environment: 'x-{'}}}",
        "publisher.environment: unknown placeholder '{'",
        "half a placeholder of a publisher",
    ),
    ("targets: {pypi: {local: allow}}", "1:18: targets.pypi.local: pypi never takes a version with a local", "PyPI"),
    ("targets: {x: {index: testpypi, when: push, local: allow}}", "targets.x.local: testpypi never takes", "TestPyPI"),
    (
        (
            f"targets: {{x: {{index: {{simple: 'https://x.example/{{name}}/', upload: '{PYPI.upload}'}}, when: push, "
            "local: allow}}"
        ),
        "targets.x.local: pypi never takes",
        "the address for uploads of PyPI",
    ),
    ("targets: {pypi: {local: 'yes'}}", "targets.pypi.local: unknown value 'yes' (known: deny, allow)", "a yes"),
    (
        "targets: {pypi: {when: {push: {branches: [main, refs/heads/dev]}}}}",
        (
            "when.push.branches[1]: 'refs/heads/dev' can match no ref: patterns match the name of a branch, without "
            "refs/heads/; did you mean 'dev'?"
        ),
        "a full ref as a pattern",
    ),
    (
        "targets: {pypi: {when: {push: {tags: '^v[0-9]+$'}}}}",
        "did you mean 'v[0-9]+'?",
        "anchors of a regular expression",
    ),
    (
        "targets: {pypi: {when: {push: {tags-ignore: refs/tags/x}}}}",
        "did you mean 'x'?",
        "a full ref not to publish from",
    ),
    ("targets: {pypi: {when: {push: {branches: []}}}}", "expected at least one item", "an empty list of branches"),
    ("targets: {pypi: {when: []}}", "targets.pypi.when: expected at least one item", "an empty list of events"),
    ("targets: {pypi: {when: {release: {types: [publish]}}}}", "did you mean 'published'?", "a misspelt activity type"),
    ("targets: {pypi: {when: {issues: {types: published}}}}", "unknown value 'published'", "another event's type"),
    ("targets: {pypi: {when: {status: {types: x}}}}", "unknown key 'types'", "types of an event that has none"),
    ("targets: {pypi: {when: workflow_call}}", "a called workflow sees the event of its caller", "a call"),
    (
        "targets: {pypi: {when: {workflow_call: }}}",
        "pypi.when.workflow_call: a called workflow sees",
        "a call as a key",
    ),
    ("targets: {pypi: {when: pull_request}}", "targets.pypi.when: pull_request never publishes", "a pull request"),
    (
        "targets: {pypi: {when: [push, workflow_run]}}",
        "targets.pypi.when[1]: workflow_run never publishes",
        "in a list",
    ),
    (
        "targets: {pypi: {when: {merge_group: }}}",
        "1:25: targets.pypi.when.merge_group: merge_group never",
        "in a mapping",
    ),
    (
        "targets: {pypi: {when: {release: {branches: main}}}}",
        "when.release: release is always about a tag, and only branches are taken; did you mean tags: 'v*' as well?",
        "a release from a branch",
    ),
    (
        "targets: {pypi: {when: {schedule: {tags-ignore: x}}}}",
        "when.schedule: schedule always runs on the default branch, and only tags are taken",
        "a schedule on a tag",
    ),
    ("- a", "1:1: expected a mapping with keys such as packages", "a list as the file"),
    ("just a text", "expected a mapping", "a text as the file"),
    ("packages: {a: &x {}, b: *x}\ntargets: {<<: {}}", "targets.<<: merge keys are not understood", "a merge key"),
    ("packages: {a: !!python/object:os.system {}}", "the tag", "a tag that makes objects"),
    ("a: [", "is not valid YAML", "a bracket too few"),
    ("\tpackages: {}", "is not valid YAML", "a tab"),
    ("a: b: c", "is not valid YAML", "a colon too many"),
    ("--- {}\n--- {}", "is not valid YAML", "two documents"),
    ("a: *x", "is not valid YAML", "an alias of nothing"),
]


@pytest.mark.parametrize(("text", "says"), [row[:2] for row in WRONG], ids=[row[2] for row in WRONG])
def test_what_is_wrong_is_told_at_its_place(text: str, says: str) -> None:
    found = problems(text)
    assert any(says in each for each in found), found
    assert all(each.startswith(f"{PATH}:") for each in found), "every problem has its line"


def test_all_problems_are_told_at_once_in_their_order() -> None:
    found = problems("on-unknown: x\npackages:\n  a: {tag: x, path: ..}\ntargets:\n  pypi: {policy: x}\n")
    assert [each.split(":")[1] for each in found] == ["1", "3", "3", "5"]


BOMBS = [
    (
        "a: &a [x,x,x,x,x,x,x,x,x]\n"
        + "".join(f"{n}: &{n} [{','.join([f'*{p}'] * 9)}]\n" for p, n in zip("abcdefghi", "bcdefghij", strict=True)),
        "has more than 50,000 values",
        "aliases that explode",
    ),
    ("a: &a [*a]\n", "nested too deeply", "an alias of itself"),
    ("[" * 5000, "nested too deeply", "thousands of brackets"),
    ("a: " + "[" * 30 + "]" * 30, "nested too deeply", "thirty brackets"),
    ("#" * (1024 * 1024 + 1), "is larger than 1024 KiB", "more than a mebibyte"),
]


@pytest.mark.parametrize(("text", "says"), [row[:2] for row in BOMBS], ids=[row[2] for row in BOMBS])
def test_a_file_that_would_explode_is_refused(text: str, says: str) -> None:
    assert any(says in each for each in problems(text))


def test_a_file_that_is_not_utf_8_is_refused_at_its_line() -> None:
    assert problems(b"a: 1\nb: \xff\n") == [f"{PATH}:2: is not UTF-8"]


def test_anchors_are_understood() -> None:
    config = load("packages:\n  a: &p {targets: pypi}\n  b: *p\n")
    assert [each.targets for each in config.packages] == [("pypi",), ("pypi",)]


def test_the_schema_takes_what_the_reader_takes() -> None:
    validator = jsonschema.Draft7Validator(schema())
    validator.check_schema(schema())
    validator.validate(yaml.safe_load(WHOLE))
    for text in ("on-unknown: x", "packages: {a: {paht: x}}", "targets: {pypi: {policy: x}}", "packages: {}"):
        assert not validator.is_valid(yaml.safe_load(text))
        assert problems(text)


WORDS = st.sampled_from(
    [
        "packages",
        "targets",
        "path",
        "when",
        "push",
        "tags",
        "index",
        "json",
        "v*",
        "no",
        "1.10",
        "pypi",
        "~",
        "",
        "<<",
        "on-unknown",
        "after",
        "x",
        "{name}",
    ]
)
TREES = st.recursive(
    WORDS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(WORDS, inner, max_size=3)),
    max_leaves=12,
)


@given(TREES)
def test_any_tree_is_a_plan_or_located_problems(tree: object) -> None:
    problems, config = outcome(json.dumps(tree).encode())
    assert (config is None) is bool(problems)
    assert all(each.place is not None and each.place.line for each in problems)


@given(st.one_of(st.binary(max_size=60), st.text("ab:-{}[]&*!|>'\" \n\t#,?%@`0.", max_size=40).map(str.encode)))
def test_any_bytes_are_a_plan_or_located_problems(data: bytes) -> None:
    problems, config = outcome(data)
    assert (config is None) is bool(problems)
    assert all(each.place is not None for each in problems)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("[sdist, wheel]", {"sdist", "wheel"}, id="a list of kinds"),
        pytest.param("{sdist: true, wheel: ['*-win_amd64']}", {"sdist", "wheel", "wheel *-win_amd64"}, id="a pattern"),
        pytest.param("{sdist: false, wheel: py3-none-any}", {"wheel", "wheel py3-none-any"}, id="a whole tag"),
        pytest.param("{wheel: '*'}", {"wheel"}, id="any wheel"),
        pytest.param("{sdist: true}", {"sdist"}, id="an sdist alone"),
    ],
)
def test_what_is_required(text: str, expected: set[str]) -> None:
    config = load_config(f"targets:\n  pypi:\n    require: {text}\n".encode(), "publish-gate.yml")
    assert {each.value for each in config.targets["pypi"].require} == expected


@pytest.mark.parametrize("text", ["demo-1.0-py3-none-any.whl", "win_amd64", "a b", "{}"])
def test_what_is_no_pattern_of_a_tag(text: str) -> None:
    with pytest.raises(ConfigurationError, match="require"):
        load_config(f"targets:\n  pypi:\n    require: {{wheel: '{text}'}}\n".encode(), "publish-gate.yml")
