"""Asks GitHub, inside a job, for an identity token that no index takes, and returns what it says.

The token is for an audience that belongs to nobody. It is decoded here and forgotten: it is not returned, printed,
logged or sent anywhere. The caller is given it once, before anything else, to have the runner mask it.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol
from urllib.parse import quote

from publish_gate import __version__
from publish_gate.doctor.trusted_publishing.read_claims import TokenError, decode_token, is_token
from publish_gate.index.exchange import RawAnswer, SendError
from publish_gate.index.urls import split_url

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from publish_gate.doctor.trusted_publishing.claims import Claims

AUDIENCE: Final = "publish-gate-doctor"
"""Whom the token is for: nobody, so that nothing can be had for it."""

URL_VARIABLE: Final = "ACTIONS_ID_TOKEN_REQUEST_URL"
TOKEN_VARIABLE: Final = "ACTIONS_ID_TOKEN_REQUEST_TOKEN"  # noqa: S105 - the name of a variable
LARGEST_ANSWER: Final = 64 * 1024
"""Bytes of GitHub's answer to a request for an identity token, which has a few KiB."""
TIMEOUT: Final = 15.0
_OK: Final = 200
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


class Send(Protocol):
    """Sends one GET request and does not follow where it leads; raises SendError."""

    def __call__(self, url: str, headers: Mapping[str, str], timeout: float) -> RawAnswer:
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
        reply = (send or _sender())(asked, headers, timeout)
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


def _sender() -> Send:
    from publish_gate.index.transport import send_once

    return lambda url, headers, timeout: send_once(url, headers, timeout, LARGEST_ANSWER)
