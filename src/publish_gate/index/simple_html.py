"""Reads the HTML form of the Simple API (PEP 503, 592 and 629): project pages and the root."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

from publish_gate.index.files import FileNames, kind_of, looks_like_distribution
from publish_gate.index.listing import Listing
from publish_gate.index.payload import (
    PageError,
    bounded,
    check_api_version,
    hidden_version,
    html_text,
    project_status,
    wrong_project,
)
from publish_gate.index.releases import ReleaseTable
from publish_gate.index.state import Api, Published, UnknownCause
from publish_gate.names import normalize_name
from publish_gate.records import dataclass, field

if TYPE_CHECKING:
    from publish_gate.index.exchange import Answer

# "Links for demo", and devpi's "alice/dev: links for demo".
_LINKS_FOR: Final = re.compile(r"(?:.*:\s+)?links for\s+(\S+)", re.IGNORECASE)
# "Simple index", and devpi's "alice/dev: simple list (including inherited indices)".
_ROOT_TITLE: Final = re.compile(r"(?:.*:\s+)?simple (?:index|list)(?:\s+\(.*\))?", re.IGNORECASE)
_PARENT: Final = frozenset({"..", "../", ".", "./", "/"})
_ELLIPSIS: Final = ("..>", "...", "…")


@dataclass(slots=True)
class Anchor:
    """A link: where it leads, the text that is shown, and whether it carries ``data-yanked``."""

    href: str
    yanked: bool
    text: list[str] = field(default_factory=list)


class _Page(HTMLParser):
    """The few parts of a page that count here."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.anchors: list[Anchor] = []
        self.headings: list[list[str]] = []
        self.meta: dict[str, str] = {}
        self._into: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            named = dict(attrs)
            self.anchors.append(Anchor(named.get("href") or "", "data-yanked" in named))
            self._into = self.anchors[-1].text
        elif tag in {"title", "h1"}:
            self.headings.append([])
            self._into = self.headings[-1]
        elif tag == "meta":
            named = dict(attrs)
            self.meta[named.get("name") or ""] = named.get("content") or ""

    def handle_endtag(self, tag: str) -> None:
        if tag in {"a", "title", "h1"}:
            self._into = None

    def handle_data(self, data: str) -> None:
        if self._into is not None:
            self._into.append(data)

    def titles(self) -> list[str]:
        return [" ".join("".join(heading).split()) for heading in self.headings]


_ENDED: Final = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_LONGEST_END: Final = 512


def _parse(answer: Answer) -> _Page:
    """Take a page apart. Raises ``PageError``."""
    page = _Page()
    try:
        page.feed(html_text(answer))
        page.close()
    except AssertionError:
        # html.parser's word for markup that it cannot get over, such as `<![x`.
        raise PageError("answered with a page that is not HTML") from None
    if "pypi:repository-version" in page.meta:
        check_api_version(page.meta["pypi:repository-version"])
    return page


def _is_whole(answer: Answer) -> bool:
    """Tell whether a page came to its end: a length that fits says only what was sent."""
    return answer.complete and _ENDED.search(answer.body[-_LONGEST_END:]) is not None


def read_project(answer: Answer, project: str, url: str) -> Published:
    """Read a project's page; ``project`` is the normalised name that was asked for at ``url``.

    The page is the project's if its title or first heading says "Links for NAME", or one of its files is.
    Raises ``PageError``.
    """
    page = _parse(answer)
    titled = {normalize_name(title[1]) for title in map(_LINKS_FOR.fullmatch, page.titles()) if title}
    if titled - {project}:
        raise wrong_project(project)
    table, named, distributions, own = ReleaseTable(), FileNames(project), 0, 0
    for anchor in page.anchors:
        names = _names(anchor)
        filename = next(filter(looks_like_distribution, names), None)
        if filename is None:
            if any(map(named.may_hide, names)):
                raise hidden_version()
            continue
        distributions += 1
        tally = table.first(named.spellings(bounded(filename)))
        if tally is None:
            table.ignore(filename)
        else:
            tally.add_file(kind_of(filename), yanked=anchor.yanked, uploaded=None)
            own += 1
    if distributions and not own:
        raise wrong_project(project)
    if not titled and not own:
        raise PageError("answered with a web page that has no distributions", UnknownCause.NOT_AN_INDEX)
    if not _is_whole(answer):
        raise PageError("answered with a page whose end is missing", UnknownCause.TRUNCATED)
    return table.published(Api.SIMPLE_HTML, url, project_status(page.meta.get("pypi:project-status")))


def _names(anchor: Anchor) -> tuple[str, str]:
    """Return the names of the file that a link leads to, by its address and by its text (PEP 503: they agree)."""
    return unquote(anchor.href.partition("#")[0].partition("?")[0].rpartition("/")[2]), "".join(anchor.text).strip()


def read_root(answer: Answer) -> Listing | None:
    """Read the root; ``None`` if it is not a list of projects.

    A web server answers 200 to much, so the page must be titled as a root is, or have nothing but links to
    its own children, each shown by its name.
    """
    try:
        page = _parse(answer)
    except PageError:
        return None
    children = [_child(anchor, answer.url) for anchor in page.anchors if not _leads_up(anchor)]
    titled = any(_ROOT_TITLE.fullmatch(title) for title in page.titles())
    if not titled and (not children or None in children):
        return None
    # A link that is not understood may be a project's: the list is then not known to be whole.
    names = frozenset(child for child in children if child is not None)
    whole = _is_whole(answer) and None not in children
    return Listing(Api.SIMPLE_HTML, names if whole else None, titled)


def _leads_up(anchor: Anchor) -> bool:
    """Directory listings of web servers link to their parent, and to themselves ordered anew (``?C=N``)."""
    text = "".join(anchor.text).strip().lower()
    return anchor.href in _PARENT or anchor.href.startswith("?") or text == "parent directory"


def _child(anchor: Anchor, root: str) -> str | None:
    """Return the normalised name of the project that a link of the root leads to, if it is such a link."""
    text = "".join(anchor.text).strip().rstrip("/")
    try:
        target, home = urlsplit(urljoin(root, anchor.href)), urlsplit(root)
    except ValueError:
        return None
    parent, _, segment = target.path.rstrip("/").rpartition("/")
    if (target.netloc, parent + "/") != (home.netloc, home.path) or target.query or target.fragment:
        return None
    name = normalize_name(unquote(segment))
    shown = normalize_name(text)
    if text.endswith(_ELLIPSIS):
        # Apache shortens long names in its listings.
        shown = normalize_name(text.rstrip(".>…"))
        return name if shown and name.startswith(shown) else None
    return name if name and shown == name and not looks_like_distribution(segment) else None
