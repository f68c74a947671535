"""Where the credentials for reading come from, and where they never go."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from publish_gate.hosts import PYPI
from publish_gate.index.addresses import IndexAddress
from publish_gate.index.credentials import variables, with_credentials

if TYPE_CHECKING:
    from pathlib import Path

ADDRESS = IndexAddress.parse("https://i.example:8443/simple/{name}/")
USER, PASSWORD = variables("internal")
NETRC = "machine o.example login o password x\nmachine i.example login alice password s3cret\ndefault login d\n"


@pytest.mark.parametrize(
    ("target", "stem"),
    [("internal", "INTERNAL"), ("my-index.2", "MY_INDEX_2"), ("Prod", "PROD")],
)
def test_variables(target: str, stem: str) -> None:
    assert variables(target) == (f"PUBLISH_GATE_INDEX_{stem}_USERNAME", f"PUBLISH_GATE_INDEX_{stem}_PASSWORD")


@pytest.mark.parametrize(
    ("environment", "found"),
    [
        pytest.param({}, None, id="nothing"),
        pytest.param({USER: "u", PASSWORD: "p"}, ("u", "p"), id="both"),
        pytest.param({PASSWORD: "token\n"}, ("", "token"), id="a token alone, with the line end of a pasted secret"),
        pytest.param({USER: "token"}, ("token", ""), id="a user alone"),
        pytest.param({USER: "", PASSWORD: " "}, None, id="empty, as a secret that is not set"),
        pytest.param(dict.fromkeys(variables("other"), "x"), None, id="of another target"),
    ],
)
def test_from_the_environment(environment: dict[str, str], found: tuple[str, str] | None) -> None:
    assert with_credentials(ADDRESS, "internal", environment).credentials == found


@pytest.mark.parametrize(("name", "variable"), [(".netrc", "HOME"), ("_netrc", "USERPROFILE"), ("elsewhere", "NETRC")])
def test_from_netrc(name: str, variable: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(NETRC, "utf-8")
    environment = {variable: str(file if variable == "NETRC" else tmp_path)}
    assert with_credentials(ADDRESS, "internal", environment).credentials == ("alice", "s3cret")
    environment |= {USER: "u", PASSWORD: "p"}
    assert with_credentials(ADDRESS, "internal", environment).credentials == ("u", "p"), "the variables come first"


def test_the_default_entry_of_netrc_goes_to_nobody(tmp_path: Path) -> None:
    (tmp_path / ".netrc").write_text("default login d password d\n", "utf-8")
    assert with_credentials(ADDRESS, "internal", {"HOME": str(tmp_path)}).credentials is None


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"machine i.example login", id="half an entry"),
        pytest.param(b"\xff\xfe", id="not text"),
        pytest.param(NETRC.encode() + b"#" * 1024 * 1024, id="too long"),
        pytest.param(None, id="a folder"),
    ],
)
def test_a_netrc_that_cannot_be_used_has_nothing(content: bytes | None, tmp_path: Path) -> None:
    file = tmp_path / "netrc"
    if content is None:
        file.mkdir()
    else:
        file.write_bytes(content)
    assert with_credentials(ADDRESS, "internal", {"NETRC": str(file)}).credentials is None
    assert with_credentials(ADDRESS, "internal", {"NETRC": str(tmp_path / "missing")}).credentials is None
    assert with_credentials(ADDRESS, "internal", {"HOME": str(tmp_path / "missing")}).credentials is None


def test_the_public_indexes_get_none(tmp_path: Path) -> None:
    host = PYPI.web.removeprefix("https://")
    (tmp_path / ".netrc").write_text(f"machine {host} login a password b\n", "utf-8")
    environment = dict.fromkeys(variables("pypi"), "x") | {"HOME": str(tmp_path)}
    assert with_credentials(IndexAddress.parse(PYPI.web), "pypi", environment).credentials is None
