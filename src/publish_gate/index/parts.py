"""How an answer shows that it is one part of several: what stands in the others is not known.

The standards for indexes know no parts (PEP 503, 691), but servers and the frameworks they are made with do.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import urljoin

if TYPE_CHECKING:
    from collections.abc import Mapping

ONE_OF_SEVERAL: Final = "answered with one page of several"
"""Completes "ADDRESS …"."""

_NEXT: Final = re.compile(
    r"(?:@?odata\.)?next(?:[-_]?(?:page|url|uri|link|href|cursor|token|page[-_]?token))?|has[-_]?(?:more|next)|"
    r"(?:is[-_]?)?truncated",
    re.IGNORECASE,
)
_PAGES: Final = re.compile(r"(?:total[-_]?)?pages|page[-_]?count", re.IGNORECASE)
_NEXT_LINK: Final = re.compile(r""";\s*rel\s*=\s*["']?(?:[^"',;]*\s)?next\b""", re.IGNORECASE)
# The lists of web servers link to themselves, ordered anew: `?C=N;O=D` (Apache), `?sort=name&order=asc` (Caddy).
_ORDER: Final = re.compile(r"(?:(?:[CO]|sort|order|layout)=\w*(?:[;&]|$))+")


def says_more(table: Mapping[str, object]) -> bool:
    """Tell whether an object of an answer names a next part, or counts more than one."""
    return any(
        (_NEXT.fullmatch(key) and (bool(value) or isinstance(value, dict)))
        or (_PAGES.fullmatch(key) and isinstance(value, int) and not isinstance(value, bool) and value > 1)
        for key, value in table.items()
    )


def links_to_more(header: str) -> bool:
    """Tell whether a ``Link`` header (RFC 8288) names a next part."""
    return _NEXT_LINK.search(header) is not None


def orders_anew(href: str) -> bool:
    """Tell whether a link leads to the same list in another order."""
    return href.startswith("?") and _ORDER.fullmatch(href[1:]) is not None


def leads_to_part(href: str, page: str) -> bool:
    """Tell whether a link leads to another part of the page that it stands on: ``?page=2``."""
    target, question, query = href.partition("#")[0].partition("?")
    if not question or _ORDER.fullmatch(query):
        return False
    try:
        return urljoin(page, target).rstrip("/") == page.rstrip("/")
    except ValueError:
        return False
