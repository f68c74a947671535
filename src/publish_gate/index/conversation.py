"""Which address is asked next, and what the answers mean: a dialogue without a connection."""

from __future__ import annotations

from collections.abc import Callable, Generator, Sequence
from dataclasses import replace
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
        return (yield from _ask_simple(address, address.url, project, Kind.SIMPLE))
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
        return state
    seen = {Witness.JSON_NOT_FOUND} if not_found else set()
    places = [_Missing(address.project_url, ACCEPT_JSON, reply)]
    return (yield from _prove(address, root, project, page, kind, seen, places))


def _agreed(reply: Answer, page: Reply, project: str, url: str, page_url: str, kind: Kind) -> IndexState:
    """Put together what the JSON API and the Simple API say of a project that the JSON API has."""
    other = page if isinstance(page, Unknown) else _witness(page, project, page_url)
    try:
        state = json_api.read_project(reply, project, redact(url))
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
    return state if state.releases else unknowns.empty(url)


def _witness(page: Answer, project: str, url: str) -> Published | Unknown | None:
    """Read what the Simple API says; ``None`` if it has no page, or is none."""
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
        empty = isinstance(state, Published) and state.api is Api.JSON and not state.releases
        return unknowns.empty(url) if empty else state
    if reply.status not in _NOT_OFFERED and not reply.forwarded:
        return unknowns.unexpected(reply, url)
    if address.simple is not None:
        return (yield from _ask_simple(address, address.simple, project, Kind.SIMPLE))
    seen = {Witness.JSON_NOT_FOUND} if json_api.is_not_found(reply) and _is_own(reply, url) else set()
    places = [_Missing(address.project_url, ACCEPT_ANY, reply)]
    for root in address.simple_roots:
        listing = yield from _ask_root(root)
        if isinstance(listing, Unknown):
            return listing
        if f"{root}{project}/" == url:
            return (yield from _prove(address, root, project, reply, Kind.SIMPLE, seen, [], listing))
        # devpi lists its projects at /USER/INDEX/ as well, but has their pages elsewhere, and web servers list
        # folders: if a template goes on after the name, the part before it is believed only if it says what it is.
        guessed = url.startswith(root) and url.rstrip("/") != f"{root}{project}"
        if listing is None or (guessed and not (listing.named and listing.names is not None)):
            continue
        kind = Kind.SIMPLE if url.rstrip("/") == f"{root}{project}" else Kind.OTHER
        return (yield from _ask_simple(address, root, project, kind, seen, places, listing))
    return (yield from _prove(address, None, project, reply, Kind.OTHER, seen, places))


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


def _ask_simple(
    address: IndexAddress,
    root: str,
    project: str,
    kind: Kind,
    seen: set[Witness] | None = None,
    places: Sequence[_Missing] = (),
    listing: Listing | None = None,
) -> Conversation:
    """Ask a Simple API for a project's page, and go on to its root if it has none."""
    url = f"{root}{project}/"
    (reply,) = yield (Ask(url, ACCEPT_SIMPLE),)
    if isinstance(reply, Unknown):
        return reply
    if reply.status == _OK:
        return _read_simple(reply, project, url)
    return (yield from _prove(address, root, project, reply, kind, seen or set(), places, listing))


def _read_simple(answer: Answer, project: str, url: str) -> IndexState:
    if answer.media_type == SIMPLE_JSON_TYPE or answer.is_html:
        return _read_any(answer, project, url)
    return unknowns.malformed(url, "answered with a content type that the Simple API does not have")


def _is_own(answer: Answer, url: str) -> bool:
    """Tell whether the place that was asked gave this answer, and not one that it sent to, such as a login page."""
    return answer.forwarded or _place(answer.url) == _place(redact(url))


def _place(url: str) -> str:
    return url.partition("://")[2].rstrip("/").lower()


