"""Every shape that a written workflow can have."""

from __future__ import annotations

import itertools

from publish_gate.init.answers import Plan, VersionSource
from publish_gate.targets import BUILT_IN

TARGETS = [tuple(BUILT_IN[name] for name in names) for names in (("testpypi",), ("pypi",), ("testpypi", "pypi"))]
COMMIT = "0123456789abcdef0123456789abcdef01234567"
ALL = [
    Plan("demo", targets, "release.yml", "main", folder, declared, version, commit)
    for targets, folder, declared, version, commit in itertools.product(
        TARGETS, (".", "packages/demo"), (True, False), VersionSource, (None, COMMIT)
    )
]  # fmt: skip


def label(plan: Plan) -> str:
    """Return a name of a plan for the report of a test."""
    names = "+".join(target.name for target in plan.targets)
    return f"{names}, {plan.version.name.lower()}, {plan.folder}, {plan.package_declared}, {plan.own_commit is None}"
