"""The documentation as a site: built strictly, and every link inside it leads somewhere."""

from __future__ import annotations

import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest

TOP = Path(__file__).resolve().parents[2]
DOCS = TOP / "docs"
SECONDS = 300.0


class Page(HTMLParser):
    """The links of a page, and what a link into it can name."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.anchors: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del tag
        for name, value in attrs:
            if name in {"href", "src"} and value is not None:
                self.links.append(value)
            elif name == "id" and value is not None:
                self.anchors.add(value)


def sphinx(source: Path, site: Path, *options: str) -> str:
    """Build a site as release.yml does; return what was said, empty if all is well."""
    command = [sys.executable, "-m", "sphinx", "--fail-on-warning", "--nitpicky", "--quiet", *options]
    done = subprocess.run(
        [*command, str(source), str(site)], cwd=TOP, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT, text=True, timeout=SECONDS, check=False,
    )  # fmt: skip
    return done.stdout or f"exit status {done.returncode}" if done.returncode else ""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site, built once."""
    folder = tmp_path_factory.mktemp("site")
    assert sphinx(DOCS, folder, "--keep-going") == ""
    return folder


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    """Every page of the site."""
    return {path.resolve(): Page(path) for path in site.rglob("*.html")}


def test_every_document_is_a_page(site: Path) -> None:
    wanted = {path.relative_to(DOCS).with_suffix(".html") for path in DOCS.rglob("*.md")} - {Path("README.html")}
    assert wanted <= {path.relative_to(site) for path in site.rglob("*.html")}


def test_every_link_inside_the_site_leads_somewhere(pages: dict[Path, Page]) -> None:
    lost = []
    for path, page in pages.items():
        for link in page.links:
            address = urlsplit(link)
            if address.scheme or address.netloc:
                continue
            target = (path.parent / unquote(address.path)).resolve() if address.path else path
            anchored = not address.fragment or target not in pages or address.fragment in pages[target].anchors
            if not target.exists() or not anchored:
                lost.append(f"{path.name}: {link}")
    assert lost == []


def test_a_link_out_of_the_folder_leads_to_a_file_of_the_repository(pages: dict[Path, Page]) -> None:
    home = "https://github.com/publish-gate/publish-gate/"
    found = {
        link for page in pages.values() for link in page.links if link.startswith((f"{home}blob/", f"{home}tree/"))
    }
    paths = {urlsplit(link).path.split("/main/", 1)[1] for link in found}
    assert {"README.md", "CHANGELOG.md", "examples/monorepo"} <= paths
    assert [path for path in paths if not (TOP / path).exists()] == []


@pytest.mark.parametrize(
    ("text", "said"),
    [("[x](nowhere.md)", "nowhere.md"), ("[x](#nowhere)", "nowhere"), ("![x](nowhere.svg)", "nowhere.svg")],
    ids=["a page", "an anchor", "a picture"],
)
def test_what_is_not_there_fails_the_build(text: str, said: str, tmp_path: Path) -> None:
    source = tmp_path / "docs"
    source.mkdir()
    (source / "index.md").write_text(f"# Page\n\n{text}\n", "utf-8")
    (source / "conf.py").write_text((DOCS / "conf.py").read_text("utf-8"), "utf-8")
    assert said in sphinx(source, tmp_path / "site")
