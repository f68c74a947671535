"""The claims of an identity token: what it says, what it is known not to say, and what nobody told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from publish_gate.records import dataclass, field, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

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


MISSING: Final = "MISSING"
"""What the upload action prints in place of a claim that the token does not have."""


@dataclass(frozen=True, slots=True)
class Claims:
    """Claims by name, as texts. Each is in one of three states: it has a value, it is absent, or it is unknown.

    ``values`` holds those with a value, ``absent`` those that are known not to be in the token. ``complete``
    says that the whole token is known, so that every other claim is absent too; ``untold`` names the
    exceptions. A list (an ``aud`` may be one) stands as its JSON text, which is no claim's single value.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    complete: bool = False
    untold: frozenset[str] = frozenset()

    def get(self, name: str) -> str | None:
        """Return a claim's value; None where it is absent or unknown."""
        return self.values.get(name)

    def is_absent(self, name: str) -> bool:
        """Whether the token is known not to have a claim."""
        if name in self.values or name in self.untold:
            return False
        return self.complete or name in self.absent

    def is_unknown(self, name: str) -> bool:
        """Whether nobody told if the token has a claim."""
        return name not in self.values and not self.is_absent(name)

    def without(self, *names: str) -> Claims:
        """Return these claims with some of them unknown."""
        kept = {name: value for name, value in self.values.items() if name not in names}
        return replace(self, values=kept, absent=self.absent - set(names), untold=self.untold | set(names))

    @property
    def owner(self) -> str | None:
        """The owner in ``repository``, or ``repository_owner`` where that is all that is known."""
        repository = self.get("repository")
        if repository is None:
            return self.get("repository_owner")
        return repository.partition("/")[0] if "/" in repository else None

    @property
    def repository_name(self) -> str | None:
        """The name in ``repository``, without its owner."""
        _owner, slash, name = (self.get("repository") or "").partition("/")
        return name if slash else None

    @property
    def workflow_file(self) -> str | None:
        """The file whose job asked for the token (a called workflow's own file), as the index finds it."""
        return file_name(self.get("job_workflow_ref") or "")

    @property
    def caller_file(self) -> str | None:
        """The file that GitHub started; differs from `workflow_file` where that one is called."""
        return file_name(self.get("workflow_ref") or "")

    @property
    def job_workflow(self) -> WorkflowRef | None:
        """``job_workflow_ref``, taken apart."""
        return parse_workflow_ref(self.get("job_workflow_ref") or "")

    @property
    def started_workflow(self) -> WorkflowRef | None:
        """``workflow_ref``, taken apart."""
        return parse_workflow_ref(self.get("workflow_ref") or "")

    @property
    def ref(self) -> str | None:
        """The branch, tag or pull request that the run is for."""
        return self.get("ref")

    @property
    def environment(self) -> str | None:
        """The job's environment; None where it has none (an empty name counts as none) or where it is unknown."""
        return self.get("environment") or None

    @property
    def has_no_environment(self) -> bool:
        """Whether the job is known to have no environment."""
        return self.is_absent("environment") or self.get("environment") == ""
