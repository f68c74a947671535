"""What file names tell."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.version import Version

from publish_gate.index.files import FileNames, Kind, kind_of
from publish_gate.index.releases import ReleaseTable


@pytest.mark.parametrize(
    ("project", "filename", "version", "kind"),
    [
        pytest.param("demo", "demo-1.0-py3-none-any.whl", "1.0", Kind.WHEEL, id="wheel"),
        pytest.param("demo", "demo-1.0-1-py3-none-any.whl", "1.0", Kind.WHEEL, id="wheel with a build tag"),
        pytest.param("demo", "demo-1.0_1-py3-none-any.whl", "1.0.post1", Kind.WHEEL, id="wheel, _ for -"),
        pytest.param("demo", "demo-1.0_l_2-py3-none-any.whl", "1.0+l.2", Kind.WHEEL, id="wheel, _ for +"),
        pytest.param("demo", "demo-1.0+l.2-py3-none-any.whl", "1.0+l.2", Kind.WHEEL, id="local wheel"),
        pytest.param("a-b", "a_b-1.0-py3-none-any.whl", "1.0", Kind.WHEEL, id="wheel of a longer name"),
        pytest.param("a-b", "A.B-1.0-py3-none-any.whl", "1.0", Kind.WHEEL, id="wheel, old spelling"),
        pytest.param("a-b", "a-b-1.0-py3-none-any.whl", "1.0", Kind.WHEEL, id="wheel with an unescaped dash"),
        pytest.param("demo", "demo-1.0.tar.gz", "1.0", Kind.SDIST, id="sdist"),
        pytest.param("demo", "Demo-1.0.zip", "1.0", Kind.SDIST, id="zip, name in capitals"),
        pytest.param("demo", "demo-1.0.TAR.BZ2", "1.0", Kind.SDIST, id="bzip2, suffix in capitals"),
        pytest.param("demo", "demo-1.0-1.tar.gz", "1.0.post1", Kind.SDIST, id="sdist with a dash"),
        pytest.param("a-b-c", "a.b-c-2.0.dev1.tar.gz", "2.0.dev1", Kind.SDIST, id="sdist, dots and dashes"),
        pytest.param("demo-2", "demo-2-1.0.tar.gz", "1.0", Kind.SDIST, id="a name that ends in a number"),
        pytest.param("demo", "demo-1.0-py2.7.egg", "1.0", Kind.OTHER, id="egg"),
        pytest.param("demo", "demo-1.0_1-py3.9-linux-x86_64.egg", "1.0-1", Kind.OTHER, id="egg, platform"),
        pytest.param("demo", "demo-1.0.win32-py2.7.exe", "1.0", Kind.OTHER, id="installer"),
        pytest.param("demo", "demo-1.0.win-amd64.msi", "1.0", Kind.OTHER, id="64-bit installer"),
        pytest.param("demo", "demo-1.0-1.noarch.rpm", "1.0", Kind.OTHER, id="rpm"),
        pytest.param("demo", "demo-1.0.linux-x86_64.tar.gz", "1.0", Kind.OTHER, id="dumb archive"),
        pytest.param("demo", "demo-1.0.exe", "1.0", Kind.OTHER, id="installer without a platform"),
    ],
)
def test_read(project: str, filename: str, version: str, kind: Kind) -> None:
    table = ReleaseTable()
    tally = table.first(FileNames(project).spellings(filename))
    assert tally is table.tally(str(Version(version)))
    assert tally is not None
    assert kind_of(filename) is kind


@pytest.mark.parametrize(
    ("project", "filename"),
    [
        pytest.param("demo", "", id="nothing"),
        pytest.param("demo", "demo-1.0", id="no suffix"),
        pytest.param("demo", "demo-1.0.tar.gz.asc", id="a signature"),
        pytest.param("demo", "demo-1.0-py3-none-any.whl.metadata", id="metadata"),
        pytest.param("demo", "demo.tar.gz", id="no version"),
        pytest.param("demo", "demo-.tar.gz", id="an empty version"),
        pytest.param("demo", "demo-1.0.whl", id="a wheel without tags"),
        pytest.param("demo", "demo-extra-1.0.tar.gz", id="another project with the same beginning"),
        pytest.param("demo", "xdemo-1.0.tar.gz", id="another project with the same end"),
        pytest.param("demo", "demo-unknown.tar.gz", id="a word for a version"),
        pytest.param("demo", f"demo-{'1' * 5000}.tar.gz", id="a name too long for a file"),
        pytest.param("demo", f"demo-{'1' * 400}x.tar.gz", id="long and no version"),
    ],
)
def test_not_told(project: str, filename: str) -> None:
    assert ReleaseTable().first(FileNames(project).spellings(filename)) is None


@pytest.mark.parametrize(
    ("filename", "package_type", "expected"),
    [
        ("demo-1.0.tar.gz", "bdist_dumb", Kind.OTHER),
        ("demo-1.0.bin", "sdist", Kind.SDIST),
        ("demo-1.0.bin", "bdist_wheel", Kind.WHEEL),
        ("demo-1.0.bin", "", Kind.OTHER),
        ("demo-1.0.whl", None, Kind.WHEEL),
        ("demo-1.0.tgz", 7, Kind.SDIST),
    ],
)
def test_the_index_names_the_kind_first(filename: str, package_type: object, expected: Kind) -> None:
    assert kind_of(filename, package_type) is expected


@given(st.text(max_size=600), st.sampled_from([".whl", ".tar.gz", ".egg", ".rpm", ""]))
def test_any_name_is_read_or_not(stem: str, suffix: str) -> None:
    ReleaseTable().first(FileNames("demo").spellings(f"demo-{stem}{suffix}"))
    kind_of(stem + suffix)
