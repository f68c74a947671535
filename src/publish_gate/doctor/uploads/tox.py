"""Follows the environments of tox: tox.ini, setup.cfg, tox.toml and pyproject.toml."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.shell import Piece
from publish_gate.doctor.uploads.sources import repository_path, table

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.sources import Files

_SECTION = re.compile(r"\[(?P<name>[^\]\n]{1,200})\]")
_OPTION = re.compile(r"(?P<name>[A-Za-z_][\w]*)[ \t]*[=:][ \t]*(?P<value>.*)")
_FACTOR = re.compile(r"(?P<factors>!?[\w.,{}!-]+):[ \t]+(?P<rest>.*)")
_REFERENCE = re.compile(r"\{\[(?P<section>[^\]{}\n]{1,100})\](?P<option>\w{1,40})\}")
_PLACE = re.compile(r"\{(?P<kind>[a-z_]+)(?::(?P<name>[^{}:\n]*))?(?::(?P<default>[^{}\n]*))?\}")
_MAX_LINES = 5_000
_MAX_TEXT = 20_000
_MAX_REFERENCES = 20


class _Option(NamedTuple):
    line: int
    text: str


_Ini = dict[str, dict[str, _Option]]


def tox_commands(files: Files, folder: str, environment: str, named: str = "") -> list[Piece] | None:
    """Return what tox runs in one of its environments; None where no file declares it."""
    names = (named,) if named else ("tox.ini", "setup.cfg", "tox.toml", "pyproject.toml")
    for name in names:
        path = repository_path(folder, name)
        text = files.text(path)
        if text is None or path is None:
            continue
        if path.endswith(".toml"):
            content = files.toml(path)
            legacy = table(content, "tool", "tox").get("legacy_tox_ini")
            if isinstance(legacy, str):
                found = _from_ini(legacy, path, environment, "")
            else:
                found = _from_toml(content, path, environment)
        else:
            found = _from_ini(text, path, environment, "tox:" if path.endswith("setup.cfg") else "")
        if found is not None:
            return found
    return None


def _from_toml(content: dict[str, object], path: str, environment: str) -> list[Piece] | None:
    root = content if not path.endswith("pyproject.toml") else table(content, "tool", "tox")
    own = table(root, "env", environment)
    commands = own.get("commands", table(root, "env_run_base").get("commands"))
    if not own or not isinstance(commands, list):
        return None
    variables = _texts(own.get("set_env"))
    found = []
    for command in commands:
        if isinstance(command, list) and command and all(isinstance(word, str) for word in command):
            words = tuple(_filled(word) for word in command)
            found.append(Piece(path, 0, words=words, environment=variables))
    return found


def _texts(value: object) -> tuple[tuple[str, str], ...]:
    entries = value.items() if isinstance(value, dict) else ()
    return tuple((name, text) for name, text in entries if isinstance(text, str))


def _from_ini(text: str, path: str, environment: str, prefix: str) -> list[Piece] | None:
    ini = _read(text)
    own = ini.get(f"{prefix}testenv:{environment}")
    base = ini.get(f"{prefix}testenv", {})
    factors = set(environment.split("-"))
    commands = (own or {}).get("commands", base.get("commands"))
    if commands is None or (own is None and environment not in _declared(ini, prefix)):
        return None
    setting = (own or {}).get("setenv") or (own or {}).get("set_env") or base.get("setenv") or base.get("set_env")
    variables = []
    for line in setting.text.split("\n") if setting is not None else ():
        name, equals, value = _selected(line, factors).partition("=")
        if equals:
            variables.append((name.strip(), _filled(value.strip())))
    referred = _REFERENCE.sub(lambda match: _referred(ini, match), commands.text, count=_MAX_REFERENCES)
    lines = [_filled(_selected(line, factors)) for line in referred[:_MAX_TEXT].split("\n")]
    script = "\n".join(line.strip().lstrip("-!").strip() if not line.startswith("#") else "" for line in lines)
    return [Piece(path, commands.line, script, environment=tuple(variables))]


def _declared(ini: _Ini, prefix: str) -> set[str]:
    section = ini.get(f"{prefix}tox", ini.get("tox", {}))
    listed = section.get("envlist") or section.get("env_list")
    return set(re.split(r"[\s,]+", listed.text)) if listed is not None else set()


def _referred(ini: _Ini, match: re.Match[str]) -> str:
    option = ini.get(match["section"], {}).get(match["option"])
    return option.text[:_MAX_TEXT] if option is not None else ""


def _selected(line: str, factors: set[str]) -> str:
    """Leave a line out that is for other factors than those of the environment."""
    match = _FACTOR.match(line.strip()[:_MAX_TEXT])
    if match is None:
        return line
    for alternative in match["factors"].split(","):
        wanted = alternative.strip("{}").split("-")
        if all((factor[1:] not in factors) if factor.startswith("!") else (factor in factors) for factor in wanted):
            return match["rest"]
    return ""


def _filled(text: str) -> str:
    def put_in(match: re.Match[str]) -> str:
        if match["kind"] == "env":
            default = f":-{match['default']}" if match["default"] else ""
            return f"${{{match['name']}{default}}}"
        places = {"envpython": "python", "envbindir": ".", "toxinidir": ".", "tox_root": "."}
        if match["kind"] == "posargs":
            return match["name"] or ""
        return places.get(match["kind"], "${TOX_VALUE}")

    return _PLACE.sub(put_in, text)


def _read(text: str) -> _Ini:
    ini: _Ini = {}
    section: dict[str, _Option] = {}
    name, begin, values = "", 0, list[str]()

    def close() -> None:
        if name:
            section[name] = _Option(begin, "\n".join(values))

    for number, line in enumerate(text.split("\n")[:_MAX_LINES]):
        content = line.rstrip("\r")
        header = _SECTION.match(content)
        option = _OPTION.match(content)
        if header is not None:
            close()
            section, name = ini.setdefault(header["name"], {}), ""
        elif content[:1] in {" ", "\t"} and name:
            values.append("" if content.lstrip().startswith(("#", ";")) else content.strip())
        elif option is not None:
            close()
            name, begin, values = option["name"].lower(), number, [option["value"]]
    close()
    return ini
