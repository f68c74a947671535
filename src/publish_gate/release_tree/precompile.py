"""Compiles a release's modules in a second process, just ahead of the first one, which runs them.

A release carries sources only, so that it can be read and is the same on every machine; compiling them is half of
what a run takes. The two processes are joined by a pipe, see the script in action.yml: the one that writes runs this
file, the one that reads imports ``compiled``. ``import_order.txt`` lists what a run imports, in that order: first what
it needs for its outputs, then what the doctor needs for any workflow, then what it needs for larger ones.
"""

from __future__ import annotations

import gc
import marshal
import sys

# Importing typing takes as long as all of the above.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

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


if __name__ == "__main__":
    sys.dont_write_bytecode = True
    gc.disable()
    try:
        import fcntl

        fcntl.fcntl(sys.stdout, _SET_PIPE_SIZE, _PIPE_BYTES)
    except (ImportError, OSError):
        pass  # another system, or a smaller limit: then the pipe is as it is
    compile_to(sys.stdout.buffer, sys.argv[1])
