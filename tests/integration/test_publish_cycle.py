"""The whole road against real indexes: the gate says publish, it is built and uploaded, the gate says no."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from integration.servers import RealIndex

TOP = Path(__file__).resolve().parents[2]
EXAMPLE = TOP / "examples" / "litellm-codex-oauth-provider"
VERSION_FILE = "src/litellm_codex_oauth_provider/_version.py"


def gate(checkout: Path, *options: str) -> dict[str, Any]:
    """Run the command line as a process of its own and return its JSON."""
    command = [sys.executable, "-m", "publish_gate", "check", "--format", "json", "--event", "push"]
    done = subprocess.run(
        [*command, "--ref", "refs/heads/main", *options],
        cwd=checkout,
        env={"PYTHONPATH": str(TOP / "src"), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr
    decision: dict[str, Any] = json.loads(done.stdout)["decision"]
    return decision


def build(checkout: Path) -> list[Path]:
    """Build with the project's own back end, as `python -m build` does."""
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(checkout / "dist"), str(checkout)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return sorted((checkout / "dist").iterdir())


@pytest.fixture
def checkout(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Copy the example project under a name of its own: the indexes are shared between tests."""
    folder = tmp_path / "checkout"
    shutil.copytree(EXAMPLE, folder)
    pyproject = folder / "pyproject.toml"
    name = f"litellm-codex-oauth-provider-{request.node.callspec.id}"
    pyproject.write_text(pyproject.read_text("utf-8").replace("litellm-codex-oauth-provider", name), "utf-8")
    text = pyproject.read_text("utf-8")
    packages = '\n[tool.hatch.build.targets.wheel]\npackages = ["src/litellm_codex_oauth_provider"]\n'
    pyproject.write_text(text + packages, "utf-8")
    return folder


@pytest.mark.parametrize(
    ("server", "address"),
    [
        ("pypiserver_index", "{base}"),
        ("pypiserver_index", "{base}/simple/"),
        ("pypiserver_index", "{base}/{{name}}/json"),
        ("devpi_index", "{base}/+simple/{{name}}/"),
        ("devpi_index", "{base}/+simple/"),
    ],
    ids=["pypiserver-base", "pypiserver-pip", "pypiserver-json", "devpi-template", "devpi-pip"],
)
def test_publish_then_already_published_then_the_next_version(
    server: str, address: str, checkout: Path, request: pytest.FixtureRequest
) -> None:
    index: RealIndex = request.getfixturevalue(server)
    url = ("--index-url", address.format(base=index.url))

    first = gate(checkout, *url)
    assert (first["reason"], first["should-publish"]) == ("first-release", True), first

    distributions = build(checkout)
    assert [path.suffix for path in distributions] == [".whl", ".gz"]
    assert gate(checkout, *url, "--version-file", "dist/")["reason"] == "first-release"
    index.publish(*distributions)

    again = gate(checkout, *url)
    assert (again["reason"], again["should-publish"]) == ("already-published", False), again

    version_file = checkout / VERSION_FILE
    version_file.write_text(version_file.read_text("utf-8").replace("0.2.0", "0.2.1"), "utf-8")
    bumped = gate(checkout, *url)
    assert (bumped["reason"], bumped["publish-to"]) == ("new-version", "testpypi"), bumped

    version_file.write_text(version_file.read_text("utf-8").replace("0.2.1", "0.1.9"), "utf-8")
    behind = gate(checkout, *url)
    assert (behind["reason"], behind["should-build"]) == ("version-behind", False), behind
