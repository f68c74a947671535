"""How the outputs of the gate itself are read: as texts, by their names, handed on, and as a matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.doctor.looking import ON_TAG, Told, findings_of, publishing, told

from publish_gate.doctor.findings.gate_outputs import empty_matrix, gate_output_string, gate_output_unknown

if TYPE_CHECKING:
    from publish_gate.doctor.findings.model import Finding

OUTPUTS = ("should-publish", "publish-to", "matrix")


def gate(*outputs: str, step: str = "gate", **renamed: str) -> str:
    """Return the job that asks the gate and hands outputs on, some under another name."""
    named = {**dict(zip(outputs, outputs, strict=True)), **renamed}
    handed = "".join(f"  {name}: ${{{{ steps.{step}.outputs.{output} }}}}\n" for name, output in named.items())
    block = f"outputs:\n{handed}" if handed else ""
    asked = f"  - id: {step}\n    uses: publish-gate/publish-gate@v1\n    with: {{targets: pypi}}\n"
    lines = f"runs-on: x\n{block}steps:\n{asked}"
    return "gate:\n" + "".join(f"  {line}\n" for line in lines.splitlines())


def asks(condition: str, *outputs: str, **renamed: str) -> str:
    return publishing(ON_TAG, "needs: gate", f"if: {condition}", jobs=gate(*outputs, **renamed))


class TestTexts:
    """`should-publish` and its kin are texts."""

    @pytest.mark.parametrize(
        ("condition", "cause"),
        [
            pytest.param("needs.gate.outputs.should-publish", "over-broad-trigger", id="taken as it is"),
            pytest.param("${{ needs.gate.outputs.should-publish }}", "over-broad-trigger", id="taken in braces"),
            pytest.param("needs['gate'].outputs['should-publish']", "over-broad-trigger", id="taken by index"),
            pytest.param("NEEDS.Gate.Outputs.Should-Publish", "over-broad-trigger", id="taken in capitals"),
            pytest.param(
                "github.ref_type == 'tag' && needs.gate.outputs.should-publish",
                "over-broad-trigger",
                id="joined by and",
            ),
            pytest.param("vars.X || needs.gate.outputs.should-publish", "over-broad-trigger", id="joined by or"),
            pytest.param("'!!needs.gate.outputs.should-publish'", "over-broad-trigger", id="negated twice"),
            pytest.param("'!needs.gate.outputs.should-publish'", "if-condition-false", id="negated"),
            pytest.param(
                "vars.X && !(vars.Y || needs.gate.outputs.should-publish)",
                "if-condition-false",
                id="negated in brackets",
            ),
            pytest.param("needs.gate.outputs.should-publish == true", "if-condition-false", id="compared with true"),
            pytest.param(
                "false == needs.gate.outputs.should-publish", "if-condition-false", id="false compared with it"
            ),
            pytest.param("needs.gate.outputs.should-publish != true", "over-broad-trigger", id="unlike true"),
            pytest.param(
                "'!(vars.X && needs.gate.outputs.should-publish == true)'", "if-condition-false", id="compared within"
            ),
            pytest.param(
                "contains(vars.X, needs.gate.outputs.should-publish == true)", "if-condition-false", id="in a call"
            ),
        ],
    )
    def test_a_text_is_no_truth_value(self, condition: str, cause: str) -> None:
        (finding,) = found(asks(condition, *OUTPUTS))
        assert finding.cause == cause
        assert "needs.gate.outputs." in finding.remedy.lower()
        assert finding.remedy.endswith("== 'true'")
        assert finding.place is not None
        assert finding.place.line == asks(condition, *OUTPUTS).splitlines().index(f"    if: {condition}") + 1

    @pytest.mark.parametrize(
        "condition",
        [
            pytest.param("needs.gate.outputs.should-publish == 'true'", id="compared with the text"),
            pytest.param("needs.gate.outputs.should-publish != 'false'", id="compared with the other text"),
            pytest.param("fromJSON(needs.gate.outputs.should-publish)", id="read as JSON"),
            pytest.param("fromJSON(needs.gate.outputs.should-publish) == true", id="read as JSON and compared"),
            pytest.param("needs.gate.outputs.publish-to", id="an output that is empty where it says no"),
            pytest.param("'!needs.gate.outputs.publish-to'", id="the negation of that"),
            pytest.param("'!(needs.gate.outputs.should-publish == ''true'')'", id="a negated comparison"),
            pytest.param("contains(needs.gate.outputs.should-publish, 't')", id="handed to a function"),
            pytest.param("needs.other.outputs.should-publish", id="of another job"),
            pytest.param("needs.gate.result == 'success'", id="the result of the gate's job"),
            pytest.param("needs.gate.outputs", id="all outputs together"),
        ],
    )
    def test_a_text_that_is_asked_as_one_is_well(self, condition: str) -> None:
        assert found(asks(condition, *OUTPUTS)) == []

    def test_in_the_gate_s_own_job_it_is_the_step_that_is_read(self) -> None:
        step = "  - if: steps.gate.outputs.should-publish\n    run: twine upload dist/*\n"
        text = f"on: push\njobs:\n{_indented(gate() + _indented(step))}"
        (finding,) = found(text)
        assert finding.remedy.endswith("steps.gate.outputs.should-publish == 'true'")

    def test_a_condition_over_several_lines_is_named_at_its_beginning(self) -> None:
        (finding,) = found(asks("|\n      vars.X &&\n      needs.gate.outputs.should-publish", *OUTPUTS))
        assert finding.place is not None
        assert finding.place.column == len("    if: ") + 1

    def test_the_name_under_which_it_is_handed_on_counts(self) -> None:
        (finding,) = found(asks("needs.gate.outputs.go", go="should-publish"))
        assert "needs.gate.outputs.go == 'true'" in finding.remedy

    @pytest.mark.parametrize(
        "jobs",
        [
            pytest.param(gate().replace("publish-gate/publish-gate", "octo/other"), id="another action"),
            pytest.param(gate("should-publish").replace("- id: gate\n    ", "- "), id="a step without an id"),
            pytest.param(
                gate().replace(
                    "steps:", "outputs: {should-publish: 'x${{ steps.gate.outputs.should-publish }}'}\n  steps:"
                ),
                id="a text made of it",
            ),
            pytest.param(
                gate().replace("steps:", "outputs: {should-publish: '${{ steps. }}', a: [b]}\n  steps:"), id="refused"
            ),
        ],
    )
    def test_what_is_not_an_output_of_the_gate_is_not_judged(self, jobs: str) -> None:
        assert found(publishing(ON_TAG, "needs: gate", "if: needs.gate.outputs.should-publish", jobs=jobs)) == []


class TestUnknown:
    """Outputs that there are not."""

    @pytest.mark.parametrize(
        ("text", "at", "says"),
        [
            pytest.param(
                asks("needs.gate.outputs.shuold-publish == 'true'", "should-publish"),
                "needs.gate.outputs.shuold-publish == 'true'",
                "hands on no output 'shuold-publish': here it is always empty; 'should-publish' was probably meant",
                id="misspelt where it is read",
            ),
            pytest.param(
                asks("needs.gate.outputs.version == '1'", "should-publish"),
                "needs.gate.outputs.version == '1'",
                "job 'gate' hands on no output 'version'",
                id="not handed on",
            ),
            pytest.param(
                asks("needs.gate.outputs.version == '1'"),
                "needs.gate.outputs.version == '1'",
                "job 'gate' hands on no output 'version'",
                id="nothing is handed on",
            ),
            pytest.param(
                asks("needs.gate.outputs.zzz == '1'", "should-publish"),
                "needs.gate.outputs.zzz == '1'",
                "job 'gate' hands on no output 'zzz': here it is always empty",
                id="like no other name",
            ),
            pytest.param(
                "on: push\njobs:\n  gate:\n    runs-on: x\n    steps:\n"
                "      - id: gate\n        uses: o/publish-gate@v1\n"
                "      - run: echo ${{ steps.gate.outputs.versoin }}\n",
                "echo ${{ steps.gate.outputs.versoin }}",
                "Publish Gate has no output 'versoin': it is always empty; 'version' was probably meant",
                id="misspelt in a script of the same job",
            ),
        ],
    )
    def test_an_output_that_is_always_empty_is_named(self, text: str, at: str, says: str) -> None:
        assert told(text, gate_output_unknown) == [Told("error", at, "if-condition-false")]
        assert says in findings_of(text, gate_output_unknown)[0].message

    def test_a_name_that_is_misspelt_where_it_is_handed_on_is_named_there_and_where_it_is_read(self) -> None:
        text = asks("needs.gate.outputs.go == 'true'", go="shuold-publish")
        assert told(text, gate_output_unknown) == [
            Told("error", "${{ steps.gate.outputs.shuold-publish }}", "if-condition-false"),
            Told("error", "needs.gate.outputs.go == 'true'", "if-condition-false"),
        ]
        for finding in findings_of(text, gate_output_unknown):
            assert "Publish Gate has no output 'shuold-publish': it is always empty" in finding.message

    def test_what_is_not_handed_on_is_shown_as_it_has_to_be_written(self) -> None:
        (finding,) = findings_of(asks("needs.gate.outputs.version"), gate_output_unknown)
        assert finding.remedy == "add to the job gate:  outputs: {version: ${{ steps.gate.outputs.version }}}"

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(asks("needs.gate.outputs.publish-to", *OUTPUTS), id="handed on and read"),
            pytest.param(asks("needs.gate.outputs.go", go="should-publish"), id="handed on under another name"),
            pytest.param(asks("needs.gate.outputs.GO", go="SHOULD-PUBLISH"), id="in capitals"),
            pytest.param(
                asks("needs.gate.outputs.own", "version").replace("outputs:\n", "outputs:\n      own: x\n"),
                id="an output of the same job that is none of the gate's",
            ),
            pytest.param(asks("needs.other.outputs.x", "version"), id="of another job"),
            pytest.param(asks("needs.gate.outputs. == 'x'", "version"), id="in a condition that GitHub refuses"),
        ],
    )
    def test_an_output_that_there_is_is_well(self, text: str) -> None:
        assert told(text, gate_output_unknown) == []


class TestMatrix:
    """A matrix that is empty fails the run."""

    @pytest.mark.parametrize(
        ("keys", "outputs", "guard"),
        [
            pytest.param((), OUTPUTS, "if: needs.gate.outputs.publish-to != ''", id="no condition"),
            pytest.param(
                ("if: github.ref_type == 'tag'",),
                OUTPUTS,
                "needs.gate.outputs.publish-to != '' && github.ref_type == 'tag'",
                id="a condition on something else",
            ),
            pytest.param(
                ("if: contains(needs.*.result, 'success') || needs",),
                ("matrix", "should-publish"),
                "needs.gate.outputs.should-publish == 'true' && (contains(needs.*.result, 'success') || needs)",
                id="a condition on all results",
            ),
            pytest.param((), ("matrix",), "if: needs.gate.outputs.matrix != ''", id="the matrix alone is handed on"),
            pytest.param(
                ("if: always()",), OUTPUTS, "needs.gate.outputs.publish-to != '' && always()", id="it runs anyway"
            ),
        ],
    )
    def test_a_job_that_does_not_ask_fails(self, keys: tuple[str, ...], outputs: tuple[str, ...], guard: str) -> None:
        text = with_matrix(*keys, jobs=gate(*outputs))
        (finding,) = findings_of(text, empty_matrix)
        assert told(text, empty_matrix) == [Told("error", MATRIX)]
        assert finding.safe
        assert [edit.text.strip() for edit in finding.edits] == [guard]

    def test_the_matrix_may_be_inside_of_one(self) -> None:
        text = with_matrix(
            jobs=gate(*OUTPUTS), matrix="{include: '${{ fromJSON(needs.gate.outputs.matrix).include }}'}"
        )
        assert [each.severity for each in told(text, empty_matrix)] == ["error"]

    def test_a_job_that_runs_although_its_guarded_need_was_skipped_fails(self) -> None:
        build = "build:\n  needs: gate\n  if: needs.gate.outputs.publish-to\n  runs-on: x\n  steps: [run: y]\n"
        text = with_matrix("if: '!cancelled()'", needs="[gate, build]", jobs=gate(*OUTPUTS) + build)
        assert [each.severity for each in told(text, empty_matrix)] == ["error"]

    def test_a_condition_over_lines_is_left_to_people(self) -> None:
        (finding,) = findings_of(with_matrix("if: |-\n  vars.X", jobs=gate(*OUTPUTS)), empty_matrix)
        assert (finding.edits, finding.safe) == ((), False)

    @pytest.mark.parametrize(
        "text",
        [pytest.param(f"if: needs.gate.outputs.{name}", id=f"it asks for {name}") for name in OUTPUTS]
        + [
            pytest.param("if: \"needs['gate'].outputs.PUBLISH-TO == 'pypi'\"", id="it asks in another spelling"),
            pytest.param("if: vars.X && needs.gate.outputs.matrix != ''", id="it asks among other things"),
        ],
    )
    def test_a_job_that_asks_is_well(self, text: str) -> None:
        assert told(with_matrix(text, jobs=gate(*OUTPUTS)), empty_matrix) == []

    @pytest.mark.parametrize(
        "text",
        [
            pytest.param(
                lambda: with_matrix("if: needs.gate.outputs.go == 'true'", jobs=gate("matrix", go="should-publish")),
                id="it asks under another name",
            ),
            pytest.param(
                lambda: with_matrix(
                    needs="[gate, build]",
                    jobs=gate(*OUTPUTS)
                    + "build:\n  needs: gate\n  if: needs.gate.outputs.publish-to\n  runs-on: x\n  steps: [run: y]\n",
                ),
                id="a job that it needs asks, and skips it",
            ),
            pytest.param(
                lambda: with_matrix(
                    jobs=gate(*OUTPUTS),
                    matrix="${{ fromJSON(needs.gate.outputs.matrix || '{\"include\":[{}]}') }}",
                ),
                id="something stands in for an empty text",
            ),
            pytest.param(
                lambda: with_matrix(jobs=gate(*OUTPUTS), matrix="{x: ['${{ needs.gate.outputs.matrix }}']}"),
                id="the text is a value of the matrix",
            ),
            pytest.param(
                lambda: with_matrix(jobs=gate(*OUTPUTS), matrix="${{ fromJSON(needs.other.outputs.matrix) }}"),
                id="the matrix of another job",
            ),
            pytest.param(
                lambda: publishing(
                    ON_TAG, "needs: gate", "env: {X: '${{ fromJSON(needs.gate.outputs.matrix) }}'}", jobs=gate("matrix")
                ),
                id="read as JSON elsewhere",
            ),
            pytest.param(
                lambda: with_matrix(
                    "env: {X: '${{ fromJSON(needs.gate.outputs.matrix) }}'}", jobs=gate("matrix"), matrix="{a: [b]}"
                ),
                id="a matrix of its own",
            ),
        ],
    )
    def test_a_matrix_that_is_never_empty_is_well(self, text: object) -> None:
        assert callable(text)
        assert told(text(), empty_matrix) == []

    def test_a_matrix_that_is_read_twice_is_named_once(self) -> None:
        twice = "{a: '${{ fromJSON(needs.gate.outputs.matrix).a }}', b: '${{ fromJSON(needs.gate.outputs.matrix).b }}'}"
        assert len(findings_of(with_matrix(jobs=gate(*OUTPUTS), matrix=twice), empty_matrix)) == 1

    def test_jobs_that_need_each_other_end(self) -> None:
        both = "a:\n  needs: b\n  runs-on: x\n  steps: [run: y]\nb:\n  needs: a\n  runs-on: x\n  steps: [run: y]\n"
        text = with_matrix(needs="[gate, a, gone]", jobs=gate(*OUTPUTS) + both)
        assert [each.severity for each in told(text, empty_matrix)] == ["error"]


MATRIX = "${{ fromJSON(needs.gate.outputs.matrix) }}"


def with_matrix(*keys: str, jobs: str, matrix: str = MATRIX, needs: str = "gate") -> str:
    return publishing(ON_TAG, f"needs: {needs}", *keys, "strategy:", f"  matrix: {matrix}", jobs=jobs)


def found(text: str) -> list[Finding]:
    return list(dict.fromkeys(findings_of(text, gate_output_string)))


def _indented(text: str) -> str:
    return "".join(f"  {line}\n" for line in text.splitlines())
