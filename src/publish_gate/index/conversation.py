"""Which address is asked next, and what the answers mean: a dialogue without a connection."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.hosts import public_base
from publish_gate.index import json_api, unknowns
from publish_gate.index.absence import Kind, Witness, lacks_only, proven
from publish_gate.index.addresses import Form, IndexAddress
from publish_gate.index.exchange import (
    ACCEPT_ANY,
    ACCEPT_JSON,
    ACCEPT_SIMPLE,
    ROOT_LIMIT,
    SIMPLE_JSON_TYPE,
    Answer,
    Ask,
)
from publish_gate.index.payload import PageError, WithoutReleasesError
from publish_gate.index.state import Absent, Api, IndexState, Published, Unknown, UnknownCause
from publish_gate.index.urls import redact
from publish_gate.records import replace

if TYPE_CHECKING:
    from publish_gate.index.listing import Listing

Reply = Answer | Unknown
Conversation = Generator[tuple[Ask, ...], Sequence[Reply], IndexState]
"""Yields what to ask at once, is sent what came in the same order, returns what the index says."""

Reader = Callable[[Answer, str, str], Published]
"""Reads an answer about a project (its normalised name) at an address that may be shown."""

_OK: Final = 200
_NOT_FOUND: Final = 404
_NOT_OFFERED: Final = frozenset({404, 405, 406, 410, 501})
"""The statuses with which a server says that it does not have an interface (RFC 9110)."""

_OPEN: Final = frozenset({None, "active"})
_NOBODY: Final = "publish-gate-there-is-no-such-project"
_MOST_LISTED: Final = 3
"""So many projects of a list are looked at for one that has its page."""


class _Missing(NamedTuple):
    """A place that does not have the project: how to ask it about another, and how it answered about this one."""

    url_of: Callable[[str], str]
    accept: str
    answer: Answer


def converse(conversation: Conversation, ask: Callable[[Sequence[Ask]], Sequence[Reply]]) -> IndexState:
    """Hold a conversation to its end; ``ask`` fetches the answers to questions that may be asked at once."""
    try:
        requests = next(conversation)
        while True:
            requests = conversation.send(ask(requests))
    except StopIteration as end:
        state: IndexState = end.value
        return state


def about_project(address: IndexAddress, project: str) -> Conversation:
    """Ask an index about a project by its normalised name.

    The JSON API comes first if the address has one, and the Simple API beside it; if it is not offered, the
    Simple API alone. A malformed answer is never passed over in favour of another interface.
    """
    public = public_base(address.url)
    if public is not None:
        return (yield from _about_base(replace(address, form=Form.BASE, url=public), project, Kind.PUBLIC))
    if address.form is Form.SIMPLE_ROOT:
        return (yield from _ask_simple(address, address.url, project))
    if address.form is Form.TEMPLATE:
        return (yield from _about_template(address, project))
    if address.url.endswith("/pypi"):
        return (yield from _about_json_root(address, project))
    return (yield from _about_base(address, project, Kind.OTHER))


def _about_json_root(address: IndexAddress, project: str) -> Conversation:
    """Ask at a base that ends in ``/pypi``: most likely the root of a JSON API, as such indexes were once written.

    Read as a base alone, ``/pypi/pypi/NAME/json`` asks for a version NAME of the project ``pypi``, and an honest
    "not found" would be taken for a first release. So both readings are asked, and what either of them has counts.
    """
    meant = replace(address, form=Form.TEMPLATE, url=f"{address.url}/{{name}}/json")
    first = yield from _about_template(meant, project)
    if not isinstance(first, Absent):
        return first
    second = yield from _about_base(address, project, Kind.OTHER)
    return second if isinstance(second, Published) else first


def _about_base(address: IndexAddress, project: str, kind: Kind) -> Conversation:
    """Ask both interfaces at once: each has what the other does not tell, and they are each other's witness."""
    root = address.simple_roots[0]
    url, page_url = address.project_url(project), f"{root}{project}/"
    reply, page = yield (Ask(url, ACCEPT_JSON), Ask(page_url, ACCEPT_SIMPLE))
    if isinstance(reply, Unknown):
        return reply
    if reply.status == _OK and not reply.is_html:
        return _agreed(reply, page, project, url, page_url, kind)
    offered = reply.status not in _NOT_OFFERED and reply.status != _OK and not reply.forwarded
    not_found = json_api.is_not_found(reply) and _is_own(reply, url)
    if offered or (kind is Kind.PUBLIC and not not_found):
        return unknowns.unexpected(reply, url)
    if isinstance(page, Unknown):
        return page
    if page.status == _OK:
        state = _read_simple(page, project, page_url)
        # The JSON API has neither empty nor quarantined projects.
        if not_found and isinstance(state, Published) and state.releases and state.status in _OPEN:
            return unknowns.contradiction(url, "has no such project, but its Simple API lists files of it")
        search = _Search(address, project, kind, root, page, _json_said(not_found))
        return state if kind is Kind.PUBLIC else (yield from _confirm(search, state))
    places = (_Missing(address.project_url, ACCEPT_JSON, reply),)
    return (yield from _prove(_Search(address, project, kind, root, page, _json_said(not_found), places)))


