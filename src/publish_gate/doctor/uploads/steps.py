"""Looks at the steps of a job one after the other, with what those before have left behind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.uploads.actions import MINTERS, RETRIES, SCRIPTS
from publish_gate.doctor.uploads.by_action import (
    Composite,
    Given,
    Use,
    composite_steps,
    happening,
    may_upload,
    read_use,
    upload_by_action,
    wrapped_action,
)
from publish_gate.doctor.uploads.model import How
from publish_gate.doctor.uploads.sources import repository_path
from publish_gate.doctor.uploads.stores import Stores
from publish_gate.doctor.uploads.values import (
    UNKNOWN,
    UNKNOWN_TEXT,
    Environment,
    Expressions,
    Template,
    Text,
    as_text,
    secret_names,
)
from publish_gate.doctor.workflow.model import NOTHING
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Sequence as List

    from publish_gate.doctor.expressions import Scope, Value
    from publish_gate.doctor.simulation import StepView
    from publish_gate.doctor.uploads.commands import Search
    from publish_gate.doctor.uploads.model import DetectedUpload
    from publish_gate.doctor.uploads.sources import Files
    from publish_gate.doctor.workflow.model import Job, Step, Workflow
    from publish_gate.doctor.workflow.tree import Node

_MAX_NESTED = 3
_SITUATION = re.compile(
    r"\$\{\{[^}]*\b(?:github|inputs|needs|env|steps|vars|matrix|job|runner|strategy)\b", re.IGNORECASE
)
# Lines that build, install and look around: no shell has to be read to see that nothing is uploaded.
_PLAIN = re.compile(
    r"(?:\s*(?:(?:sudo |uv run |poetry run )?(?:python3? -m )?(?:pip3? (?:install|download)|build|pytest|mypy|ruff)"
    r"|uv (?:sync|build|pip install|python install)|(?:hatch|flit) build|(?:poetry|pdm) (?:build|install)"
    r"|twine check|ls|echo|mkdir|cat|set -\w+)(?:[ \t]+[\w./*\[\]@=<>~^!,:+'\"-]+)*[ \t\r]*(?:#[^\n]*)?(?:\n|\Z))+\Z"
)
_PINS = re.compile("(?:twine|uv|pdm|maturin)[<=~]")


class Setting(NamedTuple):
    """Where steps stand: the job's workflow, the repository's files, and what a caller hands over.

    ``identity`` says that the job may ask for an identity token. ``given`` are the inputs of a call of which no run
    is known.
    """

    workflow: Workflow
    job: Job
    files: Files
    identity: bool
    given: Environment | None = None


class StepFinding(NamedTuple):
    """An upload of a step; ``use`` is the action that does it, None for a script, ``runs`` whether the step does."""

    step: Step
    finding: DetectedUpload
    use: Use | None
    runs: Ternary


def is_situational(workflow: Workflow, job: Job) -> bool:
    """Tell whether what a job uploads can hang on the situation, apart from whether its steps run at all."""
    if job.strategy.entries:
        return True
    if any(step.uses is not None and read_use(step.uses.text).local for step in job.steps):
        return True
    return any(
        _SITUATION.search(text)
        for block in (workflow.env, job.env, *(block for step in job.steps for block in (step.with_, step.env)))
        for text in _texts(block)
    ) or any(_SITUATION.search(step.run.text) for step in job.steps if step.run is not None)


def _texts(node: Node) -> Iterator[str]:
    if isinstance(node, Scalar):
        yield node.text
        return
    for item in node.items if isinstance(node, Sequence) else (entry.value for entry in node):
        yield from _texts(item)


def unknown_legs(setting: Setting) -> list[tuple[StepView, ...]]:
    """Return the steps of a job as they are seen if nothing but the text of the files is known."""
    from publish_gate.doctor.expressions import Object, OneOf, Scope, Unknown
    from publish_gate.doctor.simulation import StepView
    from publish_gate.doctor.simulation.matrix import matrix_entries, merged

    def value(text: Text) -> Value:
        return text.text if text.known else OneOf(text.choices) if text.choices else Unknown()

    contexts: dict[str, Value] = {"matrix": merged(matrix_entries(setting.job, Scope({})), "")}
    if setting.given is not None:
        contexts["inputs"] = Object({name: value(text) for name, text in setting.given.items()}, open=True)
    env: dict[str, Value] = {}
    for block in (setting.workflow.env, setting.job.env):
        env |= {name: value(text) for name, text in _block(block, Scope({**contexts, "env": Object(env, open=True)}))}
    views = []
    for step in setting.job.steps:
        scope = Scope({**contexts, "env": Object(env, open=True)})
        own = {name: value(text) for name, text in _block(step.env, scope)}
        views.append(
            StepView(
                step=step, runs=Ternary.DEPENDS, scope=Scope({**contexts, "env": Object({**env, **own}, open=True)})
            )
        )
    return [tuple(views)]


def _block(block: Mapping, scope: Scope) -> Iterator[tuple[str, Text]]:
    expressions = Expressions(scope)
    for entry in block:
        if isinstance(entry.value, Scalar):
            yield entry.key, expressions.text(entry.value)


def find_in_steps(setting: Setting, views: List[StepView]) -> Iterator[StepFinding]:
    """Yield the uploads of a job's steps in their order, as one leg of its matrix sees them."""
    yield from _in_steps(setting, views, _sources((setting.workflow.env, setting.job.env)), Stores(), 0)


