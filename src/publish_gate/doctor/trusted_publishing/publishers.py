"""Trusted publishers as they are registered on an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from publish_gate.config.tree import Entry, Mapping, Node, Scalar, Sequence, TreeError, parse_tree, shown
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.names import is_project_name, normalize_name
from publish_gate.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    from publish_gate.config.model import TargetEntry
    from publish_gate.places import Place

INDEXES: Final = ("pypi", "testpypi")


@dataclass(frozen=True, slots=True)
class Publisher:
    """A trusted publisher for GitHub Actions.

    ``owner_id`` is None where it is not known, and is then not compared. ``workflow`` is the registered file
    name, None where nobody told it. ``environment`` is empty where the publisher is for any environment.
    ``projects`` are those it may upload to (of a pending publisher: the one it will create), empty where they
    are not known. ``index`` is ``pypi`` or ``testpypi``, None where that is not said.
    """

    owner: str
    repository: str
    workflow: str | None
    environment: str = ""
    owner_id: str | None = None
    projects: tuple[str, ...] = ()
    place: Place | None = None
    index: str | None = None

    @property
    def identity(self) -> tuple[str, str, str | None, str]:
        """What an index keeps once only: two registrations that agree in it are one, with the projects of both."""
        return self.owner, self.repository, self.workflow, self.environment

    @property
    def slug(self) -> str:
        """``OWNER/REPOSITORY``."""
        return f"{self.owner}/{self.repository}"


@dataclass(frozen=True, slots=True)
class Registry:
    """What an index knows when a token comes.

    ``existing`` are projects of the index; ``prohibited`` the names that its administrators keep from use.
    ``used_jti`` are the tokens that were exchanged already. ``disabled`` says that the index takes no tokens of
    GitHub at the moment. ``issuers`` are further issuers that an organisation registered, None where nobody
    told. ``complete`` says that all publishers that matter are listed: only then does it mean something that
    none matches. ``audience`` is the index that all of it is about, None where that is not said.
    """

    publishers: tuple[Publisher, ...] = ()
    pending: tuple[Publisher, ...] = ()
    existing: frozenset[str] = frozenset()
    used_jti: frozenset[str] = frozenset()
    disabled: bool = False
    complete: bool = True
    issuers: frozenset[str] | None = None
    prohibited: frozenset[str] = frozenset()
    audience: str | None = None

    def on(self, index: str) -> Registry:
        """Return what of it is about one index."""
        return Registry(
            tuple(each for each in self.publishers if each.index in {None, index}),
            tuple(each for each in self.pending if each.index in {None, index}),
            self.existing,
            self.used_jti,
            self.disabled,
            self.complete,
            self.issuers,
            self.prohibited,
            index,
        )

    @property
    def project_names(self) -> frozenset[str]:
        """The projects that exist as far as is known: those told, and those that have a publisher."""
        return self.existing | {project for each in self.publishers for project in each.projects}

    def has_project(self, name: str) -> bool:
        """Whether a project of this name, in any spelling that is the same name, is known to exist."""
        return normalize_name(name) in {normalize_name(each) for each in self.project_names}


def read_publishers(data: bytes, path: str) -> Registry:
    """Read a file of publishers, YAML or JSON; ``path`` is its path for messages.

    Raises ConfigurationError with every problem at its place.
    """
    return read_file(data, path)


def configured_publishers(targets: Iterable[TargetEntry], projects: tuple[str, ...] = ()) -> Registry:
    """Return the publishers that a config file names, one a target at most.

    ``projects`` are the projects of the repository: which of them a publisher is for, a config file does not say.
    """
    return Registry(
        tuple(
            Publisher(
                target.publisher.owner,
                target.publisher.repository,
                target.publisher.workflow,
                target.publisher.environment or "",
                projects=projects,
                place=target.places.get("publisher", target.place),
                index=target.built_in,
            )
            for target in targets
            if target.publisher is not None
        )
    )


_MOST: Final = 1000
_LONGEST: Final = 400
_TOP: Final = (
    "publishers",
    "pending_publishers",
    "existing_projects",
    "prohibited_projects",
    "used_jti",
    "custom_issuers",
    "trusted_publishing_disabled",
    "complete",
    "audience",
    "note",
)
_KEYS: Final = ("owner", "owner_id", "repository", "workflow", "environment", "project", "index", "note")
_REQUIRED: Final = ("owner", "repository")
_BOOLEANS: Final = {"true": True, "false": False}


def read_file(data: bytes, path: str) -> Registry:
    """Read a file of publishers; see `publishers.read_publishers`."""
    try:
        root, problems = parse_tree(data, path)
    except TreeError as error:
        raise ConfigurationError(error.problems) from None
    reader = _Reader(list(problems))
    registry = reader.registry(root)
    if reader.problems:
        raise ConfigurationError(reader.problems)
    return registry


class _Reader:
    """Walks through the tree and notes what is wrong on the way."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems

    def registry(self, root: Node | None) -> Registry:
        """Read the whole document."""
        if root is None:
            return Registry()
        if not isinstance(root, Mapping):
            hint = "; put the list below the key 'publishers'" if isinstance(root, Sequence) else ""
            self._problem("", f"expected a mapping with keys such as {', '.join(_TOP[:3])}{hint}", root.place)
            return Registry()
        top = self._known(root, "", _TOP)
        return Registry(
            publishers=self._publishers(top.get("publishers"), pending=False),
            pending=self._publishers(top.get("pending_publishers"), pending=True),
            existing=frozenset(self._texts(top.get("existing_projects"))),
            used_jti=frozenset(self._texts(top.get("used_jti"))),
            disabled=self._boolean(top.get("trusted_publishing_disabled"), default=False),
            complete=self._boolean(top.get("complete"), default=True),
            issuers=frozenset(self._texts(top["custom_issuers"])) if "custom_issuers" in top else None,
            prohibited=frozenset(self._texts(top.get("prohibited_projects"))),
            audience=self._choice(top.get("audience"), "audience"),
        )

    def _problem(self, key: str, message: str, place: Place) -> None:
        self.problems.append(Problem(key, message, place))

    def _known(self, mapping: Mapping, key: str, known: tuple[str, ...]) -> dict[str, Entry]:
        """Return the entries whose keys are known; the others are told with the nearest known one."""
        from publish_gate.text import did_you_mean

        entries: dict[str, Entry] = {}
        for entry in mapping.entries:
            if entry.key in known:
                entries[entry.key] = entry
            else:
                inner = f"{key}.{entry.key}" if key else entry.key
                self._problem(inner, did_you_mean("key", entry.key, known), entry.place)
        return entries

    def _publishers(self, entry: Entry | None, *, pending: bool) -> tuple[Publisher, ...]:
        found: list[Publisher] = []
        for number, node in enumerate(self._items(entry)):
            key = f"{entry.key if entry is not None else ''}[{number}]"
            if not isinstance(node, Mapping):
                self._problem(key, f"expected a mapping with keys such as {', '.join(_KEYS[:5])}", node.place)
                continue
            fields = self._known(node, key, _KEYS)
            found.append(self._publisher(fields, key, node.place))
            if pending and len(found[-1].projects) != 1:
                self._problem(f"{key}.project", "a pending publisher is for exactly one project", node.place)
        return tuple(found)

    def _publisher(self, fields: dict[str, Entry], key: str, place: Place) -> Publisher:
        texts = {name: self._text(entry, f"{key}.{name}") for name, entry in fields.items() if name != "project"}
        for name in _REQUIRED:
            if not texts.get(name) and not any(problem.key == f"{key}.{name}" for problem in self.problems):
                self._problem(f"{key}.{name}", "is missing", place)
        projects = self._texts(fields.get("project"))
        for project in projects:
            if not is_project_name(project):
                what = f"{shown(project)} is no name that a project can have"
                self._problem(f"{key}.project", what, fields["project"].value.place)
        return Publisher(
            owner=texts.get("owner") or "",
            owner_id=texts.get("owner_id"),
            repository=texts.get("repository") or "",
            workflow=texts.get("workflow") or None,
            environment=texts.get("environment") or "",
            projects=projects,
            place=place,
            index=self._choice(fields.get("index"), f"{key}.index"),
        )

    def _items(self, entry: Entry | None) -> tuple[Node, ...]:
        """Return the items of a list; nothing counts as an empty one."""
        if entry is None or _is_nothing(entry.value):
            return ()
        if not isinstance(entry.value, Sequence):
            self._problem(entry.key, "expected a list", entry.value.place)
            return ()
        if len(entry.value.items) > _MOST:
            self._problem(entry.key, f"holds {len(entry.value.items)} entries; at most {_MOST} are read", entry.place)
        return entry.value.items[:_MOST]

    def _texts(self, entry: Entry | None) -> tuple[str, ...]:
        """Read one text, or a list of them."""
        if entry is None:
            return ()
        if isinstance(entry.value, Scalar):
            text = self._text(entry, entry.key)
            return (text,) if text else ()
        if not isinstance(entry.value, Sequence):
            self._problem(entry.key, "expected a text or a list of texts", entry.value.place)
            return ()
        found = [
            self._text(Entry(entry.key, item.place, item), f"{entry.key}[{number}]")
            for number, item in enumerate(self._items(entry))
        ]
        return tuple(text for text in found if text)

    def _text(self, entry: Entry, key: str) -> str | None:
        """Read a text; None where there is nothing. A number or ``yes`` is a name here, taken as it is written."""
        if not isinstance(entry.value, Scalar):
            self._problem(key, "expected a text", entry.value.place)
            return None
        if len(entry.value.text) > _LONGEST:
            self._problem(key, f"is longer than {_LONGEST} characters", entry.value.place)
            return None
        return None if _is_nothing(entry.value) else entry.value.text

    def _choice(self, entry: Entry | None, key: str) -> str | None:
        text = self._text(entry, key) if entry is not None else None
        if entry is None or text is None or text in INDEXES:
            return text
        from publish_gate.text import did_you_mean

        self._problem(key, did_you_mean("index", text, INDEXES), entry.value.place)
        return None

    def _boolean(self, entry: Entry | None, *, default: bool) -> bool:
        text = self._text(entry, entry.key) if entry is not None else None
        if entry is None or text is None:
            return default
        if text.lower() not in _BOOLEANS:
            self._problem(entry.key, f"expected true or false, found {shown(text)}", entry.value.place)
        return _BOOLEANS.get(text.lower(), default)


def _is_nothing(node: Node) -> bool:
    return isinstance(node, Scalar) and node.trap == "nothing"
