"""A small index on loopback for trying things out: both APIs, with whatever projects it is told of.

It serves nothing but version numbers; it is no index to publish to.

    python scripts/loopback_index.py --background NAME=VERSION[,VERSION ...] ...

starts one that ends by itself, and prints ``url=ADDRESS``, as a step of a workflow writes an output.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

# Longer than any job that uses it.
SECONDS = 300.0
_PROJECT = re.compile(r"/(?:pypi/(?P<json>[a-z0-9-]+)/json|simple/(?P<simple>[a-z0-9-]+)/)\Z")
JSON_TYPE = "application/json"
SIMPLE_TYPE = "application/vnd.pypi.simple.v1+json"
_META = {"api-version": "1.4"}


def document(name: str, versions: Sequence[str]) -> bytes:
    """Return what the JSON API says about a project with these versions, one wheel each."""
    module = name.replace("-", "_")
    releases = {version: [_file(module, version, kind) for kind in ("sdist", "bdist_wheel")] for version in versions}
    return json.dumps({"info": {"name": name, "version": versions[-1]}, "releases": releases, "urls": []}).encode()


def _file(module: str, version: str, kind: str) -> dict[str, object]:
    """Return a file's entry with all the fields of a real one, so that its size is right too."""
    ending = ".tar.gz" if kind == "sdist" else "-py3-none-any.whl"
    return {
        "comment_text": "",
        "digests": {"blake2b_256": "0" * 64, "md5": "0" * 32, "sha256": "0" * 64},
        "downloads": -1,
        "filename": f"{module}-{version}{ending}",
        "has_sig": False,
        "md5_digest": "0" * 32,
        "packagetype": kind,
        "python_version": "source" if kind == "sdist" else "py3",
        "requires_python": ">=3.10",
        "size": 12345,
        "upload_time": "2026-11-21T00:00:00",
        "upload_time_iso_8601": "2026-11-21T00:00:00.000000Z",
        "url": f"/packages/00/00/{'0' * 60}/{module}-{version}{ending}",
        "yanked": False,
        "yanked_reason": None,
    }


def page(name: str, versions: Sequence[str]) -> bytes:
    """Return what the Simple API says about a project with these versions."""
    module = name.replace("-", "_")
    files = [
        {"filename": f"{module}-{version}{ending}", "url": f"/{module}-{version}{ending}", "hashes": {}}
        for version in versions
        for ending in (".tar.gz", "-py3-none-any.whl")
    ]
    status = {"status": "active"}
    return json.dumps(
        {"meta": _META, "name": name, "project-status": status, "versions": list(versions), "files": files}
    ).encode()


def listing(names: Iterable[str]) -> bytes:
    """Return what the Simple API says at its root."""
    return json.dumps({"meta": _META, "projects": [{"name": name} for name in names]}).encode()


class Answer(NamedTuple):
    """What is sent for a path."""

    status: int
    media_type: str
    body: bytes


NOT_FOUND = Answer(404, JSON_TYPE, b'{"message": "Not Found"}')


@contextmanager
def serve(projects: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Serve ``projects`` (name to versions) on a free port; yields the base address."""

    def answer(path: str) -> Answer:
        if path == "/simple/":
            return Answer(200, SIMPLE_TYPE, listing(projects))
        match = _PROJECT.match(path)
        name = (match["json"] or match["simple"]) if match else ""
        versions = projects.get(name)
        if not match or not versions:
            return NOT_FOUND
        if match["json"]:
            return Answer(200, JSON_TYPE, document(name, versions))
        return Answer(200, SIMPLE_TYPE, page(name, versions))

    with answering(answer) as address:
        yield address


@contextmanager
def answering(answer: Callable[[str], Answer]) -> Iterator[str]:
    """Serve what ``answer`` gives for each path, on a free port; yields the base address."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, media_type, body = answer(self.path)
            self.send_response(status)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the signature of http.server
            """Say nothing: the reader wants the decision, not the traffic."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def start(arguments: list[str]) -> str:
    """Start an index as a process that outlives this one; return the first line that it says."""
    # Apart from what ends with the step: its session, or the group that Windows sends signals to.
    apart = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0) | getattr(subprocess, "CREATE_NO_WINDOW", 0)
    process = subprocess.Popen(
        [sys.executable, str(Path(__file__).resolve()), *arguments],
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
        creationflags=apart, start_new_session=os.name != "nt",
    )  # fmt: skip
    if process.stdout is None:
        raise AssertionError("a pipe was asked for")
    # It is left to itself.
    process.returncode = 0
    return process.stdout.readline()


def main() -> int:
    """Serve, or have another process serve, for a while."""
    parser = argparse.ArgumentParser(description="A small index on loopback.")
    parser.add_argument("projects", nargs="*", metavar="NAME=VERSION[,VERSION ...]")
    parser.add_argument("--background", action="store_true", help="print the address and return")
    options = parser.parse_args()
    if options.background:
        print(start(options.projects), end="")
        return 0
    projects = {name: versions.split(",") for name, _, versions in (each.partition("=") for each in options.projects)}
    with serve(projects) as address:
        print(f"url={address}", flush=True)
        time.sleep(SECONDS)
    return 0


if __name__ == "__main__":
    sys.exit(main())
