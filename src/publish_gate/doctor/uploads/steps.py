"""Looks at the steps of a job one after the other, with what those before have left behind."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.actions import MINTERS, SCRIPTS
from publish_gate.doctor.uploads.by_action import Given, Use, read_use, upload_by_action
from publish_gate.doctor.uploads.by_name import StepContext
from publish_gate.doctor.uploads.commands import Search
from publish_gate.doctor.uploads.composite import composite_steps
from publish_gate.doctor.uploads.contexts import contexts_of
from publish_gate.doctor.uploads.dialects import Dialect, dialect_of
from publish_gate.doctor.uploads.expressions import Expressions, Template
from publish_gate.doctor.uploads.handed import handed
from publish_gate.doctor.uploads.model import How
from publish_gate.doctor.uploads.names import names_index
from publish_gate.doctor.uploads.sources import repository_path
from publish_gate.doctor.uploads.stores import Stores
from publish_gate.doctor.uploads.values import UNKNOWN_TEXT, Environment
from publish_gate.doctor.uploads.words_words import UNKNOWN
from publish_gate.doctor.workflow.tree import Mapping, Scalar

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.uploads.sources import Files
    from publish_gate.doctor.uploads.upload_commands import DetectedUpload
    from publish_gate.doctor.workflow.model import Job, Step, Workflow

_MAX_NESTED = 3


class Setting(NamedTuple):
    """Where steps stand: the job's workflow, the repository's files, and what a caller hands over.

    ``identity`` says that the job may ask for an identity token.
    """

    workflow: Workflow
    job: Job
    files: Files
    identity: bool
    given: Environment | None = None


class StepFinding(NamedTuple):
    """An upload of a step; ``use`` is the action that does it, None for a script."""

    step: Step
    finding: DetectedUpload
    use: Use | None = None


def find_in_steps(setting: Setting) -> Iterator[StepFinding]:
    """Yield the uploads of a job's steps in their order."""
    stores = Stores()
    outer = _environment(setting, (setting.workflow.env, setting.job.env), {})
    yield from _in_steps(setting, setting.job.steps, outer, stores, 0)


def _in_steps(
    setting: Setting, steps: tuple[Step, ...], outer: Environment, stores: Stores, depth: int
) -> Iterator[StepFinding]:
    for step in steps:
        base = {**outer, **dict.fromkeys(stores.written, UNKNOWN_TEXT)}
        own = _environment(setting, (step.env,), base)
        expressions = _expressions(setting, {**base, **own})
        if step.uses is not None:
            for found in _by_action(setting, step, step.uses, expressions, ({**base, **own}, own), stores, depth):
                yield found._replace(step=step)
        elif step.run is not None:
            stores.note_pypirc(step.run.text)
            stores.note_exchange(step.run.text)
            search = _search(setting, step, {**base, **own}, stores)
            template = expressions.template(step.run)
            folder = _folder(setting, step, expressions)
            environment = {**base, **own}
            for each in search.step(template, dialect_of(step, setting.job, setting.workflow), environment, folder):
                yield StepFinding(step, each)
            stores.note_variables(step.run.text)


def _search(setting: Setting, step: Step, environment: Environment, stores: Stores) -> Search:
    named = setting.job.environment.name if setting.job.environment is not None else None
    script = step.run.text if step.run is not None else ""
    hands = handed(environment.items(), script)
    around = StepContext(setting.files, stores, setting.identity, hands, named is not None and names_index(named.text))
    return Search(around)


def _environment(setting: Setting, blocks: tuple[Mapping, ...], base: Environment) -> Environment:
    """Evaluate `env` blocks, each with those before it in its `env` context."""
    found: Environment = {}
    for block in blocks:
        if not block.entries:
            continue
        expressions = _expressions(setting, {**base, **found})
        inner = {entry.key: expressions.text(entry.value) for entry in block if isinstance(entry.value, Scalar)}
        found.update(inner)
    return found


def _expressions(setting: Setting, environment: Environment) -> Expressions:
    return Expressions(lambda: contexts_of(setting.workflow, setting.job, environment, setting.given))


def _folder(setting: Setting, step: Step, expressions: Expressions) -> str:
    """Return the folder in which a script runs, relative to the repository's root."""
    given = step.working_directory
    for block in (setting.job.defaults, setting.workflow.defaults):
        run = block.get("run")
        if given is None and isinstance(run, Mapping):
            given = run.scalar("working-directory")
    if given is None:
        return ""
    folder = expressions.text(given).text.removeprefix(f"{UNKNOWN}/")
    return "" if UNKNOWN in folder else repository_path("", folder) or ""


def _by_action(
    setting: Setting,
    step: Step,
    uses: Scalar,
    expressions: Expressions,
    environments: tuple[Environment, Environment],
    stores: Stores,
    depth: int,
) -> Iterator[StepFinding]:
    environment, own = environments
    use = read_use(uses.text)
    inputs = {
        entry.key.lower(): expressions.text(entry.value) for entry in step.with_ if isinstance(entry.value, Scalar)
    }
    if use.action in MINTERS and step.id:
        stores.minted.add(f"steps.{step.id}.outputs")
    if use.action in SCRIPTS:
        program, command, arguments = SCRIPTS[use.action]
        parts = [
            program,
            inputs[command].text if command in inputs else "",
            inputs[arguments].text if arguments in inputs else "",
        ]
        search = _search(setting, step, environment, stores)
        script = Template(" ".join(part for part in parts if part))
        for each in search.step(script, Dialect.POSIX, environment, ""):
            yield StepFinding(step, replace(each, line=0), use)
        return
    if use.local:
        inner = composite_steps(setting.files, use.local, inputs) if depth < _MAX_NESTED else None
        if inner is not None:
            nested = setting._replace(given=inner.inputs, workflow=inner.workflow(setting.workflow))
            for found in _in_steps(nested, inner.steps, environment, stores, depth + 1):
                finding = found.finding
                yield found._replace(
                    finding=replace(
                        finding, how=How.OTHER, inside=finding.inside or finding.how, through=inner.path, line=0
                    ),
                    use=use,
                )
            return
    upload = upload_by_action(use, Given(inputs, own, environment, setting.identity, stores))
    if upload is not None:
        yield StepFinding(step, upload, use)
