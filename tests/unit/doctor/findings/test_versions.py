"""Versions: what a tag names, what the files declare, and what is made from Git tags."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from unit.doctor.looking import NOTHING_KNOWN, ON_TAG, PATH, PROJECT, Told, asking, findings_of, publishing, told

from publish_gate.doctor.analyse import analyse
from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.findings.builds import sets_version
from publish_gate.doctor.findings.collisions import nothing_released
from publish_gate.doctor.findings.default_token import default_token_trigger
from publish_gate.doctor.findings.versions import (
    dirty_tree,
    foreign_tag,
    local_version,
    tag_version,
    version_from_tags,
    version_set_by_workflow,
)
from publish_gate.doctor.log.read import Record
from publish_gate.doctor.trusted_publishing.claims import Claims
from publish_gate.places import Place

if TYPE_CHECKING:
    from publish_gate.doctor.inputs import DoctorInput

ON_MAIN = "{push: {branches: [main]}}"
PRIVATE = "with: {repository-url: 'https://packages.example.com/upload/', password: '${{ secrets.TOKEN }}'}"
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

    ABOUT = replace(NOTHING_KNOWN, projects=(LocalProject("sample", "1.0+g1234", VERSION_FILE),))
    BUILD = "steps:\n  - run: %s\n  - uses: pypa/gh-action-pypi-publish@release/v1"
    ROOT = BUILD % "uv build"

    @pytest.mark.parametrize(
        ("text", "about"),
        [
            pytest.param(publishing(ON_MAIN, ROOT), ABOUT, id="a push to the default branch uploads it"),
            pytest.param(publishing(ON_TAG, ROOT), replace(ABOUT, ref="refs/tags/v1.0"), id="the tag asked about does"),
            pytest.param(
                publishing(ON_MAIN, ROOT),
                replace(ABOUT, projects=(*ABOUT.projects, LocalProject("other", "1.0", Place("o/pyproject.toml")))),
                id="another project is elsewhere",
            ),
        ],
    )
    def test_a_local_part_is_refused_by_every_index(self, text: str, about: DoctorInput) -> None:
        assert told(text, local_version, about) == [Told("error", str(VERSION_FILE), "local-version")]
        assert "+g1234" in findings_of(text, local_version, about)[0].message

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(ON_TAG, ROOT), id="a release has its own commit"),
            pytest.param(publishing(ON_MAIN, BUILD % "uv version $V && uv build"), id="the workflow sets another"),
            pytest.param(publishing(ON_MAIN, ROOT, "if: vars.ON"), id="it may not be uploaded"),
            pytest.param(publishing(ON_MAIN, f"{ROOT}\n    {PRIVATE}"), id="a private index takes it"),
            pytest.param(publishing(ON_MAIN), id="what is built is not known"),
            pytest.param(publishing(ON_MAIN, BUILD % "uv build packages/one"), id="another project is built"),
        ],
    )
    def test_what_stands_in_a_file_need_not_be_uploaded(self, text: str) -> None:
        assert [each.severity for each in told(text, local_version, self.ABOUT)] == ["advice"]

    def test_nothing_is_uploaded(self) -> None:
        assert told(publishing(uses="actions/setup-python@v6"), local_version, self.ABOUT) == []

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

    TWO = replace(
        NOTHING_KNOWN,
        projects=(
            LocalProject("sample", None, Place("pyproject.toml"), from_tags=True),
            LocalProject("fast", "1.0", Place("rust/fast/Cargo.toml", 3)),
            LocalProject("lib", None, Place("lib/pyproject.toml"), from_tags=True),
        ),
    )

    @pytest.mark.parametrize(
        ("steps", "found"),
        [
            pytest.param("- run: uv build\n", 1, id="the root"),
            pytest.param("- run: uv build lib\n", 1, id="the other one that has it from tags"),
            pytest.param("- run: cd lib && uv build\n", 1, id="its folder is entered"),
            pytest.param("- run: uv build\n  working-directory: lib/\n", 1, id="the step stands in its folder"),
            pytest.param("- run: hatch build\n  working-directory: rust/fast\n", 0, id="the step stands elsewhere"),
            pytest.param("- run: python -m build rust/fast\n", 0, id="another folder is named"),
            pytest.param("- run: python -m build --sdist rust/fast\n", 0, id="one behind an option"),
            pytest.param("- run: python -m build --outdir dist\n", 1, id="the folder of an option is no project"),
            pytest.param("- run: uv build --package fast\n", 0, id="a package by its name"),
            pytest.param("- run: cd $WHERE && uv build\n", 0, id="a folder that is not known"),
            pytest.param("- run: maturin build\n", 0, id="maturin knows no tags"),
            pytest.param("- run: maturin sdist --manifest-path rust/fast/Cargo.toml\n", 0, id="a manifest elsewhere"),
            pytest.param("- uses: pypa/cibuildwheel@v3\n  with: {package-dir: rust/fast}\n", 0, id="an action"),
            pytest.param("- uses: pypa/cibuildwheel@v3\n", 1, id="an action in the root"),
            pytest.param(
                "- uses: PyO3/maturin-action@v1\n  with: {command: build, args: -m rust/fast/Cargo.toml}\n",
                0,
                id="an action with a manifest",
            ),
        ],
    )
    def test_it_counts_what_is_built(self, steps: str, found: int) -> None:
        text = self.building(self.CHECKOUT + steps)
        assert len(findings_of(text, version_from_tags, self.TWO)) == found

    def test_the_folder_may_be_the_job_s_default(self) -> None:
        keys = "  defaults: {run: {working-directory: rust/fast}}\n"
        assert told(self.building(self.CHECKOUT + self.BUILD, keys), version_from_tags, self.TWO) == []

    def test_a_checkout_is_named_once_for_two_uploads(self) -> None:
        text = self.building(self.CHECKOUT + self.BUILD) + "      - run: twine upload dist/*\n"
        (finding,) = findings_of(text, version_from_tags, self.FROM_TAGS)
        assert finding.place is not None
        assert finding.place.path == PATH


class TestDirtyTree:
    """Files that are changed before a version is made from tags."""

    CHANGES = "- run: sed -i 's|a|b|' pyproject.toml\n"

    @pytest.mark.parametrize(
        "steps",
        [
            pytest.param(CHANGES, id="an editor"),
            pytest.param("- run: perl -pi -e 's/a/b/' src/x.py\n", id="another editor"),
            pytest.param("- run: echo x >> README.md\n", id="a line more"),
            pytest.param("- run: echo x | tee -a setup.cfg\n", id="a line more by another program"),
            pytest.param("- run: npm version 1.2.3 --no-git-tag-version\n", id="the version of something else"),
            pytest.param("- run: git add -A\n" + CHANGES, id="behind what does not matter"),
            pytest.param("- run: git apply fix.patch\n", id="a patch"),
            pytest.param("- run: patch -p1 < fix.patch\n", id="a patch by its own program"),
            pytest.param("- run: cp docs/pypi.md README.md\n", id="another text for the index"),
        ],
    )
    def test_the_tree_is_not_the_tag_s(self, steps: str) -> None:
        whole = "- uses: actions/checkout@v6\n  with: {fetch-depth: 0}\n"
        text = TestVersionFromTags.building(whole + steps + TestVersionFromTags.BUILD)
        (found,) = told(text, dirty_tree, TestVersionFromTags.FROM_TAGS)
        assert (found.severity, found.cause) == ("warning", "local-version")

    @pytest.mark.parametrize(
        ("before", "after", "keys"),
        [
            pytest.param("", CHANGES, "", id="after the build"),
            pytest.param(CHANGES + "- run: git commit -am x\n", "", "", id="committed"),
            pytest.param(CHANGES + "- run: git checkout -- .\n", "", "", id="taken back"),
            pytest.param(CHANGES + "- run: git update-index --assume-unchanged a\n", "", "", id="hidden from git"),
            pytest.param(CHANGES + "- uses: actions/checkout@v6\n", "", "", id="checked out again"),
            pytest.param(CHANGES, "", "  env: {SETUPTOOLS_SCM_PRETEND_VERSION: '1.0'}\n", id="it is told the version"),
            pytest.param("- run: sed 's|a|b|' pyproject.toml\n", "", "", id="nothing is written"),
            pytest.param("- run: echo x > notes.txt\n", "", "", id="a file that is not of the project"),
            pytest.param("- run: cp README.md docs/\n", "", "", id="a copy of one"),
        ],
    )
    def test_the_tree_is_clean(self, before: str, after: str, keys: str) -> None:
        whole = "- uses: actions/checkout@v6\n  with: {fetch-depth: 0}\n"
        text = TestVersionFromTags.building(whole + before + TestVersionFromTags.BUILD + after, keys)
        assert told(text, dirty_tree, TestVersionFromTags.FROM_TAGS) == []

    def test_a_version_in_a_file_has_no_tree(self) -> None:
        text = TestVersionFromTags.building(self.CHANGES + TestVersionFromTags.BUILD)
        assert told(text, dirty_tree, DECLARED) == []


class TestVersionSetByWorkflow:
    """Commands that set the version."""

    @staticmethod
    def setting(command: str, on: str = ON_TAG) -> str:
        return publishing(
            on, "steps:", "  - run: |", f"      {command}", "  - uses: pypa/gh-action-pypi-publish@release/v1"
        )

    @pytest.mark.parametrize(
        "command",
        [
            'uv version --frozen "${GITHUB_REF_NAME#v}"',
            "uv version --bump patch",
            "uv run hatch version 1.2.3",
            "uv run --with hatch --no-sync hatch version 1.2.3",
            "poetry version $(git describe --tags)",
            "V=1 hatch version $V",
            "npm version 1.2.3",
            "cargo set-version 1.2.3",
            "uvx bump-my-version replace --new-version 1.2.3",
            "bumpversion patch",
            "semantic-release version --push",
            "cz bump --yes",
            "sed -i 's/^version = .*/version = \"1\"/' pyproject.toml",
            "sed -E -i.bak s/0.0.0/1.0/ src/sample/_version.py",
            "echo \"__version__ = '$V'\" > src/sample/version.py",
            "echo $TAG > VERSION",
        ],
    )
    def test_the_version_is_set(self, command: str) -> None:
        (found,) = told(self.setting(command), version_set_by_workflow)
        assert found.severity == "advice"

    @pytest.mark.parametrize(
        "command",
        [
            "uv version --short",
            "echo version=$(poetry version -s) >> $GITHUB_OUTPUT",
            "hatch version",
            "V=$(uv version --short); echo $V",
            "bump-my-version show current_version",
            "semantic-release version --print",
            "uv version --bump patch --dry-run",
            "sed -i 's/a/b/' README.md",
            "grep version pyproject.toml",
            "python --version > versions.log",
        ],
    )
    def test_the_version_is_only_read(self, command: str) -> None:
        assert told(self.setting(command), version_set_by_workflow) == []

    def test_a_gate_that_is_told_the_version_knows_it(self) -> None:
        gate = (
            "gate:\n  runs-on: x\n  steps:\n    - uses: publish-gate/publish-gate@v1\n"
            "      with: {version: '${{ github.ref_name }}'}\n"
        )
        steps = ("steps:", "  - run: uv version 1", "  - uses: pypa/gh-action-pypi-publish@release/v1")
        assert told(publishing(ON_TAG, *steps, jobs=gate), version_set_by_workflow) == []
        assert len(told(publishing(ON_TAG, *steps), version_set_by_workflow)) == 1

    def test_the_tag_is_not_held_against_a_placeholder(self) -> None:
        assert told(self.setting("uv version $GITHUB_REF_NAME"), tag_version, at("v2.0")) == []
        assert len(told(self.setting("uv version --short"), tag_version, at("v2.0"))) == 1

    def test_nothing_is_set_by_nothing(self) -> None:
        assert not sets_version([])
        assert not sets_version(["A=1"])


@pytest.mark.parametrize(
    "script",
    [
        "yq x " * 60_000,
        "sed -a " * 60_000,
        "> " + "a/" * 150_000,
        "$(" * 150_000,
        "'" * 300_001,
        "a" * 300_000,
        "DUNAMAI_" * 40_000,
        "semantic-release version " * 12_000 + "--print",
        "git push origin $" + "tag" * 100_000 + "!",
        "gh workflow run " + "a" * 300_000,
        "$TAG > " + "version" * 40_000 + "!",
    ],
    ids=lambda script: script[:20],
)
def test_a_hostile_script_takes_no_time(script: str) -> None:
    about = TestVersionFromTags.FROM_TAGS
    steps = ("steps:", f'  - run: "{script}"', "  - run: uv build", "  - uses: pypa/gh-action-pypi-publish@release/v1")
    analysis = analyse(asking(publishing("push", *steps), about))
    for detector in (dirty_tree, version_from_tags, version_set_by_workflow, nothing_released, default_token_trigger):
        list(detector.find(analysis))
