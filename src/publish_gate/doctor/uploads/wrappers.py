"""Finds the program that a command runs in the end, and the code or the script file that it gives to an interpreter."""

from __future__ import annotations

import itertools
import re
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.uploads.arguments import listed, read_options
from publish_gate.doctor.uploads.shell import Dialect
from publish_gate.doctor.uploads.upload_tools import TOOLS
from publish_gate.doctor.uploads.values import UNKNOWN

if TYPE_CHECKING:
    from collections.abc import Sequence

    from publish_gate.doctor.uploads.values import Environment, Text

_PYTHON = re.compile(r"(?:python|pypy)[\d.]*w?\Z|py\Z")
_ASSIGNMENT = re.compile(r"(?P<name>[A-Za-z_]\w*)=")
_VERSION = re.compile(r"(?:@|==|>=|~=|\[).*\Z", re.DOTALL)
_PIN = re.compile(r"(?:@|==|<=|~=|(?=<))(?P<version><?[0-9][0-9.]*)")
_SUFFIX = re.compile(r"\.(?:exe|cmd)\Z", re.IGNORECASE)
_MAX_WRAPPERS = 8
_SHELLS = frozenset({"bash", "sh", "dash", "zsh", "ksh"})
_POWERSHELLS = frozenset({"pwsh", "powershell"})
_COMMAND_OPTION = re.compile(r"-[a-zA-Z]*c[a-zA-Z]*\Z")
_SUFFIXES = {
    "py": Dialect.PYTHON,
    "ps1": Dialect.POWERSHELL,
    "bat": Dialect.BATCH,
    "cmd": Dialect.BATCH,
    "sh": Dialect.POSIX,
    "bash": Dialect.POSIX,
    "zsh": Dialect.POSIX,
}
_SHEBANG = re.compile(r"#![^\n]*?\b(?P<name>python|bash|sh|zsh|dash|pwsh|uv)[\d.]*(?=\s|\Z)")
_SHELL_OPTIONS = frozenset({"-o", "-O", "--rcfile", "--init-file"})
_PYTHON_OPTIONS = frozenset({"-c", "-m", "-W", "-X"})


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
    # Whatever it is, what it is given may be the command.
    UNKNOWN: _Runner(),
}
# Somewhere among their arguments stands a command.
_HOLDING = listed(
    "docker podman nerdctl singularity apptainer kubectl ssh nix nix-shell devenv devbox flox guix direnv find "
    "parallel retry aws-vault infisical chamber sops teller dagger earthly"
)
# Behind their ``--`` stand texts and arguments, no commands.
_LITERAL = listed("echo printf git grep rg npm yarn pnpm bun tox nox pytest set cargo make just")
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
_UPLOADS = {name: tool.commands for name, tool in TOOLS.items()}
_MODULES = {"jupyter_releaser": "jupyter-releaser", "semantic_release": "semantic-release", "pdm.cli": "pdm"}


class Program(NamedTuple):
    """The program that is run, its arguments and environment.

    ``name`` has neither folder nor suffix; it is empty for a script that is named by its path, which then is the
    first of ``words``. ``runners`` are the programs in front of it, such as ``("hatch", "run")``. ``pin``
    is the release that one of them is told to take.
    """

    name: str
    words: tuple[Text, ...]
    environment: Environment
    runners: tuple[tuple[str, ...], ...] = ()
    pin: str = ""

    @property
    def module(self) -> bool:
        """Whether it is a module that Python runs."""
        return self.runners[-1:] == (("python", "-m"),)

    @property
    def arguments(self) -> tuple[Text, ...]:
        """The words behind the program's name."""
        return self.words[1:]


def name_of(word: Text) -> str:
    """Return the name of a program without its folder, suffix and case, and without a folder that is not known."""
    name = re.split(r"[/\\]", word.text)[-1]
    bare = name.rpartition(UNKNOWN)[2] if name.startswith(UNKNOWN) else name
    return _SUFFIX.sub("", bare if bare[:1].isalnum() else name).lower()


def is_python(name: str) -> bool:
    """Tell whether a program is the Python interpreter."""
    return _PYTHON.match(name) is not None


