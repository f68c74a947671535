"""The repository's other files, read through the checkout's one door."""

from __future__ import annotations

from typing import TYPE_CHECKING

from publish_gate.checkout import Checkout, CheckoutError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from publish_gate.doctor.workflow.model import Workflow


class CheckoutSources:
    """Gives files of a checkout to the search for uploads; see `surface.sources.Sources`."""

    def __init__(self, checkout: Checkout, workflows: Mapping[str, Workflow]) -> None:
        self._checkout = checkout
        self._workflows = workflows

    def read(self, path: str) -> bytes | None:
        """Return a file's content, None where it is not there or cannot be read."""
        try:
            return self._checkout.read_bytes(path)
        except CheckoutError:
            return None

    def workflow(self, path: str) -> Workflow | None:
        """Return a workflow file that was read, None where there is none."""
        return self._workflows.get(path)


def reader(root: Path) -> Callable[[str], bytes | None]:
    """Return what gives the files of the checkout at ``root`` by their paths, None for those that are not there."""
    return CheckoutSources(Checkout.open(root, "."), {}).read
