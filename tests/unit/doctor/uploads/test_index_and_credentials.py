"""Where a command uploads to, and how it authenticates."""

from __future__ import annotations

from typing import Any

import pytest
from unit.doctor.uploads.workflows import shown, uploads_of, uploads_of_script

from publish_gate.doctor.uploads.model import How
from publish_gate.doctor.uploads.upload_tools import mints_since
from publish_gate.hosts import PYPI, TESTPYPI

HANDED = "${{ secrets.TOKEN }}"
PRIVATE = "https://index.example.com/legacy/"

INDEXES: list[tuple[str, str, dict[str, str], str]] = [
    ("twine's default", "twine upload dist/*", {}, "pypi"),
    ("twine's option", "twine upload -r testpypi dist/*", {}, "testpypi"),
    ("twine's long option", "twine upload --repository=testpypi dist/*", {}, "testpypi"),
    ("an option that is written together", "twine upload -rtestpypi dist/*", {}, "testpypi"),
    ("twine's address", f"twine upload --repository-url {TESTPYPI.upload} dist/*", {}, "testpypi"),
    ("PyPI's own address", f"twine upload --repository-url {PYPI.upload} dist/*", {}, "pypi"),
    ("PyPI's address by its pages", f"twine upload --repository-url {PYPI.web}/legacy/ dist/*", {}, "pypi"),
    (
        "an address that is the same in capitals",
        f"twine upload --repository-url {TESTPYPI.upload.upper()} x",
        {},
        "testpypi",
    ),
    ("a private address", f"twine upload --repository-url {PRIVATE} dist/*", {}, "other"),
    ("no address at all", "twine upload --repository-url https://[ dist/*", {}, "other"),
    ("twine's variable", "twine upload dist/*", {"TWINE_REPOSITORY": "testpypi"}, "testpypi"),
    ("an empty variable", "twine upload dist/*", {"TWINE_REPOSITORY": ""}, "pypi"),
    ("an option before a variable", "twine upload -r pypi dist/*", {"TWINE_REPOSITORY": "testpypi"}, "pypi"),
    ("an address before a name", "twine upload -r pypi x", {"TWINE_REPOSITORY_URL": TESTPYPI.upload}, "testpypi"),
    ("a name that nobody declares", "twine upload -r internal dist/*", {}, "other"),
    ("a name with a dash", "poetry publish -r test-pypi", {}, "testpypi"),
    ("the old name of the test index", "twine upload -r pypitest dist/*", {}, "testpypi"),
    ("a name that comes from a variable of the shell", "R=testpypi\ntwine upload -r $R dist/*", {}, "testpypi"),
    ("a name that an exported variable has", "export TWINE_REPOSITORY=testpypi\ntwine upload x", {}, "testpypi"),
    ("a variable in front of the command", "TWINE_REPOSITORY=testpypi twine upload x", {}, "testpypi"),
    ("a variable in front of another command", "TWINE_REPOSITORY=testpypi ls; twine upload x", {}, "pypi"),
    ("a variable with a default", 'twine upload -r "${R:-testpypi}" x', {"R": ""}, "testpypi"),
    ("a variable that may have its default", 'twine upload -r "${R:-testpypi}" x', {}, "testpypi"),
    ("a name that is decided at run time", "twine upload -r $(choose) dist/*", {}, "dynamic"),
    (
        "a variable that is set in a condition",
        "if x; then R=testpypi; fi\ntwine upload -r $R x",
        {"R": "pypi"},
        "dynamic",
    ),
    ("a variable set to the same", "[ x ] && R=pypi\ntwine upload -r $R x", {"R": "pypi"}, "pypi"),
    ("an address known but for its password", "twine upload --repository-url https://a:$P@x.example/ d", {}, "other"),
    (
        "an address whose host ends like none of the public ones",
        "twine upload --repository-url https://$R-python.pkg.example/p d",
        {},
        "other",
    ),
    (
        "an address whose host begins like none of them",
        "twine upload --repository-url https://eu.$HOST/ d",
        {},
        "other",
    ),
    (
        "an address whose host may be a public one",
        f"twine upload --repository-url https://$X.{TESTPYPI.host.partition('.')[2]}/ d",
        {},
        "dynamic",
    ),
    ("an address of which nothing is known", "twine upload --repository-url https://$HOST/ d", {}, "dynamic"),
    (
        "a section of a written .pypirc",
        f"echo '[it]\nrepository = {TESTPYPI.upload}' > ~/.pypirc; twine upload -r it x",
        {},
        "testpypi",
    ),
    ("a login to CodeArtifact", "aws codeartifact login --tool twine\ntwine upload -r codeartifact x", {}, "other"),
    ("uv's default", "uv publish", {}, "pypi"),
    ("uv's address", f"uv publish --publish-url {TESTPYPI.upload}", {}, "testpypi"),
    ("uv's index", "uv publish --index testpypi", {}, "testpypi"),
    ("uv's variable with an address", "uv publish", {"UV_PUBLISH_URL": PRIVATE}, "other"),
    ("uv's variable with an index", "uv publish", {"UV_PUBLISH_INDEX": "testpypi"}, "testpypi"),
    ("flit's option", "flit publish --repository testpypi", {}, "testpypi"),
    ("flit's variable", "flit publish", {"FLIT_INDEX_URL": TESTPYPI.upload}, "testpypi"),
    ("hatch's own name", "hatch publish -r test", {}, "testpypi"),
    ("hatch's other name", "hatch publish -r main", {}, "pypi"),
    ("hatch's address", f"hatch publish --repo {TESTPYPI.upload}", {}, "testpypi"),
    ("hatch's variable", "hatch publish", {"HATCH_INDEX_REPO": "test"}, "testpypi"),
    (
        "a name that is configured for poetry",
        f"poetry config repositories.it {TESTPYPI.upload}\npoetry publish -r it",
        {},
        "testpypi",
    ),
    (
        "a name that is configured at run time",
        'poetry config repositories.it "$U"\npoetry publish -r it',
        {},
        "dynamic",
    ),
    ("poetry's variable", "poetry publish -r it", {"POETRY_REPOSITORIES_IT_URL": TESTPYPI.upload}, "testpypi"),
    ("pdm's name", "pdm publish --repository testpypi", {}, "testpypi"),
    ("pdm's address", f"pdm publish -r {TESTPYPI.upload}", {}, "testpypi"),
    ("pdm's variable", "pdm publish", {"PDM_PUBLISH_REPO": "testpypi"}, "testpypi"),
    (
        "a name that is configured for pdm",
        f"pdm config repository.it.url {TESTPYPI.upload}\npdm publish -r it",
        {},
        "testpypi",
    ),
    ("maturin's name", "maturin upload -r testpypi x", {}, "testpypi"),
    ("maturin's variable", "maturin publish", {"MATURIN_REPOSITORY": "testpypi"}, "testpypi"),
    ("maturin's address", "maturin publish", {"MATURIN_REPOSITORY_URL": TESTPYPI.upload}, "testpypi"),
    ("an empty address", "twine upload --repository-url '' x", {}, "pypi"),
    ("a variable that may not be set at all", "[ x ] && R=testpypi\ntwine upload -r $R x", {}, "dynamic"),
    ("a variable that is exported alone", "R=testpypi\nexport R -x\ntwine upload -r $R x", {}, "testpypi"),
    ("an empty name", "twine upload -r '' x", {}, "pypi"),
    ("an option without its value", "twine upload x -r", {}, "pypi"),
]


