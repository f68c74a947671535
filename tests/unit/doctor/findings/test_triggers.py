"""What starts a publishing workflow: patterns that match nothing, releases that come twice or never, switches."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.doctor.looking import ACTION, NOTHING_KNOWN, PROJECT, Told, asking, findings_of, publishing, told

from publish_gate.doctor.analyse import analyse
from publish_gate.doctor.analysis import LocalProject
from publish_gate.doctor.findings.triggers import (
    duplicate_trigger,
    release_created,
    release_types,
    tag_pattern,
    unread_input,
)

TWICE = (f"  - uses: {ACTION}@v1", f"  - uses: {ACTION}@v1")
SKIPPING = "with: {skip-existing: true}"
ON_BOTH = "{push: {tags: ['v*']}, release: {types: [published]}}"


def tags(*patterns: str) -> str:
    return publishing("push:\n  tags:\n" + "".join(f"    - {each}\n" for each in patterns))


class TestTagPattern:
    """Patterns that no tag matches."""

    @pytest.mark.parametrize("pattern", [r"v\d+.\d+.\d+", r"sample-\w+-[0-9]+.*"])
    def test_what_a_backslash_stands_for_is_not_documented(self, pattern: str) -> None:
        assert [each.severity for each in told(tags(pattern), tag_pattern)] == ["advice"]

    @pytest.mark.parametrize(
        ("pattern", "meant"),
        [
            pytest.param(r"^v\d+\.\d+\.\d+$", "v[0-9]+.[0-9]+.[0-9]+", id="a version"),
            pytest.param("^v.+$", "v*", id="whatever follows"),
            pytest.param(r"(\d+)\.(\d+)", "[0-9]+.[0-9]+", id="groups"),
            pytest.param("^v1|v2$", "", id="an alternative has no equal"),
        ],
    )
    def test_the_filter_that_was_meant_is_named(self, pattern: str, meant: str) -> None:
        (finding,) = findings_of(tags(f"'{pattern}'"), tag_pattern)
        usual = "write a pattern such as 'v*' or 'v[0-9]+.[0-9]+.[0-9]+'"
        assert finding.remedy == (f"write {meant!r}" if meant else usual)

    @pytest.mark.parametrize(
        ("pattern", "edit"),
        [
            pytest.param("refs/tags/v*", True, id="a ref instead of a name"),
            pytest.param("'refs/tags/v*'", True, id="a ref in quotes"),
            pytest.param("refs/heads/main", False, id="a branch among the tags"),
            pytest.param("^v.+$", False, id="a regular expression from end to end"),
            pytest.param("v(1|2).0", False, id="an alternative"),
            pytest.param("v.*", False, id="any character of a regular expression"),
            pytest.param("'.*'", False, id="nothing but that"),
            pytest.param("sample-v.*", False, id="the same behind a name"),
        ],
    )
    def test_no_tag_matches(self, pattern: str, edit: bool) -> None:
        assert told(tags(pattern), tag_pattern) == [Told("error", pattern, "trigger-tag-pattern-mismatch")]
        (finding,) = findings_of(tags(pattern), tag_pattern)
        assert (bool(finding.edits), finding.safe) == (edit, edit)

    def test_beside_a_good_pattern_it_is_a_warning(self) -> None:
        assert [each.severity for each in told(tags("v*", "refs/tags/v*"), tag_pattern)] == ["warning"]

    def test_a_branch_among_the_tags_is_said_to_be_one(self) -> None:
        (finding,) = findings_of(tags("refs/heads/main"), tag_pattern)
        assert finding.remedy == "write 'main' below `branches`; below `tags` stand names of tags"

    @pytest.mark.parametrize(
        "pattern",
        [
            pytest.param("v*", id="the usual one"),
            pytest.param("'v[0-9]+.[0-9]+.[0-9]+'", id="numbers"),
            pytest.param(r"'v[0-9]+\.[0-9]+\.[0-9]+-rc[0-9]+'", id="points that are points"),
            pytest.param("'v[0-9]+.[0-9]+.[0-9]+.*'", id="a fourth part"),
            pytest.param("'v*.*'", id="a point between anything"),
            pytest.param("'nightly.*'", id="anything behind a word and a point"),
            pytest.param("'**'", id="everything"),
            pytest.param("sample/v*", id="a name with a slash"),
            pytest.param("'!refs/tags/v0*'", id="what is taken away"),
            pytest.param("'['", id="a pattern that GitHub refuses"),
        ],
    )
    def test_tags_match(self, pattern: str) -> None:
        assert told(tags(pattern, "v*"), tag_pattern) == []

    @pytest.mark.parametrize(
        "on", ["push", "{push: {branches: [refs/heads/main]}}", "[push, release]", "{push: {tags: }}"]
    )
    def test_where_no_tags_are_named_there_is_nothing_to_say(self, on: str) -> None:
        assert told(publishing(on), tag_pattern) == []

    def test_a_single_pattern_in_place_of_a_list_counts(self) -> None:
        assert [each.at for each in told(publishing("{push: {tags: refs/tags/v1}}"), tag_pattern)] == ["refs/tags/v1}}"]

    def test_a_pattern_that_is_written_otherwise_than_it_is_read_is_left_to_people(self) -> None:
        (finding,) = findings_of(tags('"refs\\/tags/v*"'), tag_pattern)
        assert (finding.edits, finding.safe) == ((), False)

    def test_workflows_that_publish_nothing_are_left_alone(self) -> None:
        text = tags("refs/tags/v*").replace(ACTION, "actions/checkout")
        assert told(text, tag_pattern) == []


class TestReleaseCreated:
    """Releases that were drafts."""

    @pytest.mark.parametrize(
        ("on", "at"),
        [
            pytest.param("{release: {types: [created]}}", "created]}}", id="in a list between brackets"),
            pytest.param("{release: {types: created}}", "created}}", id="a single word"),
            pytest.param("release:\n  types:\n    - created # made", "created # made", id="in a list of lines"),
            pytest.param("release:\n  types: ['created']", "'created']", id="in quotes"),
            pytest.param("{release: {types: [edited, created]}}", "created]}}", id="beside others"),
        ],
    )
    def test_a_draft_is_never_published(self, on: str, at: str) -> None:
        text = publishing(on)
        (finding,) = findings_of(text, release_created)
        assert told(text, release_created)[0].at.startswith(at)
        assert (finding.severity.value, finding.cause, finding.safe) == ("warning", "release-created-on-draft", True)

    def test_a_tag_that_publishes_already_needs_no_release(self) -> None:
        (finding,) = findings_of(publishing("{release: {types: [created]}, push: {tags: [v*]}}"), release_created)
        assert (finding.edits, finding.safe) == ((), False)
        assert "tag alone" in finding.remedy

    def test_where_the_activity_is_asked_for_the_word_alone_is_not_replaced(self) -> None:
        text = publishing("{release: {types: [created]}}", "if: github.event.action == 'created'")
        (finding,) = findings_of(text, release_created)
        assert (finding.edits, finding.safe) == ((), False)

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing("{release: {types: [published]}}"), id="published"),
            pytest.param(publishing("{release: {types: [created, published]}}"), id="created and published"),
            pytest.param(publishing("{release: {types: [released]}}"), id="released"),
            pytest.param(publishing("{release: {types: }}"), id="no types"),
            pytest.param(publishing("{release: {types: {created: }}}"), id="types that GitHub refuses"),
            pytest.param(publishing("release"), id="no options"),
            pytest.param(publishing(), id="no release"),
            pytest.param(
                publishing("{release: {types: [created]}, push: {tags: ['v*']}}", "if: github.event_name == 'push'"),
                id="the upload is not for releases",
            ),
            pytest.param(publishing("{release: {types: [created]}}", uses="actions/checkout@v6"), id="nothing uploads"),
        ],
    )
    def test_other_activities_are_well(self, text: str) -> None:
        assert told(text, release_created) == []

    def test_a_workflow_with_two_uploads_is_named_once(self) -> None:
        text = publishing("{release: {types: [created]}}", "steps:", *TWICE)
        assert len(findings_of(text, release_created)) == 1


class TestReleaseTypes:
    """Releases without types."""

    @pytest.mark.parametrize(
        ("on", "mended"),
        [
            pytest.param("release", "on: {release: {types: [published]}}\n", id="a single event"),
            pytest.param("release:\n", "on:\n  release:\n    types: [published]\n", id="a key without a value"),
            pytest.param(
                "release: # when it is out\npush:\n  tags: ['v*']",
                "on:\n  release: # when it is out\n    types: [published]\n  push:\n",
                id="a key with a comment",
            ),
            pytest.param(
                "release:\n    branches: [main]",
                "on:\n  release:\n      types: [published]\n      branches: [main]\n",
                id="a key with something else below, far to the right",
            ),
        ],
    )
    def test_every_activity_publishes(self, on: str, mended: str) -> None:
        from publish_gate.doctor.fixes.edits import apply

        text = publishing(on)
        (finding,) = list(release_types.find(analyse(asking(text))))
        assert (finding.severity.value, finding.cause, finding.safe) == ("error", "duplicate-trigger", True)
        assert apply(text, finding.edits).startswith(mended)
        if "branches" not in on:  # which GitHub refuses
            assert findings_of(text, release_types)

    @pytest.mark.parametrize(
        "on", ["[release, push]", "{release: , push: }", "{release: {}}", "'release'", "{'release': }"]
    )
    def test_what_would_have_to_change_its_shape_is_left_to_people(self, on: str) -> None:
        (finding,) = findings_of(publishing(on), release_types)
        assert (finding.edits, finding.safe) == ((), False)

    def test_skip_existing_hides_it(self) -> None:
        assert told(publishing("release", given=SKIPPING), release_types) == [
            Told("warning", "release", "duplicate-trigger")
        ]

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing("{release: {types: [published]}}"), id="one activity"),
            pytest.param(publishing("release", "if: github.event.action == 'published'"), id="the job asks for it"),
            pytest.param(
                publishing("release", given="if: github.event.action == 'published'"), id="the step asks for it"
            ),
            pytest.param(
                publishing(
                    "release",
                    "needs: a",
                    jobs="a:\n  if: github.event.action == 'published'\n  runs-on: x\n  steps: [run: y]\n",
                ),
                id="a needed job asks for it",
            ),
            pytest.param(publishing("[release, push]", "if: github.event_name == 'push'"), id="not on releases"),
            pytest.param(publishing(), id="no release"),
        ],
    )
    def test_one_activity_is_well(self, text: str) -> None:
        assert told(text, release_types) == []

    def test_a_call_has_no_step_that_could_ask(self) -> None:
        called = publishing("workflow_call")
        calling = (
            "on: release\njobs:\n  call:\n    uses: ./.github/workflows/b.yml\n    permissions: {id-token: write}\n"
        )
        assert [each.at for each in told({"a.yml": calling, "b.yml": called}, release_types)] == ["release"]

    def test_a_workflow_with_two_uploads_is_named_once(self) -> None:
        text = publishing("release", "steps:", *TWICE)
        assert len(findings_of(text, release_types)) == 1


class TestDuplicateTrigger:
    """A tag and its release."""

    ON_TAG = publishing("{push: {tags: ['v*']}}")
    ON_RELEASE = publishing("{release: {types: [published]}}")

    def test_one_workflow_listens_to_both(self) -> None:
        assert told(publishing(ON_BOTH), duplicate_trigger) == [
            Told("error", "release: {types: [published]}}", "duplicate-trigger")
        ]

    def test_skip_existing_hides_it(self) -> None:
        assert [each.severity for each in told(publishing(ON_BOTH, given=SKIPPING), duplicate_trigger)] == ["warning"]

    def test_two_workflows_of_one_project_listen_to_one_each(self) -> None:
        files = {"a.yml": self.ON_TAG, "b.yml": self.ON_RELEASE}
        about = replace(NOTHING_KNOWN, projects=(PROJECT,))
        assert [each.severity for each in told(files, duplicate_trigger, about)] == ["error"]
        (finding,) = findings_of(files, duplicate_trigger, about)
        assert "'publish' (a.yml)" in finding.message
        assert "'publish' (b.yml)" in finding.message
        assert finding.confidence.value == "medium"

    @pytest.mark.parametrize(
        ("files", "projects"),
        [
            pytest.param({"a.yml": ON_TAG, "b.yml": ON_RELEASE}, (), id="nobody knows the projects"),
            pytest.param(
                {"a.yml": ON_TAG, "b.yml": ON_RELEASE}, (PROJECT, LocalProject("other")), id="there are two projects"
            ),
            pytest.param(
                {
                    "a.yml": ON_TAG,
                    "b.yml": publishing(
                        "{release: {types: [published]}}",
                        given="with: {repository-url: 'https://index.example/legacy/'}",
                    ),
                },
                (PROJECT,),
                id="they go to two indexes",
            ),
            pytest.param({"a.yml": ON_TAG}, (PROJECT,), id="the tag alone"),
            pytest.param({"a.yml": ON_RELEASE}, (PROJECT,), id="the release alone"),
            pytest.param(
                {"a.yml": publishing(ON_BOTH, "if: github.event_name == 'release'")}, (PROJECT,), id="the job picks one"
            ),
            pytest.param(
                {"a.yml": publishing(ON_BOTH, "if: github.event_name == 'push' || vars.AGAIN")},
                (PROJECT,),
                id="it depends on a variable",
            ),
        ],
    )
    def test_what_is_uploaded_once_is_well(self, files: dict[str, str], projects: tuple[LocalProject, ...]) -> None:
        assert told(files, duplicate_trigger, replace(NOTHING_KNOWN, projects=projects)) == []

    def test_two_jobs_of_one_workflow_in_a_repository_of_several_projects_are_well(self) -> None:
        other = "other:\n  if: github.event_name == 'push'\n  runs-on: x\n  steps: [{run: twine upload dist/*}]\n"
        text = publishing(ON_BOTH, "if: github.event_name == 'release'", jobs=other)
        several = replace(NOTHING_KNOWN, projects=(PROJECT, LocalProject("other")))
        assert [each.severity for each in told(text, duplicate_trigger)] == ["error"]
        assert told(text, duplicate_trigger, several) == []

    def test_a_release_that_another_event_stands_for_is_named_at_the_job(self) -> None:
        examination = analyse(asking(publishing(ON_BOTH)))
        (job,) = examination.jobs
        silent = replace(job, entry=replace(job.entry, triggers=()))
        (finding,) = duplicate_trigger.find(replace(examination, jobs=(silent,)))
        assert finding.place == job.upload.job.place


class TestUnreadInput:
    """Switches that nothing reads."""

    INPUT = "workflow_dispatch:\n  inputs:\n    dry-run: {type: boolean}\n"

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(INPUT), id="nothing is asked"),
            pytest.param(publishing(INPUT, "if: inputs.dry-run-2 == ''"), id="another input is asked for"),
            pytest.param(publishing(INPUT, "if: startsWith(github.ref, 'refs/tags/')"), id="by hand on a tag"),
            pytest.param(publishing(INPUT.replace("boolean", "choice, options: [a]")), id="a choice"),
        ],
    )
    def test_a_switch_protects_nothing(self, text: str) -> None:
        (told_of,) = told(text, unread_input)
        assert (told_of.severity, told_of.cause) == ("warning", "over-broad-trigger")
        assert told_of.at.startswith("dry-run:")

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(INPUT, "if: '!inputs.dry-run'"), id="the job asks for it"),
            pytest.param(publishing(INPUT, "if: github.event.inputs.dry-run != 'true'"), id="the older way"),
            pytest.param(publishing(INPUT, "if: inputs['dry-run']"), id="by index"),
            pytest.param(publishing(INPUT, "if: INPUTS . Dry-Run"), id="in capitals"),
            pytest.param(publishing(INPUT, "env: {ALL: '${{ toJSON(inputs) }}'}"), id="all inputs are handed on"),
            pytest.param(publishing(INPUT, "env: {ALL: '${{ toJSON(github.event) }}'}"), id="the event is handed on"),
            pytest.param(publishing(INPUT, "env: {X: '${{ inputs[vars.NAME] }}'}"), id="an input is looked up by name"),
            pytest.param(publishing(INPUT, "if: github.event_name == 'push'"), id="by hand nothing is published"),
            pytest.param(publishing(INPUT.replace("dry-run", "colour")), id="an input that sounds like no switch"),
            pytest.param(publishing(INPUT.replace("boolean", "string")), id="an input that is a text"),
            pytest.param(publishing(INPUT.replace("{type: boolean}", "")), id="an input without a type"),
            pytest.param(publishing("workflow_dispatch"), id="no inputs"),
            pytest.param(publishing("{workflow_dispatch: {inputs: }}"), id="an empty list of inputs"),
            pytest.param(publishing(), id="not by hand"),
        ],
    )
    def test_a_switch_that_is_read_is_well(self, text: str) -> None:
        assert told(text, unread_input) == []

    def test_a_workflow_with_two_uploads_is_named_once(self) -> None:
        text = publishing(self.INPUT, "steps:", *TWICE)
        assert len(findings_of(text, unread_input)) == 1

    def test_without_a_world_the_default_branch_decides(self) -> None:
        examination = replace(analyse(asking(publishing(self.INPUT))), world=None)
        assert len(list(unread_input.find(examination))) == 1
