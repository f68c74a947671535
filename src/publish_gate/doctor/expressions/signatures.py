"""The functions of GitHub's expressions: how they are called and how many arguments they take."""

from __future__ import annotations

from typing import Final, NamedTuple

ANY_NUMBER: Final = 255
"""GitHub counts arguments in a byte."""


class Signature(NamedTuple):
    """How a function is written, and the least and the largest number of its arguments."""

    name: str
    least: int
    most: int


# Source: the runner's ExpressionConstants, and for what only workflows know the `if` contexts of GitHub's schema.
# success() and failure() of a job may name the jobs that they ask about.
_SIGNATURES = (
    Signature("case", 3, ANY_NUMBER),
    Signature("contains", 2, 2),
    Signature("endsWith", 2, 2),
    Signature("format", 1, ANY_NUMBER),
    Signature("fromJSON", 1, 1),
    Signature("join", 1, 2),
    Signature("startsWith", 2, 2),
    Signature("toJSON", 1, 1),
    Signature("hashFiles", 1, ANY_NUMBER),
    Signature("always", 0, 0),
    Signature("cancelled", 0, 0),
    Signature("failure", 0, ANY_NUMBER),
    Signature("success", 0, ANY_NUMBER),
)
SIGNATURES: Final = {signature.name.lower(): signature for signature in _SIGNATURES}
STATUS_FUNCTIONS: Final = frozenset({"always", "cancelled", "failure", "success"})
TRUTH_FUNCTIONS: Final = STATUS_FUNCTIONS | {"contains", "endswith", "startswith"}
"""Those that answer true or false and nothing else."""


def fault(name: str, count: int) -> str | None:
    """Say why a function cannot be called with ``count`` arguments, None where it can."""
    signature = SIGNATURES.get(name.lower())
    if signature is None:
        return f"there is no function {name!r}"
    if count < signature.least:
        return f"{signature.name}() takes at least {signature.least} arguments, not {count}"
    if count > signature.most:
        return f"{signature.name}() takes at most {signature.most} arguments, not {count}"
    if signature.name == "case" and count % 2 == 0:
        return f"case() takes pairs of condition and value, and a value for the rest: {count} arguments are none"
    return None
