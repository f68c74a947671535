"""What the names of scripts, tasks, actions and called workflows say about publishing."""

from __future__ import annotations

import re

from publish_gate.doctor.uploads.words import listed

_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
_VERBS = frozenset({"publish", "release", "upload", "deploy", "publishing", "releasing", "uploading"})
_INDEXES = frozenset({"pypi", "testpypi", "twine"})
_OBJECTS = frozenset({"pypi", "testpypi", "wheel", "wheels", "sdist", "dist", "dists", "package", "packages", "python"})
# What is done around publishing, and where to somebody else than an index publishes.
_OTHERS = listed("""
    check verify validate wait test tests lint build prepare prep pre draft notes changelog version bump dry smoke
    docs doc documentation pages site npm crates crate cargo docker image images container conda anaconda github gh
    tag badge wasm homebrew brew nightly snapshot artifact artifacts coverage install download plan""")
_REMAINS = frozenset({"build", "github", "gh", "prepare", "python", "package"})


def words_of(name: str) -> tuple[str, ...]:
    """Cut a name at its signs and capitals: ``publish-toPyPI.yml`` is publish, to, pypi, yml."""
    spelled = re.sub(r"PyPI|PyPi|PYPI", "Pypi", name[:300])
    words = tuple(word.lower() for word in _WORD.findall(spelled))
    return _joined(words)


def _joined(words: tuple[str, ...]) -> tuple[str, ...]:
    """Read ``test`` beside ``pypi`` as the name of the test index."""
    found: list[str] = []
    for word in words:
        if word == "pypi" and found and found[-1] == "test":
            found[-1] = "testpypi"
        else:
            found.append(word)
    return tuple(found)


def says_publish(name: str) -> bool:
    """Tell whether the name of a script or task says that it publishes: its last word, or a verb and what it sends."""
    words = words_of(name)
    if not words or not _OTHERS.isdisjoint(words):
        return False
    return words[-1] in _VERBS | _INDEXES or (words[-1] in _OBJECTS and not _VERBS.isdisjoint(words))


def says_publish_to_index(name: str) -> bool:
    """Tell whether the name of an action or workflow says that it publishes to a package index."""
    words = words_of(name)
    if _INDEXES.isdisjoint(words) or _VERBS.isdisjoint(words):
        return False
    return (_OTHERS - _REMAINS).isdisjoint(words)


def names_test_index(name: str) -> bool:
    """Tell whether a name, such as that of a secret, is about the test index."""
    words = words_of(name.replace("_", "-").lower())
    return "testpypi" in words or ("pypi" in words and "test" in words)


def names_index(name: str) -> bool:
    """Tell whether a name, such as that of a secret, is about a package index."""
    lowered = name.lower()
    return "pypi" in lowered or "twine" in lowered
