"""Puts the workflow where it belongs: whole or not at all, and never over another file."""

from __future__ import annotations

import secrets
from pathlib import Path
from typing import TYPE_CHECKING

from publish_gate import checkout
from publish_gate.checkout import Checkout, CheckoutError
from publish_gate.errors import ConfigurationError, Problem
from publish_gate.init.answers import ENDINGS
from publish_gate.text import one_line

if TYPE_CHECKING:
    from typing import NoReturn

FOLDER = ".github/workflows"


def check_free(top: Path, workflow: str) -> None:
    """Raise ConfigurationError where a workflow of that name is there: in any case of letters, with either ending.

    Such twins are one file to Windows and macOS, and the nearest thing to a wrong file name in a publisher form.
    """
    try:
        names = Checkout.open(top, ".").names_in(FOLDER)
    except CheckoutError as error:
        if error.problem is checkout.Problem.MISSING:
            return
        _refuse(str(error))
    for name in names:
        if name.endswith(ENDINGS) or name.lower().endswith(ENDINGS):
            there, wanted = (Path(each).stem.casefold() for each in (name, workflow))
            if there == wanted:
                _refuse(
                    f"{one_line(f'{FOLDER}/{name}', 200)!r} is there already and is left as it is; "
                    "choose another name by --workflow, or set that file aside first"
                )


def write_new(top: Path, workflow: str, text: str) -> None:
    """Write the file; raises ConfigurationError where it is there already, or cannot be written."""
    check_free(top, workflow)
    path = top / FOLDER / workflow
    # Beside it, with a name that is no workflow's, then linked: a link is made at once, and never over a file.
    draft = path.with_name(f".{workflow}.{secrets.token_hex(8)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            draft.write_text(text, "utf-8", newline="\n")
            _place(draft, path)
        finally:
            draft.unlink(missing_ok=True)
    except FileExistsError:
        _refuse(f"{FOLDER}/{workflow} has come into being meanwhile; it is left as it is")
    except OSError as error:
        _refuse(f"{FOLDER}/{workflow} cannot be written: {error.strerror or type(error).__name__}")


def _place(draft: Path, path: Path) -> None:
    try:
        path.hardlink_to(draft)
    except FileExistsError:
        raise
    except OSError:
        # A file system without links. Nothing was there a moment ago, and a rename is made at once as well.
        if path.exists():
            raise FileExistsError from None
        draft.rename(path)


def _refuse(message: str) -> NoReturn:
    raise ConfigurationError([Problem("workflow", message)])
