"""What exactly keeps a token and a registered publisher apart, and what to change."""

from __future__ import annotations

import enum
import unicodedata
from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.trusted_publishing.claims import Claims
    from publish_gate.doctor.trusted_publishing.publishers import Publisher, Registry

# Letters of other alphabets, and signs, that look like a character of file and environment names.
_LOOKS_LIKE: Final = str.maketrans(
    {
        "\u0430": "a",
        "\u0435": "e",
        "\u043e": "o",
        "\u0440": "p",
        "\u0441": "c",
        "\u0443": "y",
        "\u0445": "x",
        "\u0455": "s",
        "\u0456": "i",
        "\u0458": "j",
        "\u04bb": "h",
        "\u0501": "d",
        "\u0410": "A",
        "\u0412": "B",
        "\u0415": "E",
        "\u041a": "K",
        "\u041c": "M",
        "\u041d": "H",
        "\u041e": "O",
        "\u0420": "P",
        "\u0421": "C",
        "\u0422": "T",
        "\u0425": "X",
        "\u03bf": "o",
        "\u03bd": "v",
        "\u03b1": "a",
        "\u0131": "i",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2212": "-",
        "\u2024": ".",
        "\u3002": ".",
        "\u2044": "/",
        "\u2215": "/",
    }
)
_LONGEST: Final = 300
_SIMILAR: Final = 0.6


def visible(text: str) -> str:
    """Return a text without what nobody sees in it: spaces of all kinds, zero-width and control characters."""
    return "".join(each for each in text if not _is_invisible(each))


def folded(text: str) -> str:
    """Return a text with its look-alikes written in the letters that they look like."""
    return unicodedata.normalize("NFKC", visible(text)).translate(_LOOKS_LIKE)


def odd_characters(text: str) -> tuple[str, ...]:
    """Name the characters of a text that are not seen, or that are taken for others, in their order."""
    odd = [each for each in text if _is_invisible(each) or (not each.isascii() and folded(each).isascii())]
    return tuple(dict.fromkeys(f"{_character_name(character)} (U+{ord(character):04X})" for character in odd))


def similarity(one: str, other: str) -> float:
    """Return how near two texts are, from 0 to 1; only their first 300 characters count."""
    from difflib import SequenceMatcher

    return SequenceMatcher(None, one[:_LONGEST].lower(), other[:_LONGEST].lower(), autojunk=False).ratio()


def is_similar(one: str, other: str) -> bool:
    """Whether one text may be a new spelling of the other."""
    return similarity(one, other) >= _SIMILAR


