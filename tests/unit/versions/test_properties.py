"""Whatever the files hold: reading never raises, and what it claims to know is what running gives."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from unit.versions.trees import plant

from publish_gate.versions import read_project, read_version_file
from publish_gate.versions.constant_folding import Known, Loader

NAMES = st.sampled_from(["a", "b", "c", "__version__"])
CONSTANTS = st.sampled_from(
    [
        '"1.2"',
        '"x"',
        "'%s.%d'",
        "'{}-{}'",
        "0",
        "1",
        "3",
        "None",
        "True",
        "()",
        "[]",
        '{"v": "1"}',
        "1.5",
        '("1", 2)',
    ]
)


def _expressions(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    two = st.tuples(inner, inner)
    return st.one_of(
        two.map(lambda pair: f"({pair[0]} + {pair[1]})"),
        two.map(lambda pair: f"({pair[0]} % {pair[1]})"),
        two.map(lambda pair: f"({pair[0]} * {pair[1]})"),
        two.map(lambda pair: f"({pair[0]} == {pair[1]})"),
        two.map(lambda pair: f"({pair[0]} in {pair[1]})"),
        two.map(lambda pair: f"({pair[0]}, {pair[1]})"),
        two.map(lambda pair: f"[{pair[0]}, *{pair[1]}]"),
        two.map(lambda pair: f"({pair[0]} or {pair[1]})"),
        two.map(lambda pair: f"({pair[0]} and {pair[1]})"),
        two.map(lambda pair: f"{pair[0]}[{pair[1]}]"),
        two.map(lambda pair: f'{{"v": {pair[0]}, "w": {pair[1]}}}'),
        two.map(lambda pair: f"'.'.join({pair[0]})"),
        two.map(lambda pair: f"'{{}}.{{}}'.format({pair[0]}, {pair[1]})"),
        two.map(lambda pair: f"'.'.join(str(i) for i in {pair[0]} if i != {pair[1]})"),
        st.tuples(inner, inner, inner).map(lambda three: f"({three[0]} if {three[1]} else {three[2]})"),
        inner.map(lambda one: f"f'v{{{one}}}'"),
        inner.map(lambda one: f"{one}[:1]"),
        inner.map(lambda one: f"str({one})"),
        inner.map(lambda one: f"len({one})"),
        inner.map(lambda one: f"map(str, {one})"),
        inner.map(lambda one: f"tuple({one})"),
        inner.map(lambda one: f"(lambda: {one})()"),
        inner.map(lambda one: f"(not {one})"),
        inner.map(lambda one: f"(i for i in {one})"),
        st.tuples(NAMES, inner).map(lambda pair: f"({pair[0]} := {pair[1]})"),
        inner.map(lambda one: f"{one}.strip()"),
    )


EXPRESSIONS = st.recursive(st.one_of(CONSTANTS, NAMES), _expressions, max_leaves=5)
SIMPLE = st.one_of(
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"{pair[0]} = {pair[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"{pair[0]} += {pair[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"{pair[0]}: str = {pair[1]}"),
    st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda three: f"{three[0]} = {three[1]} = {three[2]}"),
    st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda three: f"{three[0]}, {three[1]} = {three[2]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"{pair[0]}['v'] = {pair[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"{pair[0]}.append({pair[1]})"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"{pair[0]}.update(v={pair[1]})"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"globals()['{pair[0]}'] = {pair[1]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"exec('{pair[0]} = 1')"),
    st.tuples(NAMES, NAMES, EXPRESSIONS).map(lambda three: f"{three[0]}['v'], {three[1]} = {three[2]}"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"for {pair[0]}['v'] in {pair[1]}: pass"),
    st.tuples(NAMES, EXPRESSIONS).map(lambda pair: f"class {pair[0]}: d = {pair[1]}"),
    st.tuples(NAMES, NAMES).map(lambda pair: f"{pair[0]} = {pair[1]}.d"),
    NAMES.map(lambda name: f"del {name}"),
    NAMES.map(lambda name: f"{name}()"),
    EXPRESSIONS,
    st.sampled_from(["pass", "raise KeyError", "import math as a", "from math import *", "c: str", "f()"]),
)


def _indented(lines: list[str]) -> str:
    return "\n".join(f"    {line}" for part in lines for line in part.split("\n"))


def _blocks(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    body = st.lists(inner, min_size=1, max_size=3).map(_indented)
    return st.one_of(
        st.tuples(EXPRESSIONS, body).map(lambda pair: f"if {pair[0]}:\n{pair[1]}"),
        st.tuples(EXPRESSIONS, body, body).map(lambda three: f"if {three[0]}:\n{three[1]}\nelse:\n{three[2]}"),
        st.tuples(body, body).map(lambda pair: f"try:\n{pair[0]}\nexcept Exception:\n{pair[1]}"),
        st.tuples(body, body).map(lambda pair: f"try:\n{pair[0]}\nexcept Exception as a:\n{pair[1]}\nelse:\n    b = 1"),
        st.tuples(body, body).map(lambda pair: f"try:\n{pair[0]}\nexcept KeyError:\n{pair[1]}\n    raise"),
        st.tuples(body, body).map(lambda pair: f"try:\n{pair[0]}\nfinally:\n{pair[1]}"),
        st.tuples(NAMES, EXPRESSIONS, body).map(lambda three: f"for {three[0]} in {three[1]}:\n{three[2]}"),
        st.tuples(NAMES, body).map(
            lambda pair: f"with __import__('contextlib').suppress(Exception) as {pair[0]}:\n{pair[1]}"
        ),
        st.tuples(NAMES, body).map(lambda pair: f"def f():\n    global {pair[0]}\n{pair[1]}"),
        st.tuples(NAMES, body).map(lambda pair: f"@(lambda g: g())\ndef {pair[0]}():\n{pair[1]}"),
        body.map(lambda lines: f"def f():\n{lines}"),
        st.tuples(NAMES, body).map(lambda pair: f"class {pair[0]}:\n{pair[1]}"),
        body.map(lambda lines: f"class K:\n    global a\n{lines}\nb = K.a"),
        st.tuples(EXPRESSIONS, NAMES, body).map(
            lambda three: f"match {three[0]}:\n    case {three[1]}:\n" + _indented([three[2]])
        ),
    )


SOURCES = st.lists(st.recursive(SIMPLE, _blocks, max_leaves=4), min_size=1, max_size=6).map("\n".join)


PRELUDE = "a = '1.2'\nb = (1, 'x')\nc = {'v': '1'}\n__version__ = '0'\ndef f():\n    return c\n"
WATCHED = ("a", "b", "c", "__version__")


def _run(source: str) -> dict[str, object]:
    """Run a generated source; raises what it raises."""
    namespace: dict[str, object] = {"__name__": "pkg"}
    exec(compile(source, "generated", "exec"), namespace)  # noqa: S102 - generated above, of harmless parts
    return namespace


def _known(source: str) -> dict[str, object]:
    """Give the values that reading a source claims to know."""
    with tempfile.TemporaryDirectory() as folder:
        loader = Loader(plant(Path(folder), {"v.py": source}))
        values = {name: loader.look_up("v.py", name).value for name in WATCHED}
    return {name: value.value for name, value in values.items() if isinstance(value, Known)}


@given(SOURCES)
@settings(deadline=None, max_examples=400, suppress_health_check=[HealthCheck.filter_too_much])
@example("for b in (1,):\n    c['v'] = '2'\na = c['v']")
@example("a = (i for i in '12')\n'.'.join(a)\nb = '.'.join(a)")
@example("b = '1'\na = (b := '2') + b")
@example("def f():\n    global a\n    a = '2'\nb = [f(), '1'][1]")
@example("b = [c]\nc['v'] = '2'\na = b[0]['v']")
@example("def f(x):\n    x['v'] = '2'\nf(c)\na = c['v']")
@example("class a:\n    v = '1'\na.v = '2'\nb = a.v")
@pytest.mark.filterwarnings("ignore::SyntaxWarning")
def test_a_known_value_is_the_value_that_running_gives(lines: str) -> None:
    source = PRELUDE + lines
    try:
        compile(source, "generated", "exec")
    except SyntaxError:
        return
    known = _known(source)
    try:
        namespace = _run(source)
    except Exception:  # noqa: BLE001 - where running fails there is no version to compare with
        return
    assert {name: repr(namespace.get(name)) for name in known} == {name: repr(value) for name, value in known.items()}


FILES = st.sampled_from(
    ["pyproject.toml", "setup.py", "setup.cfg", "hatch.toml", "Cargo.toml", "meson.build", "pkg/__init__.py",
     "VERSION", "PKG-INFO", "p-1-py3-none-any.whl", "p-1.tar.gz", "p-1.zip", "package.json"],
)  # fmt: skip
SPICE = st.sampled_from(
    [b"[project]\n", b"name='pkg'\n", b"version = 1.2\n", b"dynamic=['version']\n", b"[metadata]\n", b"attr: pkg.v",
     b"setup(", b")", b"\x00", b"\xff", b"[[", b"'''", b"project(", b"version: '1'", b"#", b"\xef\xbb\xbf", b"\r\n"],
)  # fmt: skip
CONTENTS = st.one_of(st.binary(max_size=60), st.lists(SPICE, max_size=8).map(b"".join))


@given(st.dictionaries(FILES, CONTENTS, min_size=1, max_size=4), FILES)
@settings(deadline=None, max_examples=200)
def test_no_bytes_in_any_file_make_a_reader_raise(files: dict[str, bytes], named: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        checkout = plant(Path(folder), files)
        assert read_project(checkout).version is not None
        assert read_version_file(checkout, named).version is not None
        assert read_version_file(checkout, ".").version is not None


@given(st.text(max_size=30))
@settings(deadline=None, max_examples=200)
def test_no_path_makes_the_reader_raise(path: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        checkout = plant(Path(folder), {"VERSION": "1.2"})
        assert read_version_file(checkout, path).version is not None
