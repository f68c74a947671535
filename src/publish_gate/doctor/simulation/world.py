"""What is known of the repository around a workflow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.model import local_path
from publish_gate.records import dataclass, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from publish_gate.config.model import Config
    from publish_gate.doctor.workflow.model import Workflow
    from publish_gate.gate_steps import Read

_CALLED = ".github/workflows/"


@dataclass(frozen=True, slots=True)
class RepositoryContext:
    """The upstream repository: its name, its default branch, and its workflows by path.

    ``repository`` is ``OWNER/NAME``, None if it is not known. ``workflows`` are those that can be called; one
    that is not there is unknown, not absent. ``config`` is the gate's config file, None if there is none. ``read``
    gives its files by path, None if they are not known.
    """

    repository: str | None = None
    default_branch: str = "main"
    workflows: Mapping[str, Workflow] = field(default_factory=dict)
    config: Config | None = None
    read: Read | None = None

    @property
    def owner(self) -> str | None:
        """The account that the repository belongs to."""
        return None if self.repository is None else self.repository.partition("/")[0]

    def called(self, uses: str) -> Workflow | None:
        """Return the workflow that a job's ``uses`` names, None if its text is not known.

        ``./.github/workflows/FILE`` and ``$/.github/workflows/FILE`` are taken from the same commit;
        ``OWNER/NAME/.github/workflows/FILE@REF`` of this very repository is taken to say what it says here.
        """
        local = local_path(uses)
        if local:
            return self.workflows.get(local)
        path, _, _ = uses.partition("@")
        if self.repository is not None and path.lower().startswith(f"{self.repository.lower()}/{_CALLED}"):
            return self.workflows.get(path[len(self.repository) + 1 :])
        return None
