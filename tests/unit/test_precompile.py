"""What another process has compiled is imported; whatever that process failed to do, this one does."""

from __future__ import annotations

import gc
import importlib
import io
import marshal
import runpy
import sys
from typing import TYPE_CHECKING

import pytest

from publish_gate.release_tree import precompile

if TYPE_CHECKING:
    from pathlib import Path

FILES = {
    "requests/__init__.py": "from requests import models, parts\n",
    "requests/models.py": "ANSWER = 42\n",
    "requests/parts/__init__.py": "from requests.parts.one import ONE\n",
    "requests/parts/one.py": "ONE = 1\n",
    "requests/notes.txt": "no module",
    "urllib3/http2/__init__.py": "",
    "urllib3/util/__init__.py": "",
    "idna/__init__.py": "",
    "idna/uts46data.py": "TABLE = ()\n",
    "other.py": "import requests\n",
}


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle with modules of its own, and nothing of them imported before or after."""
    for name, text in FILES.items():
        path = tmp_path / "bundle" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for name in [name for name in sys.modules if name.partition(".")[0] in {"requests", "idna", "urllib3", "other"}]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "path_hooks", list(sys.path_hooks))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "bundle"), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return tmp_path / "bundle"


def compiled(bundle: Path) -> bytes:
    stream = io.BytesIO()
    precompile.compile_to(stream, str(bundle))
    return stream.getvalue()


def test_modules_are_compiled_by_name_and_tables_rarely_needed_are_not(bundle: Path) -> None:
    done = marshal.loads(compiled(bundle))  # noqa: S302 - just made
    assert set(done) == {"requests", "requests.models", "idna", "urllib3.http2", "urllib3.util"}


def test_what_was_compiled_is_what_is_imported(bundle: Path) -> None:
    stream = io.BytesIO(compiled(bundle))
    (bundle / "requests" / "models.py").write_text("ANSWER = 0\n", "utf-8")
    precompile.import_from(stream, str(bundle))
    assert importlib.import_module("other").requests.models.ANSWER == 42
    assert importlib.import_module("requests").parts.ONE == 1
    assert stream.read() == b""


@pytest.mark.parametrize(
    "sent", [b"", b"\x00", b"{", b"not what was expected", marshal.dumps({}), marshal.dumps(7)],
    ids=["nothing", "a null", "a beginning", "a text", "nothing compiled", "a number"],
)  # fmt: skip
def test_what_was_not_compiled_is_compiled_here(sent: bytes, bundle: Path) -> None:
    precompile.import_from(io.BytesIO(sent), str(bundle))
    assert importlib.import_module("requests").models.ANSWER == 42


def test_a_stream_cut_off(bundle: Path) -> None:
    precompile.import_from(io.BytesIO(compiled(bundle)[:-10]), str(bundle))
    assert importlib.import_module("requests").models.ANSWER == 42


def test_the_stream_is_not_read_before_it_is_needed(bundle: Path) -> None:
    (bundle / "other.py").write_text("VALUE = 1\n", "utf-8")
    stream = io.BytesIO(b"waiting")
    precompile.import_from(stream, str(bundle))
    assert importlib.import_module("other").VALUE == 1
    assert stream.read() == b"waiting"


def test_other_folders_are_imported_from_as_before(
    bundle: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    precompile.import_from(io.BytesIO(b""), str(bundle))
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "found_elsewhere.py").write_text("", "utf-8")
    monkeypatch.syspath_prepend(str(tmp_path / "elsewhere"))
    loader = importlib.import_module("found_elsewhere").__loader__
    assert type(loader).__module__ == "_frozen_importlib_external"


def test_it_is_a_program_as_well(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "argv", ["precompile.py", str(bundle)])
    monkeypatch.setattr(sys, "stdout", told)
    try:
        runpy.run_path(str(precompile.__file__), run_name="__main__")
    finally:
        gc.enable()
    assert told.buffer.getvalue() == compiled(bundle)