@pytest.mark.parametrize(("script", "env", "index"), [row[1:] for row in INDEXES], ids=[row[0] for row in INDEXES])
def test_the_index_is_told(script: str, env: dict[str, str], index: str) -> None:
    assert [each.index.value for each in uploads_of_script(script, env=env)] == [index]


def test_the_variables_of_workflow_job_and_step_go_over_each_other() -> None:
    steps = [{"run": "twine upload x"}, {"run": "twine upload x", "env": {"TWINE_REPOSITORY": "internal"}}]
    job = {"env": {"TWINE_REPOSITORY": "testpypi"}, "steps": steps}
    assert [each.index.value for each in uploads_of(job, env={"TWINE_REPOSITORY": "pypi"})] == ["testpypi", "other"]


def test_a_variable_that_an_earlier_step_may_write_is_not_known() -> None:
    steps = [
        {"run": 'echo "TWINE_REPOSITORY=testpypi" >> $GITHUB_ENV'},
        {"run": "twine upload x"},
    ]
    assert shown(uploads_of({"env": {"TWINE_REPOSITORY": "pypi"}, "steps": steps})) == ["twine dynamic unknown"]


EXPRESSIONS: list[tuple[str, str, dict[str, Any], list[str]]] = [
    ("a text in an expression", "${{ 'testpypi' }}", {}, ["testpypi"]),
    ("a variable in an expression", "${{ env.R }}", {"env": {"R": "testpypi"}}, ["testpypi"]),
    ("a variable made of another", "test${{ env.R }}", {"env": {"R": "pypi"}}, ["testpypi"]),
    ("an unknown output", "${{ steps.x.outputs.y }}", {}, ["dynamic"]),
    (
        "an input with options",
        "${{ inputs.r }}",
        {"on": {"workflow_dispatch": {"inputs": {"r": {"type": "choice", "options": ["testpypi"]}}}}},
        ["testpypi"],
    ),
    (
        "an input that is empty on other events",
        "${{ inputs.r }}",
        {"on": {"push": None, "workflow_dispatch": {"inputs": {"r": {"type": "choice", "options": ["testpypi"]}}}}},
        ["testpypi", "pypi"],
    ),
    (
        "a choice by a boolean input",
        "${{ inputs.t && 'testpypi' || 'pypi' }}",
        {"on": {"workflow_dispatch": {"inputs": {"t": {"type": "boolean"}}}}},
        ["dynamic", "testpypi", "pypi"],
    ),
    ("a text as input", "${{ inputs.r }}", {"on": {"workflow_dispatch": {"inputs": {"r": None}}}}, ["dynamic"]),
    (
        "an input of a called workflow",
        "${{ inputs.r }}",
        {"on": {"workflow_call": {"inputs": {"r": {"type": "string"}}}}},
        ["dynamic"],
    ),
    (
        "a choice by the event",
        "${{ github.event_name == 'push' && 'testpypi' || 'pypi' }}",
        {"on": ["push", "release"]},
        ["testpypi", "pypi"],
    ),
    ("the only event", "${{ github.event_name == 'push' && 'testpypi' || 'pypi' }}", {"on": "push"}, ["testpypi"]),
    ("a faulty expression", "${{ ( }}", {}, ["dynamic"]),
    ("an expression that is never closed", "${{ x", {}, ["dynamic"]),
    ("a number", "${{ 1 }}", {}, ["other"]),
    ("more expressions than anybody writes", "${{ 1 }}" * 201, {}, ["dynamic"]),
]


