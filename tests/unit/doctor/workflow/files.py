"""Workflow files in tables: those that GitHub refuses, with the place and the reason, and those that it takes."""

from __future__ import annotations

from typing import NamedTuple

JOB = "jobs: {a: {runs-on: x, steps: [run: y]}}"
ON = "on: push"


class Refused(NamedTuple):
    """A file, the key and place of the one problem in it, and a part of the message.

    ``lenient`` marks what GitHub's server refuses but its published parser does not look at.
    """

    text: str
    key: str
    line: int | None
    column: int | None
    message: str
    lenient: bool = False


def job(lines: str) -> str:
    """Return a workflow with one job `a` that begins at line 3 and has these keys from line 4 on, at column 5."""
    inner = "\n".join(f"    {line}" if line else "" for line in lines.split("\n"))
    return f"on: push\njobs:\n  a:\n{inner}\n"


def step(lines: str) -> str:
    """Return a workflow whose only step begins at line 6, column 9."""
    first, *rest = lines.split("\n")
    return job("\n".join(["runs-on: x", "steps:", f"  - {first}", *(f"    {line}" for line in rest)]))


def on(lines: str) -> str:
    """Return a workflow with what stands below `on:`, from line 2 on, at column 3."""
    inner = "\n".join(f"  {line}" for line in lines.split("\n"))
    return f"on:\n{inner}\n{JOB}\n"


