"""What was built, brought together with the packages, the workflow's tool and the index: reads, and decides nothing."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.checkout import Checkout, CheckoutError
from publish_gate.distributions.metadata import is_newer
from publish_gate.distributions.read import Folder, digest, read_folder
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.gate.built import Built, BuiltFile, Reader, Refusal
from publish_gate.gate.checks import find_release
from publish_gate.index.credentials import with_credentials
from publish_gate.index.state import Unknown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from packaging.version import Version

    from publish_gate.index.addresses import IndexAddress
    from publish_gate.index.release_files import ReleaseFiles
    from publish_gate.index.state import IndexFile, IndexState
    from publish_gate.repository import ReadPackage
    from publish_gate.settings import Settings

    Ask = Callable[[IndexAddress, str, Version], ReleaseFiles | Unknown]


class Dist(NamedTuple):
    """The folder as it was read, and by the name of an index or its upload address what uploads to it."""

    checkout: Checkout
    path: str
    folder: Folder
    readers: Mapping[str, Reader] = {}


def read_dist(root: Path, settings: Settings) -> Dist | None:
    """Read the folder that the input names, if it names one. Raises `ConfigurationError`."""
    if settings.dist is None:
        return None
    try:
        checkout = Checkout.open(root, settings.working_directory)
        return Dist(checkout, settings.dist, read_folder(checkout, settings.dist))
    except CheckoutError as error:
        message = f"{error}; build first, into this folder, or name the folder that holds what was built"
        raise ConfigurationError([Problem("dist", message)]) from None


def with_readers(dist: Dist, root: Path, workflow: str) -> Dist:
    """Add what the tools that upload in a workflow (its path from the root) read; nothing if it cannot be read."""
    from publish_gate.doctor.uploads.sources import CheckoutSources
    from publish_gate.doctor.workflow.read import read_workflow
    from publish_gate.readers import readers

    top = Checkout.open(root, ".")
    try:
        data = top.read_bytes(workflow)
    except CheckoutError:
        return dist
    return dist._replace(readers=readers(read_workflow(data, workflow), CheckoutSources(top, {})))


def of_package(dist: Dist, package: ReadPackage, packages: Sequence[ReadPackage]) -> tuple[BuiltFile, ...]:
    """Return the files that are a package's, and those that are nobody's: they are in everybody's way."""
    others = [other for other in packages if other is not package]
    return tuple(
        file
        for file in dist.folder.files
        if file.is_of(package.name) or not any(file.is_of(other.name) for other in others)
    )


def look(
    dist: Dist,
    package: ReadPackage,
    packages: Sequence[ReadPackage],
    version: Version | None,
    states: Mapping[str, IndexState],
    ask: Ask,
) -> dict[str, Built]:
    """Return what was built of a package, for each of its targets beside what its index has of that release."""
    files = of_package(dist, package, packages)
    shared = len(packages) > 1 and len(files) < len(dist.folder.files)
    found = {}
    for target in package.plan.targets:
        rules, state = target.rules, states.get(target.rules.name)
        built = Built(dist.folder.name, _with_reader(files, dist.readers, rules.repository_url), shared=shared)
        if version is not None and state is not None and find_release(state, version) is not None:
            answer = ask(with_credentials(target.index, rules.name, os.environ), package.name, version)
            if isinstance(answer, Unknown):
                built = replace(built, unknown=answer)
            else:
                on_index = {file.name: file for file in answer.files}
                built = replace(built, files=with_hashes(dist, built.files, on_index), on_index=on_index)
        found[rules.name] = built
    return found


def with_hashes(dist: Dist, files: tuple[BuiltFile, ...], on_index: Mapping[str, IndexFile]) -> tuple[BuiltFile, ...]:
    """Add the hashes that an index has instead of SHA-256."""
    return tuple(_with_hashes(dist, file, on_index.get(file.name)) for file in files)


def _with_hashes(dist: Dist, file: BuiltFile, there: IndexFile | None) -> BuiltFile:
    if there is None or not there.hashes or there.hashes.keys() & file.hashes.keys() or not file.hashes:
        return file
    algorithm = next(iter(there.hashes))
    found = digest(dist.checkout, f"{dist.path.rstrip('/')}/{file.name}", algorithm)
    return replace(file, hashes={**file.hashes, algorithm: found}) if found else file


def _with_reader(files: tuple[BuiltFile, ...], readers: Mapping[str, Reader], upload: str) -> tuple[BuiltFile, ...]:
    """Add to the refusals what the tool that uploads to an address cannot read."""
    from publish_gate.hosts import public_name

    reader = readers.get(public_name(upload) or upload.rstrip("/").lower())
    if reader is None:
        return files
    return tuple(
        replace(file, refusals=(*file.refusals, _refused_by(reader, file.metadata_version)))
        if file.metadata_version and is_newer(file.metadata_version, reader.metadata)
        else file
        for file in files
    )


def _refused_by(reader: Reader, metadata: str) -> Refusal:
    advice = f"Use {reader.needed} or later" if reader.needed else "Use its newest release"
    return Refusal(
        f"has metadata {metadata}, and {reader.tool} reads it up to {reader.metadata}",
        f"{advice}, or let the build back end write an older metadata version.",
        everywhere=True,
    )