@pytest.mark.parametrize(
    ("name", "top", "expected"), [row[1:] for row in EXPRESSIONS], ids=[row[0] for row in EXPRESSIONS]
)
def test_expressions_are_evaluated_where_the_file_decides_them(
    name: str, top: dict[str, Any], expected: list[str]
) -> None:
    steps = [{"run": "twine upload x", "env": {"TWINE_REPOSITORY": name}}]
    uploads = uploads_of({"steps": steps}, **top)
    shown = [each.index.value for each in uploads] + [each.value for found in uploads for each in found.alternatives]
    assert sorted(shown) == sorted(expected)


MATRICES: list[tuple[str, object, list[str]]] = [
    ("one value", {"r": ["testpypi"]}, ["testpypi"]),
    ("two values", {"r": ["testpypi", "pypi"]}, ["testpypi", "pypi"]),
    ("a value that is excluded", {"r": ["testpypi", "pypi"], "exclude": [{"r": "pypi"}]}, ["testpypi"]),
    ("a value that is included", {"include": [{"r": "testpypi"}]}, ["testpypi"]),
    ("a value that is decided at run time", {"r": ["${{ x }}"]}, ["dynamic"]),
    (
        "values that are decided at run time",
        {"r": "${{ fromJSON(needs.a.outputs.b) }}", "include": [{"r": "pypi"}]},
        ["dynamic"],
    ),
    ("a matrix that is decided at run time", "${{ fromJSON(needs.a.outputs.b) }}", ["dynamic"]),
    ("values that are left out again", {"r": ["testpypi"], "exclude": [{"r": "x"}]}, ["testpypi"]),
    ("a list of nothing", {"r": []}, ["dynamic"]),
]


@pytest.mark.parametrize(("matrix", "expected"), [row[1:] for row in MATRICES], ids=[row[0] for row in MATRICES])
def test_the_values_of_a_matrix_are_known(matrix: object, expected: list[str]) -> None:
    steps = [{"run": "twine upload -r ${{ matrix.r }} dist/*"}]
    assert [each.index.value for each in uploads_of({"strategy": {"matrix": matrix}, "steps": steps})] == expected


