"""Hold the outputs of a step of the action against what they must be; for the workflows that try it.

    OUTPUTS='{"should-build": "true"}' OUTCOME=success python scripts/expect.py should-build=true

A workflow hands over ``${{ toJSON(steps.ID.outputs) }}`` and ``${{ steps.ID.outcome }}``.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def differences(
    expected: Sequence[str], outputs: Mapping[str, str], wanted: str | None, outcome: str | None
) -> list[str]:
    """Return what is not as expected, one line each; an output that was not written counts as empty."""
    found = []
    if wanted is not None and wanted != outcome:
        found.append(f"the step ended with {outcome!r}, not with {wanted!r}")
    for each in expected:
        name, _, value = each.partition("=")
        if outputs.get(name, "") != value:
            found.append(f"{name} is {outputs.get(name, '')!r}, not {value!r}")
    return found


def main() -> int:
    """Compare, and say what differs."""
    parser = argparse.ArgumentParser(description="Hold the outputs of a step against what they must be.")
    parser.add_argument("outputs", nargs="+", metavar="NAME=VALUE")
    parser.add_argument("--outcome", help="how the step must have ended")
    options = parser.parse_args()
    outputs = json.loads(os.environ["OUTPUTS"])
    found = differences(options.outputs, outputs, options.outcome, os.environ.get("OUTCOME"))
    for line in found:
        print(f"::error::{line}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
