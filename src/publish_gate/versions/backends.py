"""Which reader follows which build back end's own rule; each is loaded when a project needs it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.versions.faults import DECLARE_IT, from_vcs, refuse
from publish_gate.versions.model import FoundName, FoundVersion, VersionFault

if TYPE_CHECKING:
    from collections.abc import Callable

    from publish_gate.checkout import Checkout
    from publish_gate.versions.toml import Document

Answer = tuple[FoundName | None, FoundVersion | VersionFault]
"""The project's name, where the back end's own files tell it, and its version."""


def family_of(checkout: Checkout, document: Document) -> str:
    """Name the reader of the project's build back end, a key of READERS; raises Refusal if there is none."""
    backend = _backend(document)
    known = _known(backend)
    if known is None:
        from publish_gate.versions import wrapped_backend

        wrapped = {_known(name) for name in wrapped_backend.imports(checkout, document, backend)} - {None}
        known = wrapped.pop() if len(wrapped) == 1 else None
    if known is not None:
        return known
    text = f"the version is dynamic, and the build back end {backend!r} is not one whose rule is known"
    raise refuse("unknown-back-end", text, document.place("build-system", "build-backend"))


def _known(backend: str) -> str | None:
    return next((name for name in READERS if backend == name or backend.startswith((f"{name}.", f"{name}:"))), None)


def is_poetry(document: Document) -> bool:
    """Tell whether poetry-core builds a project."""
    return _known(_backend(document)) in {"poetry", "poetry_dynamic_versioning"}


def replaced_static(document: Document, version: str) -> VersionFault | None:
    """Say what replaces ``[project].version`` during the build; None if nothing does."""
    if not is_poetry(document):
        return None
    from publish_gate.versions import poetry

    return poetry.replaced_static(document, version)


def _backend(document: Document) -> str:
    backend = document.get("build-system", "build-backend")
    if isinstance(backend, str) and backend:
        return backend
    # Older projects leave out [build-system] and are built with poetry's own command.
    old_poetry = document.get("project") is None and document.get("tool", "poetry", "version") is not None
    return "poetry.core.masonry.api" if old_poetry else "setuptools.build_meta"


def read_setuptools(checkout: Checkout, document: Document | None, name: FoundName | None) -> Answer:
    """Read a project that setuptools builds, which needs no pyproject.toml; raises Refusal."""
    from publish_gate.versions import build_tags, named, setuptools

    found, version = setuptools.read(checkout, document, named.read)
    return name or found, build_tags.apply(checkout, document, version)


def _hatch(checkout: Checkout, document: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import hatch

    return name, hatch.read(checkout, document)


def _flit(checkout: Checkout, document: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import flit

    return name, flit.read(checkout, document, name.text if name else None)


def _pdm(checkout: Checkout, document: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import pdm

    return name, pdm.read(checkout, document)


def _poetry(_: Checkout, document: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import poetry

    return name, poetry.read(document)


def _scikit_build(checkout: Checkout, document: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import scikit_build

    return name, scikit_build.read(checkout, document)


def _maturin(checkout: Checkout, document: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import cargo

    manifest = cargo.manifest(checkout, document)
    return name or cargo.name_of(manifest), cargo.read(manifest)


def _meson(checkout: Checkout, _: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import meson

    return name or meson.name_of(checkout), meson.read(checkout)


def _sip(_: Checkout, document: Document, name: FoundName | None) -> Answer:
    keys = ("tool", "sip", "metadata", "version")
    version = document.get(*keys)
    if not isinstance(version, str):
        text = "neither [project] nor [tool.sip.metadata] has a `version`"
        raise refuse("nothing-declares-a-version", text, document.place(), advice=DECLARE_IT)
    return name, FoundVersion(version, document.place(*keys), "tool.sip.metadata.version")


def _static_only(_: Checkout, document: Document, __: FoundName | None) -> Answer:
    text = f"{_backend(document)} takes the version from [project].version alone, and there is none"
    raise refuse("nothing-declares-a-version", text, document.place("project", "dynamic"), advice=DECLARE_IT)


def _pbr(checkout: Checkout, document: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import setuptools

    return name or setuptools.name_of(checkout), _tags(checkout, document, name)[1]


def _own_constant(checkout: Checkout, document: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import flit

    return name, flit.read_theme(checkout, document, name.text if name else "")


def _py_build_cmake(checkout: Checkout, document: Document, name: FoundName | None) -> Answer:
    from publish_gate.versions import flit

    return name, flit.read_py_build_cmake(checkout, document, name.text if name else "")


def _tags(_: Checkout, document: Document, name: FoundName | None) -> Answer:
    return name, from_vcs(_backend(document).partition(".")[0], document.place("build-system", "build-backend"))


READERS: dict[str, Callable[[Checkout, Document, FoundName | None], Answer]] = {
    "scikit_build_core.setuptools": read_setuptools,
    "setuptools": read_setuptools,
    "jupyter_packaging": read_setuptools,
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
    "pbr": _pbr,
    "py_build_cmake": _py_build_cmake,
    "sphinx_theme_builder": _own_constant,
    "trampolim": _tags,
}
"""The readers by the module that a project names as its build back end, the longer names first."""

WITHOUT_DYNAMIC = frozenset({"maturin", "poetry", "poetry_dynamic_versioning"})
"""Back ends that look further although `version` is not listed in `dynamic`: they merely warn."""
