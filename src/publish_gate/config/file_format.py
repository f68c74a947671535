"""What stands in `.github/publish-gate.yml`: every key, once, with its meaning."""

from __future__ import annotations

import re

from publish_gate.config.globs import check_glob
from publish_gate.config.spec import Check, Either, Fields, Named, Table, Text, Texts
from publish_gate.errors import Problem
from publish_gate.events import EVENTS, FREE_TYPES, activity_types
from publish_gate.gate.patterns import PatternError, compile_pattern, compile_patterns
from publish_gate.gate.rules import Distribution, Policy, Prereleases
from publish_gate.gate.tag_templates import check_template
from publish_gate.index.addresses import IndexAddress
from publish_gate.names import is_project_name
from publish_gate.settings import NO_ENVIRONMENT, check_environment
from publish_gate.slips import event_slip, pattern_slip
from publish_gate.targets import BUILT_IN

DISCOVERIES = ("uv", "hatch", "poetry")
ON_UNKNOWN = ("fail", "skip-package")
_LONGEST_TARGET = 64


def _project_name(text: str) -> str:
    if is_project_name(text):
        return ""
    return f"{text!r} is not a project name: letters, digits, '.', '-' and '_', a letter or digit at both ends"


def _target_name(text: str) -> str:
    if is_project_name(text) and len(text) <= _LONGEST_TARGET:
        return ""
    return f"{text[:_LONGEST_TARGET]!r} is not a name for a target: letters, digits, '.', '-' and '_', up to 64"


def _folder(text: str) -> str:
    parts = text.replace("\\", "/").split("/")
    if text.startswith(("/", "\\")) or ":" in parts[0] or ".." in parts:
        return f"{text!r} must be a folder below the root of the checkout"
    return check_glob(text)


def _pattern(key: str) -> Check:
    def check(text: str) -> str:
        slip = pattern_slip(text, key)
        if slip:
            return slip
        try:
            compile_pattern(text)
        except PatternError as error:
            return str(error)
        return ""

    return check


def _patterns(texts: list[str]) -> str:
    try:
        compile_patterns(texts)
    except PatternError as error:
        return str(error)
    return ""


def _wheel_tag(text: str) -> str:
    if text.endswith(".whl") or not re.fullmatch(r"[A-Za-z0-9_.*?\[\]!-]+", text):
        return f"{text!r} is not a pattern of a wheel's tag, such as *-manylinux_*_x86_64 or py3-none-any"
    if "*" not in text and text.count("-") != 2:  # noqa: PLR2004 - PYTHON-ABI-PLATFORM
        return f"{text!r} has to be PYTHON-ABI-PLATFORM, such as py3-none-any, with `*` for what may be anything"
    return ""


def _address(text: str) -> str:
    try:
        IndexAddress.parse(text)
    except ValueError as error:
        return str(error)
    return ""


def _template(text: str, example: str = "https://HOST/pypi/{name}/json") -> str:
    wrong = _address(text)
    if wrong or "{name}" in text:
        return wrong
    return f"expected an address that holds {{name}} once, such as {example}, found {text!r}"


def _simple_template(text: str) -> str:
    wrong = _template(text, f"{text.rstrip('/')}/{{name}}/")
    if wrong:
        return wrong
    try:
        IndexAddress.parse("https://index.invalid/{name}").with_simple(IndexAddress.parse(text))
    except ValueError as error:
        return f"{error}, found {text!r}"
    return ""


def _web_address(text: str) -> str:
    return _address(text) or ("must not hold {name}" if "{" in text else "")


def _workflow(text: str) -> str:
    if "/" not in text and text.endswith((".yml", ".yaml")):
        return ""
    bare = text.rpartition("/")[2]
    hint = f"; write {bare!r}" if bare.endswith((".yml", ".yaml")) else ""
    return f"expected the bare name of a workflow file, as the index has it, found {text!r}{hint}"


def _filters(table: Table) -> list[Problem]:
    return [
        Problem(
            f"{table.key}.{name}-ignore",
            f"cannot stand beside {name}; use patterns with '!'",
            table.places[f"{name}-ignore"],
        )
        for name in ("branches", "tags")
        if name in table.places and f"{name}-ignore" in table.places
    ]


def _names(key: str, about: str, example: str) -> Texts:
    return Texts(about, Text("A filter pattern as in GitHub's `on:`.", check=_pattern(key), example=example), _patterns)


_FILTERS = {
    "branches": _names("branches", "Branches to publish from.", "main"),
    "branches-ignore": _names("branches-ignore", "Branches not to publish from.", "wip/**"),
    "tags": _names("tags", "Tags to publish from.", "v*"),
    "tags-ignore": _names("tags-ignore", "Tags not to publish from.", "nightly"),
}


def _event(name: str) -> Fields:
    """Return what may stand below an event: filters, and its own activity types where it has any."""
    types = activity_types(name)
    known = types or name in FREE_TYPES
    kind = Text("An activity type.", choices=types, example="released")
    return Fields(
        "Filters of this event, in the meaning of GitHub's `on:`. With only one kind of filter, the other never "
        "triggers.",
        {**_FILTERS, "types": Texts("Activity types of the event.", kind)} if known else _FILTERS,
        check=_filters,
    )


