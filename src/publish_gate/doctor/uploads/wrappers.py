"""Finds the program that a command runs in the end: behind `sudo`, `env`, `python -m`, `uv run` and their like."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.arguments import read_options
from publish_gate.doctor.uploads.words import listed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.doctor.uploads.values import Environment, Text

_PYTHON = re.compile(r"(?:python|pypy)[\d.]*w?\Z|py\Z")
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=")
_VERSION = re.compile(r"(?:@|==|>=|~=|\[).*\Z", re.DOTALL)
_SUFFIX = re.compile(r"\.(?:exe|cmd)\Z", re.IGNORECASE)
_MAX_WRAPPERS = 8


class _Runner(NamedTuple):
    """A command that runs another one: its options with a value, and how many words stand before that one."""

    valued: frozenset[str] = frozenset()
    skip: int = 0
    assignments: bool = False
    module: bool = False
    versioned: bool = False


_UV = listed(
    "--extra --no-extra --group --no-group --only-group --env-file -w --with --with-editable --with-requirements "
    "--package --python-platform --index --default-index -i --index-url --extra-index-url -f --find-links "
    "--index-strategy --keyring-provider -P --upgrade-package --upgrade-group --resolution --prerelease "
    "--fork-strategy --exclude-newer --reinstall-package --link-mode -C --config-setting --cache-dir "
    "--refresh-package -p --python --color --allow-insecure-host --directory --project --config-file --from -c "
    "--constraints -b --build-constraints --overrides --torch-backend --config-settings-package "
    "--no-build-package --no-binary-package --no-build-isolation-package"
)
_PLAIN = {
    "sudo": _Runner(listed("-u -g -h -p -C -r -t -T -D --user --group --chdir"), assignments=True),
    "doas": _Runner(frozenset({"-u", "-C"})),
    "env": _Runner(frozenset({"-u", "--unset", "-C", "--chdir"}), assignments=True),
    "time": _Runner(frozenset({"-f", "-o"})),
    "exec": _Runner(frozenset({"-a"})),
    "command": _Runner(),
    "builtin": _Runner(),
    "nohup": _Runner(),
    "nice": _Runner(frozenset({"-n"})),
    "timeout": _Runner(listed("-s --signal -k --kill-after"), skip=1),
    "stdbuf": _Runner(frozenset({"-i", "-o", "-e"})),
    "xargs": _Runner(listed("-I -n -P -L -d -a -E -s --max-args --max-procs --delimiter --arg-file")),
    "xvfb-run": _Runner(listed("-s -n -w -f -e --server-args --server-num")),
    "call": _Runner(),
    "chronic": _Runner(),
    "uvx": _Runner(_UV, versioned=True),
}
_CONDA = _Runner(listed("-n --name -p --prefix --cwd"))
_PIPX = _Runner(listed("--spec --with --python --index-url -i --pip-args --python-args --backend"), versioned=True)
_GLOBAL = {
    "uv": _UV,
    "poetry": listed("-C --directory -P --project"),
    "pdm": listed("-c --config"),
    "hatch": listed("-e --env -p --project --data-dir --cache-dir --config"),
    "rye": frozenset[str](),
    "pipenv": frozenset[str](),
    "conda": frozenset[str](),
    "mamba": frozenset[str](),
    "micromamba": listed("-r --root-prefix"),
    "pixi": listed("--manifest-path -e --environment"),
    "pipx": frozenset[str](),
    "flit": listed("-f --ini-file --repository --pypirc"),
    "mise": frozenset[str](),
    "doppler": listed("-p --project -c --config"),
    "op": frozenset[str](),
    "dotenv": listed("-f --file"),
}
_NESTED: dict[tuple[str, ...], _Runner] = {
    ("uv", "run"): _Runner(_UV, module=True),
    ("uv", "tool", "run"): _Runner(_UV, versioned=True),
    ("pipx", "run"): _PIPX,
    ("poetry", "run"): _Runner(),
    ("pdm", "run"): _Runner(listed("-p --project --venv")),
    ("hatch", "run"): _Runner(),
    ("hatch", "env", "run"): _Runner(listed("-e --env -i --include -x --exclude -f --filter")),
    ("rye", "run"): _Runner(listed("-p --pyproject")),
    ("pipenv", "run"): _Runner(),
    ("conda", "run"): _CONDA,
    ("mamba", "run"): _CONDA,
    ("micromamba", "run"): _CONDA,
    ("pixi", "run"): _Runner(listed("--manifest-path -e --environment")),
    ("mise", "exec"): _Runner(),
    ("mise", "x"): _Runner(),
    ("doppler", "run"): _Runner(listed("-p --project -c --config")),
    ("op", "run"): _Runner(frozenset({"--env-file"})),
    ("dotenv", "run"): _Runner(),
}
_MODULES = {"jupyter_releaser": "jupyter-releaser", "semantic_release": "semantic-release", "pdm.cli": "pdm"}


class Program(NamedTuple):
    """The program that is run, its arguments and environment.

    ``name`` has neither folder nor suffix; it is empty for a script that is named by its path, which then is the
    first of ``words``. ``runners`` are the programs in front of it, such as ``("hatch", "run")``, with their
    options in ``options``. ``python`` says that the Python interpreter runs it.
    """

    name: str
    words: tuple[Text, ...]
    environment: Environment
    runners: tuple[tuple[str, ...], ...] = ()
    globals: tuple[tuple[str, Text | None], ...] = ()
    python: bool = False

    @property
    def arguments(self) -> tuple[Text, ...]:
        """The words behind the program's name."""
        return self.words[1:]


