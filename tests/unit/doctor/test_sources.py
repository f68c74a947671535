"""The repository's other files come through the checkout's one door."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.doctor.asked import FOLDER, read
from unit.doctor.scenarios import publishing

from publish_gate.checkout import Checkout
from publish_gate.doctor.uploads.sources import CheckoutSources

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("path", "content"),
    [
        pytest.param("scripts/release.sh", b"twine upload dist/*\n", id="a file"),
        pytest.param("scripts", None, id="a folder"),
        pytest.param("missing.sh", None, id="a file that is not there"),
        pytest.param("../outside.sh", None, id="a file outside of the checkout"),
        pytest.param("a\0b", None, id="what no file is called"),
    ],
)
def test_a_file_is_read_or_it_is_not_there(tmp_path: Path, path: str, content: bytes | None) -> None:
    (tmp_path / "outside.sh").write_bytes(b"secret")
    root = tmp_path / "checkout"
    (root / "scripts").mkdir(parents=True)
    (root / "scripts" / "release.sh").write_bytes(b"twine upload dist/*\n")
    known = read({"release.yml": publishing()})
    sources = CheckoutSources(Checkout.open(root, "."), known)
    assert sources.read(path) == content
    assert sources.workflow(f"{FOLDER}release.yml") is known[f"{FOLDER}release.yml"]
    assert sources.workflow(path) is None
