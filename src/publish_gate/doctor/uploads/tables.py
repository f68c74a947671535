"""Follows the tasks that project files declare in tables: hatch, pdm, poe, taskipy, rye, pixi, npm."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from publish_gate.doctor.uploads.shell import Piece
from publish_gate.doctor.uploads.sources import repository_path, table

if TYPE_CHECKING:
    from publish_gate.doctor.uploads.sources import Files

_SIMPLE = {
    "pdm": ("tool", "pdm", "scripts"),
    "poe": ("tool", "poe", "tasks"),
    "task": ("tool", "taskipy", "tasks"),
    "rye": ("tool", "rye", "scripts"),
    "pixi": ("tool", "pixi", "tasks"),
}
_KEYS = ("cmd", "shell", "chain", "composite", "sequence", "ref", "expr", "script", "call")
_NO_COMMANDS = frozenset({"expr", "script", "call"})
_MAX_PARTS = 50


def table_commands(files: Files, folder: str, runner: str, name: str) -> list[Piece] | None:
    """Return what a task of a project file runs; None where there is no such task."""
    if runner == "npm":
        return _npm(files, folder, name)
    if runner == "hatch":
        return _hatch(files, folder, name)
    path = repository_path(folder, "pyproject.toml") or ""
    tasks = table(files.toml(path), *_SIMPLE[runner])
    if runner == "pixi" and name not in tasks:
        path = repository_path(folder, "pixi.toml") or path
        tasks = table(files.toml(path), "tasks")
    return _commands(tasks[name], path, runner, tasks) if name in tasks else None


def _commands(task: object, path: str, runner: str, tasks: dict[str, object]) -> list[Piece]:
    """Return the commands of a task: a text, a list, or a table with one of the keys that its runner knows."""
    if isinstance(task, str):
        return [Piece(path, 0, task)]
    if isinstance(task, list):
        if runner in {"pdm", "rye", "pixi"} and all(isinstance(word, str) for word in task):
            return [Piece(path, 0, words=tuple(word for word in task if isinstance(word, str)))]
        return _sequence(task, path, runner, tasks)
    content = table(task)
    needs = _list(content.get("depends-on") or content.get("depends_on") or content.get("deps"))
    found = [Piece(path, 0, task=(runner, need)) for need in needs if isinstance(need, str) and need in tasks]
    key = next((key for key in _KEYS if key in content), "")
    value = content.get(key)
    variables = tuple((name, text) for name, text in table(content, "env").items() if isinstance(text, str))
    if key in {"composite", "sequence", "chain"} and isinstance(value, list):
        inner = _sequence(value, path, runner, tasks)
    elif key in _NO_COMMANDS or not key:
        inner = []
    elif key == "ref" and isinstance(value, str):
        inner = [Piece(path, 0, task=(runner, value.split(" ")[0]))]
    elif isinstance(value, list):
        inner = [Piece(path, 0, words=tuple(word for word in value if isinstance(word, str)))]
    else:
        inner = [Piece(path, 0, value)] if isinstance(value, str) else []
    return found + [piece._replace(environment=(*variables, *piece.environment)) for piece in inner]


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value[:_MAX_PARTS]
    return [value] if isinstance(value, str) else []


def _sequence(parts: list[object], path: str, runner: str, tasks: dict[str, object]) -> list[Piece]:
    found: list[Piece] = []
    for part in parts[:_MAX_PARTS]:
        first = part.split(" ")[0] if isinstance(part, str) else ""
        if first in tasks:
            found.append(Piece(path, 0, task=(runner, first)))
        elif isinstance(part, str):
            found.append(Piece(path, 0, part))
        elif isinstance(part, dict):
            found.extend(Piece(path, 0, text) for key, text in part.items() if key in _KEYS and isinstance(text, str))
    return found


def _hatch(files: Files, folder: str, name: str) -> list[Piece] | None:
    """Follow ``ENV:SCRIPT``; a script that another one begins with is put in its place by hatch."""
    environment, colon, script = name.rpartition(":")
    for file, keys in (("hatch.toml", ("envs",)), ("pyproject.toml", ("tool", "hatch", "envs"))):
        path = repository_path(folder, file)
        environments = table(files.toml(path), *keys)
        chosen = environment if colon else "default"
        for each in dict.fromkeys((chosen, str(table(environments, chosen).get("template", "default")), "default")):
            scripts = table(environments, each, "scripts")
            if script in scripts and path is not None:
                variables = table(environments, chosen, "env-vars").items()
                texts = tuple((key, text) for key, text in variables if isinstance(text, str))
                found = _sequence(_list(scripts[script]), path, "hatch", {})
                return [_of_script(piece, scripts, chosen)._replace(environment=texts) for piece in found]
    return None


def _of_script(piece: Piece, scripts: dict[str, object], environment: str) -> Piece:
    text = piece.text.removeprefix("- ")
    first = text.split(" ")[0]
    if first in scripts:
        return piece._replace(text="", task=("hatch", f"{environment}:{first}"))
    return piece._replace(text=text.replace("{args}", "").replace("{args:", "{"))


def _npm(files: Files, folder: str, name: str) -> list[Piece] | None:
    path = repository_path(folder, "package.json")
    text = files.text(path)
    if path is None or text is None:
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    script = table(content, "scripts").get(name)
    return [Piece(path, 0, script)] if isinstance(script, str) else None


def repositories_of_project(files: Files, folder: str) -> dict[str, dict[str, str]]:
    """Return the addresses of named repositories that the project's files configure, by the program that reads them."""
    found: dict[str, dict[str, str]] = {"uv": {}, "poetry": {}}
    listed = table(files.toml(repository_path(folder, "pyproject.toml")), "tool", "uv").get("index")
    own = files.toml(repository_path(folder, "uv.toml")).get("index")
    for index in (*_list(listed), *_list(own)):
        name, url = table(index).get("name"), table(index).get("publish-url")
        if isinstance(name, str) and isinstance(url, str):
            found["uv"][name] = url
    for name, repository in table(files.toml(repository_path(folder, "poetry.toml")), "repositories").items():
        url = table(repository).get("url")
        if isinstance(url, str):
            found["poetry"][name] = url
    return found
