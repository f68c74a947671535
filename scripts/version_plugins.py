"""Builds little projects with the plugins that take a version from git tags, and writes down what they gave.

Which of two versions wins, a tag's or one that is written down, is the plugin's own rule and has changed between
releases; so each combination is built, with a pinned and the newest release, and kept in
``tests/vectors/version-plugins.jsonl``. Needs git, and an index for pip; the tests only read the file.

    python3 scripts/version_plugins.py FOLDER       # FOLDER keeps the environments between two runs
"""

from __future__ import annotations

import itertools
import json
import os
import subprocess
import sys
import venv
from pathlib import Path
from typing import NamedTuple

OUTPUT = Path(__file__).parents[1] / "tests" / "vectors" / "version-plugins.jsonl"
TAG = "v2.5.0"
WRITTEN = "0.0.0"
_POETRY = "poetry"
_BUILD = "import sys, importlib as i; print(i.import_module(sys.argv[1]).prepare_metadata_for_build_wheel(sys.argv[2]))"


class Plugin(NamedTuple):
    """A plugin: what to put into pyproject.toml, which back end runs it, and the releases to try, newest last."""

    name: str
    table: str
    backend: str
    releases: tuple[tuple[str, ...], ...]
    in_setup: str = ""


_SETUPTOOLS = "setuptools.build_meta"
_CORE = "poetry.core.masonry.api"
PLUGINS = (
    Plugin(
        "setuptools_scm",
        "[tool.setuptools_scm]\n",
        _SETUPTOOLS,
        (
            ("setuptools==68.2.2", "setuptools_scm==7.1.0"),
            ("setuptools==75.8.0", "setuptools_scm==8.1.0"),
            ("setuptools==80.9.0", "setuptools_scm==9.2.2"),
            ("setuptools", "setuptools_scm"),
        ),
        "use_scm_version=True",
    ),
    Plugin(
        "vcs-versioning",
        "[tool.vcs-versioning]\n",
        _SETUPTOOLS,
        (("setuptools", "setuptools_scm", "vcs-versioning"),),
    ),
    Plugin(
        "setuptools-git-versioning",
        "[tool.setuptools-git-versioning]\nenabled = true\n",
        _SETUPTOOLS,
        (
            ("setuptools==68.2.2", "setuptools-git-versioning==1.13.5"),
            ("setuptools==75.8.0", "setuptools-git-versioning==2.0.0"),
            ("setuptools", "setuptools-git-versioning"),
        ),
        "setuptools_git_versioning={'enabled': True}",
    ),
    Plugin(
        "versioningit",
        "[tool.versioningit]\n",
        _SETUPTOOLS,
        (
            ("setuptools==68.2.2", "versioningit==2.2.1"),
            ("setuptools==75.8.0", "versioningit==3.1.2"),
            ("setuptools", "versioningit"),
        ),
    ),
    Plugin(
        "poetry-dynamic-versioning",
        "[tool.poetry-dynamic-versioning]\nenable = true\n",
        "poetry_dynamic_versioning.backend",
        (("poetry-core==1.9.1", "poetry-dynamic-versioning==1.4.1"), ("poetry-core", "poetry-dynamic-versioning")),
    ),
    Plugin(
        "poetry-dynamic-versioning",
        "[tool.poetry-dynamic-versioning]\nenable = true\n",
        _CORE,
        (("poetry-core==1.9.1", "poetry-dynamic-versioning==1.4.1"), ("poetry-core", "poetry-dynamic-versioning")),
    ),
    Plugin(
        "poetry-dynamic-versioning",
        "[tool.poetry-dynamic-versioning]\nenable = true\n",
        _POETRY,
        (("poetry==1.8.5", "poetry-dynamic-versioning==1.4.1"), ("poetry", "poetry-dynamic-versioning")),
    ),
    Plugin(
        "poetry-version-plugin",
        '[tool.poetry-version-plugin]\nsource = "git-tag"\n',
        _POETRY,
        (("poetry==1.8.5", "poetry-version-plugin==0.2.1"), ("poetry", "poetry-version-plugin")),
    ),
    Plugin(
        "poetry-git-version-plugin",
        "[tool.poetry-git-version-plugin]\n",
        _POETRY,
        (("poetry==1.8.5", "poetry-git-version-plugin==2.0.1"), ("poetry", "poetry-git-version-plugin")),
    ),
)

