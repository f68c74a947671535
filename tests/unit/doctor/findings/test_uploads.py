"""What is wrong with an upload itself: its action, its runner, its index, its credentials, and where it stands."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.doctor.looking import (
    ACTION,
    COMMIT,
    NOTHING_KNOWN,
    ON_TAG,
    Told,
    findings_of,
    publisher,
    publishing,
    registered,
    told,
)

from publish_gate.doctor.findings.back_ends import needed
from publish_gate.doctor.findings.publishers import no_publisher
from publish_gate.doctor.findings.rights import build_and_upload, empty_password, no_environment
from publish_gate.doctor.findings.tools import (
    container_action,
    outdated_action,
    publish_in_composite,
    tag_object_pin,
    unpinned_action,
)
from publish_gate.doctor.findings.upload_steps import right_address, skip_existing, wrong_index, wrong_upload_url
from publish_gate.hosts import PUBLIC_INDEXES, PYPI, TESTPYPI

TRIAL = f"with: {{repository-url: '{TESTPYPI.upload}'}}"
CREDENTIAL = "with: {password: '${{ secrets.TOKEN }}'}"


def using(ref: str, given: str = "") -> str:
    return publishing(uses=f"{ACTION}@{ref}", given=given)


class TestEmptyPassword:
    """Passwords that may be empty."""

    @pytest.mark.parametrize(
        "password", ["${{ secrets.TOKEN }}", "${{ secrets['TOKEN'] }}", "${{ secrets.A || secrets.B }}"]
    )
    def test_a_secret_may_be_empty(self, password: str) -> None:
        text = publishing(given=f'with: {{password: "{password}"}}')
        (found,) = told(text, empty_password)
        assert (found.severity, found.cause) == ("advice", "empty-secret-falls-back-to-oidc")

    def test_what_happens_then_depends_on_the_permission(self) -> None:
        (both,) = findings_of(publishing(given=CREDENTIAL), empty_password)
        (token_only,) = findings_of(publishing(ON_TAG, "permissions: {}", given=CREDENTIAL), empty_password)
        assert "another way" in both.message
        assert "complains about permissions" in token_only.message

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(), id="no password"),
            pytest.param(publishing(given="with: {password: '${{ steps.mint.outputs.token }}'}"), id="not a secret"),
            pytest.param(
                publishing(ON_TAG, "steps:", "  - run: twine upload -p ${{ secrets.TOKEN }} dist/*"),
                id="not the action",
            ),
        ],
    )
    def test_other_credentials_are_well(self, text: str) -> None:
        assert told(text, empty_password) == []


class TestContainerAction:
    """Systems on which there are no containers."""

    MATRIX = "strategy: {matrix: {os: [ubuntu-latest, macos-15], include: [{os: windows-2025}, {x: 1}, y]}}"

    @pytest.mark.parametrize(
        ("keys", "at"),
        [
            pytest.param(("runs-on: macos-latest",), "macos-latest", id="macOS"),
            pytest.param(("runs-on: windows-2025",), "windows-2025", id="Windows"),
            pytest.param(("runs-on: [self-hosted, macOS]",), "macOS]", id="a machine of one's own"),
            pytest.param(("runs-on: {group: x, labels: [windows-xl]}",), "windows-xl]}", id="a group"),
            pytest.param(("runs-on: '${{ matrix.os }}'", MATRIX), MATRIX.partition("latest, ")[2], id="a matrix"),
            pytest.param(
                ("runs-on: '${{ matrix.os }}'", "strategy: {matrix: {include: [{os: windows-2025}]}}"),
                "windows-2025}]}}",
                id="an entry of a matrix",
            ),
        ],
    )
    def test_the_action_needs_linux(self, keys: tuple[str, ...], at: str) -> None:
        assert told(publishing(ON_TAG, *keys), container_action) == [Told("error", at, "container-action-non-linux")]

    @pytest.mark.parametrize(
        ("condition", "severity"),
        [
            pytest.param(
                "matrix.os != 'macos-15' && matrix.python == '3'", "warning", id="which Python there is, is open"
            ),
            pytest.param("matrix.os != 'macos-15'", "error", id="one system is left out, the other not"),
            pytest.param("vars.ON", "error", id="the system is not asked for"),
            pytest.param("runner.os != 'Linux'", "error", id="anything but Linux is asked for"),
        ],
    )
    def test_a_step_that_asks_for_something_else_is_reached_there(self, condition: str, severity: str) -> None:
        text = publishing(ON_TAG, "runs-on: '${{ matrix.os }}'", self.MATRIX, given=f"if: {condition}")
        assert [each.severity for each in told(text, container_action)] == [severity]

    @pytest.mark.parametrize("condition", ["matrix.os == 'ubuntu-latest'", "runner.os == 'Linux'"])
    def test_a_step_that_asks_for_linux_is_well(self, condition: str) -> None:
        text = publishing(ON_TAG, "runs-on: '${{ matrix.os }}'", self.MATRIX, given=f"if: {condition}")
        assert told(text, container_action) == []

    @pytest.mark.parametrize(
        "keys",
        [
            pytest.param(("runs-on: ubuntu-latest",), id="Linux"),
            pytest.param(("runs-on: [self-hosted, linux]",), id="Linux of one's own"),
            pytest.param(("runs-on: [[x]]",), id="labels that GitHub refuses"),
            pytest.param(("runs-on: '${{ vars.RUNNER }}'",), id="a variable"),
            pytest.param(("runs-on: '${{ matrix. }}'",), id="an expression that GitHub refuses"),
            pytest.param(
                ("runs-on: '${{ matrix.os }}'", "strategy: {matrix: '${{ fromJSON(vars.M) }}'}"), id="a computed matrix"
            ),
            pytest.param(
                ("runs-on: '${{ matrix.os }}'", "strategy: {matrix: {os: '${{ vars.M }}'}}"), id="a computed list"
            ),
            pytest.param(
                ("runs-on: ubuntu-latest", "strategy: {matrix: {target: [macos-15]}}"), id="a matrix of something else"
            ),
            pytest.param(("runs-on: macos-15", "steps:", "  - run: twine upload dist/*"), id="another tool"),
        ],
    )
    def test_linux_and_what_is_not_known_are_well(self, keys: tuple[str, ...]) -> None:
        assert told(publishing(ON_TAG, *keys), container_action) == []

    def test_a_step_is_named_once_though_it_has_many_runners(self) -> None:
        text = publishing(ON_TAG, "runs-on: '${{ matrix.os }}'", self.MATRIX)
        assert len(findings_of(text, container_action)) == 1

    def test_a_step_that_goes_to_one_of_two_indexes_is_named_once(self) -> None:
        text = publishing(ON_TAG, "runs-on: macos-15", "steps:", f"  - uses: {ACTION}@v1", f"  - uses: {ACTION}@v1")
        assert len(findings_of(text, container_action)) == 2


class TestOutdatedAction:
    """Releases that are too old."""

    @pytest.mark.parametrize(
        ("ref", "given", "severity"),
        [
            pytest.param("master", "", "warning", id="the abandoned branch"),
            pytest.param("v1.5.0", "", "error", id="before trusted publishing"),
            pytest.param("v1.5", "", "error", id="all releases of that kind came before it"),
            pytest.param("1.4.2", "", "error", id="without a v"),
            pytest.param(f"{COMMIT} # v1.6.4", "", "error", id="a commit with a comment"),
            pytest.param("v1.5.0", CREDENTIAL, "warning", id="with a password"),
            pytest.param("v1.12.2", "", "warning", id="before metadata 2.4"),
            pytest.param("release/v1.9", "", "warning", id="a branch of old releases"),
        ],
    )
    def test_the_release_is_too_old(self, ref: str, given: str, severity: str) -> None:
        assert told(using(ref, given), outdated_action) == [
            Told(severity, f"{ACTION}@{ref}", "outdated-publish-action")
        ]

    @pytest.mark.parametrize(
        "ref",
        [
            "v1.13.0", "v1.12.3", "v1.12", "v1", "release/v1", COMMIT, f"{COMMIT} # v1.13.0", f"{COMMIT} # pinned",
            f"{COMMIT} # v1.4.2rc1", "release/v1 # like v1.4.2", "unstable/v1", "v1.8.x",
        ],
    )  # fmt: skip
    def test_what_is_new_or_not_known_is_well(self, ref: str) -> None:
        assert told(using(ref), outdated_action) == []

    def test_another_tool_has_no_release_of_the_action(self) -> None:
        assert told(publishing(ON_TAG, "steps:", "  - run: twine upload dist/*"), outdated_action) == []

    def test_a_place_outside_of_the_text_has_no_comment(self) -> None:
        from unit.doctor.looking import asking

        from publish_gate.doctor.analyse import analyse
        from publish_gate.doctor.uploads.action_release import release_of
        from publish_gate.places import Place

        (job,) = analyse(asking(using(f"{COMMIT} # v1.4.2"))).jobs
        assert release_of(job.upload) == (1, 4, 2)
        assert release_of(replace(job.upload, place=Place("x"))) is None


@pytest.mark.parametrize("ref", ["release/v1", "v1.13.0", "main", COMMIT[:39], COMMIT.upper()])
def test_a_ref_that_can_move_is_told(ref: str) -> None:
    assert told(using(ref), unpinned_action) == [Told("advice", f"{ACTION}@{ref}")]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(using(COMMIT), id="a commit"),
        pytest.param(using(f"{COMMIT} # v1.13.0"), id="a commit with a comment"),
        pytest.param(using(f"{COMMIT}{COMMIT[:24]}"), id="a commit by the longer hash"),
        pytest.param(publishing(ON_TAG, "steps:", "  - run: twine upload dist/*"), id="another tool"),
        pytest.param(publishing(uses=ACTION), id="no ref, which GitHub refuses"),
    ],
)
def test_a_commit_cannot_move(text: str) -> None:
    assert told(text, unpinned_action) == []


class TestWrongIndex:
    """Names that say one index and addresses that say the other."""

    @pytest.mark.parametrize(
        ("text", "severity"),
        [
            pytest.param(publishing(ON_TAG, "environment: testpypi"), "error", id="the environment"),
            pytest.param(publishing(ON_TAG, "environment: Test-PyPI"), "error", id="the environment in capitals"),
            pytest.param(publishing(ON_TAG, "environment: pypi-test"), "error", id="the environment, turned around"),
            pytest.param(publishing(given="name: Publish to TestPyPI"), "warning", id="the step's name"),
            pytest.param(publishing(ON_TAG, "name: to test pypi"), "warning", id="the job's name"),
            pytest.param(publishing().replace("publish:", "publish-testpypi:"), "warning", id="the job's id"),
            pytest.param(publishing(ON_TAG, "environment: pypi", given=TRIAL), "warning", id="the reverse"),
        ],
    )
    def test_the_job_says_another_index(self, text: str, severity: str) -> None:
        (found,) = told(text, wrong_index)
        assert (found.severity, found.cause) == (severity, "wrong-index")
        assert found.at.startswith(ACTION)

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(ON_TAG, "environment: pypi"), id="the same index"),
            pytest.param(publishing(ON_TAG, "environment: testpypi", given=TRIAL), id="the same index for trying"),
            pytest.param(publishing(ON_TAG, "environment: release", given=TRIAL), id="no index is said"),
            pytest.param(publishing(ON_TAG, "name: latest-pypi"), id="a word that ends like it"),
            pytest.param(publishing(ON_TAG, "name: TestPyPI, then PyPI"), id="both are said"),
            pytest.param(publishing(ON_TAG, "environment: '${{ vars.TESTPYPI }}'"), id="a computed environment"),
            pytest.param(
                publishing(
                    ON_TAG,
                    "name: Try on TestPyPI first",
                    "steps:",
                    f"  - uses: {ACTION}@v1",
                    f"    {TRIAL}",
                    f"  - uses: {ACTION}@v1",
                ).replace("publish:", "publish-testpypi:"),
                id="both are uploaded to",
            ),
            pytest.param(
                publishing(ON_TAG, "environment: testpypi", given="with: {repository-url: 'https://index.example/'}"),
                id="an index of one's own",
            ),
            pytest.param(
                "on: push\njobs:\n  testpypi:\n    uses: o/r/.github/workflows/publish-to-pypi.yml@v1\n"
                "    secrets: inherit\n",
                id="a called workflow, which decides",
            ),
        ],
    )
    def test_the_same_index_is_well(self, text: str) -> None:
        assert told(text, wrong_index) == []

    CALL = "on: {push: {tags: ['v*']}}\njobs:\n  %s:\n    uses: ./.github/workflows/inner.yml\n    with: {to: %s}\n"

    @pytest.mark.parametrize(
        ("job", "given", "inner", "found"),
        [
            pytest.param("testpypi", "x", publishing("workflow_call"), ["warning"], id="the calling job says it"),
            pytest.param("upload", "testpypi", publishing("workflow_call"), ["warning"], id="an input says it"),
            pytest.param("testpypi", "x", publishing("workflow_call", given=TRIAL), [], id="it goes there"),
            pytest.param("pypi", "pypi", publishing("workflow_call"), [], id="nobody says it"),
        ],
    )
    def test_a_called_workflow_goes_to_the_other_index(
        self, job: str, given: str, inner: str, found: list[str]
    ) -> None:
        files = {"outer.yml": self.CALL % (job, given), "inner.yml": inner}
        assert [each.severity for each in told(files, wrong_index)] == found

    def test_publishers_on_testpypi_alone_make_it_sure(self) -> None:
        text = publishing(ON_TAG).replace("publish:", "publish-testpypi:")
        about = registered(publisher(index="testpypi"))
        assert [each.severity for each in told(text, wrong_index, about)] == ["error"]
        assert told(text, no_publisher, about) == []


class TestWrongUploadUrl:
    """Addresses that take no uploads."""

    WRONG = (
        *(index.web for index in PUBLIC_INDEXES),
        *(f"{index.web}/simple/" for index in PUBLIC_INDEXES),
        *(index.upload.rstrip("/") for index in PUBLIC_INDEXES),
        *(f"{index.upload}?x" for index in PUBLIC_INDEXES),
        *(index.upload.replace("https", "http") for index in PUBLIC_INDEXES),
        PYPI.web.replace("//", "//www."),
        f"{PYPI.web}/legacy/",
        TESTPYPI.web.replace("//", "//upload.") + "/legacy/",
    )

    @pytest.mark.parametrize("style", ["", "'", '"'])
    @pytest.mark.parametrize("url", WRONG)
    def test_the_address_is_corrected_as_it_is_written(self, url: str, style: str) -> None:
        text = publishing(given=f"with:\n  repository-url: {style}{url}{style} # there")
        assert told(text, wrong_upload_url) == [Told("error", f"{style}{url}{style} # there", "wrong-upload-url")]
        (finding,) = findings_of(text, wrong_upload_url)
        assert finding.safe
        assert finding.edits[0].text == style + str(right_address(url)) + style

    def test_an_address_in_a_command_and_in_a_variable_counts(self) -> None:
        command = publishing(ON_TAG, "steps:", f"  - run: twine upload --repository-url {PYPI.web}/legacy/ dist/*")
        variable = publishing(
            ON_TAG, "env:", f"  TWINE_REPOSITORY_URL: {PYPI.web}/legacy/", "steps:", "  - run: twine upload dist/*"
        )
        for text in (command, variable):
            assert [each.severity for each in told(text, wrong_upload_url)] == ["error"]

    def test_a_block_is_left_to_people(self) -> None:
        text = publishing(given=f"with:\n  repository-url: |-\n    {PYPI.web}")
        (finding,) = findings_of(text, wrong_upload_url)
        assert (finding.edits, finding.safe) == ((), False)

    def test_an_address_of_two_uploads_is_named_once(self) -> None:
        text = publishing(
            ON_TAG,
            "env:",
            f"  TWINE_REPOSITORY_URL: {PYPI.web}/legacy/",
            "steps:",
            "  - run: twine upload a/*",
            "  - run: twine upload b/*",
        )
        assert len(findings_of(text, wrong_upload_url)) == 1

    @pytest.mark.parametrize(
        "url",
        [
            *(index.upload for index in PUBLIC_INDEXES),
            "https://index.example/legacy",
            "https://[::1/legacy",
            "${{ vars.INDEX }}",
            f"{PYPI.web}/${{{{ vars.PATH }}}}",
            "pypi",
            f"twine upload --repository-url {PYPI.web}",
        ],
    )
    def test_right_addresses_and_others_are_well(self, url: str) -> None:
        assert told(publishing(given=f"with:\n  repository-url: '{url}'"), wrong_upload_url) == []


class TestSkipExisting:
    """Files that are passed over."""

    @pytest.mark.parametrize(
        ("text", "severity"),
        [
            pytest.param(publishing(given="with: {skip-existing: true}"), "warning", id="to PyPI"),
            pytest.param(publishing(given=TRIAL.replace("}", ", skip-existing: true}")), "advice", id="to TestPyPI"),
            pytest.param(
                publishing(ON_TAG, "steps:", "  - run: twine upload --skip-existing dist/*"),
                "warning",
                id="by an option",
            ),
        ],
    )
    def test_a_forgotten_bump_is_hidden(self, text: str, severity: str) -> None:
        assert [(each.severity, each.cause) for each in told(text, skip_existing)] == [(severity, "")]

    @pytest.mark.parametrize("given", ["", "with: {skip-existing: false}", "with: {skip-existing: '${{ inputs.x }}'}"])
    def test_an_upload_that_fails_is_well(self, given: str) -> None:
        assert told(publishing(given=given), skip_existing) == []


class TestBuildAndUpload:
    """Building beside the right to publish."""

    def test_the_build_could_publish(self) -> None:
        text = publishing(
            ON_TAG, "steps:", "  - run: python -m build", f"  - uses: {ACTION}@v1", f"  - uses: {ACTION}@v1"
        )
        assert told(text, build_and_upload) == [Told("advice", "publish:")]

    @pytest.mark.parametrize(
        "keys",
        [
            pytest.param((), id="nothing is built"),
            pytest.param(
                ("steps:", "  - run: python -m build", f"  - uses: {ACTION}@v1", f"    {CREDENTIAL}"), id="by a token"
            ),
            pytest.param(
                ("permissions: {}", "steps:", "  - run: python -m build", f"  - uses: {ACTION}@v1"),
                id="no right to an identity",
            ),
        ],
    )
    def test_a_job_that_does_one_of_the_two_is_well(self, keys: tuple[str, ...]) -> None:
        assert told(publishing(ON_TAG, *keys), build_and_upload) == []


class TestNoEnvironment:
    """Jobs without an environment."""

    def test_the_publisher_cannot_be_bound(self) -> None:
        assert told(publishing(), no_environment) == [Told("advice", "publish:")]

    def test_an_environment_on_a_needed_job_is_named(self) -> None:
        first = "first:\n  runs-on: x\n  steps: [run: y]\n"
        build = "build:\n  environment: pypi\n  runs-on: x\n  steps: [run: y]\n"
        (finding,) = findings_of(publishing(ON_TAG, "needs: [first, build]", jobs=first + build), no_environment)
        assert "'build'" in finding.message

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(ON_TAG, "environment: pypi"), id="a name"),
            pytest.param(publishing(ON_TAG, "environment: {name: pypi, url: x}"), id="a name and an address"),
            pytest.param(publishing(ON_TAG, "environment: '${{ vars.E }}'"), id="an expression"),
            pytest.param(publishing(given=CREDENTIAL), id="by a token"),
            pytest.param(
                "on: push\njobs:\n  p:\n    uses: o/r/.github/workflows/pypi-publish.yml@v1\n"
                "    permissions: {id-token: write}\n",
                id="a called workflow, which has its own",
            ),
        ],
    )
    def test_what_has_one_or_needs_none_is_well(self, text: str) -> None:
        assert told(text, no_environment, NOTHING_KNOWN) == []

    def test_a_job_with_two_uploads_is_named_once(self) -> None:
        text = publishing(ON_TAG, "steps:", f"  - uses: {ACTION}@v1", f"  - uses: {ACTION}@v1")
        assert len(findings_of(text, no_environment)) == 1


class Files:
    """The other files of a repository."""

    def __init__(self, **texts: str) -> None:
        self._texts = {name.replace("__", "/").replace("_", "."): text for name, text in texts.items()}

    def read(self, path: str) -> bytes | None:
        text = self._texts.get(path)
        return None if text is None else text.encode()

    def workflow(self, path: str) -> None:
        """Know no workflow."""


def built_by(requires: str, back_end: str = "hatchling.build", more: str = "") -> Files:
    lines = f'[build-system]\nrequires = ["{requires}"]\nbuild-backend = "{back_end}"\n{more}'
    return Files(pyproject_toml=lines)


class TestMetadata:
    """What the build back end writes, and what the tool reads."""

    @staticmethod
    def building(ref: str, build: str = "run: uv build") -> str:
        return publishing(
            ON_TAG, "steps:", "  - uses: actions/checkout@v6", f"  - {build}", f"  - uses: {ACTION}@{ref}"
        )

    @pytest.mark.parametrize(
        ("ref", "requires", "needed"),
        [
            pytest.param("v1.14.0", "hatchling", "1.14.2", id="the newest back end"),
            pytest.param("v1.14.0", "hatchling>=1.32", "1.14.2", id="one from there on"),
            pytest.param("v1.14.0", "hatchling~=1.30", "1.14.2", id="one of the same kind"),
            pytest.param("v1.14.0", "hatchling==1.33.0", "1.14.2", id="just that one"),
            pytest.param("v1.14.0", 'hatch-vcs", "hatchling', "1.14.2", id="one behind another"),
            pytest.param("v1.12.2", "hatchling<1.32", "1.12.3", id="one of those before"),
        ],
    )
    def test_the_release_does_not_read_it(self, ref: str, requires: str, needed: str) -> None:
        about = replace(NOTHING_KNOWN, sources=built_by(requires))
        (finding,) = findings_of(self.building(ref), outdated_action, about)
        assert (finding.severity.value, finding.cause) == ("warning", "outdated-publish-action")
        assert needed in finding.remedy

    @pytest.mark.parametrize(
        ("ref", "build", "sources"),
        [
            pytest.param("v1.14.2", "run: uv build", built_by("hatchling"), id="it reads it"),
            pytest.param("v1.14.0", "run: uv build", built_by("hatchling<1.32"), id="an older back end"),
            pytest.param("v1.14.0", "run: uv build", built_by("hatchling==1.31.*"), id="one kind of an older one"),
            pytest.param("v1.14.0", "run: uv build", built_by("hatchling===x"), id="a version that is none"),
            pytest.param("v1.14.0", "run: uv build", built_by("setuptools"), id="a back end that is not declared"),
            pytest.param(
                "v1.14.0",
                "run: uv build",
                built_by("hatchling", more='[tool.hatch.build]\ncore-metadata-version = "2.4"\n'),
                id="it is told what to write",
            ),
            pytest.param("v1.14.0", "run: python -m build --no-isolation", built_by("hatchling"), id="what is there"),
            pytest.param("v1.14.0", "run: uv build sub", built_by("hatchling"), id="another project"),
            pytest.param("v1.14.0", "run: uv build", built_by("own", "own.build"), id="another back end"),
            pytest.param("v1.14.0", "run: uv build", built_by("not a requirement"), id="nobody can read it"),
            pytest.param("v1.14.0", "run: uv build", Files(pyproject_toml="x ="), id="no TOML"),
            pytest.param("v1.14.0", "run: uv build", Files(pyproject_toml="[project]\n"), id="no back end"),
            pytest.param("v1.14.0", "run: uv build", Files(), id="no file"),
            pytest.param("release/v1", "run: uv build", built_by("hatchling"), id="the newest release"),
            pytest.param("v1.14.0", "uses: actions/setup-python@v6", built_by("hatchling"), id="nothing is built"),
        ],
    )
    def test_nothing_is_in_the_way(self, ref: str, build: str, sources: Files) -> None:
        assert told(self.building(ref, build), outdated_action, replace(NOTHING_KNOWN, sources=sources)) == []

    @pytest.mark.parametrize(
        ("install", "found"),
        [
            pytest.param("pip install twine==5.1.1", 1, id="an old one"),
            pytest.param("pip install twine", 0, id="the newest"),
        ],
    )
    def test_twine_is_looked_at_by_its_pin(self, install: str, found: int) -> None:
        lines = ("steps:", f"  - run: {install}", "  - run: uv build", "  - run: twine upload -p $P dist/*")
        about = replace(NOTHING_KNOWN, sources=built_by("hatchling"))
        assert len(told(publishing(ON_TAG, *lines), outdated_action, about)) == found

    def test_what_every_release_reads_needs_the_first(self) -> None:
        assert needed("twine", "2.1") == "5.0.0"
        assert needed("action", "9.9") == ""


class TestTagObject:
    """Pins of what is no commit."""

    def test_the_object_of_a_tag_has_no_image(self) -> None:
        (finding,) = findings_of(using("6733eb7d741f0b11ec6a39b58540dab7590f9b7d # v1.14.0"), tag_object_pin)
        assert (finding.severity.value, finding.cause) == ("error", "action-image-missing")
        assert finding.safe
        assert "cef221092ed1bacb1cc03d23a2d87d1d172e277b" in finding.remedy

    @pytest.mark.parametrize("ref", [COMMIT, "v1.14.0", "6733eb7d", "cef221092ed1bacb1cc03d23a2d87d1d172e277b"])
    def test_a_commit_or_a_release_has_one(self, ref: str) -> None:
        assert told(using(ref), tag_object_pin) == []


class TestComposite:
    """The publishing action inside a composite action of the repository."""

    @staticmethod
    def action(ref: str) -> Files:
        return Files(up__action_yml=f"runs:\n  using: composite\n  steps:\n    - uses: {ACTION}@{ref}\n")

    def test_it_looks_for_its_image_in_the_wrong_place(self) -> None:
        about = replace(NOTHING_KNOWN, sources=self.action("v1.14.0"))
        assert [each.severity for each in told(publishing(uses="./up"), publish_in_composite, about)] == ["warning"]

    def test_a_composite_action_of_an_unknown_release_does_so_too(self) -> None:
        about = replace(NOTHING_KNOWN, sources=self.action("${{ inputs.ref }}"))
        assert [each.severity for each in told(publishing(uses="./up"), publish_in_composite, about)] == ["warning"]

    @pytest.mark.parametrize("uses", ["./up", f"{ACTION}@v1.14.0"])
    def test_it_is_at_home_there(self, uses: str) -> None:
        about = replace(NOTHING_KNOWN, sources=self.action("v1.11.0"))
        assert told(publishing(uses=uses), publish_in_composite, about) == []
