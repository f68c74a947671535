"""Uploads that get into each other's way, and those that nothing asks for."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.doctor.looking import ACTION, NOTHING_KNOWN, ON_TAG, PROJECT, Told, publishing, told

from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.findings.artifacts import ambiguous_artifacts
from publish_gate.doctor.findings.collisions import (
    nothing_compares,
    nothing_released,
    several_workflows,
    two_uploads,
    upload_in_matrix,
)
from publish_gate.hosts import TESTPYPI

ON_MAIN = "{push: {branches: [main]}}"
TRIAL = f"repository-url: '{TESTPYPI.upload}'"
ONE = replace(NOTHING_KNOWN, projects=(PROJECT,))


def steps(*lines: str, on: str = ON_TAG, keys: tuple[str, ...] = (), jobs: str = "") -> str:
    """Return a workflow whose job has these steps."""
    return publishing(on, *keys, "steps:", *(f"  - {line}" for line in lines), jobs=jobs)


class TestTwoUploads:
    """The publishing action twice in a job."""

    def test_the_second_finds_the_attestations_of_the_first(self) -> None:
        (found,) = told(steps(f"{{uses: {ACTION}@v1, with: {{{TRIAL}}}}}", f"uses: {ACTION}@v1"), two_uploads)
        assert found == Told("warning", f"{ACTION}@v1", "attestations-exist")

    @pytest.mark.parametrize(
        "lines",
        [
            pytest.param((f"uses: {ACTION}@v1",), id="once"),
            pytest.param(
                (f"{{uses: {ACTION}@v1, with: {{{TRIAL}, attestations: false}}}}", f"uses: {ACTION}@v1"),
                id="the first makes none",
            ),
            pytest.param(
                (f"{{uses: {ACTION}@v1, with: {{{TRIAL}, packages-dir: trial}}}}", f"uses: {ACTION}@v1"),
                id="other files",
            ),
            pytest.param(
                (f"{{uses: {ACTION}@v1.10.3, with: {{{TRIAL}}}}}", f"uses: {ACTION}@v1.10.3"),
                id="none were made",
            ),
            pytest.param(
                (f"{{uses: {ACTION}@v1, with: {{{TRIAL}, password: x}}}}", f"uses: {ACTION}@v1"), id="by a token"
            ),
            pytest.param(
                (
                    f"{{uses: {ACTION}@v1, if: \"github.ref == 'refs/tags/v1'\", with: {{{TRIAL}}}}}",
                    f"{{uses: {ACTION}@v1, if: \"github.ref != 'refs/tags/v1'\"}}",
                ),
                id="one or the other",
            ),
        ],
    )
    def test_nothing_is_in_the_way(self, lines: tuple[str, ...]) -> None:
        assert told(steps(*lines), two_uploads) == []

    def test_each_may_have_its_own_event(self) -> None:
        lines = (
            f"{{uses: {ACTION}@v1, if: \"github.ref == 'refs/heads/main'\", with: {{{TRIAL}}}}}",
            f"{{uses: {ACTION}@v1, if: \"startsWith(github.ref, 'refs/tags/')\"}}",
        )
        assert told(steps(*lines, on="{push: {branches: [main], tags: ['v*']}}"), two_uploads) == []


class TestMatrix:
    """Uploads in a matrix."""

    MATRIX = "strategy: {matrix: {os: [ubuntu-latest, windows-latest]}}"

    @pytest.mark.parametrize(
        ("matrix", "build"),
        [
            pytest.param(MATRIX, "run: python -m build", id="systems"),
            pytest.param("strategy: {matrix: {a: [1], b: [1, 2]}}", "run: uv build", id="two keys"),
            pytest.param("strategy: {matrix: {include: [{a: 1}, {a: 2}]}}", "run: hatch build", id="legs one by one"),
        ],
    )
    def test_every_leg_uploads_the_same_names(self, matrix: str, build: str) -> None:
        (found,) = told(steps(build, f"uses: {ACTION}@v1", keys=(matrix,)), upload_in_matrix)
        assert found == Told("warning", matrix, "duplicate-trigger")

    @pytest.mark.parametrize(
        ("keys", "build", "upload"),
        [
            pytest.param((), "run: python -m build", f"uses: {ACTION}@v1", id="no matrix"),
            pytest.param(("strategy: {matrix: {a: [1]}}",), "run: uv build", f"uses: {ACTION}@v1", id="one leg"),
            pytest.param(
                ("strategy: {matrix: '${{ fromJSON(vars.M) }}'}",),
                "run: uv build",
                f"uses: {ACTION}@v1",
                id="not known",
            ),
            pytest.param(
                ("strategy: {matrix: {include: '${{ fromJSON(vars.M) }}'}}",),
                "run: uv build",
                f"uses: {ACTION}@v1",
                id="legs that are not known",
            ),
            pytest.param((MATRIX,), "uses: pypa/cibuildwheel@v3", f"uses: {ACTION}@v1", id="wheels for a platform"),
            pytest.param((MATRIX,), "run: maturin build", f"uses: {ACTION}@v1", id="compiled ones"),
            pytest.param((MATRIX,), "run: python -m build ${{ matrix.os }}", f"uses: {ACTION}@v1", id="other folders"),
            pytest.param(
                (MATRIX,), "run: uv build", f"{{uses: {ACTION}@v1, with: {{skip-existing: true}}}}", id="passed"
            ),
            pytest.param(
                (MATRIX,), "run: uv build", f"{{uses: {ACTION}@v1, if: \"matrix.os == 'x'\"}}", id="one leg uploads"
            ),
            pytest.param(
                (MATRIX, "environment: pypi-${{ matrix.os }}"), "run: uv build", f"uses: {ACTION}@v1", id="environments"
            ),
            pytest.param((MATRIX,), "uses: actions/checkout@v6", f"uses: {ACTION}@v1", id="nothing is built"),
        ],
    )
    def test_every_leg_is_another(self, keys: tuple[str, ...], build: str, upload: str) -> None:
        assert told(steps(build, upload, keys=keys), upload_in_matrix) == []


class TestSeveralWorkflows:
    """Two files that publish at once."""

    def test_both_publish_the_same(self) -> None:
        (found,) = told({"a.yml": publishing(), "b.yml": publishing()}, several_workflows, ONE)
        assert (found.severity, found.at) == ("advice", "publish:")

    @pytest.mark.parametrize(
        "other",
        [
            pytest.param(publishing(ON_MAIN), id="on another event"),
            pytest.param(publishing(given=f"with: {{{TRIAL}}}"), id="to another index"),
            pytest.param(publishing(ON_TAG, "if: vars.ON"), id="perhaps"),
            pytest.param("on: push\njobs:\n  a:\n    runs-on: x\n    steps: [run: y]\n", id="nothing"),
        ],
    )
    def test_one_publishes(self, other: str) -> None:
        assert told({"a.yml": publishing(), "b.yml": other}, several_workflows, ONE) == []

    def test_what_is_started_by_hand_is_started_alone(self) -> None:
        files = {"a.yml": publishing("workflow_dispatch"), "b.yml": publishing("workflow_dispatch")}
        assert told(files, several_workflows, ONE) == []

    def test_several_projects_have_a_workflow_each(self) -> None:
        two = replace(NOTHING_KNOWN, projects=(PROJECT, LocalProject("other", "1")))
        assert told({"a.yml": publishing(), "b.yml": publishing()}, several_workflows, two) == []


GATE = "gate:\n  runs-on: x\n  steps: [{id: gate, uses: publish-gate/publish-gate@v1}]\n"


class TestNothingCompares:
    """Uploads on every push to the default branch."""

    def test_a_push_without_a_bump_uploads(self) -> None:
        assert told(publishing(ON_MAIN), nothing_compares) == [Told("advice", "publish:")]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(), id="tags"),
            pytest.param(publishing(ON_MAIN, "if: vars.ON"), id="a condition"),
            pytest.param(publishing(ON_MAIN, jobs=GATE), id="the gate"),
            pytest.param(steps("run: uv version --bump patch", f"uses: {ACTION}@v1", on=ON_MAIN), id="it sets one"),
            pytest.param(
                publishing(ON_MAIN, given="with: {repository-url: 'https://x.example.com/u/', password: x}"),
                id="a private index",
            ),
            pytest.param(
                steps("uses: python-semantic-release/python-semantic-release@v10", f"uses: {ACTION}@v1", on=ON_MAIN),
                id="a tool releases",
            ),
        ],
    )
    def test_something_asks_first(self, text: str) -> None:
        assert told(text, nothing_compares) == []

    def test_a_version_from_tags_is_new_with_each_commit(self) -> None:
        about = replace(NOTHING_KNOWN, projects=(LocalProject("sample", from_tags=True),))
        assert told(publishing(ON_MAIN), nothing_compares, about) == []


class TestNothingReleased:
    """Uploads behind a tool that releases now and then."""

    RELEASES = "{id: r, uses: python-semantic-release/python-semantic-release@v10}"

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(steps(RELEASES, f"uses: {ACTION}@v1", on=ON_MAIN), id="in the same job"),
            pytest.param(steps("run: semantic-release version", f"uses: {ACTION}@v1", on=ON_MAIN), id="by a command"),
            pytest.param(
                publishing(
                    ON_MAIN,
                    "needs: rp",
                    jobs="rp:\n  runs-on: x\n  steps: [uses: googleapis/release-please-action@v4]\n",
                ),
                id="in a job before",
            ),
        ],
    )
    def test_it_may_have_released_nothing(self, text: str) -> None:
        (found,) = told(text, nothing_released)
        assert (found.severity, found.cause) == ("warning", "no-distributions")

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(
                steps(RELEASES, f"{{uses: {ACTION}@v1, if: \"steps.r.outputs.released == 'true'\"}}", on=ON_MAIN),
                id="it is asked",
            ),
            pytest.param(steps(RELEASES, f"uses: {ACTION}@v1"), id="on a tag"),
            pytest.param(steps(f"uses: {ACTION}@v1", RELEASES, on=ON_MAIN), id="behind the upload"),
            pytest.param(steps("run: semantic-release version --print", f"uses: {ACTION}@v1", on=ON_MAIN), id="no"),
            pytest.param(publishing(ON_MAIN), id="nothing of the kind"),
        ],
    )
    def test_it_is_asked_or_has_released(self, text: str) -> None:
        assert told(text, nothing_released) == []


class TestArtifacts:
    """Downloads in front of the upload."""

    BUILDS = (
        "build:\n  runs-on: x\n  steps:\n"
        "    - {uses: actions/upload-artifact@v7, with: {name: dist, path: dist/}}\n"
        "    - {uses: actions/upload-artifact@v7, with: {name: coverage, path: htmlcov/}}\n"
    )
    LEGS = (
        "build:\n  runs-on: x\n  strategy: {matrix: {os: [a, b]}}\n  steps:\n"
        "    - {uses: actions/upload-artifact@v7, with: {name: 'dist-${{ matrix.os }}', path: dist/}}\n"
    )

    @staticmethod
    def downloading(given: str, jobs: str = BUILDS, between: str = "", ref: str = "v8") -> str:
        lines = [f"{{uses: actions/download-artifact@{ref}, with: {given}}}", *([between] if between else [])]
        return steps(*lines, f"uses: {ACTION}@v1", keys=("needs: build",), jobs=jobs)

    @pytest.mark.parametrize(
        ("given", "jobs", "cause"),
        [
            pytest.param("{path: dist}", BUILDS, "no-distributions", id="a folder for each"),
            pytest.param("{path: dist/}", LEGS, "no-distributions", id="a folder for each leg"),
            pytest.param("{path: dist, merge-multiple: true}", BUILDS, "non-dist-file-in-dist", id="all in one"),
        ],
    )
    def test_everything_is_downloaded(self, given: str, jobs: str, cause: str) -> None:
        (found,) = told(self.downloading(given, jobs), ambiguous_artifacts)
        assert (found.severity, found.cause) == ("warning", cause)

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(downloading("{name: dist, path: dist}"), id="one by its name"),
            pytest.param(downloading("{pattern: dist*, path: dist, merge-multiple: true}"), id="some by a pattern"),
            pytest.param(downloading("{}"), id="into the folder that has the artifact's name"),
            pytest.param(downloading("{path: dist, merge-multiple: true}", LEGS), id="all are distributions"),
            pytest.param(downloading("{path: dist}", between="run: mv dist/*/* dist/"), id="a script puts it right"),
            pytest.param(downloading("{path: dist}", BUILDS.rpartition("    -")[0]), id="there is only one"),
            pytest.param(downloading("{path: '${{ vars.D }}'}"), id="a folder that is not known"),
            pytest.param(downloading("{path: dist}", ref="v3"), id="an old release"),
            pytest.param(publishing(), id="nothing is downloaded"),
        ],
    )
    def test_what_is_wanted_is_downloaded(self, text: str) -> None:
        assert told(text, ambiguous_artifacts) == []
