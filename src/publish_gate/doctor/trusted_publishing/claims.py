"""The claims of an identity token: what it says, what it is known not to say, and what nobody told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from publish_gate.doctor.trusted_publishing.workflow_refs import WorkflowRef, file_name, parse_workflow_ref

if TYPE_CHECKING:
    from collections.abc import Mapping

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


def parse_claims(text: str, path: str = "") -> Claims:
    """Read claims in any form in which people have them.

    That is a JSON object of claims, a decoded token payload, a raw token (its payload is decoded, its
    signature is not looked at, and no part of it is ever shown), or the block that an upload tool prints.
    ``path`` is the file for messages, empty for the standard input. Raises ConfigurationError.
    """
    from publish_gate.doctor.trusted_publishing.read_claims import read_claims

    return read_claims(text, path)