WRITE = {"permissions": {"id-token": "write"}}
TWINE = "twine upload x"

CREDENTIALS: list[tuple[str, str, dict[str, str], dict[str, Any], str]] = [
    ("twine without anything", TWINE, {}, {}, "unknown"),
    ("twine with the permission", TWINE, {}, WRITE, "oidc"),
    ("twine with a password", TWINE, {"TWINE_PASSWORD": HANDED}, WRITE, "token"),
    ("twine with an empty password", TWINE, {"TWINE_PASSWORD": ""}, WRITE, "oidc"),
    ("twine with a password as an option", f"{TWINE} -p {HANDED}", {}, {}, "token"),
    ("twine with a password from a variable", f'{TWINE} --password "$P"', {"P": HANDED}, {}, "token"),
    ("twine with an empty option", f"{TWINE} -p ''", {}, WRITE, "oidc"),
    ("twine to a private index with the permission", f"{TWINE} -r internal", {}, WRITE, "unknown"),
    ("twine with a password in the address", f"{TWINE} --repository-url https://a:b@x.example/", {}, {}, "token"),
    ("twine with a written .pypirc", f"echo x > ~/.pypirc\n{TWINE}", {}, WRITE, "token"),
    ("twine with a keyring", f"keyring set x y\n{TWINE}", {}, {}, "token"),
    ("the permission for everything", TWINE, {}, {"permissions": "write-all"}, "oidc"),
    ("the permission to read", TWINE, {}, {"permissions": {"id-token": "read"}}, "unknown"),
    ("uv with the permission", "uv publish", {}, WRITE, "oidc"),
    ("an old twine with the permission", "pip install twine==6.0.1\ntwine upload x", {}, WRITE, "unknown"),
    ("a twine below a release", "python -m pip install 'twine<6'\ntwine upload x", {}, WRITE, "unknown"),
    ("a new twine with the permission", "pip install -U twine==6.1.0 build\ntwine upload x", {}, WRITE, "oidc"),
    ("an old twine that a runner takes", "pipx run twine==5.1.1 upload x", {}, WRITE, "unknown"),
    ("a new twine that a runner takes", "uvx twine@7 upload x", {}, WRITE, "oidc"),
    ("an old twine by its specification", "uvx --from 'twine~=5.0' twine upload x", {}, WRITE, "unknown"),
    ("uv always", "uv publish --trusted-publishing always", {}, {}, "oidc"),
    ("uv never", "uv publish --trusted-publishing never", {}, WRITE, "unknown"),
    ("uv never but with a token", "uv publish --trusted-publishing=never -t x", {}, WRITE, "token"),
    ("uv automatically", "uv publish --trusted-publishing automatic", {}, WRITE, "oidc"),
    ("uv with a token", "uv publish --token $T", {}, WRITE, "token"),
    ("uv with a variable", "uv publish", {"UV_PUBLISH_TOKEN": HANDED}, WRITE, "token"),
    ("uv with a password", "uv publish -u a", {"UV_PUBLISH_PASSWORD": HANDED}, WRITE, "token"),
    ("flit, which knows no identity", "flit publish", {}, WRITE, "unknown"),
    ("flit with a password", "flit publish", {"FLIT_PASSWORD": HANDED}, {}, "token"),
    ("hatch, which knows no identity", "hatch publish", {}, WRITE, "unknown"),
    ("hatch with its variable", "hatch publish", {"HATCH_INDEX_AUTH": HANDED}, {}, "token"),
    ("hatch with its option", "hatch publish -a $T", {}, {}, "token"),
    ("hatch with its configuration", "hatch config set publish.index.auth x\nhatch publish", {}, {}, "token"),
    ("poetry, which knows no identity", "poetry publish", {}, WRITE, "unknown"),
    ("poetry with its variable", "poetry publish", {"POETRY_PYPI_TOKEN_PYPI": HANDED}, {}, "token"),
    ("poetry with its other variable", "poetry publish", {"POETRY_HTTP_BASIC_PYPI_PASSWORD": HANDED}, {}, "token"),
    ("poetry with its configuration", "poetry config pypi-token.pypi $T\npoetry publish", {}, {}, "token"),
    ("poetry with another configuration", "poetry config virtualenvs.create false\npoetry publish", {}, {}, "unknown"),
    ("poetry with an empty configuration", "poetry config\npoetry publish", {}, {}, "unknown"),
    ("poetry with its option", "poetry publish -u __token__ -p $T", {}, {}, "token"),
    ("pdm with the permission", "pdm publish", {}, WRITE, "oidc"),
    ("pdm with its variable", "pdm publish", {"PDM_PUBLISH_PASSWORD": HANDED}, WRITE, "token"),
    ("pdm with its configuration", "pdm config repository.pypi.password x\npdm publish", {}, WRITE, "token"),
    ("pdm with another configuration", "pdm config x\npdm publish", {}, WRITE, "oidc"),
    ("maturin with the permission", "maturin upload x", {}, WRITE, "oidc"),
    ("maturin with its variable", "maturin upload x", {"MATURIN_PYPI_TOKEN": HANDED}, WRITE, "token"),
    ("rye with its option", "rye publish --token $T", {}, {}, "token"),
    ("semantic-release of old", "semantic-release publish", {"REPOSITORY_PASSWORD": HANDED}, {}, "token"),
]


