"""Words, variables and commands as the shells read them."""

from __future__ import annotations

import pytest

from publish_gate.doctor.uploads.bash import live_commands, read_posix
from publish_gate.doctor.uploads.values import UNKNOWN
from publish_gate.doctor.uploads.words import Variable, Word

WORDS: list[tuple[str, str, list[Word]]] = [
    ("plain words", "a b", [Word(("a",)), Word(("b",))]),
    ("single quotes", "'a $b'", [Word(("a $b",), quoted=True)]),
    ("double quotes", '"a $b"', [Word(("a ", Variable("b")), quoted=True)]),
    ("escapes in double quotes", '"\\$a \\\\ \\x \\\n"', [Word(("$a \\ \\x ",), quoted=True)]),
    ("a substitution in double quotes", '"a$(b)c`d`"', [Word(("a", None, "c", None), quoted=True)]),
    ("an escape", "a\\ b", [Word(("a b",), quoted=True)]),
    ("an escape at the very end", "a\\", [Word(("a",), quoted=True)]),
    ("a line that goes on inside of a word", "a\\\nb\\\r\nc", [Word(("abc",))]),
    ("a line that goes on between words", "a \\\r\n b", [Word(("a",)), Word(("b",))]),
    ("pieces that stand together", "a'b'\"c\"$d", [Word(("abc", Variable("d")), quoted=True)]),
    ("a variable in braces", "${a}b", [Word((Variable("a"), "b"))]),
    ("a variable with a default", "${a:-b} ${a-}", [Word((Variable("a", "b"),)), Word((Variable("a", ""),))]),
    ("a variable that has to be set", "${a:?no}", [Word((Variable("a"),))]),
    ("a variable that is cut", "${a%${b}} ${#a}", [Word((Variable("a", cut=True),)), Word((None,))]),
    ("variables of the shell", "$1 $@ $$", [Word((None,)), Word((None,)), Word((None,))]),
    ("a dollar sign alone", "$ a$/", [Word(("$",)), Word(("a$/",))]),
    ("quotes with a dollar sign", "$'a' \"$\"", [Word(("a",), quoted=True), Word(("$",), quoted=True)]),
    ("a text to be translated", '$"b"', [Word(("b",), quoted=True)]),
    ("arithmetic", "$((1 + (2)))x", [Word((None, "x"))]),
    ("a parenthesis in the quotes of arithmetic", "$((1 ')' } \\) )) x", [Word((None,)), Word(("x",))]),
    ("arithmetic that is never closed", "a $((1 '", [Word(("a",)), Word((None,))]),
    ("a process substitution", "a <(b) >(c)", [Word(("a",)), Word((None,)), Word((None,))]),
    ("a hash inside of a word", "a#b # c", [Word(("a#b",))]),
    ("redirections", "a >b 2>&1 <c &>d >", [Word(("a",))]),
    ("a text as input", "a <<<b", [Word(("a",))]),
]


@pytest.mark.parametrize(("script", "words"), [row[1:] for row in WORDS], ids=[row[0] for row in WORDS])
def test_a_posix_shell_reads_words(script: str, words: list[Word]) -> None:
    assert list(read_posix(script)[-1].words) == words


