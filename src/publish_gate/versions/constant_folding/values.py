"""What a name can stand for while a module is read, and the limits of that reading."""

from __future__ import annotations

import ast

from publish_gate.records import dataclass

MAX_NODES = 200_000
"""Syntax nodes that one reading may visit, over all files that it follows imports to."""
MAX_FILES = 200
"""Files that one reading may follow imports to."""
MAX_DEPTH = 120
"""Nested expressions and statements; far above what people write, far below Python's own limit."""
MAX_TEXT = 4096
"""Characters of a folded string."""
MAX_BITS = 256
"""Bits of a folded integer."""
MAX_WEIGHT = 10_000
"""Characters and items of a folded container, counted through all its levels."""
MAX_MEMBERS = 200
"""Members of a dict that are followed one by one; setup() takes far fewer."""
MAX_LEVELS = 20
"""Levels of a folded container."""


@dataclass(frozen=True, slots=True, eq=False)
class Stream:
    """What can be gone through once: a generator, ``map``, ``zip``. It has no text, no length and no items."""

    items: tuple[object, ...]


class TooMuchError(Exception):
    """A limit was reached; nothing is known about the file."""


@dataclass(slots=True)
class Budget:
    """Counts what a reading has used up."""

    nodes: int = 0
    depth: int = 0

    def visit(self) -> None:
        """Count one node; raises TooMuchError past the limits."""
        self.nodes += 1
        if self.nodes > MAX_NODES or self.depth > MAX_DEPTH:
            raise TooMuchError


def is_small(value: object) -> bool:
    """Tell whether a folded value stays inside the limits."""
    if isinstance(value, str | bytes):
        return len(value) <= MAX_TEXT
    return _weigh(value, 0, 0) <= MAX_WEIGHT


def _weigh(value: object, weight: int, level: int) -> int:
    """Add the size of a value to ``weight``, giving up past the limit: shared parts count each time."""
    if isinstance(value, str | bytes):
        return weight + len(value) + 1
    if isinstance(value, int):
        return weight + (1 if value.bit_length() <= MAX_BITS else MAX_WEIGHT + 1)
    weight += 1 if level < MAX_LEVELS else MAX_WEIGHT + 1
    items: tuple[object, ...] = ()
    if isinstance(value, dict):
        items = (*value.keys(), *value.values())
    elif isinstance(value, tuple | list):
        items = tuple(value)
    elif isinstance(value, Stream):
        items = value.items
    for item in items:
        if weight > MAX_WEIGHT:
            break
        weight = _weigh(item, weight, level + 1)
    return weight


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value was written: a file, relative to the package's folder, and a line; 0 where more than one."""

    path: str
    line: int


@dataclass(frozen=True, slots=True, eq=False)
class Known:
    """A constant: a string, a number, None, or a tuple, list or dict of such. It is never changed in place."""

    value: object
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Unknown:
    """A value that running the code alone would tell.

    ``foreign`` marks what came from outside the tree: calling it cannot rebind a name of this module.
    """

    cause: str
    message: str
    origin: Origin
    foreign: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Partial:
    """A dict of which some members are not known; ``rest`` says why more of them may be there, or other ones."""

    items: dict[str, Value]
    origin: Origin
    rest: Unknown | None = None

    def get(self, key: str) -> Value | None:
        """Give what a key stands for; None if it is certainly not there."""
        return self.items.get(key, self.rest)


@dataclass(frozen=True, slots=True, eq=False)
class Between:
    """What differs from one Python to the next, such as ``sys.version_info``: at least ``low``, at most ``high``."""

    low: object
    high: object
    origin: Origin


class Record(tuple[object, ...]):  # noqa: SLOT001 - a tuple has no room for slots
    """An object of a named tuple: a tuple whose items have names as well. Its text is the project's own affair."""

    fields: tuple[str, ...] = ()

    def __repr__(self) -> str:
        """Refuse: a subclass writes it as it likes."""
        raise ValueError