def _agreed(reply: Answer, page: Reply, project: str, url: str, page_url: str, kind: Kind) -> IndexState:
    """Put together what the JSON API and the Simple API say of a project that the JSON API has."""
    other = page if isinstance(page, Unknown) else _witness(page, project, page_url)
    try:
        state = json_api.read_project(reply, project, redact(url), lenient=kind is Kind.PUBLIC)
    except WithoutReleasesError as fault:
        # The key is deprecated. Once it goes, the Simple API tells the versions.
        return other if isinstance(other, Published) else unknowns.unusable(fault, url)
    except PageError as fault:
        return unknowns.unusable(fault, url)
    if isinstance(other, Published):
        return _merged(state, other)
    if kind is Kind.PUBLIC:
        # What closes a project is told by the Simple API alone.
        return other or unknowns.contradiction(page_url, "has no page for the project, but the JSON API has it")
    if other is not None and other.cause is not UnknownCause.NOT_AN_INDEX and not isinstance(page, Unknown):
        return other
    return _with_files(state, url)


def _with_files(state: Published, url: str) -> Published | Unknown:
    """Believe the JSON API alone only if every release has its files: an empty list is as likely half an answer."""
    return state if state.releases and not state.fileless else unknowns.empty(url)


def _witness(page: Answer, project: str, url: str) -> Published | Unknown | None:
    """Read what the Simple API says; ``None`` if it has no page, or is not one."""
    if page.status == _OK and page.media_type != SIMPLE_JSON_TYPE and not page.is_html:
        return None
    if page.status == _OK:
        state = _read_simple(page, project, url)
        return state if isinstance(state, Published | Unknown) else None
    return None if page.status in _NOT_OFFERED or page.forwarded else unknowns.unexpected(page, url)


def _merged(first: Published, second: Published) -> Published:
    """Count a version that either of two answers has; the first tells more of those that both have."""
    releases = {release.version: release for release in (*second.releases, *first.releases)}
    spelled = {spelling for release in releases.values() for spelling in release.spellings}
    return replace(
        first,
        releases=tuple(releases[version] for version in sorted(releases)),
        fileless=tuple(key for key in first.fileless if key not in spelled),
        status=second.status,
    )


def _about_template(address: IndexAddress, project: str) -> Conversation:
    """Ask at a template's own address, and if it has nothing, at the Simple API beside it."""
    url = address.project_url(project)
    (reply,) = yield (Ask(url, ACCEPT_ANY),)
    if isinstance(reply, Unknown):
        return reply
    if reply.status == _OK:
        state = _read_any(reply, project, url)
        if isinstance(state, Published) and state.api is Api.JSON:
            return _with_files(state, url)
        root = url.rstrip("/").removesuffix(project)
        simple = root if root in address.simple_roots else None
        return (yield from _confirm(_Search(address, project, Kind.SIMPLE, simple, reply), state))
    if reply.status not in _NOT_OFFERED and not reply.forwarded:
        return unknowns.unexpected(reply, url)
    if address.simple is not None:
        return (yield from _ask_simple(address, address.simple, project))
    said = _json_said(json_api.is_not_found(reply) and _is_own(reply, url))
    place = _Missing(address.project_url, ACCEPT_ANY, reply)
    for root in address.simple_roots:
        listing = yield from _ask_root(root)
        if isinstance(listing, Unknown):
            return listing
        itself = url.rstrip("/") == f"{root}{project}"
        # devpi lists its projects at /USER/INDEX/ as well, but has their pages elsewhere, and web servers list
        # folders: if a template goes on after the name, the part before it is believed only if it says what it is.
        guessed = url.startswith(root) and not itself
        if not itself and (listing is None or (guessed and not (listing.named and listing.names is not None))):
            continue
        kind = Kind.SIMPLE if itself else Kind.OTHER
        search = _Search(address, project, kind, root, reply, said, (place,), listing, asked_root=True)
        if f"{root}{project}/" == url:
            return (yield from _prove(search))
        return (yield from _ask_page(search))
    return (yield from _prove(_Search(address, project, Kind.OTHER, None, reply, said)))


