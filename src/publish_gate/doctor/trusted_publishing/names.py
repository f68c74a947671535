"""Which project names an index creates: not those of the standard library, and none that looks like another."""

from __future__ import annotations

import enum
import sys
from typing import TYPE_CHECKING, Final

from publish_gate.names import is_project_name, normalize_name

if TYPE_CHECKING:
    from publish_gate.doctor.trusted_publishing.publishers import Registry

_FOLDED: Final = str.maketrans({"l": "1", "i": "1", "o": "0", "-": None, "_": None, ".": None})

# Modules that later versions of Python dropped; the index keeps the names of all versions from use.
_DROPPED: Final = """
    aifc asynchat asyncore audioop binhex cgi cgitb chunk crypt distutils formatter imghdr imp lib2to3 macpath
    mailcap msilib nis nntplib ossaudiodev parser pipes smtpd sndhdr spwd sunau symbol telnetlib uu xdrlib
    ConfigParser Cookie HTMLParser Queue SocketServer StringIO Tkinter cPickle cStringIO commands cookielib
    httplib md5 sets sha urllib2 urlparse xmlrpclib
"""


class NameProblem(enum.Enum):
    """Why an index does not create a project, in its own order."""

    INVALID = "invalid"
    STANDARD_LIBRARY = "standard-library"
    EXISTS = "exists"
    PROHIBITED = "prohibited"
    SIMILAR = "similar"


def confusable(name: str) -> str:
    """Return the form in which names that can be mistaken for each other are equal texts.

    Source: the function ``ultranormalize_name`` of the index's database: without ``-``, ``_`` and ``.``, and
    with ``l`` and ``i`` as ``1``, ``o`` as ``0``.
    """
    return name.lower().translate(_FOLDED)


def name_problem(name: str, registry: Registry) -> NameProblem | None:
    """Say why a project of this name would not be created; None where nothing that is known stands against it.

    Source: ``check_project_name`` in warehouse's packaging/services.py.
    """
    normal = normalize_name(name)
    if not is_project_name(name):
        return NameProblem.INVALID
    if normal in {normalize_name(each.strip("_")) for each in (*sys.stdlib_module_names, *_DROPPED.split())}:
        return NameProblem.STANDARD_LIBRARY
    if registry.has_project(name):
        return NameProblem.EXISTS
    if normal in {normalize_name(each) for each in registry.prohibited}:
        return NameProblem.PROHIBITED
    if confusable(name) in {confusable(each) for each in registry.project_names}:
        return NameProblem.SIMILAR
    return None


def refusal(name: str, problem: NameProblem, web: str) -> str:
    """Return the index's own sentence; ``web`` is the base address of its pages.

    Source: ``create_project`` in warehouse's packaging/services.py.
    """
    if problem is NameProblem.INVALID:
        return f"The name {name!r} is invalid."
    what = {
        NameProblem.STANDARD_LIBRARY: "isn't allowed (conflict with Python Standard Library module name)",
        NameProblem.EXISTS: "conflicts with an existing project",
        NameProblem.PROHIBITED: "isn't allowed",
        NameProblem.SIMILAR: "is too similar to an existing project",
    }[problem]
    return f"The name {name!r} {what}. See {web}/help/#project-name for more information."
