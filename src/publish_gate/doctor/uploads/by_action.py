"""Decides what a step that uses an action uploads, from its inputs."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.actions import (
    ACTIONS,
    NEVER,
    OFF,
    ON,
    PYPA,
    PYPA_NAME,
    SCRIPTS,
    WORKFLOWS,
    Identity,
    KnownAction,
    known_at,
)
from publish_gate.doctor.uploads.model import (
    Auth,
    DetectedUpload,
    How,
    Index,
    index_of_name,
    index_of_url,
    is_address,
    is_local,
    several,
)
from publish_gate.doctor.uploads.sources import repository_path
from publish_gate.doctor.uploads.stores import Stores
from publish_gate.doctor.uploads.values import Environment, Expressions, Text, first_given
from publish_gate.doctor.workflow.blocks import step_of
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from collections.abc import Iterable
    from collections.abc import Mapping as Dictionary

    from publish_gate.doctor.expressions import Value
    from publish_gate.doctor.uploads.sources import Files
    from publish_gate.doctor.workflow.model import Job, Step
    from publish_gate.doctor.workflow.tree import Node

# What is given credentials of an index to read from it.
_ELSEWHERE = frozenset({"setup", "install", "check", "test", "tests", "lint", "docker", "cache", "checkout"})
_DOCKER = "docker://"


class Use(NamedTuple):
    """What a ``uses`` names: the action in lower case without its ref, and the ref."""

    action: str
    version: str
    local: str = ""


class Given(NamedTuple):
    """What an action gets: its inputs (names in lower case), the step's own variables, all of its environment.

    ``inherits`` says that a called workflow gets all secrets that there are. ``event`` and ``ref`` are those of the
    run, empty if they are not known.
    """

    inputs: Environment
    own: Environment
    environment: Environment
    identity: bool
    stores: Stores
    inherits: bool = False
    event: str = ""
    ref: str = ""


def read_use(text: str) -> Use:
    """Read a ``uses``: an action of a repository, a local one (`local` is its path), or a container's image."""
    name = text.strip()
    if name.lower().startswith(_DOCKER):
        image, _, tag = name[len(_DOCKER) :].partition("@" if "@" in name else ":")
        host, _, path = image.lower().partition("/")
        # Whichever registry it is taken from, it is the same action.
        return Use(path if "." in host else image.lower(), tag)
    if name.startswith(("./", "$/")) or name == ".":  # of this repository, in the workspace or at the workflow's commit
        return Use("", "", name[2:].strip("/") or ".")
    action, _, version = name.partition("@")
    return Use(action.strip("/").lower(), version)


_TRUTHS = {"true": Ternary.YES, "false": Ternary.NO}
_TAGS = "refs/tags/"
_TAG_EVENTS = frozenset({"push", "workflow_dispatch", "release", "create"})
_NOT = {Ternary.YES: Ternary.NO, Ternary.NO: Ternary.YES, Ternary.DEPENDS: Ternary.DEPENDS}


def switched_on(inputs: Environment, but: str = "") -> Ternary:
    """Tell whether the inputs by which actions are told to upload, or to do nothing, let them; ``but`` is left out."""
    answer = Ternary.YES
    for name, value in inputs.items():
        if name in OFF:
            answer &= _NOT[_is_true(value)]
        elif name in ON and name != but:
            answer &= _is_true(value)
    return answer


def _is_true(value: Text) -> Ternary:
    """Tell whether an input is on; a text that is none of the two is not for this rule to read."""
    return _agreed(_TRUTHS.get(text.lower(), Ternary.DEPENDS) for text in value.possible)


def _agreed(answers: Iterable[Ternary]) -> Ternary:
    different = set(answers)
    return different.pop() if len(different) == 1 else Ternary.DEPENDS


def _turned_on(known: KnownAction, given: Given) -> Ternary:
    """Tell whether an action's own switch is on: by the input, or by its default."""
    if not known.switch:
        return Ternary.YES
    value = given.inputs.get(known.switch, Text(known.default))
    return _agreed(_turns_on(text, known, given) for text in value.possible)


def _turns_on(text: str, known: KnownAction, given: Given) -> Ternary:
    if not known.by_ref or not text.startswith(_TAGS):
        return Ternary.YES if text.lower() == "true" else Ternary.NO
    if not given.event or not given.ref:
        return Ternary.DEPENDS
    return Ternary.YES if given.event in _TAG_EVENTS and given.ref.startswith(text) else Ternary.NO