def name_of(word: Text) -> str:
    """Return the name of a program without its folder, suffix and case."""
    return _SUFFIX.sub("", re.split(r"[/\\]", word.text)[-1]).lower()


def is_python(name: str) -> bool:
    """Tell whether a program is the Python interpreter."""
    return _PYTHON.match(name) is not None


def find_program(words: Sequence[Text], environment: Environment) -> Program | None:
    """Find the program behind the commands that only run another one; None where there is none."""
    found = Program("", tuple(words), environment)
    for _ in range(_MAX_WRAPPERS):
        if not found.words:
            return None
        name = name_of(found.words[0])
        runner, rest, inside, options = _runner(name, found)
        if runner is None:
            return found._replace(name=name, globals=(*found.globals, *options))
        if name == "command" and any(word.text in {"-v", "-V"} for word in rest[:1]):
            return None
        found = _behind(found, runner, rest)
        found = found._replace(runners=(*found.runners, inside), globals=(*found.globals, *options))
    return None


def _runner(
    name: str, found: Program
) -> tuple[_Runner | None, tuple[Text, ...], tuple[str, ...], tuple[tuple[str, Text | None], ...]]:
    """Tell how to go on behind ``name``: as its runner, with the words behind it, or not at all (None)."""
    arguments = found.words[1:]
    if is_python(name):
        options = read_options(arguments, frozenset({"-X", "-W", "-m", "-c"}), stop=True)
        module = options.value("-m")
        if module is None:
            return None, arguments, (), ()
        position = next(n for n, word in enumerate(arguments) if word.text.startswith("-m"))
        behind = arguments[position + (1 if len(arguments[position].text) > 2 else 2) :]  # noqa: PLR2004 - of "-m"
        program = module._replace(text=_MODULES.get(module.text, module.text))
        return _Runner(), (program, *behind), ("python", "-m"), ()
    if name in _GLOBAL:
        options = read_options(arguments, _GLOBAL[name], stop=True)
        rest = options.rest
        for length in (2, 1):
            key = (name, *(word.text for word in rest[:length]))
            if key in _NESTED and len(rest) > length:
                return _NESTED[key], rest[length:], key, options.options
        return None, arguments, (), options.options
    if name in _PLAIN:
        return _PLAIN[name], arguments, (name,), ()
    return None, arguments, (), ()


def _behind(found: Program, runner: _Runner, words: tuple[Text, ...]) -> Program:
    """Go behind a runner's options."""
    options = read_options(words, runner.valued | ({"-m", "--module"} if runner.module else set()), stop=True)
    environment, rest = found.environment, options.rest[runner.skip :]
    module = options.value("-m", "--module") if runner.module else None
    if module is not None:
        rest = (module._replace(text=_MODULES.get(module.text, module.text)), *rest)
    while runner.assignments and rest:
        match = _ASSIGNMENT.match(rest[0].text)
        if match is None:
            break
        environment = {**environment, match["name"]: rest[0]._replace(text=rest[0].text[match.end() :], choices=())}
        rest = rest[1:]
    if runner.versioned and rest:
        rest = (rest[0]._replace(text=_VERSION.sub("", rest[0].text)), *rest[1:])
    return found._replace(words=rest, environment=environment)
