"""The words for each way in which an index gives no answer: what was asked, what came, what to do next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from publish_gate.index.addresses import CREDENTIALS
from publish_gate.index.credentials import variables
from publish_gate.index.exchange import BODY_LIMIT, MEBIBYTE
from publish_gate.index.state import Unknown, UnknownCause
from publish_gate.index.urls import redact

if TYPE_CHECKING:
    from publish_gate.index.exchange import Answer
    from publish_gate.index.payload import PageError

_LATER: Final = "run the job again in a few minutes; if it stays, look at the status page of the index"
_OWNER: Final = "tell whoever runs the index, or name another address of it"
_FORMS: Final = (
    "name the index by its base address (https://HOST), by the address pip is given (https://HOST/simple/; "
    "with devpi …/USER/INDEX/+simple/), or by one with {name} in it"
)
PROBE: Final = (
    "name a project that is on this index, so that the two answers can be compared: targets.<TARGET>.probe in the "
    "config file, or the input probe"
)
"""The way out if absence cannot be proven; ``<TARGET>`` stands for the target's name."""
_TOO_MANY_REQUESTS: Final = 429
_REQUEST_TIMEOUT: Final = 408


def unknown(cause: UnknownCause, url: str, came: str, hint: str) -> Unknown:
    """Return an unknown state about an address, which is redacted here. ``came`` completes the sentence."""
    shown = redact(url)
    return Unknown(cause, f"{shown} {came}", hint, shown)


def for_target(state: Unknown, target: str | None) -> Unknown:
    """Name the target in what to do next."""
    if target is None:
        return state
    stem = variables(target)[0].removesuffix("_USERNAME")
    hint = state.hint.replace("PUBLISH_GATE_INDEX_<TARGET>", stem).replace("targets.<TARGET>", f"targets.{target}")
    return replace(state, hint=hint)


def timeout(url: str, seconds: float) -> Unknown:
    """No complete answer came in time."""
    hint = f"{_LATER}; a slow index may need a longer timeout"
    return unknown(UnknownCause.TIMEOUT, url, f"gave no complete answer within {seconds:g} s", hint)


def unreachable(url: str, what: str) -> Unknown:
    """No connection was made, or it broke before an answer."""
    hint = f"check the address, the network and the proxy settings; otherwise {_LATER}"
    return unknown(UnknownCause.UNREACHABLE, url, f"cannot be reached: {what}", hint)


def untrusted(url: str) -> Unknown:
    """The TLS handshake failed."""
    hint = "check the address and the clock; for a private certificate authority set REQUESTS_CA_BUNDLE"
    came = "cannot be reached: its certificate was not accepted (TLS)"
    return unknown(UnknownCause.UNREACHABLE, url, came, hint)


def without_certificates(url: str) -> Unknown:
    """The file of certificates that the environment names cannot be used."""
    hint = "set REQUESTS_CA_BUNDLE (or CURL_CA_BUNDLE) to a file of certificates that is there, or unset it"
    came = "was not asked: REQUESTS_CA_BUNDLE or CURL_CA_BUNDLE names no file that holds certificates"
    return unknown(UnknownCause.UNREACHABLE, url, came, hint)


def proxy(url: str, what: str) -> Unknown:
    """The proxy that the environment names made no connection."""
    hint = "check the proxy settings (HTTPS_PROXY, ALL_PROXY, and NO_PROXY for what needs none)"
    return unknown(UnknownCause.UNREACHABLE, url, f"cannot be reached: the proxy on the way {what}", hint)


def not_now(answer: Answer, url: str) -> Unknown:
    """The server, or a proxy, gave up on this request or did not want it yet."""
    what = "the request took too long to come" if answer.status == _REQUEST_TIMEOUT else "the request came too early"
    return unknown(UnknownCause.SERVER_ERROR, url, f"answered with status {answer.status}: {what}", _LATER)


def server_error(answer: Answer, url: str) -> Unknown:
    """The server said that it failed."""
    return unknown(UnknownCause.SERVER_ERROR, url, f"failed with status {answer.status}", _LATER)


def rate_limited(url: str) -> Unknown:
    """The server asked to be asked less often."""
    hint = "run the job again later; many jobs behind one address share one limit"
    return unknown(UnknownCause.RATE_LIMITED, url, f"refused with status {_TOO_MANY_REQUESTS}: too often", hint)


