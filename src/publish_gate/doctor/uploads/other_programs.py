"""Uploads by programs for which an upload is one thing among others, or whose index is never a public one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.uploads.addresses import host_of
from publish_gate.doctor.uploads.arguments import read_options
from publish_gate.doctor.uploads.model import Auth, How, Index
from publish_gate.doctor.uploads.upload_commands import DetectedUpload
from publish_gate.doctor.uploads.values import first_given
from publish_gate.doctor.uploads.words import listed

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.wrappers import Program

_CURL = listed(
    "-F --form -T --upload-file -u --user -H --header -X --request -o --output -d --data --url -m --max-time "
    "--retry -w --write-out -A -b -c -e --cacert --data-binary"
)
_FURY = ".fury.io"
# What python-semantic-release before its version 8 took its credentials from, and by which it uploaded.
_RELEASE_SECRETS = ("PYPI_TOKEN", "REPOSITORY_PASSWORD", "PYPI_PASSWORD")


def upload_of(program: Program) -> DetectedUpload | None:
    """Return the upload that a command does to another index than the public ones, None where it does none."""
    words = [word.text for word in program.arguments]
    if "--help" in words or "-h" in words:
        return None
    match program.name, words:
        case "curl", _:
            return _by_curl(program)
        case "fury" | "gemfury", ["push", *_]:
            return DetectedUpload(How.OTHER, Index.OTHER, Auth.TOKEN)
        case "cloudsmith", ["push" | "upload", "python", *_]:
            return DetectedUpload(How.OTHER, Index.OTHER, Auth.TOKEN)
        case "devpi", ["upload", *rest] if "--dry-run" not in rest:
            return DetectedUpload(How.OTHER, Index.OTHER, Auth.TOKEN)
        case "semantic-release", _:
            return _by_semantic_release(program, words)
    return None


def _by_curl(program: Program) -> DetectedUpload | None:
    arguments = read_options(program.arguments, _CURL)
    forms = [value.text for name, value in arguments.options if name in {"-F", "--form"} and value is not None]
    sends = any("=@" in form for form in forms) or arguments.has("-T", "--upload-file")
    url = arguments.value("--url")
    addresses = [*arguments.rest, *([url] if url is not None else [])]
    target = next((word for word in addresses if _is_fury(word.text)), None)
    if not sends or target is None:
        return None
    return DetectedUpload(How.OTHER, Index.OTHER, Auth.TOKEN, url=target)


def _is_fury(address: str) -> bool:
    host = host_of(address if "://" in address else f"https://{address}")
    return host.endswith(_FURY)


def _by_semantic_release(program: Program, words: list[str]) -> DetectedUpload | None:
    secret = first_given(program.environment, _RELEASE_SECRETS)
    if secret is None or "publish" not in words or "--noop" in words:
        return None
    return DetectedUpload(How.OTHER, Index.PYPI, Auth.TOKEN, credential=secret)