_MODULE = {"pkg/__init__.py": f'"""A package."""\n__version__ = "{WRITTEN}"\n'}
_ATTR = '[tool.setuptools.dynamic]\nversion = {attr = "pkg.__version__"}\n'
_CFG = "[metadata]\nname = pkg\n{version}[options]\npackages = pkg\n"
_SETUP = 'from setuptools import setup\nsetup(name="pkg", packages=["pkg"]{arguments})\n'


def places(plugin: Plugin) -> dict[str, dict[str, str]]:
    """Lay out a project for each place that can declare a version; the plugin's table is in all but the last ones."""
    backend = _CORE if plugin.backend == _POETRY else plugin.backend
    # poetry runs its own plugins; what it builds with needs none.
    needed = ["poetry-core"] if plugin.backend == _POETRY else plugin.releases[-1]
    requires = json.dumps(needed)
    system = f'[build-system]\nrequires = {requires}\nbuild-backend = "{backend}"\n'
    static = f'[project]\nname = "pkg"\nversion = "{WRITTEN}"\n'
    dynamic = '[project]\nname = "pkg"\ndynamic = ["version"]\n'
    head = system + plugin.table
    if backend != _SETUPTOOLS:
        old = f'[tool.poetry]\nname = "pkg"\nversion = "{WRITTEN}"\ndescription = ""\nauthors = []\n'
        placeholder = f'{dynamic}[tool.poetry]\nversion = "{WRITTEN}"\n'
        return {
            "tool.poetry version": {"pyproject.toml": head + old},
            "project version": {"pyproject.toml": head + static},
            "project dynamic, tool.poetry version": {"pyproject.toml": head + placeholder},
            # Without a table, nothing in the tree tells of a plugin that only poetry itself has.
            **(
                {} if plugin.backend == _POETRY else {"tool.poetry version, no table": {"pyproject.toml": system + old}}
            ),
        }
    cfg, attr = f"version = {WRITTEN}\n", "version = attr: pkg.__version__\n"
    laid = {
        "project version": {"pyproject.toml": head + static},
        "project dynamic, nothing else": {"pyproject.toml": head + dynamic},
        "project dynamic, attr": {"pyproject.toml": head + dynamic + _ATTR},
        "project dynamic, setup.cfg": {"pyproject.toml": head + dynamic, "setup.cfg": _CFG.format(version=cfg)},
        "project dynamic, setup.py": {
            "pyproject.toml": head + dynamic,
            "setup.py": _SETUP.format(arguments=f', version="{WRITTEN}"'),
        },
        "setup.cfg": {"pyproject.toml": head, "setup.cfg": _CFG.format(version=cfg)},
        "setup.cfg attr": {"pyproject.toml": head, "setup.cfg": _CFG.format(version=attr)},
        "setup.cfg file": {
            "pyproject.toml": head,
            "setup.cfg": _CFG.format(version="version = file: VERSION\n"),
            "VERSION": f"{WRITTEN}\n",
        },
        "setup.py": {"pyproject.toml": head, "setup.py": _SETUP.format(arguments=f', version="{WRITTEN}"')},
        "setup.py without version": {"pyproject.toml": head, "setup.py": _SETUP.format(arguments="")},
        "setup.cfg and setup.py without version": {
            "pyproject.toml": head,
            "setup.cfg": _CFG.format(version=cfg),
            "setup.py": "from setuptools import setup\nsetup()\n",
        },
        "setup.cfg, no table": {"pyproject.toml": system, "setup.cfg": _CFG.format(version=cfg)},
        "setup.py, no table": {
            "pyproject.toml": system,
            "setup.py": _SETUP.format(arguments=f', version="{WRITTEN}"'),
        },
        "project dynamic, no table": {"pyproject.toml": system + dynamic},
        "project dynamic, attr, no table": {"pyproject.toml": system + dynamic + _ATTR},
    }
    if "enabled = true" in plugin.table:
        named = system + plugin.table.replace("enabled = true\n", "")
        laid["setup.cfg, table that enables nothing"] = {
            "pyproject.toml": named,
            "setup.cfg": _CFG.format(version=cfg),
        }
        laid["project dynamic, table that enables nothing"] = {"pyproject.toml": named + dynamic}
    if plugin.in_setup:
        keyword = f", {plugin.in_setup}"
        laid |= {
            "setup.py keyword": {"pyproject.toml": system, "setup.py": _SETUP.format(arguments=keyword)},
            "setup.py keyword and version": {
                "pyproject.toml": system,
                "setup.py": _SETUP.format(arguments=f'{keyword}, version="{WRITTEN}"'),
            },
            "setup.py keyword, setup.cfg": {
                "pyproject.toml": system,
                "setup.py": f"from setuptools import setup\nsetup({plugin.in_setup})\n",
                "setup.cfg": _CFG.format(version=cfg),
            },
            "setup.py keyword, setup.cfg attr": {
                "pyproject.toml": system,
                "setup.py": f"from setuptools import setup\nsetup({plugin.in_setup})\n",
                "setup.cfg": _CFG.format(version=attr),
            },
            "setup.py keyword, project version": {
                "pyproject.toml": system + static,
                "setup.py": f"from setuptools import setup\nsetup({plugin.in_setup})\n",
            },
        }
    return laid