def find_program(words: Sequence[Text], environment: Environment) -> Program | None:
    """Find the program behind the commands that only run another one; None if there is none."""
    found = Program("", tuple(words), environment)
    for _ in range(_MAX_WRAPPERS):
        if not found.words:
            return None
        name = name_of(found.words[0])
        runner, rest, inside = _runner(name, found)
        if runner is None:
            return found._replace(name=name)
        if name == "command" and any(word.text in {"-v", "-V"} for word in rest[:1]):
            return None
        found = _behind(found._replace(runners=(*found.runners, inside)), runner, rest)
    return None


def _runner(name: str, found: Program) -> tuple[_Runner | None, tuple[Text, ...], tuple[str, ...]]:
    """Tell how to go on behind ``name``: as its runner, with the words behind it, or not at all (None)."""
    arguments = found.words[1:]
    if is_python(name):
        options = read_options(arguments, frozenset({"-X", "-W", "-m", "-c"}), stop=True)
        module = options.value("-m")
        if module is None:
            return None, arguments, ()
        position = next(n for n, word in enumerate(arguments) if word.text.startswith("-m"))
        behind = arguments[position + (1 if len(arguments[position].text) > 2 else 2) :]  # noqa: PLR2004 - of "-m"
        program = module._replace(text=_MODULES.get(module.text, module.text))
        return _Runner(), (program, *behind), ("python", "-m")
    if name in _GLOBAL:
        rest = read_options(arguments, _GLOBAL[name], stop=True).rest
        for length in (2, 1):
            key = (name, *(word.text for word in rest[:length]))
            if key in _NESTED and len(rest) > length:
                return _NESTED[key], _without_environment(rest[length:], name), key
        return None, arguments, ()
    if name in _PLAIN:
        return _PLAIN[name], arguments, (name,)
    behind = _command_behind(name, arguments)
    return (_Runner(), behind, (name,)) if behind else (None, arguments, ())


def _command_behind(name: str, arguments: tuple[Text, ...]) -> tuple[Text, ...]:
    """Return the command that a program without a row of its own is given, be it in a container or behind ``--``."""
    words = [word.text for word in arguments]
    if name in _HOLDING:
        pairs = itertools.pairwise(words)
        start = next((n for n, (tool, command) in enumerate(pairs) if command in _UPLOADS.get(tool, ())), len(words))
        return arguments[start:]
    return arguments[words.index("--") + 1 :] if "--" in words and name not in _LITERAL and name not in TOOLS else ()


def _without_environment(words: tuple[Text, ...], name: str) -> tuple[Text, ...]:
    """Read ``hatch run ENV:COMMAND`` as the command."""
    environment, colon, command = words[0].text.partition(":")
    if name != "hatch" or not (environment and colon and command):
        return words
    return (words[0]._replace(text=command), *words[1:])


def _behind(found: Program, runner: _Runner, words: tuple[Text, ...]) -> Program:
    """Go behind a runner's options."""
    options = read_options(words, runner.valued | ({"-m", "--module"} if runner.module else set()), stop=True)
    environment, rest = found.environment, options.rest[runner.skip :]
    module = options.value("-m", "--module") if runner.module else None
    if module is not None:
        rest = (module._replace(text=_MODULES.get(module.text, module.text)), *rest)
        found = found._replace(runners=(*found.runners, ("python", "-m")))
    while runner.assignments and rest:
        match = _ASSIGNMENT.match(rest[0].text)
        if match is None:
            break
        environment = {**environment, match["name"]: rest[0]._replace(text=rest[0].text[match.end() :], choices=())}
        rest = rest[1:]
    if runner.versioned and rest:
        named = options.value("--from", "--spec", "--with") or rest[0]
        pin = _PIN.search(named.text)
        found = found._replace(pin=pin["version"] if pin is not None else "")
        rest = (rest[0]._replace(text=_VERSION.sub("", rest[0].text)), *rest[1:])
    return found._replace(words=rest, environment=environment)


class Code(NamedTuple):
    """A piece of code that stands in a command."""

    text: str
    dialect: Dialect