def _sources(blocks: tuple[Mapping, ...]) -> dict[str, Scalar]:
    return {entry.key: entry.value for block in blocks for entry in block if isinstance(entry.value, Scalar)}


def _in_steps(
    setting: Setting, views: List[StepView], outer: dict[str, Scalar], stores: Stores, depth: int
) -> Iterator[StepFinding]:
    for view in views:
        step = view.step
        own = _sources((step.env,))
        around = _Around(setting, view, {**outer, **own}, own, stores, depth)
        if step.uses is not None:
            yield from _by_action(around, step.uses)
        elif step.run is not None:
            stores.note_pypirc(step.run.text)
            stores.note_exchange(step.run.text)
            if not _PLAIN.match(step.run.text) or _PINS.search(step.run.text):
                yield from _by_script(around, step.run)
            stores.note_variables(step.run.text)


class _Around(NamedTuple):
    """One step with everything that it finds around itself; ``sources`` are where its variables are written."""

    setting: Setting
    view: StepView
    sources: dict[str, Scalar]
    own: dict[str, Scalar]
    stores: Stores
    depth: int

    @property
    def expressions(self) -> Expressions:
        """What evaluates the texts of the step."""
        conditions = (self.setting.job.condition, self.view.step.condition if self.depth == 0 else None)
        known = "github" in self.view.scope.contexts
        return Expressions(
            self.view.scope, tuple(condition for condition in conditions if condition is not None and known)
        )

    def environment(self) -> Environment:
        """Return the variables of the step, each with the place where it is written."""
        from publish_gate.doctor.expressions import Object

        seen = self.view.scope.contexts.get("env")
        found: Environment = {}
        for name, value in seen.entries.items() if isinstance(seen, Object) else ():
            source = self.sources.get(name)
            text = as_text(value)
            if source is not None and not text.given and secret_names(source.text):
                text = UNKNOWN_TEXT  # a pull request from a fork sees no secrets
            found[name] = text._replace(source=source, of_event=source is not None and _of_event(source.text))
        for name in self.stores.written:
            if name not in self.own:
                found[name] = UNKNOWN_TEXT
        return found

    def search(self, environment: Environment) -> Search:
        """Return a search through a script of the step."""
        from publish_gate.doctor.uploads.by_name import StepContext, handed, names_index
        from publish_gate.doctor.uploads.commands import Search

        setting, step = self.setting, self.view.step
        named = setting.job.environment.name if setting.job.environment is not None else None
        script = step.run.text if step.run is not None else ""
        return Search(
            StepContext(
                setting.files,
                self.stores,
                setting.identity,
                handed(environment.items(), script),
                handed((name, environment[name]) for name in self.own if name in environment),
                named is not None and names_index(named.text),
            )
        )


def _of_event(text: str) -> bool:
    return re.search(r"\$\{\{[^}]*\b(?:github|inputs)\b", text) is not None


