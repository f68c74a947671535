"""Actions that upload, by their inputs, and those that only sound like it."""

from __future__ import annotations

from typing import Any

import pytest
from unit.doctor.uploads.workflows import shown, uploads_of

from publish_gate.hosts import PYPI, TESTPYPI

HANDED = "${{ secrets.PYPI_TOKEN }}"
PYPA = "pypa/gh-action-pypi-publish@release/v1"
WRITE = {"id-token": "write"}

PYPA_INPUTS: list[tuple[str, str, dict[str, str], str]] = [
    ("nothing", PYPA, {}, "pypa-action pypi oidc"),
    ("the name in capitals", "PyPA/gh-action-pypi-publish@v1", {}, "pypa-action pypi oidc"),
    ("a container", "docker://images.example/pypa/gh-action-pypi-publish:release-v1", {}, "pypa-action pypi oidc"),
    (
        "a container by its digest",
        "docker://images.example/pypa/gh-action-pypi-publish@sha256:00",
        {},
        "pypa-action pypi oidc",
    ),
    ("a password", PYPA, {"password": HANDED}, "pypa-action pypi token"),
    ("an input in capitals", PYPA, {"PASSWORD": HANDED}, "pypa-action pypi token"),
    ("an empty password", PYPA, {"password": ""}, "pypa-action pypi oidc"),
    ("a password that is empty in an expression", PYPA, {"password": "${{ '' }}"}, "pypa-action pypi oidc"),
    ("the test index", PYPA, {"repository-url": TESTPYPI.upload}, "pypa-action testpypi oidc"),
    ("the test index by the old input", PYPA, {"repository_url": TESTPYPI.upload}, "pypa-action testpypi oidc"),
    ("PyPI's address", PYPA, {"repository-url": PYPI.upload}, "pypa-action pypi oidc"),
    ("an empty address", PYPA, {"repository-url": ""}, "pypa-action pypi oidc"),
    ("another address", PYPA, {"repository-url": "https://x.example/"}, "pypa-action other oidc"),
    (
        "an address whose host is not all known",
        PYPA,
        {"repository-url": "https://${{ vars.R }}-x.example/"},
        "pypa-action other oidc",
    ),
    ("a variable that is never set", PYPA, {"repository-url": "${{ env.URL }}"}, "pypa-action pypi oidc"),
    ("an unknown address", PYPA, {"repository-url": "${{ vars.URL }}"}, "pypa-action dynamic oidc"),
    ("a fork of it", "step-security/gh-action-pypi-publish@v1", {}, "other pypi oidc"),
    ("somebody's fork of it", "me/gh-action-pypi-publish@v1", {"password": HANDED}, "other pypi token"),
    ("an input that is none of it", PYPA, {"dry-run": "true"}, "pypa-action pypi oidc"),
]


@pytest.mark.parametrize(
    ("uses", "inputs", "expected"), [row[1:] for row in PYPA_INPUTS], ids=[row[0] for row in PYPA_INPUTS]
)
def test_the_action_of_the_pypa_is_read_by_its_inputs(uses: str, inputs: dict[str, str], expected: str) -> None:
    found = uploads_of({"permissions": WRITE, "steps": [{"uses": uses, "with": inputs}]})
    assert shown(found) == [expected]


def test_the_details_of_the_action_are_told() -> None:
    inputs = {"attestations": "false", "skip-existing": "true", "user": "me", "password": HANDED}
    (found,) = uploads_of({"steps": [{"uses": PYPA, "with": inputs}]})
    assert (found.attestations, found.skip_existing, found.version) == (False, True, "release/v1")
    assert found.user is not None
    assert found.user.text == "me"
    assert found.credential is not None
    assert found.credential.text == HANDED


def test_details_that_are_decided_at_run_time_are_not_told() -> None:
    inputs = {"attestations": "${{ x.y }}", "skip_existing": "${{ x.y }}"}
    (found,) = uploads_of({"steps": [{"uses": PYPA, "with": inputs}]})
    assert (found.attestations, found.skip_existing) == (None, False)


def test_all_that_an_address_can_be_is_told() -> None:
    step = {"uses": PYPA, "with": {"repository-url": f"${{{{ inputs.test && '{TESTPYPI.upload}' || '' }}}}"}}
    (found,) = uploads_of({"steps": [step]}, on={"workflow_dispatch": {"inputs": {"test": {"type": "boolean"}}}})
    assert {each.value for each in found.alternatives} == {"pypi", "testpypi"}