def _is_invisible(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in {"Cf", "Cc", "Zs", "Zl", "Zp"}


def _character_name(character: str) -> str:
    if character == "\t":
        return "tab"
    return unicodedata.name(character, "control character").lower()


_ENDINGS: Final = (".yml", ".yaml")
_HOST: Final = "github.com/"


class Field(enum.Enum):
    """The parts of a publisher that a token is held against."""

    OWNER = "owner"
    OWNER_ID = "owner id"
    REPOSITORY = "repository"
    WORKFLOW = "workflow"
    ENVIRONMENT = "environment"


class Kind(enum.Enum):
    """How the registered value is not the claimed one."""

    OTHER = "other"
    CASE = "case"
    EXTENSION = "extension"
    WHITESPACE = "whitespace"
    LOOK_ALIKE = "look-alike"
    PATH_GIVEN = "path-given"
    URL_GIVEN = "url-given"
    OWNER_AND_NAME_GIVEN = "owner-and-name-given"
    RENAMED = "renamed"
    MISSING = "missing"
    OWNER_ID = "owner-id"
    CAPITALS = "capitals"
    CALLED_WORKFLOW = "called-workflow"
    CALLED_ELSEWHERE = "called-elsewhere"
    CALLED_AT_OTHER_REF = "called-at-other-ref"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that does not match: ``claimed`` by the token (empty where it has nothing), ``registered``."""

    field: Field
    claimed: str
    registered: str
    kind: Kind
    advice: str


class Near(NamedTuple):
    """A publisher with what keeps the token from it; ``pending`` says that its project does not exist yet."""

    publisher: Publisher
    differences: tuple[Difference, ...]
    pending: bool = False


def differences(claims: Claims, publisher: Publisher) -> tuple[Difference, ...]:
    """Return what keeps a token from a publisher, as far as it is known; empty where nothing known does.

    A publisher for any environment takes a token from any, so an environment that only the job has is none.
    """
    return tuple(_differences(claims, publisher))


def nearest(claims: Claims, registry: Registry) -> tuple[Near, ...]:
    """Return all publishers, the nearest to the token first: the fewest and the smallest differences."""
    found = [Near(each, differences(claims, each)) for each in registry.publishers]
    found += [Near(each, differences(claims, each), pending=True) for each in registry.pending]
    return tuple(sorted(found, key=lambda near: (sum(map(_weight, near.differences)), near.pending)))


# Another repository is another thing altogether; a slip is what one would correct first.
_SLIPS: Final = frozenset({Kind.CASE, Kind.EXTENSION, Kind.WHITESPACE, Kind.LOOK_ALIKE, Kind.CAPITALS})
_WEIGHTS: Final = {
    Field.OWNER: 8.0,
    Field.OWNER_ID: 3.0,
    Field.REPOSITORY: 8.0,
    Field.WORKFLOW: 4.0,
    Field.ENVIRONMENT: 2.0,
}


def _weight(difference: Difference) -> float:
    weight = _WEIGHTS[difference.field]
    if difference.kind in _SLIPS:
        return weight / 8
    if difference.kind not in {Kind.OTHER, Kind.RENAMED}:
        return weight / 2
    return weight * (2 - similarity(difference.claimed, difference.registered)) / 2


def _differences(claims: Claims, publisher: Publisher) -> Iterator[Difference]:
    owner, name = claims.owner, claims.repository_name
    if owner is not None and owner != publisher.owner:
        yield _name(Field.OWNER, owner, publisher.owner, claims)
    owner_id = claims.get("repository_owner_id")
    if None not in {owner_id, publisher.owner_id} and owner_id != publisher.owner_id:
        yield _owner_id(owner_id or "", publisher)
    if name is not None and name != publisher.repository:
        yield _name(Field.REPOSITORY, name, publisher.repository, claims)
    called = _called(claims, publisher)
    file = claims.workflow_file
    if called is not None:
        yield called
    elif file is not None and publisher.workflow is not None and file != publisher.workflow:
        yield _workflow(file, publisher.workflow)
    if publisher.environment:
        environment = _environment(claims, publisher.environment)
        if environment is not None:
            yield environment


def _spelled(claimed: str, registered: str) -> Kind | None:
    """Say whether the two are one text but for how it is spelled."""
    if visible(claimed) == visible(registered):
        return Kind.WHITESPACE
    if folded(claimed) == folded(registered):
        return Kind.LOOK_ALIKE
    if folded(claimed).casefold() == folded(registered).casefold():
        return Kind.CASE
    return None


def _spelling_advice(field: Field, kind: Kind, claimed: str, registered: str) -> str:
    if kind is Kind.CASE:
        return f"the index compares upper and lower case: register the {field.value} as {claimed!r}, not {registered!r}"
    where, odd = "registered", odd_characters(registered)
    if not odd:
        where, odd = "claimed", odd_characters(claimed)
    what = "characters that are not seen" if kind is Kind.WHITESPACE else "characters that look like others"
    return f"the {where} {field.value} holds {what}: {', '.join(odd)}; register exactly {claimed!r}"


def _name(field: Field, claimed: str, registered: str, claims: Claims) -> Difference:
    """Compare an owner or the name of a repository."""
    kind, advice = Kind.OTHER, f"register the {field.value} {claimed!r}, or publish from {registered!r}"
    spelled = _spelled(claimed, registered)
    if spelled is not None:
        kind, advice = spelled, _spelling_advice(field, spelled, claimed, registered)
    elif "://" in registered or _HOST in registered.lower() or registered.endswith(".git"):
        kind, advice = Kind.URL_GIVEN, f"the field takes the bare {field.value}, no address: {claimed!r}"
    elif "/" in registered:
        kind = Kind.OWNER_AND_NAME_GIVEN
        advice = f"owner and repository are two fields of the form: {claims.owner!r} and {claims.repository_name!r}"
    elif is_similar(claimed, registered):
        kind = Kind.RENAMED
        advice = f"if {registered!r} was renamed to {claimed!r}, add a publisher with the new {field.value}"
    return Difference(field, claimed, registered, kind, advice)


def _owner_id(claimed: str, publisher: Publisher) -> Difference:
    registered = publisher.owner_id or ""
    advice = (
        f"the account {publisher.owner!r} that was registered had another id: it was deleted and made anew, or the "
        "name went to somebody else; remove the publisher and add it again"
    )
    return Difference(Field.OWNER_ID, claimed, registered, Kind.OWNER_ID, advice)


def _workflow(claimed: str, registered: str) -> Difference:
    """Compare file names."""
    kind, advice = Kind.OTHER, f"register the workflow {claimed!r}, or publish from {registered!r}"
    spelled = _spelled(claimed, registered)
    base = visible(registered).rstrip("/").rpartition("/")[2].partition("@")[0]
    if spelled is not None:
        kind, advice = spelled, _spelling_advice(Field.WORKFLOW, spelled, claimed, registered)
    elif "/" in registered or "\\" in registered:
        kind = Kind.PATH_GIVEN
        same = "" if base == claimed else f" (and {base!r} is another file)"
        advice = f"the form takes the bare file name: {claimed!r}, not {registered!r}{same}"
    elif _stem(claimed) == _stem(registered):
        kind, advice = Kind.EXTENSION, f"the file ends otherwise: register {claimed!r}, not {registered!r}"
    elif is_similar(_stem(claimed), _stem(registered)):
        kind = Kind.RENAMED
        advice = f"if {registered!r} was renamed to {claimed!r}, register the new name, or rename the file back"
    return Difference(Field.WORKFLOW, claimed, registered, kind, advice)


def _stem(file: str) -> str:
    for ending in _ENDINGS:
        if file.endswith(ending):
            return file[: -len(ending)]
    return file


def _called(claims: Claims, publisher: Publisher) -> Difference | None:
    """Say what keeps a called workflow from its publisher: the index looks up the called file in the caller's place."""
    job, started = claims.job_workflow, claims.started_workflow
    repository = claims.get("repository")
    if job is None:
        return None
    registered = publisher.workflow or ""
    if repository is not None and job.repository != repository:
        advice = (
            f"the upload runs in a workflow of {job.repository}, which no publisher of {repository} can name: "
            f"move the uploading job into a workflow of {repository}"
        )
        return Difference(Field.WORKFLOW, f"{job.repository}: {job.file}", registered, Kind.CALLED_ELSEWHERE, advice)
    refs = {claims.get("ref"), claims.get("sha")}
    if None not in refs and job.ref not in refs:
        advice = (
            f"the called workflow is taken from {job.ref!r}, the run is for {claims.ref!r}: call it as "
            f"./.github/workflows/{job.file}, so that both are the same commit"
        )
        return Difference(Field.WORKFLOW, f"{job.file}@{job.ref}", registered, Kind.CALLED_AT_OTHER_REF, advice)
    if started is not None and started.file != job.file and started.file == publisher.workflow:
        advice = (
            f"{started.file!r} calls {job.file!r}, and the index looks for the called one: move the uploading job "
            f"into {started.file!r} (attestations need that as well), or register {job.file!r} and switch "
            "attestations off"
        )
        return Difference(Field.WORKFLOW, job.file, registered, Kind.CALLED_WORKFLOW, advice)
    return None


def _environment(claims: Claims, registered: str) -> Difference | None:
    """Compare environments: the claim is lower-cased, the registered name is compared as it is stored."""
    claimed = claims.environment
    if claims.has_no_environment:
        advice = f"add `environment: {registered}` to the job that uploads, or register no environment"
        return Difference(Field.ENVIRONMENT, "", registered, Kind.MISSING, advice)
    if claimed is None or claimed.lower() == registered:
        return None
    spelled = _spelled(claimed.lower(), registered)
    if spelled is Kind.CASE:
        advice = (
            f"{registered!r} was stored with capitals, which a token never has there: remove the publisher and add "
            f"it again with {registered.lower()!r}"
        )
        return Difference(Field.ENVIRONMENT, claimed, registered, Kind.CAPITALS, advice)
    if spelled is not None:
        advice = _spelling_advice(Field.ENVIRONMENT, spelled, claimed, registered)
        return Difference(Field.ENVIRONMENT, claimed, registered, spelled, advice)
    renamed = is_similar(claimed, registered)
    advice = f"let the job use the environment {registered!r}, or register {claimed.lower()!r}"
    return Difference(Field.ENVIRONMENT, claimed, registered, Kind.RENAMED if renamed else Kind.OTHER, advice)