def _by_script(around: _Around, run: Scalar) -> Iterator[StepFinding]:
    from publish_gate.doctor.uploads.shell import dialect_of

    step, setting = around.view.step, around.setting
    environment = around.environment()
    dialect = dialect_of(step, setting.job, setting.workflow)
    variants = around.expressions.template(run).variants()
    for template in variants:
        for finding in around.search(environment).step(template, dialect, {**environment}, _folder(around)):
            reached = finding.reached if len(variants) == 1 else finding.reached & Ternary.DEPENDS
            yield StepFinding(step, replace(finding, reached=reached), None, around.view.runs)


def _folder(around: _Around) -> str:
    """Return the folder in which a script runs, relative to the repository's root."""
    given = around.view.step.working_directory
    for block in (around.setting.job.defaults, around.setting.workflow.defaults):
        run = block.get("run")
        if given is None and isinstance(run, Mapping):
            given = run.scalar("working-directory")
    if given is None:
        return ""
    folder = around.expressions.text(given).text.removeprefix(f"{UNKNOWN}/")
    return "" if UNKNOWN in folder else repository_path("", folder) or ""


def _by_action(around: _Around, uses: Scalar) -> Iterator[StepFinding]:
    view, stores = around.view, around.stores
    step, use, expressions = view.step, read_use(uses.text), around.expressions
    if use.action in MINTERS and step.id:
        stores.minted.add(f"steps.{step.id}.outputs")
    if not may_upload(use, step.with_, step.env):
        return
    composite = composite_steps(around.setting.files, use.local) if use.local and around.depth < _MAX_NESTED else None
    if composite is not None:
        yield from _by_composite(around, use, composite)
        return
    inputs = {
        entry.key.lower(): expressions.text(entry.value) for entry in step.with_ if isinstance(entry.value, Scalar)
    }
    environment = around.environment()
    wrapped = wrapped_action(inputs) if use.action in RETRIES else None
    if use.action in SCRIPTS and wrapped is None:
        from publish_gate.doctor.uploads.shell import Dialect

        script = _script(SCRIPTS[use.action], inputs)
        for finding in around.search(environment).step(script, Dialect.POSIX, environment, ""):
            yield StepFinding(step, replace(finding, line=0), use, view.runs)
        return
    inner, handed = wrapped or (use, inputs)
    own = {name: environment[name] for name in around.own if name in environment}
    event, ref = happening(view.scope.contexts)
    given = Given(handed, own, environment, around.setting.identity, stores, event=event, ref=ref)
    upload = upload_by_action(inner, given)
    if upload is not None:
        if wrapped is not None:
            upload = replace(upload, how=How.OTHER, inside=upload.inside or upload.how, through=inner.action)
        yield StepFinding(step, upload, use, view.runs)


def _by_composite(around: _Around, use: Use, composite: Composite) -> Iterator[StepFinding]:
    """Look at the steps of a composite action, as the step that uses it has them."""
    from publish_gate.doctor.simulation import composite_views

    view, setting = around.view, around.setting
    step = view.step
    views = composite_views(view, composite.steps, composite.declared, step.with_)
    nested = setting._replace(workflow=replace(setting.workflow, defaults=NOTHING))
    for found in _in_steps(nested, views, around.sources, around.stores, around.depth + 1):
        if found.runs is Ternary.NO and view.runs is not Ternary.NO:
            continue  # the inputs or the event switch it off
        inside = found.finding.inside or found.finding.how
        finding = replace(found.finding, how=How.OTHER, inside=inside, through=composite.path, line=0)
        yield StepFinding(step, finding, use, found.runs)


def _script(known: tuple[str, str, str], inputs: Environment) -> Template:
    """Put the command together that an action runs: its program, the subcommand and the arguments."""
    program, *names = known
    pieces = [program] if program else []
    values: list[Text] = []
    for name in names:
        text = inputs.get(name)
        if text is None or not text.given:
            continue
        if text.known:
            pieces.append(text.text)
        else:
            pieces.append(f"\ue000{len(values)}\ue001")
            values.append(text)
    return Template(" ".join(pieces), tuple(values))
