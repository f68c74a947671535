"""What names and credentials say about publishing, if what they belong to cannot be read."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.arguments import listed
from publish_gate.doctor.uploads.model import Auth, DetectedUpload, How, Index, index_of_name, index_of_url
from publish_gate.doctor.uploads.upload_tools import CREDENTIAL_VARIABLES
from publish_gate.doctor.uploads.values import Text, first_given, secret_names
from publish_gate.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from publish_gate.doctor.uploads.sources import Files
    from publish_gate.doctor.uploads.stores import Stores
    from publish_gate.doctor.uploads.values import Environment
    from publish_gate.doctor.uploads.wrappers import Program

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VERBS = frozenset({"publish", "release", "upload", "deploy", "publishing", "releasing", "uploading"})
_INDEXES = frozenset({"pypi", "testpypi", "twine"})
_OBJECTS = frozenset({"pypi", "testpypi", "wheel", "wheels", "sdist", "dist", "dists", "package", "packages", "python"})
# What is done around publishing, and where to somebody else than an index publishes.
_OTHERS = listed("""
    check verify validate wait test tests lint build prepare prep pre draft notes changelog version bump dry smoke
    docs doc documentation pages site npm crates crate cargo docker image images container conda anaconda github gh
    tag badge wasm homebrew brew nightly snapshot artifact artifacts coverage install download plan""")
_REMAINS = frozenset({"build", "github", "gh", "prepare", "python", "package"})


def words_of(name: str) -> tuple[str, ...]:
    """Cut a name at its signs and capitals: ``publish-toPyPI.yml`` is publish, to, pypi, yml."""
    spelled = re.sub(r"PyPI|PyPi|PYPI", "Pypi", name[:300])
    words = tuple(word.lower() for word in _WORD.findall(spelled))
    return _joined(words)


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """Read ``test`` beside ``pypi`` as the name of the test index."""
    found: list[str] = []
    for word in words:
        if word == "pypi" and found and found[-1] == "test":
            found[-1] = "testpypi"
        else:
            found.append(word)
    return tuple(found)


def says_publish(name: str) -> bool:
    """Tell whether the name of a script or task says that it publishes: its last word, or a verb and what it sends."""
    words = words_of(name)
    if not words or not _OTHERS.isdisjoint(words):
        return False
    return words[-1] in _VERBS | _INDEXES or (words[-1] in _OBJECTS and not _VERBS.isdisjoint(words))


def says_otherwise(name: str) -> bool:
    """Tell whether the name of a task says that it does something else than to publish to an index."""
    return not _OTHERS.isdisjoint(words_of(name))


def says_publish_to_index(name: str) -> bool:
    """Tell whether the name of an action or workflow says that it publishes to a package index."""
    words = words_of(name)
    if _INDEXES.isdisjoint(words) or _VERBS.isdisjoint(words):
        return False
    return (_OTHERS - _REMAINS).isdisjoint(words)


def names_test_index(name: str) -> bool:
    """Tell whether a name, such as that of a secret, is about the test index."""
    words = words_of(name.replace("_", "-").lower())
    return "testpypi" in words or ("pypi" in words and "test" in words)


def names_index(name: str) -> bool:
    """Tell whether a name, such as that of a secret, is about a package index."""
    lowered = name.lower()
    return "pypi" in lowered or "twine" in lowered


class Handed(NamedTuple):
    """Credentials that are handed over, by the name of their variable, input or secret."""

    names: tuple[str, ...] = ()
    credential: Text | None = None

    def __bool__(self) -> bool:
        return bool(self.names)

    def likely_index(self) -> Index:
        """Tell by their names which index they are for; DYNAMIC if they are for both."""
        tests = [names_test_index(name) for name in self.names]
        if tests and all(tests):
            return Index.TESTPYPI
        # A name that only says "token" is about neither.
        plain = [name for name, test in zip(self.names, tests, strict=True) if not test and names_index(name)]
        return Index.DYNAMIC if any(tests) and plain else Index.PYPI


def handed(values: Iterable[tuple[str, Text]], script: str = "") -> Handed:
    """Return the credentials of an index among variables or inputs, and among the secrets a script's text names."""
    names: list[str] = []
    credential: Text | None = None
    for name, value in values:
        secrets = secret_names(value.source.text) if value.source is not None else ()
        telling = [secret for secret in secrets if names_index(secret)]
        known = name in CREDENTIAL_VARIABLES or name.startswith("POETRY_PYPI_TOKEN_")
        if value.given and (telling or known or (secrets and names_index(name))):
            names.extend(telling or [name])
            credential = credential or value
    names.extend(secret for secret in secret_names(script) if names_index(secret))
    return Handed(tuple(names), credential)


_ADDRESSES = ("TWINE_REPOSITORY_URL", "UV_PUBLISH_URL", "FLIT_INDEX_URL", "MATURIN_REPOSITORY_URL")
_NAMES = ("TWINE_REPOSITORY", "UV_PUBLISH_INDEX", "PDM_PUBLISH_REPO", "HATCH_INDEX_REPO", "MATURIN_REPOSITORY")


def index_of_environment(environment: Mapping[str, Text]) -> Index | None:
    """Return the index that the variables of uploading programs name, None if they name none."""
    url = first_given(environment, _ADDRESSES)
    if url is not None:
        return index_of_url(url.text) if url.known else Index.DYNAMIC
    name = first_given(environment, _NAMES)
    if name is None:
        return None
    return (index_of_name(name.text) or Index.OTHER) if name.known else Index.DYNAMIC


