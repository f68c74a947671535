"""The credentials for reading an index: from the environment or .netrc, for each target its own."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from publish_gate.hosts import is_public_host
from publish_gate.index.urls import split_url
from publish_gate.records import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.index.addresses import IndexAddress

_LARGEST: Final = 1024 * 1024
_NETRC: Final = (".netrc", "_netrc")


def variables(target: str) -> tuple[str, str]:
    """Return the names of the two variables for a target: user name and password.

    The name in capitals, with an underscore for each character that no variable has, as uv does for its indexes.
    """
    stem = "PUBLISH_GATE_INDEX_" + re.sub("[^A-Z0-9]", "_", target.upper())
    return f"{stem}_USERNAME", f"{stem}_PASSWORD"


def with_credentials(address: IndexAddress, target: str, environment: Mapping[str, str]) -> IndexAddress:
    """Return the address with its target's credentials, if there are any.

    The variables come first, then the entry of .netrc for exactly this host: its ``default`` would go to anyone.
    The public indexes need none for reading and get none.
    """
    host = split_url(address.url.replace("{name}", "name")).hostname or ""
    if is_public_host(host):
        return address
    user, password = (environment.get(name, "").strip() for name in variables(target))
    if user or password:
        return replace(address, credentials=(user, password))
    return replace(address, credentials=_from_netrc(host, environment))


def _from_netrc(host: str, environment: Mapping[str, str]) -> tuple[str, str] | None:
    """Look a host up in the file that NETRC names, else in the home folder's; a file that is not one has nothing."""
    path = _netrc_path(environment)
    if path is None:
        return None
    import netrc

    try:
        entry = netrc.netrc(path).hosts.get(host) if path.stat().st_size <= _LARGEST else None
    except (OSError, UnicodeDecodeError, netrc.NetrcParseError):
        return None
    user, _, password = entry or ("", None, None)
    return (user or "", password or "") if user or password else None


def _netrc_path(environment: Mapping[str, str]) -> Path | None:
    named = environment.get("NETRC")
    if named:
        return Path(named)
    home = environment.get("HOME") or environment.get("USERPROFILE")
    return next((path for path in (Path(home, name) for name in _NETRC) if path.is_file()), None) if home else None