def forbidden(status: int, url: str) -> Unknown:
    """The index, or a proxy on the way, wants credentials."""
    hint = f"it wants credentials, or does not take those that it got: {CREDENTIALS}; check what they may read"
    if status == 407:  # noqa: PLR2004 - the status of RFC 9110 for a proxy that wants credentials
        hint = "check the credentials of the proxy (HTTPS_PROXY)"
    return unknown(UnknownCause.FORBIDDEN, url, f"refused with status {status}", hint)


def not_an_index(url: str, came: str) -> Unknown:
    """Something answers there, but nothing that is known to answer for projects."""
    return unknown(UnknownCause.NOT_AN_INDEX, url, f"{came}, and nothing there answers as an index does", _FORMS)


def unproven(url: str, came: str) -> Unknown:
    """The project may well not be there, but nothing proves that what answers would know."""
    came = f"{came}, and nothing there proves that the project is not on the index"
    return unknown(UnknownCause.NOT_AN_INDEX, url, came, f"{PROBE}. Or {_FORMS}")


def probe_failed(url: str, probe: str) -> Unknown:
    """The project that is said to be there is not, or one that cannot exist answers otherwise."""
    came = f"does not tell {probe}, the project that `probe` names, from one that does not exist"
    hint = f"name a project that has files on this index, and is not the package itself; {_FORMS}"
    return unknown(UnknownCause.NOT_AN_INDEX, url, came, hint)


def moved(url: str) -> Unknown:
    """Another place than the one that was asked says that there is no such page."""
    came = "sends to another place, which has no such page: that says nothing about the index"
    return unknown(UnknownCause.REDIRECT_REFUSED, url, came, f"check the address and the credentials; {CREDENTIALS}")


def contradiction(url: str, came: str) -> Unknown:
    """Two answers of one index cannot both be right."""
    hint = f"a new project needs a minute or two until both agree: {_LATER}"
    return unknown(UnknownCause.MALFORMED, url, came, hint)


def empty(url: str) -> Unknown:
    """A page came that names no file of the project, or of one of its releases, which is as likely half of one."""
    came = "answered about a release, or the project, without a single file, and nothing confirms that there are none"
    return unknown(UnknownCause.MALFORMED, url, came, f"{PROBE}. Or {_FORMS}")


def listed_without_page(url: str) -> Unknown:
    """The root lists the project, so that a page that is missing there says nothing."""
    came = "has no page for the project, although the index lists it"
    return unknown(UnknownCause.MALFORMED, url, came, _FORMS)


def malformed(url: str, came: str) -> Unknown:
    """The answer is not of the form that the index's interface promises."""
    return unknown(UnknownCause.MALFORMED, url, came, f"{_LATER}, or {_OWNER}")


def truncated(url: str) -> Unknown:
    """The answer ended before the length that was announced."""
    return unknown(UnknownCause.TRUNCATED, url, "broke off in the middle of its answer", _LATER)


def too_large(url: str) -> Unknown:
    """The answer is larger than any project's."""
    came = f"answered with more than {BODY_LIMIT // MEBIBYTE} MiB"
    return unknown(UnknownCause.TOO_LARGE, url, came, _OWNER)


def unusable(fault: PageError, url: str) -> Unknown:
    """A page came that cannot be used."""
    if fault.cause is UnknownCause.NOT_AN_INDEX:
        return not_an_index(url, str(fault))
    hint = f"{_LATER}, or {_OWNER}"
    if fault.cause is UnknownCause.WRONG_PROJECT:
        hint = f"check the address of the index, or {_OWNER}"
    return unknown(fault.cause, url, str(fault), hint)


def redirect_refused(url: str, why: str) -> Unknown:
    """The server sent elsewhere, to a place that may not be asked."""
    hint = "name the address that it sends to, if that is the index you mean"
    return unknown(UnknownCause.REDIRECT_REFUSED, url, f"sends elsewhere: {why}", hint)


def forwarded(url: str) -> Unknown:
    """The index sends to a public index for what it does not have, and may have the project itself."""
    hint = (
        "name the public index, if you mean that one; otherwise switch the forwarding off "
        "(pypiserver: --disable-fallback)"
    )
    came = "sends to a public index, whose answer would not be about this one"
    return unknown(UnknownCause.REDIRECT_REFUSED, url, came, hint)


def unexpected(answer: Answer, url: str) -> Unknown:
    """A status that neither interface gives."""
    if answer.status >= 500:  # noqa: PLR2004 - RFC 9110: 5xx is the server's fault
        return server_error(answer, url)
    if answer.status >= 400:  # noqa: PLR2004 - RFC 9110: 4xx is the request's fault
        return not_an_index(url, f"answered with status {answer.status}")
    return malformed(url, f"answered with status {answer.status}, where 200 or 404 was expected")