class StepContext(NamedTuple):
    """What a step's script finds around itself.

    ``handed`` are the credentials that its environment gives it, ``own`` those of them that the step itself hands
    over; ``named`` says that the job's environment is called like a package index.
    """

    files: Files
    stores: Stores
    identity: bool
    handed: Handed
    own: Handed = Handed()
    named: bool = False


def upload_by_name(name: str, environment: Environment, around: StepContext) -> DetectedUpload | None:
    """Return the upload that a script or task does by its name; None if it says or is handed too little.

    It has to be called like one that publishes, and to be handed a credential of an index, or to run in a job that
    may ask for an identity token, in an environment that is named like an index.
    """
    if not says_publish(name) or not (around.handed or (around.named and around.identity)):
        return None
    return upload_by_credentials(name, environment, around.handed)


def upload_by_credentials(name: str, environment: Environment, got: Handed) -> DetectedUpload:
    """Return the upload of what is not read, to the index that its variables, its name or its credentials tell."""
    index = index_of_environment(environment)
    if index is None:
        index = Index.TESTPYPI if names_test_index(name) else got.likely_index()
    auth = Auth.TOKEN if got else Auth.OIDC
    return DetectedUpload(How.OTHER, index, auth, credential=got.credential)


_RUNNERS = listed("make gmake nmake mingw32-make just tox nox invoke inv poe task")
_ELSEWHERE = frozenset({"-C", "--directory", "-f", "--file", "--makefile", "--justfile", "-c", "--conf", "--noxfile"})
_NAMING = frozenset({"-e", "-s", "--session", "--sessions", "--env"})
_DRY = listed("-n --dry-run --just-print --notest -l --list --listenvs --help -h --version --install-only --summary -d")
_RUN = frozenset({("hatch", "run"), ("hatch", "env", "run"), ("pdm", "run"), ("rye", "run"), ("pixi", "run")})
# They run the project's own programs as well, whose names have to tell.
_RUN_BY_NAME = frozenset({("uv", "run"), ("poetry", "run"), ("pipenv", "run")})
_HARMLESS = listed(
    "echo printf git gh hub curl wget cat grep sed awk test [ [[ pip pip3 python python3 cd mkdir rm cp mv ls npm yarn "
    "pnpm cargo docker aws gcloud keyring set source . export tee jq sh bash"
)


def tasks_of(program: Program) -> list[tuple[str, str]]:
    """Return the tasks that a command starts by a task runner, each with the command as people write it.

    What a task runs is not read: files of a dozen formats say it, and its name tells as much.
    """
    words = [word.text for word in program.arguments]
    last = program.runners[-1] if program.runners else ()
    if last in _RUN or (last in _RUN_BY_NAME and says_publish(program.words[0].text)):
        return [(program.words[0].text, f"{' '.join(last)} {program.words[0].text}")]
    if program.name in {"npm", "pnpm", "yarn", "bun"}:
        return [(word, f"{program.name} run {word}") for word in words[1:2] if words[0] in {"run", "run-script"}]
    if program.name == "pdm":
        return [(word, f"pdm run {word}") for word in words[:1]]
    if program.name not in _RUNNERS or any(word in _DRY for word in words):
        return []
    names: list[str] = []
    for before, word in zip(["", *words], words, strict=False):
        option, _, value = word.partition("=")
        if word == "--":
            break
        if before not in _ELSEWHERE and (not word.startswith("-") or option in _NAMING):
            names += (value if option in _NAMING else word if not value else "").split(",")
    for variable in ("TOXENV", "NOXSESSION"):
        if program.name == variable[:3].lower() and not names and variable in program.environment:
            names += program.environment[variable].text.split(",")
    return [(name.partition("(")[0], f"{program.name} {name}") for name in names if name]


def upload_by_option(program: Program, environment: Environment) -> DetectedUpload | None:
    """Return the upload of a program that is handed a credential of an index: ``--pypi-token=…``, ``-e PYPI_TOKEN``."""
    words = [word.text for word in program.arguments]
    for number, word in enumerate(words):
        option, _, value = word.partition("=")
        if option in {"-e", "--env"} and program.name in {"docker", "podman"}:
            name = (value or "".join(words[number + 1 : number + 2])).partition("=")[0]
            found = environment.get(name)
            if (found is not None and not found.given) or not (name in CREDENTIAL_VARIABLES or is_token(name)):
                continue
            credential = found
        elif option.startswith("--") and is_token(option) and _TOKEN.search(option) is not None:
            credential = program.arguments[number]
        else:
            continue
        publishes = any(says_publish(word) for word in words if not word.startswith("-"))
        likely = Handed((option if option.startswith("--") else word,), credential)
        found_upload = upload_by_credentials(option, environment, likely)
        return replace(found_upload, reached=Ternary.YES if publishes else Ternary.DEPENDS)
    return None


def upload_by_words(program: Program, around: StepContext) -> DetectedUpload | None:
    """Return the upload of a program nobody knows, whose words say it and whose step is handed a credential."""
    options = {word.text for word in program.arguments if word.text.startswith("-")}
    words = [word.text for word in program.words if not word.text.startswith("-")]
    known = program.name in _HARMLESS | _RUNNERS or not options.isdisjoint(_DRY | {"--noop"})
    if not around.own or known or not any(map(says_publish, words)):
        return None
    return replace(upload_by_credentials(words[0], program.environment, around.own), reached=Ternary.DEPENDS)


_TOKEN = re.compile(r"token|password|passwd|secret|api-?key|auth", re.IGNORECASE)


def is_token(name: str) -> bool:
    """Tell whether the name of a secret or input says that it is for uploading, not a user's name or an address."""
    return names_index(name) and not name.lower().endswith(("user", "username", "url", "host", "mirror", "read"))
