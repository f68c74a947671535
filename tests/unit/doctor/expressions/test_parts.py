"""What an expression consists of and asks."""

from __future__ import annotations

import pytest

from publish_gate.doctor.expressions import children, parse_condition, parse_expression, uses_status_function, walk


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


def test_walking_visits_a_part_before_what_it_consists_of() -> None:
    expression = parse_expression("!a.b && c[d.*] < case(true, 1, 2)")
    nodes = list(walk(expression))
    assert nodes[0] is expression
    for node in nodes:
        assert all(nodes.index(node) < nodes.index(child) for child in children(node))
