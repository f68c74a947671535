"""The documentation as a site: Sphinx reads the same pages that GitHub shows."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx

DOCS = Path(__file__).resolve().parent
TOP = DOCS.parent
HOME = "https://github.com/publish-gate/publish-gate"

project = "Publish Gate"
author = "The Publish Gate maintainers"
project_copyright = author
extensions = ["myst_parser"]
# The start page shows README.md, which is the start page on GitHub.
exclude_patterns = ["README.md"]
nitpicky = True
myst_heading_anchors = 4
html_baseurl = "https://publish-gate.github.io/publish-gate/"
html_theme = "furo"
html_title = "Publish Gate"
html_theme_options = {
    "source_repository": HOME,
    "source_branch": "main",
    "source_directory": "docs/",
}
_LINK = re.compile(r"(?<=\]\()(?!\w+:|#)([^)\s#]+)(#[^)\s]*)?(?=\))")


def _on_the_site(path: Path, target: str, anchor: str) -> str:
    """Return where a link leads on the site: to GitHub for what is outside of this folder."""
    other = (path.parent / target).resolve()
    if other == DOCS / "README.md":
        return f"/index.md{anchor}"
    if other.is_relative_to(DOCS) or not other.exists():
        return target + anchor
    return f"{HOME}/{'tree' if other.is_dir() else 'blob'}/main/{other.relative_to(TOP).as_posix()}{anchor}"


def _adapt(path: Path, text: str) -> str:
    return _LINK.sub(lambda link: _on_the_site(path, link[1], link[2] or ""), text)


def _read(app: Sphinx, name: str, source: list[str]) -> None:
    source[0] = _adapt(Path(app.env.doc2path(name)), source[0])


def _include(_app: Sphinx, path: Path, _parent: str, source: list[str]) -> None:
    source[0] = _adapt(DOCS / path.name, source[0])


def setup(app: Sphinx) -> None:
    """Let links lead where they lead on GitHub."""
    app.connect("source-read", _read)
    app.connect("include-read", _include)
