"""What earlier commands of a job wrote down for the uploading program: repositories and credentials."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.uploads.values import secret_names
from publish_gate.records import dataclass, field

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.values import Text
    from publish_gate.doctor.uploads.wrappers import Program

_SECTION = re.compile(r"(?<![^\s'\"])\[(?P<name>[\w.-]{1,100})\]")
_ADDRESS = re.compile(r"(?<![^\s'\"])repository[ \t]{0,20}[=:][ \t]{0,20}(?P<url>[^\s#'\"]{1,300})")
_WRITTEN = re.compile(r"(?<!\w)(?:\$env:)?(?P<name>[A-Za-z_]\w{0,100})(?:=|<<)")
_PINNED = re.compile(r"(?P<name>[\w-]+)(?:\[[^\]]*\])?(?:==|<=|~=|(?=<))(?P<version><?[0-9][0-9.]*)\Z")
_PYPIRC = ".pypirc"
_EXCHANGES = ("mint-token", "_/oidc/")


@dataclass(slots=True)
class Stores:
    """What is stored up to a step. ``credentials`` names the programs that find a password by themselves.

    ``repositories`` maps the name of a repository to its address, if the steps say it.
    ``written`` are the environment variables that steps before may have set for those after them. ``minted`` are
    the outputs that hold an upload token got for the job's identity; ``exchanges`` says that a script asks for one.
    ``pins`` are the releases that a step before has installed, by the name of the program.
    """

    repositories: dict[str, str] = field(default_factory=dict)
    credentials: set[str] = field(default_factory=set)
    written: set[str] = field(default_factory=set)
    minted: set[str] = field(default_factory=set)
    pins: dict[str, str] = field(default_factory=dict)
    exchanges: bool = False

    def note_variables(self, text: str) -> None:
        """Take note of the variables that a script may set for the steps behind it."""
        if "GITHUB_ENV" in text:
            self.written.update(match["name"] for match in _WRITTEN.finditer(text))

    def note_exchange(self, text: str) -> None:
        """Take note of a script that exchanges the job's identity for an upload token by itself."""
        self.exchanges = self.exchanges or any(mark in text for mark in _EXCHANGES)

    def is_minted(self, credential: Text) -> bool:
        """Tell whether a credential is a token that the job got in exchange for its identity."""
        source = credential.source.text if credential.source is not None else ""
        if any(mark in source for mark in self.minted):
            return True
        return self.exchanges and not credential.known and not secret_names(source)

    def note_pypirc(self, text: str) -> None:
        """Take note of a `.pypirc` that a script writes: its sections with their addresses, and the password."""
        if _PYPIRC not in text:
            return
        self.credentials.update({"twine", "flit", "setup.py", "maturin"})
        sections = list(_SECTION.finditer(text))
        for number, section in enumerate(sections):
            end = sections[number + 1].start() if number + 1 < len(sections) else len(text)
            address = _ADDRESS.search(text, section.end(), end)
            if address is not None:
                self.repositories[section["name"]] = address["url"]

    def note_command(self, program: Program) -> None:
        """Take note of a command that configures an uploading program, or the keyring."""
        words = [word.text for word in program.arguments]
        match program.name, words:
            case "poetry", ["config", *rest]:
                self._poetry([word for word in rest if not word.startswith("-")])
            case "pdm", ["config", *rest]:
                self._pdm([word for word in rest if not word.startswith("-")])
            case "hatch", ["config", "set", name, *_] if name.startswith("publish.index"):
                self.credentials.add("hatch")
            case "keyring", ["set", *_]:
                self.credentials.update({"twine", "uv", "flit", "hatch", "poetry", "pdm", "maturin"})
            case "aws", ["codeartifact", "login", *rest] if "twine" in rest:
                self.credentials.add("twine")
                self.repositories["codeartifact"] = "https://codeartifact.invalid/"
            case ("pip" | "pip3" | "pipx", ["install", *rest]) | ("uv", ["pip" | "tool", "install", *rest]):
                self.pins.update(
                    {match["name"].lower(): match["version"] for match in map(_PINNED.match, rest) if match}
                )
            case _:
                pass

    def _poetry(self, words: list[str]) -> None:
        kind, _, name = words[0].partition(".") if words else ("", "", "")
        if kind == "repositories" and len(words) > 1:
            self.repositories[name.removesuffix(".url")] = words[1]
        elif kind in {"pypi-token", "http-basic"} and len(words) > 1:
            self.credentials.add("poetry")

    def _pdm(self, words: list[str]) -> None:
        parts = words[0].split(".") if words else []
        if len(parts) == 3 and parts[0] == "repository" and len(words) > 1:  # noqa: PLR2004 - repository.NAME.KEY
            if parts[2] == "url":
                self.repositories[parts[1]] = words[1]
            else:
                self.credentials.add("pdm")
