"""Compiles a release's modules in a second process, just ahead of the first one, which runs them.

A release carries sources only, so that it can be read and is the same on every machine; compiling them is half of
what a run takes. The two processes are joined by a pipe, see the script in action.yml: the one that writes runs this
file, the one that reads imports it. ``import_order.txt`` lists what a run imports, in that order: first what it needs
for its outputs, then what the doctor needs for any workflow, then what it needs for larger ones.
"""

from __future__ import annotations

import gc
import marshal
import os
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
ORDER = "src/publish_gate/release_tree/import_order.txt"
# Linux's fcntl(F_SETPIPE_SZ): a pipe holds 64 KB, and while the first process waits for an index, the second goes on.
_SET_PIPE_SIZE, _PIPE_BYTES = 1031, 1024 * 1024


def compile_to(stream: BinaryIO, release: str) -> None:
    """Write the modules of ``import_order.txt``, compiled, for a process of the same Python to read.

    What the outputs need comes in the order in which it is needed. What the doctor needs for the smallest workflow
    comes from the last to the first: its imports are most of its work, so the first process compiles from the other
    end, until they meet. At last comes what it needs for larger ones.
    """
    with open(f"{release}/{ORDER}", encoding="ascii") as file:  # noqa: PTH123 - pathlib takes longer than all the files
        needed, always, sometimes = (part.split() for part in file.read().split("\n\n"))
    stream.write(f"{' '.join(needed)}\n".encode())
    for name in (*needed, *reversed(always), *sometimes):
        code, file_name = _compile(name, release)
        stream.write(f"{name} {file_name} {len(code)}\n".encode() + code)
        stream.flush()


def _compile(name: str, release: str) -> tuple[bytes, str]:
    """Return a module's code and the name of its file; no code if it cannot be compiled, which its import reports."""
    path = _path(name)
    for file in (f"{path}.py", f"{path}/__init__.py"):
        try:
            with open(f"{release}/{file}", "rb", 0) as source:  # noqa: PTH123 - as above
                return marshal.dumps(compile(source.read(), file, "exec", dont_inherit=True)), file
        except OSError:
            continue
        except (SyntaxError, ValueError):
            break
    return b"", "-"


def _path(name: str) -> str:
    return f"{'src' if name.startswith('publish_gate') else 'bundle'}/{name.replace('.', '/')}"


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
        while self._pipe is not None and (self._awaited is None or name in self._awaited):
            self._read(wait=True)
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

    def _read(self, *, wait: bool) -> None:
        """Take what the pipe holds; at its end, or if it is none of ours, what has not come is not waited for."""
        if self._pipe is None:
            return
        try:
            os.set_blocking(self._pipe, wait)
            text = os.read(self._pipe, _PIPE_BYTES)
            self._text += text
            self._cut()
        except BlockingIOError:
            return
        except (OSError, ValueError):
            text = b""
        if not text:
            self._pipe = None

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


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    gc.disable()
    try:
        import fcntl

        fcntl.fcntl(sys.stdout, _SET_PIPE_SIZE, _PIPE_BYTES)
    except (ImportError, OSError):
        pass  # another system, or a smaller limit: then the pipe is as it is
    compile_to(sys.stdout.buffer, sys.argv[1])
