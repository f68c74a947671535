"""What a job is allowed to do, and what becomes of an upload in a called workflow."""

from __future__ import annotations

from dataclasses import replace

import pytest
from unit.doctor.looking import (
    ACTION,
    COMMIT,
    NOTHING_KNOWN,
    ON_TAG,
    REPOSITORY,
    Told,
    asking,
    findings_of,
    publisher,
    publishing,
    registered,
    told,
)

from publish_gate.doctor.analyse import analyse
from publish_gate.doctor.findings.publishers import reusable_attestation, reusable_workflow
from publish_gate.doctor.findings.rights import missing_id_token_permission
from publish_gate.doctor.fixes.edits import apply

NO_BLOCK = publishing().replace("    permissions: {id-token: write}\n", "")
CREDENTIAL = "with: {password: '${{ secrets.TOKEN }}'}"
ELSEWHERE = "flows/shared/.github/workflows/publish-pypi.yml@v1"


def calling(
    uses: str = "./.github/workflows/inner.yml", permissions: str = "{id-token: write}", job: str = "call"
) -> str:
    block = f"    permissions: {permissions}\n" if permissions else ""
    return f"on: {{push: {{tags: ['v*']}}}}\njobs:\n  {job}:\n    uses: {uses}\n{block}"


class TestMissingPermission:
    """Jobs that may not ask for an identity token."""

    @pytest.mark.parametrize(
        ("text", "at", "says"),
        [
            pytest.param(NO_BLOCK, "publish:", "nothing grants it", id="no block at all"),
            pytest.param(
                publishing(ON_TAG, "permissions: {contents: read}"),
                "permissions: {contents: read}",
                "the job's own `permissions` do not name it",
                id="the job's block",
            ),
            pytest.param(
                "permissions:\n  contents: read\n" + NO_BLOCK,
                "permissions:",
                "the workflow's `permissions` do not name it",
                id="the workflow's block",
            ),
            pytest.param(
                "permissions: {id-token: write}\n" + publishing(ON_TAG, "permissions: {}"),
                "permissions: {}",
                "they replace those of the workflow",
                id="the job's block takes away what the workflow's grants",
            ),
            pytest.param(
                publishing(ON_TAG, "permissions: {id-token: none}"),
                "permissions: {id-token: none}",
                "do not name it",
                id="said to be none",
            ),
            pytest.param(
                publishing(ON_TAG, "permissions: read-all"),
                "permissions: read-all",
                "do not name it",
                id="reading alone",
            ),
            pytest.param(
                publishing(ON_TAG, "permissions: {}", "steps:", "  - run: uv publish --trusted-publishing always"),
                "permissions: {}",
                "do not name it",
                id="another tool that is told to use it",
            ),
        ],
    )
    def test_it_is_named_where_it_is_taken_away(self, text: str, at: str, says: str) -> None:
        assert told(text, missing_id_token_permission) == [Told("error", at, "missing-id-token-permission")]
        assert says in findings_of(text, missing_id_token_permission)[0].message

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(publishing(), id="the job's block"),
            pytest.param("permissions: {id-token: write}\n" + NO_BLOCK, id="the workflow's block"),
            pytest.param(publishing(ON_TAG, "permissions: write-all"), id="everything"),
            pytest.param(NO_BLOCK + f"        {CREDENTIAL}\n", id="by a token"),
            pytest.param(NO_BLOCK.replace(ON_TAG, "workflow_call"), id="called workflows have what their callers have"),
            pytest.param(calling(ELSEWHERE, ""), id="a workflow of another repository"),
            pytest.param(
                publishing(ON_TAG, "permissions: {}", uses="octo/publish-to-pypi@v1"), id="an action nobody knows"
            ),
        ],
    )
    def test_what_has_it_or_needs_none_is_well(self, text: str) -> None:
        assert told(text, missing_id_token_permission) == []

    def test_the_calling_job_has_to_grant_it(self) -> None:
        files = {
            "outer.yml": calling(permissions="{contents: read}"),
            "inner.yml": NO_BLOCK.replace(ON_TAG, "workflow_call"),
        }
        (found,) = told(files, missing_id_token_permission)
        assert found.at == "permissions: {contents: read}"
        assert "a called workflow cannot have more" in findings_of(files, missing_id_token_permission)[0].message

    def test_the_called_job_has_to_ask_for_it(self) -> None:
        files = {"outer.yml": calling(), "inner.yml": publishing("workflow_call", "permissions: {contents: read}")}
        assert {each.at for each in told(files, missing_id_token_permission)} == {"permissions: {contents: read}"}

    def test_what_mints_by_itself_needs_it_too(self) -> None:
        text = publishing(ON_TAG, "permissions: {contents: read}", "steps:", "  - run: hatch publish -u x")
        analysis = analyse(asking(text))
        (job,) = analysis.jobs
        minting = replace(job, upload=replace(job.upload, mints=True))
        (finding,) = missing_id_token_permission.find(replace(analysis, jobs=(minting,)))
        assert (finding.severity.value, finding.safe) == ("warning", True)
        assert "without a credential" in finding.message

    def test_a_caller_that_says_nothing_leaves_it_to_the_repository(self) -> None:
        files = {"outer.yml": calling(permissions=""), "inner.yml": publishing("workflow_call")}
        (found,) = told(files, missing_id_token_permission)
        assert (found.severity, found.at) == ("warning", "call:")

    def test_a_called_job_without_a_block_has_what_the_calling_job_grants(self) -> None:
        files = {"outer.yml": calling(), "inner.yml": NO_BLOCK.replace(ON_TAG, "workflow_call")}
        assert told(files, missing_id_token_permission) == []

    @pytest.mark.parametrize(
        ("text", "mended", "safe"),
        [
            pytest.param(
                NO_BLOCK,
                "    permissions:\n      contents: read\n      id-token: write\n    runs-on: ",
                True,
                id="no block",
            ),
            pytest.param(
                NO_BLOCK.replace("steps:\n", "steps:\n      - uses: softprops/action-gh-release@v2\n"),
                "    permissions:\n      contents: read\n      id-token: write\n    runs-on: ",
                False,
                id="no block, and a step that may have used what was there without one",
            ),
            pytest.param(
                NO_BLOCK.replace("steps:\n", "steps:\n      - run: ls dist\n"),
                "      id-token: write\n    runs-on: ",
                True,
                id="no block, and a script that needs none",
            ),
            pytest.param(
                NO_BLOCK.replace("steps:\n", "steps:\n      - run: git push --tags\n"),
                "      id-token: write\n    runs-on: ",
                False,
                id="no block, and a script that may have used what was there without one",
            ),
            pytest.param(
                "permissions: {contents: write, packages: read}\n" + NO_BLOCK,
                "    permissions:\n      contents: write\n      packages: read\n      id-token: write\n    runs-on: ",
                True,
                id="the workflow's block is repeated",
            ),
            pytest.param(
                publishing(ON_TAG, "permissions: {contents: read}"),
                "    permissions: {id-token: write, contents: read}\n",
                True,
                id="a block between braces",
            ),
            pytest.param(
                publishing(ON_TAG, "permissions: {}"), "    permissions: {id-token: write}\n", True, id="an empty block"
            ),
            pytest.param(
                publishing(ON_TAG, "permissions:", "  # as little as can be", "  contents: read # for the checkout"),
                "    permissions:\n      # as little as can be\n      id-token: write\n      contents: read # for the",
                True,
                id="a block of lines with comments",
            ),
            pytest.param(
                publishing(ON_TAG, "permissions:", "  id-token: none # not yet"),
                "      id-token: write # not yet\n",
                True,
                id="a level that is too low",
            ),
        ],
    )
    def test_it_is_granted(self, text: str, mended: str, safe: bool) -> None:
        (finding,) = findings_of(text, missing_id_token_permission)
        assert mended in apply(text, finding.edits)
        assert finding.safe == safe

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param("permissions: read-all\n" + NO_BLOCK, id="the workflow grants all of something"),
            pytest.param(publishing(ON_TAG, "permissions: read-all"), id="the job grants all of something"),
            pytest.param(publishing(ON_TAG, "permissions: {id-token: 'none'}"), id="a level in quotes"),
            pytest.param(publishing(ON_TAG, "permissions: {\n    }"), id="braces over two lines"),
            pytest.param(
                publishing(
                    ON_TAG,
                    "permissions: *none",
                    jobs="a:\n  runs-on: x\n  permissions: &none {contents: read}\n  steps: [run: y]\n",
                ),
                id="another job's block",
            ),
            pytest.param(
                f"on: push\njobs:\n  p: {{runs-on: x, steps: [{{uses: {ACTION}@v1}}]}}\n", id="a job between braces"
            ),
        ],
    )
    def test_what_cannot_be_changed_in_its_place_is_left_to_people(self, text: str) -> None:
        (finding,) = findings_of(text, missing_id_token_permission)
        assert (finding.edits, finding.safe) == ((), False)


