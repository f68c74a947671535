"""What proves that an index does not have a project, by the kind of its address: everything else is unknown."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet


class Kind(enum.Enum):
    """The kinds of address, in the words of the documentation."""

    PUBLIC = "a public index"
    SIMPLE = "the address pip is given (`…/simple/`), or that with `{name}/`"
    OTHER = "any other address: a base, or a JSON address with `{name}`"


class Witness(enum.Enum):
    """What was seen, in the words of the documentation."""

    MISSING = "a 404 at the project's own address"
    JSON_NOT_FOUND = 'the JSON API\'s own 404 (`{"message": "Not Found"}`)'
    NOT_LISTED = "the whole list of projects, without this one"
    LIST_NAMED = "that list says what it is"
    LIST_EMPTY = "that list is empty"
    LISTED_PAGE = "a project of that list has its page there"
    PROBE = "the project that `probe` names is there, and a name that cannot exist answers as this one does"


_LISTED: Final = frozenset({Witness.MISSING, Witness.NOT_LISTED})
_BY_PAGE: Final = _LISTED | {Witness.LISTED_PAGE}
_BY_PROBE: Final = frozenset({Witness.MISSING, Witness.PROBE})

PROOFS: Final[Mapping[Kind, tuple[frozenset[Witness], ...]]] = {
    # The two interfaces of one index agree.
    Kind.PUBLIC: (frozenset({Witness.MISSING, Witness.JSON_NOT_FOUND}),),
    # The user says that a list stands there, and there it is.
    Kind.SIMPLE: (_LISTED | {Witness.LIST_NAMED}, _BY_PAGE, _BY_PROBE),
    # Gateways and web frameworks answer with that very 404, and web servers with lists of folders: both have to
    # come together, or the list has to lead to a project.
    Kind.OTHER: (
        _LISTED | {Witness.LIST_NAMED, Witness.JSON_NOT_FOUND},
        _LISTED | {Witness.LIST_NAMED, Witness.LIST_EMPTY},
        _BY_PAGE,
        _BY_PROBE,
    ),
}
"""For each kind of address the sets of witnesses that prove absence, each by itself."""


def proven(kind: Kind, seen: AbstractSet[Witness]) -> bool:
    """Tell whether what was seen proves that the project is not there."""
    return any(proof <= seen for proof in PROOFS[kind])


def lacks_only(kind: Kind, seen: AbstractSet[Witness], witness: Witness) -> bool:
    """Tell whether one more witness would be the proof."""
    return not proven(kind, seen) and proven(kind, {*seen, witness})


def table() -> str:
    """Return the rule as the documentation's table; what every proof needs stands in its head."""
    lines = [f"| address | besides {Witness.MISSING.value} |", "|---|---|"]
    for kind, proofs in PROOFS.items():
        more = [proof - {Witness.MISSING} for proof in proofs]
        words = (" + ".join(witness.value for witness in Witness if witness in proof) for proof in more)
        lines.append(f"| {kind.value} | {'<br>or '.join(words)} |")
    return "\n".join(lines)