def environment(folder: Path, requirements: tuple[str, ...]) -> tuple[Path, dict[str, str]]:
    """Make an environment, or take the one of an earlier run; give its Python and what is in it."""
    home = folder / "env" / "_".join(requirements)
    python = home / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    if not (home / "ready").is_file():
        venv.create(home, clear=True, with_pip=True)
        # wheel is what the older setuptools need to make metadata.
        subprocess.run([python, "-m", "pip", "install", "-q", "-U", *requirements, "wheel"], check=True)
        (home / "ready").touch()
    listed = subprocess.run([python, "-m", "pip", "list", "--format=json"], check=True, capture_output=True).stdout
    named = {requirement.partition("=")[0].replace("_", "-") for requirement in requirements}
    versions = {item["name"].replace("_", "-"): item["version"] for item in json.loads(listed)}
    return python, {
        name: versions[name] for name in sorted(named | {"poetry-core", "vcs-versioning"}) if name in versions
    }


def build(folder: Path, python: Path, plugin: Plugin, files: dict[str, str]) -> str | None:
    """Build the metadata of a project at a tag; None if the build is refused."""
    for name, text in {**_MODULE, **files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    author = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
    for command in (["init", "-q"], ["add", "."], [*author, "commit", "-qm", "x"], ["tag", TAG]):
        subprocess.run(["git", *command], cwd=folder, check=True)  # noqa: S607 - the git of this machine
    out = folder.with_name(f"{folder.name}-out")
    out.mkdir()
    run: list[str | Path] = [python, "-c", _BUILD, plugin.backend, out]
    if plugin.backend == _POETRY:
        run = [python, "-m", "poetry", "build", "--format=wheel", f"--output={out}"]
    done = subprocess.run(run, cwd=folder, check=False, capture_output=True, text=True)
    made = [path.name for path in out.iterdir() if path.suffix in {".dist-info", ".whl"}]
    if done.returncode or not made:
        print("   ", (done.stderr.strip() or done.stdout.strip() or "nothing").splitlines()[-1][:150])
        return None
    return made[0].split("-")[1].removesuffix(".dist")


def main() -> None:
    """Build everything and write the vectors."""
    top = Path(sys.argv[1]).resolve()
    rows, counter = [], itertools.count()
    for plugin in PLUGINS:
        results: dict[str, list[dict[str, object]]] = {}
        for requirements in plugin.releases:
            python, tools = environment(top, requirements)
            print(plugin.name, tools)
            for place, files in places(plugin).items():
                folder = top / "projects" / f"{os.getpid()}-{next(counter)}"
                version = build(folder, python, plugin, files)
                results.setdefault(place, []).append({"tools": tools, "version": version})
        way = plugin.backend if plugin.backend != _POETRY else "poetry build"
        for place, files in places(plugin).items():
            row = {"id": f"{plugin.name} ({way}): {place}", "files": {**_MODULE, **files}, "built": results[place]}
            rows.append(json.dumps(row, ensure_ascii=False))
    OUTPUT.write_text("\n".join(rows) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
