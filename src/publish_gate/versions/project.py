"""Finds the source that declares a project's version, by the rule of its own build back end, and reads it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.checkout import CheckoutError
from publish_gate.versions import notes
from publish_gate.versions.faults import DECLARE_IT, Refusal, from_vcs, refuse, refused, unreadable
from publish_gate.versions.model import FoundName, FoundVersion, ProjectReading, VersionFault
from publish_gate.versions.toml import load

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.checkout import Checkout
    from publish_gate.versions.toml import Document

FILE = "pyproject.toml"

_Version = FoundVersion | VersionFault
_Answer = tuple[FoundName | None, _Version]


def read(checkout: Checkout) -> ProjectReading:
    """Read the name and the version; whatever stands in the way ends in a fault."""
    name: FoundName | None = None
    try:
        document = load(checkout, FILE) if FILE in checkout.names_in(".") else None
        if document is not None:
            name = _declared_name(document)
        found_name, version = _read(checkout, document, name)
        return ProjectReading(name or found_name, version)
    except Refusal as refusal:
        return ProjectReading(name, refusal.fault)
    except CheckoutError as error:
        return ProjectReading(name, refused(checkout, error, error.path, None).fault)
    except (RecursionError, MemoryError):
        text = "the project's files are too deeply nested to be read"
        return ProjectReading(name, unreadable("too-complex", text, checkout.place(".")))


def _declared_name(document: Document) -> FoundName | None:
    """Give the name that pyproject.toml declares."""
    paths = (
        ("project", "name"),
        ("tool", "poetry", "name"),
        ("tool", "flit", "metadata", "dist-name"),
        ("tool", "flit", "metadata", "module"),
    )
    for keys in paths:
        name = document.get(*keys)
        if isinstance(name, str) and name.strip():
            return FoundName(name.strip(), document.place(*keys))
    return None


def _read(checkout: Checkout, document: Document | None, name: FoundName | None) -> _Answer:
    if document is None:
        if not {"setup.py", "setup.cfg"} & set(checkout.names_in(".")):
            text = f"there is no pyproject.toml, setup.cfg or setup.py in {checkout.base!r}"
            raise refuse("nothing-declares-a-version", text, checkout.place("."), advice=DECLARE_IT)
        return _setuptools(checkout, None, name)
    static = _static(document)
    if static is not None:
        return name, notes.add(checkout, static, name)
    backend = _backend(document)
    family = next(
        (known for known in _FAMILIES if backend == known or backend.startswith((f"{known}.", f"{known}:"))),
        "",
    )
    reader = _FAMILIES.get(family)
    if reader is None:
        text = f"the version is dynamic, and the build back end {backend!r} is not one whose rule is known"
        raise refuse("unknown-back-end", text, document.place("build-system", "build-backend"))
    project = document.get("project")
    if isinstance(project, dict) and not _is_dynamic(document) and family not in _WITHOUT_DYNAMIC:
        text = "[project] has no `version`, and does not list it in `dynamic` either"
        raise refuse("nothing-declares-a-version", text, document.place("project", "name"), advice=DECLARE_IT)
    return reader(checkout, document, name)


def _static(document: Document) -> FoundVersion | None:
    """Read ``[project].version``, which every back end follows."""
    version = document.get("project", "version")
    place = document.place("project", "version")
    if version is None:
        return None
    if _is_dynamic(document):
        text = "`version` is both given in [project] and listed in its `dynamic`"
        advice = "Delete one of the two: a version is either written down or dynamic."
        raise refuse("both-static-and-dynamic", text, place, advice=advice)
    if not isinstance(version, str):
        text = f"[project].version is not a string but {version!r:.80}"
        raise refuse("not-a-string", text, place, advice="Write it in quotes.")
    return FoundVersion(version, place, "project.version")


def _is_dynamic(document: Document) -> bool:
    dynamic = document.get("project", "dynamic")
    return isinstance(dynamic, list) and "version" in dynamic


def _backend(document: Document) -> str:
    backend = document.get("build-system", "build-backend")
    if isinstance(backend, str) and backend:
        return backend
    # Older projects leave out [build-system] and are built with poetry's own command.
    old_poetry = document.get("project") is None and document.get("tool", "poetry", "version") is not None
    return "poetry.core.masonry.api" if old_poetry else "setuptools.build_meta"


def _setuptools(checkout: Checkout, document: Document | None, name: FoundName | None) -> _Answer:
    from publish_gate.versions import setuptools

    found, version = setuptools.read(checkout, document)
    return name or found, version


def _hatch(checkout: Checkout, document: Document, name: FoundName | None) -> _Answer:
    from publish_gate.versions import hatch

    return name, hatch.read(checkout, document)


def _flit(checkout: Checkout, document: Document, name: FoundName | None) -> _Answer:
    from publish_gate.versions import flit

    return name, flit.read(checkout, document, name.text if name else None)


def _pdm(checkout: Checkout, document: Document, name: FoundName | None) -> _Answer:
    from publish_gate.versions import pdm

    return name, pdm.read(checkout, document)


def _poetry(_: Checkout, document: Document, name: FoundName | None) -> _Answer:
    from publish_gate.versions import poetry

    return name, poetry.read(document)


def _scikit_build(checkout: Checkout, document: Document, name: FoundName | None) -> _Answer:
    from publish_gate.versions import scikit_build

    return name, scikit_build.read(checkout, document)


def _maturin(checkout: Checkout, document: Document, name: FoundName | None) -> _Answer:
    from publish_gate.versions import cargo

    manifest = cargo.manifest(checkout, document)
    return name or cargo.name_of(manifest), cargo.read(manifest)


def _meson(checkout: Checkout, _: Document, name: FoundName | None) -> _Answer:
    from publish_gate.versions import meson

    return name or meson.name_of(checkout), meson.read(checkout)


def _sip(_: Checkout, document: Document, name: FoundName | None) -> _Answer:
    keys = ("tool", "sip", "metadata", "version")
    version = document.get(*keys)
    if not isinstance(version, str):
        text = "neither [project] nor [tool.sip.metadata] has a `version`"
        raise refuse("nothing-declares-a-version", text, document.place(), advice=DECLARE_IT)
    return name, FoundVersion(version, document.place(*keys), "tool.sip.metadata.version")


def _static_only(_: Checkout, document: Document, __: FoundName | None) -> _Answer:
    text = f"{_backend(document)} takes the version from [project].version alone, and there is none"
    raise refuse("nothing-declares-a-version", text, document.place("project", "dynamic"), advice=DECLARE_IT)


def _tags(_: Checkout, document: Document, name: FoundName | None) -> _Answer:
    return name, from_vcs(_backend(document).partition(".")[0], document.place("build-system", "build-backend"))


_FAMILIES: dict[str, Callable[[Checkout, Document, FoundName | None], _Answer]] = {
    "scikit_build_core.setuptools": _setuptools,
    "setuptools": _setuptools,
    "jupyter_packaging": _setuptools,
    "hatchling": _hatch,
    "flit_core": _flit,
    "flit": _flit,
    "pdm": _pdm,
    "poetry": _poetry,
    "poetry_dynamic_versioning": _poetry,
    "scikit_build_core": _scikit_build,
    "maturin": _maturin,
    "mesonpy": _meson,
    "sipbuild": _sip,
    "uv_build": _static_only,
    "uv": _static_only,
    "whey": _static_only,
    "flit_scm": _tags,
    "pbr": _tags,
    "trampolim": _tags,
}
"""The readers by the module that a project names as its build back end, the longer names first."""

_WITHOUT_DYNAMIC = frozenset({"maturin", "poetry", "poetry_dynamic_versioning"})
"""Back ends that look further although `version` is not listed in `dynamic`: they merely warn."""
