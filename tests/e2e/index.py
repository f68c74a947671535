"""What an index on loopback answers in these tests."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from e2e.consumer import EXAMPLE_NAME
from integration.servers import FaultServer, Reply

if TYPE_CHECKING:
    from collections.abc import Sequence

JSON = (("Content-Type", "application/json"),)
LISTING = Reply(
    200,
    (("Content-Type", "application/vnd.pypi.simple.v1+json"),),
    b'{"meta": {"api-version": "1.4"}, "projects": [{"name": "another-project"}]}',
)
ABSENT = Reply(404, JSON, b'{"message": "Not Found"}')


def document(name: str, versions: Sequence[str]) -> Reply:
    """Return the JSON API's answer for a project with these versions, one wheel each."""
    module = name.replace("-", "_")
    releases = {
        version: [
            {
                "filename": f"{module}-{version}-py3-none-any.whl",
                "packagetype": "bdist_wheel",
                "yanked": False,
                "upload_time_iso_8601": "2026-01-01T00:00:00Z",
            }
        ]
        for version in versions
    }
    latest = versions[-1] if versions else ""
    body = {"info": {"name": name, "version": latest}, "releases": releases, "urls": []}
    return Reply(200, JSON, json.dumps(body).encode())


def host(server: FaultServer, *versions: str, name: str = EXAMPLE_NAME) -> str:
    """Let ``server`` host a project with these versions, or know of none; return its base address.

    Its list of projects is what proves that one is not there: any gateway has that 404.
    """
    server.on("/simple/", LISTING)
    server.on(f"/pypi/{name}/json", document(name, versions) if versions else ABSENT)
    return server.url