OTHERS: list[tuple[str, dict[str, Any], list[str]]] = [
    ("poetry's action", {"uses": "JRubics/poetry-publish@v2", "with": {"pypi_token": HANDED}}, ["other pypi token"]),
    (
        "poetry's action to an address",
        {
            "uses": "JRubics/poetry-publish@v2",
            "with": {"repository_url": "https://x.example", "repository_password": HANDED},
        },
        ["other other token"],
    ),
    (
        "poetry's action to a name",
        {"uses": "JRubics/poetry-publish@v2", "with": {"repository_name": "testpypi", "pypi_token": HANDED}},
        ["other testpypi token"],
    ),
    ("poetry's action without a token", {"uses": "JRubics/poetry-publish@v2"}, ["other pypi unknown"]),
    (
        "another poetry's action to a name",
        {"uses": "celsiusnarhwal/poetry-publish@v2", "with": {"repo": "testpypi", "token": HANDED}},
        ["other testpypi token"],
    ),
    (
        "another poetry's action to an address",
        {"uses": "celsiusnarhwal/poetry-publish@v2", "with": {"repo": TESTPYPI.upload, "password": HANDED}},
        ["other testpypi token"],
    ),
    (
        "an action for the test index",
        {"uses": "ansys/actions/release-pypi-test@v10", "with": {"twine-token": HANDED}},
        ["other testpypi token"],
    ),
    (
        "an action for a private index",
        {"uses": "ansys/actions/release-pypi-private@v11", "with": {"twine-token": HANDED}},
        ["other other token"],
    ),
    (
        "an action that is told to take the identity",
        {"uses": "ansys/actions/release-pypi-public@v7", "with": {"use-trusted-publisher": True}},
        ["other pypi oidc"],
    ),
    (
        "an action that is not told to take the identity",
        {"uses": "ansys/actions/release-pypi-public@v7", "with": {"library-name": "x"}},
        ["other pypi unknown"],
    ),
    (
        "an action whose token is left out",
        {"uses": "etils-actions/pypi-auto-publish@v1", "with": {"gh-token": "x"}},
        [],
    ),
    (
        "an action whose token is skipped",
        {"uses": "etils-actions/pypi-auto-publish@v1", "with": {"pypi-token": "skip"}},
        [],
    ),
    (
        "an action that takes no token any more",
        {"uses": "lsst-sqre/build-and-publish-to-pypi@v3", "with": {"pypi-token": HANDED}},
        ["other pypi oidc"],
    ),
    (
        "an action that took a token once",
        {"uses": "lsst-sqre/build-and-publish-to-pypi@v1", "with": {"pypi-token": HANDED}},
        ["other pypi token"],
    ),
    (
        "an action that only builds",
        {"uses": "lsst-sqre/build-and-publish-to-pypi@v3", "with": {"upload": "false"}},
        [],
    ),
    ("an action that mints by itself", {"uses": "casperdcl/deploy-pypi@v2"}, ["other pypi oidc"]),
    (
        "an action that is tried again",
        {
            "uses": "Wandalen/wretry.action@v3",
            "with": {"action": PYPA, "with": f"repository-url: {TESTPYPI.upload}\npassword: {HANDED}\n"},
        },
        ["other testpypi token"],
    ),
    (
        "an action that is tried again without inputs",
        {"uses": "Wandalen/wretry.action@v3", "with": {"action": PYPA}},
        ["other pypi oidc"],
    ),
    (
        "another action that is tried again",
        {"uses": "Wandalen/wretry.action@v3", "with": {"action": "actions/checkout@v4", "with": "- a"}},
        [],
    ),
    (
        "a command that is tried again instead of an action",
        {"uses": "Wandalen/wretry.action@v3", "with": {"command": "twine upload x"}},
        ["twine pypi oidc"],
    ),
    (
        "maturin's action",
        {"uses": "PyO3/maturin-action@v1", "with": {"command": "upload", "args": "--skip-existing x"}},
        ["maturin pypi oidc"],
    ),
    (
        "maturin's action with an index",
        {"uses": "PyO3/maturin-action@v1", "with": {"command": "publish", "args": "-r testpypi"}},
        ["maturin testpypi oidc"],
    ),
    (
        "maturin's action with a token",
        {"uses": "PyO3/maturin-action@v1", "with": {"command": "upload"}, "env": {"MATURIN_PYPI_TOKEN": HANDED}},
        ["maturin pypi token"],
    ),
    ("maturin's action that builds", {"uses": "PyO3/maturin-action@v1", "with": {"args": "--release"}}, []),
    (
        "a command that is tried again",
        {"uses": "nick-fields/retry@v3", "with": {"command": "twine upload x"}},
        ["twine pypi oidc"],
    ),
    (
        "the releaser of Jupyter",
        {"uses": "jupyter-server/jupyter_releaser/.github/actions/finalize-release@v2"},
        ["other pypi oidc"],
    ),
    (
        "the releaser of Jupyter with a token",
        {"uses": "jupyter-server/jupyter_releaser/.github/actions/publish-release@v1", "env": {"PYPI_TOKEN": HANDED}},
        ["other pypi token"],
    ),
    (
        "the releaser of Jupyter that drafts",
        {"uses": "jupyter-server/jupyter_releaser/.github/actions/populate-release@v2"},
        [],
    ),
    (
        "the releaser of Jupyter that does nothing",
        {"uses": "jupyter-server/jupyter_releaser/.github/actions/finalize-release@v2", "with": {"dry_run": "true"}},
        [],
    ),
    (
        "an action that needs a token",
        {"uses": "datalad/release-action/release@v1", "with": {"pypi-token": HANDED}},
        ["other pypi token"],
    ),
    ("an action that needs a token and has none", {"uses": "datalad/release-action/release@v1"}, []),
    (
        "a semantic release of old",
        {"uses": "relekang/python-semantic-release@v7", "with": {"pypi_token": HANDED}},
        ["other pypi token"],
    ),
    (
        "a semantic release of today",
        {"uses": "python-semantic-release/python-semantic-release@v10", "with": {"github_token": "x"}},
        [],
    ),
    (
        "an action that is told not to upload",
        {"uses": "casperdcl/deploy-pypi@v2", "with": {"upload": "false", "password": HANDED}},
        [],
    ),
    (
        "an action that is told to",
        {"uses": "casperdcl/deploy-pypi@v2", "with": {"upload": "true", "password": HANDED}},
        ["other pypi token"],
    ),
    (
        "an unknown action by name and token",
        {"uses": "me/publish-to-pypi@v1", "with": {"token": HANDED}},
        ["other pypi token"],
    ),
    (
        "an unknown action by name and variable",
        {"uses": "me/publish-to-pypi@v1", "env": {"TWINE_PASSWORD": HANDED}},
        ["other pypi token"],
    ),
    ("an unknown action by name and identity", {"uses": "me/pypi-publish@v1"}, ["other pypi oidc"]),
    ("an unknown action for the test index", {"uses": "me/publish-test-pypi@v1"}, ["other testpypi oidc"]),
    ("an unknown action by an input", {"uses": "me/ship@v1", "with": {"pypi-token": HANDED}}, ["other pypi token"]),
    (
        "an unknown action by verb and secret",
        {"uses": "me/python-publish@v1", "with": {"password": HANDED}},
        ["other pypi token"],
    ),
    (
        "an unknown action with an address",
        {"uses": "me/ship@v1", "with": {"pypi-token": HANDED, "repository-url": TESTPYPI.upload}},
        ["other testpypi token"],
    ),
    (
        "an unknown action with a variable for the index",
        {"uses": "me/ship@v1", "with": {"pypi-token": HANDED}, "env": {"TWINE_REPOSITORY": "testpypi"}},
        ["other testpypi token"],
    ),
    (
        "an unknown action that does nothing",
        {"uses": "me/ship@v1", "with": {"pypi-token": HANDED, "dry-run": "true"}},
        [],
    ),
    (
        "an unknown action that is told not to publish",
        {"uses": "me/ship@v1", "with": {"pypi-token": HANDED, "publish": "false"}},
        [],
    ),
    ("an unknown action with an empty input", {"uses": "me/ship@v1", "with": {"pypi-token": ""}}, []),
    ("an unknown action with a user's name", {"uses": "me/ship@v1", "with": {"pypi-user": HANDED}}, []),
    ("a token for installing", {"uses": "me/setup-things@v1", "with": {"pypi-token": HANDED}}, []),
    (
        "a secret for building an image",
        {"uses": "docker/build-push-action@v6", "with": {"build-args": f"T={HANDED}"}},
        [],
    ),
    ("a check of the index", {"uses": "me/check-pypi-version@v1"}, []),
    ("a wait for the index", {"uses": "me/wait-for-pypi-release@v1"}, []),
    ("a release on GitHub", {"uses": "softprops/action-gh-release@v2", "with": {"token": HANDED}}, []),
    (
        "the nightly upload to Anaconda",
        {"uses": "scientific-python/upload-nightly-action@v1", "with": {"anaconda_nightly_upload_token": "x"}},
        [],
    ),
    ("the upload of an artifact", {"uses": "actions/upload-artifact@v4"}, []),
    ("the release assets of a semantic release", {"uses": "python-semantic-release/publish-action@v9"}, []),
    (
        "a local action that cannot be read",
        {"uses": "./.github/actions/upload_wheel", "with": {"pypi_token": HANDED}},
        ["other pypi token"],
    ),
    ("the local action of the repository's root", {"uses": "./"}, []),
]


