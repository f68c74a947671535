"""Jobs before the upload that are skipped or fail, and what the upload makes of it."""

from __future__ import annotations

import pytest
from unit.doctor.looking import ON_TAG, Told, findings_of, publishing, told

from publish_gate.doctor.findings.needs import publishes_after_failure, skipped_needs

BY_HAND = "{workflow_dispatch: {inputs: {skip: {type: boolean}}}, push: {tags: ['v*']}}"
TEST = "test:\n  if: ${{ !inputs.skip }}\n  runs-on: x\n  steps: [run: y]\n"
SURVIVES = "always() && (needs.test.result == 'success' || needs.test.result == 'skipped')"


def build(condition: str = SURVIVES, needs: str = "test") -> str:
    asks = f"  if: {condition}\n" if condition else ""
    return f"build:\n  needs: {needs}\n{asks}  runs-on: x\n  steps: [run: y]\n"


LAST = "last:\n  needs: build\n  runs-on: x\n  steps: [run: y]\n"
KEEPS_ON = ("needs: build", "if: '!failure() && !cancelled()'")


class TestSkippedBehind:
    """A job that outlives a skip, and an upload behind it that does not."""

    @pytest.mark.parametrize(
        ("keys", "jobs"),
        [
            pytest.param(("needs: build",), TEST + build(), id="by always()"),
            pytest.param(("needs: build",), TEST + build("'!cancelled()'"), id="by !cancelled()"),
            pytest.param(
                ("needs: build", "if: needs.build.result == 'success'"), TEST + build(), id="its result is asked"
            ),
            pytest.param(
                ("needs: last",), TEST + build() + "last:\n  needs: build\n  runs-on: x\n  steps: [run: y]\n", id="far"
            ),
            pytest.param(
                ("needs: build",),
                "look:\n  runs-on: x\n  outputs: {skip: '${{ steps.m.outputs.skip }}'}\n  steps: [{id: m, run: y}]\n"
                + TEST.replace("${{ !inputs.skip }}", "needs.look.outputs.skip != 'true'\n  needs: look")
                + build(),
                id="a script decides about the skip",
            ),
        ],
    )
    def test_the_upload_is_skipped_too(self, keys: tuple[str, ...], jobs: str) -> None:
        (found,) = told(publishing(BY_HAND, *keys, jobs=jobs), skipped_needs)
        assert (found.severity, found.cause) == ("warning", "skipped-needs")

    def test_what_the_upload_names_itself_may_be_there_to_hold_it_back(self) -> None:
        (found,) = told(publishing(BY_HAND, "needs: [test, build]", jobs=TEST + build()), skipped_needs)
        assert (found.severity, found.cause) == ("advice", "skipped-needs")

    @pytest.mark.parametrize(
        ("on", "keys", "jobs"),
        [
            pytest.param(
                BY_HAND, ("needs: build", "if: '!failure() && !cancelled()'"), TEST + build(), id="it outlives it"
            ),
            pytest.param(BY_HAND, ("needs: build",), TEST + build(""), id="nothing outlives it: that is meant"),
            pytest.param(BY_HAND, ("needs: test",), TEST + build(), id="what outlives it is not on the way"),
            pytest.param(ON_TAG, ("needs: build",), TEST + build(), id="nothing skips it"),
            pytest.param(
                BY_HAND,
                ("needs: build", "steps:", "  - run: twine upload --repository-url http://localhost:8080/ dist/*"),
                TEST + build(),
                id="nothing is published",
            ),
            pytest.param(
                BY_HAND,
                ("needs: build", "if: ${{ !inputs.skip }}"),
                TEST + build(),
                id="both are held back by the same",
            ),
            pytest.param(
                BY_HAND,
                ("needs: build", "if: github.event_name == 'push'"),
                TEST + build(),
                id="it runs elsewhere",
            ),
            pytest.param(
                BY_HAND,
                ("needs: build",),
                TEST.replace("${{ !inputs.skip }}", "always()") + build(),
                id="it always runs",
            ),
        ],
    )
    def test_nothing_is_skipped_by_mistake(self, on: str, keys: tuple[str, ...], jobs: str) -> None:
        assert told(publishing(on, *keys, jobs=jobs), skipped_needs) == []


class TestPublishesAfterFailure:
    """An upload that runs although a job before it failed."""

    JOBS = "test:\n  runs-on: x\n  steps: [run: y]\nbuild:\n  runs-on: x\n  steps: [run: y]\n"

    @pytest.mark.parametrize(
        ("condition", "ignored"),
        [
            pytest.param("always() && !cancelled()", "'build', 'test'", id="always, unless cancelled"),
            pytest.param("always()", "'build', 'test'", id="always"),
            pytest.param("'!cancelled()'", "'build', 'test'", id="unless cancelled"),
            pytest.param("always() && needs.build.result == 'success'", "'test'", id="one result is asked for"),
            pytest.param("success() || failure()", "'build', 'test'", id="either way"),
        ],
    )
    def test_failed_jobs_hold_nothing_back(self, condition: str, ignored: str) -> None:
        (finding,) = findings_of(
            publishing(ON_TAG, "needs: [build, test]", f"if: {condition}", jobs=self.JOBS), publishes_after_failure
        )
        assert f"even if {ignored} failed" in finding.message

    def test_a_job_between_may_be_what_ignores_it(self) -> None:
        jobs = self.JOBS + "last:\n  needs: [build, test]\n  if: always()\n  runs-on: x\n  steps: [run: y]\n"
        text = publishing(ON_TAG, "needs: last", "if: always() && needs.last.result == 'success'", jobs=jobs)
        (found,) = told(text, publishes_after_failure)
        assert found == Told("warning", "always() && needs.last.result == 'success'")

    @pytest.mark.parametrize(
        "keys",
        [
            pytest.param(("needs: [build, test]",), id="no condition"),
            pytest.param(("needs: [build, test]", "if: vars.ON"), id="no status function"),
            pytest.param(("needs: [build, test]", "if: '!failure() && !cancelled()'"), id="no failure"),
            pytest.param(("needs: [build, test]", "if: always() && success()"), id="success"),
            pytest.param(("if: always()",), id="nothing is needed"),
            pytest.param(
                ("needs: [build, test]", f"if: {SURVIVES} && needs.build.result == 'success'"),
                id="both results are asked for",
            ),
            pytest.param(("needs: [build, test]", "if: always() && !contains(needs.*.result, 'failure')"), id="all"),
            pytest.param(
                ("needs: [build, test]", "if: always() && needs.build.result == 'success' && needs.test.result != 'x'"),
                id="it is said what may pass",
            ),
        ],
    )
    def test_failed_jobs_hold_it_back(self, keys: tuple[str, ...]) -> None:
        assert told(publishing(ON_TAG, *keys, jobs=self.JOBS), publishes_after_failure) == []

    def test_a_job_that_may_fail_may_fail(self) -> None:
        jobs = self.JOBS.replace("test:\n", "test:\n  continue-on-error: true\n")
        text = publishing(ON_TAG, "needs: [test]", "if: always()", jobs=jobs)
        assert told(text, publishes_after_failure) == []
