"""On a maintainer's machine: the inputs that the gate's own step in a workflow hands over, to decide as it would."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.checkout import Checkout, CheckoutError
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.gate_steps import REPOSITORY_NAME, find_gate_steps, input_slips
from publish_gate.inputs import INPUTS
from publish_gate.run_context import Ref, RefKind
from publish_gate.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence
    from pathlib import Path

    from publish_gate.doctor.expressions import Value
    from publish_gate.gate_steps import GateStep

FOLDER = ".github/workflows"
# What a run may compute as it likes: the decision is the same.
_HARMLESS = frozenset({"timeout", "doctor", "environment"})
# About what was built or uploaded, which is not there when somebody asks on a machine of their own.
_AFTERWARDS = frozenset({"dist", "mode", "wait"})
# Each of two that cannot be given together replaces the other.
_INSTEAD = {"version": "version-file", "version-file": "version"}
_MOST_SHOWN = 20


class Taken(NamedTuple):
    """The inputs (by name; what is not set is not there), what the reader should know of them, and their workflow."""

    values: Mapping[str, str]
    notes: tuple[str, ...] = ()
    workflow: str = ""


def find_steps(root: Path) -> list[GateStep]:
    """Return the steps of the repository's workflows that are Publish Gate, in the order of files and lines."""
    from publish_gate.doctor.workflow.read import read_workflow

    checkout = Checkout.open(root, ".")

    def read(path: str) -> bytes | None:
        try:
            return checkout.read_bytes(path)
        except CheckoutError:
            return None

    found: list[GateStep] = []
    for path in _workflows(checkout):
        data = read(path)
        # Reading YAML takes its time, and most workflows have nothing to do with this.
        if data is not None and (REPOSITORY_NAME.encode() in data.lower() or b"./" in data):
            found += find_gate_steps(read_workflow(data, path), read)
    return found


def _workflows(checkout: Checkout) -> list[str]:
    try:
        names = checkout.names_in(FOLDER)
    except CheckoutError:
        return []
    return [f"{FOLDER}/{name}" for name in names if name.endswith((".yml", ".yaml"))]


def named_steps(root: Path, wanted: str, steps: Sequence[GateStep]) -> list[GateStep]:
    """Return the steps that ``FILE``, ``FILE:LINE`` or ``FILE:JOB`` names. Raises `ConfigurationError` for none."""
    known = _workflows(Checkout.open(root, "."))
    file, part = wanted.replace("\\", "/").removeprefix("./"), ""
    if not file.endswith((".yml", ".yaml")):
        file, _, part = file.rpartition(":")
    path = file if "/" in file else f"{FOLDER}/{file}"
    if path not in known:
        shown = did_you_mean("workflow", file or wanted, [name.rpartition("/")[2] for name in known])
        raise ConfigurationError([Problem("workflow", shown if known else f"there is no workflow in {FOLDER}")])
    own = [step for step in steps if step.workflow == path]
    found = [step for step in own if part in {"", step.job, str(step.place.line)}]
    if not found:
        there = f"; it has {_listed(own)}" if own else ""
        message = f"{wanted!r} names no step that uses Publish Gate{there}"
        raise ConfigurationError([Problem("workflow", message)])
    return found


def choose(
    steps: Sequence[GateStep],
    folder: str,
    given: Iterable[str],
    ask: Callable[[Sequence[GateStep]], GateStep] | None,
) -> GateStep | None:
    """Return the step to go by: the only one, or one of several that hand over the same beside what is ``given``.

    ``folder`` is the package's where that is known (else ``.``): a step for it goes before all others. ``ask`` lets
    the user choose; without it, more than one is an error.
    """
    # A step after the build asks what the one before it has asked, and more.
    steps = [step for step in steps if _text(step, "mode") != "verify"]
    steps = [step for step in steps if "dist" not in step.inputs] or steps
    for_folder = [step for step in steps if folder != "." and _text(step, "working-directory") == folder]
    steps = for_folder or steps
    if not steps:
        return None
    aside = _replaced(given) | _HARMLESS | _AFTERWARDS
    if len({_inputs(step, aside) for step in steps}) == 1:
        return steps[0]
    if ask is not None:
        return ask(steps)
    message = (
        f"several steps use Publish Gate: {_listed(steps)}; choose one with --workflow FILE, FILE:LINE or FILE:JOB, or "
        "ignore them with --no-workflow"
    )
    raise ConfigurationError([Problem("workflow", message)])


