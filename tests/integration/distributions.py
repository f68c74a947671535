"""Tiny distributions, made without a build back end."""

from __future__ import annotations

import io
import tarfile
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def _metadata(name: str, version: str) -> str:
    return f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"


def make_wheel(folder: Path, name: str, version: str) -> Path:
    """Write a wheel of an empty package and return its path."""
    module = name.replace("-", "_").replace(".", "_").lower()
    path = folder / f"{module}-{version}-py3-none-any.whl"
    info = f"{module}-{version}.dist-info"
    with zipfile.ZipFile(path, "w") as wheel:
        wheel.writestr(f"{module}/__init__.py", "")
        wheel.writestr(f"{info}/METADATA", _metadata(name, version))
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


def make_sdist(folder: Path, name: str, version: str) -> Path:
    """Write a source distribution without sources and return its path."""
    stem = f"{name.replace('-', '_').replace('.', '_').lower()}-{version}"
    path = folder / f"{stem}.tar.gz"
    with tarfile.open(path, "w:gz") as sdist:
        build = "[build-system]\nrequires = []\n"
        for path_inside, text in (("PKG-INFO", _metadata(name, version)), ("pyproject.toml", build)):
            member = tarfile.TarInfo(f"{stem}/{path_inside}")
            member.size = len(text)
            sdist.addfile(member, io.BytesIO(text.encode()))
    return path
