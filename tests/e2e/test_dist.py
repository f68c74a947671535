"""The step after the build and the step after the upload: outputs, annotations and summary, whatever was found."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from e2e.consumer import EXAMPLE_NAME
from e2e.index import host
from integration.distributions import make_sdist, make_wheel
from integration.servers import NOT_FOUND, Reply

from publish_gate.outputs import OUTPUTS

if TYPE_CHECKING:
    from pathlib import Path

    from e2e.direct import Step, StepRun
    from integration.servers import FaultServer

MODULE, VERSION = EXAMPLE_NAME.replace("-", "_"), "0.2.0"
WHEEL, SDIST = f"{MODULE}-{VERSION}-py3-none-any.whl", f"{MODULE}-{VERSION}.tar.gz"
PAGE = f"/simple/{EXAMPLE_NAME}/"


@pytest.fixture
def built(checkout: Path) -> Path:
    """A checkout with what was built in it."""
    (checkout / "dist").mkdir()
    make_wheel(checkout / "dist", EXAMPLE_NAME, VERSION)
    make_sdist(checkout / "dist", EXAMPLE_NAME, VERSION)
    return checkout / "dist"


def page(*files: Path, yanked: bool = False) -> Reply:
    entries = [
        {
            "filename": file.name,
            "hashes": {"sha256": hashlib.sha256(file.read_bytes()).hexdigest()},
            "yanked": yanked,
        }
        for file in files
    ]
    body = {"meta": {"api-version": "1.4"}, "name": EXAMPLE_NAME, "versions": [VERSION], "files": entries}
    return Reply(200, (("Content-Type", "application/vnd.pypi.simple.v1+json"),), json.dumps(body).encode())


def run(step: Step, index: FaultServer, **inputs: str) -> StepRun:
    done = replace(step, inputs={"targets": "testpypi", "index-url": index.url, "dist": "dist/", **inputs}).run()
    assert set(done.outputs) == {output.name for output in OUTPUTS}
    assert "Traceback" not in "\n".join(done.log)
    return done


def test_what_was_built_is_what_was_decided(step: Step, built: Path, index: FaultServer) -> None:
    host(index, "0.1.0")
    done = run(step, index, **{"fail-when": "built-mismatch, not-uploadable, content-differs"})
    assert (done.status, done.outputs["reason"]) == (0, "new-version")
    assert json.loads(done.outputs["files-to-upload"]) == sorted([WHEEL, SDIST])
    assert (done.outputs["already-uploaded"], done.outputs["verified"]) == ("", "")
    assert built.is_dir()


def test_a_build_of_another_version_ends_there(step: Step, built: Path, index: FaultServer) -> None:
    host(index, "0.1.0")
    make_wheel(built, EXAMPLE_NAME, "0.2.1.dev0")
    done = run(step, index, **{"fail-when": "built-mismatch"})
    assert (done.status, done.outputs["reason"], done.outputs["files-to-upload"]) == (1, "built-mismatch", "")
    (error,) = (each for each in done.annotations if each.level == "error")
    assert "0.2.1.dev0" in error.text
    assert "0.2.1.dev0" in done.summary


def test_without_the_folder_it_is_configured_wrongly(step: Step, checkout: Path, index: FaultServer) -> None:
    assert checkout.is_dir()
    done = run(step, index)
    assert (done.status, done.outputs["should-publish"], done.outputs["message"]) == (2, "false", "")
    assert any("build first" in each.text for each in done.annotations)


def test_a_release_that_is_there_is_verified(step: Step, built: Path, index: FaultServer) -> None:
    index.on(PAGE, NOT_FOUND, page(built / WHEEL, built / SDIST))
    done = run(step, index, mode="verify", wait="30")
    assert (done.status, done.outputs["verified"], done.outputs["missing"]) == (0, "true", "")
    assert float(done.outputs["seconds"]) > 1
    assert (done.outputs["should-publish"], done.outputs["publish-to"]) == ("false", "")
    assert (done.outputs["package"], done.outputs["version"]) == (EXAMPLE_NAME, VERSION)
    assert "verified after" in done.summary


@pytest.mark.parametrize(
    ("reply", "missing", "different"),
    [
        pytest.param("half", [SDIST], [], id="one file is missing"),
        pytest.param("yanked", [], [WHEEL, SDIST], id="it was yanked"),
        pytest.param("nothing", [WHEEL, SDIST], [], id="nothing is there"),
    ],
)
def test_a_release_that_is_not_right_fails_the_step(
    reply: str, missing: list[str], different: list[str], step: Step, built: Path, index: FaultServer
) -> None:
    files = (built / WHEEL, built / SDIST)
    replies = {"half": page(files[0]), "yanked": page(*files, yanked=True), "nothing": NOT_FOUND}
    index.on(PAGE, replies[reply])
    done = run(step, index, mode="verify", wait="0")
    assert (done.status, done.outputs["verified"]) == (1, "false")
    assert json.loads(done.outputs["missing"] or "[]") == missing
    assert json.loads(done.outputs["different"] or "[]") == different
    assert any(each.level == "error" and "not verified" in each.text for each in done.annotations)
