"""Every reason code, once: the words that outputs, `fail-when` and the documentation use."""

from __future__ import annotations

import enum

# What `fail-when` takes for all reasons that are a no.
ANY_NO = "any-no"


class Outcome(enum.Enum):
    """What a reason means for the caller."""

    YES = "yes"
    NO = "no"
    ERROR = "error"


class Reason(enum.Enum):
    """Why a target is, or is not, published to. The value is the code of the contract."""

    NEW_VERSION = "new-version"
    FIRST_RELEASE = "first-release"
    INCOMPLETE_RELEASE = "incomplete-release"

    NOT_A_PACKAGE = "not-a-package"
    VERSION_UNREADABLE = "version-unreadable"
    VERSION_DYNAMIC = "version-dynamic"
    VERSION_INVALID = "version-invalid"
    LOCAL_VERSION = "local-version"
    INDEX_UNAVAILABLE = "index-unavailable"
    ALREADY_PUBLISHED = "already-published"
    PROJECT_CLOSED = "project-closed"
    VERSION_BEHIND = "version-behind"
    PRERELEASE_NOT_ALLOWED = "prerelease-not-allowed"
    FINAL_NOT_ALLOWED = "final-not-allowed"
    EVENT_NOT_ALLOWED = "event-not-allowed"
    REF_NOT_ALLOWED = "ref-not-allowed"
    UNTRUSTED_SOURCE = "untrusted-source"
    TAG_MISMATCH = "tag-mismatch"
    ENVIRONMENT_MISMATCH = "environment-mismatch"
    NOT_PROMOTED = "not-promoted"
    BUILT_MISMATCH = "built-mismatch"
    NOT_UPLOADABLE = "not-uploadable"
    CONTENT_DIFFERS = "content-differs"

    @property
    def outcome(self) -> Outcome:
        """Whether this reason is a yes, a no, or the lack of a decision."""
        if self in _YES:
            return Outcome.YES
        return Outcome.ERROR if self in _ERRORS else Outcome.NO


_YES = frozenset({Reason.NEW_VERSION, Reason.FIRST_RELEASE, Reason.INCOMPLETE_RELEASE})
_ERRORS = frozenset({Reason.VERSION_UNREADABLE, Reason.VERSION_INVALID, Reason.INDEX_UNAVAILABLE})
