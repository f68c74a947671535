"""From inputs to a plan: which package, which targets, under which rules; every problem at once."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from publish_gate.errors import ConfigurationError, Problem
from publish_gate.events import EVENTS
from publish_gate.gate.patterns import PatternError, PatternList, compile_patterns
from publish_gate.gate.reasons import Reason
from publish_gate.gate.rules import Policy, Prereleases, Target, Trigger
from publish_gate.index.addresses import IndexAddress
from publish_gate.inputs import INPUTS
from publish_gate.names import is_project_name
from publish_gate.targets import BUILT_IN, BuiltInTarget

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_LONGEST_TIMEOUT = 3600.0


@dataclass(frozen=True, slots=True)
class PlannedTarget:
    """A target's rules together with the index to read for it."""

    rules: Target
    index: IndexAddress


@dataclass(frozen=True, slots=True)
class Settings:
    """What the user asked for, checked. ``timeout`` is in seconds and covers one package's index traffic."""

    working_directory: str
    package: str | None
    version: str | None
    version_file: str | None
    targets: tuple[PlannedTarget, ...]
    fail_when: frozenset[Reason]
    timeout: float

    @property
    def rules(self) -> tuple[Target, ...]:
        """The targets' rules alone, in their order."""
        return tuple(target.rules for target in self.targets)


def split_list(text: str) -> list[str]:
    """Split a list input at commas and line ends; empty items are dropped."""
    return [item for item in (part.strip() for part in re.split(r"[,\r\n]", text)) if item]


def load_settings(values: Mapping[str, str]) -> Settings:
    """Check the inputs (by name; a missing or blank one has its default) and turn them into settings.

    Raises `ConfigurationError` with every problem found.
    """
    return _Loader(values).load()


class _Loader:
    """Reads one input after the other and collects what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {each.name: values.get(each.name, "").strip() or each.default for each in INPUTS}
        self._problems: list[Problem] = []

    def load(self) -> Settings:
        settings = Settings(
            working_directory=self._text("working-directory") or ".",
            package=self._package(),
            version=self._text("version") or None,
            version_file=self._text("version-file") or None,
            targets=self._targets(),
            fail_when=self._fail_when(),
            timeout=self._timeout(),
        )
        if settings.version is not None and settings.version_file is not None:
            self._problem("version-file", "cannot be given together with version; leave one of them out")
        if self._text("config"):
            self._problem("config", "config files are not read by this release of Publish Gate yet")
        if self._problems:
            raise ConfigurationError(self._problems)
        return settings

    def _problem(self, key: str, message: str) -> None:
        self._problems.append(Problem(key, message))

    def _text(self, name: str) -> str:
        text = self._values[name]
        if any(not character.isprintable() for character in text):
            self._problem(name, f"{text!r} holds a character that cannot be printed")
            return ""
        return text

    def _package(self) -> str | None:
        text = self._text("package")
        if text and not is_project_name(text):
            self._problem(
                "package",
                f"{text!r} is no project name: letters, digits, '.', '-' and '_', with a letter or digit at both ends",
            )
        return text or None

    def _choice(self, name: str) -> str:
        text = self._text(name)
        choices = next(each.choices for each in INPUTS if each.name == name)
        if text and text not in choices:
            self._problem(name, unknown_word("value", text, choices))
            return ""
        return text

    def _words(self, name: str, kind: str, known: Iterable[str]) -> list[str]:
        known = list(known)
        words = list(dict.fromkeys(split_list(self._values[name])))
        for word in words:
            if word not in known:
                self._problem(name, unknown_word(kind, word, known))
        return [word for word in words if word in known]

    def _patterns(self, name: str) -> PatternList | None:
        texts = split_list(self._values[name])
        try:
            return compile_patterns(texts) if texts else None
        except PatternError as error:
            self._problem(name, str(error))
            return None

    def _events(self) -> tuple[str, ...]:
        words = split_list(self._values["events"])
        if "workflow_call" in words:
            self._problem("events", "a called workflow sees the event of its caller: name that one instead")
            return ()
        return tuple(self._words("events", "event", sorted(EVENTS)))

    def _fail_when(self) -> frozenset[Reason]:
        codes = self._words("fail-when", "reason code", [reason.value for reason in Reason])
        return frozenset(Reason(code) for code in codes)

    def _timeout(self) -> float:
        text = self._values["timeout"]
        try:
            seconds = float(text)
        except ValueError:
            seconds = math.nan
        if not 0 < seconds <= _LONGEST_TIMEOUT:
            self._problem("timeout", f"{text!r} is no number of seconds above 0 and up to {_LONGEST_TIMEOUT:g}")
            return 30.0
        return seconds

    def _index(self) -> IndexAddress | None:
        text = self._values["index-url"]
        if not text:
            return None
        try:
            return IndexAddress.parse(text)
        except ValueError as error:
            self._problem("index-url", str(error))
            return None

    def _targets(self) -> tuple[PlannedTarget, ...]:
        events, branches, tags = self._events(), self._patterns("branches"), self._patterns("tags")
        policy, prereleases = self._choice("policy"), self._choice("prereleases")
        environment = self._text("environment") or None
        index = self._index()
        names = self._words("targets", "target", BUILT_IN)
        if not split_list(self._values["targets"]):
            self._problem("targets", f"names no target; known are {', '.join(BUILT_IN)}")
        return tuple(
            PlannedTarget(
                Target(
                    name=name,
                    triggers=_triggers(BUILT_IN[name], events, branches, tags),
                    environment=BUILT_IN[name].environment,
                    stated_environment=environment,
                    policy=Policy(policy) if policy else Policy.NEWER,
                    prereleases=Prereleases(prereleases) if prereleases else Prereleases.ALLOW,
                    repository_url=BUILT_IN[name].index.upload,
                    project_url=BUILT_IN[name].index.web,
                ),
                index or IndexAddress.base(BUILT_IN[name].index.web),
            )
            for name in names
        )


def _triggers(
    target: BuiltInTarget,
    events: tuple[str, ...],
    branches: PatternList | None,
    tags: PatternList | None,
) -> tuple[Trigger, ...]:
    """Build the target's triggers; each input replaces just its own part."""
    own_tags = compile_patterns(target.tags) if target.tags else None
    return tuple(
        Trigger(event, branches=branches or target.branches, tags=tags or own_tags) for event in events or target.events
    )


def unknown_word(kind: str, word: str, known: Iterable[str]) -> str:
    """Say that ``word`` is not known, and which known one is nearest."""
    from difflib import get_close_matches

    known = list(known)
    near = get_close_matches(word.lower(), known, 1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    many = 12
    listed = "" if near and len(known) > many else f" (known: {', '.join(known)})"
    return f"unknown {kind} {word!r}{hint}{listed}"
