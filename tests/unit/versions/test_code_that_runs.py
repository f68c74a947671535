"""Reading a module notices every place where code of the project runs: that code may rebind the version."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.versions.trees import plant

from publish_gate.versions import VersionFault
from publish_gate.versions.python import read_python

if TYPE_CHECKING:
    from pathlib import Path

FUNCTION = """\
import x
def f(*a):
    global __version__
    __version__ = "2"
__version__ = "1"
"""

CALLS = {
    "in an annotation without a value": "a: f()",
    "in an annotation with a value": "a: f() = 1",
    "in an annotation inside a class": "class A:\n    a: f()",
    "in the annotation of an argument": "def g(a: f()): pass",
    "in the annotation of a keyword argument": "def g(*, a: f()): pass",
    "in the annotation of what is returned": "async def g() -> f(): pass",
    "in a default": "def g(a=f()): pass",
    "in the default of a lambda": "g = lambda a=f(): a",
    "in the default of a lambda's keyword argument": "g = lambda *, a=f(): a",
    "in an attribute that is declared": "x.y(f()).z: int",
    "in an index that is deleted": "del x.y[f()]",
    "in an index that is added to": "x.y[f()] += 1",
    "in an index among other targets": "x.y[f()], a = 1, 2",
    "in an index that a loop binds": "for x.y[f()] in x.z: pass",
    "in an f-string behind something unknown": 'f"{x.y}{f()}"',
    "in the width of something unknown": 'f"{x.y:{f()}}"',
    "in a set behind something unknown": "{y, f()}",
}

OBJECT = """\
import x
class A:
    def __iter__(self):
        global __version__
        __version__ = "2"
    __bool__ = __eq__ = __add__ = __hash__ = __format__ = __iter__
a = A()
__version__ = "1"
"""

USES = {
    "by a loop through it": "for b in a: pass",
    "by a loop while it is true": "while a: pass",
    "by a match": "match a:\n    case 1: pass",
    "by a star": "[*a]",
    "by a set of it": "{x.y, a}",
    "by a comprehension of a set": "{b for b in a}",
    "by a comprehension of a dict": "{b: 1 for b in a}",
    "by an operator after `and`": "x.y and a + 1",
    "by an operator after a condition": "1 if x.y else a + 1",
    "by an operator in a set behind something unknown": "{y, a + 1}",
    "by an f-string": 'f"{x.y}{a}"',
}


@pytest.mark.parametrize("statement", [pytest.param(row, id=name) for name, row in CALLS.items()])
def test_it_notices_a_call(statement: str, tmp_path: Path) -> None:
    reading = read_python(plant(tmp_path, {"v.py": FUNCTION + statement}), "v.py", "__version__")
    assert isinstance(reading, VersionFault), reading
    assert reading.cause == "global"


@pytest.mark.parametrize("statement", [pytest.param(row, id=name) for name, row in USES.items()])
def test_it_notices_that_an_object_is_used(statement: str, tmp_path: Path) -> None:
    reading = read_python(plant(tmp_path, {"v.py": OBJECT + statement}), "v.py", "__version__")
    assert isinstance(reading, VersionFault), reading
    assert reading.cause == "global"
