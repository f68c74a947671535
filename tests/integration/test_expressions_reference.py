"""Expressions are read and evaluated as GitHub's own library does it, but for differences that are meant."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

import pytest
from e2e.javascript import ask
from unit.doctor.expressions.texts import CONTEXTS, Writer

from publish_gate.doctor.expressions import (
    Array,
    Call,
    Context,
    ExpressionError,
    Object,
    Scope,
    Unknown,
    answer,
    evaluate,
    parse_condition,
    parse_expression,
    walk,
)
from publish_gate.doctor.ternary import Ternary

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from publish_gate.doctor.expressions import Expression, Value

VALID = 6000
FAULTY = 3000
REFUSED = "refused"
FAILED = "failed"


def value_of(plain: object) -> Value:
    """Make a value of what JSON is made of."""
    if isinstance(plain, dict):
        return Object({key: value_of(each) for key, each in plain.items()})
    if isinstance(plain, list):
        return Array(tuple(value_of(each) for each in plain))
    return float(plain) if isinstance(plain, int) and not isinstance(plain, bool) else cast("Value", plain)


SCOPE = Scope({name: value_of(context) for name, context in CONTEXTS.items()})


def encoded(value: Value) -> object:
    match value:
        case bool():
            return "boolean", value
        case float():
            return number(value)
        case Array():
            return "array", [encoded(each) for each in value.items]
        case Object():
            return "object", [(name, encoded(each)) for name, each in value.entries.items()]
        case Unknown():
            return FAILED
        case _:
            return "null" if value is None else "string", value


def number(value: float) -> object:
    # NaN is not equal to itself, but here it is the same answer.
    return "number", "NaN" if math.isnan(value) else value


def decoded(answered: Mapping[str, Any]) -> object:
    def decode(pair: Sequence[Any]) -> object:
        kind, content = pair
        if kind == "number":
            return number(float(content))
        if kind == "array":
            return kind, [decode(each) for each in content]
        if kind == "object":
            return kind, [(name, decode(each)) for name, each in content]
        return kind, content

    return decode(answered["value"]) if "value" in answered else next(iter(answered))


def reference(expressions: Sequence[str]) -> list[object]:
    """Ask GitHub's library."""
    answers = ask("evaluate.mjs", {"contexts": CONTEXTS, "expressions": expressions})
    return [decoded(each) for each in cast("list[Mapping[str, Any]]", answers)]


def parsed(text: str) -> Expression | None:
    """Parse an expression; a context that is not there is refused, as GitHub's parser does."""
    try:
        expression = parse_expression(text)
    except ExpressionError:
        return None
    names = {node.name.lower() for node in walk(expression) if isinstance(node, Context)}
    return expression if names <= CONTEXTS.keys() else None


def ours(text: str) -> object:
    expression = parsed(text)
    return REFUSED if expression is None else encoded(evaluate(expression, SCOPE))


def is_meant(text: str, theirs: object) -> bool:
    """Whether an expression is of one of the kinds in DIFFERENCES that come up at random."""
    expression = parsed(text)
    if expression is None:
        return False
    calls = [node for node in walk(expression) if isinstance(node, Call)]
    if theirs == FAILED:
        return any(isinstance(evaluate(each, SCOPE), Unknown) for call in calls for each in call.arguments)
    return any(call.name == "tojson" for call in calls) and ("NaN" in text or "Infinity" in text)


def test_generated_expressions_have_the_value_that_github_gives_them() -> None:
    writer = Writer(seed=20_260_821)
    texts = [writer.expression() for _ in range(VALID)] + [writer.faulty() for _ in range(FAULTY)]
    answers = list(zip(texts, reference(texts), strict=True))
    differing = [(text, ours(text), theirs) for text, theirs in answers if ours(text) != theirs]
    assert [each for each in differing if not is_meant(each[0], each[2])] == []
    assert len(differing) < len(texts) / 50
    # The examples are worth something: most have a value, and both kinds of fault are among them.
    kinds = [theirs if isinstance(theirs, str) else "value" for _, theirs in answers]
    assert kinds.count("value") > VALID / 2
    assert min(kinds.count(REFUSED), kinds.count(FAILED)) > 300


# What runs in the end is the runner and GitHub's service, both written in C#; where the JavaScript library is
# known to differ from them, their rule is followed.
DIFFERENCES = [
    pytest.param("'a''b''c'", ("string", "a'b'c"), ("string", "a'b''c"), id="every doubled quote is one"),
    pytest.param("format('a',)", REFUSED, ("string", "a"), id="no comma may follow the last argument"),
    pytest.param("format('a', fromJSON('{'))", ("string", "a"), FAILED, id="what is not needed is not evaluated"),
    pytest.param("case(true, 1, fromJSON('{'))", number(1), FAILED, id="nor what case() does not choose"),
    pytest.param("startsWith(github, fromJSON('{'))", ("boolean", False), FAILED, id="nor what is looked for nowhere"),
    pytest.param("toJSON(NaN)", ("string", "NaN"), ("string", "null"), id="numbers in JSON are written as elsewhere"),
    pytest.param("format('{0}', 1e20)", ("string", "1E+20"), ("string", "1" + "0" * 20), id="large numbers"),
    pytest.param("format('{0}', 1e-5)", ("string", "1E-05"), ("string", "0.00001"), id="small numbers"),
    pytest.param("format('{0}', 1.23456789012345678)", ("string", "1.23456789012346"),
                 ("string", "1.234567890123457"), id="fifteen digits in all, not behind the point"),
    pytest.param("format('{0:x}', 1)", FAILED, ("string", "1"), id="nothing else stands in the braces"),
    pytest.param("'ß' == 'SS'", ("boolean", False), ("boolean", True), id="capitals letter by letter"),
    pytest.param("0b11", REFUSED, number(3), id="no binary numbers"),
    pytest.param("0X1F", REFUSED, number(31), id="prefixes in small letters"),
    pytest.param("0xFFFFFFFF", number(-1), number(4_294_967_295), id="hexadecimal numbers have 32 bits"),
    pytest.param("0o37777777777", number(-1), number(4_294_967_295), id="octal numbers too"),
    pytest.param("true\N{NO-BREAK SPACE}", ("boolean", True), REFUSED, id="every white space"),
    pytest.param("(" * 60 + "1" + ")" * 60, number(1), REFUSED, id="brackets are no level"),
    pytest.param("==".join(["1"] * 60), REFUSED, ("boolean", True), id="but comparisons are"),
    pytest.param("fromJSON('{\"b\":1,\"2\":2}').*", ("array", [number(1), number(2)]),
                 ("array", [number(2), number(1)]), id="names in the order of the text, numbers or not"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "here", "there"), DIFFERENCES)