def _json_said(not_found: bool) -> frozenset[Witness]:  # noqa: FBT001 - what the JSON API said, and nothing else
    return frozenset({Witness.JSON_NOT_FOUND} if not_found else ())


def read_page(reader: Reader, answer: Answer, project: str, url: str) -> IndexState:
    """Read a project's page; one that cannot be used says nothing about the project."""
    try:
        return reader(answer, project, redact(url))
    except PageError as fault:
        return unknowns.unusable(fault, url)


def _read_any(answer: Answer, project: str, url: str) -> IndexState:
    """Read a project's page by the interface that its content type names."""
    # Most runs need neither of these two.
    if answer.media_type == SIMPLE_JSON_TYPE:
        from publish_gate.index import simple_json

        return read_page(simple_json.read_project, answer, project, url)
    if answer.is_html:
        from publish_gate.index import simple_html

        return read_page(simple_html.read_project, answer, project, url)
    return read_page(json_api.read_project, answer, project, url)


def _ask_simple(address: IndexAddress, root: str, project: str) -> Conversation:
    """Ask the Simple API at an address that the user names as one."""
    nothing = Answer(root, _NOT_FOUND)
    return (yield from _ask_page(_Search(address, project, Kind.SIMPLE, root, nothing)))


def _ask_page(search: _Search) -> Conversation:
    """Ask a Simple API for a project's page, and go on to its root if it has none."""
    url = search.url(search.project)
    (reply,) = yield (Ask(url, ACCEPT_SIMPLE),)
    if isinstance(reply, Unknown):
        return reply
    if reply.status == _OK:
        return (yield from _confirm(search, _read_simple(reply, search.project, url)))
    return (yield from _prove(search._replace(page=reply)))


def _confirm(search: _Search, state: IndexState) -> Conversation:
    """See to it that a page without a single file is that of an index: nothing is there, as if it were missing."""
    if not isinstance(state, Published) or state.releases or state.status not in _OPEN or search.root is None:
        return state
    listing = search.listing if search.asked_root else (yield from _ask_root(search.root))
    if isinstance(listing, Unknown):
        return listing
    seen = search.seen | {Witness.MISSING}
    seen |= yield from _seen_in_list(search, listing, seen)
    if proven(search.kind, seen):
        return state
    if search.address.probe is None:
        return unknowns.empty(search.url(search.project))
    url = search.url(search.address.probe)
    (there,) = yield (Ask(url, ACCEPT_SIMPLE),)
    return state if _has_project(there, search.address.probe, url) else unknowns.probe_failed(url, search.address.probe)


def _read_simple(answer: Answer, project: str, url: str) -> IndexState:
    if answer.media_type == SIMPLE_JSON_TYPE or answer.is_html:
        return _read_any(answer, project, url)
    return unknowns.malformed(url, "answered with a content type that the Simple API does not have")


def _is_own(answer: Answer, url: str) -> bool:
    """Tell whether the place that was asked gave this answer, and not one that it sent to, such as a login page."""
    return answer.forwarded or _place(answer.url) == _place(redact(url))


def _place(url: str) -> str:
    return url.partition("://")[2].rstrip("/").lower()


class _Search(NamedTuple):
    """What is known of a project that was not found.

    ``page`` came at its own address in the Simple API below ``root``; without a root, at that of a template.
    ``listing`` is what the root showed, if it was asked. ``places`` are other addresses without the project.
    """

    address: IndexAddress
    project: str
    kind: Kind
    root: str | None
    page: Answer
    seen: frozenset[Witness] = frozenset()
    places: tuple[_Missing, ...] = ()
    listing: Listing | None = None
    asked_root: bool = False

    def url(self, project: str) -> str:
        """Return the address at which this place has a project."""
        return self.address.project_url(project) if self.root is None else f"{self.root}{project}/"

    @property
    def missing(self) -> Unknown | frozenset[Witness]:
        """What the answer for the project itself is witness of, or why it is of nothing."""
        url, page = self.url(self.project), self.page
        if page.forwarded:
            return self.seen | {Witness.MISSING}
        if page.status != _NOT_FOUND:
            return (
                unknowns.unexpected(page, url) if self.root or page.status not in _NOT_OFFERED else _unproven(page, url)
            )
        if not _is_own(page, url):
            return unknowns.moved(url)
        return self.seen | {Witness.MISSING} if page.framed else unknowns.truncated(url)