@pytest.mark.parametrize(("step", "expected"), [row[1:] for row in OTHERS], ids=[row[0] for row in OTHERS])
def test_other_actions_are_known_or_judged(step: dict[str, Any], expected: list[str]) -> None:
    assert shown(uploads_of({"permissions": WRITE, "steps": [step]})) == expected


COMPOSITE = """
inputs:
  pypi_token:
    required: true
  index:
    default: testpypi
  other:
    default: ${{ github.token }}
  nothing:
runs:
  using: composite
  steps:
    - run: twine upload -r ${{ inputs.index }} x
      shell: bash
      env:
        TWINE_PASSWORD: ${{ inputs.pypi_token }}
    - id: x
      uses: pypa/gh-action-pypi-publish@v1
      with:
        password: ${{ inputs.Other }}
    - just a text
"""


def test_the_steps_of_a_local_action_are_looked_at() -> None:
    files = {".github/actions/up/action.yaml": COMPOSITE}
    steps = [{"uses": "./.github/actions/up", "with": {"pypi_token": HANDED}}]
    found = uploads_of({"steps": steps}, files)
    assert shown(found) == ["other testpypi token", "other pypi token"]
    assert {each.through for each in found} == {".github/actions/up/action.yaml"}
    assert [each.inside.value for each in found if each.inside] == ["twine", "pypa-action"]
    assert [each.step.index for each in found if each.step] == [0, 0]


