"""Reads the declarations of a setup.cfg, as setuptools does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.records import dataclass, field
from publish_gate.versions.faults import DECLARE_IT, read_text, refuse, refuse_bom

if TYPE_CHECKING:
    from publish_gate.checkout import Checkout
    from publish_gate.places import Place

FILE = "setup.cfg"

_REFERENCE = re.compile(r"%(?:\(([^()%]*)\)s|(%))")
_SECTION = re.compile(r"\[(?P<name>.+)\]")


@dataclass(frozen=True, slots=True)
class SetupCfg:
    """The sections of a setup.cfg, option names in lower case with underscores."""

    checkout: Checkout
    text: str = ""
    sections: dict[str, dict[str, str]] = field(default_factory=dict)

    def get(self, section: str, option: str) -> str | None:
        """Give an option, references to its neighbours put in; raises Refusal where they go deeper."""
        options = self.sections.get(section, {})
        value = options.get(option)
        if value is None or "%" not in value:
            return value

        def put_in(match: re.Match[str]) -> str:
            if match.group(2):
                return "%"
            found = options.get(match.group(1).lower(), "%")
            if "%" in found:
                # References to references can grow without bounds, and no version needs them.
                text = f"`{option}` of [{section}] refers to {match.group(1)!r}, which is not a plain value"
                raise refuse("expression", text, self.place(section, option), advice=DECLARE_IT)
            return found

        return _REFERENCE.sub(put_in, value)

    def place(self, section: str, option: str) -> Place:
        """Say where an option stands."""
        current, found = "", []
        for number, line in enumerate(self.text.split("\n"), 1):
            header = _SECTION.match(line)
            if header is not None:
                current = header.group("name")
            elif current == section and re.match(rf"{option}[ \t]*[=:]", line.replace("-", "_"), re.IGNORECASE):
                found.append(number)
        return self.checkout.place(FILE, found[0] if len(found) == 1 else None)

    def mapping(self, section: str, option: str) -> dict[str, str]:
        """Give an option that lists ``key = value`` a line."""
        lines = re.split(r"[\n,]", self.get(section, option) or "")
        pairs = [line.partition("=") for line in lines if line.strip()]
        return {key.strip(): value.strip() for key, _, value in pairs}

    def list(self, section: str, option: str) -> list[str]:
        """Give an option that lists a value a line."""
        lines = re.split(r"[\n,]", self.get(section, option) or "")
        return [line.strip() for line in lines if line.strip()]


def load(checkout: Checkout) -> SetupCfg:
    """Read setup.cfg; an empty one where there is none. Raises Refusal."""
    import configparser

    if FILE not in checkout.names_in("."):
        return SetupCfg(checkout)
    text = read_text(checkout, FILE)
    refuse_bom(checkout, FILE, text[:1].encode())
    parser = configparser.RawConfigParser()
    try:
        parser.read_string(text, FILE)
        sections = {
            name: {option.replace("-", "_"): value for option, value in parser.items(name)}
            for name in parser.sections()
        }
    except (configparser.Error, ValueError) as error:
        message = f"setup.cfg is not valid: {str(error)[:200]}"
        raise refuse("invalid-configuration", message, checkout.place(FILE), advice=DECLARE_IT) from error
    return SetupCfg(checkout, text, sections)