REFUSED = {
    "an empty file": Refused("", "", None, None, "is empty"),
    "a list": Refused("- a\n", "", 1, 1, "is not a mapping"),
    "a text": Refused("a\n", "", 1, 1, "is not a mapping"),
    "a bracket that is never closed": Refused("on: [push\n" + JOB, "", 2, 5, "is not valid YAML"),
    "a tab that would be indentation": Refused(f"on:\n\tpush:\n{JOB}", "", 2, 1, "is not valid YAML"),
    "two documents": Refused(f"{ON}\n{JOB}\n---\na: b\n", "", 3, 1, "expected a single document"),
    "a key that is there twice": Refused(f"{ON}\nname: a\nname: b\n{JOB}", "name", 3, 1, "is there already, at line 2"),
    "a key that differs by case only": Refused(
        f"{ON}\nenv:\n  A: 1\n  a: 2\n{JOB}", "env.a", 4, 3, "is there already, at line 3"
    ),
    "a merge key": Refused(
        f"{ON}\nenv: &e\n  A: 1\n{JOB[:-1]}, b: {{<<: *e, runs-on: x, steps: [run: y]}}}}",
        "jobs.b.<<",
        4,
        46,
        "merge keys",
    ),
    "a key that is a list": Refused(f"{ON}\nenv: {{[a]: b}}\n{JOB}", "env", 2, 7, "must be a text"),
    "an anchor that is not there": Refused(f"on: *x\n{JOB}", "", 1, 5, "found undefined alias 'x'"),
    "no event at all": Refused(JOB, "on", 1, 1, "is missing"),
    "an empty list of events": Refused(f"on: []\n{JOB}", "on", 1, 1, "names no event", lenient=True),
    "nothing behind on": Refused(f"on:\n{JOB}", "on", 1, 1, "names no event"),
    "an event that is a list": Refused(f"on: [push, [a]]\n{JOB}", "on", 1, 12, "not the name of an event"),
    "no jobs": Refused(ON, "jobs", 1, 1, "is missing"),
    "jobs without a job": Refused(f"{ON}\njobs: {{}}", "jobs", 2, 1, "holds no job"),
    "jobs that are a list": Refused(f"{ON}\njobs: [a]", "jobs", 2, 1, "holds no job"),
    "a key that no workflow has": Refused(f"{ON}\npermission: {{}}\n{JOB}", "permission", 2, 1, "is not a key"),
    "an event with a list of branches": Refused(on("push: [main]"), "on.push", 2, 9, "empty or a mapping"),
    "an event with a text": Refused(on("push: main"), "on.push", 2, 9, "empty or a mapping"),
    "a schedule that is a mapping": Refused(on("schedule: {cron: '0 0 * * *'}"), "on.schedule", 2, 13, "list"),
    "branches and branches-ignore": Refused(
        on("push: {branches: [a], branches-ignore: [b]}"), "on.push", 2, 25, "cannot stand together", lenient=True
    ),
    "tags and tags-ignore": Refused(
        on("push:\n  tags: a\n  tags-ignore: b"), "on.push", 4, 5, "cannot stand together", lenient=True
    ),
    "a pattern that repeats nothing": Refused(
        on("push: {tags: ['?v']}"), "on.push.tags", 2, 17, "filter pattern '?v' is invalid", lenient=True
    ),
    "a pattern to ignore that is never closed": Refused(
        on("pull_request: {paths-ignore: ['[a']}"),
        "on.pull_request.paths-ignore",
        2,
        33,
        "never closed",
        lenient=True,
    ),
    "an activity that no release has": Refused(
        on("release: {types: [publish]}"),
        "on.release.types",
        2,
        21,
        "'publish' is not an activity of `release`",
    ),
    "a job that is a text": Refused(f"{ON}\njobs: {{a: b}}", "jobs.a", 2, 8, "must be a mapping"),
    "a job with a dot in its name": Refused(
        f"{ON}\njobs: {{a.b: {{runs-on: x, steps: [run: y]}}}}", "jobs.a.b", 2, 8, "is not a valid job id"
    ),
    "a job with reserved underscores": Refused(
        f"{ON}\njobs: {{__a: {{runs-on: x, steps: [run: y]}}}}", "jobs.__a", 2, 8, "is not a valid job id"
    ),
    "a job without runs-on": Refused(job("steps: [run: y]"), "jobs.a", 3, 3, "neither `runs-on` nor `uses`"),
    "a job without steps": Refused(job("runs-on: x"), "jobs.a", 3, 3, "has no `steps`", lenient=True),
    "a key that no job has": Refused(
        job("runs-on: x\nneed: b\nsteps: [run: y]"), "jobs.a.need", 5, 5, "is not a key that GitHub knows in a job"
    ),
    "a call with an environment": Refused(
        job("uses: ./.github/workflows/b.yml\nenvironment: e"),
        "jobs.a.environment",
        5,
        5,
        "in a job that calls a workflow",
    ),
    "a call with steps": Refused(
        job("uses: ./.github/workflows/b.yml\nsteps: [run: y]"), "jobs.a.steps", 5, 5, "in a job that calls"
    ),
    "needs that are not there": Refused(
        job("needs: b\nruns-on: x\nsteps: [run: y]"), "jobs.a.needs", 4, 12, "no job 'b'"
    ),
    "a job that needs itself": Refused(
        f"{ON}\njobs:\n  b: {{runs-on: x, steps: [run: y]}}\n  a: {{needs: [b, a], runs-on: x, steps: [run: y]}}",
        "jobs.a.needs",
        4,
        18,
        "waits for it",
    ),
    "an environment without a name": Refused(
        job("environment: {url: 'http://e'}\nruns-on: x\nsteps: [run: y]"),
        "jobs.a.environment",
        4,
        18,
        "has no `name`",
    ),
    "an environment that is a list": Refused(
        job("environment: [e]\nruns-on: x\nsteps: [run: y]"),
        "jobs.a.environment",
        4,
        18,
        "must be a text or a mapping",
    ),
    "an env that is a text": Refused(
        job("env: e\nruns-on: x\nsteps: [run: y]"), "jobs.a.env", 4, 10, "must be a mapping"
    ),
    "an env that is a list": Refused(f"{ON}\nenv: [e]\n{JOB}", "env", 2, 6, "must be a mapping"),
    "steps that are a mapping": Refused(job("runs-on: x\nsteps: {run: y}"), "jobs.a.steps", 5, 12, "must be a list"),
    "a step that is a text": Refused(job("runs-on: x\nsteps: [y]"), "jobs.a.steps[0]", 5, 13, "must be a mapping"),
    "a step that does nothing": Refused(step("name: y"), "jobs.a.steps[0]", 6, 9, "neither `uses` nor `run`"),
    "a step that does two things": Refused(step("run: y\nuses: z@v1"), "jobs.a.steps[0]", 6, 9, "both"),
    "a step that uses nothing": Refused(step("uses: ''"), "jobs.a.steps[0].uses", 6, 15, "is empty"),
    "a key that no step has": Refused(step("run: y\nwhen: z"), "jobs.a.steps[0].when", 7, 9, "is not a key"),
    "a step with a blank in its id": Refused(
        step("run: y\nid: a b"), "jobs.a.steps[0].id", 7, 13, "not a valid step id"
    ),
    "an id that is there twice": Refused(
        job("runs-on: x\nsteps: [{run: y, id: i}, {run: z, id: i}]"),
        "jobs.a.steps[1].id",
        5,
        30,
        "'i' is there already, at line 5",
    ),
    "an event that does not exist": Refused(f"on: [push, relase]\n{JOB}", "on", 1, 12, "did you mean 'release'?"),
    "a key that is not an event": Refused(on("relase: {types: [published]}"), "on", 2, 3, "unknown event 'relase'"),
    "an activity that no pull request has": Refused(
        on("pull_request: {types: [merged]}"), "on.pull_request.types", 2, 26, "'merged' is not an activity"
    ),
    "a text where true or false belongs": Refused(
        job("continue-on-error: 'true'\nruns-on: x\nsteps: [run: y]"),
        "jobs.a.continue-on-error",
        4,
        24,
        "must be true or false, not 'true'",
    ),
    "a text where a number belongs": Refused(
        step("run: y\ntimeout-minutes: soon"), "jobs.a.steps[0].timeout-minutes", 7, 26, "must be a number"
    ),
    "a required input that is required in words": Refused(
        on("workflow_dispatch: {inputs: {a: {required: 'yes'}}}"),
        "on.workflow_dispatch.inputs.a.required",
        2,
        46,
        "must be true or false",
    ),
    "an input of a type that does not exist": Refused(
        on("workflow_call: {inputs: {a: {type: choice}}}"),
        "on.workflow_call.inputs.a.type",
        2,
        38,
        "must be `string`, `boolean` or `number`",
    ),
    "a value that is not one of those": Refused(
        job("concurrency: {group: a, queue: all}\nruns-on: x\nsteps: [run: y]"),
        "jobs.a.concurrency.queue",
        4,
        36,
        "must be `single` or `max`",
    ),
    "a context that is not available to a job": Refused(
        job("if: env.A == 'b'\nruns-on: x\nsteps: [run: y]"), "jobs.a.if", 4, 9, "uses `env`, which is not available"
    ),
    "a context that is not available to an environment": Refused(
        job("environment: {name: '${{ env.A }}'}\nruns-on: x\nsteps: [run: y]"),
        "jobs.a.environment.name",
        4,
        25,
        "available are github, inputs, vars, needs, strategy, matrix",
    ),
    "a secret in a condition": Refused(step("run: y\nif: secrets.A"), "jobs.a.steps[0].if", 7, 13, "uses `secrets`"),
    "a condition that is no expression": Refused(
        step("run: y\nif: a = b"), "jobs.a.steps[0].if", 7, 13, "not an expression that GitHub can read"
    ),
    "a context that does not exist": Refused(
        step("run: echo ${{ foo.bar }}"), "jobs.a.steps[0].run", 6, 14, "uses `foo`, which is not available here"
    ),
    "double quotes in an expression": Refused(
        step("run: y\nenv: {A: '${{ github.ref == \"x\" }}'}"), "jobs.a.steps[0].env.A", 7, 18, "GitHub can read"
    ),
    "an action by expression": Refused(
        step("uses: a/b@${{ github.ref }}"), "jobs.a.steps[0].uses", 6, 15, "cannot be an expression"
    ),
    "permissions by expression": Refused(
        f"{ON}\npermissions: {{contents: '${{{{ github.ref }}}}'}}\n{JOB}",
        "permissions.contents",
        2,
        25,
        "cannot be an",
    ),
    "needs by expression": Refused(
        job("needs: ['${{ github.ref }}']\nruns-on: x\nsteps: [run: y]"), "jobs.a.needs[0]", 4, 13, "cannot be"
    ),
    "a with of which everything is commented out": Refused(
        step("uses: z@v1\nwith:"), "jobs.a.steps[0].with", 7, 14, "must be a mapping, not nothing"
    ),
    "needs that are nothing": Refused(
        job("needs:\nruns-on: x\nsteps: [run: y]"), "jobs.a.needs", 4, 11, "must be a list or a text, not nothing"
    ),
    "types that are a mapping": Refused(
        on("release: {types: {published: }}"), "on.release.types", 2, 20, "must be a list, not a mapping"
    ),
    "a step of parallel ones that does nothing": Refused(
        step("parallel: [{run: y}, {name: z}]"), "jobs.a.steps[0].parallel[1]", 6, 30, "neither `uses` nor `run`"
    ),
    "a key that no waiting step has": Refused(step("wait: a\nrun: y"), "jobs.a.steps[0].run", 7, 9, "is not a key"),
    "permissions that are a word": Refused(f"{ON}\npermissions: write\n{JOB}", "permissions", 2, 14, "`write-all`"),
    "permissions that are a list": Refused(f"{ON}\npermissions: [a]\n{JOB}", "permissions", 2, 14, "`read-all`"),
    "a level that does not exist": Refused(
        f"{ON}\npermissions: {{contents: admin}}\n{JOB}",
        "permissions.contents",
        2,
        25,
        "must be `read`, `write` or `none`, not 'admin'",
    ),
    "a level that is a mapping": Refused(
        f"{ON}\npermissions: {{contents: {{}}}}\n{JOB}",
        "permissions.contents",
        2,
        25,
        "`none`, not a mapping",
    ),
    "an identity token to read": Refused(
        job("permissions: {id-token: read}\nruns-on: x\nsteps: [run: y]"),
        "jobs.a.permissions.id-token",
        4,
        29,
        "must be `write` or `none`, not 'read'",
    ),
    "a scope with an underscore": Refused(
        f"{ON}\npermissions: {{id_token: write}}\n{JOB}", "permissions.id_token", 2, 15, "write id-token"
    ),
}

