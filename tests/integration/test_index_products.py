"""The recipes for private indexes, as they stand in the documentation, against servers that answer as documented."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml
from integration.servers import FaultServer, Reply
from requests.auth import _basic_auth_str

from publish_gate import cli
from publish_gate.hosts import PYPI
from publish_gate.index.credentials import variables

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = Path(__file__).parents[2] / "docs" / "recipes" / "private-index.md"
HTML = (("Content-Type", "text/html"),)
JSON = (("Content-Type", "application/json"),)
TAG = ("--event", "push", "--ref", "refs/tags/v1.1")
USER, PASSWORD = "ci", "s3cret"


def page(title: str, *links: tuple[str, str]) -> Reply:
    anchors = "".join(f'<a href="{href}">{text}</a><br>\n' for href, text in links)
    text = (
        f"<!DOCTYPE html>\n<html><head><title>{title}</title></head><body><h1>{title}</h1>\n{anchors}</body>\n</html>"
    )
    return Reply(200, HTML, text.encode())


def files(project: str, *versions: str, title: str = "Links for {}") -> Reply:
    names = [f"{project}-{version}.tar.gz" for version in versions]
    return page(title.format(project), *((f"../../files/{name}#sha256=0", name) for name in names))


@dataclass(frozen=True)
class Product:
    """What a product answers: ``missing`` for a project that it does not have, and at its root a list or not.

    ``root`` is the title of its list, or empty where it has none, ``title`` that of a project's page.
    """

    missing: Reply
    root: str = ""
    title: str = "Links for {}"


ERRORS = json.dumps({"errors": [{"status": 404, "message": "Not Found"}]}).encode()
FORWARDED = Reply(302, (("Location", f"{PYPI.web}/simple/pkg/"),))
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
    return dict(re.findall(r"^### ([^\n]+)\n.*?^```yaml\n(.*?)^```$", text, re.MULTILINE | re.DOTALL))


def serve(faults: FaultServer, product: Product, simple: str, *versions: str) -> None:
    """Let the server answer as a product with one project of others, and this one if it has versions."""
    root = simple.removesuffix("{name}/")
    there = {"sampleproject": ("3.0",), **({"pkg": versions} if versions else {})}
    for name in ("pkg", "sampleproject", "not-there", "publish-gate-there-is-no-such-project"):
        found = files(name, *there[name], title=product.title) if name in there else product.missing
        faults.on(f"{root}{name}/", found)
    links = [(f"{root}{name}" if "GitLab" in product.root else f"{name}/", name) for name in there]
    faults.on(root, page(product.root, *links) if product.root else product.missing)


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Make a project, and stand in it, outside of any workflow and without anybody's credentials."""
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "pkg"\nversion = "1.1"\n', "utf-8")
    for name in [name for name in os.environ if name.startswith(("GITHUB_", "PUBLISH_GATE_", "NETRC"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def configure(checkout: Path, text: str, faults: FaultServer) -> str:
    """Write a product's config file, with the server in its host's place; return the address to read from."""
    text = re.sub(r"simple: https://[^/]+/", f"simple: {faults.url}/", text)
    (checkout / ".github").mkdir(exist_ok=True)
    (checkout / ".github" / "publish-gate.yml").write_text(text, "utf-8")
    address: str = yaml.safe_load(text)["targets"]["internal"]["index"]["simple"]
    return address.removeprefix(faults.url)


def decide(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any], str]:
    """Decide; return exit status, decision and everything that was said."""
    status = cli.main(["check", *TAG, "--format", "json", *options])
    told = capsys.readouterr()
    assert PASSWORD not in told.out + told.err
    return status, json.loads(told.out)["decision"], told.out


def test_every_product_has_its_recipe() -> None:
    assert list(recipes()) == list(PRODUCTS)


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_recipe(
    name: str, faults: FaultServer, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    faults.credentials = (USER, PASSWORD)
    simple = configure(checkout, recipes()[name], faults)
    product = PRODUCTS[name]
    serve(faults, product, simple)

    status, refused, said = decide(capsys)
    assert (status, refused["reason"], refused["should-publish"]) == (1, "index-unavailable", False)
    assert "PUBLISH_GATE_INDEX_INTERNAL_USERNAME" in said
    assert ".netrc" in said

    for variable, value in zip(variables("internal"), (USER, PASSWORD), strict=True):
        monkeypatch.setenv(variable, value)
    status, first, _ = decide(capsys)
    assert (status, first["reason"], first["publish-to"]) == (0, "first-release", "internal"), first

    serve(faults, product, simple, "1.0")
    assert decide(capsys)[1]["reason"] == "new-version"
    serve(faults, product, simple, "1.0", "1.1")
    assert decide(capsys)[1]["reason"] == "already-published"


@pytest.mark.parametrize("name", [name for name, product in PRODUCTS.items() if not product.root])
def test_without_a_list_and_a_probe_nothing_is_proven(
    name: str, faults: FaultServer, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = recipes()[name]
    assert "    probe: sampleproject\n" in text
    simple = configure(checkout, text.replace("    probe: sampleproject\n", ""), faults)
    serve(faults, PRODUCTS[name], simple)
    status, decision, said = decide(capsys)
    assert (status, decision["reason"]) == (1, "index-unavailable")
    assert "targets.internal.probe in the config file, or the input probe" in said
    assert decide(capsys, "--probe", "sampleproject")[1]["reason"] == "first-release"
    root = simple.removesuffix("{name}/")
    by_pip = ("--index-url", f"{faults.url}{root}", "--probe", "sampleproject")
    assert decide(capsys, *by_pip)[1]["reason"] == "first-release"
    assert decide(capsys, "--probe", "not-there")[1]["reason"] == "index-unavailable"


def test_a_probe_is_another_project(faults: FaultServer, checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    configure(checkout, recipes()["CodeArtifact"].replace("sampleproject", "PKG"), faults)
    assert cli.main(["check", *TAG]) == 2
    assert "publish-gate.yml:7:5: targets.internal.probe: names pkg, the package itself" in capsys.readouterr().err
    assert cli.main(["check", *TAG, "--probe", "Pkg"]) == 2
    assert "probe: names pkg, the package itself" in capsys.readouterr().err
    assert faults.asked == []


def test_two_private_indexes_have_credentials_of_their_own(
    faults: FaultServer, checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    index = "{simple: 'URL/NAME/simple/{name}/', upload: 'URL/NAME/up/'}".replace("URL", faults.url)
    target = f"{{index: {index}, when: {{push: {{tags: 'v*'}}}}}}"
    text = "targets:\n" + "".join(f"  {name}: {target.replace('NAME', name)}\n" for name in ("one", "two-b"))
    (checkout / ".github").mkdir()
    (checkout / ".github" / "publish-gate.yml").write_text(text, "utf-8")
    for name in ("one", "two-b"):
        serve(faults, PRODUCTS["Nexus"], f"/{name}/simple/{{name}}/", "1.0")
        user, password = variables(name)
        monkeypatch.setenv(user, name)
        monkeypatch.setenv(password, PASSWORD)
    assert decide(capsys)[1]["reason"] == "new-version"
    sent = {asked.path.split("/")[1]: asked.headers["Authorization"] for asked in faults.asked}
    assert sent == {name: _basic_auth_str(name, PASSWORD) for name in ("one", "two-b")}


@pytest.mark.parametrize(
    ("options", "text"),
    [
        (("--index-url", f"https://ci:{PASSWORD}@i.example/simple/"), ""),
        (("--index-url", f"http://ci:{PASSWORD}@127.0.0.1/simple/"), ""),
        (("--index-ulr", f"https://ci:{PASSWORD}@i.example/simple/"), ""),
        (("--policy", f"https://ci:{PASSWORD}@i.example/simple/"), ""),
        ((), f"targets: {{pypi: {{index: {{simple: 'https://ci:{PASSWORD}@i.example/{{name}}/'}}}}}}"),
        ((), f"targets: {{pypi: {{index: {{json: 'https://ci:{PASSWORD}@i.example/{{name}}'}}}}}}"),
        ((), f"targets: {{pypi: {{index: {{upload: 'https://ci:{PASSWORD}@i.example/'}}}}}}"),
        ((), f"targets: {{pypi: {{index: {{web: 'https://ci:{PASSWORD}@i.example/'}}}}}}"),
        ((), f"targets: {{pypi: {{index: 'https://ci:{PASSWORD}@i.example/'}}}}"),
        ((), f"targets: {{pypi: {{environment: ['https://ci:{PASSWORD}@i.example/']}}}}"),
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(
    options: tuple[str, ...], text: str, checkout: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    if text:
        (checkout / ".github").mkdir()
        (checkout / ".github" / "publish-gate.yml").write_text(text, "utf-8")
    try:
        status = cli.main(["check", *TAG, *options])
    except SystemExit as end:
        status = int(end.code or 0)
    assert status == 2
    told = capsys.readouterr()
    assert PASSWORD not in told.out + told.err
