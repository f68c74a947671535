"""Which address is asked next, and what the answers mean: a dialogue without a connection."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from publish_gate.index import json_api, unknowns
from publish_gate.index.addresses import Form, IndexAddress
from publish_gate.index.exchange import (
    ACCEPT_ANY,
    ACCEPT_JSON,
    ACCEPT_SIMPLE,
    PREFIX_LIMIT,
    SIMPLE_JSON_TYPE,
    Answer,
    Ask,
)
from publish_gate.index.payload import PageError
from publish_gate.index.state import Absent, Api, IndexState, Published, Unknown
from publish_gate.index.urls import redact

if TYPE_CHECKING:
    from publish_gate.index.listing import Listing

Conversation = Generator[Ask, Answer | Unknown, IndexState]
"""Yields what to ask, is sent what came, returns what the index says."""

Reader = Callable[[Answer, str, str], Published]
"""Reads an answer about a project (its normalised name) at an address that may be shown."""

_OK: Final = 200
_NOT_FOUND: Final = 404
_NOT_OFFERED: Final = frozenset({404, 405, 406, 410, 501})
"""The statuses with which a server says that it does not have an interface (RFC 9110)."""


def converse(conversation: Conversation, ask: Callable[[Ask], Answer | Unknown]) -> IndexState:
    """Hold a conversation to its end; ``ask`` fetches one answer."""
    try:
        request = next(conversation)
        while True:
            request = conversation.send(ask(request))
    except StopIteration as end:
        state: IndexState = end.value
        return state


def about_project(address: IndexAddress, project: str) -> Conversation:
    """Ask an index about a project by its normalised name.

    The JSON API comes first where the address has one; where it is not offered, the Simple API. A malformed
    answer is never passed over in favour of another interface.
    """
    if address.form is Form.BASE and address.url.endswith("/pypi"):
        return (yield from _about_json_root(address, project))
    return (yield from _about(address, project))


def _about_json_root(address: IndexAddress, project: str) -> Conversation:
    """Ask at a base that ends in ``/pypi``: most likely the root of a JSON API, as such indexes were once written.

    Read as a base alone, ``/pypi/pypi/NAME/json`` asks a public index for a version NAME of the project ``pypi``,
    and its honest "not found" would be taken for a first release. So both readings are asked, and what either
    of them has counts.
    """
    meant = replace(address, form=Form.TEMPLATE, url=f"{address.url}/{{name}}/json")
    first = yield from _about(meant, project)
    if not isinstance(first, Absent):
        return first
    second = yield from _about(address, project)
    return second if isinstance(second, Published) else first


def _about(address: IndexAddress, project: str) -> Conversation:
    """Ask an index by the form of its address."""
    if address.form is Form.SIMPLE_ROOT:
        return (yield from _ask_simple(address.simple_roots[0], project))
    template = address.form is Form.TEMPLATE
    url = address.project_url(project)
    reply = yield Ask(url, ACCEPT_ANY if template else ACCEPT_JSON)
    if isinstance(reply, Unknown):
        return reply
    if json_api.is_not_found(reply):
        return Absent(Api.JSON, redact(url))
    offered = reply.status not in _NOT_OFFERED and not reply.forwarded
    if template:
        return (yield from _about_template(address, project, reply, offered=offered))
    if reply.status == _OK and not reply.is_html:
        return read_page(json_api.read_project, reply, project, url)
    if offered and reply.status != _OK:
        return unknowns.unexpected(reply, url)
    return (yield from _ask_simple(address.simple_roots[0], project))


def _about_template(address: IndexAddress, project: str, reply: Answer, *, offered: bool) -> Conversation:
    """Go on from the answer at a template's own address."""
    url = address.project_url(project)
    if reply.status == _OK:
        return _read_any(reply, project, url)
    if offered:
        return unknowns.unexpected(reply, url)
    if address.simple is not None:
        return (yield from _ask_simple(address.simple, project))
    return (yield from _ask_roots(address, project, reply))


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


def _ask_simple(root: str, project: str, listing: Listing | None = None) -> Conversation:
    """Ask a Simple API for a project's page, and its root where it has none and was not asked yet."""
    url = f"{root}{project}/"
    reply = yield Ask(url, ACCEPT_SIMPLE)
    if isinstance(reply, Unknown):
        return reply
    if reply.status == _OK:
        return _read_simple(reply, project, url)
    if reply.status != _NOT_FOUND and not reply.forwarded:
        return unknowns.unexpected(reply, url)
    shown = listing or (yield from _ask_root(root))
    if isinstance(shown, Unknown):
        return shown
    return _absence(shown, project, reply, url)


def _read_simple(answer: Answer, project: str, url: str) -> IndexState:
    if answer.media_type == SIMPLE_JSON_TYPE or answer.is_html:
        return _read_any(answer, project, url)
    return unknowns.malformed(url, "answered with a content type that the Simple API does not have")


def _ask_root(root: str) -> Generator[Ask, Answer | Unknown, Listing | Unknown | None]:
    """Ask for the beginning of a root; ``None`` where what answers is none."""
    reply = yield Ask(root, ACCEPT_SIMPLE, PREFIX_LIMIT)
    if isinstance(reply, Unknown):
        return reply
    if reply.status != _OK:
        return None
    from publish_gate.index import simple_html, simple_json

    if reply.media_type == SIMPLE_JSON_TYPE:
        return simple_json.read_root(reply)
    return simple_html.read_root(reply) if reply.is_html else None


def _absence(listing: Listing | None, project: str, page: Answer, url: str) -> IndexState:
    """Say what it means that a Simple API has no page for a project, given what its root showed.

    A page that is forwarded to a public index is missing only where the root lists all there is: it might
    forward for what it has as well.
    """
    if listing is None:
        came = "sends to a public index" if page.forwarded else f"answered with status {page.status}"
        return unknowns.not_an_index(url, came)
    if listing.lists(project):
        return unknowns.listed_without_page(url)
    if page.forwarded and listing.names is None:
        return unknowns.forwarded(url)
    return Absent(listing.api, redact(url))


def _ask_roots(address: IndexAddress, project: str, page: Answer) -> Conversation:
    """Look for a Simple API beside a template that has no answer for a project, and ask that."""
    url = address.project_url(project)
    for root in address.simple_roots:
        listing = yield from _ask_root(root)
        if isinstance(listing, Unknown):
            return listing
        # devpi lists its projects at /USER/INDEX/ as well, but has their pages elsewhere: where a template
        # goes on after the name, the part before it is believed only if its list was read to the end.
        guessed = url.startswith(root) and url.rstrip("/") != f"{root}{project}"
        if listing is None or (guessed and listing.names is None):
            continue
        if f"{root}{project}/" == url:
            return _absence(listing, project, page, url)
        return (yield from _ask_simple(root, project, listing))
    return _absence(None, project, page, url)