TAKEN = {
    "one event": f"{ON}\n{JOB}",
    "a list of events": f"on: [push, pull_request]\n{JOB}",
    "an event without filters": on("push:\npull_request:\n  types: [opened]"),
    "a schedule": on("schedule:\n  - cron: '0 0 * * *'"),
    "filters that are texts": on("push:\n  branches: main\n  tags: 'v*'\n  paths: src/**"),
    "inputs of every type": on(
        "workflow_dispatch:\n  inputs:\n    a: {type: boolean}\n    b: {type: choice, options: [x, y]}\n    c:"
    ).replace("    c:", "    c: {}"),
    "a workflow to be called": on(
        "workflow_call:\n  inputs:\n    a: {type: string}\n  outputs:\n    o: {value: x}\n  secrets:\n    s:"
    ),
    "an anchor": f"{ON}\nenv: &e\n  A: 1\njobs:\n  a:\n    runs-on: x\n    env: *e\n    steps: [run: y]\n",
    "tabs between the parts": f"on:\tpush\t# c\nname: a\t\n{JOB}",
    "needs with another case": f"{ON}\n{JOB[:-1]}, b: {{needs: [a], runs-on: x, steps: [run: y]}}}}",
    "permissions of each kind": job("permissions: write-all\nruns-on: x\nsteps: [run: y]"),
    "no permissions": f"{ON}\npermissions: {{}}\n{JOB}",
    "permissions by scope": f"{ON}\npermissions:\n  contents: read\n  id-token: write\n  models: read\n{JOB}",
    "an environment by name": job("environment: e\nruns-on: x\nsteps: [run: y]"),
    "an environment by expression": job("environment: ${{ github.ref_name }}\nruns-on: x\nsteps: [run: y]"),
    "an environment with an address": job("environment: {name: e, url: 'http://e'}\nruns-on: x\nsteps: [run: y]"),
    "an env that is empty": job("env:\nruns-on: x\nsteps: [run: y]").replace("env:", "env: {}"),
    "a call": job("uses: o/r/.github/workflows/b.yml@v1\nwith: {a: b}\nsecrets: inherit\npermissions: {}"),
    "a job with everything": job(
        "name: n\nneeds: []\nif: always()\nruns-on: [x, y]\ntimeout-minutes: 5\ncontinue-on-error: true\n"
        "container: c\nservices: {}\nstrategy: {matrix: {v: [1.10, 2]}}\noutputs: {o: p}\n"
        "defaults: {run: {shell: bash}}\nconcurrency: g\nsteps:\n  - run: y"
    ),
    "parallel steps": job("runs-on: x\nsteps: [{parallel: [{run: y}, {uses: z@v1}]}]"),
    "a call in the same repository": job("uses: $/.github/workflows/b.yml"),
    "newer keys": on("schedule: [{cron: '0 0 * * *', timezone: Europe/Berlin}]"),
    "every event": f"on: [image_version, registry_package, pull_request_comment, merge_group]\n{JOB}",
    "a step with everything": step(
        "id: i\nname: n\nif: always()\nrun: y\nshell: bash\nworking-directory: w\nenv: {A: b}\n"
        "continue-on-error: true\ntimeout-minutes: 3"
    ),
}

# What the published parser refuses and the platform passes over: well-run projects have such files.
IGNORED = {
    "a filter that push does not have": (on("push: {branch: [main]}"), "on.push.branch"),
    "types of a push": (on("push: {types: [a]}"), "on.push.types"),
    "branches of a release": (on("release: {branches: [main]}"), "on.release.branches"),
    "a key of a run by hand": (on("workflow_dispatch: {workflow: '*'}"), "on.workflow_dispatch.workflow"),
    "paths of a merge group": (on("merge_group: {paths: [a]}"), "on.merge_group.paths"),
    "branches of a called workflow": (on("workflow_call: {branches: [x]}"), "on.workflow_call.branches"),
}
