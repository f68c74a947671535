"""What holds after every run, whatever was fed into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.protocol import foreign_commands

from publish_gate import HOME
from publish_gate.outputs import OUTPUTS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from e2e.direct import StepRun
    from e2e.protocol import Annotation


def check_harmless(
    outputs: Mapping[str, str], log: Sequence[str], annotations: Sequence[Annotation], *, publish: bool = False
) -> None:
    """Hold what no input may change: whole outputs that say no, and no line that a runner would obey."""
    assert foreign_commands(log) == []
    assert not any("Traceback" in line for line in log)
    assert set(outputs) == {output.name for output in OUTPUTS}
    if not publish:
        assert outputs["should-publish"] == "false"
        assert outputs["publish-to"] == ""
        assert outputs["matrix"] == ""
    assert outputs["should-build"] in {"true", "false"}
    assert all("\n" not in value for value in outputs.values())
    assert sum(len(value) for value in outputs.values()) < 200_000
    for level in ("error", "warning", "notice"):
        assert len([each for each in annotations if each.level == level]) <= 10
    assert all(len(each.text) <= 4096 for each in annotations)


def check_run(run: StepRun, *, publish: bool = False) -> None:
    """Do the same for a step, its output file and its summary."""
    check_harmless(run.outputs, run.log, run.annotations, publish=publish)
    assert set(run.written) == set(run.outputs)
    # The one place that a summary may lead to is a page of this project's own.
    summary = run.summary.replace(f"]({HOME}/blob/main/docs/doctor/", "](")
    assert not any(word in summary for word in ("<img", "**x**", "](http", "\x1b", "\u202e", "::", "@x"))
    assert len(run.summary.encode()) < 1024 * 1024
    if run.status:
        assert [each for each in run.annotations if each.level == "error"]
