"""After the upload, against a server that plays an index behind caches, and against real indexes."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from integration.distributions import make_sdist, make_wheel
from integration.servers import NOT_FOUND, Manner, Reply
from packaging.version import Version

from publish_gate import cli
from publish_gate.index.addresses import IndexAddress
from publish_gate.index.release_files import Source
from publish_gate.index.state import Unknown, UnknownCause

if TYPE_CHECKING:
    from collections.abc import Sequence

    from integration.servers import FaultServer, RealIndex

PAGE = "/simple/demo/"
JSON_PAGE = "/pypi/demo/json"
TYPE = ("Content-Type", "application/vnd.pypi.simple.v1+json")
WHEEL, SDIST = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz"
OWN = {"repository": "octo/demo", "workflow": "release.yml"}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with what was built of it; a run waits hardly at all."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "demo"\nversion = "1.0"\n', "utf-8")
    (tmp_path / "dist").mkdir()
    make_wheel(tmp_path / "dist", "demo", "1.0")
    make_sdist(tmp_path / "dist", "demo", "1.0")
    monkeypatch.setattr("publish_gate.run._FIRST_PAUSE", 0.05)
    monkeypatch.setattr("publish_gate.run._LONGEST_PAUSE", 0.05)
    for name in ("GITHUB_REPOSITORY", "GITHUB_WORKFLOW_REF", "GITHUB_ACTIONS"):
        monkeypatch.delenv(name, raising=False)
    return tmp_path


class Told(NamedTuple):
    """What the command said: its exit status, the one release of its report, and its lines on standard error."""

    code: int
    release: dict[str, Any]
    waited: str

    @property
    def different(self) -> list[str]:
        return [each["name"] for each in self.release["different"]]


def verify(capsys: pytest.CaptureFixture[str], url: str, *options: str) -> Told:
    code = cli.main(["verify", "--format", "json", "--index-url", url, "--no-workflow", *options])
    out, err = capsys.readouterr()
    assert "Traceback" not in err
    (release,) = json.loads(out)["releases"]
    return Told(code, release, err)


def entry(folder: Path, name: str, **fields: object) -> dict[str, object]:
    data = (folder / "dist" / name).read_bytes()
    return {"filename": name, "hashes": {"sha256": hashlib.sha256(data).hexdigest()}, "yanked": False, **fields}


def page(*files: dict[str, object], headers: Sequence[tuple[str, str]] = (), status: str = "", **more: object) -> Reply:
    body = {"meta": {"api-version": "1.4"}, "name": "demo", "versions": ["1.0"], "files": list(files), **more}
    if status:
        body["project-status"] = {"status": status}
    return Reply(200, (TYPE, *headers), json.dumps(body).encode())


def missing(*headers: tuple[str, str]) -> Reply:
    return Reply(404, headers, b"<h1>404 Not Found</h1>")


UNCHANGED = Reply(304, (("ETag", '"2"'),))
CASES = {
    "all of it at once": (lambda both, _: [page(*both)], 0, [], []),
    "a 404, then all of it": (lambda both, _: [NOT_FOUND, page(*both)], 0, [], []),
    "a stale 404, then all of it": (lambda both, _: [missing(("Age", "42")), page(*both)], 0, [], []),
    "a file that comes late": (lambda both, _: [page(both[0]), page(both[0]), page(*both)], 0, [], []),
    "an old answer, unchanged, then all of it": (
        lambda both, _: [page(both[0], headers=[("ETag", '"1"')]), UNCHANGED, page(*both)], 0, [], []),
    "an outage in between": (lambda both, _: [NOT_FOUND, Reply(400), page(*both)], 0, [], []),
    "half an answer, then all of it": (
        lambda both, _: [Reply(200, (TYPE,), page(*both).body, Manner.CUT), page(*both)], 0, [], []),
    "nothing ever": (lambda _both, _: [NOT_FOUND], 1, [WHEEL, SDIST], []),
    "one file for ever": (lambda both, _: [page(both[0])], 1, [WHEEL], []),
    "an older release only": (
        lambda _both, _: [page({"filename": "demo-0.9.tar.gz"}, versions=["0.9"])], 1, [WHEEL, SDIST], []),
    "another content": (
        lambda both, _: [page(both[0], {**both[1], "hashes": {"sha256": "0" * 64}})], 1, [], [WHEEL]),
    "a file that nobody built": (
        lambda both, _: [page(*both, {"filename": "demo-1.0-1-py3-none-any.whl", "hashes": {}})],
        1, [], ["demo-1.0-1-py3-none-any.whl"]),
    "yanked in between": (
        lambda both, _: [page(both[0]), page(both[0], {**both[1], "yanked": "broken"})], 1, [], [WHEEL]),
    "a project in quarantine": (
        lambda both, _: [page(*both, status="quarantined")], 1, [], ["demo"]),
    "another Python": (lambda both, _: [page(both[0], {**both[1], "requires-python": ">=3.99"})], 1, [], [WHEEL]),
    "no Python at all": (lambda both, _: [page(*({**one, "requires-python": None} for one in both))], 0, [], []),
    "no hashes": (lambda both, _: [page(*({**one, "hashes": {}} for one in both))], 0, [], []),
    "a page that is not one": (lambda _both, _: [Reply(200, (TYPE,), b"{}")], 1, [], []),
}  # fmt: skip


@pytest.mark.parametrize(("replies", "code", "lacking", "odd"), CASES.values(), ids=CASES)
def test_what_an_index_shows_after_an_upload(
    replies: Any,  # noqa: ANN401 - a row's own function
    code: int,
    lacking: list[str],
    odd: list[str],
    project: Path,
    faults: FaultServer,
    capsys: pytest.CaptureFixture[str],
) -> None:
    both = [entry(project, name) for name in (SDIST, WHEEL)]
    faults.on(PAGE, *replies(both, None))
    told = verify(capsys, faults.url, "--dist", "dist/", "--wait", "0.6" if code else "10")
    assert (told.code, told.release["missing"], told.different) == (code, lacking, odd), told
    assert told.release["verified"] is (code == 0)
    assert bool(told.release["advice"]) is bool(code)


def test_a_cached_404_is_told_from_an_absence(
    project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project
    faults.on(PAGE, missing(("X-Cache", "MISS, HIT"), ("Age", "42")))
    told = verify(capsys, faults.url, "--wait", "0")
    assert "a cache says that it is not there (404, 42 s old); such an answer lives up to 60 s" in told.release["notes"]
    faults.on(PAGE, NOT_FOUND)
    assert verify(capsys, faults.url, "--wait", "0").release["notes"] == []


def test_what_is_known_is_asked_for_by_its_mark(
    project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    first = entry(project, SDIST)
    faults.on(PAGE, page(first, headers=[("ETag", '"1"')]), UNCHANGED, page(first, entry(project, WHEEL)))
    assert verify(capsys, faults.url, "--dist", "dist/", "--wait", "10").code == 0
    marks = [asked.headers.get("If-None-Match") for asked in faults.asked if asked.path == PAGE]
    assert marks == [None, '"1"', '"1"']


def test_the_waits_end_where_they_should(
    project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project
    faults.on(PAGE, NOT_FOUND)
    told = verify(capsys, faults.url, "--wait", "0")
    assert (told.code, told.waited) == (1, "")
    assert len([asked for asked in faults.asked if asked.path == PAGE]) == 1


def bundle(**publisher: object) -> bytes:
    return json.dumps({"version": 1, "attestation_bundles": [{"publisher": publisher, "attestations": []}]}).encode()


PROVENANCE = {
    "of this workflow": (Reply(200, (), bundle(kind="GitHub", **OWN)), 0, "2 of 2 files are attested"),
    "of this repository in other letters": (
        Reply(200, (), bundle(repository="Octo/Demo", workflow="release.yml")), 0, "2 of 2 files are attested"),
    "of another workflow": (Reply(200, (), bundle(repository="octo/demo", workflow="old.yml")), 1, "old.yml"),
    "of another repository": (Reply(200, (), bundle(repository="mallory/demo", workflow="release.yml")), 1, "mallory"),
    "of nobody": (Reply(200, (), b'{"attestation_bundles": []}'), 1, "by nobody"),
    "that is not JSON": (Reply(200, (), b"<html>"), 1, "cannot be read"),
    "of another form": (Reply(200, (), b'{"attestation_bundles": [1]}'), 1, "cannot be read"),
    "that is not offered": (NOT_FOUND, 0, "the index offers no provenance"),
    "that cannot be asked for": (Reply(403), 1, "could not be asked for"),
}  # fmt: skip


@pytest.mark.parametrize(("reply", "code", "said"), PROVENANCE.values(), ids=PROVENANCE)
def test_a_provenance(
    reply: Reply,
    code: int,
    said: str,
    project: Path,
    faults: FaultServer,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GITHUB_REPOSITORY", OWN["repository"])
    monkeypatch.setenv("GITHUB_WORKFLOW_REF", "octo/demo/.github/workflows/release.yml@refs/heads/main")
    faults.on(PAGE, page(*(entry(project, name) for name in (SDIST, WHEEL))))
    for name in (SDIST, WHEEL):
        faults.on(f"/integrity/demo/1.0/{name}/provenance", reply)
    told = verify(capsys, faults.url, "--dist", "dist/", "--wait", "0")
    assert told.code == code, told
    assert said in json.dumps(told.release)


def upload_by_uv(index: RealIndex, *files: Path) -> None:
    command = [str(Path(sys.executable).with_name("uv")), "publish", "--publish-url", index.upload]
    command += ["--username", index.user, "--password", index.password, "--trusted-publishing", "never"]
    done = subprocess.run([*command, *map(str, files)], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("tool", ["twine", "uv"])
@pytest.mark.parametrize(
    ("server", "address"),
    [("pypiserver_index", "{base}"), ("devpi_index", "{base}/+simple/{{name}}/")],
    ids=["pypiserver", "devpi"],
)
def test_the_whole_road_on_real_indexes(
    tool: str, server: str, address: str, project: Path, capsys: pytest.CaptureFixture[str],
    request: pytest.FixtureRequest,
) -> None:  # fmt: skip
    """Nothing there, one file there, all of it, another build under the same names."""
    index: RealIndex = request.getfixturevalue(server)
    name, url = f"road-{tool}-{server[:5]}", address.format(base=index.url)
    (project / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1.0"\n', "utf-8")
    for file in (project / "dist").iterdir():
        file.unlink()
    wheel, sdist = make_wheel(project / "dist", name, "1.0"), make_sdist(project / "dist", name, "1.0")

    def upload(*files: Path) -> None:
        index.publish(*files) if tool == "twine" else upload_by_uv(index, *files)

    def check() -> tuple[str, list[str], list[str]]:
        command = ["check", "--format", "json", "--index-url", url, "--no-workflow", "--dist", "dist/"]
        cli.main([*command, "--event", "push", "--ref", "refs/heads/main"])
        (target,) = json.loads(capsys.readouterr().out)["packages"][0]["targets"]
        return target["reason"], target["built"]["files-to-upload"], target["built"]["already-uploaded"]

    both = sorted([sdist.name, wheel.name])
    assert check() == ("first-release", both, [])
    upload(wheel)
    assert check() == ("incomplete-release", [sdist.name], [wheel.name])
    half = verify(capsys, url, "--dist", "dist/", "--wait", "0")
    assert (half.code, half.release["missing"]) == (1, [sdist.name])
    upload(sdist)
    assert check() == ("already-published", [], both)
    whole = verify(capsys, url, "--dist", "dist/", "--wait", "30")
    assert (whole.code, whole.release["notes"]) == (0, []), whole
    wheel.write_bytes(wheel.read_bytes() + b"")
    make_sdist(project / "dist", name, "1.0")
    sdist.write_bytes(sdist.read_bytes()[:4] + bytes(4) + sdist.read_bytes()[8:])
    assert check()[0] == "content-differs"
    other = verify(capsys, url, "--dist", "dist/", "--wait", "0")
    assert (other.code, other.different) == (1, [sdist.name])


def json_page(*files: dict[str, object], version: str = "1.0") -> Reply:
    body = {"info": {"name": "demo", "version": version}, "releases": {version: list(files)}, "urls": []}
    return Reply(200, (("Content-Type", "application/json"),), json.dumps(body).encode())


def by_json(folder: Path, name: str, **fields: object) -> dict[str, object]:
    digests = {"sha256": hashlib.sha256((folder / "dist" / name).read_bytes()).hexdigest()}
    kind = "bdist_wheel" if name.endswith(".whl") else "sdist"
    return {"filename": name, "packagetype": kind, "yanked": False, "digests": digests, **fields}


def linked(folder: Path, name: str, attributes: str = "", function: str = "sha256") -> str:
    digest = hashlib.new(function, (folder / "dist" / name).read_bytes(), usedforsecurity=False).hexdigest()
    return f'<a href="/f/{name}#{function}={digest}"{attributes}>{name}</a>'


def html(*links: str, head: str = "") -> Reply:
    text = f"<html><head><title>Links for demo</title>{head}</head><body>{' '.join(links)}</body></html>"
    return Reply(200, (("Content-Type", "text/html"),), text.encode())


def test_an_index_that_has_only_the_json_api(
    project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"{faults.url}/pypi/{{name}}/json"
    both = [by_json(project, name) for name in (SDIST, WHEEL)]
    faults.on(JSON_PAGE, json_page(*both))
    assert verify(capsys, address, "--dist", "dist/", "--wait", "0").code == 0
    faults.on(JSON_PAGE, json_page({**both[0], "yanked": True, "yanked_reason": "broken"}, both[1]))
    assert verify(capsys, address, "--dist", "dist/", "--wait", "0").different == [SDIST]
    faults.on(JSON_PAGE, json_page({**both[0], "yanked": True}, both[1]))
    assert "is yanked" in json.dumps(verify(capsys, address, "--dist", "dist/", "--wait", "0").release)
    faults.on(JSON_PAGE, json_page({**both[0], "filename": "demo-0.9.tar.gz"}, version="0.9"))
    assert verify(capsys, address, "--wait", "0").release["missing"] == ["demo 1.0"]


def test_an_index_that_answers_with_web_pages(
    project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    address = f"{faults.url}/simple/"
    sdist = linked(project, SDIST, ' data-requires-python="&gt;=3.10"')
    faults.on(PAGE, html(linked(project, WHEEL, function="md5"), sdist, '<a href="/notes.txt">notes</a>'))
    assert verify(capsys, address, "--dist", "dist/", "--wait", "0").different == [SDIST]
    faults.on(PAGE, html(linked(project, WHEEL, function="md5"), linked(project, SDIST)))
    assert verify(capsys, address, "--dist", "dist/", "--wait", "0").code == 0
    faults.on(PAGE, html(linked(project, WHEEL, ' data-yanked=""'), linked(project, SDIST)))
    assert verify(capsys, address, "--dist", "dist/", "--wait", "0").different == [WHEEL]
    faults.on(PAGE, NOT_FOUND)
    assert verify(capsys, address, "--wait", "0").release["missing"] == ["demo 1.0"]
    quarantine = '<meta name="pypi:project-status" content="quarantined">'
    faults.on(PAGE, html(linked(project, WHEEL), linked(project, SDIST), head=quarantine))
    assert verify(capsys, address, "--dist", "dist/", "--wait", "0").different == ["demo"]


@pytest.mark.parametrize(
    "reply",
    [Reply(403), Reply(302, (("Location", "http://other.invalid/"),)), Reply(manner=Manner.DRIP_BODY), Reply(201)],
    ids=["refused", "sent elsewhere", "never ends", "another status"],
)
def test_no_answer_is_not_an_absence(
    reply: Reply, project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    assert project
    faults.on(PAGE, reply)
    told = verify(capsys, faults.url, "--wait", "0", "--timeout", "1")
    assert (told.code, told.release["missing"]) == (1, [])
    assert told.release["unknown"]
    assert told.release["advice"]


def test_without_files_what_was_built_cannot_be_verified(
    project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    for file in (project / "dist").iterdir():
        file.unlink()
    options = ["verify", "--index-url", faults.url, "--no-workflow"]
    assert cli.main([*options, "--dist", "dist/"]) == 2
    assert "download what was uploaded into it first" in capsys.readouterr().err
    (project / ".github").mkdir()
    for name in ("one", "two"):
        (project / name).mkdir()
        (project / name / "pyproject.toml").write_text(f'[project]\nname = "{name}"\nversion = "1.0"\n', "utf-8")
    text = "packages:\n  one:\n    path: one\n  two:\n    path: two\ntargets:\n  testpypi:\n"
    (project / ".github" / "publish-gate.yml").write_text(text, "utf-8")
    assert cli.main([*options, "--dist", "dist/"]) == 2
    assert "nothing in it of any package" in capsys.readouterr().err


def test_the_publisher_of_the_config_file_goes_before_this_workflow(
    project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".github").mkdir()
    text = "targets:\n  testpypi:\n    publisher: {owner: octo, repository: demo, workflow: release.yml}\n"
    (project / ".github" / "publish-gate.yml").write_text(text, "utf-8")
    faults.on(PAGE, page(entry(project, WHEEL)))
    faults.on(f"/integrity/demo/1.0/{WHEEL}/provenance", Reply(200, (), bundle(repository="a/b", workflow="c.yml")))
    told = verify(capsys, faults.url, "--wait", "0")
    assert "not by octo/demo (release.yml)" in json.dumps(told.release)


def test_what_the_index_cannot_tell_is_not_known_to_be_uploaded(
    project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    """The release is there, and the page that would list its files comes no more."""
    faults.on(PAGE, page(entry(project, WHEEL)), Reply(403))
    situation = ["--event", "push", "--ref", "refs/heads/main", "--format", "json", "--no-workflow"]
    cli.main(["check", "--index-url", f"{faults.url}/simple/", "--dist", "dist/", *situation])
    (target,) = json.loads(capsys.readouterr().out)["packages"][0]["targets"]
    assert target["reason"] == "index-unavailable"


ADDRESSES = {
    "a JSON address with a Simple API elsewhere": (
        "json: '{url}/odd/{{name}}.json'",
        "simple: '{url}/simple/{{name}}/'",
    ),
    "an address that has no Simple API beside it": ("json: '{url}/odd/{{name}}.json'", ""),
}


@pytest.mark.parametrize("lines", ADDRESSES.values(), ids=ADDRESSES)
def test_other_addresses(
    lines: tuple[str, str], project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / ".github").mkdir()
    index = ", ".join(line.format(url=faults.url) for line in (*lines, f"upload: '{faults.url}/legacy/'") if line)
    text = f"targets:\n  own:\n    when: push\n    index: {{{index}}}\n"
    text += "    publisher: {owner: o, repository: r, workflow: w.yml}\n"
    (project / ".github" / "publish-gate.yml").write_text(text, "utf-8")
    both = [by_json(project, name) for name in (SDIST, WHEEL)]
    faults.on("/odd/demo.json", json_page(*both))
    if lines[1]:
        faults.on(PAGE, page(*(entry(project, name) for name in (SDIST, WHEEL))))
    assert cli.main(["verify", "--no-workflow", "--dist", "dist/", "--wait", "0"]) == 0
    assert "the index offers no provenance" in capsys.readouterr().out, "a template has no integrity API"


def test_a_server_that_never_answers_is_left_alone(faults: FaultServer) -> None:
    faults.on(PAGE, Reply(manner=Manner.DRIP_HEADERS))
    source = Source(IndexAddress.parse(faults.url), "demo", timeout=0.5, user_agent="test")
    found = source.release(Version("1.0"))
    assert isinstance(found, Unknown)
    assert found.cause is UnknownCause.TIMEOUT


def test_a_defect_in_the_thread_is_not_lost(faults: FaultServer, monkeypatch: pytest.MonkeyPatch) -> None:
    source = Source(IndexAddress.parse(faults.url), "demo", timeout=5, user_agent="test")

    def broken(*_: object) -> None:
        raise RuntimeError("a defect")

    monkeypatch.setattr(source, "_release", broken)
    with pytest.raises(RuntimeError, match="a defect"):
        source.release(Version("1.0"))


def test_a_file_with_a_version_that_is_none_is_not_of_the_release(
    project: Path, faults: FaultServer, capsys: pytest.CaptureFixture[str]
) -> None:
    odd: dict[str, object] = {"filename": "demo-2004d.tar.gz", "hashes": {}}
    faults.on(PAGE, page(odd, *(entry(project, name) for name in (SDIST, WHEEL))))
    assert verify(capsys, faults.url, "--dist", "dist/", "--wait", "0").code == 0