def _prove(
    address: IndexAddress,
    root: str | None,
    project: str,
    page: Answer,
    kind: Kind,
    seen: set[Witness],
    places: Sequence[_Missing],
    listing: Listing | None = None,
) -> Conversation:
    """Gather what proves that a project is not there, until it is proven or all was asked.

    ``page`` is what came at the project's own address in the Simple API below ``root``; without such a root, at
    the template's. ``seen`` is what is known, ``places`` are other addresses that do not have the project.
    """

    def page_url(name: str) -> str:
        return address.project_url(name) if root is None else f"{root}{name}/"

    url = page_url(project)
    if page.status != _NOT_FOUND and not page.forwarded:
        if root is not None or page.status not in _NOT_OFFERED:
            return unknowns.unexpected(page, url)
    elif not _is_own(page, url):
        return unknowns.moved(url)
    elif not page.framed and not page.forwarded:
        return unknowns.truncated(url)
    else:
        seen = {*seen, Witness.MISSING}
    absent = Absent(Api.SIMPLE_HTML if root is not None else Api.JSON, redact(url))
    if kind is Kind.PUBLIC:
        return Absent(Api.JSON, redact(address.project_url(project))) if proven(kind, seen) else _unproven(page, url)
    if listing is None and root is not None:
        found = yield from _ask_root(root)
        if isinstance(found, Unknown) and address.probe is None:
            return found
        listing = None if isinstance(found, Unknown) else found
    if listing is not None:
        if listing.lists(project):
            return unknowns.listed_without_page(url)
        absent = replace(absent, api=listing.api)
        seen |= _listed(listing)
        if root is not None and lacks_only(kind, seen, Witness.LISTED_PAGE):
            # A page that is forwarded to a public index is missing only if those that are there are not.
            seen |= yield from _listed_page(root, sorted(listing.names or ()))
    if proven(kind, seen):
        return absent
    if address.probe is not None:
        missing = [_Missing(page_url, ACCEPT_SIMPLE if root is not None else ACCEPT_ANY, page), *places]
        return (yield from _probe(missing, address.probe, absent))
    if page.forwarded and listing is not None:
        return unknowns.forwarded(url)
    return _unproven(page, url)


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


def _listed(listing: Listing) -> set[Witness]:
    """Say what a list, in which the project was not found, is witness of."""
    if listing.names is None:
        return set()
    seen = {Witness.NOT_LISTED}
    if listing.named:
        seen.add(Witness.LIST_NAMED)
    if not listing.names:
        seen.add(Witness.LIST_EMPTY)
    return seen


def _listed_page(root: str, names: Sequence[str]) -> Generator[tuple[Ask, ...], Sequence[Reply], set[Witness]]:
    """Look whether a project of a list has its page below the same root."""
    for name in names[:_MOST_LISTED]:
        url = f"{root}{name}/"
        (reply,) = yield (Ask(url, ACCEPT_SIMPLE),)
        if _has_project(reply, name, url):
            return {Witness.LISTED_PAGE}
    return set()


def _has_project(reply: Reply, project: str, url: str) -> bool:
    """Tell whether this is the page of a project that has files."""
    if isinstance(reply, Unknown) or reply.status != _OK or not _is_own(reply, url):
        return False
    state = _read_any(reply, project, url)
    return isinstance(state, Published) and bool(state.releases)


def _probe(places: Sequence[_Missing], probe: str, absent: Absent) -> Conversation:
    """Compare the answer about a project with those about one that is there and one that cannot be.

    One place at which the first is there, and the second answers as the project does, is enough.
    """
    for place in places:
        url = place.url_of(probe)
        there, nowhere = yield (Ask(url, place.accept), Ask(place.url_of(_NOBODY), place.accept))
        for reply in (there, nowhere):
            if isinstance(reply, Unknown):
                return reply
        if _has_project(there, probe, url) and _shape(nowhere, place.url_of(_NOBODY)) == _shape(place.answer, None):
            return absent
    return unknowns.probe_failed(places[0].url_of(probe), probe)


def _shape(answer: Reply, url: str | None) -> tuple[object, ...] | None:
    """Return what two answers about projects that are not there have in common; ``None`` is not one."""
    if isinstance(answer, Unknown) or (url is not None and not _is_own(answer, url)):
        return None
    return answer.status, answer.media_type, answer.forwarded, answer.framed