def upload_by_action(use: Use, given: Given) -> DetectedUpload | None:
    """Return what an action uploads: a known one by its inputs, an unknown one by what it is handed."""
    known = known_at(ACTIONS.get(use.action), use.version)
    if known is None and use.action.endswith("/" + PYPA_NAME.partition("/")[2]):
        known = PYPA._replace(how=How.OTHER)
    if known is not None:
        return upload_by_known(known, given)
    return upload_by_unknown(use.action or use.local, given)


def upload_by_known(known: KnownAction, given: Given) -> DetectedUpload | None:
    """Return what a known action or workflow uploads with its inputs."""
    inputs = given.inputs
    reached = Ternary.YES
    if known.how is not How.PYPA_ACTION:
        reached = switched_on(inputs, known.switch) & _turned_on(known, given)
    if reached is Ternary.NO:
        return None
    credential = first_given(inputs, known.credentials) or first_given(given.environment, known.secrets)
    if credential is not None and known.skip and credential.text == known.skip:
        credential = None
    if known.needs and credential is None:
        return None
    index, url, alternatives = _index(known, inputs)
    if url is not None and is_local(url.text):
        return None
    trusted = _is_true(inputs[known.trusted]) if known.trusted in inputs else Ternary.NO
    identity = known.identity is Identity.ALWAYS or (known.identity is Identity.GRANTED and given.identity)
    if trusted is Ternary.YES or (credential is None and identity):
        auth = Auth.OIDC
    elif credential is not None:
        auth = Auth.OIDC if given.stores.is_minted(credential) else Auth.TOKEN
    else:
        auth = Auth.UNKNOWN
    return DetectedUpload(
        known.how,
        index,
        auth,
        url=url,
        credential=credential,
        user=first_given(inputs, known.users),
        attestations=_truth(inputs, "attestations"),
        skip_existing=_truth(inputs, "skip-existing", "skip_existing") is True,
        alternatives=alternatives,
        inside=known.inside,
        reached=reached & Ternary.DEPENDS if known.ends else reached,
        mints=credential is None and known.identity is not Identity.NEVER,
    )


def _index(known: KnownAction, inputs: Environment) -> tuple[Index, Text | None, tuple[Index, ...]]:
    url = first_given(inputs, known.urls)
    if url is not None:
        return several(url, index_of_url)
    name = first_given(inputs, known.names)
    if name is not None:
        return several(name, _by_name)
    return known.goes_to, None, ()


def _by_name(text: str) -> Index:
    return index_of_url(text) if is_address(text) else index_of_name(text) or Index.OTHER


def _truth(inputs: Environment, *names: str) -> bool | None:
    value = first_given(inputs, names)
    return value.text.lower() == "true" if value is not None and value.text.lower() in {"true", "false"} else None


def upload_by_unknown(name: str, given: Given, *, called: bool = False) -> DetectedUpload | None:
    """Take an action or workflow nobody knows for an upload: by its name, or by credentials of an index.

    ``called`` says that it is a workflow, which gets everything that it may use as a secret handed over by name.
    """
    reached = switched_on(given.inputs)
    if reached is Ternary.NO:
        return None
    from publish_gate.doctor.uploads.by_name import (
        handed,
        index_of_environment,
        is_token,
        names_test_index,
        says_publish,
        says_publish_to_index,
        words_of,
    )

    last = name.rpartition("/")[2]
    by_name = says_publish_to_index(last) or (not called and says_publish_to_index(name))
    if not by_name and not _ELSEWHERE.isdisjoint(words_of(last)):
        return None
    tokens = handed((key, value) for key, value in given.inputs.items() if is_token(key))
    got = tokens or (handed([*given.inputs.items(), *given.own.items()]) if by_name or says_publish(last) else tokens)
    if not got and not (by_name and (given.identity or given.inherits)):
        return None
    url = first_given(given.inputs, _ADDRESSES)
    if url is not None and is_local(url.text):
        return None
    index = several(url, index_of_url)[0] if url is not None else index_of_environment(given.own)
    if index is None:
        index = Index.TESTPYPI if names_test_index(last) else got.likely_index()
    auth = Auth.TOKEN if got else Auth.OIDC if given.identity else Auth.UNKNOWN
    return DetectedUpload(How.OTHER, index, auth, url=url, credential=got.credential, reached=reached)


# Without one of these neither a name nor a credential speaks of an index.
_HINT = re.compile("pypi|twine|uv_publish|flit|hatch|pdm|maturin|poetry", re.IGNORECASE)


