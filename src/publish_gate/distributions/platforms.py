"""Which platform tags of wheels the public indexes take (warehouse, forklift/legacy.py, read on 2026-08-21)."""

from __future__ import annotations

import re
from typing import Final

_NAMED: Final = frozenset(
    {
        *("any", "win32", "win_arm64", "win_amd64", "win_ia64", "linux_armv6l", "linux_armv7l"),
        *(f"manylinux{age}_{arch}" for age in ("1", "2010", "2014") for arch in ("x86_64", "i686")),
        *(f"manylinux2014_{arch}" for arch in ("aarch64", "armv7l", "ppc64", "ppc64le", "s390x")),
    }
)
_LINUX: Final = frozenset({"x86_64", "i686", "aarch64", "armv7l", "ppc64le", "s390x", "riscv64"})
_MACOS: Final = frozenset(
    {"ppc", "ppc64", "i386", "x86_64", "arm64", "intel", "fat", "fat3", "fat64", "universal", "universal2"}
)
# A pattern whose group is the architecture, and the architectures that go with it.
_FAMILIES: Final = tuple(
    (re.compile(pattern, re.ASCII), arches)
    for pattern, arches in (
        (r"macosx_10_\d+_(.*)", _MACOS),
        # Since macOS 11 the first number alone counts, and there is no 16 to 25.
        (r"macosx_(?:11|12|13|14|15|26)_0_(.*)", _MACOS),
        (r"manylinux_\d+_\d+_(.*)", _LINUX | {"ppc64"}),
        (r"musllinux_\d+_\d+_(.*)", _LINUX),
        (r"ios_\d+_\d+_(.*)_(?:iphoneos|iphonesimulator)", frozenset({"arm64", "x86_64"})),
        (r"android_\d+_(.*)", frozenset({"armeabi_v7a", "arm64_v8a", "x86", "x86_64"})),
        (r"pyemscripten_\d+_\d+_(wasm32)", frozenset({"wasm32"})),
    )
)


def is_accepted(tag: str) -> bool:
    """Whether the public indexes take wheels for a platform."""
    if tag in _NAMED:
        return True
    found = ((pattern.fullmatch(tag), arches) for pattern, arches in _FAMILIES)
    return any(match is not None and match[1] in arches for match, arches in found)


def advice(tag: str) -> str:
    """Say how to get a platform tag that is taken."""
    if tag.startswith("linux_"):
        return (
            "A plain linux tag promises nothing about the system's libraries: build the wheel with cibuildwheel, or "
            "repair it with `auditwheel repair`, which gives it a manylinux or musllinux tag."
        )
    if tag.startswith("macosx_"):
        return "Since macOS 11 the tag has the form macosx_11_0_arm64: set MACOSX_DEPLOYMENT_TARGET to such a version."
    return "Build the wheel with cibuildwheel, which names the platforms as indexes take them."
