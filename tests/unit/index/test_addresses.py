"""The forms in which an index address is written, and those that are refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from publish_gate.index import IndexAddress
from publish_gate.index.addresses import Form
from publish_gate.index.urls import is_loopback, origin, split_url


@pytest.mark.parametrize(
    ("text", "form", "asked", "roots"),
    [
        pytest.param(
            "https://i.example",
            Form.BASE,
            "https://i.example/pypi/demo/json",
            ("https://i.example/simple/",),
            id="a base address",
        ),
        pytest.param(
            "https://i.example//a/b//",
            Form.BASE,
            "https://i.example/a/b/pypi/demo/json",
            ("https://i.example/a/b/simple/",),
            id="a base address with slashes too many",
        ),
        pytest.param(
            "HTTPS://I.example:8443/",
            Form.BASE,
            "https://I.example:8443/pypi/demo/json",
            ("https://I.example:8443/simple/",),
            id="a base address with a port",
        ),
        pytest.param(
            "https://i.example/simple/",
            Form.SIMPLE_ROOT,
            "https://i.example/simple/demo/",
            ("https://i.example/simple/",),
            id="what pip is given",
        ),
        pytest.param(
            "http://127.0.0.1:3141/alice/dev/+simple",
            Form.SIMPLE_ROOT,
            "http://127.0.0.1:3141/alice/dev/+simple/demo/",
            ("http://127.0.0.1:3141/alice/dev/+simple/",),
            id="what pip is given for devpi",
        ),
        pytest.param(
            "http://[::1]:80/simple",
            Form.SIMPLE_ROOT,
            "http://[::1]:80/simple/demo/",
            ("http://[::1]:80/simple/",),
            id="an IPv6 address of this machine",
        ),
        pytest.param(
            "https://i.example/simple/{name}/",
            Form.TEMPLATE,
            "https://i.example/simple/demo/",
            ("https://i.example/simple/",),
            id="a template of a Simple API",
        ),
        pytest.param(
            "https://i.example/simple/{name}",
            Form.TEMPLATE,
            "https://i.example/simple/demo",
            ("https://i.example/simple/",),
            id="a template of a Simple API without its slash",
        ),
        pytest.param(
            "https://i.example/pypi/{name}/json",
            Form.TEMPLATE,
            "https://i.example/pypi/demo/json",
            ("https://i.example/simple/", "https://i.example/pypi/simple/", "https://i.example/pypi/"),
            id="a template of the JSON API as public indexes have it",
        ),
        pytest.param(
            "https://i.example/{name}/json",
            Form.TEMPLATE,
            "https://i.example/demo/json",
            ("https://i.example/simple/", "https://i.example/"),
            id="a template of the JSON API as pypiserver has it",
        ),
        pytest.param(
            "https://i.example/api?name={name}&x=1",
            Form.TEMPLATE,
            "https://i.example/api?name=demo&x=1",
            (),
            id="a template with the name in its query",
        ),
        pytest.param(
            "https://i.example/py-{name}.json",
            Form.TEMPLATE,
            "https://i.example/py-demo.json",
            (),
            id="a template with the name in the middle of a part",
        ),
    ],
)
def test_forms(text: str, form: Form, asked: str, roots: tuple[str, ...]) -> None:
    address = IndexAddress.parse(text)
    assert address.form is form
    assert address.project_url("demo") == asked
    assert address.simple_roots == roots
    assert address.credentials is None


def test_a_base_may_be_called_simple_where_it_is_said_to_be_one() -> None:
    address = IndexAddress.base("https://i.example/simple/")
    assert address.form is Form.BASE
    assert address.project_url("demo") == "https://i.example/simple/pypi/demo/json"


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("https://us%40er:p%2Fw@i.example/simple/", id="user and password"),
        pytest.param("https://token0@i.example/", id="a token alone"),
        pytest.param("https://:token0@i.example/{name}/", id="a password alone"),
        pytest.param("https://@i.example/", id="nothing before the sign"),
        pytest.param("https://u%0A:p@i.example/", id="a line break in the user"),
        pytest.param("http://u:token0@127.0.0.1:8000/simple/", id="on this machine"),
    ],
)
def test_credentials_are_refused_and_never_shown(text: str) -> None:
    with pytest.raises(ValueError, match="PUBLISH_GATE_INDEX_<TARGET>_PASSWORD") as refused:
        IndexAddress.parse(text)
    assert ".netrc" in str(refused.value)
    for secret in ("token0", "p%2Fw", "us%40er"):
        assert secret not in str(refused.value)


def test_a_token_in_the_query_is_never_shown() -> None:
    address = IndexAddress.parse("https://i.example/{name}?token=token0")
    for shown in (str(address), repr(address), address.redacted):
        assert "i.example" in shown
        assert "token0" not in shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", "is empty", id="nothing"),
        pytest.param("i.example/simple", "does not start with https://", id="no scheme"),
        pytest.param("//i.example/simple", "does not start with https://", id="no scheme but slashes"),
        pytest.param("file:///etc/passwd", "does not start with https://", id="a file"),
        pytest.param("ftp://i.example/", "does not start with https://", id="another scheme"),
        pytest.param("https:i.example", "does not start with https://", id="a scheme without slashes"),
        pytest.param("http://i.example/", "write https://", id="plain http"),
        pytest.param("http://127.0.0.1.example/", "write https://", id="plain http to a look-alike"),
        pytest.param("http://localhost@i.example/", "write https://", id="plain http behind credentials"),
        pytest.param("http://128.0.0.1/", "write https://", id="plain http to another machine"),
        pytest.param("http://127.0.0.256/", "write https://", id="plain http to no address"),
        pytest.param("https:///simple/", "names no host", id="no host"),
        pytest.param("https://:443/", "names no host", id="a port without a host"),
        pytest.param("https://u:p@/", "names no host", id="credentials without a host"),
        pytest.param("https://i.example:x/", "port", id="a port of letters"),
        pytest.param("https://i.example:99999/", "port", id="a port too high"),
        pytest.param("https://i.example:0/", "port", id="port zero"),
        pytest.param("https://[::1/", "host", id="half a bracket"),
        pytest.param("https://-i.example/", "host", id="a host that starts with a dash"),
        pytest.param("https://i..example/", "host", id="a host with an empty part"),
        pytest.param("https://i.example/a b", "space", id="a space"),
        pytest.param(" https://i.example", "space", id="a space before"),
        pytest.param("https://i.example/\n", "space", id="a line break"),
        pytest.param("https://i.example/\0", "space", id="a control character"),
        pytest.param("https://i.example\\@other.example", "character", id="a backslash"),
        pytest.param("https://münchen.example", "character", id="a letter outside ASCII"),
        pytest.param("https://i.example/#x", "fragment", id="a fragment"),
        pytest.param("https://i.example/{name}#x", "fragment", id="a fragment in a template"),
        pytest.param("https://i.example/?x=1", "query", id="a query"),
        pytest.param("https://i.example/{project}", "{name} exactly once", id="another placeholder"),
        pytest.param("https://i.example/{name}/{name}", "{name} exactly once", id="two placeholders"),
        pytest.param("https://i.example/{name}}", "{name} exactly once", id="a brace too many"),
        pytest.param("https://i.example/{", "{name} exactly once", id="an open brace"),
        pytest.param("https://{name}.example/", "in its host", id="the name in the host"),
        pytest.param("https://{name}@i.example/", "holds credentials", id="the name in the credentials"),
    ],
)
def test_refused(text: str, expected: str) -> None:
    with pytest.raises(ValueError, match=r".") as refused:
        IndexAddress.parse(text)
    assert expected in str(refused.value)


def test_refused_addresses_are_not_repeated_as_they_may_hold_a_password() -> None:
    with pytest.raises(ValueError, match="port") as refused:
        IndexAddress.parse("https://user:hunter2@i.example:bad/")
    assert "hunter2" not in str(refused.value)


def test_braces_are_refused_in_a_base() -> None:
    with pytest.raises(ValueError, match="no braces"):
        IndexAddress.base("https://i.example/{name}")


@given(st.text() | st.from_regex(r"https?://[ -~]{0,20}", fullmatch=True))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        address = IndexAddress.parse(text)
    except ValueError:
        return
    assert "@" not in split_url(address.url.replace("{name}", "name")).netloc


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1", "127.255.255.255", "::1"])
def test_loopback(host: str) -> None:
    assert is_loopback(host)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        pytest.param("https://i.example/a", "https://I.EXAMPLE:443/b", True, id="the default port"),
        pytest.param("http://127.0.0.1/", "http://127.0.0.1:80/", True, id="the default port of http"),
        pytest.param("https://i.example/", "https://i.example:8443/", False, id="another port"),
        pytest.param("https://i.example/", "https://j.example/", False, id="another host"),
        pytest.param("https://localhost/", "http://localhost/", False, id="another scheme"),
    ],
)
def test_origins(one: str, other: str, same: bool) -> None:
    assert (origin(one) == origin(other)) is same
