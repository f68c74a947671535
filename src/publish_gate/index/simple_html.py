"""Reads the HTML form of the Simple API (PEP 503, 592 and 629): project pages and the root."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urljoin, urlsplit

from publish_gate.index.files import FileNames, kind_of, looks_like_distribution
from publish_gate.index.listing import Listing
from publish_gate.index.parts import ONE_OF_SEVERAL, leads_to_part, orders_anew
from publish_gate.index.payload import (
    PageError,
    bounded,
    check_api_version,
    hashes_of,
    hidden_version,
    html_text,
    project_status,
    too_large,
    wrong_project,
)
from publish_gate.index.releases import ReleaseTable
from publish_gate.index.state import Api, IndexFile, Published, UnknownCause
from publish_gate.names import is_project_name, normalize_name

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
    """A link: where it leads, the text that is shown, and the attributes that count."""

    href: str
    yanked: bool
    because: str = ""
    requires_python: str | None = None
    text: list[str] = field(default_factory=list)


MOST_LINKS: Final = 200_000
"""The most links of a page that are read, whether they lead to files or to projects."""
MOST_MARKS: Final = 1_000_000
"""The most tags and attributes of a page: five times those of the project with the most files (47,000)."""
_RAW: Final = frozenset({"script", "style", "textarea", "iframe", "noembed", "noframes", "xmp", "plaintext"})
# What may stand between `<a` and `>`, in pieces that each end where the next begins: never read twice.
_NAME: Final = re.compile(r"[a-zA-Z][^\s/>]*")
_ATTRIBUTE: Final = re.compile(
    r"""[\s/]*(?P<name>[^\s/>=][^\s/>=]*)(?:\s*=\s*(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)'|(?P<bare>[^\s>"'][^\s>]*)))?"""
)
_TAG_END: Final = re.compile(r"[\s/]*>")


class _Page:
    """The few parts of a page that count here.

    Read in one go from the beginning to the end, so that a page costs what it weighs: what a browser would guess
    at, such as a tag that never ends, ends what is read: the page is then not ``whole``. Raises ``PageError``.
    """

    def __init__(self, text: str) -> None:
        self.anchors: list[Anchor] = []
        self.headings: list[list[str]] = []
        self.meta: dict[str, str] = {}
        self.whole = True
        self._into: list[str] | None = None
        self._text = text
        self._marks = 0
        position = 0
        while position < len(text):
            start = text.find("<", position)
            self._add_text(position, len(text) if start < 0 else start)
            position = len(text) if start < 0 else self._markup(start)

    def titles(self) -> list[str]:
        return [" ".join("".join(heading).split()) for heading in self.headings]

    def _add_text(self, start: int, end: int) -> None:
        if self._into is not None and start < end:
            self._into.append(_unescaped(self._text[start:end]))

    def _markup(self, start: int) -> int:
        """Read what the `<` at ``start`` begins, and return where it ends."""
        text, sign = self._text, self._text[start + 1 : start + 2]
        self._count()
        if text.startswith("<!--", start):
            # A comment may be as short as `<!-->`.
            return self._behind("-->", start + 2)
        if text.startswith("<![", start):
            raise _not_html()
        if sign in {"!", "?", "/"}:
            name = _NAME.match(text, start + 2)
            if sign == "/" and name is not None and name[0].lower() in {"a", "title", "h1"}:
                self._into = None
            return self._behind(">", start)
        name = _NAME.match(text, start + 1)
        if name is None:
            self._add_text(start, start + 1)
            return start + 1
        return self._tag(name[0].lower(), name.end())

    def _behind(self, sign: str, start: int) -> int:
        end = self._text.find(sign, start)
        return self._cut_off() if end < 0 else end + len(sign)

    def _count(self) -> None:
        self._marks += 1
        if self._marks > MOST_MARKS:
            raise too_large(f"a page of more than {MOST_MARKS:,} tags and attributes")

    def _cut_off(self) -> int:
        self.whole = False
        return len(self._text)

    def _tag(self, tag: str, position: int) -> int:
        text = self._text
        wanted = tag in {"a", "meta"}
        named: dict[str, str] = {}
        while (end := _TAG_END.match(text, position)) is None:
            found = _ATTRIBUTE.match(text, position)
            self._count()
            if found is None:
                return self._cut_off()
            if wanted:
                value = found["double"] or found["single"] or found["bare"] or ""
                named[found["name"].lower()] = _unescaped(value)
            position = found.end()
        self._begin(tag, named)
        if tag not in _RAW:
            return end.end()
        closing = re.compile(rf"</{tag}\s*>", re.IGNORECASE).search(text, end.end())
        return self._cut_off() if closing is None else closing.end()

    def _begin(self, tag: str, named: dict[str, str]) -> None:
        if tag == "a":
            if len(self.anchors) >= MOST_LINKS:
                raise too_large(f"a page of more than {MOST_LINKS:,} links")
            self.anchors.append(
                Anchor(
                    named.get("href", ""),
                    "data-yanked" in named,
                    named.get("data-yanked", ""),
                    named.get("data-requires-python"),
                )
            )
            self._into = self.anchors[-1].text
        elif tag in {"title", "h1"}:
            self.headings.append([])
            self._into = self.headings[-1]
        elif tag == "meta":
            self.meta[named.get("name", "")] = named.get("content", "")


def _not_html() -> PageError:
    return PageError("answered with a page that is not HTML")


def _unescaped(text: str) -> str:
    try:
        return unescape(text) if "&" in text else text
    except ValueError:
        # A character's number of more than 4,300 digits, which Python refuses to read.
        raise _not_html() from None


_ENDED: Final = re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_LONGEST_END: Final = 512


def _parse(answer: Answer) -> _Page:
    """Take a page apart. Raises ``PageError``."""
    page = _Page(html_text(answer))
    if "pypi:repository-version" in page.meta:
        check_api_version(page.meta["pypi:repository-version"])
    return page


def _is_whole(answer: Answer, page: _Page) -> bool:
    """Tell whether a page came to its end: a length that fits says only what was sent."""
    return page.whole and answer.complete and _ENDED.search(answer.body[-_LONGEST_END:]) is not None


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
        found = _add_files(table, named, anchor, answer.url)
        distributions += found is not None
        own += found or 0
    if distributions and not own:
        raise wrong_project(project)
    if (not titled and not own) or _is_drawn(answer, page):
        raise PageError("answered with a web page that has no distributions", UnknownCause.NOT_AN_INDEX)
    if not _is_whole(answer, page):
        raise PageError("answered with a page whose end is missing", UnknownCause.TRUNCATED)
    return table.published(Api.SIMPLE_HTML, url, project_status(page.meta.get("pypi:project-status")))


def read_files(answer: Answer, project: str) -> tuple[list[IndexFile], str | None]:
    """Read all files of a project, and its status. Raises ``PageError``."""
    read_project(answer, project, "")
    page = _parse(answer)
    files = []
    for anchor in page.anchors:
        filename = next(filter(looks_like_distribution, _names(anchor)), None)
        if filename is not None:
            function, _, digest = anchor.href.partition("#")[2].partition("&")[0].partition("=")
            yanked = bounded(anchor.because) or "true" if anchor.yanked else ""
            hashes = hashes_of({function.lower(): digest})
            files.append(IndexFile(bounded(filename), hashes, yanked, anchor.requires_python))
    return files, project_status(page.meta.get("pypi:project-status"))


def _add_files(table: ReleaseTable, named: FileNames, anchor: Anchor, page: str) -> int | None:
    """Count what a link leads to: how many files of the project, or ``None`` if it does not lead to a file.

    Raises ``PageError`` for a link that leads to what is not shown here.
    """
    names = _names(anchor)
    files = dict.fromkeys(filter(looks_like_distribution, names))
    if not files:
        if any(map(named.may_hide, names)):
            raise hidden_version()
        if leads_to_part(anchor.href, page):
            raise PageError(ONE_OF_SEVERAL, UnknownCause.TRUNCATED)
        return None
    own = 0
    # If address and text name two files, both are there.
    for filename in files:
        tally = table.first(named.spellings(bounded(filename)))
        if tally is None:
            table.ignore(filename)
        else:
            tally.add_file(kind_of(filename), filename, yanked=anchor.yanked, uploaded=None)
            own += 1
    return own


def _names(anchor: Anchor) -> list[str]:
    """Return the names of the file that a link leads to, by its address and by its text (PEP 503: they agree)."""
    path, _, query = anchor.href.partition("#")[0].partition("?")
    names = [unquote(path.rpartition("/")[2]), "".join(anchor.text).strip()]
    # Some servers hand files out by a query: `download?file=demo-1.0.tar.gz`.
    return names + re.split(r"[/=&;]", unquote(query)) if query else names


def _is_drawn(answer: Answer, page: _Page) -> bool:
    """Tell whether a page may get its links from a script."""
    return not page.anchors and b"<script" in answer.body.lower()


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
    whole = _is_whole(answer, page) and None not in children and not _is_drawn(answer, page)
    return Listing(Api.SIMPLE_HTML, names if whole else None, titled)


def _leads_up(anchor: Anchor) -> bool:
    """Directory listings of web servers link to their parent, and to themselves ordered anew (``?C=N``)."""
    text = "".join(anchor.text).strip().lower()
    return anchor.href in _PARENT or orders_anew(anchor.href) or text == "parent directory"


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
    if not is_project_name(unquote(segment)):
        return None
    name = normalize_name(unquote(segment))
    shown = normalize_name(text)
    if text.endswith(_ELLIPSIS):
        # Apache shortens long names in its listings.
        shown = normalize_name(text.rstrip(".>…"))
        return name if shown and name.startswith(shown) else None
    return name if name and shown == name and not looks_like_distribution(segment) else None