class TestReusableWorkflow:
    """Uploads in a workflow of another repository."""

    def test_no_publisher_can_name_it(self) -> None:
        assert told(calling(ELSEWHERE), reusable_workflow) == [Told("error", ELSEWHERE, "reusable-workflow")]

    @pytest.mark.parametrize(
        ("text", "about"),
        [
            pytest.param(calling(ELSEWHERE.replace("flows/shared", REPOSITORY)), NOTHING_KNOWN, id="its own, at a ref"),
            pytest.param(calling(ELSEWHERE, "{}") + "    secrets: inherit\n", NOTHING_KNOWN, id="by a token"),
            pytest.param(calling(ELSEWHERE) + "    if: false\n", NOTHING_KNOWN, id="never called"),
            pytest.param(publishing(), registered(), id="nothing is called"),
            pytest.param(publishing(), registered(publisher(workflow="other.yml")), id="another cause"),
        ],
    )
    def test_an_upload_of_this_repository_is_well(self, text: str, about: object) -> None:
        from publish_gate.doctor.inputs import DoctorInput

        assert isinstance(about, DoctorInput)
        assert told(text, reusable_workflow, about) == []

    def test_an_own_workflow_that_its_publisher_does_not_name_is_refused(self) -> None:
        files = {"release.yml": calling(), "inner.yml": publishing("workflow_call")}
        found = told(files, reusable_workflow, registered(publisher()))
        assert Told("error", "call:", "reusable-workflow") in found

    def test_a_job_of_the_same_name_in_another_file_is_told_as_well(self) -> None:
        files = {
            "a.yml": calling(ELSEWHERE, job="publish"),
            "release.yml": calling(job="publish"),
            "inner.yml": publishing("workflow_call"),
        }
        found = told(files, reusable_workflow, registered(publisher()))
        assert Told("error", ELSEWHERE, "reusable-workflow") in found
        assert Told("error", "publish:", "reusable-workflow") in found


