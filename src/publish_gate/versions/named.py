"""Reads the version from the file or folder that the user named in ``version-file``."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError, posix
from publish_gate.versions import text
from publish_gate.versions.faults import (
    DECLARE_IT,
    NAME_THE_FILE,
    Refusal,
    read_bytes,
    refuse,
    refused,
    unreadable,
)
from publish_gate.versions.model import FoundVersion, ProjectReading

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.versions.model import VersionFault

DECLARED_BY = "version-file"
_METADATA = frozenset({"PKG-INFO", "METADATA"})


def read(checkout: Checkout, path: str) -> ProjectReading:
    """Read what the user named, by the kind that its name tells."""
    given = posix(path)
    try:
        return _read(checkout, given)
    except Refusal as refusal:
        return ProjectReading(None, refusal.fault)
    except CheckoutError as error:
        return ProjectReading(None, refused(checkout, error, given, None).fault)
    except (RecursionError, MemoryError):
        fault = unreadable("too-complex", "the file is too deeply nested to be read", checkout.place(given))
        return ProjectReading(None, fault)


def _read(checkout: Checkout, path: str) -> ProjectReading:
    from publish_gate.versions import built

    if not path.strip():
        raise refuse("missing-file", "no file is named", None, advice=NAME_THE_FILE)
    if checkout.has_folder(path):
        return built.read_folder(checkout, path)
    name = posixpath.basename(path)
    if name.endswith(built.SUFFIXES):
        return built.read_file(checkout, path)
    content = read_bytes(checkout, path)
    if name in _METADATA:
        return built.read_metadata(checkout, path, content)
    return ProjectReading(None, _version(checkout, path, name))


def _version(checkout: Checkout, path: str, name: str) -> FoundVersion | VersionFault:
    if name == "setup.py":
        return _setup_py(checkout, path)
    if name.endswith((".py", ".pyi", ".pyw")):
        from publish_gate.versions.python import read_python

        found = read_python(checkout, path)
    elif name.endswith(".toml"):
        found = _toml(checkout, path)
    elif name == "setup.cfg":
        found = _setup_cfg(checkout, path)
    elif name == "meson.build":
        from publish_gate.versions import meson

        found = meson.read(checkout, path)
    else:
        found = text.read_any(checkout, path)
    if isinstance(found, FoundVersion):
        return FoundVersion(found.text, found.place, DECLARED_BY, found.notes)
    return found


def _below(checkout: Checkout, path: str) -> Checkout:
    """Look at the checkout from the folder of a file, to which what it declares is relative."""
    from publish_gate.checkout import Checkout as Below

    return Below(checkout.root, checkout.place(posixpath.dirname(path) or ".").path)


def _setup_py(checkout: Checkout, path: str) -> FoundVersion | VersionFault:
    from publish_gate.versions import setup_py

    version = setup_py.load(_below(checkout, path), read).version
    if version is None:
        raise refuse(
            "nothing-declares-a-version",
            "setup() is given no version",
            checkout.place(path),
            advice=DECLARE_IT,
        )
    return version


def _setup_cfg(checkout: Checkout, path: str) -> FoundVersion | VersionFault:
    from publish_gate.versions import setuptools

    version = setuptools.read_cfg(_below(checkout, path))
    if version is None:
        text = f"{path} has no `version` in [metadata]"
        raise refuse("nothing-declares-a-version", text, checkout.place(path), advice=DECLARE_IT)
    return version


def _toml(checkout: Checkout, path: str) -> FoundVersion | VersionFault:
    from publish_gate.versions.toml import load

    document = load(checkout, path)
    if posixpath.basename(path) == "Cargo.toml":
        from publish_gate.versions import cargo

        return cargo.read(document)
    places: list[tuple[str, ...]] = [("project", "version"), ("tool", "poetry", "version")]
    if posixpath.basename(path) != "pyproject.toml":
        places.append(("version",))
    for keys in places:
        version = document.get(*keys)
        if isinstance(version, str):
            return FoundVersion(version, document.place(*keys), DECLARED_BY)
    message = f"{path} has a `version` neither in [project] nor in [tool.poetry]"
    raise refuse("nothing-declares-a-version", message, checkout.place(path), advice=DECLARE_IT)
