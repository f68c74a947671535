"""The table of publishing actions against what each action's own file declares, read at the commit that it names."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from publish_gate.doctor.uploads.actions import ACTIONS, WORKFLOWS, KnownAction, known_at

READ: dict[str, dict[str, dict[str, Any]]] = json.loads(
    (Path(__file__).parents[3] / "vectors" / "action-inputs.json").read_text("utf-8")
)
ROWS = [
    pytest.param(READ[name][str(since)]["inputs"], row, id=f"{name} since {since}")
    for table in (ACTIONS, WORKFLOWS)
    for name, rows in table.items()
    for since, row in rows
    if name in READ
]
# Of these only the inputs of a release from before they stopped to upload are known.
_OLDER = frozenset({"pypi_token", "repository_password", "repository_username"})


@pytest.mark.parametrize(("declared", "row"), ROWS)
def test_a_row_uses_inputs_that_the_action_declares(declared: dict[str, str | None], row: KnownAction) -> None:
    used = {*row.credentials, *row.urls, *row.names, *row.users, *(each for each in (row.switch, row.trusted) if each)}
    assert used - _OLDER <= declared.keys()


@pytest.mark.parametrize(("declared", "row"), ROWS)
def test_the_switch_of_a_row_has_the_default_of_the_action(declared: dict[str, str | None], row: KnownAction) -> None:
    if row.switch:
        assert declared[row.switch] == row.default
    if row.skip:
        assert {declared[each] for each in row.credentials} == {row.skip}
    if row.trusted:
        assert declared[row.trusted] == "false"


def test_every_action_but_the_forks_was_read() -> None:
    forks = {name for name in ACTIONS if name.endswith("gh-action-pypi-publish") and not name.startswith("pypa/")}
    assert {*ACTIONS, *WORKFLOWS} - forks == READ.keys()
    rows = [row for versions in READ.values() for row in versions.values()]
    assert all(re.fullmatch("[0-9a-f]{40}", row["commit"]) for row in rows)


@pytest.mark.parametrize(
    ("version", "since"),
    [("v1", 0), ("2.1.0", 2), ("v2", 2), ("v3.0.4", 3), ("v9", 3), ("main", 3), ("", 3), ("0" * 40, 3), ("v1x", 3)],
)
def test_a_ref_chooses_the_row_of_its_major_version(version: str, since: int) -> None:
    rows = ACTIONS["lsst-sqre/build-and-publish-to-pypi"]
    assert known_at(rows, version) == dict(rows)[since]


def test_no_row_is_no_action() -> None:
    assert known_at(None, "v1") is None
