"""What an index shows beside what was uploaded, and who is said to have published it: a row a case."""

from __future__ import annotations

import pytest
from packaging.version import Version

from publish_gate.errors import ConfigurationError
from publish_gate.gate.built import BuiltFile
from publish_gate.gate.rules import Distribution, Requirement, Target, Trigger, WheelTag
from publish_gate.index.release_files import ReleaseFiles
from publish_gate.index.state import IndexFile, Unknown, UnknownCause
from publish_gate.outputs import OUTPUTS
from publish_gate.run_context import Context, Ref
from publish_gate.verification import report
from publish_gate.verification.judge import (
    Difference,
    Expected,
    Judgement,
    Publisher,
    judge,
    judge_provenance,
    seen_in_cache,
)
from publish_gate.verification.wait import Verification, Verified

WHEEL, SDIST, LINUX = "demo-1.0-py3-none-any.whl", "demo-1.0.tar.gz", "demo-1.0-cp312-cp312-manylinux_2_17_x86_64.whl"
URL = "https://index.example/simple/demo/"
VERSION = Version("1.0")
TARGET = Target("pypi", (Trigger("push"),))
UNKNOWN = Unknown(UnknownCause.TIMEOUT, "no answer", "Run it again.", URL)


def built(name: str, python: str = "") -> BuiltFile:
    kind = Distribution.WHEEL if name.endswith(".whl") else Distribution.SDIST
    return BuiltFile(name, 1, kind, {"sha256": "a" * 64}, "demo", "1.0", requires_python=python)


def there(name: str, digest: str = "a" * 64, **fields: str) -> IndexFile:
    return IndexFile(name, {"sha256": digest}, **fields)


NOTHING = frozenset[Requirement]()
ALL: frozenset[Requirement] = frozenset({Distribution.SDIST, Distribution.WHEEL, WheelTag("*-manylinux_*_x86_64")})
ROWS = [
    ([built(WHEEL)], NOTHING, [there(WHEEL)], (), (), "as it was built"),
    ([built(WHEEL)], NOTHING, [], (WHEEL,), (), "not there"),
    ([built(WHEEL)], NOTHING, [there(WHEEL, "b" * 64)], (), (WHEEL,), "another content"),
    ([built(WHEEL)], NOTHING, [there(WHEEL), there(SDIST)], (), (SDIST,), "a file that was not built"),
    ([built(WHEEL)], NOTHING, [there(WHEEL, yanked="broken")], (), (WHEEL,), "yanked"),
    ([built(WHEEL)], NOTHING, [there(WHEEL, yanked="true")], (), (WHEEL,), "yanked without a reason"),
    ([built(WHEEL, ">=3.10")], NOTHING, [there(WHEEL, requires_python=">= 3.10")], (), (), "Python in other words"),
    ([built(WHEEL, ">=3.10")], NOTHING, [there(WHEEL, requires_python=">=3.9")], (), (WHEEL,), "another Python"),
    ([built(WHEEL, ">=3.10")], NOTHING, [there(WHEEL, requires_python="")], (), (WHEEL,), "no Python"),
    ([built(WHEEL, "3")], NOTHING, [there(WHEEL, requires_python="3")], (), (), "a Python that is none, twice"),
    ([built(WHEEL)], NOTHING, [IndexFile(WHEEL, {})], (), (), "no hash"),
    (None, NOTHING, [], ("demo 1.0",), (), "files unknown, nothing there"),
    (None, NOTHING, [there(WHEEL)], (), (), "files unknown, something there"),
    (None, ALL, [there(WHEEL)], ("sdist", "wheel *-manylinux_*_x86_64"), (), "files unknown, some required"),
    (None, ALL, [there(SDIST), there(LINUX)], (), (), "files unknown, all that is required"),
]


@pytest.mark.parametrize(
    ("files", "require", "shown", "missing", "different"), [row[:5] for row in ROWS], ids=[row[5] for row in ROWS]
)
def test_what_is_there(
    files: list[BuiltFile] | None,
    require: frozenset[Requirement],
    shown: list[IndexFile],
    missing: tuple[str, ...],
    different: tuple[str, ...],
) -> None:
    expected = Expected("demo", VERSION, tuple(files) if files is not None else None, require)
    found = judge(expected, ReleaseFiles(tuple(shown), URL))
    assert found.missing == missing
    assert tuple(each.name for each in found.different) == different
    assert all(len(str(each)) > len(each.name) for each in found.different)
    assert found.right is not bool(missing or different)


