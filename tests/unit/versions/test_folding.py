"""What a top-to-bottom reading of a Python file knows, and what it refuses to know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from unit.versions.trees import plant

from publish_gate.versions import FoundVersion, VersionFault
from publish_gate.versions.python import read_python

if TYPE_CHECKING:
    from pathlib import Path

KNOWN = {
    "a plain string": '__version__ = "1.2.3"',
    "a raw string": '__version__ = r"1.2.3"',
    "a byte order mark": '\ufeff__version__ = "1.2.3"',
    "carriage returns": '# x\r\n__version__ = "1.2.3"\r\n',
    "an old Macintosh's line ends": '# x\r__version__ = "1.2.3"\r',
    "an invalid escape that Python warns of": 'x = "\\d"\n__version__ = "1.2.3"',
    "an annotation": '__version__: str = "1.2.3"',
    "an annotation that calls": '__version__: Annotated[str, Doc("x")] = "1.2.3"',
    "a declaration before the value": '__version__: str\n__version__ = "1.2.3"',
    "brackets around it": '__version__ = (\n  "1.2.3"\n)',
    "an alias": 'VERSION = "1.2.3"\n__version__ = VERSION',
    "a sum of texts": '__version__ = "1.2" + ".3"',
    "a text that grows": '__version__ = "1.2"\n__version__ += ".3"',
    "a tuple that grows": 'v = (1, 2)\nv += (3,)\n__version__ = ".".join(map(str, v))',
    "percent of a tuple": '__version__ = "%d.%d.%d" % (1, 2, 3)',
    "percent of a dict": '__version__ = "%(a)s.2.3" % {"a": 1}',
    "format by position": '__version__ = "{}.{}.{}".format(1, 2, 3)',
    "format by number": '__version__ = "{0}.{1}.{2:d}".format(1, 2, 3)',
    "format by name": '__version__ = "{a}.2.3".format(a=1)',
    "format of an unpacked tuple": 'v = (1, 2, 3)\n__version__ = "{}.{}.{}".format(*v)',
    "format of an unpacked dict": 'v = {"a": 1}\n__version__ = "{a}.2.3".format(**v)',
    "an f-string": 'a = 1\n__version__ = f"{a}.2.{3}"',
    "an f-string with a conversion": '__version__ = f"{1!s}.2.3"',
    "an f-string with a width": '__version__ = f"{1:d}.2.{3:>1}"',
    "a nested width": 'w = 1\n__version__ = f"{1:{w}}.2.3"',
    "map over numbers": '__version__ = ".".join(map(str, (1, 2, 3)))',
    "map over a list": '__version__ = ".".join(map(str, [1, 2, 3]))',
    "a list comprehension": '__version__ = ".".join([str(x) for x in (1, 2, 3)])',
    "a comprehension with a condition": '__version__ = ".".join(x for x in "1023" if x != "0")',
    "a comprehension that unpacks": '__version__ = ".".join(a for a, b in [("1", 0), ("2", 0), ("3", 0)])',
    "a slice of a tuple": 'v = (1, 2, 3, "final", 0)\n__version__ = ".".join(map(str, v[:3]))',
    "a slice of a text": '__version__ = "v1.2.3"[1:]',
    "a slice with a step": '__version__ = "1x.x2x.x3"[::2]',
    "an index from the end": '__version__ = ("0", "1.2.3")[-1]',
    "a nested dict": 'd = {"a": {"b": "1.2.3"}}\n__version__ = d["a"]["b"]',
    "a dict made of another": 'd = {"v": "1.2.3"}\ne = {**d, "x": 1}\n__version__ = e["v"]',
    "a dict that is filled": 'd = {}\nd["v"] = "1.2.3"\n__version__ = d["v"]',
    "a dict that is filled beside a tuple": 't = (1, 2)\nd = {}\nd["v"] = "1.2.3"\n__version__ = d["v"]',
    "a dict that is updated": 'd = {}\nd.update(v="1.2.3")\n__version__ = d["v"]',
    "a dict that is updated by a dict": 'd = {}\nd.update({"v": "1.2.3"})\n__version__ = d["v"]',
    "dict.get": '__version__ = {"v": "1.2.3"}.get("v")',
    "the values of a dict": '__version__ = ".".join({"a": "1", "b": "2", "c": "3"}.values())',
    "a dict under two names": 'd = {}\ne = d\nd["v"] = "1.2.3"\n__version__ = e["v"]',
    "replace": '__version__ = "1-2-3".replace("-", ".")',
    "removeprefix": '__version__ = "v1.2.3".removeprefix("v")',
    "split and join": '__version__ = ".".join("1,2,3".split(","))',
    "lstrip": '__version__ = "v1.2.3".lstrip("v")',
    "encode and decode": '__version__ = "1.2.3".encode("ascii").decode()',
    "a star in a tuple": 'v = (2, 3)\n__version__ = "%d.%d.%d" % (1, *v)',
    "unpacking a tuple": 'a, b, c = 1, 2, 3\n__version__ = f"{a}.{b}.{c}"',
    "unpacking a nested tuple": '(a, (b, c)) = (1, (2, 3))\n__version__ = f"{a}.{b}.{c}"',
    "or with an empty text": '__version__ = "" or "1.2.3"',
    "or with a text": '__version__ = "1.2.3" or f()',
    "and": '__version__ = True and "1.2.3"',
    "not": '__version__ = "x" if not True else "1.2.3"',
    "not of a function": 'def f(): pass\n__version__ = "x" if not f else "1.2.3"',
    "arithmetic": '__version__ = f"{3 - 2}.{4 // 2}.{-3 * -1}"',
    "a chain of comparisons": '__version__ = "1.2.3" if 1 < 2 <= 2 != 3 else "x"',
    "membership": '__version__ = "1.2.3" if "a" in ("a",) and "b" not in "a" else "x"',
    "is None": 'dev = None\n__version__ = "1.2.3" if dev is None else "x"',
    "is not None": 'dev = None\n__version__ = "x" if dev is not None else "1.2.3"',
    "is True": '__version__ = "1.2.3" if True is True else "x"',
    "an assertion that holds": 'assert True\n__version__ = "1.2.3"',
    "repetition": '__version__ = "1" + ".2" * 1 + ".3"',
    "format()": '__version__ = format(1) + ".2." + format(3, "d")',
    "max of a tuple": '__version__ = max(("0.1", "1.2.3"))',
    "sorted": '__version__ = ".".join(sorted(("2", "3", "1")))',
    "reversed": '__version__ = ".".join(reversed(("3", "2", "1")))',
    "range": '__version__ = ".".join(map(str, range(1, 4)))',
    "enumerate": '__version__ = ".".join(str(i + 1) for i, _ in enumerate("abc"))',
    "zip": '__version__ = "".join(a + b for a, b in zip("123", ("." , ".", "")))',
    "len": '__version__ = "1.2." + str(len("abc"))',
    "list and tuple": '__version__ = ".".join(list(tuple("123")))',
    "int of a text": '__version__ = "1.2.%d" % int("3")',
    "dict of pairs": '__version__ = dict([("v", "1.2.3")])["v"]',
    "TYPE_CHECKING from typing": (
        'from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    __version__ = "x"\nelse:\n    __version__ = "1.2.3"'
    ),
    "typing.TYPE_CHECKING": 'import typing\nif not typing.TYPE_CHECKING:\n    __version__ = "1.2.3"',
    "typing under another name": (
        'import typing as t\nif t.TYPE_CHECKING:\n    __version__: str\nelse:\n    __version__ = "1.2.3"'
    ),
    "the main guard": '__version__ = "1.2.3"\nif __name__ == "__main__":\n    __version__ = "x"',
    "the main guard turned round": 'if "__main__" != __name__:\n    __version__ = "1.2.3"',
    "branches that agree": (
        'import sys\nif sys.platform == "win32":\n    __version__ = "1.2.3"\nelse:\n    __version__ = "1.2.3"'
    ),
    "imports that agree in both branches": (
        "import x\nif x.y:\n    import typing as t\nelse:\n    import typing as t\n"
        '__version__ = "x" if t.TYPE_CHECKING else "1.2.3"'
    ),
    "a branch that raises": (
        'import sys\nif sys.version_info < (3, 8):\n    raise RuntimeError("x")\n__version__ = "1.2.3"'
    ),
    "a branch that exits": 'import sys\nif sys.version_info < (3, 8):\n    sys.exit("x")\n__version__ = "1.2.3"',
    "elif after a known condition": 'a = 2\nif a == 1:\n    __version__ = "x"\nelif a == 2:\n    __version__ = "1.2.3"',
    "try with a constant": 'try:\n    __version__ = "1.2.3"\nexcept Exception:\n    __version__ = "x"',
    "try with nothing that can fail": (
        'try:\n    def f(): pass\n    pass\n    x: int\n    __version__: str = "1.2.3"\n'
        'except Exception:\n    __version__ = "x"'
    ),
    "try and finally": 'try:\n    __version__ = "1.2.3"\nfinally:\n    x = 1',
    "try around something else": '__version__ = "1.2.3"\ntry:\n    import numpy\nexcept ImportError:\n    numpy = None',
    "try whose handlers raise": (
        'try:\n    import numpy\n    __version__ = "1.2.3"\nexcept ImportError:\n    raise RuntimeError("x")'
    ),
    "a loop around something else": '__version__ = "1.2.3"\nfor x in y():\n    z = x\nwhile z:\n    z = 0',
    "a with around something else": '__version__ = "1.2.3"\nwith open("x") as f:\n    text = f.read()',
    "a match around something else": (
        '__version__ = "1.2.3"\nmatch x:\n    case [a, *b]:\n        c = a\n    case {"k": d, **e}:\n        pass'
    ),
    "a function with a local of that name": '__version__ = "1.2.3"\ndef f():\n    __version__ = "x"\nf()',
    "a function with global that nobody calls": (
        '__version__ = "1.2.3"\ndef f():\n    global __version__\n    __version__ = "x"'
    ),
    "a global that is rebound after the call": 'def f():\n    global __version__\nf()\n__version__ = "1.2.3"',
    "a call of a library with a reflective function about": (
        '__version__ = "1.2.3"\nimport logging\nlogging.getLogger("x")\ndef __getattr__(name):\n    globals()[name] = 1'
    ),
    "a dict that is changed inside a list": 'a = {}\nb = [a]\nb[0]["v"] = "1.2.3"\n__version__ = a["v"]',
    "a method that sets attributes of its object": (
        '__version__ = "1.2.3"\nclass A:\n    def __init__(self):\n        setattr(self, "x", 1)\nA()'
    ),
    "an unrelated lambda": '__version__ = "1.2.3"\nf = lambda x=1: x',
    "an unrelated star import before": 'from ctypes import *\n__version__ = "1.2.3"',
    "exec before": 'exec("x = 1")\n__version__ = "1.2.3"',
    "del of another name": 'a = 1\n__version__ = "1.2.3"\ndel a',
    "an attribute of a class": 'class A:\n    major = 1\n    v = f"{major}.2.3"\n__version__ = A.v',
    "an attribute of a class with a condition in its body": (
        'import x\nclass A:\n    v = "1.2.3"\n    if x.y:\n        w = 1\n__version__ = A.v'
    ),
    "an attribute of a class with a `with` in its body": (
        'import x\nclass A:\n    v = "1.2.3"\n    with x.y:\n        w = 1\n__version__ = A.v'
    ),
    "an attribute of a class with object": 'class A(object):\n    v = "1.2.3"\n__version__ = A.v',
    "getattr": 'class A:\n    v = "1.2.3"\n__version__ = getattr(A, "v")',
    "a list of names beside": '__all__ = ["a"]\n__all__ += ["b"]\n__all__.append("c")\n__version__ = "1.2.3"',
    "names added to a module path": 'import sys\nsys.path.insert(0, "x")\n__version__ = "1.2.3"',
    "a function that returns a text": 'def f():\n    """Give it."""\n    return "1.2.3"\n__version__ = f()',
    "a function of one expression": 'def f(v):\n    return ".".join(map(str, v))\n__version__ = f((1, 2, 3))',
    "a function with named arguments": 'def f(a, b):\n    return a + b\n__version__ = f("1.2", b=".3")',
    "a function that calls another": 'def f(a):\n    return a\ndef g():\n    return f("1.2.3")\n__version__ = g()',
    "a lambda": '__version__ = (lambda: "1.2.3")()',
    "a walrus as the statement": '(__version__ := "1.2.3")',
    "a named tuple": (
        "from collections import namedtuple\nV = namedtuple('V', 'major minor micro')\nv = V(1, 2, micro=3)\n"
        '__version__ = f"{v.major}.{v[1]}." + "{0.micro}".format(v)'
    ),
    "a named tuple with a list of fields": (
        "import collections\nV = collections.namedtuple('V', ['a', 'b', 'c'], defaults=[3])\n"
        '__version__ = "%s.%s.%s" % V(1, 2)'
    ),
    "a named tuple by its class": (
        "from typing import NamedTuple\nclass V(NamedTuple):\n    a: int\n    b: int = 2\n    c: int = 3\n"
        '    def __str__(self):\n        return "x"\n__version__ = ".".join(map(str, V(1)))'
    ),
    "a subclass of a named tuple": (
        "from collections import namedtuple\nclass V(namedtuple('V', 'a b c')):\n    pass\n"
        '__version__ = ".".join(map(str, V(1, 2, 3)))'
    ),
    "branches that leave the same named tuple's items": (
        "from collections import namedtuple\nV = namedtuple('V', 'a')\nimport x\nif x.y:\n    v = V('1')\nelse:\n"
        '    v = V("1")\n__version__ = "1.2.3"'
    ),
    "a condition on an old Python": 'import sys\n__version__ = "x" if sys.version_info < (3, 6) else "1.2.3"',
    "a condition on Python 2": 'import sys\n__version__ = "x" if sys.version_info[0] == 2 else "1.2.3"',
    "a condition on the major version": 'import sys\nif sys.version_info.major > 2:\n    __version__ = "1.2.3"',
    "a condition on two numbers": 'import sys\nif sys.version_info[:2] >= (3, 7):\n    __version__ = "1.2.3"',
    "a condition turned round": 'import sys\nif (2, 7) <= sys.version_info:\n    __version__ = "1.2.3"',
    "a condition that is not another version": (
        'import sys\nif sys.version_info[:2] != (2, 7):\n    __version__ = "1.2.3"'
    ),
    "a condition on hexversion": 'from sys import hexversion\nif hexversion > 0x03000000:\n    __version__ = "1.2.3"',
    "format_map": '__version__ = "{a}.{b}".format_map({"a": "1.2", "b": 3})',
    "re.sub": 'import re\n__version__ = re.sub("-", ".", "1-2-3")',
    "a dict with members that are not known": 'd = {"a": f(), "v": "1.2.3"}\n__version__ = d["v"]',
    "dict() with members that are not known": 'd = dict(a=f(), v="1.2.3")\n__version__ = d.get("v")',
    "a dict made of another one": 'import x\nd = dict({"v": "1.2.3", "a": x.y})\n__version__ = d["v"]',
    "dict() of something not known": 'import x\nd = dict(x.y, v="1.2.3")\n__version__ = d["v"]',
    "dict() that unpacks something not known": 'import x\nd = dict(v="1.2.3", **x.y)\n__version__ = d["v"]',
    "a dict that unpacks one like it": 'import x\nd = {"v": "1.2.3", "a": x.y}\n__version__ = {**d, "b": 1}["v"]',
    "a dict that unpacks something not known before": 'import x\nd = {**x.y, "v": "1.2.3"}\n__version__ = d["v"]',
    "a member that is set": 'import x\nd = {"a": x.y}\nd["v"] = "1.2.3"\n__version__ = d["v"]',
    "a member beside one that is set": 'import x\nd = {"v": "1.2.3"}\nd["a"] = x.y\n__version__ = d["v"]',
    "an update with something not known": 'import x\nd = {"v": "1.2.3"}\nd.update(a=x.y())\n__version__ = d["v"]',
    "an update with a dict like it": (
        'import x\nd = {"a": x.y}\nd.update({"v": "1.2.3", "b": x.y})\n__version__ = d["v"]'
    ),
    "a member asked for with a default": 'import x\nd = {"a": x.y}\n__version__ = d.get("v", "1.2.3")',
    "a dict that gets a member under a condition": (
        'import x\nd = {"v": "1.2.3"}\nif x.y:\n    d["a"] = 1\n__version__ = d["v"]'
    ),
    "a dict that gets a member in a try": (
        'import x\nd = {"v": "1.2.3"}\ntry:\n    d["a"] = x.y()\nexcept ImportError:\n    pass\n__version__ = d["v"]'
    ),
    "sys.modules replaced": 'import sys\n__version__ = "1.2.3"\nsys.modules[__name__] = X()',
    "sys.modules imported": 'from sys import modules\n__version__ = "1.2.3"\nmodules[__name__] = X()',
    "sys.modules replaced once no name is certain": (
        'import sys\n__version__ = "1.2.3"\ndef f():\n    globals()["a"] = 1\nf()\nsys.modules[__name__] = X()'
    ),
    "a namespace that is only asked": (
        '__version__ = "1.2.3"\nif globals().get("x") and "y" not in globals():\n    z = globals()["z"]\nf()'
    ),
    "a namespace that is formatted": (
        '__version__ = "1.2.3"\nv = "{v}".format_map(locals())\nw = "%(v)s" % globals()\nf()'
    ),
    "a namespace that is unpacked": '__version__ = "1.2.3"\nv = "{v}".format(**globals())\nf()',
    "another name set in the namespace": '__version__ = "1.2.3"\nglobals()["a".upper()] = 1\nf()',
    "a namespace that is kept for a loop before": (
        'import x\ng = globals()\nfor a in x.y:\n    g[a] = 1\ndel g\n__version__ = "1.2.3"\nf()'
    ),
    "exec of its own code in a function": '__version__ = "1.2.3"\ndef f():\n    exec("x = 1")\nf()',
    "exec in a function with a namespace": '__version__ = "1.2.3"\ndef f(code, env):\n    exec(code, env)\nf(1, {})',
    "setattr on a class in a function": '__version__ = "1.2.3"\nclass A: pass\ndef f(n):\n    setattr(A, n, 1)\nf("x")',
    "setattr on an object's part": (
        '__version__ = "1.2.3"\nclass A:\n    def f(self, n):\n        setattr(self.b.c, n, 1)\nA().f("x")'
    ),
    "setattr on a class": 'import x\nclass A: pass\n__version__ = "1.2.3"\nsetattr(A, x.y, 1)',
    "setattr of another name": 'import x\n__version__ = "1.2.3"\nsetattr(x.y, "z", 1)',
    "a module that makes lazy names": (
        'import sys\n__version__ = "1.2.3"\ndef attach(name):\n    def get(part):\n        m = sys.modules[name]\n'
        "        m.__dict__[part] = 1\n    return get\n__getattr__ = attach(__name__)"
    ),
    "a branch that may raise": 'import x\nif x.y:\n    raise RuntimeError("x")\n__version__ = "1.2.3"',
    "a dict of numbers": 'v = {1: "1.2.3"}\n__version__ = v[1]',
    "a dict beside another that is changed": (
        'import x\na = {"b": x.y, "v": "1.2.3"}\nc = {"d": x.y}\nc["e"] = 1\n__version__ = a["v"]'
    ),
    "dict() of what a function of the project gives": (
        'def f():\n    return x\nd = dict(f(), v="1.2.3")\n__version__ = d["v"]'
    ),
    "local names in a function": '__version__ = "1.2.3"\ndef f(n):\n    locals()[n] = 1\n    vars()[n] = 2\nf("x")',
    "a namespace that a function used before it was given back": (
        'import x\ng = globals()\ndef f(n):\n    g[n] = 1\nf(x.y)\ndel g, f\n__version__ = "1.2.3"\nx.z(x)\nA()'
    ),
    "a walrus as the value": '__version__ = (v := "1.2.3")',
    "VERSION where there is no __version__": 'VERSION = "1.2.3"',
    "version where there is no other": 'version = "1.2.3"',
    "print": '__version__ = "1.2.3"\nprint(__version__)',
    "global at the top": 'global x\n__version__ = "1.2.3"',
    "an unpacked unknown": '__version__ = "1.2.3"\na, *b = f()',
    "an async function": '__version__ = "1.2.3"\nasync def f(*, a=1): pass',
    "a decorated function beside": 'import functools\n@functools.cache\ndef f(): pass\n__version__ = "1.2.3"',
    "an attribute of something foreign set": 'import x\nx.y = 1\n__version__ = "1.2.3"',
    "an item deleted": 'd = {}\ndel d["x"]\n__version__ = "1.2.3"',
    "names deleted in brackets": 'a = b = 1\ndel (a, b)\n__version__ = "1.2.3"',
    "a type alias by name": 'import typing\nX: typing.TypeAlias = int\n__version__ = "1.2.3"',
}

REFUSED = {
    "importlib.metadata": (
        'from importlib.metadata import version\n__version__ = version("pkg")',
        "installed-metadata",
    ),
    "importlib.metadata in try": (
        (
            'import importlib.metadata\ntry:\n    __version__ = importlib.metadata.version("p")\n'
            'except Exception:\n    __version__ = "unknown"'
        ),
        "installed-metadata",
    ),
    "the backport": ('import importlib_metadata\n__version__ = importlib_metadata.version("p")', "installed-metadata"),
    "pkg_resources": (
        'import pkg_resources\n__version__ = pkg_resources.get_distribution("p").version',
        "installed-metadata",
    ),
    "pkg_resources in try": (
        (
            "try:\n    from pkg_resources import get_distribution\n"
            '    __version__ = get_distribution("p").version\nexcept Exception:\n    __version__ = "9999"'
        ),
        "installed-metadata",
    ),
    "a literal only for ImportError": (
        'try:\n    from ._version import __version__\nexcept ImportError:\n    __version__ = "0+unknown"',
        "import-not-in-tree",
    ),
    "a literal overridden in try": (
        '__version__ = "0.1.dev1"\ntry:\n    from ._generated import __version__\nexcept ImportError:\n    pass',
        "import-not-in-tree",
    ),
    "a function that does more than return": ('def f():\n    x = "1"\n    return x\n__version__ = f()', "call"),
    "a function with a default": ('def f(a="1"):\n    return a\n__version__ = f()', "call"),
    "a function with too few arguments": ('def f(a, b):\n    return a\n__version__ = f("1")', "call"),
    "a function with another argument": ('def f(a):\n    return a\n__version__ = f(b="1")', "call"),
    "a function that calls itself": ('def f(a):\n    return f(a)\n__version__ = f("1")', "call"),
    "a function that calls itself often": ('def f(a):\n    return f(a) + f(a) + f(a)\n__version__ = f("1")', "call"),
    "a function whose arguments are unpacked": ("def f(a):\n    return a\n__version__ = f(**x)", "call"),
    "an async function": ('async def f():\n    return "1"\n__version__ = f()', "call"),
    "a generator function": ('def f():\n    return (yield "1")\n__version__ = f()', "call"),
    "a function that returns nothing": ("def f():\n    return\n__version__ = f()", "call"),
    "a function that returns a list": ('def f():\n    return ["1"]\na = f()\n__version__ = a[0]', "call"),
    "a function that reads a file": ('def f():\n    return open("v").read()\n__version__ = f()', "call"),
    "a name set in the namespace by a function": (
        '__version__ = "1"\ndef f(n):\n    globals()[n] = "2"\nf("__version__")',
        "changed-by-code",
    ),
    "a namespace handed on": ('__version__ = "1"\ndef f(g):\n    g["x"] = 1\nf(globals())', "changed-by-code"),
    "a namespace kept and updated": ('g = globals()\n__version__ = "1"\ng.update(f())', "changed-by-code"),
    "a namespace kept for a function": (
        'g = globals()\n__version__ = "1"\ndef f(n):\n    g[n] = "2"\nf("x")',
        "changed-by-code",
    ),
    "exec in a function that is called": ('__version__ = "1"\ndef f(c):\n    exec(c)\nf("x")', "changed-by-code"),
    "exec of its own global code in a function": (
        '__version__ = "1"\ndef f():\n    exec("global __version__; __version__ = 2")\nf()',
        "changed-by-code",
    ),
    "setattr on a module in a function": (
        'import sys\n__version__ = "1"\ndef f(n):\n    setattr(sys.modules[__name__], n, "2")\nf("x")',
        "changed-by-code",
    ),
    "setattr of the name in a function": (
        '__version__ = "1"\ndef f(m):\n    setattr(m, "__version__", "2")\n    globals()["x"] = 1\nf(1)',
        "changed-by-code",
    ),
    "setattr of any name": ('import x\n__version__ = "1"\nsetattr(x.y, x.z, 1)', "exec"),
    "a name bound twice in a module with reflection": (
        '__version__ = "1"\n__version__ = "2"\ndef f():\n    globals()["x"] = 1\nf()',
        "changed-by-code",
    ),
    "a condition on a current Python": (
        'import sys\n__version__ = "1" if sys.version_info < (3, 12) else "2"',
        "conditional",
    ),
    "a condition that is one version": (
        'import sys\n__version__ = "1" if sys.version_info[:2] == (3, 12) else "2"',
        "conditional",
    ),
    "a condition that is one of several": (
        'import sys\n__version__ = "1" if sys.version_info[:2] in ((3, 12),) else "2"',
        "conditional",
    ),
    "a condition that compares with something unknown": (
        'import sys\n__version__ = "1" if sys.version_info < f() else "2"',
        "conditional",
    ),
    "the version of Python": ("import sys\n__version__ = sys.version_info[1]", "not-a-string"),
    "the text of a named tuple": (
        'from collections import namedtuple\n__version__ = str(namedtuple("V", "a")("1"))',
        "expression",
    ),
    "a named tuple in a template": (
        'from collections import namedtuple\n__version__ = "{}".format(namedtuple("V", "a")("1"))',
        "expression",
    ),
    "a named tuple that holds more": (
        'from collections import namedtuple\n__version__ = "{0.a}".format(namedtuple("V", "a")([1]))',
        "expression",
    ),
    "another attribute of a named tuple": (
        'from collections import namedtuple\n__version__ = namedtuple("V", "a")("1").count',
        "expression",
    ),
    "a named tuple with too few items": (
        'from collections import namedtuple\n__version__ = namedtuple("V", "a b")("1").a',
        "expression",
    ),
    "a named tuple with odd fields": (
        'from collections import namedtuple\n__version__ = namedtuple("V", "a-b")("1")[0]',
        "expression",
    ),
    "a named tuple with odd options": (
        'from collections import namedtuple\n__version__ = namedtuple("V", "a", rename=True)("1").a',
        "expression",
    ),
    "a named tuple that makes its items up": (
        (
            "from typing import NamedTuple\nclass V(NamedTuple):\n    a: int\n    def __getattribute__(self, n):\n"
            '        return "2"\n__version__ = V("1").a'
        ),
        "call-of-project-class",
    ),
    "a named tuple with a default that is not known": (
        "from typing import NamedTuple\nclass V(NamedTuple):\n    a: int = f()\n__version__ = V().a",
        "call-of-project-class",
    ),
    "a subclass that replaces an item": (
        "from collections import namedtuple\nclass V(namedtuple('V', 'a')):\n    a = 2\n__version__ = V('1').a",
        "call-of-project-class",
    ),
    "format_map of something not known": ('__version__ = "{a}".format_map(f())', "call"),
    "re.sub with repetitions": ('import re\n__version__ = re.sub("a+", ".", "1a2")', "expression"),
    "re.sub with a group": ('import re\n__version__ = re.sub("[a]", r"\\1", "1a2")', "expression"),
    "re.sub with a wrong pattern": ('import re\n__version__ = re.sub("[", ".", "1a2")', "expression"),
    "re.sub with a function": ('import re\n__version__ = re.sub("a", str, "1a2")', "call"),
    "re.sub with a count": ('import re\n__version__ = re.sub("a", ".", "1a2", 1)', "expression"),
    "a member that is not known": ('d = {"v": f(), "a": 1}\n__version__ = d["v"]', "unbound"),
    "a member that is not there": ('import x\nd = {"a": x.y}\n__version__ = d["v"]', "expression"),
    "a dict that unpacks something not known after": (
        'import x\nd = {"v": "1", **x.y}\n__version__ = d["v"]',
        "import-not-in-tree",
    ),
    "a dict of numbers and something not known": (
        'import x\nd = {1: "1", 2: x.y}\n__version__ = d[1]',
        "import-not-in-tree",
    ),
    "a dict with a key that is not known": (
        'import x\nd = {"v": "1", x.y: "2"}\n__version__ = d["v"]',
        "import-not-in-tree",
    ),
    "an update that may hold the member": (
        'import x\nd = {"v": "1", "a": x.y}\nd.update(x.z)\n__version__ = d["v"]',
        "changed-by-code",
    ),
    "a method that may change the member": (
        'import x\nd = {"v": "1", "a": x.y}\nd.pop("v")\n__version__ = d["v"]',
        "changed-by-code",
    ),
    "a member set under a condition": (
        'import x\nd = {"v": "1"}\nif x.y:\n    d["v"] = "2"\n__version__ = d["v"]',
        "conditional",
    ),
    "an index that may be the member": (
        'import x\nd = {"v": "1"}\nd[x.y] = "2"\n__version__ = d["v"]',
        "changed-by-code",
    ),
    "a dict that a function changes": (
        'import x\nd = {"v": "1", "a": x.y}\ndef f():\n    d["v"] = "2"\nf()\n__version__ = d["v"]',
        "changed-by-code",
    ),
    "a namespace that is given back after the version": (
        'g = globals()\n__version__ = "1"\ndef f(n):\n    g[n] = "2"\nf("x")\ndel g\nf("x")',
        "changed-by-code",
    ),
    "a namespace that is given back but handed on": (
        'g = globals()\nh = [g]\ndel g\n__version__ = "1"\nf(h)',
        "changed-by-code",
    ),
    "a namespace that a function keeps": (
        'def f(n):\n    g = globals()\n    g[n] = 1\ng = 1\ndel g\n__version__ = "1"\nf("x")',
        "changed-by-code",
    ),
    "a member of a dict with very many": (
        "import x\nd = {" + ", ".join(f"'{n}': x.y" for n in range(300)) + ', "v": "1"}\n__version__ = d["v"]',
        "too-large",
    ),
    "a constant dict with very many members that is changed": (
        "d = dict([" + ", ".join(f"('{n}', 1)" for n in range(300)) + '])\nd["v"] = "1"\n__version__ = d["v"]',
        "changed-by-code",
    ),
    "a dict of numbers that is changed": ('v = {1: "1"}\nv[1] = "2"\n__version__ = v[1]', "changed-by-code"),
    "a named tuple": ('from collections import namedtuple\n__version__ = namedtuple("V", "a")("1")', "not-a-string"),
    "a module __getattr__": ('def __getattr__(name):\n    return "1"', "module-getattr"),
    "nothing": ("x = 1", "nothing-declares-a-version"),
    "an empty file": ("", "nothing-declares-a-version"),
    "a deleted name": ('__version__ = "1"\ndel __version__', "nothing-declares-a-version"),
    "exec after": ('__version__ = "1"\nexec(x)', "exec"),
    "exec of a file": ('__version__ = "1"\nexec(open("v.py").read())', "file-read"),
    "eval after": ('__version__ = "1"\neval("f()")', "exec"),
    "setattr on a module": (
        'import sys\n__version__ = "1"\nsetattr(sys.modules[__name__], "__version__", "2")',
        "exec",
    ),
    "globals() item": ('__version__ = "1"\nglobals()["__version__"] = "2"', "changed-by-code"),
    "globals() update": ('__version__ = "1"\nglobals().update(__version__="2")', "changed-by-code"),
    "globals() kept": ('g = globals()\n__version__ = "1"\ng["__version__"] = "2"', "changed-by-code"),
    "sys.modules attribute": (
        'import sys\n__version__ = "1"\nsys.modules[__name__].__version__ = "2"',
        "changed-by-code",
    ),
    "a star import after": ('__version__ = "1"\nfrom numpy import *', "star-import"),
    "a global in a called function": (
        '__version__ = "1"\ndef f():\n    global __version__\n    __version__ = "2"\nf()',
        "global",
    ),
    "a global in a called method": (
        '__version__ = "1"\nclass A:\n    def f(self):\n        global __version__\nA().f()',
        "global",
    ),
    "a global in a callback": ('__version__ = "1"\ndef f(x):\n    global __version__\nimport x\nx.run(f)', "global"),
    "a global in a decorator": ('__version__ = "1"\ndef f(x):\n    global __version__\n@f\ndef g(): pass', "global"),
    "a global in a class body": (
        '__version__ = "1"\nclass A:\n    global __version__\n    __version__ = "2"',
        "global",
    ),
    "a global in an operator": (
        '__version__ = "1"\nclass A:\n    def __add__(self, o):\n        global __version__\na = A()\nb = a + 1',
        "global",
    ),
    "a global in a property": (
        'class A:\n    @property\n    def p(self):\n        global __version__\na = A()\n__version__ = "1"\na.p',
        "global",
    ),
    "a global in __bool__": (
        'class A:\n    def __bool__(self):\n        global __version__\na = A()\n__version__ = "1"\nif a: pass',
        "global",
    ),
    "a global in __format__": (
        'class A:\n    def __format__(self, s):\n        global __version__\na = A()\n__version__ = "1"\nf"{a}"',
        "global",
    ),
    "a global in __radd__": (
        'import x\nclass A:\n    def __radd__(self, o):\n        global __version__\na = A()\n__version__ = "1"\nx.y+a',
        "global",
    ),
    "a global in __eq__": (
        'class A:\n    def __eq__(self, o):\n        global __version__\na = A()\n__version__ = "1"\na == 1',
        "global",
    ),
    "a global in __getitem__": (
        'class A:\n    def __getitem__(self, o):\n        global __version__\na = A()\n__version__ = "1"\na[0]',
        "global",
    ),
    "a global in a branch of an expression": (
        'def f():\n    global __version__\nimport x\n__version__ = "1"\nx.a or f()',
        "global",
    ),
    "a global in a conditional expression": (
        'def f():\n    global __version__\nimport x\n__version__ = "1"\n1 if x.a else f()',
        "global",
    ),
    "a global in a comprehension": (
        'def f():\n    global __version__\n__version__ = "1"\n[f() for a in "12"]',
        "global",
    ),
    "a global in a set": ('def f():\n    global __version__\n__version__ = "1"\n{f()}', "global"),
    "a global in a context manager": (
        'class A:\n    def __enter__(self):\n        global __version__\na = A()\n__version__ = "1"\nwith a: pass',
        "global",
    ),
    "a class named object": ('class object:\n    pass\nclass A(object):\n    v = "1"\n__version__ = A.v', "class"),
    "a list that grows in place": ('v = ["1"]\nw = v\nw += ["2"]\n__version__ = ".".join(v)', "changed-by-code"),
    "an attribute that grows": ('class A:\n    v = "1"\nA.v += "2"\n__version__ = A.v', "class"),
    "a sum that fails": ('__version__ = "1"\n__version__ += 1', "expression"),
    "an operator of texts": ('__version__ = "1" - "2"', "expression"),
    "a sum of dicts": ("__version__ = {} | {}", "expression"),
    "a minus of a text": ('__version__ = -"1"', "expression"),
    "an unknown index": ('__version__ = "12"[f()]', "unbound"),
    "an index of a number": ("__version__ = 1[0]", "expression"),
    "an unknown key in a dict": ('__version__ = {f(): 1, **g()}["v"]', "unbound"),
    "a key that is a tuple": ('__version__ = {(1, 2): "1"}[1, 2]', "expression"),
    "a generator in a tuple": ('__version__ = ((x for x in "12"), 1)', "expression"),
    "a comparison of generators": ('__version__ = "1" if (x for x in "12") == 1 else "2"', "conditional"),
    "a repetition of a number of texts": ('__version__ = "1" * "2"', "expression"),
    "an unpacked number": ('__version__ = "%d" % (1, *2)', "expression"),
    "dict of two": ('__version__ = dict({}, {})["v"]', "expression"),
    "keywords of a built-in function": ('__version__ = str(object="1")', "expression"),
    "format with a number": ('__version__ = format("1", 2)', "expression"),
    "a long text for int": (f'__version__ = str(int("{"1" * 500}"))', "expression"),
    "a rare form of update": ('d = {"v": "1"}\nd.update([("v", "2")])\n__version__ = d["v"]', "changed-by-code"),
    "an item among other targets": ('d = {"v": "1"}\nd["v"], x = "2", 1\n__version__ = d["v"]', "changed-by-code"),
    "an item as target of a loop": ('d = {"v": "1"}\nfor d["v"] in "2": pass\n__version__ = d["v"]', "changed-by-code"),
    "an item as target of a comprehension": (
        'd = {"v": "1"}\n[0 for d["v"] in "2"]\n__version__ = d["v"]',
        "changed-by-code",
    ),
    "an item as target of a with": (
        'd = {"v": "1"}\nwith open("x") as d["v"]: pass\n__version__ = d["v"]',
        "changed-by-code",
    ),
    "an item of a dict of a class": ('class A:\n    d = {"v": "1"}\nA.d["v"] = "2"\n__version__ = A.d["v"]', "class"),
    "an item of a dict of a class under a name": (
        'class A:\n    d = {"v": "1"}\nx = A.d\nx["v"] = "2"\n__version__ = A.d["v"]',
        "class",
    ),
    "an update with a generator": (
        'd = {}\nd.update(v=(x for x in "12"))\n__version__ = "".join(d["v"])',
        "expression",
    ),
    "a dict with a generator": ('d = dict(v=(x for x in "12"))\n__version__ = "".join(d["v"])', "expression"),
    "a list of generators": ('d = [map(str, "12") for x in "1"]\n__version__ = "".join(d[0])', "expression"),
    "the running file": ("__version__ = __file__", "expression"),
    "getattr with a default": ('class A:\n    v = "1"\n__version__ = getattr(A, "x", "2")', "call"),
    "a star of something unknown": ('__version__ = "{}".format(*"12")', "expression"),
    "a reflective function called": (
        '__version__ = "1"\ndef f():\n    globals()["__version__"] = "2"\nf()',
        "changed-by-code",
    ),
    "a function that uses sys.modules": (
        '__version__ = "1"\ndef f():\n    import sys\n    sys.modules[__name__].__version__ = "2"\nf()',
        "changed-by-code",
    ),
    "a loop": ('for __version__ in ("1",):\n    pass', "conditional"),
    "a value in a loop": ('for x in ("1",):\n    __version__ = x', "conditional"),
    "a while loop": ('while x:\n    __version__ = "1"', "conditional"),
    "a with": ('with open("VERSION") as f:\n    __version__ = f.read().strip()', "file-read"),
    "a constant in a with": ('with x:\n    __version__ = "1"', "conditional"),
    "a match": ("match x:\n    case __version__:\n        pass", "conditional"),
    "a walrus in a condition": ('if (__version__ := "1"):\n    pass', "walrus"),
    "a walrus before its use": ('v = "1"\n__version__ = (v := "2") + v', "walrus"),
    "a walrus in a comprehension": ('__version__ = "1"\n[(__version__ := x) for x in "ab"]', "walrus"),
    "a condition on the platform": ('import sys\n__version__ = "1" if sys.platform == "x" else "2"', "conditional"),
    "branches that differ": (
        'import sys\nif sys.platform == "x":\n    __version__ = "1"\nelse:\n    __version__ = "2"',
        "conditional",
    ),
    "bound in one branch": ('import sys\nif sys.platform == "x":\n    __version__ = "1"', "conditional"),
    "an environment variable": ('import os\n__version__ = os.environ["V"]', "environment"),
    "os.environ.get": ('import os\n__version__ = os.environ.get("V", "1")', "environment"),
    "os.getenv": ('import os\n__version__ = os.getenv("V")', "environment"),
    "a command": ('import subprocess\n__version__ = subprocess.check_output(["git"]).decode()', "command"),
    "the clock": ('import datetime\n__version__ = datetime.date.today().strftime("%Y.%m")', "clock"),
    "setuptools_scm": ("from setuptools_scm import get_version\n__version__ = get_version()", "vcs"),
    "versioneer's usual lines": (
        'from ._version import get_versions\n__version__ = get_versions()["version"]',
        "versioneer",
    ),
    "open in a module": ('__version__ = open("VERSION").read().strip()', "file-read"),
    "read_text": ('import pathlib\n__version__ = pathlib.Path("VERSION").read_text()', "file-read"),
    "pkgutil": ('import pkgutil\n__version__ = pkgutil.get_data("p", "VERSION").decode()', "file-read"),
    "an external class": ('from packaging.version import Version\n__version__ = Version("1")', "call"),
    "str of an external class": ('from packaging.version import Version\n__version__ = str(Version("1"))', "call"),
    "an import from outside": ("from numpy import __version__", "import-not-in-tree"),
    "an attribute from outside": ("import numpy\n__version__ = numpy.__version__", "import-not-in-tree"),
    "a relative import above the checkout": ("from .....x import __version__", "import-not-in-tree"),
    "a function": ("def __version__(): pass", "callable"),
    "a class": ("class __version__: pass", "callable"),
    "a decorated function": ("@f\ndef __version__(): pass", "callable"),
    "a module": ("from . import __version__\n", "import-not-in-tree"),
    "a built-in function": ("__version__ = str", "not-a-string"),
    "None": ("__version__ = None", "not-a-string"),
    "a tuple": ("__version__ = (1, 2)", "not-a-string"),
    "a list": ('__version__ = ["1"]', "not-a-string"),
    "Ellipsis": ("__version__ = ...", "expression"),
    "a complex number": ("__version__ = 1j", "expression"),
    "a generator": ("__version__ = (x for x in '12')", "expression"),
    "the text of a generator": ("__version__ = str(x for x in '12')", "expression"),
    "a set": ("__version__ = {1}", "expression"),
    "a power": ("__version__ = str(9 ** 9)", "expression"),
    "a shift": ("__version__ = str(1 << 9)", "expression"),
    "a division by zero": ("__version__ = str(1 / 0)", "expression"),
    "a missing key": ('__version__ = {}["v"]', "expression"),
    "an index out of range": ("__version__ = ()[1]", "expression"),
    "a type error": ('__version__ = "1" + 1', "expression"),
    "an unbound name": ("__version__ = x", "unbound"),
    "a bound but unknown name before a known one": ('__version__ = f()\nVERSION = "1"', "unbound"),
    "a huge repetition": ('__version__ = "x" * 1000000000', "expression"),
    "a huge repetition in steps": ('a = "x" * 4000\n__version__ = a + a', "too-large"),
    "a huge width of percent": ('__version__ = "%1000000000d" % 1', "expression"),
    "a huge width of percent by star": ('__version__ = "%*d" % (1000000000, 1)', "expression"),
    "a huge width of format": ('__version__ = "{:1000000000}".format(1)', "expression"),
    "a huge width of an f-string": ('__version__ = f"{1:1000000000}"', "expression"),
    "a huge precision": ('__version__ = "%.1000000000f" % 1', "expression"),
    "a huge zfill": ('__version__ = "1".zfill(1000000000)', "expression"),
    "a huge number": (
        "a = 10000000000 * 10000000000\nb = a * a\nc = b * b\nd = c * c\n__version__ = str(d * d)",
        "too-large",
    ),
    "a huge range": ('__version__ = "".join(map(str, range(1000000000)))', "expression"),
    "a tuple that doubles": ("a = (1, 2)\n" + "a = (a, a)\n" * 60 + '__version__ = "%s" % (a,)', "too-large"),
    "a tuple of many levels": ("a = ()\n" + "a = (a,)\n" * 60 + "__version__ = str(a)", "too-large"),
    "a replace that explodes": ('a = "x" * 4000\n__version__ = a.replace("x", a)', "expression"),
    "a join that explodes": ('a = "x" * 4000\n__version__ = a.join(list(a))', "expression"),
    "format that looks inside": ('__version__ = "{0.__class__}".format(1)', "expression"),
    "format that indexes": ('__version__ = "{0[0]}".format("1")', "expression"),
    "percent without values": ('__version__ = "%d.%d" % 1', "expression"),
    "a codec that Python would look up": ('__version__ = b"1".decode("rot13")', "expression"),
    "a method with a side effect": ('a = ["1"]\n__version__ = a.pop()', "call"),
    "a list that is changed elsewhere": ('a = ["1"]\nf(a)\n__version__ = a[0]', "changed-by-code"),
    "a dict that is changed under another name": (
        'a = {"v": "1"}\nb = [a]\na["v"] = "2"\n__version__ = b[0]["v"]',
        "changed-by-code",
    ),
    "a dict that is changed by a function": (
        'a = {"v": "1"}\ndef f():\n    a["v"] = "2"\nf()\n__version__ = a["v"]',
        "changed-by-code",
    ),
    "a dict that is changed in a loop": (
        'a = {"v": "1"}\nfor x in "23":\n    a["v"] = x\n__version__ = a["v"]',
        "conditional",
    ),
    "a dict that is changed by an index": ('a = {"v": "1"}\na[f()] = "2"\n__version__ = a["v"]', "changed-by-code"),
    "a dict that is filled by exec": ('a = {"v": "1"}\nexec("v = 2", a)\n__version__ = a["v"]', "exec"),
    "an attribute of a class that is set": ('class A:\n    v = "1"\nA.v = "2"\n__version__ = A.v', "class"),
    "an attribute of a class with a base": ('class A(B):\n    v = "1"\n__version__ = A.v', "class"),
    "an attribute of a class with a metaclass": ('class A(metaclass=M):\n    v = "1"\n__version__ = A.v', "class"),
    "an attribute that a class lacks": ("class A:\n    pass\n__version__ = A.v", "class"),
    "an attribute of a text": ('__version__ = "1".x', "expression"),
    "identity of texts": ('__version__ = "1" if "a" is "a" else "2"', "conditional"),
    "comparison of something unknown": ('__version__ = "1" if f() == 1 else "2"', "conditional"),
    "two loops in a comprehension": ('__version__ = "".join(a + b for a in "1" for b in "2")', "expression"),
    "a comprehension over something unknown": ('__version__ = "".join(a for a in f())', "unbound"),
    "map of a function": ('def f(x): return x\n__version__ = "".join(map(f, "12"))', "call"),
    "an unpacking of the wrong length": ("__version__, a = (1, 2, 3)", "expression"),
    "a starred target": ('a, *__version__ = "1", "2"', "expression"),
    "a module that raises": ('__version__ = "1"\nraise ImportError', "raises"),
    "an assertion that fails": ('__version__ = "1"\nassert False', "raises"),
    "an exit": ('__version__ = "1"\nimport sys\nsys.exit()', "raises"),
    "NUL": ('__version__ = "1"\0', "syntax-error"),
    "deep brackets": ("__version__ = " + "(" * 5000 + ")" * 5000, "syntax-error"),
    "a deep sum": ("__version__ = " + "+".join(['"1"'] * 400), "too-complex"),
    "an unknown codec": ('# coding: nonsense\n__version__ = "1"', "syntax-error"),
    "bytes that are not the codec's": (b'# coding: ascii\n# \xe9\n__version__ = "1"', "syntax-error"),
    "return outside": ('__version__ = "1"\nreturn', "raises"),
    "dunamai": ("import dunamai\n__version__ = dunamai.get_version('x').serialize()", "vcs"),
    "an unknown name's method that reads": ("__version__ = HERE.joinpath('VERSION').read_text()", "file-read"),
    "os.popen": ("import os\n__version__ = os.popen('git describe').read()", "command"),
    "json.load": ("import json\n__version__ = json.load(open('package.json'))['version']", "file-read"),
    "unknown keyword arguments": ('__version__ = "{a}".format(**f())', "unbound"),
    "unknown positional arguments": ('__version__ = "{}".format(*f())', "unbound"),
    "the name of a caught exception": (
        '__version__ = "1"\ntry:\n    import numpy\nexcept ImportError as __version__:\n    pass',
        "conditional",
    ),
    "a function in a with": ("with x:\n    def __version__(): pass", "conditional"),
    "a global in a class in a with": (
        '__version__ = "1"\nwith x:\n    class A:\n        global __version__\n        __version__ = "2"',
        "global",
    ),
    "a constant that a with rebinds": ('__version__ = "1"\nwith x:\n    __version__ = "2"', "conditional"),
    "exec in a with": ('__version__ = "1"\nwith x:\n    exec(y)', "exec"),
    "a text or a function": (
        'import x\nif x.y:\n    __version__ = "1"\nelse:\n    __version__ = str',
        "conditional",
    ),
    "a text that is called": ('__version__ = "1"()', "expression"),
    "a method that is not folded": ('__version__ = "1".expandtabs(1)', "call"),
    "format of a list": ('__version__ = "{}".format([1])', "expression"),
    "map over a number": ('__version__ = ".".join(map(str, 12))', "expression"),
    "not of something unknown": ('__version__ = "1" if not f() else "2"', "conditional"),
    "a minus of something unknown": ("__version__ = str(-f())", "unbound"),
    "a dict that is handed on in a tuple": (
        'import x\na = {"v": "1"}\nx.f((a,))\n__version__ = a["v"]',
        "changed-by-code",
    ),
    "a dict that a key function is given in a tuple": (
        'import x\na = {"v": "1"}\nmax((a,), key=x.y)\n__version__ = a["v"]',
        "changed-by-code",
    ),
    "a dict of a class that is updated": (
        'class A:\n    d = {"v": "1"}\nA.d.update(v="2")\n__version__ = A.d["v"]',
        "class",
    ),
    "a declaration in both branches": (
        "import x\nif x.y:\n    __version__: str\nelse:\n    __version__: str",
        "declared-without-value",
    ),
    "a declaration in one branch": ("import x\nif x.y:\n    __version__: str", "nothing-declares-a-version"),
    "two branches that raise": (
        '__version__ = "1"\nimport x\nif x.y:\n    raise A\nelse:\n    raise B',
        "raises",
    ),
    "a star as the whole target": ('*__version__ = "1"', "expression"),
    "percent of a tuple in a tuple": ('__version__ = "%s" % ((1,),)', "expression"),
    "an attribute of a text over two lines": (
        "__version__ = f\"\"\"{'''\n'''.x}\"\"\"",
        "expression",
    ),
    "a long row of minus signs": (f"__version__ = {'-' * 10_000}1", "syntax-error"),
    "vars": ('__version__ = "1"\nvars()["__version__"] = "2"', "changed-by-code"),
    "an aliased setter": (
        '__version__ = "1"\nimport builtins\nbuiltins.exec("x")\n__version__ = builtins.str(1)',
        "call",
    ),
}


@pytest.mark.parametrize("source", [pytest.param(source, id=name) for name, source in KNOWN.items()])
def test_it_knows_the_version_of(source: str, tmp_path: Path) -> None:
    reading = read_python(plant(tmp_path, {"v.py": source}), "v.py")
    assert isinstance(reading, FoundVersion), reading
    assert reading.text == "1.2.3"
    assert reading.place is not None
    assert reading.place.path == "v.py"


@pytest.mark.parametrize(("source", "cause"), [pytest.param(*row, id=name) for name, row in REFUSED.items()])
@pytest.mark.filterwarnings("error")
def test_it_does_not_claim_to_know_the_version_of(source: str | bytes, cause: str, tmp_path: Path) -> None:
    reading = read_python(plant(tmp_path, {"v.py": source}), "v.py")
    assert isinstance(reading, VersionFault), reading
    assert reading.cause == cause
    assert reading.advice


TREES: list[Any] = [
    pytest.param({"pkg/other.py": ""}, None, id="a file that is not there"),
    pytest.param(
        {
            "pkg/__init__.py": 'from pkg import _v\nsetattr(_v, "v", f())\n__version__ = _v.v',
            "pkg/_v.py": 'v = "1.2.3"',
        },
        None,
        id="a module whose name is set from outside",
    ),
    pytest.param(
        {"pkg/__init__.py": "from pkg._v import v as __version__", "pkg/_v.py": 'v = "1.2.3"'},
        "1.2.3",
        id="an absolute import",
    ),
    pytest.param(
        {"pkg/__init__.py": "import pkg._v\n__version__ = pkg._v.v", "pkg/_v.py": 'v = "1.2.3"'},
        "1.2.3",
        id="an import of a submodule",
    ),
    pytest.param(
        {"pkg/__init__.py": "import pkg._v as x\n__version__ = x.v", "pkg/_v.py": 'v = "1.2.3"'},
        "1.2.3",
        id="an import under another name",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "from .a import __version__",
            "pkg/a.py": "from .b import *",
            "pkg/b.py": '__all__ = ["__version__"]\n__version__ = "1.2.3"',
        },
        "1.2.3",
        id="a star import with __all__",
    ),
    pytest.param(
        {"pkg/__init__.py": "from .b import *\n__version__ = v", "pkg/b.py": 'v = "1.2.3"'},
        "1.2.3",
        id="a star import without __all__",
    ),
    pytest.param(
        {"pkg/__init__.py": '__version__ = "1.2.3"\nfrom .b import *', "pkg/b.py": "x = 1\n_y = 2"},
        "1.2.3",
        id="a star import that does not bind it",
    ),
    pytest.param(
        {"pkg/__init__.py": "from .b import *", "pkg/b.py": '__version__ = "1"'},
        None,
        id="a star import does not take underscores",
    ),
    pytest.param(
        {"pkg/__init__.py": "from .b import *", "pkg/b.py": "__all__ = f()"},
        None,
        id="a star import with an unknown __all__",
    ),
    pytest.param(
        {"pkg/__init__.py": "from .b import *", "pkg/b.py": "__all__ = 'ab'"},
        None,
        id="a star import with a text as __all__",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "from .sub import __version__",
            "pkg/sub/__init__.py": "from .._v import __version__",
            "pkg/_v.py": '__version__ = "1.2.3"',
        },
        "1.2.3",
        id="an import from the parent",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "from . import _v\n__version__ = _v.x.y",
            "pkg/_v.py": "from . import x",
            "pkg/x.py": 'y = "1.2.3"',
        },
        "1.2.3",
        id="an import of a sibling's sibling",
    ),
    pytest.param(
        {"pkg/__init__.py": "from .sub._v import __version__", "pkg/sub/_v.py": '__version__ = "1.2.3"'},
        "1.2.3",
        id="a namespace package",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "try:\n    from ._v import __version__\nexcept ImportError:\n    __version__ = 'x'",
            "pkg/_v.py": '__version__ = "1.2.3"',
        },
        "1.2.3",
        id="try with an import in the tree",
    ),
    pytest.param(
        {"pkg/__init__.py": "from .__version__ import __version__", "pkg/__version__.py": '__version__ = "1.2.3"'},
        "1.2.3",
        id="a submodule of that name",
    ),
    pytest.param(
        {"pkg/__init__.py": '__version__ = "1"\nfrom .__version__ import x', "pkg/__version__.py": "x = 1"},
        None,
        id="a submodule that takes the name",
    ),
    pytest.param(
        {
            "pkg/__init__.py": '__version__ = "1"\nfrom .core import x',
            "pkg/core.py": "from . import __version__",
            "pkg/__version__.py": "",
        },
        None,
        id="a submodule that may take the name",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "from .a import __version__",
            "pkg/a.py": "from .b import __version__",
            "pkg/b.py": "from .a import __version__",
        },
        None,
        id="an import in a circle",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "from .a import v as __version__",
            "pkg/a.py": "from . import b\nv = b.v",
            "pkg/b.py": "from . import a\nv = a.v",
        },
        None,
        id="modules in a circle",
    ),
    pytest.param(
        {"pkg/__init__.py": "from ._v import __version__", "pkg/_v.py": "raise ImportError"},
        None,
        id="a module that raises",
    ),
    pytest.param(
        {"pkg/__init__.py": "from ._v import __version__", "pkg/_v.py": "("}, None, id="a module that does not parse"
    ),
    pytest.param(
        {"pkg/__init__.py": "from ._v import __version__", "pkg/_v.py": "def __getattr__(n): pass"},
        None,
        id="a module that makes it up",
    ),
    pytest.param(
        {"pkg/__init__.py": "from . import _v\n_v.x = 1\n__version__ = _v.v", "pkg/_v.py": 'v = "1"'},
        None,
        id="a module whose attributes are set",
    ),
    pytest.param(
        {"pkg/__init__.py": "from ._v import C\n__version__ = C('1')", "pkg/_v.py": "class C(str): pass"},
        None,
        id="an object of a class elsewhere",
    ),
    pytest.param(
        {"pkg/__init__.py": "import os\n__version__ = os.v", "os.py": 'v = "1"'},
        None,
        id="a file named like the standard library",
    ),
    pytest.param(
        {"pkg/__init__.py": "from ._v import d\nd['v'] = '2'\n__version__ = d['v']", "pkg/_v.py": "d = {'v': '1'}"},
        "2",
        id="a dict of another module that is changed",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "from . import _v\n_v.d['v'] = '2'\n__version__ = _v.d['v']",
            "pkg/_v.py": "d = {'v': '1'}",
        },
        None,
        id="a dict of another module that is changed there",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "from ._v import d, f\nf()\n__version__ = d['v']",
            "pkg/_v.py": "d = {'v': '1'}\ndef f():\n    d['v'] = '2'",
        },
        None,
        id="a dict of another module that its function changes",
    ),
    pytest.param(
        {"pkg/__init__.py": "from ._v import d\n__version__ = '.'.join(d)", "pkg/_v.py": "d = ['1', '2']"},
        "1.2",
        id="a list of another module",
    ),
    pytest.param(
        {"pkg/__init__.py": "from . import _v\n__version__ = _v", "pkg/_v.py": ""}, None, id="the module itself"
    ),
    pytest.param(
        {"pkg/__init__.py": "from pkg import *", "pkg/_v.py": ""}, None, id="a package that imports all of itself"
    ),
    pytest.param(
        {"pkg/__init__.py": "from other import __version__", "other.py": '__version__ = "1.2.3"'},
        "1.2.3",
        id="a module beside the package",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "from .a import x\nfrom .b import __version__",
            "pkg/a.py": "x = 1",
            "pkg/b.py": '__version__ = "1.2.3"',
        },
        "1.2.3",
        id="a second submodule",
    ),
    pytest.param(
        {
            "pkg/__init__.py": "from . import sub\nsub.x = 1\nfrom .sub._v import __version__",
            "pkg/sub/_v.py": '__version__ = "1.2.3"',
        },
        "1.2.3",
        id="a namespace package whose attributes are set",
    ),
    pytest.param(
        {"pkg/__init__.py": 'w = "1.2.3"\nfrom .a import v as __version__', "pkg/a.py": "from . import w\nv = w"},
        "1.2.3",
        id="a name of the package in a submodule that is read later",
    ),
    pytest.param(
        {"pkg/__init__.py": "_v = 'x'\nfrom . import _v\n__version__ = _v", "pkg/_v.py": ""},
        "x",
        id="a name that is bound before the submodule",
    ),
]


@pytest.mark.parametrize(("files", "expected"), TREES)
def test_it_follows_imports_in_the_tree(files: dict[str, str], expected: str | None, tmp_path: Path) -> None:
    reading = read_python(plant(tmp_path, files), "pkg/__init__.py", "__version__")
    assert getattr(reading, "text", None) == expected, reading


IMPORT_FAULTS = {
    "a block that may not run": (
        {"pkg/__init__.py": "with x:\n    from ._v import __version__", "pkg/_v.py": '__version__ = "1"'},
        "conditional",
    ),
    "all of a module in a block that may not run": (
        {"pkg/__init__.py": '__version__ = "1"\nwith x:\n    from ._v import *', "pkg/_v.py": "y = 1"},
        "conditional",
    ),
    "a module that reads a file, imported in try": (
        {
            "pkg/__init__.py": "try:\n    from ._v import __version__\nexcept ImportError:\n    pass",
            "pkg/_v.py": '__version__ = open("VERSION").read()',
        },
        "file-read",
    ),
    "the package itself, without such a submodule": (
        {"pkg/__init__.py": "from . import __version__"},
        "import-not-in-tree",
    ),
    "a package that is still being read": (
        {"pkg/__init__.py": 'w = "1"\nfrom .a import v\n__version__ = v', "pkg/a.py": "from . import w\nv = w"},
        "import-cycle",
    ),
}


@pytest.mark.parametrize(("files", "cause"), [pytest.param(*row, id=name) for name, row in IMPORT_FAULTS.items()])
def test_it_says_why_it_does_not_know_what_is_imported_from(files: dict[str, str], cause: str, tmp_path: Path) -> None:
    reading = read_python(plant(tmp_path, files), "pkg/__init__.py", "__version__")
    assert isinstance(reading, VersionFault), reading
    assert reading.cause == cause


@pytest.mark.parametrize(
    ("source", "name", "line"),
    [
        pytest.param('\n\n__version__ = (\n  "1"\n)', None, 3, id="the line of the assignment"),
        pytest.param('V = "1"\n\n__version__ = V', None, 1, id="the line of the literal behind an alias"),
        pytest.param('V = "1"\n\n__version__ = V + ".2"', None, 3, id="the line of what is put together"),
        pytest.param('x = "1"\ny = "2"', "y", 2, id="the line of the name that is asked for"),
    ],
)
def test_it_says_where(source: str, name: str | None, line: int, tmp_path: Path) -> None:
    reading = read_python(plant(tmp_path, {"v.py": source}), "v.py", name)
    assert reading.place is not None
    assert str(reading.place) == f"v.py:{line}"


def test_a_chain_of_imports_has_an_end(tmp_path: Path) -> None:
    files = {f"p/m{number}.py": f"from .m{number + 1} import __version__" for number in range(300)}
    files["p/m300.py"] = '__version__ = "1"'
    reading = read_python(plant(tmp_path, files), "p/m0.py")
    assert isinstance(reading, VersionFault)
    assert reading.cause == "too-complex"


def test_a_long_file_has_an_end(tmp_path: Path) -> None:
    reading = read_python(plant(tmp_path, {"v.py": "1;" * 130_000 + "1"}), "v.py")
    assert isinstance(reading, VersionFault)
    assert reading.cause == "too-complex"


def test_a_file_that_is_larger_than_python_code_is_has_an_end(tmp_path: Path) -> None:
    reading = read_python(plant(tmp_path, {"v.py": "#\n" * 140_000}), "v.py")
    assert isinstance(reading, VersionFault)
    assert reading.cause == "too-large"