class Script(NamedTuple):
    """A script file that a command runs with ``arguments``; ``dialect`` is None if only the file tells.

    With ``module`` the ``path`` is the dotted name of a module that Python finds.
    """

    path: Text
    arguments: tuple[Text, ...]
    dialect: Dialect | None = None
    module: bool = False

    @property
    def is_setup(self) -> bool:
        """Whether it is a project's `setup.py`."""
        return re.split(r"[/\\]", self.path.text)[-1] == "setup.py"


def code_of(program: Program, stdin: str | None) -> Code | None:
    """Return the code that a command hands to an interpreter, None if it hands it none."""
    words = program.arguments
    if program.name in {"eval", "iex", "invoke-expression"} and words:
        dialect = Dialect.POSIX if program.name == "eval" else Dialect.POWERSHELL
        return Code(" ".join(word.text for word in words), dialect)
    if program.name == "cmd" and len(words) > 1 and words[0].text.lower() in {"/c", "/k", "//c"}:
        return Code(" ".join(word.text for word in words[1:]), Dialect.BATCH)
    if program.name in _POWERSHELLS:
        return _after(words, ("-command", "-c"), Dialect.POWERSHELL)
    if program.name in _SHELLS:
        for number, word in enumerate(words):
            if _COMMAND_OPTION.match(word.text) is not None and number + 1 < len(words):
                return Code(words[number + 1].text, Dialect.POSIX)
            if not word.text.startswith(("-", "+")):
                break
        reads_input = not read_options(words, _SHELL_OPTIONS).rest or words[-1].text in {"-s", "-"}
        return Code(stdin, Dialect.POSIX) if stdin is not None and reads_input else None
    if is_python(program.name):
        code = read_options(words, _PYTHON_OPTIONS, stop=True).value("-c")
        if code is not None:
            return Code(code.text, Dialect.PYTHON)
        reads_input = all(word.text.startswith("-") for word in words)
        return Code(stdin, Dialect.PYTHON) if stdin is not None and reads_input else None
    return None


def _after(words: tuple[Text, ...], options: tuple[str, ...], dialect: Dialect) -> Code | None:
    for number, word in enumerate(words):
        if word.text.lower() in options:
            return Code(" ".join(argument.text for argument in words[number + 1 :]), dialect)
    return None


def script_of(program: Program) -> Script | None:
    """Return the script file that a command runs, None if it runs none."""
    words = program.arguments
    if program.name in {"source", "."} and words:
        return Script(words[0], words[1:], Dialect.POSIX)
    if program.module:
        return Script(program.words[0], words, Dialect.PYTHON, module=True)
    if program.name in _SHELLS:
        rest = read_options(words, _SHELL_OPTIONS, stop=True).rest
        return Script(rest[0], rest[1:], Dialect.POSIX) if rest else None
    if program.name in _POWERSHELLS:
        options = read_options(words, frozenset({"-ExecutionPolicy", "-File", "-f"}), stop=True)
        named = options.value("-File", "-f")
        behind = options.rest if named is not None else options.rest[1:]
        file = named or (options.rest[0] if options.rest else None)
        return Script(file, behind, Dialect.POWERSHELL) if file is not None else None
    if is_python(program.name):
        rest = read_options(words, _PYTHON_OPTIONS, stop=True).rest
        return Script(rest[0], rest[1:], Dialect.PYTHON) if rest and rest[0].text != "-" else None
    first = program.words[0]
    suffix = first.text.rpartition(".")[2].lower() if "." in first.text else ""
    if suffix in _SUFFIXES:
        return Script(first, words, _SUFFIXES[suffix])
    return Script(first, words) if _in_folder(first.text) else None


def _in_folder(text: str) -> bool:
    """Tell whether a program is named by a path inside the repository, without a suffix."""
    last = re.split(r"[/\\]", text)
    return len(last) > 1 and "." not in last[-1] and not text.startswith(("/", "~"))


def dialect_of_file(script: Script, text: str) -> Dialect:
    """Tell the language of a script file: by how it is started, or its first line."""
    if script.dialect is not None:
        return script.dialect
    shebang = _SHEBANG.match(text[:200])
    name = shebang["name"] if shebang is not None else ""
    if name in {"python", "uv"}:
        return Dialect.PYTHON
    if name == "pwsh":
        return Dialect.POWERSHELL
    return Dialect.POSIX if name or not text.startswith("#!") else Dialect.OTHER
