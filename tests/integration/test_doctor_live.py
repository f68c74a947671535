"""The identity token is asked for over a real connection, from a server on this machine."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest
from integration.servers import Manner, Reply

from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.doctor.trusted_publishing.live_claims import NoClaims, Trouble, live_claims

if TYPE_CHECKING:
    from integration.servers import FaultServer

_JSON = (("Content-Type", "application/json"),)
_PATH = "/token?api-version=2&audience=publish-gate-doctor"


def _part(value: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")


TOKEN = f"{_part({'alg': 'RS256'})}.{_part({'iss': 'i', 'aud': 'a', 'repository': 'octo/sample'})}.c2ln"
ANSWER = Reply(200, _JSON, json.dumps({"value": TOKEN}).encode())


def _job(faults: FaultServer) -> dict[str, str]:
    return {
        "GITHUB_ACTIONS": "true",
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{faults.url}/token?api-version=2",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "bearer-secret",
    }


def test_claims_come_from_the_token_that_the_server_gives(faults: FaultServer) -> None:
    faults.on(_PATH, ANSWER)
    masked: list[str] = []
    claims = live_claims(_job(faults), masked.append, timeout=10)
    assert isinstance(claims, Claims)
    assert claims.get("repository") == "octo/sample"
    assert masked == [TOKEN]
    assert faults.asked[0].headers["Authorization"] == "bearer bearer-secret"
    assert "Cookie" not in faults.asked[0].headers


@pytest.mark.parametrize(
    ("reply", "trouble"),
    [
        pytest.param(Reply(403), Trouble.REFUSED, id="refused"),
        pytest.param(Reply(302, (("Location", "/elsewhere"),)), Trouble.REFUSED, id="sent elsewhere"),
        pytest.param(Reply(manner=Manner.HANG), Trouble.UNREACHABLE, id="a silence"),
        pytest.param(Reply(200, _JSON, b"{", Manner.DRIP_BODY), Trouble.UNREACHABLE, id="a drip"),
        pytest.param(Reply(manner=Manner.DRIP_HEADERS), Trouble.UNREACHABLE, id="a drip before the answer"),
        pytest.param(Reply(manner=Manner.RESET), Trouble.UNREACHABLE, id="a broken connection"),
        pytest.param(Reply(200, _JSON, b'{"value": "', filler=1024 * 1024), Trouble.UNUSABLE, id="a flood"),
    ],
)
def test_a_server_that_gives_none_is_told(faults: FaultServer, reply: Reply, trouble: Trouble) -> None:
    faults.on(_PATH, reply)
    faults.on("/elsewhere", ANSWER)
    found = live_claims(_job(faults), lambda _: None, timeout=1)
    assert isinstance(found, NoClaims)
    assert found.trouble is trouble
    assert "127.0.0.1" not in found.message
    assert faults.count("/elsewhere") == 0
