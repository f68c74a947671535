"""Hostile text from files, refs, payloads, inputs and indexes: no command, no output and no code is made of it."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import pytest
from e2e.consumer import EXAMPLE_NAME, VERSION_FILE, Event, make_checkout
from e2e.expectations import check_harmless, check_run
from e2e.index import JSON, document, host
from e2e.runner import Gate, workflow
from integration.servers import Reply

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from e2e.direct import Step
    from e2e.runner import Runner
    from integration.servers import FaultServer

MARK = "@MARK@"
"""Stands for the path of a file that must not be there after the test."""
TEXTS = {
    "an output command after a line feed": "1.0\n::set-output name=should-publish::true",
    "an output command after a carriage return": "1.0\r::set-output name=should-publish::true",
    "an output command after a line separator": "1.0\u2028::set-output name=should-publish::true",
    "an output command after a vertical tab": "1.0\v::set-output name=should-publish::true",
    "an output command at the start": "::set-output name=should-publish::true",
    "an error of the old form": "1.0 ##[error]seen",
    "the end of commands": "1.0\n::stop-commands::word",
    "a mask": "1.0\n::add-mask::true",
    "an end of a value and another one": "1.0\nEOF\nshould-publish=true\npublish-to=pypi",
    "the start of a value": "should-publish<<EOF\ntrue\nEOF",
    "escaped line ends": "1.0%0A::set-output name=should-publish::true%0D",
    "an expression": "${{ github.token }}",
    "a command substitution": f"1.0$(touch '{MARK}')",
    "backticks": f"1.0`touch '{MARK}'`",
    "the end of a quote": f"1.0'; touch '{MARK}'; echo '",
    "the end of a double quote": f'1.0"; touch "{MARK}"; echo "',
    "terminal escapes": "1.0\x1b[31m\x1b]0;title\x07",
    "HTML and Markdown": "1.0<img src=x onerror=alert(1)>|**x**[x](http://x)@x",
    "text of the other direction": "1.0\u202e0.1",
    "no character at all": "1.0\x00",
    "a hundred thousand digits": "1." + "9" * 100_000,
    "a long text": "a" * 900_000,
}


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_a_version_in_a_file(text: str, step: Step, checkout: Path, tmp_path: Path, index: FaultServer) -> None:
    mark = tmp_path / "mark"
    line = f"__version__ = {text.replace(MARK, str(mark))!r}\n"
    (checkout / VERSION_FILE).write_text(line, "utf-8")
    run = replace(step, inputs={"index-url": host(index, "0.1.0")}).run()
    check_run(run)
    assert run.outputs["reason"] in {"version-invalid", "version-unreadable"}
    assert run.status == 1
    assert not mark.exists()


# An environment variable holds no more than 128 KiB, and no null character.
SHORT = {name: text for name, text in TEXTS.items() if "\x00" not in text and len(text) < 120_000}


@pytest.mark.parametrize("text", SHORT.values(), ids=SHORT.keys())
def test_every_input(text: str, step: Step, tmp_path: Path, index: FaultServer) -> None:
    mark = tmp_path / "mark"
    hostile = text.replace(MARK, str(mark))
    url = host(index, "0.1.0")
    names = ("package", "version", "version-file", "working-directory", "events", "targets", "environment", "config")
    for group in (("version",), ("environment",), names, ("index-url", "timeout", "branches", "tags", "fail-when")):
        inputs = {"index-url": url} | dict.fromkeys(group, hostile)
        run = replace(step, inputs=inputs).run()
        check_run(run)
        assert run.status in {0, 1, 2}
    assert not mark.exists()


@dataclass(frozen=True, slots=True)
class Case:
    """Something hostile, and how the step ends."""

    name: str
    status: int
    reason: str = ""
    event: Event = Event()  # noqa: RUF009 - frozen
    files: Mapping[str, str | bytes] = field(default_factory=dict)
    inputs: Mapping[str, str] = field(default_factory=dict)
    environment: Mapping[str, str | None] = field(default_factory=dict)
    payload: bytes | None = None


REFS = (
    Case(
        "a branch with a command substitution", 0, "ref-not-allowed", Event(ref=f"refs/heads/x;$(touch${{IFS}}{MARK})")
    ),
    Case("a branch with backticks", 0, "ref-not-allowed", Event(ref=f"refs/heads/`touch {MARK}`")),
    Case("a branch like a command", 0, "ref-not-allowed", Event(ref="refs/heads/::error::x")),
    Case("a branch like an old command", 0, "ref-not-allowed", Event(ref="refs/heads/##[error]x")),
    Case("a branch with a line feed", 0, "ref-not-allowed", Event(ref="refs/heads/x\n::error::y")),
    Case("a branch with an expression", 0, "ref-not-allowed", Event(ref="refs/heads/${{ github.token }}")),
    Case("a branch that is no text", 0, "ref-not-allowed", Event(ref="refs/heads/x\udcff")),
    Case("a branch called refs/heads/main", 0, "ref-not-allowed", Event(ref="refs/heads/refs/heads/main")),
    Case("a branch of another case", 0, "ref-not-allowed", Event(ref="refs/heads/Main")),
    Case("a branch with a line feed behind main", 0, "ref-not-allowed", Event(ref="refs/heads/main\n")),
    Case("a tag like a command", 0, "ref-not-allowed", Event(ref="refs/tags/v0.2.0##[error]x")),
    Case("a tag called like the branch", 0, "ref-not-allowed", Event(ref="refs/tags/main")),
    Case("no ref", 0, "ref-not-allowed", Event(ref="")),
    Case("a ref that is none", 2, "", Event(ref="main")),
    Case("a ref of many characters", 2, "", Event(ref="refs/heads/" + "x" * 5000)),
    Case("an event of many characters", 0, "event-not-allowed", Event(name="x" * 5000)),
    Case("an event like a command", 0, "event-not-allowed", Event(name="push\n::error::x")),
    Case("an event of another case", 0, "event-not-allowed", Event(name="PUSH")),
)
PAYLOADS = (
    Case("a payload that is not there", 2, environment={"GITHUB_EVENT_PATH": "/nonexistent/event.json"}),
    Case("a payload that is a folder", 2, environment={"GITHUB_EVENT_PATH": "/"}),
    Case("a payload with a command in its path", 2, environment={"GITHUB_EVENT_PATH": "/x\n::error::y##[error]z"}),
    Case("an empty payload", 2, payload=b""),
    Case("a payload that is cut off", 2, payload=b'{"repository": {'),
    Case("a payload that is a list", 2, payload=b"[]"),
    Case("a payload of bytes", 2, payload=b"\xff\xfe\x00\x00"),
    Case("a deep payload", 2, payload=b"[" * 200_000),
    Case("a payload with a number of many digits", 2, payload=b'{"x": ' + b"9" * 100_000 + b"}"),
    Case("a payload of 26 MiB", 2, payload=b" " * (26 * 1024 * 1024) + b"{}"),
    Case("a payload of nothing", 0, "untrusted-source", payload=b"{}"),
    Case(
        "a payload of other types", 0, "untrusted-source",
        payload=b'{"repository": 1, "action": [], "pull_request": "x"}',
    ),
    Case(
        "another default branch in the payload", 0, "ref-not-allowed",
        payload=json.dumps({"repository": {"default_branch": "x\n::error::y", "full_name": "##[error]x"}}).encode(),
    ),
)  # fmt: skip
MANY_KEYS = f'[project]\nname = "{EXAMPLE_NAME}"\nversion = "0.2.0"\n[tool.x]\n' + "".join(
    f"k{number} = 1\n" for number in range(80_000)
)
CHECKOUTS = (
    Case("a version file outside the checkout", 1, "version-unreadable", inputs={"version-file": "/etc/hostname"}),
    Case(
        "a version file above the checkout",
        1,
        "version-unreadable",
        inputs={"version-file": "../../../../etc/hostname"},
    ),
    Case("a folder outside the checkout", 2, inputs={"working-directory": "../.."}),
    Case("an absolute folder outside", 2, inputs={"working-directory": "/etc"}),
    Case("a folder that is not there", 2, inputs={"working-directory": "packages/x"}),
    Case(
        "a name with a command in the project",
        2,
        files={"pyproject.toml": '[project]\nname = "x\\n::error::y"\nversion = "1"\n'},
    ),
    Case("a project that is no TOML", 1, "version-unreadable", files={"pyproject.toml": b"\xff\x00[["}),
    Case("a project of very many keys", 0, "new-version", files={"pyproject.toml": MANY_KEYS}),
    Case("a project of 2 MiB", 1, "version-unreadable", files={"pyproject.toml": b"# " + b"x" * (2 * 1024 * 1024)}),
)


@pytest.mark.parametrize("case", [*REFS, *PAYLOADS, *CHECKOUTS], ids=lambda case: case.name)
def test_case(case: Case, step: Step, checkout: Path, tmp_path: Path, index: FaultServer) -> None:
    mark = tmp_path / "mark"
    event = replace(case.event, ref=case.event.ref.replace(MARK, str(mark)))
    environment = dict(case.environment)
    if case.payload is not None:
        (tmp_path / "payload").write_bytes(case.payload)
        environment["GITHUB_EVENT_PATH"] = str(tmp_path / "payload")
    for name, content in case.files.items():
        (checkout / name).write_bytes(content.encode() if isinstance(content, str) else content)
    inputs = {"index-url": host(index, "0.1.0"), **case.inputs}
    run = replace(step, inputs=inputs, event=event, environment=environment).run()
    check_run(run, publish=case.reason == "new-version")
    assert (run.status, run.outputs["reason"]) == (case.status, case.reason)
    assert not mark.exists()


ANSWERS = {
    "keys like commands": document(
        EXAMPLE_NAME, ["0.1.0", "::error::x", "##[error]y", "0.3\n::error::x", "<img src=x>"]
    ),
    "another project's name": document("x\n::error::y##[error]z", ["0.1.0"]),
    "a redirect like a command": Reply(302, (("Location", "http://x/##[error]y"),)),
    "a redirect to another host": Reply(302, (("Location", "http://127.0.0.2:1/::error::x"),)),
    "a content type like a command": Reply(200, (("Content-Type", "##[error]x"),), b"x"),
    "a page like a command": Reply(200, (("Content-Type", "text/html"),), b"\n::error::x\n##[error]y\n"),
    "a message like a command": Reply(404, JSON, b'{"message": "\\n::error::x##[error]y"}'),
    "an error page": Reply(403, (("Content-Type", "text/html"),), b"::error::x"),
}


@pytest.mark.parametrize("answer", ANSWERS.values(), ids=ANSWERS.keys())
def test_an_answer_of_the_index(answer: Reply, step: Step, index: FaultServer) -> None:
    index.on(f"/pypi/{EXAMPLE_NAME}/json", answer)
    run = replace(step, inputs={"index-url": index.url}).run()
    publish = answer is ANSWERS["keys like commands"]
    check_run(run, publish=publish)
    assert run.outputs["reason"] == ("new-version" if publish else "index-unavailable")
    assert run.status == (0 if publish else 1)


def test_a_link_to_a_file_outside(step: Step, checkout: Path, tmp_path: Path, index: FaultServer) -> None:
    (tmp_path / "secret.txt").write_text("9.9.9\n", "utf-8")
    (checkout / "VERSION").symlink_to(tmp_path / "secret.txt")
    run = replace(step, inputs={"index-url": host(index, "0.1.0"), "version-file": "VERSION"}).run()
    check_run(run)
    assert run.outputs["reason"] == "version-unreadable"
    assert not any("9.9.9" in line for line in (*run.log, run.summary, *run.outputs.values()))


def test_a_file_with_a_hostile_name(step: Step, checkout: Path, index: FaultServer) -> None:
    name = "version\n::error::x, line=1::y$(x).txt"
    (checkout / name).write_text("soon\n", "utf-8")
    # The name is taken as it stands; inputs with characters that cannot be printed are refused.
    (checkout / "pyproject.toml").write_text(
        f'[project]\nname = "x"\ndynamic = ["version"]\n[tool.setuptools.dynamic]\nversion = {{file = [{name!r}]}}\n'
        '[build-system]\nrequires = ["setuptools"]\nbuild-backend = "setuptools.build_meta"\n'.replace("'", '"'),
        "utf-8",
    )
    run = replace(step, inputs={"index-url": host(index)}).run()
    check_run(run)
    assert run.status == 1


def test_a_long_history_fits_the_limits(step: Step, index: FaultServer) -> None:
    versions = [f"0.1.{number}" for number in range(3000)]
    run = replace(step, inputs={"index-url": host(index, *versions)}).run()
    check_run(run, publish=True)
    assert (run.status, run.outputs["previous-version"]) == (0, "0.1.2999")


# What a pull request's author chooses, handed to an input as workflows do it.
PAYLOAD_TEXTS = {
    "output-command": TEXTS["an output command after a line feed"],
    "old-command": TEXTS["an error of the old form"],
    "values-end": TEXTS["an end of a value and another one"],
    "expression": TEXTS["an expression"],
    "quote": TEXTS["the end of a double quote"],
    "backticks": TEXTS["backticks"],
}


def test_hostile_values_in_a_workflow(tmp_path: Path, index: FaultServer, runner: Runner) -> None:
    mark = tmp_path / "mark"
    url = host(index, "0.1.0")
    gates = [Gate(name, {"index-url": url, "version": f"${{{{ github.event.{name} }}}}"}) for name in PAYLOAD_TEXTS]
    texts = {name: text.replace(MARK, str(mark)) for name, text in PAYLOAD_TEXTS.items()}
    event = Event(ref=f"refs/heads/x;$(touch${{IFS}}{mark})`touch`::error::x##[error]y", payload=texts)
    checkout = make_checkout(tmp_path / "checkout")
    run = runner.run(checkout, workflow(*gates), event)
    assert run.jobs["gate"] == "failure"
    assert set(run.outcomes.values()) == {"failure"}
    for name in PAYLOAD_TEXTS:
        check_harmless(run.outputs[name], run.log, ())
    assert all(each.is_ours for each in run.annotations)
    assert len(run.annotations) == len(PAYLOAD_TEXTS)
    assert not mark.exists()
