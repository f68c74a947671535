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
PUBLISH: Final = Pin("pypa/gh-action-pypi-publish", "cef221092ed1bacb1cc03d23a2d87d1d172e277b", "v1.14.0")
PINS: Final = (CHECKOUT, UPLOAD_ARTIFACT, DOWNLOAD_ARTIFACT, PUBLISH)

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
