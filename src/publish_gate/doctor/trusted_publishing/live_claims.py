"""Asks GitHub, inside a job, for an identity token that no index takes, and returns what it says.

The token is for an audience that belongs to nobody. It is decoded here and forgotten: it is not returned, printed,
logged or sent anywhere. The caller is given it once, before anything else, to have the runner mask it.
"""

from __future__ import annotations

import enum
import queue
import threading
from typing import TYPE_CHECKING, Any, Final, NamedTuple, Protocol
from urllib.parse import quote

from publish_gate import __version__
from publish_gate.doctor.trusted_publishing.read_claims import TokenError, decode_token, is_token
from publish_gate.index.urls import is_loopback, split_url
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from publish_gate.doctor.trusted_publishing.claims import Claims

AUDIENCE: Final = "publish-gate-doctor"
"""Whom the token is for: nobody, so that nothing can be had for it."""

URL_VARIABLE: Final = "ACTIONS_ID_TOKEN_REQUEST_URL"
TOKEN_VARIABLE: Final = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # noqa: S105 - the name of a variable
LARGEST_ANSWER: Final = 64 * 1024
TIMEOUT: Final = 15.0
_OK: Final = 200
_CHUNK: Final = 8 * 1024
# What every token has new, and what was asked for: neither says anything about the one an upload would present.
_OURS: Final = ("aud", "jti", "exp", "iat", "nbf")


class Trouble(enum.Enum):
    """Why there are no claims."""

    NOT_A_RUNNER = "not-a-runner"
    NO_PERMISSION = "no-permission"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    UNUSABLE = "unusable"


@dataclass(frozen=True, slots=True)
class NoClaims:
    """There are no claims: why, and what to do about it. The message holds nothing secret."""

    trouble: Trouble
    message: str


class Reply(NamedTuple):
    """An answer of GitHub; ``body`` is cut after 64 KiB and one byte."""

    status: int
    body: bytes


class SendError(Exception):
    """No answer came. The message says why, without the address."""


class Send(Protocol):
    """Sends one GET request and does not follow where it leads; raises SendError."""

    def __call__(self, url: str, headers: Mapping[str, str], timeout: float) -> Reply:
        """Return the answer within ``timeout`` seconds."""


def live_claims(
    environ: Mapping[str, str], mask: Callable[[str], None], send: Send | None = None, timeout: float = TIMEOUT
) -> Claims | NoClaims:
    """Return the claims that a token of this job has, without those that differ from token to token.

    ``environ`` is the job's environment, ``mask`` is called with the token before it is looked at, ``timeout``
    is for the whole of it, in seconds.
    """
    url, bearer = environ.get(URL_VARIABLE, ""), environ.get(TOKEN_VARIABLE, "")
    trouble = _not_possible(environ, url, bearer)
    if trouble is not None:
        return trouble
    try:
        split_url(url)
    except ValueError as error:
        return NoClaims(Trouble.UNUSABLE, f"{URL_VARIABLE} is no address to ask: {error}")
    asked = f"{url}{'&' if '?' in url else '?'}audience={quote(AUDIENCE, safe='')}"
    headers = {
        "Authorization": f"bearer {bearer}",
        "Accept": "application/json",
        "User-Agent": f"publish-gate/{__version__}",
    }
    try:
        reply = (send or _send)(asked, headers, timeout)
    except SendError as error:
        return NoClaims(Trouble.UNREACHABLE, f"GitHub could not be asked for an identity token: {error}")
    if reply.status != _OK:
        message = f"GitHub refused an identity token with status {reply.status}"
        return NoClaims(Trouble.REFUSED, message)
    return _claims(reply.body, mask)


def _not_possible(environ: Mapping[str, str], url: str, bearer: str) -> NoClaims | None:
    if url and bearer:
        if bearer.isprintable() and bearer.isascii():
            return None
        return NoClaims(Trouble.UNUSABLE, f"{TOKEN_VARIABLE} holds what no request can carry")
    if environ.get("GITHUB_ACTIONS") != "true":
        message = "this is no job of GitHub Actions, so there is no identity token to ask for"
        return NoClaims(Trouble.NOT_A_RUNNER, message)
    if bearer:
        message = f"{URL_VARIABLE} is not set: this runner is not GitHub's, or something removed the variable"
        return NoClaims(Trouble.NOT_A_RUNNER, message)
    message = (
        "this job may not ask for an identity token: give it `permissions: id-token: write` "
        "(a pull request from a fork never gets it)"
    )
    return NoClaims(Trouble.NO_PERMISSION, message)


def _claims(body: bytes, mask: Callable[[str], None]) -> Claims | NoClaims:
    import json

    unusable = NoClaims(Trouble.UNUSABLE, "GitHub's answer holds no identity token")
    if len(body) > LARGEST_ANSWER:
        return NoClaims(Trouble.UNUSABLE, f"GitHub's answer is larger than {LARGEST_ANSWER // 1024} KiB")
    try:
        answer = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        return unusable
    token = answer.get("value") if isinstance(answer, dict) else None
    if not isinstance(token, str) or not is_token(token):
        # Not masked: it would be printed to the runner as it is, whatever lines it holds.
        return unusable
    mask(token)
    try:
        return decode_token(token).without(*_OURS)
    except TokenError as error:
        return NoClaims(Trouble.UNUSABLE, f"the identity token cannot be read: {error}")


def _send(url: str, headers: Mapping[str, str], timeout: float) -> Reply:
    """Send the request through ``requests``, and wait no longer than ``timeout`` seconds in all.

    Its own time-outs are for each read: a server that sends a byte now and then would hold it for hours.
    """
    outcome: queue.SimpleQueue[Reply | Exception] = queue.SimpleQueue()

    def body() -> None:
        try:
            outcome.put(_exchange(url, headers, timeout))
        except Exception as error:  # noqa: BLE001 - whatever it is, it is told without its text
            outcome.put(error)

    threading.Thread(target=body, name="publish-gate-token", daemon=True).start()
    try:
        reply = outcome.get(timeout=timeout)
    except queue.Empty:
        raise SendError("no answer came in time") from None
    if isinstance(reply, Exception):
        # Its message would hold the address, which is nobody's business.
        raise SendError(_reason(reply)) from None
    return reply


def _exchange(url: str, headers: Mapping[str, str], timeout: float) -> Reply:
    """Send the request and read the answer: no redirects, no cookies, no credentials of the machine."""
    import requests

    with requests.Session() as session:
        request = requests.Request("GET", url, headers=dict(headers)).prepare()
        settings: Mapping[str, Any] = session.merge_environment_settings(url, {}, True, None, None)  # noqa: FBT003 - the signature of requests
        local = is_loopback(split_url(url).hostname or "")
        # The adapter by itself: the session would follow redirects, and read ~/.netrc.
        response = session.get_adapter(url).send(
            request,
            stream=True,
            timeout=(timeout, timeout),
            verify=settings["verify"],
            cert=settings["cert"],
            proxies={} if local else settings["proxies"],
        )
        with response:
            body = bytearray()
            for chunk in response.iter_content(_CHUNK):
                body += chunk
                if len(body) > LARGEST_ANSWER:
                    break
            return Reply(response.status_code, bytes(body[: LARGEST_ANSWER + 1]))


def _reason(error: Exception) -> str:
    import requests

    if isinstance(error, TimeoutError | requests.Timeout):
        return "no answer came in time"
    if isinstance(error, requests.exceptions.SSLError):
        return "no secure connection could be agreed on (TLS)"
    return "the connection failed"
