"""The recipes for private indexes, as they stand in the documentation, against servers that answer as documented."""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from integration.servers import FaultServer, Reply

from publish_gate import cli
from publish_gate.index.credentials import variables

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = Path(__file__).parents[2] / "docs" / "recipes" / "private-index.md"
HTML = (("Content-Type", "text/html"),)
JSON = (("Content-Type", "application/json"),)
SIMPLE_JSON = (("Content-Type", "application/vnd.pypi.simple.v1+json"),)
TAG = ("--event", "push", "--ref", "refs/tags/v1.1")
USER, PASSWORD = "ci", "s3cret"


def page(title: str, *links: tuple[str, str]) -> Reply:
    anchors = "".join(f'<a href="{href}">{text}</a><br>\n' for href, text in links)
    text = f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1>\n{anchors}</body>\n</html>"
    return Reply(200, HTML, text.encode())


def files(project: str, *versions: str, title: str = "Links for {}") -> Reply:
    names = [f"{project}-{version}.tar.gz" for version in versions]
    return page(title.format(project), *((f"../../files/{name}#sha256=0", name) for name in names))


@dataclass(frozen=True)
class Product:
    """What a product answers: ``missing`` for a project that it does not have, and at its root a list or not.

    ``there`` is its page for a project; ``root`` is given the address at which it stands.
    """

    missing: Reply
    root: str = ""
    title: str = "Links for {}"
    closed: Reply = field(default_factory=lambda: Reply(401, (("WWW-Authenticate", 'Basic realm="x"'),)))


ERRORS = json.dumps({"errors": [{"status": 404, "message": "Not Found"}]}).encode()
FORWARDED = Reply(302, (("Location", "https://pypi.org/simple/pkg/"),))
PRODUCTS: Mapping[str, Product] = {
    "Artifactory": Product(Reply(404, JSON, ERRORS), "Simple Index", ""),
    "Nexus": Product(Reply(404, HTML, b"<html><title>404 - Nexus Repository</title></html>"), "Simple Index"),
    # It forwards to the public index what it does not have.
    "GitLab": Product(FORWARDED, "Links for internal"),
    "CodeArtifact": Product(Reply(404, JSON, b'{"message": "Package not found"}')),
    "Google Artifact Registry": Product(Reply(404, HTML, b"<html>Not found</html>")),
    "Azure Artifacts": Product(Reply(404, JSON, b'{"$id": "1", "typeKey": "PackageNotFoundException"}')),
    "devpi": Product(Reply(404, JSON, b'{"message": "no such project"}'), "alice/prod: simple list"),
}


def recipes() -> dict[str, str]:
    """Return the config file of each product's section."""
    text = PAGE.read_text("utf-8").partition("## Products")[2]
    return dict(re.findall(r"^### (.+)\n.*?^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


class Guarded(FaultServer):
    """A server that answers only who has the right user and password."""

    __slots__ = ()

    def take(self, path: str) -> Reply:
        """Return the reply whose turn it is, to the last one who asked."""
        sent = self.asked[-1].headers.get("Authorization", "")
        wanted = "Basic " + base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
        return FaultServer.take(self, path) if sent == wanted else Reply(401, (("WWW-Authenticate", "Basic"),))


def serve(faults: FaultServer, product: Product, simple: str, *versions: str) -> None:
    """Let the server answer as a product with one project of others, and this one if it has versions."""
    root = simple.removesuffix("{name}/")
    there = {"sampleproject": ("3.0",), **({"pkg": versions} if versions else {})}
    nobody = ("pkg", "sampleproject", "publish-gate-there-is-no-such-project")
    for name in nobody:
        found = files(name, *there[name], title=product.title) if name in there else product.missing
        faults.on(f"{root}{name}/", found)
    links = [(f"{root}{name}" if "GitLab" in product.root else f"{name}/", name) for name in there]
    faults.on(root, page(product.root, *links) if product.root else product.missing)


@pytest.fixture
def guarded(faults: FaultServer, monkeypatch: pytest.MonkeyPatch) -> FaultServer:
    """Let the server want credentials, and give those of the target."""
    monkeypatch.setattr(FaultServer, "take", Guarded.take)
    for name, value in zip(variables("internal"), (USER, PASSWORD), strict=True):
        monkeypatch.setenv(name, value)
    return faults