@dataclass(frozen=True, slots=True, eq=False)
class RecordType:
    """A class made by ``namedtuple`` or ``NamedTuple``; ``defaults`` belong to the last of its fields."""

    fields: tuple[str, ...]
    defaults: tuple[object, ...]
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of the project, which is not called."""

    name: str
    node: ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Class:
    """A class of the project; ``attributes`` is None where bases or decorators could change them."""

    name: str
    attributes: dict[str, Value] | None
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Module:
    """A module or package of the tree; a namespace package has a folder only."""

    file: str | None
    folder: str | None
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Imported:
    """A name imported from a module of the tree, which is read when somebody asks for the name."""

    module: Module
    name: str
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class External:
    """Something imported from outside the tree, such as ``os.path.join``."""

    dotted: str
    origin: Origin


@dataclass(frozen=True, slots=True, eq=False)
class Builtin:
    """A built-in function under its own name."""

    name: str
    origin: Origin


Value = Known | Unknown | Partial | Between | RecordType | Function | Class | Module | Imported | External | Builtin


def is_mutable(value: object) -> bool:
    """Tell whether code elsewhere could change what the value holds."""
    if isinstance(value, tuple):
        return any(is_mutable(item) for item in value)
    return isinstance(value, list | dict)


def is_changeable(value: Value) -> bool:
    """Tell whether a value is a list or dict, or holds one."""
    return isinstance(value, Partial) or (isinstance(value, Known) and is_mutable(value.value))


def is_foreign(value: Value) -> bool:
    """Tell whether a value has nothing to do with code of the project, nor holds what others could change."""
    if isinstance(value, Unknown):
        return value.foreign
    if isinstance(value, Known):
        return not is_mutable(value.value) and not isinstance(value.value, Stream)
    return isinstance(value, External | Builtin | Between | RecordType)


def same(left: Value, right: Value) -> bool:
    """Tell whether two branches certainly left the same value behind."""
    if left is right:
        return True
    if isinstance(left, Known) and isinstance(right, Known):
        try:
            return type(left.value) is type(right.value) and repr(left.value) == repr(right.value)
        except ValueError:  # a Record
            return False
    if isinstance(left, External) and isinstance(right, External):
        return left.dotted == right.dotted
    return False


def members(value: Value) -> Partial | None:
    """Look at a dict by its members, each a value of its own; None for anything else."""
    if isinstance(value, Partial):
        return value
    if not isinstance(value, Known) or not isinstance(value.value, dict) or len(value.value) > MAX_MEMBERS:
        return None
    if all(isinstance(key, str) for key in value.value):
        return Partial({key: Known(item, value.origin) for key, item in value.value.items()}, value.origin)
    return None


def joined(parts: dict[str, Value], origin: Origin, rest: Unknown | None = None) -> Known | Partial:
    """Make a dict of members: a constant if all of them are."""
    if len(parts) > MAX_MEMBERS:
        return Partial({}, origin, Unknown("too-large", "the dict is too large", origin))
    once = Unknown("expression", "it can be gone through once", origin)
    parts = {key: once if isinstance(getattr(item, "value", None), Stream) else item for key, item in parts.items()}
    constants = {key: item.value for key, item in parts.items() if isinstance(item, Known)}
    return Known(constants, origin) if rest is None and len(constants) == len(parts) else Partial(parts, origin, rest)


def describe(value: Value) -> str:
    """Name the kind of a value in a message."""
    if isinstance(value, Known) and not isinstance(value.value, Record):
        return f"a {type(value.value).__name__}" if value.value is not None else "None"
    names = {
        Known: "a named tuple",
        Unknown: "an unknown value",
        Partial: "a dict that is not known as a whole",
        Between: "the version of Python",
        RecordType: "a class of named tuples",
        Function: "a function",
        Class: "a class",
        Module: "a module",
        Imported: "an imported name",
        External: "an import from outside the tree",
        Builtin: "a built-in function",
    }
    return names[type(value)]


def brief(node: ast.AST) -> str:
    """Quote a piece of code in a message."""
    try:
        text = " ".join(ast.unparse(node).split())
    except (RecursionError, ValueError):
        return type(node).__name__
    return text if len(text) <= _BRIEF else f"{text[:_BRIEF]}..."


_BRIEF = 80


class UnknownError(Exception):
    """Carries the first part of an expression that is not known to where the whole is judged."""

    def __init__(self, value: Value) -> None:
        super().__init__()
        self.value = value
