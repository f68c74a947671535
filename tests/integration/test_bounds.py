"""An index that answers with as much as it can: a run ends in time and within memory, also with many packages."""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

MIB = 1024 * 1024
SECONDS = 5
HTML, JSON, SIMPLE = "text/html", "application/json", "application/vnd.pypi.simple.v1+json"
START = b'{"info":{"name":"demo"},"releases":{"1":['
# The peak is that of the process alone: the one that `wait4` tells includes that of the process it was forked from.
PROGRAM = """
import os, sys
from publish_gate import cli
code = cli.main(sys.argv[1:])
sys.stdout.flush()
print(next(line for line in open("/proc/self/status") if "VmHWM" in line), flush=True)
os._exit(code)
"""
pytestmark = pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="the peak of memory is told by Linux")


@contextmanager
def answering(media_type: str, body: bytes) -> Iterator[str]:
    """Answer everything that asks for one interface with one body."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            meant = ("/simple/" in self.path) is (media_type != JSON)
            self.send_response(200 if meant else 404)
            self.send_header("Content-Type", media_type)
            self.send_header("Content-Encoding", "gzip" if meant else "identity")
            self.send_header("Content-Length", str(len(body) if meant else 0))
            self.end_headers()
            if meant:
                self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

        def handle(self) -> None:
            with suppress(OSError):  # whoever has had enough hangs up
                super().handle()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def packed(start: bytes, piece: bytes, size: int, end: bytes = b"") -> bytes:
    """Pack a body of so many bytes."""
    return gzip.compress(start + piece * ((size - len(start)) // len(piece)) + end, 1)


ATTACKS = [
    (HTML, (b"", b"<a ", 60 * MIB), 1, "tags that never end"),
    (HTML, (b"<a ", b"x ", 15 * MIB), 1, "attributes without an end"),
    (JSON, (b'{"info":{},"releases":{"', b"1", 60 * MIB, b'":[]}}'), 1, "one key"),
    (JSON, (START, b"[],", 63 * MIB, b"[]]}}"), 1, "millions of lists"),
    (
        SIMPLE,
        (b'{"meta":{"api-version":"1.0"},"name":"demo","files":[', b"0,", 60 * MIB, b"0]}"),
        1,
        "millions of zeros",
    ),
    (JSON, (START, b" ", 500 * MIB), 1, "a bomb"),
    (JSON, (START, b"[],", 63 * MIB, b"[]]}}"), 16, "millions of lists, sixteen times"),
]


@pytest.mark.parametrize(("media_type", "pieces", "packages"), [r[:3] for r in ATTACKS], ids=[r[3] for r in ATTACKS])
def test_a_run_ends_within_its_bounds(
    media_type: str, pieces: tuple[bytes, bytes, int], packages: int, tmp_path: Path
) -> None:
    for number in range(packages):
        folder = tmp_path / f"p{number}"
        folder.mkdir()
        (folder / "pyproject.toml").write_text(f'[project]\nname = "demo{number}"\nversion = "1.0"\n', "utf-8")
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "publish-gate.yml").write_text("packages: {all: {path: 'p*'}}\n", "utf-8")
    environ = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    environ["PYTHONPATH"] = os.pathsep.join(sys.path)
    with answering(media_type, packed(*pieces)) as url:
        started = time.monotonic()
        options = ["check", "--no-workflow", "--timeout", str(SECONDS), "--index-url", url]
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM, *options],
            cwd=tmp_path,
            env=environ,
            capture_output=True,
            text=True,
            check=False,
        )
        taken = time.monotonic() - started
    peak = re.search(r"VmHWM:\s*(\d+) kB", done.stdout)
    assert done.returncode == 1, done.stderr
    assert "index-unavailable" in done.stdout
    assert peak is not None
    assert int(peak[1]) * 1024 < (400 if packages > 1 else 200) * 1000 * 1000
    assert taken < SECONDS + 2
