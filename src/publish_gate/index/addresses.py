"""The address of an index: what a maintainer writes, and the addresses asked because of it."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit, urlunsplit

from publish_gate.index.urls import redact, split_url
from publish_gate.records import dataclass, field, replace

if TYPE_CHECKING:
    from urllib.parse import SplitResult

_PLACEHOLDER: Final = "{name}"
_FORMS: Final = (
    "write the base address of an index (https://HOST), the address pip is given (https://HOST/simple/), "
    "or one with {name} where the project's name belongs (https://HOST/pypi/{name}/json)"
)

CREDENTIALS: Final = (
    "set them in the environment (PUBLISH_GATE_INDEX_<TARGET>_USERNAME and PUBLISH_GATE_INDEX_<TARGET>_PASSWORD, "
    "in capitals, other characters as _) or in .netrc"
)
"""Where credentials belong; ``<TARGET>`` stands for the target's name."""


class Form(enum.Enum):
    """How an address was written."""

    BASE = "base"
    TEMPLATE = "template"
    SIMPLE_ROOT = "simple-root"


@dataclass(frozen=True, slots=True, repr=False)
class IndexAddress:
    """Where an index answers.

    ``url`` never holds credentials: they come from the environment or .netrc, and stand in ``credentials``
    (user, password). A base ends without a slash, the root of a Simple API with one, a template holds ``{name}``
    exactly once. ``simple`` is the root of a Simple API that stands elsewhere, if the user names it. ``probe`` is
    the normalised name of a project that is on this index, and ``target`` the target that it is read for, which
    messages name.
    """

    form: Form
    url: str
    credentials: tuple[str, str] | None = None
    simple: str | None = None
    probe: str | None = None
    target: str | None = field(default=None, compare=False)

    @classmethod
    def parse(cls, text: str) -> IndexAddress:
        """Read an address in one of its three forms.

        A base address, an address with ``{name}`` in it, or a base whose last part is ``simple`` or
        ``+simple``, as pip's ``--index-url`` takes it: the root of a Simple API. Raises ``ValueError``.
        """
        if "{" in text or "}" in text:
            return cls._template(text)
        parts = _checked(text)
        path = parts.path.strip("/")
        url = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
        if path.rpartition("/")[2] in {"simple", "+simple"}:
            return cls(Form.SIMPLE_ROOT, url + "/")
        return cls(Form.BASE, url)

    @classmethod
    def base(cls, url: str) -> IndexAddress:
        """Read a base address, whatever its last part is called. Raises ``ValueError``."""
        parts = _checked(url)
        path = parts.path.strip("/")
        return cls(Form.BASE, urlunsplit((parts.scheme, parts.netloc, path, "", "")))

    @classmethod
    def _template(cls, text: str) -> IndexAddress:
        if text.count(_PLACEHOLDER) != 1 or text.count("{") != 1 or text.count("}") != 1:
            raise ValueError("the index address must hold {name} exactly once, and no other braces")
        parts = _checked(text, template=True)
        if _PLACEHOLDER not in parts.path + parts.query:
            raise ValueError("the index address has {name} in its host: it belongs into the path")
        return cls(Form.TEMPLATE, urlunsplit(parts))

    def with_simple(self, other: IndexAddress) -> IndexAddress:
        """Return this address with the Simple API that ``other``, a template ending in ``/{name}/``, names.

        Raises ``ValueError`` if it is not such a template.
        """
        roots = other.simple_roots
        if other.form is not Form.TEMPLATE or not other.url.rstrip("/").endswith("/" + _PLACEHOLDER) or not roots:
            raise ValueError("the address of a Simple API ends in /{name}/")
        return replace(self, simple=roots[0])

    @property
    def redacted(self) -> str:
        """The address as it may be shown."""
        return redact(self.url)

    def __str__(self) -> str:
        return self.redacted

    def __repr__(self) -> str:
        return f"IndexAddress({self.form.name}, {self.redacted!r})"

    def project_url(self, project: str) -> str:
        """Return the address to ask first for a project with this normalised name."""
        if self.form is Form.BASE:
            return f"{self.url}/pypi/{project}/json"
        if self.form is Form.SIMPLE_ROOT:
            return f"{self.url}{project}/"
        return self.url.replace(_PLACEHOLDER, project)

    @property
    def simple_roots(self) -> tuple[str, ...]:
        """The roots, best first, at which the Simple API of this index may stand; each ends with a slash."""
        if self.form is Form.BASE:
            return (f"{self.url}/simple/",)
        if self.form is Form.SIMPLE_ROOT:
            return (self.url,)
        before, _, after = self.url.partition(_PLACEHOLDER)
        if "?" in self.url or not before.endswith("/"):
            return ()
        if not after.strip("/"):
            return (before,)
        roots = [f"{before}simple/", before]
        if before.endswith("/pypi/") and after.rstrip("/") == "/json":
            roots.insert(0, f"{before.removesuffix('pypi/')}simple/")
        return tuple(roots)


def _checked(text: str, *, template: bool = False) -> SplitResult:
    """Split an address that may be asked and shown: one without credentials. Raises ``ValueError``."""
    if "{" in text and not template:
        raise ValueError("a base address has no braces")
    try:
        # Without the placeholder in its host, an address with it is cut into the same parts.
        split_url(text.replace(_PLACEHOLDER, "name") if template else text)
    except ValueError as fault:
        raise ValueError(f"the index address cannot be used: {fault}; {_FORMS}") from None
    parts = urlsplit(text)
    if "@" in parts.netloc:
        raise ValueError(f"the address holds credentials, which it would show to everybody; {CREDENTIALS}")
    if "#" in text:
        raise ValueError("the index address has a fragment (#…), which is never sent: leave it out")
    if "?" in text and not template:
        raise ValueError("the index address has a query (?…): only an address with {name} may have one")
    return parts