def test_the_inputs_of_a_local_action_decide() -> None:
    files = {"action.yml": COMPOSITE}
    steps = [{"uses": "./", "with": {"pypi_token": "", "index": "pypi"}}]
    assert shown(uploads_of({"permissions": WRITE, "steps": steps}, files))[0] == "other pypi oidc"


UNREAD = [
    ("a list", "- a"),
    ("an action of another kind", "runs:\n  using: node20\n"),
    ("an action without anything", "name: x"),
    ("no YAML", "a: [b"),
]


@pytest.mark.parametrize("content", [row[1] for row in UNREAD], ids=[row[0] for row in UNREAD])
def test_a_local_action_without_steps_is_judged_by_its_name(content: str) -> None:
    files = {".github/actions/publish-pypi/action.yml": content}
    steps = [{"uses": "./.github/actions/publish-pypi", "with": {"token": HANDED}}]
    assert shown(uploads_of({"steps": steps}, files)) == ["other pypi token"]


def test_a_local_action_that_uses_itself_ends() -> None:
    loop = "runs:\n  using: composite\n  steps:\n    - uses: ./a\n"
    assert not uploads_of({"steps": [{"uses": "./a"}]}, {"a/action.yml": loop})


LOCAL = [
    ("the action of the pypa", {"uses": PYPA, "with": {"repository-url": "http://localhost:8080/"}}),
    ("a known action", {"uses": "casperdcl/deploy-pypi@v2", "with": {"url": "http://127.0.0.1:8080/"}}),
    (
        "an unknown action",
        {"uses": "me/publish-to-pypi@v1", "with": {"repository-url": "http://pypi:3141/", "token": HANDED}},
    ),
    ("twine", {"run": "twine upload --repository-url http://[::1]:8080/ x"}),
    ("a variable", {"run": "uv publish", "env": {"UV_PUBLISH_URL": "http://0.0.0.0:8080/"}}),
    ("a name of poetry's", {"run": "poetry config repositories.it http://localhost:1/\npoetry publish -r it"}),
    ("a container's host", {"run": "twine upload --repository-url http://host.docker.internal/ x"}),
]


@pytest.mark.parametrize("step", [row[1] for row in LOCAL], ids=[row[0] for row in LOCAL])
def test_an_index_of_the_job_itself_is_no_index(step: dict[str, Any]) -> None:
    assert shown(uploads_of({"permissions": WRITE, "steps": [step]})) == []
