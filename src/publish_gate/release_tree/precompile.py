"""Compiles a release's dependencies in a second process, while the first one is busy with this program's own modules.

A release carries sources only, so that it can be read and is the same on every machine; compiling them is half of
what a run takes. The two processes are joined by a pipe, see the script in action.yml: the one that writes runs this
file, the one that reads imports it.
"""

from __future__ import annotations

import gc
import marshal
import os
import sys
from importlib.machinery import FileFinder, SourceFileLoader

# Importing typing takes as long as all of the above.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.abc import PathEntryFinder
    from types import CodeType
    from typing import BinaryIO

# Where nearly every module is needed, by whoever asks an index; about as much work as this program's own modules.
FOLDERS = ("idna", "requests", "urllib3", "urllib3/http2", "urllib3/util")
# Tables that only names of hosts beyond ASCII need.
RARE = frozenset({"idna.uts46data"})


def compile_to(stream: BinaryIO, bundle: str) -> None:
    """Write the compiled modules of ``FOLDERS``, by module name, for a process of the same Python to read."""
    done = {}
    for folder in FOLDERS:
        package = folder.replace("/", ".")
        for file in os.listdir(f"{bundle}/{folder}"):  # noqa: PTH208 - pathlib takes longer than all the files
            stem, _, ending = file.rpartition(".")
            name = package if stem == "__init__" else f"{package}.{stem}"
            if ending == "py" and name not in RARE:
                done[name] = marshal.dumps(SourceFileLoader(name, f"{bundle}/{folder}/{file}").get_code(name))
    stream.write(marshal.dumps(done))


def import_from(stream: BinaryIO, bundle: str) -> None:
    """From now on import what lies in ``bundle`` from its sources, compiled where ``compile_to`` has done so.

    The stream is read to its end when the first such module is needed; what it lacks is compiled then.
    """
    ready: dict[str, bytes] = {}
    waiting = [stream]

    class Loader(SourceFileLoader):
        """Asks the other process first."""

        def get_code(self, fullname: str) -> CodeType | None:
            if waiting and fullname.partition(".")[0] in FOLDERS:
                ready.update(_read(waiting.pop()))
            if fullname in ready:
                code: CodeType = marshal.loads(ready[fullname])  # noqa: S302 - from this action's other process
                return code
            return super().get_code(fullname)

    hook = FileFinder.path_hook((Loader, [".py"]))

    def only_the_bundle(path: str) -> PathEntryFinder:
        if not path.startswith(bundle):
            raise ImportError
        return hook(path)

    sys.path_hooks.insert(0, only_the_bundle)


def _read(stream: BinaryIO) -> dict[str, bytes]:
    """Return what the other process has compiled; nothing where it could not."""
    try:
        done = marshal.loads(stream.read())  # noqa: S302 - from this action's other process
    except (EOFError, ValueError, TypeError, OSError):
        return {}
    return done if isinstance(done, dict) else {}


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    gc.disable()
    compile_to(sys.stdout.buffer, sys.argv[1])
