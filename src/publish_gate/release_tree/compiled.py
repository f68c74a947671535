"""Imports what another process compiles meanwhile, see ``precompile``; whatever that cannot do is done here."""

from __future__ import annotations

import marshal
import os
import select
import sys
from importlib.machinery import ModuleSpec, SourceFileLoader

# Importing typing takes as long as all of the above.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import CodeType
    from typing import BinaryIO

# `requests` imports it, and asks it only about hosts beyond ASCII: it runs when one of its names is used.
LAZY = "idna"
# Only parts of it are imported, by name; its face would import the writer as well, a third of it.
FACELESS = "yaml"
_PIPE_BYTES = 1024 * 1024
# Most modules are compiled in a tenth of that: the other process has no processor now, so it is done here.
_PATIENCE_SECONDS = 0.02
# There only sockets can be asked whether something has come.
_CAN_ASK = os.name != "nt"


class CompiledModules:
    """Finds modules that the other process has compiled, before anyone looks for their files."""

    def __init__(self, stream: BinaryIO, release: str) -> None:
        self._pipe: int | None = stream.fileno()
        self._release = release
        self._text = bytearray()
        self._awaited: set[str] | None = None
        self._ready: dict[str, tuple[str, bytes]] = {}

    def find_spec(self, name: str, _path: object = None, _target: object = None) -> ModuleSpec | None:
        """Return how to load a module if the other process has compiled it, or will before it is needed."""
        self._read(wait=False)
        while (self._awaited is None or name in self._awaited) and self._read(wait=True):
            pass
        file, code = self._ready.pop(name, ("", b""))
        if not code:
            return None
        path = f"{self._release}/{file}"
        spec = ModuleSpec(name, _Compiled(name, path, code), origin=path, is_package=path.endswith("/__init__.py"))
        spec.has_location = True
        if spec.submodule_search_locations is not None:
            spec.submodule_search_locations.append(path.rpartition("/")[0])
        if name == FACELESS:
            spec.loader = None
        if name == LAZY:
            from importlib.util import LazyLoader

            spec.loader = LazyLoader(_Compiled(name, path, code))
        return spec

    def _read(self, *, wait: bool) -> bool:
        """Take what the pipe holds; return whether it held something, after a short wait if need be.

        At its end, or if what comes is none of ours, nothing is waited for any more.
        """
        if self._pipe is None or not (wait or _CAN_ASK):
            return False
        try:
            if _CAN_ASK and not select.select([self._pipe], [], [], _PATIENCE_SECONDS if wait else 0)[0]:
                return False
            text = os.read(self._pipe, _PIPE_BYTES)
            self._text += text
            self._cut()
        except (OSError, ValueError):
            text = b""
        if not text:
            self._pipe = None
        return bool(text)

    def _cut(self) -> None:
        """Cut whole modules off the text that was read so far; raise ``ValueError`` if it holds something else."""
        start = 0
        while (end := self._text.find(b"\n", start)) >= 0:
            words = self._text[start:end].decode("ascii").split()
            end += 1
            if self._awaited is None:
                self._awaited = set(words)
            else:
                name, file, length = words
                start, end = end, end + int(length)
                if end > len(self._text):
                    start -= len(" ".join(words)) + 1
                    break
                self._ready[name] = file, bytes(self._text[start:end])
                self._awaited.discard(name)
            start = end
        del self._text[:start]


class _Compiled(SourceFileLoader):
    """Loads what is compiled already."""

    def __init__(self, name: str, path: str, code: bytes) -> None:
        super().__init__(name, path)
        self._code = code

    def get_code(self, _name: str) -> CodeType | None:
        """Return the code."""
        code: CodeType = marshal.loads(self._code)  # noqa: S302 - from this action's other process
        return code


def import_from(stream: BinaryIO, release: str) -> None:
    """From now on import what the other process writes to ``stream``; what it does not write is compiled as ever."""
    sys.meta_path.insert(0, CompiledModules(stream, release))