@pytest.mark.parametrize(
    ("script", "env", "job", "auth"), [row[1:] for row in CREDENTIALS], ids=[row[0] for row in CREDENTIALS]
)
def test_the_way_to_authenticate_is_told(script: str, env: dict[str, str], job: dict[str, Any], auth: str) -> None:
    found = uploads_of({**job, "steps": [{"run": script, "env": env}]})
    assert [each.auth.value for each in found] == [auth]


def test_a_semantic_release_that_does_nothing_uploads_nothing() -> None:
    assert not uploads_of_script("semantic-release --noop publish", env={"PYPI_TOKEN": HANDED})


def test_a_pypirc_that_an_earlier_step_wrote_holds_a_password() -> None:
    steps = [{"run": "cat > ~/.pypirc <<EOF\n[pypi]\npassword = x\nEOF"}, {"run": TWINE}]
    assert shown(uploads_of({"steps": steps, **WRITE})) == ["twine pypi token"]


def test_a_token_that_a_step_got_for_the_identity_is_the_identity() -> None:
    steps: list[dict[str, Any]] = [
        {"id": "mint", "run": "curl https://index/_/oidc/mint-token -d x"},
        {"run": TWINE, "env": {"TWINE_PASSWORD": "${{ steps.mint.outputs.token }}"}},
        {"id": "other", "uses": "tschm/token-mint-action@v1"},
        {"run": "poetry publish -p ${{ steps.other.outputs.api-token }}"},
        {"uses": "pypa/gh-action-pypi-publish@v1", "with": {"password": "${{ steps.other.outputs.api-token }}"}},
    ]
    assert shown(uploads_of({"steps": steps, **WRITE})) == [
        "twine pypi oidc",
        "poetry pypi oidc",
        "pypa-action pypi oidc",
    ]


def test_details_are_told_with_their_places() -> None:
    env = {"TWINE_USERNAME": "__token__", "TWINE_PASSWORD": HANDED, "TWINE_REPOSITORY_URL": TESTPYPI.upload}
    (found,) = uploads_of_script("twine upload --skip-existing --attestations x", env=env)
    assert found.skip_existing
    assert found.attestations is True
    assert [each.text for each in (found.user, found.credential, found.url) if each] == [*env.values()]


def test_uv_can_leave_attestations_out() -> None:
    assert [each.attestations for each in uploads_of_script("uv publish --no-attestations")] == [False]
    assert [each.attestations for each in uploads_of_script("uv publish")] == [None]


FILES = [
    (
        "uv's index in pyproject.toml",
        "uv publish --index it",
        {"pyproject.toml": f'[[tool.uv.index]]\nname = "it"\npublish-url = "{TESTPYPI.upload}"\n'},
        "testpypi",
    ),
    (
        "uv's index in uv.toml",
        "uv publish --index it",
        {"uv.toml": f'[[index]]\nname = "it"\npublish-url = "{PRIVATE}"\n'},
        "other",
    ),
    (
        "an index without an address",
        "uv publish --index it",
        {"pyproject.toml": '[[tool.uv.index]]\nname = "it"\n'},
        "other",
    ),
    (
        "poetry's repository in poetry.toml",
        "poetry publish -r it",
        {"poetry.toml": f'[repositories.it]\nurl = "{TESTPYPI.upload}"\n'},
        "testpypi",
    ),
    (
        "a repository without an address",
        "poetry publish -r it",
        {"poetry.toml": "[repositories.it]\nurl = 1\n"},
        "other",
    ),
    ("a file that is no TOML", "uv publish --index it", {"pyproject.toml": "[["}, "other"),
    (
        "the folder of the command",
        "cd sub\nuv publish --index it",
        {"sub/uv.toml": f'[[index]]\nname = "it"\npublish-url = "{TESTPYPI.upload}"\n'},
        "testpypi",
    ),
]


