"""From inputs to settings: what the user asks for, with every problem at once."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from publish_gate.errors import ConfigurationError, Problem
from publish_gate.events import EVENTS
from publish_gate.gate.patterns import PatternError, PatternList, compile_patterns
from publish_gate.gate.reasons import ANY_NO, Outcome, Reason
from publish_gate.gate.rules import Policy, Prereleases
from publish_gate.index.addresses import IndexAddress
from publish_gate.inputs import INPUTS
from publish_gate.names import is_project_name
from publish_gate.records import dataclass
from publish_gate.slips import event_slip, pattern_slip
from publish_gate.targets import BUILT_IN
from publish_gate.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

NO_ENVIRONMENT = "none"
"""The word that says: the job that publishes declares no environment."""

PLACEHOLDERS = ("{name}", "{target}")
"""What an environment's name may hold: the package's name and the target's."""

_BRACES = re.compile(r"\{[^{}]*\}|[{}]")
_NO_ENVIRONMENT_NAME = re.compile(r"""['"`,;\\<>|$%*?\[\]]|::""")
_LONGEST_ENVIRONMENT = 255
_SHOWN = 60
_LONGEST_TIMEOUT = 3600.0
_DEFAULT_TARGETS = ("testpypi",)


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of every target's rule that the inputs replace; None, or nothing, where they leave it as it is.

    ``environment`` may hold placeholders; it is `NO_ENVIRONMENT` for none at all.
    """

    events: tuple[str, ...] = ()
    branches: PatternList | None = None
    tags: PatternList | None = None
    environment: str | None = None
    policy: Policy | None = None
    prereleases: Prereleases | None = None
    index: IndexAddress | None = None
    probe: str | None = None


@dataclass(frozen=True, slots=True)
class Settings:
    """What the inputs ask for, checked. ``timeout`` is in seconds and covers one package's index traffic.

    ``targets`` are names that the built-in targets or the config file know; ``targets_given`` says that they
    are not just the default. ``doctor`` is ``off``, ``warn`` or ``fail``.
    """

    working_directory: str
    package: str | None
    version: str | None
    version_file: str | None
    targets: tuple[str, ...]
    targets_given: bool
    parts: Parts
    fail_when: frozenset[Reason]
    timeout: float
    config: str | None
    doctor: str = "warn"


def split_list(text: str) -> list[str]:
    """Split a list input at commas and line ends; empty items are dropped."""
    return [item for item in (part.strip() for part in re.split(r"[,\r\n]", text)) if item]


def load_settings(values: Mapping[str, str], targets: Iterable[str] | None = BUILT_IN) -> Settings:
    """Check the inputs (by name; a missing or blank one has its default) and turn them into settings.

    ``targets`` are the names that are known; None where that is not clear. Raises `ConfigurationError` with
    every problem found.
    """
    return _Loader(values).load(targets)


class _Loader:
    """Reads one input after the other and collects what is wrong with them."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = {each.name: values.get(each.name, "").strip() or each.default for each in INPUTS}
        self._problems: list[Problem] = []

    def load(self, targets: Iterable[str] | None) -> Settings:
        settings = Settings(
            working_directory=self._text("working-directory") or ".",
            package=self._project("package"),
            version=self._text("version") or None,
            version_file=self._text("version-file") or None,
            targets=tuple(self._words("targets", "target", targets)) or _DEFAULT_TARGETS,
            targets_given=bool(self._values["targets"]),
            parts=self._parts(),
            fail_when=self._fail_when(),
            timeout=self._timeout(),
            config=self._text("config") or None,
            doctor=self._choice("doctor"),
        )
        if settings.version is not None and settings.version_file is not None:
            self._problem("version-file", "cannot be given together with version; leave one of them out")
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

    def _project(self, name: str) -> str | None:
        text = self._text(name)
        if text and not is_project_name(text):
            self._problem(
                name,
                f"{text!r} is no project name: letters, digits, '.', '-' and '_', with a letter or digit at both ends",
            )
        return text or None

    def _choice(self, name: str) -> str:
        text = self._text(name)
        choices = next(each.choices for each in INPUTS if each.name == name)
        if text and text not in choices:
            self._problem(name, did_you_mean("value", text, choices))
            return ""
        return text

    def _list(self, name: str) -> list[str]:
        """Split a list; one that is there and holds nothing would drop the rule it was meant to be."""
        text = self._values[name]
        items = split_list(text)
        if text and not items:
            self._problem(name, f"{text!r} is a list of nothing; name something, or leave the input out")
        return items

    def _words(self, name: str, kind: str, known: Iterable[str] | None) -> list[str]:
        words = list(dict.fromkeys(self._list(name)))
        if known is None:
            return words
        known = list(known)
        for word in words:
            if word not in known:
                self._problem(name, did_you_mean(kind, word, known))
        return [word for word in words if word in known]

    def _patterns(self, name: str) -> PatternList | None:
        texts = self._list(name)
        slips = list(filter(None, (pattern_slip(text, name) for text in texts)))
        for slip in slips:
            self._problem(name, slip)
        if slips:
            return None
        try:
            return compile_patterns(texts) if texts else None
        except PatternError as error:
            self._problem(name, str(error))
            return None

    def _events(self) -> tuple[str, ...]:
        slips = {word: slip for word in split_list(self._values["events"]) if (slip := event_slip(word))}
        for slip in slips.values():
            self._problem("events", slip)
        words = self._words("events", "event", sorted(EVENTS | slips.keys()))
        return tuple(word for word in words if word not in slips)

    def _environment(self) -> str | None:
        text = self._text("environment")
        wrong = check_environment(text) if text else ""
        if wrong:
            self._problem("environment", wrong)
        return None if wrong or not text else text

    def _fail_when(self) -> frozenset[Reason]:
        codes = self._words("fail-when", "reason code", [ANY_NO, *(reason.value for reason in Reason)])
        noes = {reason for reason in Reason if reason.outcome is Outcome.NO}
        return frozenset({Reason(code) for code in codes if code != ANY_NO} | (noes if ANY_NO in codes else set()))

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

    def _parts(self) -> Parts:
        policy, prereleases = self._choice("policy"), self._choice("prereleases")
        return Parts(
            events=self._events(),
            branches=self._patterns("branches"),
            tags=self._patterns("tags"),
            environment=self._environment(),
            policy=Policy(policy) if policy else None,
            prereleases=Prereleases(prereleases) if prereleases else None,
            index=self._index(),
            probe=self._project("probe"),
        )


def check_environment(text: str) -> str:
    """Say what is wrong with the name of an environment; empty where nothing is.

    GitHub and the indexes take neither quotes nor `,`, `;` and a backslash. The others are refused because the name
    goes on, as an output, to where they mean something: a shell, a filter, a page, a command of the runner.
    """
    if len(text) > _LONGEST_ENVIRONMENT or _NO_ENVIRONMENT_NAME.search(text):
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}..."
        signs = "' \" ` , ; \\ < > | $ % * ? [ ] and ::"
        return f"{shown!r} is not the name of an environment: up to 255 characters, without {signs}"
    unknown = [found for found in _BRACES.findall(text) if found not in PLACEHOLDERS]
    if not unknown:
        return ""
    return f"unknown placeholder {unknown[0]!r} in {text!r}; known are {' and '.join(PLACEHOLDERS)}"


def fill_environment(text: str | None, name: str, target: str) -> str | None:
    """Put the names of package and target into an environment's; None where it is `NO_ENVIRONMENT`."""
    if text is None or text.lower() == NO_ENVIRONMENT:
        return None
    return text.replace("{name}", name).replace("{target}", target)