def test_a_project_in_quarantine_is_not_released() -> None:
    found = judge(Expected("demo", VERSION, None, NOTHING), ReleaseFiles((there(WHEEL),), URL, "quarantined"))
    assert [str(each) for each in found.different] == ["demo is quarantined: nobody can install it"]
    assert judge(Expected("demo", VERSION, None, NOTHING), ReleaseFiles((there(WHEEL),), URL, "active")).right


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (ReleaseFiles((), URL, found=False, age=30), "404, 30 s old); such an answer lives up to 60 s"),
        (ReleaseFiles((), URL, found=False, age=0), "404, of unknown age"),
        (ReleaseFiles((), URL, age=120), "from a cache (120 s old); clients keep one for up to 15 minutes"),
    ],
)
def test_a_cache_is_named(found: ReleaseFiles, said: str) -> None:
    assert said in seen_in_cache(found)
    assert said in judge(Expected("demo", VERSION, None, NOTHING), found).notes[0]


OWN = Publisher("octo/demo", "release.yml")


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b'{"attestation_bundles": [{"publisher": {"repository": "Octo/Demo", "workflow": "release.yml"}}]}', ""),
        (b'{"attestation_bundles": [{"publisher": {"repository": "octo/demo"}}]}', "published by octo/demo ()"),
        (b'{"attestation_bundles": []}', "by nobody"),
        (b'{"attestation_bundles": [{}]}', "cannot be read"),
        (b'{"attestation_bundles": [{"publisher": 1}]}', "cannot be read"),
        (b"[" * 100_000, "cannot be read"),
        (b"\xff", "cannot be read"),
    ],
)
def test_a_publisher(body: bytes, said: str) -> None:
    found = judge_provenance(body, OWN)
    assert (said in found) if said else not found


def verified(judgement: Judgement, unknown: Unknown | None = None) -> Verification:
    return Verification((Verified("demo", VERSION, TARGET, judgement, unknown),), 1.25)


RIGHT = verified(Judgement(notes=("the index offers no provenance",)))
LATE = verified(Judgement(missing=(WHEEL, SDIST)))
ODD = verified(Judgement(different=(Difference(WHEEL, "is yanked"), Difference(WHEEL, "is another"))))
MANY = verified(Judgement(missing=tuple(f"{number}.whl" for number in range(9))))
OUT = verified(Judgement(), UNKNOWN)


@pytest.mark.parametrize(
    ("found", "flag", "missing", "different", "said"),
    [
        pytest.param(RIGHT, "true", "", "", "pypi: demo 1.0 is there, as it should be", id="right"),
        pytest.param(LATE, "false", f'["{WHEEL}","{SDIST}"]', "", f"missing: {WHEEL}, {SDIST}", id="late"),
        pytest.param(ODD, "false", "", f'["{WHEEL}"]', f"different: {WHEEL} is yanked", id="odd"),
        pytest.param(OUT, "false", "", "", "not verified: no answer", id="unknown"),
    ],
)
def test_outputs_and_texts(found: Verification, flag: str, missing: str, different: str, said: str) -> None:
    outputs = report.as_outputs(found)
    assert list(outputs) == [each.name for each in OUTPUTS]
    assert (outputs["verified"], outputs["missing"], outputs["different"]) == (flag, missing, different)
    assert (outputs["seconds"], outputs["should-publish"], outputs["publish-to"]) == ("1.2", "false", "")
    assert (outputs["package"], outputs["version"]) == ("demo", "1.0")
    assert said in outputs["message"]
    assert said in report.render(found)
    assert ("next: " in report.render(found)) is (flag == "false")
    assert ("Next step" in report.summary(found)) is (flag == "false")


def test_long_lists_are_cut_where_people_read_them() -> None:
    assert "4.whl and 4 more" in report.headline(MANY.releases[0])


def test_a_file_that_cannot_be_read_is_not_verified() -> None:
    file = BuiltFile(WHEEL, 0, Distribution.WHEEL, {})
    found = judge(Expected("demo", VERSION, (file,), NOTHING), ReleaseFiles((there(WHEEL),), URL))
    assert "cannot be read here" in str(found.different[0])


def test_a_report_that_is_too_long_says_less() -> None:
    texts = tuple("x" * 2000 for _ in range(300))
    many = Verification(tuple(Verified("demo", VERSION, TARGET, Judgement(missing=texts)) for _ in range(10)), 1.0)
    assert len(report.as_outputs(many)["report"]) <= 250_000


def test_a_version_that_is_not_known_is_an_error() -> None:
    from publish_gate.plan import PlannedPackage
    from publish_gate.repository import ReadPackage
    from publish_gate.verification.wait import _version
    from publish_gate.versions.model import FaultKind, FoundVersion, VersionFault

    fault = VersionFault(FaultKind.DYNAMIC, "vcs", "it comes from git tags", "Push a tag.")
    plan = PlannedPackage(".", None, None, None, (), {})
    here = Context("push", Ref.parse("refs/heads/main"))
    package = ReadPackage(plan, "demo", fault)
    assert _version(package, here, ["1.0", "1.0.0"]) == VERSION, "what was built says it"
    for reading, texts, said in (
        (fault, ["1.0", "2.0"], "git tags"),
        (FoundVersion("one", None, "x"), ["one"], "'one'"),
    ):
        with pytest.raises(ConfigurationError, match=said):
            _version(package._replace(version=reading), here, texts)