@pytest.mark.parametrize(("script", "files", "index"), [row[1:] for row in FILES], ids=[row[0] for row in FILES])
def test_names_are_looked_up_in_the_projects_files(script: str, files: dict[str, str], index: str) -> None:
    assert [each.index.value for each in uploads_of_script(script, files)] == [index]


def test_a_project_file_is_read_once_for_all_steps() -> None:
    files = {"uv.toml": f'[[index]]\nname = "it"\npublish-url = "{TESTPYPI.upload}"\n'}
    steps = [{"run": "uv publish --index it"}, {"run": "uv publish --index it x"}]
    assert shown(uploads_of({"steps": steps}, files)) == ["uv testpypi unknown"] * 2


def test_a_variable_of_a_step_goes_over_what_a_step_before_wrote() -> None:
    env = {"TWINE_REPOSITORY": "testpypi", "LIST": ["a"]}
    steps = [{"run": "echo TWINE_REPOSITORY=x >> $GITHUB_ENV"}, {"run": TWINE, "env": env}]
    assert shown(uploads_of({"steps": steps})) == ["twine testpypi unknown"]


def test_a_token_that_a_script_got_for_the_identity_is_the_identity() -> None:
    exchange = "token=$(curl https://index/_/oidc/mint-token)\n"
    assert shown(uploads_of_script(f"{exchange}twine upload -p $token x")) == ["twine pypi oidc"]
    assert shown(uploads_of_script(f"{exchange}twine upload -p {HANDED} x")) == ["twine pypi token"]
    steps = [{"run": f'{exchange}echo "TWINE_PASSWORD=$token" >> $GITHUB_ENV'}, {"run": TWINE}]
    assert shown(uploads_of({"steps": steps})) == ["twine pypi oidc"]


def test_a_password_that_a_step_wrote_for_those_behind_it_counts() -> None:
    steps = [{"run": 'echo "TWINE_PASSWORD=$X" >> $GITHUB_ENV'}, {"name": "nothing"}, {"run": TWINE}]
    assert shown(uploads_of({"steps": steps, **WRITE})) == ["twine pypi token"]


def test_words_of_a_script_stand_where_it_does() -> None:
    script = f"twine upload -u me -p {HANDED} --repository-url {PRIVATE}$X x"
    (found,) = uploads_of_script(script)
    assert [each.text for each in (found.user, found.credential, found.url) if each] == ["me", "…", f"{PRIVATE}…"]
    assert found.url is not None
    assert found.url.place == found.place


MINTING = [
    ("twine", TWINE, {}, True),
    ("uv", "uv publish", {}, True),
    ("maturin", "maturin upload x", {}, True),
    ("pdm", "pdm publish", {}, True),
    ("twine with a password", TWINE, {"TWINE_PASSWORD": HANDED}, False),
    ("twine to a private index", f"{TWINE} -r internal", {}, False),
    ("an old twine", "pip install twine==5\ntwine upload x", {}, False),
    ("uv that is told not to", "uv publish --trusted-publishing never", {}, False),
    ("flit", "flit publish", {}, False),
    ("hatch", "hatch publish", {}, False),
    ("poetry", "poetry publish", {}, False),
]


@pytest.mark.parametrize(("script", "env", "mints"), [row[1:] for row in MINTING], ids=[row[0] for row in MINTING])
def test_what_exchanges_the_identity_by_itself_is_told_without_the_permission(
    script: str, env: dict[str, str], mints: bool
) -> None:
    assert [each.mints for each in uploads_of_script(script, env=env)] == [mints]


@pytest.mark.parametrize(
    ("how", "release"),
    [
        (How.TWINE, "6.1.0"),
        (How.UV, "0.4.16"),
        (How.PDM, "2.6.0"),
        (How.MATURIN, "0.15.0"),
        (How.FLIT, ""),
        (How.OTHER, ""),
    ],
)
def test_the_first_release_that_mints_is_known(how: How, release: str) -> None:
    assert mints_since(how) == release
