"""On which line of a TOML file a key stands, where that is certain."""

from __future__ import annotations

import pytest

from publish_gate.versions.toml import line_of, refuse_long_keys

VERSION = ("project", "version")


@pytest.mark.parametrize(
    ("text", "keys", "line"),
    [
        pytest.param('[project]\nname = "x"\nversion = "1"', VERSION, 3, id="a table"),
        pytest.param('[ project ]  # x\n\n  version="1"', VERSION, 3, id="blanks and comments"),
        pytest.param('[project]\r\nversion = "1"\r\n', VERSION, 2, id="CRLF"),
        pytest.param('project.version = "1"', VERSION, 1, id="a dotted key"),
        pytest.param('project = {version = "1"}', VERSION, 1, id="an inline table"),
        pytest.param('["project"]\n\'version\' = "1"', VERSION, 2, id="keys in quotes"),
        pytest.param(
            'x = """\n[project]\nversion = 1\n"""\n[project]\nversion = "1"',
            VERSION,
            6,
            id="a text of many lines",
        ),
        pytest.param("x = '''\nversion = 1\n'''\nproject.version = '1'", VERSION, 4, id="a literal text of many lines"),
        pytest.param('x = [ # [\n  "]", # ]\n]\n[project]\nversion = "1"', VERSION, 5, id="a list of many lines"),
        pytest.param('[a]\nversion = "2"\n[project]\nversion = "1"\n[b]\nversion = "3"', VERSION, 4, id="other tables"),
        pytest.param('[project.a]\nversion = "2"\n[project]\nversion = "1"', VERSION, 4, id="tables below"),
        pytest.param('[[a]]\nversion = "2"\n[project]\nversion = "1"', VERSION, 4, id="a list of tables"),
        pytest.param('[tool.x]\ny.version = "1"', ("tool", "x", "y", "version"), 2, id="a table and a dotted key"),
        pytest.param('["pro\\u006aect"]\nversion = "1"', VERSION, None, id="an escape that is not worked out"),
        pytest.param("[project]\nname = 'x'", VERSION, None, id="no such key"),
        pytest.param("x = '\"'  # \"\nproject.version = '1' # x", VERSION, 2, id="quotes in quotes"),
        pytest.param('x = "\\"#"\nproject.version = "1"', VERSION, 2, id="an escaped quote"),
        pytest.param("project = {\n  version = '1'\n}", VERSION, None, id="an inline table of many lines"),
        pytest.param('x = "', VERSION, None, id="no TOML at all"),
        pytest.param("", VERSION, None, id="an empty file"),
        pytest.param("# x", VERSION, None, id="a comment alone"),
        pytest.param("x = 1 # y", VERSION, None, id="a comment at the end"),
    ],
)
def test_it_finds_the_line(text: str, keys: tuple[str, ...], line: int | None) -> None:
    assert line_of(text, keys) == line


LONG_KEYS = [
    (".".join("a" * 1001) + " = 1", True, "a key"),
    ("[" + ".".join(["a"] * 1001) + "]", True, "a table"),
    ("x = {" + " . ".join(['"a"'] * 1001) + " = 1}", True, "a key in an inline table, with blanks"),
    (".".join("a" * 500) + " = 1", False, "half of it"),
    ("# " + ".".join("a" * 2000), False, "a comment"),
    ("x = '" + "." * 5000 + "'", False, "dots alone"),
]


@pytest.mark.parametrize(("text", "refused"), [row[:2] for row in LONG_KEYS], ids=[row[2] for row in LONG_KEYS])
def test_a_key_of_very_many_parts_is_refused(text: str, refused: bool) -> None:
    if refused:
        with pytest.raises(ValueError, match="line 2 has a key of more than 1000 parts"):
            refuse_long_keys("\n" + text)
    else:
        refuse_long_keys(text)
