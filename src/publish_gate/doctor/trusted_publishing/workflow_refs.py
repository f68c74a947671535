"""References to workflow files as identity tokens carry them: ``OWNER/REPO/.github/workflows/FILE@REF``."""

from __future__ import annotations

from typing import Final, NamedTuple

_ENDINGS: Final = (".yml", ".yaml")
_FOLDER: Final = "/.github/workflows/"


class WorkflowRef(NamedTuple):
    """A workflow file at a ref: ``repository`` is ``OWNER/NAME``, ``file`` a bare name, ``ref`` what follows ``@``."""

    repository: str
    file: str
    ref: str


def file_name(reference: str) -> str | None:
    """Return the file name in a reference as the index finds it: the first part that ends in ``.yml@`` or ``.yaml@``.

    An ``@`` may stand in the name as well, so the part is taken as far as it goes. None where there is none.
    Source: ``_extract_workflow_filename`` in warehouse's oidc/models/github.py.
    """
    for part in reference.split("/"):
        # One character at least stands before the ending; the whole part up to the last ending is the name.
        ends = [at + len(ending) for ending in _ENDINGS if (at := part.rfind(f"{ending}@")) > 0]
        if ends:
            return part[: max(ends)]
    return None


def parse_workflow_ref(reference: str) -> WorkflowRef | None:
    """Take a reference apart; None where it is not one."""
    repository, folder, rest = reference.partition(_FOLDER)
    name = file_name(rest)
    if not folder or repository.count("/") != 1 or name is None or not rest.startswith(f"{name}@"):
        return None
    return WorkflowRef(repository, name, rest[len(name) + 1 :])
