"""Servers on this machine: one that fails in every way, and two real indexes."""

from __future__ import annotations

import base64
import enum
import socket
import struct
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import IO, TYPE_CHECKING

import requests

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

STARTUP_SECONDS = 60.0
"""The longest that a real index may take to start."""


class Manner(enum.Enum):
    """How an answer is given."""

    WHOLE = "whole"
    DRIP_HEADERS = "drip headers, a byte now and then"
    DRIP_BODY = "drip body, a byte now and then"
    HANG = "never answer"
    CUT = "announce one byte more than is sent, then close"
    CUT_CHUNKED = "send chunks, and close before the last"
    RESET = "reset the connection before an answer"
    RAW = "send the body as it is, without a status line"


@dataclass(frozen=True, slots=True)
class Reply:
    """One answer of the fault server; ``filler`` is a number of zero bytes sent after the body."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    manner: Manner = Manner.WHOLE
    filler: int = 0


@dataclass(frozen=True, slots=True)
class Asked:
    """One request that the fault server got."""

    path: str
    headers: dict[str, str]


NOT_FOUND = Reply(404, (("Content-Type", "text/html"),), b"<html><h1>404 Not Found</h1></html>")

DENIED = Reply(401, (("WWW-Authenticate", 'Basic realm="index"'),))


@dataclass(slots=True)
class FaultServer:
    """Answers each path with the replies set for it, one after the other; the last one stays.

    With ``credentials`` (user, password) it answers nobody else.
    """

    _replies: dict[str, list[Reply]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    stopping: threading.Event = field(default_factory=threading.Event)
    port: int = 0
    credentials: tuple[str, str] | None = None

    @property
    def url(self) -> str:
        """The address of the server, without a slash at its end."""
        return f"http://127.0.0.1:{self.port}"

    def on(self, path: str, *replies: Reply) -> None:
        """Set the replies for a path."""
        self._replies[path] = list(replies)

    def count(self, path: str) -> int:
        """Return how often a path was asked."""
        return sum(asked.path == path for asked in self.asked)

    def admits(self, authorization: str) -> bool:
        """Tell whether whoever sent this header may have an answer."""
        if self.credentials is None:
            return True
        return authorization == "Basic " + base64.b64encode(":".join(self.credentials).encode()).decode()

    def take(self, path: str) -> Reply:
        """Return the reply whose turn it is."""
        replies = self._replies.get(path, [NOT_FOUND])
        return replies.pop(0) if len(replies) > 1 else replies[0]


class _Server(ThreadingTCPServer):
    # Threads are waited for at the end, so that none outlives its test.
    daemon_threads = False
    allow_reuse_address = True
    request_queue_size = 64

    def __init__(self, faults: FaultServer) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.faults = faults

    def handle_error(self, request: object, client_address: object) -> None:
        """Clients go away in the middle of an answer here; that is no error."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 10
    server: _Server

    def do_GET(self) -> None:
        faults = self.server.faults
        faults.asked.append(Asked(self.path, dict(self.headers.items())))
        self.close_connection = True
        reply = faults.take(self.path) if faults.admits(self.headers.get("Authorization", "")) else DENIED
        with suppress(OSError):
            self._give(reply)

    def log_message(self, *_args: object) -> None:
        """Say nothing: what was asked is kept in ``asked``."""

    def _give(self, reply: Reply) -> None:
        stopping = self.server.faults.stopping
        if reply.manner is Manner.HANG:
            stopping.wait()
        elif reply.manner is Manner.RESET:
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif reply.manner is Manner.RAW:
            self.wfile.write(reply.body)
        elif reply.manner is Manner.DRIP_HEADERS:
            self.wfile.write(b"HTTP/1.1 200 OK\r\nX-Drip: ")
            self._drip()
        else:
            self._answer(reply)

    def _answer(self, reply: Reply) -> None:
        self.send_response_only(reply.status)
        for name, value in reply.headers:
            self.send_header(name, value)
        length = len(reply.body) + reply.filler
        if reply.manner is Manner.CUT_CHUNKED:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            extra = {Manner.CUT: 1, Manner.DRIP_BODY: 1_000_000}.get(reply.manner, 0)
            self.send_header("Content-Length", str(length + extra))
        self.send_header("Connection", "close")
        self.end_headers()
        if reply.manner is Manner.CUT_CHUNKED:
            self.wfile.write(b"%x\r\n%s\r\n" % (len(reply.body), reply.body))
            return
        self.wfile.write(reply.body)
        block = bytes(1024 * 1024)
        for _ in range(reply.filler // len(block)):
            self.wfile.write(block)
        if reply.manner is Manner.DRIP_BODY:
            self._drip()

    def _drip(self) -> None:
        while not self.server.faults.stopping.wait(0.02):
            self.wfile.write(b" ")


@contextmanager
def fault_server() -> Iterator[FaultServer]:
    """Run a fault server on a port of its own choice."""
    faults = FaultServer()
    with _Server(faults) as server:
        faults.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield faults
        finally:
            faults.stopping.set()
            server.shutdown()
            thread.join()


def free_port() -> int:
    """Return a port of this machine that nothing listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@contextmanager
def _running(command: Sequence[str], log: Path, url: str) -> Iterator[None]:
    """Run a server until the block ends; it has started once ``url`` answers."""
    with log.open("wb") as output, _process(command, output) as process:
        end = time.monotonic() + STARTUP_SECONDS
        while not _answers(url):
            if process.poll() is not None or time.monotonic() > end:
                raise RuntimeError(f"{command[0]} did not start:\n{log.read_text(errors='replace')}")
            time.sleep(0.05)
        yield


@contextmanager
def _process(command: Sequence[str], output: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _answers(url: str) -> bool:
    try:
        with _direct() as session:
            return session.get(url, timeout=5).status_code < 500
    except requests.RequestException:
        return False


@contextmanager
def _direct() -> Iterator[requests.Session]:
    """Return a session that takes no proxy from the environment."""
    with requests.Session() as session:
        session.trust_env = False
        yield session


@dataclass(frozen=True, slots=True)
class RealIndex:
    """A real index: its ``url`` without a slash at the end, where uploads go, and who may upload."""

    url: str
    upload: str
    user: str = "user"
    password: str = "password"  # noqa: S105 - of a server that lives for one test

    def publish(self, *distributions: Path) -> None:
        """Upload distributions as a maintainer does."""
        command = [sys.executable, "-m", "twine", "upload", "--non-interactive", "--disable-progress-bar"]
        command += ["--repository-url", self.upload, "-u", self.user, "-p", self.password]
        uploaded = subprocess.run(
            [*command, *map(str, distributions)], capture_output=True, text=True, timeout=60, check=False
        )
        if uploaded.returncode != 0:
            raise RuntimeError(uploaded.stdout + uploaded.stderr)


@contextmanager
def pypi_server(folder: Path, *, fallback: bool = False) -> Iterator[RealIndex]:
    """Run a real pypiserver with its packages below ``folder``.

    With ``fallback``, its default, it redirects to the public index for what it does not have.
    """
    packages = folder / "packages"
    packages.mkdir()
    port = free_port()
    command = [sys.executable, "-m", "pypiserver", "run", "-i", "127.0.0.1", "-p", str(port)]
    command += ["-P", ".", "-a", ".", *([] if fallback else ["--disable-fallback"]), str(packages)]
    url = f"http://127.0.0.1:{port}"
    with _running(command, folder / "pypiserver.log", f"{url}/simple/"):
        yield RealIndex(url, url)


@contextmanager
def devpi(folder: Path) -> Iterator[RealIndex]:
    """Run a real devpi-server with an index ``alice/dev`` in a new ``folder``."""
    with devpi_indexes(folder, "dev") as (index,):
        yield index


@contextmanager
def devpi_indexes(folder: Path, *names: str) -> Iterator[tuple[RealIndex, ...]]:
    """Run a real devpi-server with several indexes of ``alice``, none of which takes from another."""
    scripts = Path(sys.executable).parent
    port = free_port()
    home = ["--serverdir", str(folder / "devpi")]
    subprocess.run([str(scripts / "devpi-init"), *home, "--no-root-pypi"], capture_output=True, timeout=60, check=True)
    command = [str(scripts / "devpi-server"), *home, "--host", "127.0.0.1", "--port", str(port)]
    url = f"http://127.0.0.1:{port}"
    user, password = "alice", "secret"
    with _running(command, folder / "devpi.log", f"{url}/+api"), _direct() as session:
        session.put(f"{url}/{user}", json={"password": password}, timeout=10).raise_for_status()
        login = session.post(f"{url}/+login", json={"user": user, "password": password}, timeout=10)
        session.auth = (user, login.json()["result"]["password"])
        session.headers["X-Devpi-Auth"] = (
            requests.Request("GET", url, auth=session.auth).prepare().headers["Authorization"].removeprefix("Basic ")
        )
        settings = {"type": "stage", "bases": [], "volatile": True}
        for name in names:
            session.put(f"{url}/{user}/{name}", json=settings, timeout=10).raise_for_status()
        yield tuple(RealIndex(f"{url}/{user}/{name}", f"{url}/{user}/{name}/", user, password) for name in names)
