"""What another process has compiled is imported; whatever that process failed to do, this one does."""

from __future__ import annotations

import gc
import importlib
import io
import runpy
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from publish_gate.release_tree import compiled, precompile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Sent = Callable[[bytes], None]

TOP = Path(__file__).parents[2]
FILES = {
    "bundle/other.py": "import requests\n",
    "bundle/requests/__init__.py": "from requests import models, parts\n",
    "bundle/requests/models.py": "ANSWER = 42\n",
    "bundle/requests/parts/__init__.py": "from requests.parts.one import ONE\n",
    "bundle/requests/parts/one.py": "ONE = 1\n",
    "bundle/requests/damaged.py": "def (",
    "bundle/idna/__init__.py": "from idna.core import CORE\n",
    "bundle/idna/core.py": "CORE = 1\n",
    "bundle/yaml/__init__.py": "raise RuntimeError('the writer is not needed')\n",
    "bundle/yaml/reader.py": "READER = 1\n",
    "bundle/late.py": "LATE = 1\n",
    "bundle/later.py": "LATER = 1\n",
    precompile.ORDER: (
        "requests\nrequests.models\nrequests.gone\nrequests.damaged\nidna\nyaml\n\nlate\nlater\n\nother\n"
    ),
}
TOLD = {name.partition("/")[2].partition("/")[0].removesuffix(".py") for name in FILES if name.startswith("bundle")}


@pytest.fixture
def release(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A release with modules of its own, and nothing of them imported before or after."""
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    for name in [name for name in sys.modules if name.partition(".")[0] in TOLD]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(sys, "meta_path", list(sys.meta_path))
    monkeypatch.setattr(sys, "path", [str(tmp_path / "bundle"), *sys.path])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "modules", dict(sys.modules))
    return tmp_path


@pytest.fixture
def receive(release: Path, tmp_path: Path) -> Iterator[Sent]:
    """Imports from what was sent."""
    with (tmp_path / "sent").open("w+b") as file:

        def received(sent: bytes) -> None:
            file.write(sent)
            file.seek(0)
            compiled.import_from(file, str(release))

        yield received


def sent_by(release: Path) -> bytes:
    stream = io.BytesIO()
    precompile.compile_to(stream, str(release))
    return stream.getvalue()


def test_what_is_needed_first_is_sent_first_and_the_rest_from_its_end(release: Path) -> None:
    sent = sent_by(release)
    names = ["requests", "requests.models", "idna", "yaml", "later", "late", "other"]
    positions = [sent.index(f"{name} bundle/".encode()) for name in names]
    assert positions == sorted(positions)
    assert b"requests.gone - 0\n" in sent
    assert b"requests.damaged - 0\n" in sent


def test_what_was_compiled_is_what_is_imported(release: Path, receive: Sent) -> None:
    sent = sent_by(release)
    for name in ("requests/models.py", "late.py"):
        (release / "bundle" / name).write_text("", "utf-8")
    receive(sent)
    requests = importlib.import_module("other").requests
    assert (requests.models.ANSWER, requests.parts.ONE) == (42, 1)
    assert requests.models.__file__ == f"{release}/bundle/requests/models.py"
    assert importlib.import_module("late").LATE == 1
    with pytest.raises(SyntaxError):
        importlib.import_module("requests.damaged")


def test_a_module_that_is_seldom_used_runs_when_it_is_used(release: Path, receive: Sent) -> None:
    receive(sent_by(release))
    idna = importlib.import_module("idna")
    assert "idna.core" not in sys.modules
    assert idna.CORE == 1


def test_of_yaml_only_parts_are_imported(release: Path, receive: Sent) -> None:
    receive(sent_by(release))
    assert importlib.import_module("yaml.reader").READER == 1


@pytest.mark.parametrize(
    "sent",
    [b"", b"\x00", b"{", b"requests", b"requests\n", b"requests\nrequests is what?\n", b"requests\nwords\n", b"\xff\n"],
    ids=["nothing", "a null", "a beginning", "half a line", "nothing compiled", "no length", "too few", "not text"],
)
def test_what_was_not_compiled_is_compiled_here(sent: bytes, receive: Sent) -> None:
    receive(sent)
    assert importlib.import_module("requests").models.ANSWER == 42


@pytest.mark.parametrize("end", [-10, 60, 120, 200])
def test_a_stream_cut_off(end: int, release: Path, receive: Sent) -> None:
    receive(sent_by(release)[:end])
    assert importlib.import_module("requests").models.ANSWER == 42
    assert importlib.import_module("late").LATE == 1


def test_who_does_not_answer_soon_is_not_waited_for(receive: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []

    def nothing(_: object, __: object, ___: object, seconds: float) -> tuple[list[int], list[int], list[int]]:
        waited.append(seconds)
        return [], [], []

    receive(b"")
    monkeypatch.setattr("select.select", nothing)
    assert importlib.import_module("late").LATE == 1
    assert 0 < sum(waited) < 1


def test_what_the_doctor_needs_is_not_waited_for(receive: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    answers = [[1], []]

    def once(_: object, __: object, ___: object, seconds: float) -> tuple[list[int], list[int], list[int]]:
        waited.append(seconds)
        return answers.pop(0) if answers else [], [], []

    receive(b"requests\n")
    monkeypatch.setattr("select.select", once)
    assert importlib.import_module("late").LATE == 1
    assert waited == [0]


def test_where_a_pipe_cannot_be_asked_only_what_is_needed_first_is_read(
    release: Path, receive: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = sent_by(release)
    (release / "bundle" / "requests" / "models.py").write_text("", "utf-8")
    monkeypatch.setattr(compiled, "_CAN_ASK", False)
    receive(sent)
    assert importlib.import_module("requests").models.ANSWER == 42
    assert importlib.import_module("late").LATE == 1


def _broken(_: int, __: int) -> bytes:
    raise OSError(5, "Input/output error")


def test_a_pipe_that_cannot_be_read(receive: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    receive(b"")
    monkeypatch.setattr("os.read", _broken)
    assert importlib.import_module("requests").models.ANSWER == 42


def test_it_is_a_program_as_well(release: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    told = io.TextIOWrapper(io.BytesIO())
    monkeypatch.setattr(sys, "argv", ["precompile.py", str(release)])
    monkeypatch.setattr(sys, "stdout", told)
    try:
        runpy.run_path(str(precompile.__file__), run_name="__main__")
    finally:
        gc.enable()
    assert told.buffer.getvalue() == sent_by(release)


def test_the_order_names_modules_that_there_are() -> None:
    names = (TOP / precompile.ORDER).read_text("ascii").split()
    files = [TOP / "src" / name.replace(".", "/") for name in names if name.startswith("publish_gate")]
    missing = [str(file) for file in files if not file.is_dir() and not file.with_suffix(".py").is_file()]
    assert missing == [], "run scripts/import_order.py"
    assert len(names) == len(set(names))
