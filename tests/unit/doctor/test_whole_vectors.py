"""The recorded answers of the index's own code, through the whole road: the same verdict, and a cause that helps."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from unit.doctor.asked import VECTORS, ask

if TYPE_CHECKING:
    from publish_gate.doctor.result import DoctorReport

from publish_gate.doctor.result import UNDETERMINED
from publish_gate.doctor.trusted_publishing.publishers import read_publishers
from publish_gate.doctor.trusted_publishing.read_claims import parse_claims
from publish_gate.hosts import PYPI

_REGISTERED = (
    "publishers",
    "pending_publishers",
    "existing_projects",
    "used_jti",
    "trusted_publishing_disabled",
    "audience",
)
# By the number of the case: the cause, and what comes up behind it. The others are accepted.
CAUSES: dict[str, tuple[str, ...]] = {
    "03": ("environment-missing-in-job",),
    "05": ("environment-name-mismatch",),
    "11": ("repository-name-case",),
    "13": ("repository-mismatch",),
    "15": ("owner-mismatch",),
    "17": ("workflow-filename-mismatch",),
    "19": ("workflow-filename-mismatch",),
    "23": ("reusable-workflow",),
    "25": ("reusable-workflow",),
    "29": (UNDETERMINED,),
    "37": (UNDETERMINED,),
    "39": (UNDETERMINED,),
    "41": (UNDETERMINED,),
    "45": ("wrong-audience",),
    "47": ("wrong-audience",),
    "49": ("no-publisher-on-index",),
    "53": ("custom-issuer",),
    "57": ("environment-missing-in-job",),
    "61": ("project-name-taken",),
    "65": ("workflow-filename-mismatch",),
    "67": ("reusable-workflow",),
    "69": ("whitespace",),
    "71": ("custom-issuer",),
    "73": ("token-reused", "pull-request-target-event"),
    "77": ("workflow-filename-mismatch",),
}


def _opinion_of(vector: dict[str, Any]) -> DoctorReport:
    registered = {name: vector[name] for name in _REGISTERED}
    registry = read_publishers(json.dumps(registered).encode(), "publishers.json")
    return ask(claims=parse_claims(json.dumps(vector["claims"])), registry=registry)


@pytest.mark.parametrize("vector", VECTORS, ids=[vector["case"] for vector in VECTORS])
def test_the_verdict_is_the_index_own_and_the_cause_fits(vector: dict[str, Any]) -> None:
    diagnosis = _opinion_of(vector).diagnosis
    expected = vector["expect"]
    covers = expected["token_covers"]
    described = expected["description"]
    assert diagnosis.verdict is not None
    assert diagnosis.verdict.code == expected["code"]
    assert diagnosis.verdict.description == (described and described.replace("PYPI-HOST", PYPI.host))
    assert diagnosis.verdict.token_covers == (None if covers is None else tuple(covers))
    told = () if diagnosis.cause is None else (diagnosis.cause, *diagnosis.next)
    assert told == CAUSES.get(vector["case"][:2], ())
    assert bool(diagnosis.missing) is (diagnosis.cause == UNDETERMINED)
    assert bool(diagnosis.why) is (diagnosis.cause is not None)
    assert ".." not in diagnosis.why


def test_every_row_of_the_table_is_a_refused_vector() -> None:
    refused = {vector["case"][:2] for vector in VECTORS if vector["expect"]["code"] != "ok"}
    assert refused == CAUSES.keys()
