"""Runs one regular expression: a program of its own, so that a pattern that never ends can be stopped.

A question comes in as JSON, the answer goes out as JSON; nothing else of Publish Gate is imported.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from typing import Any


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Search a text, or replace in it if there is a ``replacement``; an ``error`` says why that is not possible."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            compiled = re.compile(question["pattern"], question["flags"])
        if "replacement" in question:
            return {"text": compiled.sub(question["replacement"], question["text"])}
        match = compiled.search(question["text"])
    except (re.error, ArithmeticError, LookupError, ValueError, RecursionError, MemoryError) as error:
        return {"error": f"{error}"[:200] or type(error).__name__}
    if match is None:
        return {}
    numbers = range(compiled.groups + 1)
    names = dict(compiled.groupindex)
    return {"groups": [match[n] for n in numbers], "starts": [match.start(n) for n in numbers], "names": names}


if __name__ == "__main__":  # pragma: no cover - a process of its own
    sys.stdout.write(json.dumps(answer(json.loads(sys.stdin.buffer.read()))))