COMMANDS = [
    ("signs between commands", "a; b & c && d || e | f\n\ng |& h", "a b c d e f g h"),
    ("a condition", "if a; then b; elif c; then d; else e; fi; f", "a b c d e f"),
    (
        "loops",
        "while a; do b; done; until c\ndo d\ndone\nfor x in 1 2; do e; done; select y; do f; done",
        "a b c d e f",
    ),
    ("a loop that counts", "for ((i=0; i<3; i++)); do a; done", "a"),
    (
        "a case with patterns on many lines",
        "case x in\n  a | b)\n    c ;;\n\n  (d) e ;&\n  f) g ;;&\nesac\nh",
        "c e g h",
    ),
    ("a case on one line", "case x in a) b;; *) c;; esac; d", "b c d"),
    ("a case in a substitution", "$(case x in a) b;; esac)", "b \ufffc"),
    ("groups", "{ a; (b; c); }; d", "a b c d"),
    ("closing signs without a beginning", "fi; a; }; ); b", "a b"),
    ("commands in substitutions come first", "a $(b $(c)) `d \\`e\\``", "c b e d a"),
    ("too many substitutions in each other", "a" + " $(b" * 20 + ")" * 20, "b " * 12 + "a"),
    ("backquotes too deep down", "$(" * 12 + "`a`" + ")" * 12, f"{UNKNOWN} " * 13),
    ("backquotes without an end", "a ``` b", "b a"),
    ("several assignments", "a=b c=d e", "e"),
    ("a keyword in quotes", "'if' a", "if"),
    ("a keyword as an argument", "a if then", "a"),
    ("a negation", "! a", "a"),
    ("a process that talks", "coproc a", "a"),
]


@pytest.mark.parametrize(("script", "names"), [row[1:] for row in COMMANDS], ids=[row[0] for row in COMMANDS])
def test_a_posix_shell_reads_commands(script: str, names: str) -> None:
    commands = read_posix(script)
    assert " ".join(each.words[0].literal for each in commands if each.words).split() == names.split()


BRANCHES = [
    ("a condition", "if a; then b; fi; c", [True, True, False]),
    ("a test in front", "[ a ] && b && c; d", [False, True, True, False]),
    ("a fallback", "a || b; c", [False, True, False]),
    ("a command in front", "a && b", [False, False]),
    ("a loop", "for x in y; do a; (b); done; c", [True, True, False]),
    ("a case", "case x in y) a;; esac; b", [True, False]),
]


@pytest.mark.parametrize(("script", "branches"), [row[1:] for row in BRANCHES], ids=[row[0] for row in BRANCHES])
def test_what_is_not_always_run_is_told(script: str, branches: list[bool]) -> None:
    assert [command.branch for command in read_posix(script)] == branches


def test_lines_are_counted() -> None:
    script = "a\n\nb \\\n  c\nd `e\nf` $(\n g)\ncat <<X\n1\nX\nh"
    commands = {each.words[0].literal: each.line for each in read_posix(script)}
    assert commands == {"a": 0, "b": 2, "e": 4, "f": 5, "g": 6, "d": 4, "cat": 7, "h": 10}


def test_here_documents_go_to_their_commands() -> None:
    script = "a <<X <<-Y; b <<'Z Z'\n1\nX\n\t2\n\tY\n3\nZ Z\nc"
    assert [(each.words[0].literal, each.stdin) for each in read_posix(script)] == [
        ("a", "\t2\n"),
        ("b", "3\n"),
        ("c", None),
    ]


GUARDS = [
    ("a condition", "if [ $A = b ]; then x; else y; fi; z", {"x": "A", "y": "A", "z": ""}),
    ("a second condition", "if $A; then x; elif $B; then y; fi", {"x": "A", "y": "AB"}),
    ("a condition in a condition", "if $A; then if $B; then x; fi; y; fi", {"x": "AB", "y": "A"}),
    ("a test in front", "[ $A ] && x && y; z", {"x": "A", "y": "A", "z": ""}),
    ("a test whose failure counts", "[[ $A == b ]] || x; y", {"x": "A", "y": ""}),
    ("a case", "case $A in b) x ;; esac; y", {"x": "A", "y": ""}),
    ("a loop", "for i in $A; do x; done", {"x": ""}),
    ("a function that is called in a condition", "f() { x; }; if $A; then f; fi", {"x": "A"}),
]


@pytest.mark.parametrize(("script", "expected"), [row[1:] for row in GUARDS], ids=[row[0] for row in GUARDS])
def test_what_guards_a_command_is_told(script: str, expected: dict[str, str]) -> None:
    found = {
        each.words[0].literal: "".join(
            part.name for word in each.guards for part in word.parts if isinstance(part, Variable)
        )
        for each in live_commands(read_posix(script))
        if each.words
    }
    assert {name: found[name] for name in expected} == expected
