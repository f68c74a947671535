"""Which steps of a workflow are Publish Gate itself: the one answer for every room.

A step is one by the name of the repository or folder that it takes the action from (``OWNER/publish-gate@REF``,
``OWNER/actions/publish-gate@REF``, in any case), whoever the owner is: a fork keeps the name. A local path is one
by what its action.yml says: it is this action, or a composite action with a step that is.
"""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from publish_gate.doctor.workflow.tree import Mapping, Sequence

if TYPE_CHECKING:
    from collections.abc import Callable

    Read = Callable[[str], bytes | None]

REPOSITORY_NAME = "publish-gate"
ACTION_NAME = "publish gate"
_DEEPEST = 9


def is_gate(uses: str, read: Read | None = None, depth: int = 0) -> bool:
    """Whether ``uses`` names this action; ``read`` gives the files of the repository, by path, for local ones."""
    text = uses.strip().replace("\\", "/")
    if text.startswith("$/"):
        text = f"./{text[2:]}"  # of the same repository as well
    if text != "." and not text.startswith("./"):
        parts = text.partition("@")[0].rstrip("/").lower().split("/")
        return (
            len(parts) > 1 and all(parts) and "." not in parts[0] and ":" not in text and parts[-1] == REPOSITORY_NAME
        )
    root = _action(posixpath.normpath(text), read) if read is not None and depth <= _DEEPEST else None
    if root is None:
        return False
    runs, name = root.get("runs"), root.scalar("name")
    steps = runs.get("steps") if isinstance(runs, Mapping) else None
    items = steps.items if isinstance(steps, Sequence) else ()
    used = [each.scalar("uses") for each in items if isinstance(each, Mapping) and each.scalar("uses") is not None]
    if not used:
        return name is not None and name.text.strip().lower() == ACTION_NAME
    return any(each is not None and is_gate(each.text, read, depth + 1) for each in used)


def _action(folder: str, read: Read) -> Mapping | None:
    from publish_gate.doctor.workflow.tree import parse_yaml

    for name in ("action.yml", "action.yaml"):
        path = posixpath.normpath(posixpath.join(folder, name))
        data = read(path)
        if data is not None:
            root, _ = parse_yaml(data, path)
            return root if isinstance(root, Mapping) else None
    return None
