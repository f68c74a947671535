"""Reads files of the checkout, and nothing outside it: the one door between the project's files and the gate."""

from __future__ import annotations

import contextlib
import enum
import os
import posixpath
import stat
from dataclasses import dataclass
from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import TYPE_CHECKING, BinaryIO

from publish_gate.places import Place

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_FILE_BYTES = 1024 * 1024
"""No file that declares a version comes near this; what is larger is not read at all."""

# Absent on Windows, where there are no FIFOs in a checkout and no controlling terminal to catch.
_NO_BLOCKING = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0)
_OPEN_FLAGS = os.O_RDONLY | _NO_BLOCKING | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class Problem(enum.Enum):
    """Why a path of the checkout could not be read."""

    MISSING = "missing"
    OUTSIDE = "outside"
    TOO_LARGE = "too-large"
    NOT_A_FILE = "not-a-file"
    NOT_A_FOLDER = "not-a-folder"
    UNREADABLE = "unreadable"


class CheckoutError(ValueError):
    """A path could not be read; ``problem`` says why, ``path`` which one, as it was given."""

    def __init__(self, problem: Problem, path: str, message: str) -> None:
        super().__init__(message)
        self.problem = problem
        self.path = path


@dataclass(frozen=True, slots=True)
class Checkout:
    """The files of one package in a checkout.

    ``root`` is the checkout's folder, absolute, symbolic links resolved. ``base`` is the package's folder,
    relative to it and written with ``/``. Every path is followed to its end and must end inside ``root``.
    """

    root: Path
    base: str = "."

    @classmethod
    def open(cls, root: Path, working_directory: str) -> Checkout:
        r"""Find the package's folder.

        ``working_directory`` is relative to ``root`` (or absolute, when it lies inside it); ``\\`` is accepted
        for ``/``. Raises CheckoutError where it is not a folder of the checkout.
        """
        given = posix(working_directory) or "."
        try:
            top = Path(os.path.realpath(root))
        except (OSError, ValueError) as error:
            raise CheckoutError(Problem.UNREADABLE, str(root), f"{root}: {error}") from error
        checkout = cls(top)
        folder = checkout._inside(given)
        # Not those of Path, which raise for a path that is too long for any file system.
        if not os.path.isdir(folder):  # noqa: PTH112 - the line above
            there = os.path.exists(folder)  # noqa: PTH110 - the same
            problem = Problem.NOT_A_FOLDER if there else Problem.MISSING
            what = "is not a folder" if there else "does not exist"
            raise CheckoutError(problem, working_directory, f"the folder {shown(given)} {what} in {top}")
        return cls(top, folder.relative_to(top).as_posix())

    def read_bytes(self, relative: str) -> bytes:
        """Read a regular file, ``relative`` to the package's folder, of at most 1 MiB.

        Raises CheckoutError, whose ``problem`` says why not.
        """
        with self.open_file(relative, MAX_FILE_BYTES) as file:
            try:
                content = file.read(MAX_FILE_BYTES + 1)
            except OSError as error:
                raise _unopened(relative, error) from error
        if len(content) > MAX_FILE_BYTES:  # it grew, or its size was not told
            raise _too_large(relative, MAX_FILE_BYTES)
        return content

    @contextlib.contextmanager
    def open_file(self, relative: str, limit: int) -> Iterator[BinaryIO]:
        """Open a regular file of at most ``limit`` bytes for reading.

        Raises CheckoutError where it does not open; what reading raises is left to the caller.
        """
        path = self._inside(relative)
        try:
            # Not blocking: opening a FIFO would otherwise wait for somebody to write to it.
            descriptor = os.open(path, _OPEN_FLAGS)
        except OSError as error:
            raise _unopened(relative, error) from error
        # Looked at through what is open, so that nothing can be put in its place in between.
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode) or status.st_size > limit:
            os.close(descriptor)
            raise _too_large(relative, limit) if stat.S_ISREG(status.st_mode) else _not_a_file(relative)
        with os.fdopen(descriptor, "rb") as file:
            yield file

    def has_file(self, relative: str) -> bool:
        """Tell whether a regular file of this name lies in the checkout."""
        try:
            return self._inside(relative).is_file()
        except (CheckoutError, OSError):
            return False

    def has_folder(self, relative: str) -> bool:
        """Tell whether a folder of this name lies in the checkout."""
        try:
            return self._inside(relative).is_dir()
        except (CheckoutError, OSError):
            return False

    def names_in(self, relative: str) -> tuple[str, ...]:
        """List the names in a folder, sorted; raises CheckoutError where it is not one."""
        path = self._inside(relative)
        try:
            return tuple(sorted(os.listdir(path)))  # noqa: PTH208 - names are wanted, not paths
        except NotADirectoryError as error:
            text = f"{shown(relative)} is not a folder"
            raise CheckoutError(Problem.NOT_A_FOLDER, relative, text) from error
        except OSError as error:
            raise _unopened(relative, error) from error

    def place(self, relative: str, line: int | None = None) -> Place:
        """Name a spot in a file, relative to the root of the checkout, with ``.`` and ``..`` worked out.

        A ``line`` of 0 is as unknown as None.
        """
        joined = posixpath.normpath(posixpath.join(self.base, relative))
        top = self.root.as_posix()
        if joined.startswith(top):
            with contextlib.suppress(ValueError):
                joined = PurePosixPath(joined).relative_to(top).as_posix()
        return Place(joined, line or None)

    def _inside(self, relative: str) -> Path:
        """Follow a path to its end, which must lie inside the root."""
        top = str(self.root)
        try:
            # Plain texts: with a thousand packages, paths as objects would take as long as reading them.
            path = os.path.realpath(os.path.join(top, self.base, relative))  # noqa: PTH118 - the line above
        except (OSError, ValueError) as error:
            # A NUL byte, a name that no file system takes, a loop of links: nothing can be there.
            raise CheckoutError(Problem.MISSING, relative, f"{shown(relative)} is not a usable path") from error
        if not os.path.normcase(f"{path}{os.sep}").startswith(os.path.normcase(f"{top.rstrip(os.sep)}{os.sep}")):
            text = f"{shown(relative)} lies outside the checkout {self.root}"
            raise CheckoutError(Problem.OUTSIDE, relative, text)
        return Path(path)


def posix(path: str) -> str:
    """Write a path that a person typed with ``/``, also where that person uses Windows."""
    if "\\" not in path:
        return path
    return PureWindowsPath(path).as_posix()


def shown(path: str) -> str:
    """Quote a path for a message: control characters escaped, and not longer than a line."""
    quoted = repr(path)
    return quoted if len(quoted) <= _SHOWN else f"{quoted[:_SHOWN]}...'"


_SHOWN = 120


def _unopened(relative: str, error: OSError) -> CheckoutError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return CheckoutError(Problem.MISSING, relative, f"{shown(relative)} does not exist")
    reason = error.strerror or type(error).__name__
    return CheckoutError(Problem.UNREADABLE, relative, f"{shown(relative)} cannot be read: {reason}")


def _not_a_file(relative: str) -> CheckoutError:
    return CheckoutError(Problem.NOT_A_FILE, relative, f"{shown(relative)} is not a regular file")


def _too_large(relative: str, limit: int) -> CheckoutError:
    text = f"{shown(relative)} is larger than {limit // 1024} KiB"
    return CheckoutError(Problem.TOO_LARGE, relative, text)
