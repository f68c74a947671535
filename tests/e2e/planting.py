"""Files and environments that try to get code of the caller's run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from e2e.consumer import EXAMPLE_NAME, VERSION_FILE
from e2e.direct import PATH

if TYPE_CHECKING:
    from pathlib import Path

MODULES = (
    "json.py", "os.py", "re.py", "requests.py", "requests/__init__.py", "sitecustomize.py", "usercustomize.py",
    "publish_gate.py", "publish_gate/__init__.py", "publish_gate/action.py", "packaging/__init__.py",
    "packaging/version.py", "yaml.py", "launch.py", "pip.py", "pip/__init__.py", "pip/__main__.py", "tempfile.py",
    "encodings/__init__.py", "actions_toolkit/__init__.py", "tests/__init__.py", "__main__.py", "setup.py",
    "conftest.py", "hatch_build.py", "src/json.py", "src/publish_gate/__init__.py", "bundle/requests.py",
    "lib/python3/site.py", "litellm_codex_oauth_provider/__init__.py", "evil.pth",
)  # fmt: skip
SCRIPTS = ("python3", "python", "bin/python3", "bin/python", "pip3", "git", "cat", "bash", ".bashrc", "env.sh")
PYPROJECT = f"""
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"

[project]
name = "{EXAMPLE_NAME}"
dynamic = ["version"]

[project.scripts]
python3 = "hatch_build:main"

[tool.hatch.version]
path = "{VERSION_FILE}"

[tool.hatch.build.hooks.custom]
path = "hatch_build.py"

[tool.uv]
index-url = "http://127.0.0.1:9/"
"""


def plant(checkout: Path, marker: Path) -> None:
    """Lay everything into the checkout that leaves a mark once it is run, imported or obeyed."""

    def code(name: str) -> str:
        return f"import builtins; builtins.open({str(marker)!r}, 'a').write({name!r} + chr(10))\n"

    for name in MODULES:
        file = checkout / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(code(name), "utf-8")
    for name in SCRIPTS:
        file = checkout / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"#!/bin/sh\necho {name} >> '{marker}'\n", "utf-8")
        file.chmod(0o755)
    (checkout / "pyproject.toml").write_text(PYPROJECT, "utf-8")
    (checkout / ".python-version").write_text("2.7.18\n", "utf-8")
    (checkout / "pyvenv.cfg").write_text(f"home = {checkout}\ninclude-system-site-packages = true\n", "utf-8")
    (checkout / "pip.conf").write_text("[global]\nindex-url = http://127.0.0.1:9/\n", "utf-8")
    (checkout / ".netrc").write_text("default login secret password secret\n", "utf-8")
    text = (checkout / VERSION_FILE).read_text("utf-8")
    (checkout / VERSION_FILE).write_text(code(VERSION_FILE) + text, "utf-8")


def function(name: str, body: str) -> dict[str, str]:
    """Return the variable in which bash hands a function down."""
    return {f"BASH_FUNC_{name}%%": f"() {{ {body}\n}}"}


def environments(checkout: Path, marker: Path) -> dict[str, dict[str, str]]:
    """Return hostile environments by name."""
    here = str(checkout)
    touch = f"echo function >> '{marker}'"
    return {
        "nothing set": {},
        "Python's variables": {
            "PYTHONPATH": ".", "PYTHONHOME": here, "PYTHONSTARTUP": f"{here}/launch.py", "PYTHONUSERBASE": here,
            "PYTHONINSPECT": "1", "PYTHONWARNINGS": "error", "PYTHONPLATLIBDIR": "evil", "PYTHONIOENCODING": "ascii",
        },
        "PYTHONPATH that names the checkout": {"PYTHONPATH": f"{here}:{here}/src"},
        "pip's and uv's variables": {
            "PIP_INDEX_URL": "http://127.0.0.1:9/", "PIP_TARGET": here, "PIP_CONFIG_FILE": f"{here}/pip.conf",
            "PIP_REQUIRE_VIRTUALENV": "1", "PIP_FIND_LINKS": here, "UV_INDEX_URL": "http://127.0.0.1:9/",
            "UV_PYTHON": f"{here}/python3", "UV_PROJECT": here, "VIRTUAL_ENV": here, "CONDA_PREFIX": here,
        },
        "files that bash runs first": {"BASH_ENV": f"{here}/env.sh", "ENV": f"{here}/env.sh", "HOME": here},
        "a function called python3": function("python3", touch),
        "a function called python": function("python", touch),
        "a function called command": function("command", touch),
        "a function called exec": function("exec", touch),
        "a function called cd": function("cd", touch),
        "a function called echo": function("echo", touch),
        "a function called [": function("[", touch),
        "a prompt with a command in it": {"SHELLOPTS": "xtrace", "PS4": f"$({touch})+ "},
        "a shell told to run nothing": {"SHELLOPTS": "noexec"},
        "a path for cd": {"CDPATH": here},
        "the checkout, as a dot, first on the path": {"PATH": f".:{PATH}"},
        "what requests looks at": {
            "REQUESTS_CA_BUNDLE": f"{here}/x.pem", "CURL_CA_BUNDLE": here, "NETRC": f"{here}/.netrc",
        },
        "a locale without any of these characters": {"LANG": "C", "LC_ALL": "C"},
        "a place for temporary files": {"TMPDIR": here, "RUNNER_TEMP": here},
    }  # fmt: skip
