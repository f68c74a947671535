"""Worlds with one fault each, told in full: workflows, claims, publishers and log that agree with each other."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, NamedTuple

from unit.doctor.asked import FOLDER, PUBLISHER, printed, question
from unit.doctor.scenarios import calling, publishing

from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.log.read import read_log
from publish_gate.doctor.trusted_publishing.publishers import Registry
from publish_gate.hosts import PYPI

REFUSED = f"""Uploading distributions to {PYPI.upload}
* `invalid-publisher`: valid token, but no corresponding publisher (Publisher with matching claims was not found)"""
TAG = "refs/tags/v1.2.3"
INNER = f"octo/sample/{FOLDER}inner.yml@{TAG}"
ELSEWHERE = f"octo-flows/flows/{FOLDER}release.yml@refs/tags/v1"
CALLED = "{workflow_call: {}}"
FINE = publishing(environment="pypi")
HANDED = "      - uses: pypa/gh-action-pypi-publish@v1\n        with: {password: '${{ secrets.T }}'}\n"


class RepositoryContext(NamedTuple):
    """A fault, and all that there is to know of it."""

    cause: str | None
    asked: Any


def _world(cause: str | None, text: str = FINE, log: str = REFUSED, **facts: Any) -> RepositoryContext:  # noqa: ANN401 - whatever a question holds
    files = facts.pop("files", {"release.yml": text})
    known = {
        "claims": printed(),
        "registry": Registry((PUBLISHER,), existing=frozenset({"sample"})),
        "projects": (LocalProject("sample", "1.2.3"),),
        "index": "pypi",
        "record": read_log(log) if log else None,
    }
    return RepositoryContext(cause, question(files, **{**known, **facts}))


def _registered(**changes: Any) -> Registry:  # noqa: ANN401 - values of a publisher
    return Registry((replace(PUBLISHER, **changes),), existing=frozenset({"sample"}))


def _upload(status: str) -> str:
    return f"Uploading distributions to {PYPI.upload}\nHTTPError: {status}"


WORLDS: dict[str, RepositoryContext] = {
    "all is well": _world(None, log="", claims=None),
    "the file": _world("workflow-filename-mismatch", registry=_registered(workflow="ci.yml")),
    "the ending of the file": _world("workflow-filename-mismatch", registry=_registered(workflow="release.yaml")),
    "no environment": _world("environment-missing-in-job", publishing(), claims=printed(environment=None)),
    "the environment": _world(
        "environment-name-mismatch", publishing(environment="test"), claims=printed(environment="test")
    ),
    "the owner": _world("owner-mismatch", registry=_registered(owner="someone")),
    "the case of the owner": _world("owner-mismatch", registry=_registered(owner="Octo")),
    "the repository": _world("repository-mismatch", registry=_registered(repository="xyz")),
    "its former name": _world("repository-renamed", registry=_registered(repository="sample-old")),
    "its case": _world("repository-name-case", registry=_registered(repository="Sample")),
    "a space": _world("whitespace", registry=_registered(workflow=" release.yml")),
    "nobody": _world("no-publisher-on-index", registry=Registry(existing=frozenset({"sample"}))),
    "the other index": _world("no-publisher-on-index", registry=_registered(index="testpypi")),
    "a called workflow": _world(
        "reusable-workflow",
        files={"release.yml": calling(f"./{FOLDER}inner.yml"), "inner.yml": publishing(CALLED, environment="pypi")},
        claims=printed(job_workflow_ref=INNER),
    ),
    "a called workflow elsewhere": _world(
        "reusable-workflow", calling(ELSEWHERE.replace("release", "pypi")), claims=printed(job_workflow_ref=ELSEWHERE)
    ),
    "the event": _world(
        "pull-request-target-event",
        publishing("pull_request_target", environment="pypi"),
        log="invalid-publisher: valid token, but no corresponding publisher (Publishing from a workflow invoked via "
        "'pull_request_target' is not supported.)",
        claims=replace(
            printed(ref="refs/heads/main"),
            values={**printed(ref="refs/heads/main").values, "event_name": "pull_request_target"},
        ),
    ),
    "no permission": _world(
        "missing-id-token-permission",
        publishing(environment="pypi", permissions=""),
        log="the ACTIONS_ID_TOKEN_REQUEST_TOKEN environment variable was unset",
        claims=None,
    ),
    "an empty secret": _world(
        "empty-secret-falls-back-to-oidc",
        publishing(environment="pypi", permissions="", step=HANDED),
        log="the ACTIONS_ID_TOKEN_REQUEST_TOKEN environment variable was unset",
        claims=None,
        registry=None,
    ),
    "two triggers": _world(
        "duplicate-trigger",
        publishing("{push: {tags: ['v*']}, release: {types: [published]}}", environment="pypi"),
        log=_upload("400 File already exists"),
        claims=None,
    ),
    "the version": _world("version-already-exists", log=_upload("400 File already exists"), claims=None),
    "the tag": _world(
        "tag-version-mismatch",
        log=_upload("400 File already exists"),
        claims=None,
        projects=(LocalProject("sample", "1.0"),),
        event="push",
        ref=TAG,
    ),
    "the project": _world(
        "project-name-mismatch",
        log=_upload("403 Invalid API Token: OIDC scoped token is not valid for project 'other'"),
        claims=None,
        registry=Registry((PUBLISHER,), existing=frozenset({"sample", "other"})),
        projects=(LocalProject("other", "1.2.3"),),
    ),
    "a hidden publisher": _world(
        "publisher-shadowed-by-specific-environment",
        log=_upload("403 Invalid API Token: OIDC scoped token is not valid for project 'other'"),
        registry=Registry((PUBLISHER, replace(PUBLISHER, environment="", projects=("other",)))),
        projects=(LocalProject("other", "1.2.3"),),
    ),
    "attestations": _world(
        "reusable-workflow-attestation",
        files={"release.yml": calling(f"./{FOLDER}inner.yml"), "inner.yml": publishing(CALLED, environment="pypi")},
        log=_upload("400 Invalid attestations supplied"),
        claims=None,
        registry=_registered(workflow="inner.yml"),
    ),
    "a skipped job": _world(
        "skipped-needs",
        FINE.replace("  build:\n", "  build:\n    if: github.event_name == 'workflow_dispatch'\n"),
        log="nothing to see",
        claims=None,
    ),
    "a false condition": _world(
        "if-condition-false",
        publishing(environment="pypi", condition="github.ref == 'refs/heads/main'"),
        log="nothing to see",
        claims=None,
    ),
    "a version without its tags": _world(
        "shallow-clone-version",
        log=_upload("400 The use of local versions in <Version('0.1.dev1+g0795801')> is not allowed"),
        claims=None,
        projects=(LocalProject("sample", None, None, from_tags=True),),
    ),
}
