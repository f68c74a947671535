"""Which credentials of an index a step, an action or a called workflow is handed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.addresses import index_of_name, index_of_url
from publish_gate.doctor.uploads.expressions import secret_names
from publish_gate.doctor.uploads.model import Index
from publish_gate.doctor.uploads.names import names_index, names_test_index
from publish_gate.doctor.uploads.upload_tools import CREDENTIAL_VARIABLES
from publish_gate.doctor.uploads.values import Text, first_given

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping


class Handed(NamedTuple):
    """Credentials that are handed over, by the name of their variable, input or secret."""

    names: tuple[str, ...] = ()
    credential: Text | None = None

    def __bool__(self) -> bool:
        return bool(self.names)

    def likely_index(self) -> Index:
        """Tell by their names which index they are for; DYNAMIC where they are for both."""
        tests = [names_test_index(name) for name in self.names]
        if tests and all(tests):
            return Index.TESTPYPI
        # A name that only says "token" is about neither.
        plain = [name for name, test in zip(self.names, tests, strict=True) if not test and names_index(name)]
        return Index.DYNAMIC if any(tests) and plain else Index.PYPI


def handed(values: Iterable[tuple[str, Text]], script: str = "") -> Handed:
    """Return the credentials of an index among variables or inputs, and among the secrets a script's text names."""
    names: list[str] = []
    credential: Text | None = None
    for name, value in values:
        secrets = secret_names(value.source.text) if value.source is not None else ()
        telling = [secret for secret in secrets if names_index(secret)]
        known = name in CREDENTIAL_VARIABLES or name.startswith("POETRY_PYPI_TOKEN_")
        if value.given and (telling or known or (secrets and names_index(name))):
            names.extend(telling or [name])
            credential = credential or value
    names.extend(secret for secret in secret_names(script) if names_index(secret))
    return Handed(tuple(names), credential)


_ADDRESSES = ("TWINE_REPOSITORY_URL", "UV_PUBLISH_URL", "FLIT_INDEX_URL", "MATURIN_REPOSITORY_URL")
_NAMES = ("TWINE_REPOSITORY", "UV_PUBLISH_INDEX", "PDM_PUBLISH_REPO", "HATCH_INDEX_REPO", "MATURIN_REPOSITORY")


def index_of_environment(environment: Mapping[str, Text]) -> Index | None:
    """Return the index that the variables of uploading programs name, None where they name none."""
    url = first_given(environment, _ADDRESSES)
    if url is not None:
        return index_of_url(url.text) if url.known else Index.DYNAMIC
    name = first_given(environment, _NAMES)
    if name is None:
        return None
    return (index_of_name(name.text) or Index.OTHER) if name.known else Index.DYNAMIC
