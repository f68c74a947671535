"""Versions: what a tag names, what the files declare, and what is made from Git tags."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from unit.doctor.looking import NOTHING_KNOWN, ON_TAG, PATH, PROJECT, Told, findings_of, publishing, told

from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.findings.versions import foreign_tag, local_version, tag_version, version_from_tags
from publish_gate.doctor.log.read import Record
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.places import Place

if TYPE_CHECKING:
    from publish_gate.doctor.question import DoctorInput

VERSION_FILE = Place("pyproject.toml", 3, 11)
DECLARED = replace(NOTHING_KNOWN, projects=(LocalProject("sample", "1.2.3", VERSION_FILE),))


def at(tag: str, *projects: LocalProject) -> DoctorInput:
    """Return the question about a tag."""
    return replace(NOTHING_KNOWN, projects=projects or DECLARED.projects, ref=f"refs/tags/{tag}")


class TestTagVersion:
    """The tag and the files."""

    @pytest.mark.parametrize("tag", ["v1.2.4", "1.2.3rc1", "sample-v2.0", "v1.2.3.post1"])
    def test_the_tag_names_another_version(self, tag: str) -> None:
        assert told(publishing(), tag_version, at(tag)) == [Told("error", str(VERSION_FILE), "tag-version-mismatch")]

    @pytest.mark.parametrize(
        "about",
        [
            pytest.param(at("v1.2.3"), id="the same version"),
            pytest.param(at("1.2.3.0"), id="the same version in another spelling"),
            pytest.param(at("sample-v1.2.3"), id="behind the project's name"),
            pytest.param(at("other-v2.0"), id="a tag of another project"),
            pytest.param(at("latest"), id="a tag that names no version"),
            pytest.param(at("v2", LocalProject("sample")), id="a version that cannot be read"),
            pytest.param(at("v2", LocalProject("sample", "one")), id="a version that is none"),
            pytest.param(at("v2", PROJECT, LocalProject("other", "2")), id="two projects"),
            pytest.param(DECLARED, id="no tag"),
            pytest.param(replace(DECLARED, ref="refs/heads/v2"), id="a branch"),
        ],
    )
    def test_the_tag_says_nothing_else(self, about: DoctorInput) -> None:
        assert told(publishing(), tag_version, about) == []

    @pytest.mark.parametrize(
        "about",
        [
            pytest.param(replace(DECLARED, claims=Claims({"ref": "refs/tags/v2"})), id="the claims"),
            pytest.param(replace(DECLARED, record=Record(claims=Claims({"ref": "refs/tags/v2"}))), id="the log"),
            pytest.param(replace(at("v2"), claims=Claims({"ref": "refs/heads/main"})), id="the question"),
            pytest.param(
                replace(at("v2"), claims=Claims(), record=Record(claims=Claims())), id="nothing but the question"
            ),
            pytest.param(replace(at("v2"), record=Record()), id="the question, where the log has no claims"),
        ],
    )
    def test_the_tag_is_known_from(self, about: DoctorInput) -> None:
        assert [each.severity for each in told(publishing(), tag_version, about)] == ["error"]


class TestForeignTag:
    """Tags of something else."""

    @pytest.mark.parametrize("tag", ["other-v1.0", "docs-2024-01"])
    def test_a_tag_of_something_else_publishes(self, tag: str) -> None:
        text = publishing("{push: {tags: ['**']}}")
        assert told(text, foreign_tag, at(tag)) == [Told("error", "publish:", "over-broad-trigger")]

    @pytest.mark.parametrize(
        ("on", "about"),
        [
            pytest.param("{push: {tags: ['**']}}", at("v1.2.3"), id="a tag of this project"),
            pytest.param(ON_TAG, at("other-v1.0"), id="a tag that does not start the workflow"),
            pytest.param("{push: {tags: ['**']}}", DECLARED, id="no tag is asked about"),
            pytest.param("{push: {tags: ['**']}}", at("a-v1", PROJECT, LocalProject("other")), id="two projects"),
        ],
    )
    def test_a_tag_that_is_its_own_is_well(self, on: str, about: DoctorInput) -> None:
        assert told(publishing(on), foreign_tag, about) == []


class TestLocalVersion:
    """Versions with a plus sign."""

    def test_a_local_part_is_refused_by_every_index(self) -> None:
        about = replace(NOTHING_KNOWN, projects=(LocalProject("sample", "1.0+g1234", VERSION_FILE),))
        assert told(publishing(), local_version, about) == [Told("error", str(VERSION_FILE), "local-version")]
        assert "+g1234" in findings_of(publishing(), local_version, about)[0].message

    @pytest.mark.parametrize("version", ["1.0", "1.0rc1", "1!2.0.post1.dev0", None, "no version", "1.0+"])
    def test_other_versions_are_well(self, version: str | None) -> None:
        about = replace(NOTHING_KNOWN, projects=(LocalProject("sample", version),))
        assert told(publishing(), local_version, about) == []


class TestVersionFromTags:
    """Versions that the build makes from Git tags."""

    FROM_TAGS = replace(NOTHING_KNOWN, projects=(LocalProject("sample", from_tags=True),))
    CHECKOUT = "- uses: actions/checkout@v6\n"
    BUILD = "- run: python -m build\n"

    @staticmethod
    def building(steps: str, keys: str = "", on: str = ON_TAG, top: str = "") -> str:
        lines = "".join(f"    {line}\n" for line in steps.splitlines())
        return publishing(on, "needs: build", jobs=f"build:\n  runs-on: x\n{keys}  steps:\n{lines}", top=top)

    def test_on_a_tag_it_happens_to_work(self) -> None:
        found = told(self.building(self.CHECKOUT + self.BUILD), version_from_tags, self.FROM_TAGS)
        assert found == [Told("advice", "uses: actions/checkout@v6", "shallow-clone-version")]

    @pytest.mark.parametrize("on", ["{push: {branches: [main]}}", "{push: {tags: ['v*']}, workflow_dispatch: }"])
    def test_elsewhere_the_version_is_wrong(self, on: str) -> None:
        found = told(self.building(self.CHECKOUT + self.BUILD, on=on), version_from_tags, self.FROM_TAGS)
        assert [each.severity for each in found] == ["warning"]

    @pytest.mark.parametrize(
        "given", ["{fetch-depth: 1}", "{fetch-tags: false}", "{ref: main}", "{fetch-depth: '1', fetch-tags: 'False'}"]
    )
    def test_what_is_given_may_change_nothing(self, given: str) -> None:
        text = self.building(f"{self.CHECKOUT}  with: {given}\n{self.BUILD}")
        assert len(findings_of(text, version_from_tags, self.FROM_TAGS)) == 1

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(building(f"{CHECKOUT}  with: {{fetch-depth: 0}}\n{BUILD}"), id="the whole history"),
            pytest.param(building(f"{CHECKOUT}  with: {{fetch-depth: '${{{{ vars.D }}}}'}}\n{BUILD}"), id="perhaps"),
            pytest.param(building(f"{CHECKOUT}  with: {{fetch-tags: true}}\n{BUILD}"), id="the tags"),
            pytest.param(building(f"{CHECKOUT}  with: {{repository: o/tools}}\n{BUILD}"), id="another repository"),
            pytest.param(building(f"{CHECKOUT}- run: git fetch --unshallow --tags\n{BUILD}"), id="tags are fetched"),
            pytest.param(
                building(CHECKOUT + BUILD, keys="  env: {SETUPTOOLS_SCM_PRETEND_VERSION: '1.0'}\n"),
                id="it is told the version",
            ),
            pytest.param(
                building(f"{CHECKOUT}- run: echo PDM_BUILD_SCM_VERSION=1 >> $GITHUB_ENV\n{BUILD}"),
                id="a script tells it",
            ),
            pytest.param(
                building(CHECKOUT + BUILD, top="env: {POETRY_DYNAMIC_VERSIONING_BYPASS: '1'}\n"),
                id="the workflow tells it",
            ),
            pytest.param(building(CHECKOUT + "- run: pytest\n"), id="nothing is built"),
            pytest.param(building(BUILD + "- uses: actions/setup-python@v6\n"), id="nothing is checked out"),
        ],
    )
    def test_the_tags_are_there(self, text: str) -> None:
        assert told(text, version_from_tags, self.FROM_TAGS) == []

    def test_a_version_in_a_file_needs_no_tags(self) -> None:
        assert told(self.building(self.CHECKOUT + self.BUILD), version_from_tags, DECLARED) == []

    def test_jobs_that_need_each_other_or_nobody_end(self) -> None:
        jobs = (
            "a:\n  needs: [b, gone]\n  runs-on: x\n  steps:\n"
            "    - uses: actions/checkout@v6\n    - run: python -m build\n"
            "b:\n  needs: a\n  runs-on: x\n  steps: [run: y]\n"
        )
        text = publishing(ON_TAG, "needs: [a, b]", jobs=jobs)
        assert len(findings_of(text, version_from_tags, self.FROM_TAGS)) == 1

    def test_a_checkout_is_named_once_for_two_uploads(self) -> None:
        text = self.building(self.CHECKOUT + self.BUILD) + "      - run: twine upload dist/*\n"
        (finding,) = findings_of(text, version_from_tags, self.FROM_TAGS)
        assert finding.place is not None
        assert finding.place.path == PATH