def may_upload(use: Use, *blocks: Mapping) -> bool:
    """Tell whether an action can be one that uploads, before its ``blocks`` of inputs and variables are evaluated."""
    if use.action in NEVER:
        return False
    if use.local or use.action in ACTIONS or use.action in SCRIPTS or _HINT.search(use.action):
        return True
    return any(
        _HINT.search(text)
        for block in blocks
        for entry in block
        for text in (entry.key, entry.value.text if isinstance(entry.value, Scalar) else "")
    )


_ADDRESSES = ("repository-url", "repository_url", "publish-url", "publish_url", "index-url", "pypi-url", "pypi_url")


def given_by_call(job: Job, expressions: Expressions) -> tuple[Environment, Environment]:
    """Return the inputs and the secrets that a calling job hands over, names in lower case."""
    block = job.secrets if isinstance(job.secrets, Mapping) else Mapping((), job.place)
    inputs, secrets = (
        {entry.key.lower(): expressions.text(entry.value) for entry in given if isinstance(entry.value, Scalar)}
        for given in (job.with_, block)
    )
    return inputs, secrets


def upload_by_call(
    job: Job, expressions: Expressions, *, identity: bool, event: str = "", ref: str = ""
) -> DetectedUpload | None:
    """Return what a called workflow uploads that is not there to be read: by its inputs, secrets and name."""
    use = read_use(job.uses.text if job.uses is not None else "")
    inputs, secrets = given_by_call(job, expressions)
    # With `secrets: inherit` the name alone has to tell what they are for.
    inherits = isinstance(job.secrets, Scalar) and job.secrets.text == "inherit"
    given = Given({**inputs, **secrets}, {}, {}, identity, Stores(), inherits, event, ref)
    known = known_at(WORKFLOWS.get(use.action), use.version)
    if known is not None:
        return upload_by_known(known, given)
    return upload_by_unknown((use.local or use.action).rpartition("/")[2], given, called=True)


def happening(contexts: Dictionary[str, Value]) -> tuple[str, str]:
    """Return the event and the ref of a run by its contexts, empty if they are not known."""
    from publish_gate.doctor.expressions import Object

    github = contexts.get("github")
    known = (github.entries.get(name) for name in ("event_name", "ref")) if isinstance(github, Object) else ("", "")
    event, ref = (value if isinstance(value, str) else "" for value in known)
    return event, ref


def wrapped_action(inputs: Environment) -> tuple[Use, Environment] | None:
    """Return the action that another one uses, and its inputs, which that one gets as a text; None if it uses none."""
    from publish_gate.doctor.workflow.tree import parse_yaml

    named, handed = inputs.get("action"), inputs.get("with")
    if named is None or not named.known or not named.given:
        return None
    node = parse_yaml(handed.text.encode(), "")[0] if handed is not None else None
    entries = node if isinstance(node, Mapping) else ()
    source = handed.source if handed is not None else None
    return read_use(named.text), {
        entry.key.lower(): Text(entry.value.text, source) for entry in entries if isinstance(entry.value, Scalar)
    }


_FILES = ("action.yml", "action.yaml")
_MAX_STEPS = 200


class Composite(NamedTuple):
    """A composite action of the repository itself: its file, its steps, and the inputs that it declares."""

    path: str
    steps: tuple[Step, ...]
    declared: Mapping


def read_action(files: Files, folder: str) -> tuple[str, Mapping] | None:
    """Return the path and content of the action in a folder of the repository, None if none can be read."""
    from publish_gate.doctor.workflow.tree import parse_yaml

    for name in _FILES:
        path = name if folder == "." else repository_path(folder, name)
        text = files.text(path)
        if path is not None and text is not None:
            node, _ = parse_yaml(text.encode(), path)
            return (path, node) if isinstance(node, Mapping) else None
    return None


def composite_steps(files: Files, folder: str) -> Composite | None:
    """Return the steps of an action, None if it cannot be read or is not made of steps."""
    found = read_action(files, folder)
    if found is None:
        return None
    path, root = found
    runs, declared = root.get("runs"), root.get("inputs")
    steps = runs.get("steps") if isinstance(runs, Mapping) else None
    if not isinstance(steps, Sequence):
        return None
    nodes = [node for node in _flat(steps)[:_MAX_STEPS] if isinstance(node, Mapping)]
    inner = tuple(step_of(number, node) for number, node in enumerate(nodes))
    return Composite(path, inner, declared if isinstance(declared, Mapping) else Mapping((), root.place))


def _flat(steps: Sequence) -> list[Node]:
    """Return steps, those that run in parallel one after the other."""
    found: list[Node] = []
    for node in steps.items[:_MAX_STEPS]:
        beside = node.get("parallel") if isinstance(node, Mapping) else None
        found += beside.items if isinstance(beside, Sequence) else [node]
    return found