def describe(step: GateStep) -> str:
    """Name a step for a reader, as ``--workflow`` takes it."""
    spot = f"{step.place.path}:{step.place.line}"
    if step.place.path == step.workflow:
        return f"{spot} (job {step.job})"
    return f"{step.workflow}:{step.job} (by {spot})"


def _listed(steps: Sequence[GateStep]) -> str:
    more = f" and {len(steps) - _MOST_SHOWN} more" if len(steps) > _MOST_SHOWN else ""
    return ", ".join(map(describe, steps[:_MOST_SHOWN])) + more


def _replaced(given: Iterable[str]) -> frozenset[str]:
    """Return the inputs that the workflow has no say in where these are given."""
    given = set(given)
    return frozenset(given | {_INSTEAD[name] for name in given if name in _INSTEAD})


def _inputs(step: GateStep, aside: frozenset[str]) -> tuple[tuple[str, str], ...]:
    items = ((name, handed.written.strip()) for name, handed in step.inputs.items() if name not in aside)
    return tuple(sorted(items))


def _text(step: GateStep, name: str) -> str | None:
    handed = step.inputs.get(name)
    return handed.text.strip().strip("/") if handed is not None and handed.text is not None else None


def known_context(event: str | None, ref: str | None) -> dict[str, Value]:
    """Return what the `github` context holds for sure in a situation that the command line names."""
    known: dict[str, Value] = {}
    if event:
        known["event_name"] = event
    if ref:
        parsed = Ref.parse(ref)
        known |= {"ref": ref, "ref_name": parsed.name, "event": _release_event(parsed.name)}
        if parsed.kind is not RefKind.OTHER:
            known["ref_type"] = parsed.kind.value
    return known


def _release_event(tag: str) -> Value:
    from publish_gate.doctor.expressions import Object

    return Object({"release": Object({"tag_name": tag}, open=True)}, open=True)


def _evaluated(text: str, known: Mapping[str, Value]) -> str | None:
    """Return the text that a value with expressions becomes; None if only a run can know it."""
    from publish_gate.doctor.expressions import ExpressionError, Object, Scope, evaluate, parse_template

    try:
        value = evaluate(parse_template(text), Scope({"github": Object(known, open=True)}))
    except ExpressionError:
        return None
    return value if isinstance(value, str) else None


def take(step: GateStep, given: Iterable[str], known: Mapping[str, Value]) -> Taken:
    """Return what a step hands over, without the inputs that are ``given`` otherwise.

    ``known`` is what is known of the `github` context.

    Raises `ConfigurationError` for inputs that do not exist, and for those that only a run can know.
    """
    replaced = _replaced(given)
    problems = input_slips([step])
    values: dict[str, str] = {}
    notes = [f"note: inputs of {describe(step)}; --no-workflow ignores them"]
    for name in (each.name for each in INPUTS):
        handed = step.inputs.get(name)
        if handed is None or name in replaced or name in _AFTERWARDS:
            continue
        written = handed.written.strip()
        text = handed.text if handed.text is not None else _evaluated(written, known)
        if text is not None:
            values[name] = text
        elif name in _HARMLESS:
            notes.append(f"note: {handed.place}: {name} was left out: only a run knows its value ({written})")
        else:
            message = (
                f"only a run knows its value ({written}); give it with --{name}, or ignore the workflow with "
                "--no-workflow"
            )
            problems.append(Problem(name, message, handed.place))
    if problems:
        raise ConfigurationError(problems)
    return Taken(values, tuple(notes), step.workflow)
