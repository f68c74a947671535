"""Which repository on GitHub a text names: `OWNER/NAME`, or the address of a git remote."""

from __future__ import annotations

import re
from typing import Final

from publish_gate.errors import ConfigurationError, Problem
from publish_gate.records import dataclass
from publish_gate.text import one_line

_REPOSITORY: Final = re.compile(r"(?P<owner>[A-Za-z0-9][A-Za-z0-9_-]{0,99})/(?P<name>[A-Za-z0-9_.-]{1,100})")
_REMOTE: Final = re.compile(
    r"(?:(?:https?|git|ssh)://(?:[^/@\s]*@)?(?:(?:www|ssh)\.)?github\.com(?::[0-9]+)?/|(?:[^/@\s]+@)?github\.com:)"
    r"(?P<slug>[^/\s]+/[^/\s]+?)(?:\.git)?/?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository on GitHub."""

    owner: str
    name: str


def repository_name(text: str) -> Repository:
    """Return the repository that ``OWNER/NAME`` names."""
    match = _REPOSITORY.fullmatch(text.strip())
    if match is None or match["name"] in {".", ".."}:
        message = f"{one_line(text.strip(), 100)!r} is not OWNER/NAME, as in octo-org/sampleproject"
        raise ConfigurationError([Problem("repository", message)])
    return Repository(match["owner"], match["name"])


def repository_of_remote(address: str) -> Repository | None:
    """Return the repository on GitHub that the address of a git remote leads to; None where it leads elsewhere."""
    match = _REMOTE.fullmatch(address.strip())
    if match is None:
        return None
    try:
        return repository_name(match["slug"])
    except ConfigurationError:
        return None