class TestAttestations:
    """Attestations that are made in a called workflow."""

    @staticmethod
    def inner(ref: str = "release/v1", given: str = "") -> dict[str, str]:
        return {"outer.yml": calling(), "inner.yml": publishing("workflow_call", uses=f"{ACTION}@{ref}", given=given)}

    @pytest.mark.parametrize(
        ("ref", "given"),
        [
            pytest.param("release/v1", "", id="by default"),
            pytest.param("v1.11.0", "", id="by default since this release"),
            pytest.param("v1.8.14", "with: {attestations: true}", id="asked for"),
            pytest.param(COMMIT, "", id="a release that nobody told"),
        ],
    )
    def test_the_index_refuses_them(self, ref: str, given: str) -> None:
        (found,) = told(self.inner(ref, given), reusable_attestation)
        assert found == Told("error", f"{ACTION}@{ref}", "reusable-workflow-attestation")

    @pytest.mark.parametrize(
        ("ref", "given"),
        [
            pytest.param("release/v1", "with: {attestations: false}", id="switched off"),
            pytest.param("v1.10.3", "", id="an older release"),
            pytest.param("v1.9", "", id="the newest of an older kind"),
            pytest.param(f"{COMMIT} # v1.8.14", "", id="an older release by its commit"),
            pytest.param("release/v1", CREDENTIAL, id="by a token"),
        ],
    )
    def test_without_them_it_is_well(self, ref: str, given: str) -> None:
        assert told(self.inner(ref, given), reusable_attestation) == []

    def test_another_tool_makes_none_by_itself(self) -> None:
        files = {"outer.yml": calling(), "inner.yml": publishing("workflow_call", "steps:", "  - run: uv publish")}
        assert told(files, reusable_attestation) == []

    def test_nothing_is_called(self) -> None:
        assert told(publishing(), reusable_attestation) == []
