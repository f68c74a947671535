"""What an expression refers to and asks."""

from __future__ import annotations

import pytest

from publish_gate.doctor.expressions import (
    Literal,
    Reference,
    children,
    literals,
    parse_condition,
    parse_expression,
    references,
    uses_status_function,
    walk,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("github.ref", [("github", "ref")]),
        ("GitHub.Ref_Name", [("github", "Ref_Name")]),
        ("secrets", [("secrets",)]),
        ("needs['gate'].outputs.x == 'true'", [("needs", "gate", "outputs", "x")]),
        ("list[0].name", [("list", "0", "name")]),
        ("a.labels.*.name", [("a", "labels", "*", "name")]),
        ("a[*]", [("a", "*")]),
        ("needs[matrix.job].result", [("needs",), ("matrix", "job")]),
        ("a.b[c.d[e]].f.g", [("a", "b"), ("c", "d"), ("e",)]),
        ("fromJSON(needs.a.outputs.b).c[d].e", [("needs", "a", "outputs", "b"), ("d",)]),
        ("(a || b).c", [("a",), ("b",)]),
        ("!a && (b == c || contains(d, 'x'))", [("a",), ("b",), ("c",), ("d",)]),
        ("'a.b' == 1", []),
        ("x && x", [("x",), ("x",)]),
    ],
)
def test_references_are_listed_with_their_paths(text: str, expected: list[tuple[str, ...]]) -> None:
    assert [reference.path for reference in references(parse_expression(text))] == expected


def test_references_know_where_they_begin() -> None:
    text = "a ${{ needs.a.outputs.b }} ${{ inputs.c }}"
    assert references(parse_condition(text)) == (
        Reference(("needs", "a", "outputs", "b"), text.index("needs")),
        Reference(("inputs", "c"), text.index("inputs")),
    )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("always()", True),
        ("!cancelled() && x", True),
        ("contains(x, SUCCESS())", True),
        ("a[failure()]", True),
        ("'always()'", False),
        ("x.always", False),
        ("x", False),
        ("", True),
    ],
)
def test_status_functions_are_found_wherever_they_are_called(text: str, expected: bool) -> None:
    assert uses_status_function(parse_condition(text)) is expected


def test_literals_are_listed_in_the_order_of_the_text() -> None:
    found = literals(parse_expression("x == 'a' && (y[1] || null != true)"))
    assert found == (Literal("a", 5), Literal(1.0, 15), Literal(None, 21), Literal(value=True, offset=29))


def test_walking_visits_a_part_before_what_it_consists_of() -> None:
    expression = parse_expression("!a.b && c[d.*] < case(true, 1, 2)")
    nodes = list(walk(expression))
    assert nodes[0] is expression
    for node in nodes:
        assert all(nodes.index(node) < nodes.index(child) for child in children(node))
