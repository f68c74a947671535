"""How a package writes its tags."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from publish_gate.gate.tag_templates import TagTemplate, check_template

READINGS = [
    ("{name}-v{version}", "my-pkg-v1.2", "1.2", "its own tag"),
    ("{name}-v{version}", "My_Pkg-v1.2rc1", "1.2rc1", "another spelling of the name"),
    ("{name}-v{version}", "my-pkg-cli-v1.2", None, "a longer name"),
    ("{name}-v{version}", "my-v1.2", None, "a shorter name"),
    ("{name}-v{version}", "my-pkg-1.2", None, "without its v"),
    ("{name}-v{version}", "my-pkg-vnext", None, "no version"),
    ("v{version}", "v1.2-alpine", None, "a word behind the version"),
    ("{name}-v{version}", "my-pkg-vv1", None, "a v too many"),
    ("{name}@{version}", "my-pkg@1.2", "1.2", "an at sign"),
    ("{name}{version}", "my-pkg1.2", "1.2", "nothing between"),
    ("release/{name}/{version}", "release/my-pkg/1.2", "1.2", "folders"),
    ("release/{name}/{version}", "my-pkg/1.2", None, "without its folder"),
    ("v{version}", "v1.2.0", "1.2", "no name"),
    ("v{version}", "1.2", None, "no name, without its v"),
    ("{version}", "1.2", "1.2", "nothing but the version"),
    ("v{version}", "v" + "1" * 2000, None, "absurdly long"),
]


@pytest.mark.parametrize(("template", "tag", "version"), [r[:3] for r in READINGS], ids=[r[3] for r in READINGS])
def test_a_tag_is_read_by_its_template(template: str, tag: str, version: str | None) -> None:
    assert check_template(template) == ""
    found = TagTemplate(template, "my-pkg").version_of(tag)
    assert found == (Version(version) if version is not None else None)


@pytest.mark.parametrize(
    "template", ["", "v", "{version}{version}", "{version}-x", "{nme}{version}", "{name}{name}{version}", "{"]
)
def test_a_template_that_cannot_work_is_told(template: str) -> None:
    assert check_template(template)


@given(
    st.sampled_from(["{name}-v{version}", "{name}@{version}", "v{version}", "a+b*[{name}]/{version}"]),
    st.sampled_from(["pkg", "my-pkg", "a.b_c", "py3"]),
    st.builds(
        "{}.{}{}".format, st.integers(0, 99), st.integers(0, 99), st.sampled_from(["", "rc1", ".post2", ".dev3"])
    ),
)
def test_what_is_written_is_read_and_let_in(text: str, project: str, version: str) -> None:
    template = TagTemplate(text, project)
    tag = template.tag(version)
    assert template.version_of(tag) == Version(version)
    assert template.pattern().matches(tag)
