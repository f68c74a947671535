"""Takes a script or task that cannot be read for an upload where everything around it says so."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.handed import Handed, index_of_environment
from publish_gate.doctor.uploads.model import Auth, How, Index
from publish_gate.doctor.uploads.names import names_test_index, says_publish
from publish_gate.doctor.uploads.upload_commands import DetectedUpload

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.sources import Files
    from publish_gate.doctor.uploads.stores import Stores
    from publish_gate.doctor.uploads.values import Environment


class StepContext(NamedTuple):
    """What a step's script finds around itself.

    ``handed`` are the credentials that its environment gives it; ``named`` says that the job's environment is
    called like a package index.
    """

    files: Files
    stores: Stores
    identity: bool
    handed: Handed
    named: bool = False


def upload_by_name(name: str, environment: Environment, around: StepContext) -> DetectedUpload | None:
    """Return the upload that a script or task does by its name; None where it says or is handed too little.

    It has to be called like one that publishes, and to be handed a credential of an index, or to run in a job that
    may ask for an identity token, in an environment that is named like an index.
    """
    if not says_publish(name) or not (around.handed or (around.named and around.identity)):
        return None
    index = index_of_environment(environment)
    if index is None:
        index = Index.TESTPYPI if names_test_index(name) else around.handed.likely_index()
    auth = Auth.TOKEN if around.handed else Auth.OIDC
    return DetectedUpload(How.OTHER, index, auth, credential=around.handed.credential)
