"""The example monorepo: a checkout of it, and an index on loopback that hosts both of its targets."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

from e2e.consumer import TOP
from e2e.index import ABSENT, LISTING, document
from integration.servers import Reply

from publish_gate.targets import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from integration.servers import FaultServer

MONOREPO = TOP / "examples" / "monorepo"
RELEASE_WORKFLOW = ".github/workflows/release.yml"
CONFIG = ".github/publish-gate.yml"
CLI, CORE, HTTP = "example-monorepo-cli", "example-monorepo-core", "example-monorepo-http"
VERSIONS = {CLI: "1.4.0", CORE: "0.2.0", HTTP: "0.3.1"}
"""The packages in their order, with the versions of the checkout."""
TARGETS = ("testpypi", "pypi")


def make_monorepo(folder: Path, server: FaultServer) -> Path:
    """Copy the example to ``folder``, with both of its targets on ``server``."""
    shutil.copytree(MONOREPO, folder)
    # The harness writes a workflow of its own; act would run this one beside it.
    (folder / RELEASE_WORKFLOW).unlink()
    file = folder / CONFIG
    file.write_text(on_loopback(file.read_text("utf-8"), server.url), "utf-8")
    return folder


def on_loopback(config: str, url: str) -> str:
    """Give both targets of a config file an index below ``url``; no line moves."""
    for target in TARGETS:
        config, count = re.subn(rf"(?m)^  {target}:(.*)$", rf"  {target}:\1\n    {address(url, target)}", config)
        assert count == 1
    return config


def address(url: str, target: str) -> str:
    """Return the line that says where a target's index answers, and takes uploads as the public one does."""
    public = BUILT_IN[target].index
    return f"index: {{ json: '{url}/{target}/{{name}}/json', upload: '{public.upload}', web: '{public.web}' }}"


def host(server: FaultServer, target: str, published: Mapping[str, str]) -> None:
    """Let a target's index on ``server`` have these versions of the packages, each whole, and none of the others."""
    list_others(server, target)
    for name in VERSIONS:
        reply = whole(name, published[name]) if name in published else ABSENT
        server.on(f"/{target}/{name}/json", reply)


def list_others(server: FaultServer, target: str) -> None:
    """Let a target's index on ``server`` list its projects: that is what proves that others are not there."""
    server.on(f"/{target}/simple/", LISTING)


def whole(name: str, version: str) -> Reply:
    """Return what an index says of a project with one version that has both kinds of distribution."""
    reply = document(name, [version])
    body = json.loads(reply.body)
    stem = f"{name.replace('-', '_')}-{version}"
    body["releases"][version].append({"filename": f"{stem}.tar.gz", "packagetype": "sdist", "yanked": False})
    return Reply(reply.status, reply.headers, json.dumps(body).encode())


def make_many(folder: Path, names: Sequence[str], url: str, below: str = "packages") -> Path:
    """Make a monorepo of packages of version 1.0 that are all published to one target, an index at ``url``."""
    for name in names:
        package = folder / below / name
        package.mkdir(parents=True)
        (package / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1.0"\n', "utf-8")
    (folder / ".github").mkdir()
    config = f"packages:\n  all:\n    path: {below}/*\ntargets:\n  testpypi:\n    {address(url, 'testpypi')}\n"
    (folder / CONFIG).write_text(config, "utf-8")
    return folder
