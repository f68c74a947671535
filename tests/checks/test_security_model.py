"""Each claim of the security model is held by tests that are there."""

from __future__ import annotations

import re
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
PAGE = TOP / "docs" / "security-model.md"
LINK = re.compile(r"\[`(test_\w+)`\]\(\.\./(tests/[\w/]+\.py)\)")


def claims() -> list[str]:
    text = PAGE.read_text("utf-8").partition("## What holds it")[2].partition("\n## ")[0]
    return [line for line in text.splitlines() if line.startswith("| ")][1:]


def test_every_claim_names_a_test_that_is_there() -> None:
    assert len(claims()) > 10
    for claim in claims():
        found = LINK.findall(claim)
        assert found, claim
        assert len(found) == claim.count("](")
        for name, path in found:
            assert re.search(rf"^def {name}\(", (TOP / path).read_text("utf-8"), re.MULTILINE), f"{path}: {name}"
