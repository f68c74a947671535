"""Frozen, slotted data classes, like those of ``dataclasses`` and for type checkers the same, but quick to define.

A run of the action defines some eighty of them. The standard library takes half a millisecond for each, and nine to be
imported: a tenth of what the whole run takes. Here a class costs a tenth of that: methods are shared, and its
constructor is written when the first object is made. The functions of ``dataclasses`` work on such classes too.
"""

from __future__ import annotations

__all__ = ["dataclass", "field", "replace"]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from dataclasses import dataclass, field, replace
    from typing import TypeVar

    _Record = TypeVar("_Record")
else:
    _MISSING = object()
    _set = object.__setattr__

    class field:  # noqa: N801 - called like a function, as the one it stands for
        """A field with more to it than a default; the arguments mean what they mean in ``dataclasses``."""

        __slots__ = ("compare", "default", "default_factory", "init", "repr")

        def __init__(
            self,
            *,
            default: object = _MISSING,
            default_factory: object = _MISSING,
            init: bool = True,
            repr: bool = True,  # noqa: A002 - as in dataclasses
            compare: bool = True,
        ) -> None:
            self.default, self.default_factory = default, default_factory
            self.init, self.repr, self.compare = init, repr, compare

    def dataclass(*, slots: bool, frozen: bool = False, eq: bool = True, repr: bool = True) -> Callable[[type], type]:  # noqa: A002 - as in dataclasses
        """Make a data class of a class; its fields always are slots."""
        del slots

        def make(plain: type) -> type:
            return _make(plain, frozen=frozen, eq=eq, repr=repr)

        return make

    def replace(record: _Record, /, **changes: object) -> _Record:
        """Return a copy with some fields changed."""
        kept = {name: getattr(record, name) for name, one in record.__fields__.items() if one.init}
        return type(record)(**{**kept, **changes})

    def _make(plain: type, *, frozen: bool, eq: bool, repr: bool) -> type:  # noqa: A002 - the same
        own = {}
        for name in plain.__annotations__:
            default = plain.__dict__.get(name, _MISSING)
            own[name] = default if isinstance(default, field) else field(default=default)
        inherited = {}
        for base in reversed(plain.__mro__[1:]):
            inherited.update(base.__dict__.get("__fields__", {}))
        fields = {**inherited, **own}
        # Slots must be there when a class is made, so it is made again.
        body = {name: value for name, value in plain.__dict__.items() if name not in _MADE_ANEW and name not in own}
        compared = tuple(name for name, one in fields.items() if one.compare)
        body |= {
            "__slots__": tuple(name for name in own if name not in inherited),
            "__fields__": fields,
            "__dataclass_fields__": _StandardFields(),
            "__match_args__": tuple(name for name, one in fields.items() if one.init),
        }
        if frozen:
            body |= {"__setattr__": _refuse, "__delattr__": _refuse}
        if eq:
            body.setdefault("__eq__", _equality(compared))
            # Python has put None there for a class that says what is equal and not how to hash it.
            if body.get("__hash__") is None:
                body["__hash__"] = _hashing(compared) if frozen else None
        if repr:
            body.setdefault("__repr__", _describe)
        made = type(plain)(plain.__name__, plain.__bases__, body)
        made.__qualname__ = plain.__qualname__
        made.__init__ = _Constructor(made)
        return made

    _MADE_ANEW = frozenset({"__dict__", "__weakref__"})

    def _refuse(_self: object, name: str, *_value: object) -> None:
        from dataclasses import FrozenInstanceError

        raise FrozenInstanceError(f"cannot change field {name!r}")

    def _equality(names: tuple[str, ...]) -> Callable[..., bool]:
        def __eq__(self: object, other: object) -> bool:  # noqa: N807 - it is put there
            if other.__class__ is not self.__class__:
                return NotImplemented
            return all(getattr(self, name) == getattr(other, name) for name in names)

        return __eq__

    def _hashing(names: tuple[str, ...]) -> Callable[..., int]:
        def __hash__(self: object) -> int:  # noqa: N807 - it is put there
            return hash(tuple([getattr(self, name) for name in names]))

        return __hash__

    def _describe(self: object) -> str:
        shown = (f"{name}={getattr(self, name)!r}" for name, one in self.__fields__.items() if one.repr)
        return f"{type(self).__qualname__}({', '.join(shown)})"

    class _Constructor:
        """Stands where the constructor of ``made`` will be, and writes it when it is asked for."""

        def __init__(self, made: type) -> None:
            self.made = made

        def __get__(self, record: object, owner: type) -> object:
            names, parameters, lines = {"_set": _set}, ["self"], []
            for name, one in self.made.__fields__.items():
                if not one.init:
                    continue
                value = name
                if one.default_factory is not _MISSING:
                    names[f"_make_{name}"], names["_MISSING"] = one.default_factory, _MISSING
                    parameters.append(f"{name}=_MISSING")
                    value = f"_make_{name}() if {name} is _MISSING else {name}"
                elif one.default is not _MISSING:
                    names[f"_default_{name}"] = one.default
                    parameters.append(f"{name}=_default_{name}")
                else:
                    parameters.append(name)
                lines.append(f" _set(self, {name!r}, {value})\n")
            if hasattr(self.made, "__post_init__"):
                lines.append(" self.__post_init__()\n")
            exec(f"def __init__({', '.join(parameters)}):\n{''.join(lines) or ' pass'}", names)  # noqa: S102 - as dataclasses does
            self.made.__init__ = names["__init__"]
            return names["__init__"].__get__(record, owner) if record is not None else names["__init__"]

    class _StandardFields:
        """What the functions of ``dataclasses`` look for, made when they do."""

        def __get__(self, _record: object, owner: type) -> object:
            import dataclasses

            specified = []
            for name, one in owner.__fields__.items():
                given = {} if one.default is _MISSING else {"default": one.default}
                given |= {} if one.default_factory is _MISSING else {"default_factory": one.default_factory}
                specified.append(
                    (name, object, dataclasses.field(init=one.init, repr=one.repr, compare=one.compare, **given))
                )
            made = dataclasses.make_dataclass(owner.__name__, specified)
            owner.__dataclass_fields__ = made.__dataclass_fields__
            return made.__dataclass_fields__
