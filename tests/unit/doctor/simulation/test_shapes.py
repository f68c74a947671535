"""Release workflows in the shapes that are met in the field: where the job runs, and where the upload is reached."""

from __future__ import annotations

import pytest
from unit.doctor.simulation.asking import runs

BUILD = "build: {runs-on: x, steps: [run: y]}"
EVERY_EVENT = "on: {push: , pull_request: , schedule: [cron: '0 0 * * *'], workflow_dispatch: }"

SHAPES = {
    "the guard is on the needed job": (
        (
            "on: {push: {branches: [main], tags: ['*']}}\njobs:\n"
            "  build: {if: \"github.repository == 'owner/project'\", runs-on: x, steps: [run: y]}\n"
            "  publish: {needs: build, runs-on: x, steps: [{run: y}, {run: z}]}\n"
        ),
        "main, tag",
        "main, tag",
    ),
    "the guard is on the step": (
        (
            f"{EVERY_EVENT}\njobs:\n  publish:\n    runs-on: x\n    steps:\n      - run: y\n"
            "      - {run: z, if: \"github.event_name == 'push' && startsWith(github.event.ref, 'refs/tags')\"}\n"
        ),
        "pr, fork, main, feature, tag, dispatch, schedule",
        "tag",
    ),
    "a guard on a tag that the trigger never lets in": (
        (
            "on: {push: {branches: [main]}, pull_request: {branches: [main]}, workflow_dispatch: }\njobs:\n"
            "  publish: {runs-on: x, steps: [{run: y}, {run: z, if: \"startsWith(github.ref, 'refs/tags/p-')\"}]}\n"
        ),
        "pr, fork, main, dispatch",
        "",
    ),
    "a branch guard that pull requests cannot pass": (
        (
            "on: {push: {branches: [main]}, pull_request: }\njobs:\n"
            "  publish:\n    if: github.ref_name == 'main' && github.repository_owner == 'owner'\n    runs-on: x\n"
            "    steps: [{run: y, id: release}, {run: z, if: steps.release.outputs.released == 'true'}]\n"
        ),
        "main",
        "main?",
    ),
    "an output of a shell step, and no event guard": (
        (
            "on: [push, pull_request]\njobs:\n"
            "  check: {runs-on: x, outputs: {changed: '${{ steps.c.outputs.changed }}'}, steps: [{run: y, id: c}]}\n"
            "  build: {needs: check, if: needs.check.outputs.changed == 'true', runs-on: x, steps: [run: y]}\n"
            "  publish: {needs: [check, build], if: needs.check.outputs.changed == 'true', "
            "runs-on: x, steps: [{run: y}, {run: z}]}\n"
        ),
        "pr?, fork?, main?, feature?, tag?",
        "pr?, fork?, main?, feature?, tag?",
    ),
    "the same with the guard": (
        (
            "on: [push, pull_request]\njobs:\n"
            "  check: {runs-on: x, outputs: {changed: '${{ steps.c.outputs.changed }}'}, steps: [{run: y, id: c}]}\n"
            "  publish:\n    needs: check\n    if: |\n      needs.check.outputs.changed == 'true' &&\n"
            "      github.event_name == 'push' && github.ref == 'refs/heads/main'\n"
            "    runs-on: x\n    steps: [{run: y}, {run: z}]\n"
        ),
        "main?",
        "main?",
    ),
    "an input that says where, and a check that never fails": (
        (
            "on:\n  workflow_dispatch: {inputs: {only_docker: {type: boolean}}}\n"
            "  workflow_call: {inputs: {test_run: {type: boolean}}}\njobs:\n"
            "  setup: {runs-on: x, steps: [run: y]}\n"
            "  draft:\n    needs: setup\n    if: ${{ !failure() && !cancelled() && !inputs.only_docker }}\n"
            "    uses: other/project/.github/workflows/draft.yml@v1\n"
            "  publish: {needs: [setup, draft], runs-on: x, steps: [{run: y}, {run: z}]}\n"
        ),
        "dispatch?, call",
        "dispatch?, call",
    ),
    "a dry run by default": (
        (
            "on: {pull_request: , workflow_dispatch: {inputs: {tag: {default: dry-run, type: string}}}}\njobs:\n"
            "  plan: {runs-on: x, outputs: {val: '${{ steps.p.outputs.v }}'}, steps: [{run: y, id: p}]}\n"
            "  gate:\n    needs: plan\n    if: github.event_name == 'workflow_dispatch' && inputs.tag != 'dry-run'\n"
            "    runs-on: x\n    steps: [run: y]\n"
            "  publish:\n    needs: [plan, gate]\n"
            "    if: ${{ !fromJson(needs.plan.outputs.val).prerelease || fromJson(needs.plan.outputs.val).always }}\n"
            "    runs-on: x\n    steps: [{run: y}, {run: z}]\n"
        ),
        "dispatch?",
        "dispatch?",
    ),
    "an aggregate that always runs": (
        (
            "on: {push: {branches: [main], tags: ['**']}, pull_request: }\njobs:\n"
            f"  {BUILD}\n"
            "  check: {needs: build, if: always(), runs-on: x, outputs: {result: '${{ steps.a.outputs.result }}'}, "
            "steps: [{uses: a/b@v1, id: a}]}\n"
            "  publish:\n    needs: [build, check]\n"
            "    if: needs.check.outputs.result == 'success' && startsWith(github.ref, 'refs/tags/')\n"
            "    runs-on: x\n    steps: [{run: y}, {run: z, if: steps.x.outputs.there != 'true'}]\n"
        ),
        "tag?",
        "tag?",
    ),
    "one of two uploads by an input": (
        (
            "on: {release: , workflow_dispatch: {inputs: {publish: {type: boolean}}}}\njobs:\n"
            "  publish:\n"
            "    if: (github.event_name == 'release' && github.event.action == 'published') || inputs.publish\n"
            "    runs-on: x\n    steps: [{run: y}, {run: z}]\n"
        ),
        "release, dispatch?",
        "release, dispatch?",
    ),
    "a step that an input takes away": (
        (
            "on: {workflow_dispatch: {inputs: {dry-run: {type: boolean, default: true}}}}\njobs:\n"
            "  publish: {runs-on: x, steps: [{run: y}, {run: z, if: '! inputs.dry-run'}]}\n"
        ),
        "dispatch",
        "dispatch?",
    ),
    "a ref that an input names": (
        (
            "on: {workflow_call: {inputs: {prefix: {type: string, default: refs/tags/v}}}}\njobs:\n"
            "  targets: {runs-on: x, outputs: {up: '${{ steps.s.outputs.up }}'}, steps: [{run: y, id: s}]}\n"
            "  publish:\n    needs: targets\n"
            "    if: always() && needs.targets.result == 'success' && needs.targets.outputs.up == 'true'\n"
            '    runs-on: x\n    steps: [{run: y}, {run: z, if: "startsWith(github.ref, inputs.prefix)"}]\n'
        ),
        "call?",
        "call?",
    ),
    "only when called by a merged pull request": (
        (
            "on: {pull_request_target: {types: [closed]}, workflow_dispatch: }\njobs:\n  publish:\n"
            "    if: github.event_name == 'workflow_dispatch' || github.event.pull_request.merged == true\n"
            "    runs-on: x\n    steps: [{run: y}, {run: z}]\n"
        ),
        "dispatch",
        "dispatch",
    ),
    "a matrix of packages": (
        (
            "on: {push: {tags: ['v*']}}\njobs:\n  publish:\n    runs-on: x\n"
            "    strategy: {matrix: {package: [core, extra]}}\n"
            "    steps: [{run: y}, {run: z, if: matrix.package == 'core'}]\n"
        ),
        "tag",
        "tag",
    ),
}


@pytest.mark.parametrize(("text", "job", "step"), SHAPES.values(), ids=SHAPES)
def test_shapes(text: str, job: str, step: str) -> None:
    assert (runs(text), runs(text, step=1)) == (job, step)