def _prove(search: _Search) -> Conversation:
    """Gather what proves that a project is not there, until it is proven or all was asked."""
    url, seen = search.url(search.project), search.missing
    if isinstance(seen, Unknown):
        return seen
    listing = search.listing
    if search.kind is not Kind.PUBLIC and search.root is not None:
        if not search.asked_root:
            found = yield from _ask_root(search.root)
            if isinstance(found, Unknown) and search.address.probe is None:
                return found
            listing = None if isinstance(found, Unknown) else found
        if listing is not None and listing.lists(search.project):
            return unknowns.listed_without_page(url)
        seen |= yield from _seen_in_list(search, listing, seen)
    api = listing.api if listing is not None else Api.SIMPLE_HTML if search.root is not None else Api.JSON
    absent = Absent(api, redact(url))
    if search.kind is Kind.PUBLIC:
        absent = Absent(Api.JSON, redact(search.address.project_url(search.project)))
    if proven(search.kind, seen):
        return absent
    if search.address.probe is not None and search.kind is not Kind.PUBLIC:
        return (yield from _probe(search, search.address.probe, absent))
    return unknowns.forwarded(url) if search.page.forwarded and listing is not None else _unproven(search.page, url)


def _seen_in_list(
    search: _Search, listing: Listing | None, seen: frozenset[Witness]
) -> Generator[tuple[Ask, ...], Sequence[Reply], set[Witness]]:
    """Say what a list, in which the project was not found, is witness of; look at a listed page if that decides."""
    if listing is None or listing.names is None or search.root is None:
        return set()
    listed = {Witness.NOT_LISTED}
    if listing.named:
        listed.add(Witness.LIST_NAMED)
    if not listing.names:
        listed.add(Witness.LIST_EMPTY)
    if lacks_only(search.kind, seen | listed, Witness.LISTED_PAGE):
        for name in sorted(listing.names)[:_MOST_LISTED]:
            url = search.url(name)
            (reply,) = yield (Ask(url, ACCEPT_SIMPLE),)
            if _has_project(reply, name, url):
                return listed | {Witness.LISTED_PAGE}
    return listed


def _unproven(page: Answer, url: str) -> Unknown:
    came = "sends to a public index" if page.forwarded else f"answered with status {page.status}"
    return unknowns.unproven(url, came)


def _ask_root(root: str) -> Generator[tuple[Ask, ...], Sequence[Reply], Listing | Unknown | None]:
    """Ask for a root; ``None`` if what answers is none, or is another place."""
    (reply,) = yield (Ask(root, ACCEPT_SIMPLE, ROOT_LIMIT),)
    if isinstance(reply, Unknown):
        return reply
    if reply.status != _OK or not _is_own(reply, root):
        return None
    from publish_gate.index import simple_html, simple_json

    if reply.media_type == SIMPLE_JSON_TYPE:
        return simple_json.read_root(reply)
    return simple_html.read_root(reply) if reply.is_html else None


def _has_project(reply: Reply, project: str, url: str) -> bool:
    """Tell whether this is the page of a project that has files."""
    if isinstance(reply, Unknown) or reply.status != _OK or not _is_own(reply, url):
        return False
    state = _read_any(reply, project, url)
    return isinstance(state, Published) and bool(state.releases)


def _probe(search: _Search, probe: str, absent: Absent) -> Conversation:
    """Compare the answer about a project with those about one that is there and one that cannot be.

    One place at which the first is there, and the second answers as the project does, is enough.
    """
    own = _Missing(search.url, ACCEPT_ANY if search.root is None else ACCEPT_SIMPLE, search.page)
    for place in (own, *search.places):
        url, nobody = place.url_of(probe), place.url_of(_NOBODY)
        there, nowhere = yield (Ask(url, place.accept), Ask(nobody, place.accept))
        if isinstance(there, Unknown):
            return there
        if isinstance(nowhere, Unknown):
            return nowhere
        alike = _is_own(nowhere, nobody) and _shape(nowhere) == _shape(place.answer)
        if alike and _has_project(there, probe, url):
            return absent
    return unknowns.probe_failed(search.url(probe), probe)


def _shape(answer: Answer) -> tuple[object, ...]:
    """Return what two answers about projects that are not there have in common."""
    return answer.status, answer.media_type, answer.forwarded, answer.framed