_EVENTS = {name: _event(name) for name in sorted(EVENTS)}
_WHEN = Either(
    "The events to publish on: a name, a list of names, or a mapping with filters, as in GitHub's `on:`.",
    Texts("Events without filters.", Text("An event.", choices=tuple(sorted(EVENTS)), check=event_slip)),
    Fields("Events with their filters.", _EVENTS, optional=False, least=1, check_key=event_slip),
)
_INDEX = Either(
    "The index: the name of a public one, or addresses.",
    Text("A public index.", choices=tuple(BUILT_IN)),
    Fields(
        "Where the index answers and takes uploads.",
        {
            "json": Text(
                "Address of its JSON API, with {name}.", check=_template, example="https://HOST/pypi/{name}/json"
            ),
            "simple": Text(
                "Address of its Simple API, with {name}.", check=_simple_template, example="https://HOST/simple/{name}/"
            ),
            "upload": Text(
                "Address that uploads go to.",
                check=_web_address,
                example="https://HOST/legacy/",
            ),
            "web": Text("Base address of its pages.", check=_web_address, example="https://HOST"),
        },
        check=lambda table: (
            []
            if {"json", "simple"} & set(table.places)
            else [Problem(table.key, "needs json or simple: an address to read from", table.place)]
        ),
        required={
            "upload": "the address that uploads go to; without one the publishing action would send this target's "
            "files and credentials to its own default, the public index"
        },
        optional=False,
    ),
)
_PLACES = "{name} stands for the package's name, {target} for the target's"
_PUBLISHER = Fields(
    "The trusted publisher as it is registered on the index.",
    {
        "owner": Text("Owner of the repository.", example="octo-org"),
        "repository": Text("Name of the repository.", example="sampleproject"),
        "workflow": Text("File name of the workflow, without its folder.", check=_workflow, example="release.yml"),
        "environment": Text(
            f"Environment, where the publisher names one; {_PLACES}.",
            check=check_environment,
            example="pypi",
            nothing=f"{NO_ENVIRONMENT} for no environment",
        ),
    },
    required=("owner", "repository", "workflow"),
    optional=False,
)
_TARGET = Fields(
    "One place to publish to. A target named testpypi or pypi begins with the rules of that one.",
    {
        "index": _INDEX,
        "probe": Text(
            "A project that is on this index. Where nothing else proves that a package is not there, its answer is "
            "compared with this one's.",
            check=_project_name,
            example="sampleproject",
        ),
        "environment": Text(
            f"Environment that the publishing job must declare, or {NO_ENVIRONMENT}; {_PLACES}.",
            check=check_environment,
            example="pypi",
            nothing=f"{NO_ENVIRONMENT} for no environment",
        ),
        "when": _WHEN,
        "policy": Text("Which versions count as ahead.", choices=tuple(each.value for each in Policy)),
        "prereleases": Text("Whether pre-releases are published.", choices=tuple(each.value for each in Prereleases)),
        "require": Either(
            "What makes a release complete: kinds of distributions, or for what the wheels have to be.",
            Texts(
                "Kinds of distributions.",
                Text("A kind of distribution.", choices=tuple(each.value for each in Distribution)),
            ),
            Fields(
                "Kinds of distributions, with patterns of the wheels' tags.",
                {
                    "sdist": Text("Whether an sdist is required.", choices=("true", "false")),
                    "wheel": Texts(
                        "Patterns, each of which the tag of a wheel must match; `*` stands for anything.",
                        Text("A pattern of a wheel's tag.", check=_wheel_tag, example="*-manylinux_*_x86_64"),
                    ),
                },
                optional=False,
                least=1,
            ),
        ),
        "local": Text(
            "Whether versions with a local segment (1.0+g1234) are published; the public indexes take none.",
            choices=("deny", "allow"),
        ),
        "after": Text(
            "The target that must have the same version, complete, before.", check=_target_name, example="testpypi"
        ),
        "publisher": _PUBLISHER,
    },
)
_PACKAGE = Fields(
    "One package, or with a glob or `discover` all packages of a folder.",
    {
        "path": Text(
            "Its folder, below the root of the checkout; a glob stands for many.",
            check=_folder,
            example="packages/core",
        ),
        "discover": Text(
            "Take the members of the workspace that pyproject.toml of `path` declares.", choices=DISCOVERIES
        ),
        "version-file": Text("File to read the version from, below `path`.", example="src/core/_version.py"),
        "tag": Text("How its tags are written.", check=check_template, example="{name}-v{version}"),
        "targets": Texts(
            "The targets it is published to.", Text("The name of a target.", check=_target_name, example="pypi")
        ),
    },
)
FILE = Fields(
    "What a repository publishes, and where.",
    {
        "packages": Named("The packages by name.", _PACKAGE, _project_name, "core"),
        "targets": Named("The targets by name.", _TARGET, _target_name, "pypi"),
        "on-unknown": Text("What a package does to the run when nothing can be decided for it.", choices=ON_UNKNOWN),
    },
)


# Where editors and SchemaStore get it; main always has it.
SCHEMA_ID = "https://raw.githubusercontent.com/publish-gate/publish-gate/main/schema/publish-gate.schema.json"


def schema() -> dict[str, object]:
    """Return the format as JSON Schema (draft-07)."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA_ID,
        "title": "Publish Gate",
        **FILE.schema(),
    }
