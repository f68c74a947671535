"""The actions and tools that a written workflow uses, each at one commit or version: the one place that names them."""

from __future__ import annotations

from typing import Final, NamedTuple

from publish_gate import __version__

OWN_REPOSITORY: Final = "publish-gate/publish-gate"
RELEASE: Final = f"v{__version__}"
"""The tag of the release that this is."""


class Pin(NamedTuple):
    """An action at the commit of a release."""

    action: str
    commit: str
    release: str

    @property
    def uses(self) -> str:
        """What stands behind ``uses:``, with the release as a comment that Dependabot renews together with it."""
        return f"{self.action}@{self.commit} # {self.release}"


CHECKOUT: Final = Pin("actions/checkout", "3d3c42e5aac5ba805825da76410c181273ba90b1", "v7.0.1")
UPLOAD_ARTIFACT: Final = Pin("actions/upload-artifact", "043fb46d1a93c77aae656e7c1c64a875d1fc6a0a", "v7.0.1")
DOWNLOAD_ARTIFACT: Final = Pin("actions/download-artifact", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c", "v8.0.1")
# Before v1.14.1 it cannot read Metadata 2.5, which hatchling since 1.32 and flit since 4.0 write.
PUBLISH: Final = Pin("pypa/gh-action-pypi-publish", "dc37677b2e1c63e2034f94d8a5b11f265b73ba33", "v1.14.2")
PINS: Final = (CHECKOUT, UPLOAD_ARTIFACT, DOWNLOAD_ARTIFACT, PUBLISH)
"""What a written workflow uses."""

ALL_PINS: Final = (
    *PINS,
    Pin("actions/setup-python", "a309ff8b426b58ec0e2a45f0f869d46889d02405", "v6.2.0"),
    Pin("actions/attest-build-provenance", "a2bbfa25375fe432b6a289bc6b6cd05ecd0c4c32", "v4.1.0"),
    Pin("actions/upload-pages-artifact", "fc324d3547104276b827a68afc52ff2a11cc49c9", "v5.0.0"),
    Pin("actions/deploy-pages", "cd2ce8fcbc39b97be8ca5fce6e763baed58fa128", "v5.0.0"),
    Pin("astral-sh/setup-uv", "20cfd1bf945f4377ade1205e4dbc17946fc9a30d", "v10.0.1"),
    Pin("github/codeql-action/upload-sarif", "8aad20d150bbac5944a9f9d289da16a4b0d87c1e", "v4.36.2"),
)
"""All that any workflow of this repository or its documentation uses: scripts/generate.py writes them there."""

# What it builds is what gets published, so a new release of it is not taken unseen. It builds with every back end.
BUILD: Final = "build==1.6.1"


def own_use(commit: str | None) -> str:
    """Return what stands behind ``uses:`` for this very action.

    A release cannot hold the commit that it becomes, so that is asked for when it is needed. Where it could not be,
    the tag of the release stands there: tags of this action are never moved, but zizmor cannot know that.
    """
    if commit is not None:
        return Pin(OWN_REPOSITORY, commit, RELEASE).uses
    return f"{OWN_REPOSITORY}@{RELEASE} # zizmor: ignore[unpinned-uses] a release's tag is never moved"