def test_differences_that_are_meant(text: str, here: object, there: object) -> None:
    assert ours(text) == here
    assert reference([text]) == [there]


# Each is the `if:` of a job as the content of a YAML scalar, and whether the job runs on a push that is not a tag.
CONDITIONS = [
    ("", True),
    ("true", True),
    ("false", False),
    ("${{ false }}", False),
    ("${{false}}", False),
    ("${{ true }}", True),
    ("true && ${{ false }}", True),
    ("${{ false }} ", True),
    ("${{ false }}\n", True),
    ("false\n", False),
    ("\n  false\n", False),
    ("!${{ true }}", True),
    ("${{ false }}${{ false }}", True),
    ("${{ '' }}${{ '' }}", False),
    ("${{ github.nothing }}${{ '' }}", False),
    ("${{ 'false' }}", False),
    ("${{ 'true' }}", True),
    ("${{ '' }}", True),
    ("${{ ('false') }}", True),
    ("'false'", True),
    ("'0'", True),
    ("'[]'", True),
    ("''", False),
    ("0", False),
    ("'true' == true", False),
    ("'1' == true", True),
    ("'' == false", True),
    ("null == 0", True),
    ("'PUSH' == github.event_name", True),
    ("github.event_name == 'push' && 'x' || ''", True),
    ("github.event_name != 'push' && 'x' || ''", False),
    ("always()", True),
    ("failure()", False),
    ("!failure() && !cancelled()", True),
    ("${{ !failure() }}", True),
    ("startsWith(github.ref, 'refs/tags/')", False),
    ("${{ format('{0}}}', github.ref) }}", True),
    ("${{ contains('}}', '}') }}", True),
    ("contains('a${{', 'a') }}", None),
    ("${{ }}", None),
    ("${{ true", None),
    ('github.ref == "refs/heads/main"', None),
    ("${{ true }} && (", True),
]  # fmt: skip
PUSH: dict[str, object] = {"event_name": "push", "ref": "refs/heads/main"}


def runs(text: str) -> bool | None:
    """Whether a job with this condition runs; None where GitHub would refuse the workflow."""
    try:
        condition = parse_condition(text)
    except ExpressionError:
        return None
    return answer(condition, Scope({"github": value_of(PUSH)})) is Ternary.YES


@pytest.mark.parametrize(("text", "expected"), CONDITIONS, ids=[repr(text) for text, _ in CONDITIONS])
def test_conditions_are_read_as_github_reads_them(text: str, *, expected: bool | None) -> None:
    assert runs(text) is expected


def test_github_runs_the_jobs_that_these_conditions_say() -> None:
    accepted = [(text, expected) for text, expected in CONDITIONS if expected is not None]
    workflow = _workflow([text for text, _ in accepted])
    question = {"file": {"name": "ci.yml", "content": workflow}, "runs": [{"github": PUSH, "jobs": {}}]}
    answered = cast("Mapping[str, Any]", ask("which_jobs_run.mjs", question))
    assert answered["errors"] == []
    (jobs,) = answered["runs"]
    ran = [(text, jobs[f"job{index}"]["result"] == "success") for index, (text, _) in enumerate(accepted)]
    assert ran == accepted


@pytest.mark.parametrize("text", [text for text, expected in CONDITIONS if expected is None])
def test_github_refuses_the_conditions_that_are_refused_here(text: str) -> None:
    question = {"file": {"name": "ci.yml", "content": _workflow([text])}, "runs": []}
    assert cast("Mapping[str, Any]", ask("which_jobs_run.mjs", question))["errors"] != []


def _workflow(conditions: Sequence[str]) -> str:
    lines = ["on: push", "jobs:"]
    for index, text in enumerate(conditions):
        lines += [f"  job{index}:", "    runs-on: ubuntu-latest", *_condition(text), "    steps: [{run: exit}]"]
    return "\n".join(lines) + "\n"


def _condition(text: str) -> list[str]:
    """Write an `if:`: on one line in double quotes, else as a block."""
    if "\n" not in text:
        quoted = text.replace("\\", "\\\\").replace('"', '\\"')
        return [f'    if: "{quoted}"']
    return ["    if: |", *(f"      {line}" for line in text.strip("\n").split("\n"))]
