"""Each build back end's own rule: little projects, and the version that building them would give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from unit.versions.trees import plant

from publish_gate.checkout import CheckoutError, Problem
from publish_gate.versions import (
    FaultKind,
    FoundVersion,
    VersionFault,
    named,
    project,
    read_project,
    read_version_file,
    suggestions,
)
from publish_gate.versions.constant_folding.values import TooMuchError
from publish_gate.versions.model import PLACEHOLDER

if TYPE_CHECKING:
    from pathlib import Path

Files = dict[str, str]


def toml(backend: str, rest: str = "", project: str = 'name = "pkg"\ndynamic = ["version"]') -> str:
    """Write a pyproject.toml."""
    system = f'[build-system]\nrequires = ["{backend.partition(".")[0]}"]\nbuild-backend = "{backend}"\n'
    return f"{system}[project]\n{project}\n{rest}\n" if project else f"{system}{rest}\n"


def setuptools(rest: str, **files: str) -> Files:
    """Write a project that setuptools builds; ``__`` in a keyword stands for ``/``, and all are Python."""
    named = {}
    for name, text in files.items():
        path = name.removesuffix("__init__").rstrip("_").replace("__", "/")
        named["/".join(filter(None, [path, *(["__init__"] if name.endswith("__init__") else [])])) + ".py"] = text
    return {"pyproject.toml": toml("setuptools.build_meta", rest), **named}


STATIC = 'name = "pkg"\nversion = "1.2"'


def script(body: str, **files: str) -> Files:
    """Write a setup.py."""
    return {"setup.py": f"from setuptools import setup\n{body}\n", **files}


def wrapped(backend: str, rest: str) -> str:
    """Write a pyproject.toml whose back end lies in the folder ``_b`` of the tree."""
    return toml(backend, rest).replace("[project]", 'backend-path = ["_b"]\n[project]', 1)


def poetry(version: str, requires: str, rest: str = "") -> str:
    """Write a pyproject.toml that poetry-core builds."""
    system = f'[build-system]\nrequires = [{requires}]\nbuild-backend = "poetry.core.masonry.api"\n'
    return f'{system}[tool.poetry]\nname = "pkg"\nversion = "{version}"\n{rest}\n'


ATTR = '[tool.setuptools.dynamic]\nversion = {attr = "pkg.v"}\n'
INIT = "pkg/__init__.py"
HATCH = '[tool.hatch.version]\npath = "v.py"\n'
FLIT = toml("flit_core.buildapi")
PDM = "[tool.pdm.version]\n"
SCIKIT = '[tool.scikit-build.metadata.version]\nprovider = "scikit_build_core.metadata.regex"\ninput = "v.py"\n'

FOUND: dict[str, tuple[Files, str, str]] = {
    # any back end
    "a static version": (
        {"pyproject.toml": toml("hatchling.build", "", 'name = "pkg"\nversion = "1.2"')},
        "1.2",
        "pyproject.toml:6",
    ),
    "a static version of an unknown back end": (
        {"pyproject.toml": toml("mine", "", 'name = "pkg"\nversion = "1.2"')},
        "1.2",
        "pyproject.toml:6",
    ),
    "a static version beside an scm table": (
        {"pyproject.toml": toml("setuptools.build_meta", "[tool.setuptools_scm]", 'name = "pkg"\nversion = "1.2"')},
        "1.2",
        "pyproject.toml:6",
    ),
    "a dotted key": ({"pyproject.toml": 'project.name = "pkg"\nproject.version = "1.2"'}, "1.2", "pyproject.toml:2"),
    "an inline table": ({"pyproject.toml": 'project = {name = "pkg", version = "1.2"}'}, "1.2", "pyproject.toml:1"),
    "no build system": ({"pyproject.toml": '[project]\nname = "pkg"\nversion = "1.2"'}, "1.2", "pyproject.toml:3"),
    # back ends that lie in the tree, and rarer ones
    "a wrapper of setuptools": (
        {
            "pyproject.toml": wrapped("backend", ATTR),
            "_b/backend.py": "import os\nfrom setuptools import build_meta as _b\nbuild_wheel = _b.build_wheel",
            INIT: 'v = "1.2"',
        },
        "1.2",
        "pkg/__init__.py:1",
    ),
    "a wrapper in a package, with modules beside it": (
        {
            "pyproject.toml": wrapped("own.backend", HATCH),
            "_b/own/__init__.py": "",
            "_b/own/backend.py": "from ._impl import *\nfrom . import _impl\nfrom helper import h\nimport other",
            "_b/own/_impl.py": "from ..helper import h\nfrom hatchling.build import build_wheel",
            "_b/helper.py": "h = 1",
            "_b/other.py": "import own.backend",
            "v.py": '__version__ = "1.2"',
        },
        "1.2",
        "v.py:1",
    ),
    "a wrapper of flit": (
        {"pyproject.toml": wrapped("b", ""), "_b/b.py": "import flit_core.buildapi", INIT: '__version__ = "1.2"'},
        "1.2",
        "pkg/__init__.py:1",
    ),
    "hatch-regex-commit": (
        {
            "pyproject.toml": toml("hatchling.build", HATCH + 'source = "regex_commit"\ncommit_extra_args = ["-e"]'),
            "v.py": 'VERSION = "v1.2"',
        },
        "1.2",
        "v.py:1",
    ),
    "sphinx-theme-builder": (
        {
            "pyproject.toml": toml("sphinx_theme_builder", "", 'name = "a-pkg"\ndynamic = ["version"]'),
            "src/a_pkg/__init__.py": '__version__ = "1.2"',
        },
        "1.2",
        "src/a_pkg/__init__.py:1",
    ),
    "py-build-cmake": (
        {"pyproject.toml": toml("py_build_cmake.build"), "src/pkg/__init__.py": '"""P."""\n__version__ = "1.2"'},
        "1.2",
        "src/pkg/__init__.py:2",
    ),
    "py-build-cmake with a module of another name": (
        {
            "pyproject.toml": toml(
                "py_build_cmake.build", '[tool.py-build-cmake.module]\nname = "m"\ndirectory = "python"'
            ),
            "python/m.py": 'V = (1, 2)\n__version__ = ".".join(map(str, V))',
        },
        "1.2",
        "python/m.py:2",
    ),
    "ext_modules beside packages below src, with a [project] table": (
        {**setuptools(ATTR), "src/pkg/__init__.py": 'v = "1.2"', **script("setup(ext_modules=[1])")},
        "1.2",
        "src/pkg/__init__.py:1",
    ),
    "setuptools_scm that leaves setup.cfg alone": (
        {
            "pyproject.toml": '[build-system]\nrequires = ["setuptools_scm>=8,<11"]\n[tool.setuptools_scm]\n',
            "setup.cfg": "[metadata]\nname = pkg\nversion = 1.2\n",
        },
        "1.2",
        "setup.cfg:3",
    ),
    "a plugin that is set up but not asked for": (
        {"pyproject.toml": "[tool.versioningit]\n", "setup.cfg": "[metadata]\nname = pkg\nversion = 1.2\n"},
        "1.2",
        "setup.cfg:3",
    ),
    "a real version beside a plugin of poetry that nobody knows": (
        {"pyproject.toml": poetry("1.2", '"poetry-core", "poetry-some-version"')},
        "1.2",
        "pyproject.toml:6",
    ),
    "a placeholder of poetry beside what changes no version": (
        {
            "pyproject.toml": poetry(
                "0.0.0", '"poetry-core", "cython", "poetry-bumpversion"', "[tool.poetry_bumpversion]"
            )
        },
        "0.0.0",
        "pyproject.toml:6",
    ),
    "a plugin of poetry that is switched off": (
        {"pyproject.toml": poetry("1.2", '"poetry-core"', "[tool.poetry-dynamic-versioning]\nenable = false")},
        "1.2",
        "pyproject.toml:6",
    ),
    "[project] beside a plugin that leaves it alone": (
        {"pyproject.toml": toml("poetry.core.masonry.api", "[tool.poetry-version-plugin]\nsource = 'init'", STATIC)},
        "1.2",
        "pyproject.toml:6",
    ),
    "a dict that only setup.py itself uses, although it runs code of its own": (
        script(
            "def readme():\n    with open('README') as f: return f.read()\nargs = dict(name='pkg', version='1.2')\n"
            "args['long_description'] = readme()\nargs.update(packages=f())\nreadme()\nsetup(**args)"
        ),
        "1.2",
        "setup.py:4",
    ),
    "a dict that gets more under a condition": (
        script("import sys\nargs = {'version': '1.2'}\nif 'x' in sys.argv:\n    args['x'] = f()\nsetup(**args)"),
        "1.2",
        "setup.py:3",
    ),
    "a dict that functions of setup.py only look at": (
        script(
            "META = dict(name='pkg', version='1.2', a=f())\ndef show():\n    return META['name'], META.get('a')\n"
            "def main():\n    setup(**META)\nif __name__ == '__main__':\n    show()\n    main()"
        ),
        "1.2",
        "setup.py:2",
    ),
    # hatchling
    "hatch drops a v": (
        {"pyproject.toml": toml("hatchling.build", HATCH), "v.py": '__version__ = "v1.2"'},
        "1.2",
        "v.py:1",
    ),
    "hatch takes the first match": (
        {"pyproject.toml": toml("hatchling.build", HATCH), "v.py": 'version = "1.2"\n__version__ = "3"'},
        "1.2",
        "v.py:1",
    ),
    "hatch's own pattern": (
        {
            "pyproject.toml": toml("hatchling.build", HATCH + "pattern = 'V: (?P<version>[^\\n]+)'"),
            "v.py": "x\nV: 1.2\n",
        },
        "1.2",
        "v.py:2",
    ),
    "hatch's pattern over lines": (
        {
            "pyproject.toml": toml("hatchling.build", HATCH + "pattern = '^(?P<version>\\d+(?:\\.\\d+)*)$'"),
            "v.py": "x\n1.2\n",
        },
        "1.2",
        "v.py:2",
    ),
    "hatch with pattern = true": (
        {"pyproject.toml": toml("hatchling.build", HATCH + "pattern = true"), "v.py": 'VERSION = "1.2"'},
        "1.2",
        "v.py:1",
    ),
    "hatch with CRLF": (
        {"pyproject.toml": toml("hatchling.build", HATCH), "v.py": '# x\r\n__version__ = "1.2"\r\n'},
        "1.2",
        "v.py:2",
    ),
    "hatch with the regex source": (
        {"pyproject.toml": toml("hatchling.build", HATCH + 'source = "regex"'), "v.py": "__version__='1.2'"},
        "1.2",
        "v.py:1",
    ),
    "hatch code": (
        {"pyproject.toml": toml("hatchling.build", HATCH + 'source = "code"'), "v.py": 'a = 1\n__version__ = f"{a}.2"'},
        "1.2",
        "v.py:2",
    ),
    "hatch code with an expression": (
        {"pyproject.toml": toml("hatchling.build", HATCH + 'source = "code"\nexpression = "V"'), "v.py": 'V = "1.2"'},
        "1.2",
        "v.py:1",
    ),
    "hatch nodejs": (
        {
            "pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "nodejs"'),
            "package.json": '{\n  "name": "x",\n  "version": "1.2.0"\n}',
        },
        "1.2.0",
        "package.json:3",
    ),
    "hatch.toml before pyproject.toml": (
        {
            "pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "vcs"'),
            "hatch.toml": '[version]\npath = "v.py"',
            "v.py": 'VERSION = "1.2"',
        },
        "1.2",
        "v.py:1",
    ),
    "hatch.toml without a version": (
        {"pyproject.toml": toml("hatchling.build", HATCH), "hatch.toml": "[envs]", "v.py": 'VERSION = "1.2"'},
        "1.2",
        "v.py:1",
    ),
    # setuptools, pyproject.toml
    "attr": (setuptools(ATTR, pkg____init__='v = "1.2"'), "1.2", "pkg/__init__.py:1"),
    "attr takes the first literal": (setuptools(ATTR, pkg____init__='v = "1.2"\nv = "3"'), "1.2", "pkg/__init__.py:1"),
    "attr folds what is no literal": (
        setuptools(ATTR, pkg____init__='v = str(1)\nv = "3"\nv = "1.2"'),
        "1.2",
        "pkg/__init__.py:3",
    ),
    "attr joins a tuple": (setuptools(ATTR, pkg____init__='v = (1, "2")'), "1.2", "pkg/__init__.py:1"),
    "attr of a number": (setuptools(ATTR, pkg____init__="v = 1.2"), "1.2", "pkg/__init__.py:1"),
    "attr after another name": (setuptools(ATTR, pkg____init__='w = "3"\nv = "1.2"'), "1.2", "pkg/__init__.py:2"),
    "attr inside if": (setuptools(ATTR, pkg____init__='if True:\n    v = "1.2"'), "1.2", "pkg/__init__.py:2"),
    "attr in a chain": (setuptools(ATTR, pkg____init__='w = v = "1.2"'), "1.2", "pkg/__init__.py:1"),
    "attr with an annotation": (setuptools(ATTR, pkg____init__='v: str\nv: str = "1.2"'), "1.2", "pkg/__init__.py:2"),
    "attr in src": (
        setuptools(ATTR, pkg____init__='v = "3"', src__pkg____init__='v = "1.2"'),
        "1.2",
        "src/pkg/__init__.py:1",
    ),
    "attr in src is not discovered where packages are listed": (
        setuptools(
            '[tool.setuptools]\npackages = ["pkg"]\n' + ATTR, pkg____init__='v = "1.2"', src__pkg____init__='v = "3"'
        ),
        "1.2",
        "pkg/__init__.py:1",
    ),
    "attr with a package-dir": (
        setuptools('[tool.setuptools.package-dir]\npkg = "code"\n' + ATTR, code____init__='v = "1.2"'),
        "1.2",
        "code/__init__.py:1",
    ),
    "attr with a dotted package-dir": (
        setuptools(
            '[tool.setuptools.package-dir]\n"a.b" = "code"\n[tool.setuptools.dynamic]\nversion.attr = "a.b.c.v"',
            code__c='v = "1.2"',
        ),
        "1.2",
        "code/c.py:1",
    ),
    "attr with find.where": (
        setuptools('[tool.setuptools.packages.find]\nwhere = ["lib"]\n' + ATTR, lib__pkg____init__='v = "1.2"'),
        "1.2",
        "lib/pkg/__init__.py:1",
    ),
    "attr with find.where twice": (
        setuptools(
            '[tool.setuptools.packages.find]\nwhere = [".", "lob", "lib"]\n' + ATTR, lib__pkg____init__='v = "1.2"'
        ),
        "1.2",
        "lib/pkg/__init__.py:1",
    ),
    "attr of a module before a package": (
        setuptools("[tool.setuptools]\npy-modules = []\n" + ATTR, pkg='v = "1.2"', pkg____init__='v = "3"'),
        "1.2",
        "pkg.py:1",
    ),
    "attr without a module": (
        setuptools('[tool.setuptools.dynamic]\nversion = {attr = "v"}', __init__='v = "1.2"'),
        "1.2",
        "__init__.py:1",
    ),
    "attr before setup.py": (
        {**setuptools(ATTR, pkg____init__='v = "1.2"'), **script('setup(version="3")')},
        "1.2",
        "pkg/__init__.py:1",
    ),
    "a folder from setup.py for attr": (
        {
            **setuptools(ATTR, lib__pkg____init__='v = "1.2"'),
            **script('setup(package_dir={"": "lib"}, packages=["pkg"])'),
        },
        "1.2",
        "lib/pkg/__init__.py:1",
    ),
    "file": (
        setuptools('[tool.setuptools.dynamic]\nversion = {file = "VERSION"}') | {"VERSION": "\n1.2\n"},
        "1.2",
        "VERSION:2",
    ),
    "a list of files": (
        setuptools('[tool.setuptools.dynamic]\nversion = {file = ["NONE", "EMPTY", "VERSION"]}')
        | {"VERSION": "1.2\n", "EMPTY": "\n"},
        "1.2",
        "VERSION:1",
    ),
    "dynamic from setup.cfg": (setuptools("") | {"setup.cfg": "[metadata]\nversion = 1.2"}, "1.2", "setup.cfg:2"),
    "dynamic from setup.py": (setuptools("") | script('setup(version="1.2")'), "1.2", "setup.py:2"),
    "the back end that wraps setuptools": (
        {"pyproject.toml": toml("jupyter_packaging.build_api", ATTR), INIT: 'v = "1.2"'},
        "1.2",
        "pkg/__init__.py:1",
    ),
    "setuptools' legacy back end": (
        {"pyproject.toml": toml("setuptools.build_meta:__legacy__", ATTR), INIT: 'v = "1.2"'},
        "1.2",
        "pkg/__init__.py:1",
    ),
    # setup.cfg
    "a literal in setup.cfg": ({"setup.cfg": "[metadata]\nname = pkg\nversion = 1.2"}, "1.2", "setup.cfg:3"),
    "an older spelling in setup.cfg": ({"setup.cfg": "[metadata]\nVersion: 1.2"}, "1.2", "setup.cfg:2"),
    "a reference in setup.cfg": ({"setup.cfg": "[metadata]\nbase = 1\nversion = %(base)s.2"}, "1.2", "setup.cfg:3"),
    "a percent sign in setup.cfg": ({"setup.cfg": "[metadata]\nversion = 1.2%%"}, "1.2%", "setup.cfg:2"),
    "attr in setup.cfg": (
        {"setup.cfg": "[metadata]\nversion = attr: pkg.v", INIT: 'v = "1.2"'},
        "1.2",
        "pkg/__init__.py:1",
    ),
    "attr in setup.cfg with package_dir": (
        {
            "setup.cfg": "[metadata]\nversion = attr:pkg.v\n[options]\npackages = find:\npackage_dir =\n    = lib",
            "lib/pkg/__init__.py": 'v = "1.2"',
        },
        "1.2",
        "lib/pkg/__init__.py:1",
    ),
    "attr in setup.cfg with find where": (
        {
            "setup.cfg": (
                "[metadata]\nversion = attr: pkg.v\n[options]\npackages = find:\n[options.packages.find]\nwhere = lib"
            ),
            "lib/pkg/__init__.py": 'v = "1.2"',
        },
        "1.2",
        "lib/pkg/__init__.py:1",
    ),
    "file in setup.cfg": ({"setup.cfg": "[metadata]\nversion = file: VERSION", "VERSION": "1.2"}, "1.2", "VERSION:1"),
    "setup.py before setup.cfg": (
        {"setup.cfg": "[metadata]\nversion = 3"} | script('setup(version="1.2")'),
        "1.2",
        "setup.py:2",
    ),
    "setup.cfg where setup.py gives none": (
        {"setup.cfg": "[metadata]\nversion = 1.2"} | script("setup()"),
        "1.2",
        "setup.cfg:2",
    ),
    "setup.cfg where setup.py gives None": (
        {"setup.cfg": "[metadata]\nversion = 1.2"} | script("setup(version=None)"),
        "1.2",
        "setup.cfg:2",
    ),
    "setup.cfg where setup.py is a shim": (
        {"setup.cfg": "[metadata]\nversion = 1.2", "setup.py": "import tool\ntool.main()"},
        "1.2",
        "setup.cfg:2",
    ),
    # setup.py
    "a main guard": (script('if __name__ == "__main__":\n    setup(version="1.2")'), "1.2", "setup.py:3"),
    "a function that calls setup": (
        script('V = "1.2"\ndef main(x=1):\n    v = V\n    setup(version=v)\nmain()'),
        "1.2",
        "setup.py:2",
    ),
    "a function that returns in both branches": (
        script('def f():\n    setup(version="1.2")\n    if x: return\n    else: return\n    setup(version="3")\nf()'),
        "1.2",
        "setup.py:3",
    ),
    "a function about a very long name": (
        script(f'def f():\n    def g():\n        a{".b" * 900}()\n    if True:\n        setup(version="1.2")\nf()'),
        "1.2",
        "setup.py:6",
    ),
    "a module's setup": ({"setup.py": 'import setuptools\nsetuptools.setup(version="1.2")'}, "1.2", "setup.py:2"),
    "distutils": ({"setup.py": 'from distutils.core import setup\nsetup(version="1.2")'}, "1.2", "setup.py:2"),
    "scikit-build": ({"setup.py": 'from skbuild import setup\nsetup(version="1.2")'}, "1.2", "setup.py:2"),
    "an unpacked dict that is filled": (
        script('kw = {}\nkw["version"] = "1.2"\nsetup(name="pkg", **kw)'),
        "1.2",
        "setup.py",
    ),
    "an import of the package": (
        script("from pkg import v\nsetup(version=v)", **{INIT: 'v = "1.2"'}),
        "1.2",
        "pkg/__init__.py:1",
    ),
    "an import of the package as such": (
        script("import pkg\nsetup(version=pkg.v)", **{INIT: 'v = "1.2"'}),
        "1.2",
        "pkg/__init__.py:1",
    ),
    "branches that agree": (
        script('import sys\nif sys.platform == "x":\n    setup(version="1.2", a=1)\nelse:\n    setup(version="1.2")'),
        "1.2",
        "setup.py:4",
    ),
    "a number in setup.py": (script("setup(version=1.2)"), "1.2", "setup.py:2"),
    "a loop before": (script('for x in y:\n    pass\nsetup(version="1.2")'), "1.2", "setup.py:4"),
    "a file that is read beside": (
        script('with open("README") as f:\n    text = f.read()\nsetup(version="1.2", long_description=text)'),
        "1.2",
        "setup.py:4",
    ),
    "scm that is switched off": (script('setup(version="1.2", use_scm_version=False)'), "1.2", "setup.py:2"),
    "setuptools' build tag": (
        script('setup(version="1.0")', **{"setup.cfg": "[egg_info]\ntag_build = .dev3\n"}),
        "1.0.dev3",
        "setup.py:2",
    ),
    "setuptools' build tag on a static version": (
        {"pyproject.toml": toml("setuptools.build_meta", "", STATIC), "setup.cfg": "[egg_info]\ntag_build = dev\n"},
        "1.2dev",
        "pyproject.toml:6",
    ),
    "setuptools' build tag in pyproject.toml, before the one in setup.cfg": (
        {
            "pyproject.toml": toml("setuptools.build_meta", '[tool.distutils.egg_info]\ntag-build = ".post7"', STATIC),
            "setup.cfg": "[egg_info]\ntag_build = dev\n",
        },
        "1.2.post7",
        "pyproject.toml:6",
    ),
    "setuptools' build tag that is there already": (
        script('setup(version="1.0.dev3")', **{"setup.cfg": "[egg_info]\ntag_build = .dev3\n"}),
        "1.0.dev3",
        "setup.py:2",
    ),
    "an empty build tag and no date": (
        script('setup(version="1.0")', **{"setup.cfg": "[egg_info]\ntag_build =\ntag_date = 0\n"}),
        "1.0",
        "setup.py:2",
    ),
    "a build tag that another back end does not know": (
        {"pyproject.toml": toml("hatchling.build", "", STATIC), "setup.cfg": "[egg_info]\ntag_build = dev\n"},
        "1.2",
        "pyproject.toml:6",
    ),
    # flit
    "flit's first constant": (
        {"pyproject.toml": FLIT, INIT: '__version__ = "1.2"\n__version__ = "3"'},
        "1.2",
        "pkg/__init__.py:1",
    ),
    "flit's constant after another name": (
        {"pyproject.toml": FLIT, INIT: 'a = 1\n__version__ = "1.2"'},
        "1.2",
        "pkg/__init__.py:2",
    ),
    "flit's last file": (
        {"pyproject.toml": FLIT, INIT: '__version__ = "1.2"', "pkg/_version.py": '__version__ = "3"'},
        "1.2",
        "pkg/__init__.py:1",
    ),
    "flit's order of files": (
        {
            "pyproject.toml": FLIT,
            INIT: "",
            "pkg/version.py": '__version__ = "1.2"',
            "pkg/__version__.py": '__version__ = "3"',
        },
        "1.2",
        "pkg/version.py:1",
    ),
    "flit in src": (
        {"pyproject.toml": FLIT, "src/pkg/__init__.py": '__version__ = "1.2"'},
        "1.2",
        "src/pkg/__init__.py:1",
    ),
    "flit with a module file": ({"pyproject.toml": FLIT, "pkg.py": '__version__: str = "1.2"'}, "1.2", "pkg.py:1"),
    "flit imports what has no constant": (
        {"pyproject.toml": FLIT, INIT: "from .data import __version__", "pkg/data.py": '__version__ = "1.2"'},
        "1.2",
        "pkg/data.py:1",
    ),
    "flit with a named module": (
        {
            "pyproject.toml": toml("flit_core.buildapi", '[tool.flit.module]\nname = "a.b"'),
            "a/b/__init__.py": '__version__ = "1.2"',
        },
        "1.2",
        "a/b/__init__.py:1",
    ),
    "flit's old table": (
        {
            "pyproject.toml": toml("flit.buildapi", '[tool.flit.metadata]\nmodule = "pkg"', ""),
            "pkg.py": '__version__ = "1.2"',
        },
        "1.2",
        "pkg.py:1",
    ),
    "flit with a name in dashes": (
        {
            "pyproject.toml": toml("flit_core.buildapi", "", 'name = "a-b-stubs"\ndynamic = ["version"]'),
            "a_b-stubs/__init__.py": '__version__ = "1.2"',
        },
        "1.2",
        "a_b-stubs/__init__.py:1",
    ),
    "flit with an empty constant": (
        {"pyproject.toml": FLIT, INIT: '__version__ = ""', "pkg/version.py": '__version__ = "1.2"'},
        "1.2",
        "pkg/version.py:1",
    ),
    # pdm
    "pdm's file": (
        {
            "pyproject.toml": toml("pdm.backend", PDM + 'source = "file"\npath = "v.py"'),
            "v.py": "# x\nVERSION = '1.2'  # c",
        },
        "1.2",
        "v.py:2",
    ),
    "pdm's pattern": (
        {"pyproject.toml": toml("pdm.backend", PDM + 'path = "v.py"\npattern = "V (\\\\S+)"'), "v.py": "V 1.2"},
        "1.2",
        "v.py:1",
    ),
    "pdm's old spelling": (
        {"pyproject.toml": toml("pdm.pep517.api", PDM + 'from = "v.py"'), "v.py": "__version__ = '1.2'"},
        "1.2",
        "v.py:1",
    ),
    # poetry
    "poetry": (
        {"pyproject.toml": toml("poetry.core.masonry.api", '[tool.poetry]\nname = "pkg"\nversion = "1.2"', "")},
        "1.2",
        "pyproject.toml:6",
    ),
    "poetry without a build system": ({"pyproject.toml": '[tool.poetry]\nversion = "1.2"'}, "1.2", "pyproject.toml:2"),
    "poetry with [project]": (
        {"pyproject.toml": toml("poetry.core.masonry.api", '[tool.poetry]\nversion = "1.2"')},
        "1.2",
        "pyproject.toml:8",
    ),
    "poetry with a plugin that is off": (
        {
            "pyproject.toml": toml(
                "poetry_dynamic_versioning.backend",
                '[tool.poetry]\nversion = "1.2"\n[tool.poetry-dynamic-versioning]\nenable = false',
            )
        },
        "1.2",
        "pyproject.toml:8",
    ),
    # scikit-build-core
    "scikit-build-core": (
        {"pyproject.toml": toml("scikit_build_core.build", SCIKIT), "v.py": '__version__: str = "v1.2"'},
        "1.2",
        "v.py:1",
    ),
    "scikit-build-core's own pattern": (
        {
            "pyproject.toml": toml(
                "scikit_build_core.build", SCIKIT + "regex = 'M (?P<a>\\d+)\\nN (?P<b>\\d+)'\nresult = '{a}.{b}'"
            ),
            "v.py": "M 1\nN 2\n",
        },
        "1.2",
        "v.py:1",
    ),
    "scikit-build-core that removes": (
        {
            "pyproject.toml": toml("scikit_build_core.build", SCIKIT + "remove = 'dev\\d'"),
            "v.py": 'VERSION = "1.2dev0"',
        },
        "1.2",
        "v.py:1",
    ),
    # maturin
    "maturin without a project table": (
        {"pyproject.toml": toml("maturin", "", ""), "Cargo.toml": '[package]\nname = "c"\nversion = "1.2.0"'},
        "1.2.0",
        "Cargo.toml:3",
    ),
    "maturin in rust/": (
        {"pyproject.toml": toml("maturin"), "rust/Cargo.toml": '[package]\nversion = "1.2.0"'},
        "1.2.0",
        "rust/Cargo.toml:2",
    ),
    "maturin with an inline workspace": (
        {
            "pyproject.toml": toml("maturin"),
            "Cargo.toml": (
                '[package]\nversion = { workspace = true }\n[workspace]\n[workspace.package]\nversion = "1.2.0"'
            ),
        },
        "1.2.0",
        "Cargo.toml:5",
    ),
    "maturin with a named workspace": (
        {
            "pyproject.toml": toml("maturin"),
            "Cargo.toml": '[package]\nworkspace = "ws"\nversion.workspace = true',
            "ws/Cargo.toml": '[workspace.package]\nversion = "1.2.0"',
        },
        "1.2.0",
        "ws/Cargo.toml:2",
    ),
    "maturin with another crate between": (
        {
            "pyproject.toml": toml("maturin", '[tool.maturin]\nmanifest-path = "a/b/Cargo.toml"'),
            "a/b/Cargo.toml": "[package]\nversion.workspace = true",
            "a/Cargo.toml": '[package]\nversion = "3.0.0"',
            "Cargo.toml": '[workspace.package]\nversion = "1.2.0"',
        },
        "1.2.0",
        "Cargo.toml:2",
    ),
    # meson-python
    "meson with comments": (
        {
            "pyproject.toml": toml("mesonpy"),
            "meson.build": (
                "# x\nproject( # 'x', version: '3'\n  'pkg', ['c', 'cpp'],\n"
                "  default_options: ['a=b'],\n  version : '1.2')\n"
            ),
        },
        "1.2",
        "meson.build:5",
    ),
    "meson with a long text": (
        {"pyproject.toml": toml("mesonpy"), "meson.build": "project('pkg', version: '''1.2''')"},
        "1.2",
        "meson.build:1",
    ),
    "meson with a file": (
        {
            "pyproject.toml": toml("mesonpy"),
            "meson.build": "project('pkg', version: files('VERSION'))",
            "VERSION": "1.2\n",
        },
        "1.2",
        "VERSION:1",
    ),
    # sip
    "sip": (
        {"pyproject.toml": toml("sipbuild.api", '[tool.sip.metadata]\nversion = "1.2"', "")},
        "1.2",
        "pyproject.toml:5",
    ),
}

FAULTS: dict[str, tuple[Files, str]] = {
    "nothing at all": ({}, "nothing-declares-a-version"),
    "both static and dynamic": (
        {"pyproject.toml": toml("hatchling.build", "", 'name = "p"\nversion = "1"\ndynamic = ["version"]')},
        "both-static-and-dynamic",
    ),
    "a version that is no text": (
        {"pyproject.toml": toml("hatchling.build", "", 'name = "p"\nversion = 1.2')},
        "not-a-string",
    ),
    "neither static nor dynamic": (
        {"pyproject.toml": toml("hatchling.build", "", 'name = "p"')},
        "nothing-declares-a-version",
    ),
    "a dynamic that is no list": (
        {"pyproject.toml": toml("hatchling.build", "", 'name = "p"\ndynamic = 3')},
        "nothing-declares-a-version",
    ),
    "TOML that does not parse": ({"pyproject.toml": "[project"}, "invalid-toml"),
    "TOML that is not UTF-8": ({"pyproject.toml": "x = '\udcff'"}, "invalid-toml"),
    "an unknown back end": ({"pyproject.toml": toml("mine.build")}, "unknown-back-end"),
    "enscons": ({"pyproject.toml": toml("enscons.api")}, "unknown-back-end"),
    "a back end in the tree": ({"pyproject.toml": toml("_build", "[build-system.x]\n")}, "unknown-back-end"),
    "uv_build": ({"pyproject.toml": toml("uv_build")}, "nothing-declares-a-version"),
    "hatch vcs": ({"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "vcs"')}, "vcs"),
    "hatch uv-dynamic-versioning": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "uv-dynamic-versioning"')},
        "vcs",
    ),
    "hatch versioningit": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "versioningit"')},
        "vcs",
    ),
    "hatch env": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "env"\nvariable = "V"')},
        "hatch-env",
    ),
    "hatch plugin": ({"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "mine"')}, "plugin"),
    "hatch without a table": ({"pyproject.toml": toml("hatchling.build")}, "nothing-declares-a-version"),
    "hatch without a path": (
        {"pyproject.toml": toml("hatchling.build", "[tool.hatch.version]\n")},
        "nothing-declares-a-version",
    ),
    "hatch code without a path": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "code"')},
        "nothing-declares-a-version",
    ),
    "hatch with a table that is none": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch]\nversion = "1"')},
        "invalid-configuration",
    ),
    "hatch with a path that is none": (
        {"pyproject.toml": toml("hatchling.build", "[tool.hatch.version]\npath = 3")},
        "invalid-configuration",
    ),
    "hatch with a missing file": ({"pyproject.toml": toml("hatchling.build", HATCH)}, "missing-file"),
    "hatch with a file outside": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\npath = "../v.py"')},
        "outside-checkout",
    ),
    "hatch with an absolute path": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\npath = "/etc/passwd"')},
        "outside-checkout",
    ),
    "hatch with an annotation": (
        {"pyproject.toml": toml("hatchling.build", HATCH), "v.py": '__version__: str = "1"'},
        "no-match",
    ),
    "hatch with a byte order mark": (
        {"pyproject.toml": toml("hatchling.build", HATCH), "v.py": '\ufeff__version__ = "1"'},
        "no-match",
    ),
    "hatch with a pattern without group": (
        {"pyproject.toml": toml("hatchling.build", HATCH + "pattern = 'V'"), "v.py": "V"},
        "invalid-configuration",
    ),
    "hatch with a group that is not met": (
        {"pyproject.toml": toml("hatchling.build", HATCH + "pattern = 'V(?P<version>x)?'"), "v.py": "V"},
        "no-match",
    ),
    "hatch with an invalid pattern": (
        {"pyproject.toml": toml("hatchling.build", HATCH + "pattern = '('"), "v.py": "V"},
        "pattern",
    ),
    "hatch with an explosive pattern": (
        {"pyproject.toml": toml("hatchling.build", HATCH + "pattern = '(a+)+(?P<version>b)'"), "v.py": "a" * 50},
        "pattern",
    ),
    "hatch code with a call": (
        {"pyproject.toml": toml("hatchling.build", HATCH + 'source = "code"\nexpression = "f()"'), "v.py": ""},
        "call",
    ),
    "hatch code that is unknown": (
        {"pyproject.toml": toml("hatchling.build", HATCH + 'source = "code"'), "v.py": "__version__ = f()"},
        "unbound",
    ),
    "hatch nodejs with bad JSON": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "nodejs"'), "package.json": "{"},
        "invalid-json",
    ),
    "hatch nodejs without a version": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "nodejs"'), "package.json": "[]"},
        "nothing-declares-a-version",
    ),
    "hatch's metadata hook": (
        {"pyproject.toml": toml("hatchling.build", "[tool.hatch.metadata.hooks.custom]")},
        "hook",
    ),
    "hatch's metadata hook for vcs": (
        {"pyproject.toml": toml("hatchling.build", "[tool.hatch.metadata.hooks.vcs]")},
        "vcs",
    ),
    "setuptools_scm's table": (setuptools("[tool.setuptools_scm]"), "vcs"),
    "setuptools_scm writes the module that attr names": (setuptools("[tool.setuptools_scm]\n" + ATTR), "vcs"),
    "setuptools_scm writes what the module imports": (
        setuptools("[tool.setuptools_scm]\n" + ATTR, pkg____init__="from ._v import v"),
        "vcs",
    ),
    "setuptools-git-versioning": (setuptools("[tool.setuptools-git-versioning]\nenabled = true"), "vcs"),
    "setuptools-git-versioning that is off": (
        setuptools("[tool.setuptools-git-versioning]\nenabled = false"),
        "nothing-declares-a-version",
    ),
    "attr in a module that is missing": (setuptools(ATTR), "import-not-in-tree"),
    "attr in a module that does not parse": (setuptools(ATTR, pkg____init__="("), "syntax-error"),
    "attr of a function": (setuptools(ATTR, pkg____init__="def v(): pass"), "callable"),
    "attr of None": (setuptools(ATTR, pkg____init__="v = None"), "not-a-string"),
    "attr of a dict": (setuptools(ATTR, pkg____init__='v = {"a": 1}'), "not-a-string"),
    "attr and file": (
        setuptools('[tool.setuptools.dynamic]\nversion = {attr = "pkg.v", file = 3}'),
        "invalid-configuration",
    ),
    "a directive that is none": (setuptools('[tool.setuptools.dynamic]\nversion = "1"'), "invalid-configuration"),
    "a file that is missing": (setuptools('[tool.setuptools.dynamic]\nversion = {file = "VERSION"}'), "missing-file"),
    "a file of two lines": (
        setuptools('[tool.setuptools.dynamic]\nversion = {file = "V"}') | {"V": "1\n2"},
        "not-one-line",
    ),
    "two files": (
        setuptools('[tool.setuptools.dynamic]\nversion = {file = ["V", "W"]}') | {"V": "1", "W": "2"},
        "not-one-line",
    ),
    "an empty file": (setuptools('[tool.setuptools.dynamic]\nversion = {file = "V"}') | {"V": ""}, "not-one-line"),
    "a file that is not UTF-8": (
        setuptools('[tool.setuptools.dynamic]\nversion = {file = "V"}') | {"V": "\udcff"},
        "not-utf-8",
    ),
    "setup.cfg without a version": ({"setup.cfg": "[metadata]\nname = pkg"}, "nothing-declares-a-version"),
    "setup.cfg that does not parse": ({"setup.cfg": "version = 1"}, "invalid-configuration"),
    "setup.cfg with references to references": (
        {"setup.cfg": "[metadata]\na = %(b)s\nb = 1\nversion = %(a)s"},
        "expression",
    ),
    "setup.py without a version": (script("setup()"), "nothing-declares-a-version"),
    "setup.py without setup()": ({"setup.py": "x = 1"}, "no-setup-call"),
    "setup.py that does not parse": ({"setup.py": "print 'x'"}, "syntax-error"),
    "setup.py that is too deep": ({"setup.py": "x = " + "+".join("1" * 500)}, "too-complex"),
    "use_scm_version": (script("setup(use_scm_version=True)"), "vcs"),
    "use_scm_version as a dict": (script("setup(use_scm_version={})"), "vcs"),
    "use_scm_version that is computed": (script("setup(use_scm_version=f())"), "vcs"),
    "use_scm_version beside a version": (
        script('setup(version="3.0", use_scm_version={"version_scheme": "x"})'),
        "both-static-and-dynamic",
    ),
    "a wrapper that speaks of the version": (
        {
            "pyproject.toml": wrapped("b", ATTR),
            "_b/b.py": "from setuptools.build_meta import *\nx.version = 1",
            INIT: "v=1",
        },
        "unknown-back-end",
    ),
    "a wrapper with a text about the version": (
        {"pyproject.toml": wrapped("b", ATTR), "_b/b.py": "from setuptools.build_meta import *\nm['version'] = 1"},
        "unknown-back-end",
    ),
    "a wrapper of two back ends": (
        {"pyproject.toml": wrapped("b", ATTR), "_b/b.py": "import setuptools\nimport hatchling.build"},
        "unknown-back-end",
    ),
    "a wrapper that does not parse": (
        {"pyproject.toml": wrapped("b", ATTR), "_b/b.py": "from setuptools import"},
        "unknown-back-end",
    ),
    "a wrapper that is not there": ({"pyproject.toml": wrapped("b", ATTR)}, "unknown-back-end"),
    "a folder of back ends that is no list": (
        {"pyproject.toml": wrapped("b", ATTR).replace('["_b"]', '"_b"')},
        "unknown-back-end",
    ),
    "sphinx-theme-builder without a module": (
        {"pyproject.toml": toml("sphinx_theme_builder")},
        "nothing-declares-a-version",
    ),
    "sphinx-theme-builder with a version that is computed": (
        {"pyproject.toml": toml("sphinx_theme_builder"), "src/pkg/__init__.py": "__version__ = f()"},
        "nothing-declares-a-version",
    ),
    "py-build-cmake with a module that is generated": (
        {"pyproject.toml": toml("py_build_cmake.build", '[tool.py-build-cmake.module]\ngenerated = "module"')},
        "module-not-found",
    ),
    "pbr's own back end": (
        {"pyproject.toml": '[build-system]\nbuild-backend = "pbr.build"\n', "setup.cfg": "[metadata]\nname = pkg\n"},
        "vcs",
    ),
    "ext_modules beside packages below src, without a [project] table": (
        {
            "setup.cfg": "[metadata]\nname = pkg\nversion = attr: pkg.v\n",
            "src/pkg/__init__.py": 'v = "1.2"',
            **script("setup(ext_modules=[1])"),
        },
        "import-not-in-tree",
    ),
    "versioningit beside a version in setup.cfg": (
        {
            "pyproject.toml": '[build-system]\nrequires = ["versioningit ~= 3.0"]\n[tool.versioningit]\n',
            "setup.cfg": "[metadata]\nname = pkg\nversion = 1.2\n",
        },
        "vcs",
    ),
    "versioningit asked for by setup.cfg": (
        {
            "pyproject.toml": "[tool.versioningit]\n",
            "setup.cfg": "[metadata]\nversion = 1.2\n[options]\nsetup_requires = versioningit\n",
        },
        "vcs",
    ),
    "an old setuptools_scm beside a version in setup.cfg": (
        {
            "pyproject.toml": '[build-system]\nrequires = ["setuptools_scm[toml]<9"]\n[tool.setuptools_scm]\n',
            "setup.cfg": "[metadata]\nversion = 1.2\n",
        },
        "both-static-and-dynamic",
    ),
    "a requirement that is not valid": (
        {
            "pyproject.toml": '[build-system]\nrequires = ["setuptools_scm >>"]\n[tool.setuptools_scm]\n',
            "setup.cfg": "[metadata]\nversion = 1.2\n",
        },
        "both-static-and-dynamic",
    ),
    "use_scm_version beside a version in setup.cfg": (
        {**script("setup(use_scm_version=True)"), "setup.cfg": "[metadata]\nversion = 1.2\n"},
        "both-static-and-dynamic",
    ),
    "use_scm_version beside attr in setup.cfg": (
        {**script("setup(use_scm_version=True)"), "setup.cfg": "[metadata]\nversion = attr: pkg.v\n", INIT: "v = '1'"},
        "vcs",
    ),
    "setuptools_git_versioning beside a version": (
        script('setup(version="3.0", setuptools_git_versioning={"enabled": True})'),
        "vcs",
    ),
    "a dict that is reached by its name as a text": (
        script(
            "import x\nargs = dict(name='pkg', version='1', a=x.y)\nglobals()['args']['version'] = '2'\nsetup(**args)"
        ),
        "setup.py-computes",
    ),
    "a dict that a function of setup.py changes": (
        script("args = dict(version='1')\ndef f():\n    args['version'] = '2'\nf()\nsetup(**args)"),
        "setup.py-computes",
    ),
    "a dict that is handed to a function": (
        script("import x\nargs = dict(version='1')\nx.fill(args)\nsetup(**args)"),
        "setup.py-computes",
    ),
    "a dict in a dict that code may have changed": (
        script("args = dict(a=dict(version='1'))\nf()\ndef g(): pass\ng()\nsetup(version=args['a']['version'])"),
        "setup.py-computes",
    ),
    "a dict of two names": (
        script("a = args = dict(version='1')\na |= dict(version='2')\nsetup(**args)"),
        "setup.py-computes",
    ),
    "a dict that goes into another": (
        script("args = dict(version='1')\na = [args]\nf(a)\nsetup(**args)"),
        "setup.py-computes",
    ),
    "a build date": (
        script('setup(version="1.0")', **{"setup.cfg": "[egg_info]\ntag_date = true\n"}),
        "clock",
    ),
    "pbr": (script('setup(setup_requires=["pbr"], pbr=True)'), "vcs"),
    "setuptools_scm by hand": (script("import setuptools_scm\nsetup(version=setuptools_scm.get_version())"), "vcs"),
    "incremental": (script("setup(use_incremental=True)"), "plugin"),
    "versioneer of the tree": (
        script(
            "import versioneer\nsetup(version=versioneer.get_version())", **{"versioneer.py": "def get_version(): pass"}
        ),
        "vcs",
    ),
    "an attribute of versioneer": (script("import versioneer\nsetup(version=versioneer.VERSION)"), "vcs"),
    "an unknown unpacked dict": (script("setup(**f())"), "setup.py-computes"),
    "a list as version": (script("setup(version=[1])"), "not-a-string"),
    "calls that differ": (
        script('import sys\nif sys.platform == "x":\n    setup(version="1")\nelse:\n    setup(version="2")'),
        "setup.py-computes",
    ),
    "a global in a called function": (
        script('V = "1"\ndef f():\n    global V\n    V = "2"\nf()\nsetup(version=V)'),
        "setup.py-computes",
    ),
    "flit without a module": ({"pyproject.toml": FLIT}, "module-not-found"),
    "flit with two modules": ({"pyproject.toml": FLIT, INIT: "", "pkg.py": ""}, "module-not-found"),
    "flit without a name": (
        {"pyproject.toml": toml("flit_core.buildapi", "", 'name = " "\ndynamic = ["version"]')},
        "nothing-declares-a-version",
    ),
    "flit with a number": ({"pyproject.toml": FLIT, INIT: "__version__ = 1"}, "not-a-string"),
    "flit without a version": ({"pyproject.toml": FLIT, INIT: ""}, "nothing-declares-a-version"),
    "flit with a sibling that does not parse": (
        {"pyproject.toml": FLIT, INIT: '__version__ = "1"', "pkg/version.py": "("},
        "syntax-error",
    ),
    "flit with a module that does not parse": ({"pyproject.toml": FLIT, INIT: "("}, "syntax-error"),
    "flit_scm": ({"pyproject.toml": toml("flit_scm:buildapi")}, "vcs"),
    "pbr's back end": ({"pyproject.toml": toml("pbr.build")}, "vcs"),
    "pdm scm": ({"pyproject.toml": toml("pdm.backend", PDM + 'source = "scm"')}, "vcs"),
    "pdm's old scm": ({"pyproject.toml": toml("pdm.pep517.api", PDM + "use_scm = true")}, "vcs"),
    "pdm without a table": ({"pyproject.toml": toml("pdm.backend")}, "nothing-declares-a-version"),
    "pdm without a source": ({"pyproject.toml": toml("pdm.backend", PDM + "x = 1")}, "invalid-configuration"),
    "pdm with a pattern that is none": (
        {"pyproject.toml": toml("pdm.backend", PDM + 'path = "v.py"\npattern = 1')},
        "invalid-configuration",
    ),
    "pdm with a pattern without group": (
        {"pyproject.toml": toml("pdm.backend", PDM + 'path = "v.py"\npattern = "V"'), "v.py": "V"},
        "invalid-configuration",
    ),
    "poetry without a version": (
        {"pyproject.toml": toml("poetry.core.masonry.api", "[tool.poetry]", "")},
        "nothing-declares-a-version",
    ),
    "poetry with a number": (
        {"pyproject.toml": toml("poetry.core.masonry.api", "[tool.poetry]\nversion = 1", "")},
        "not-a-string",
    ),
    "scikit-build-core without a provider": (
        {"pyproject.toml": toml("scikit_build_core.build")},
        "nothing-declares-a-version",
    ),
    "scikit-build-core with setuptools_scm": (
        {
            "pyproject.toml": toml(
                "scikit_build_core.build",
                '[tool.scikit-build.metadata.version]\nprovider = "scikit_build_core.metadata.setuptools_scm"',
            )
        },
        "vcs",
    ),
    "scikit-build-core with a provider of its own": (
        {"pyproject.toml": toml("scikit_build_core.build", '[tool.scikit-build.metadata.version]\nprovider = "mine"')},
        "plugin",
    ),
    "scikit-build-core with a plugin": (
        {"pyproject.toml": toml("scikit_build_core.build", '[[tool.dynamic-metadata]]\nprovider = "x"')},
        "plugin",
    ),
    "scikit-build-core without an input": (
        {"pyproject.toml": toml("scikit_build_core.build", SCIKIT.replace('"v.py"', "3"))},
        "invalid-configuration",
    ),
    "scikit-build-core with a result that looks inside": (
        {"pyproject.toml": toml("scikit_build_core.build", SCIKIT + 'result = "{value.x}"'), "v.py": 'VERSION = "1"'},
        "pattern",
    ),
    "maturin without Cargo.toml": ({"pyproject.toml": toml("maturin")}, "missing-file"),
    "maturin with a path that is none": (
        {"pyproject.toml": toml("maturin", "[tool.maturin]\nmanifest-path = 3")},
        "invalid-configuration",
    ),
    "maturin with a path outside": (
        {"pyproject.toml": toml("maturin", '[tool.maturin]\nmanifest-path = "../Cargo.toml"')},
        "outside-checkout",
    ),
    "maturin without a version": (
        {"pyproject.toml": toml("maturin"), "Cargo.toml": "[package]"},
        "nothing-declares-a-version",
    ),
    "maturin without a workspace": (
        {"pyproject.toml": toml("maturin"), "Cargo.toml": "[package]\nversion.workspace = true"},
        "missing-file",
    ),
    "maturin with a workspace without version": (
        {"pyproject.toml": toml("maturin"), "Cargo.toml": "[package]\nversion.workspace = true\n[workspace]"},
        "nothing-declares-a-version",
    ),
    "meson without meson.build": ({"pyproject.toml": toml("mesonpy")}, "missing-file"),
    "meson without a version": (
        {"pyproject.toml": toml("mesonpy"), "meson.build": "project('pkg', 'c')"},
        "nothing-declares-a-version",
    ),
    "meson with an expression": (
        {"pyproject.toml": toml("mesonpy"), "meson.build": "project('pkg', version: '1.' + '2')"},
        "expression",
    ),
    "meson with a format text": (
        {"pyproject.toml": toml("mesonpy"), "meson.build": "project('pkg', version: f'1.2')"},
        "expression",
    ),
    "meson that does not begin with project": (
        {"pyproject.toml": toml("mesonpy"), "meson.build": "x = 1"},
        "syntax-error",
    ),
    "meson that is not closed": (
        {"pyproject.toml": toml("mesonpy"), "meson.build": "project('pkg', version: '1'"},
        "syntax-error",
    ),
    "sip without a version": ({"pyproject.toml": toml("sipbuild.api", "", "")}, "nothing-declares-a-version"),
}


def _rows(table: dict[str, tuple[object, ...]]) -> list[object]:
    return [pytest.param(*row, id=name) for name, row in table.items()]


@pytest.mark.parametrize(("files", "version", "place"), _rows(FOUND))  # type: ignore[arg-type]
def test_it_finds_the_declared_version(files: Files, version: str, place: str, tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, files)).version
    assert isinstance(reading, FoundVersion), reading
    assert (reading.text, str(reading.place)) == (version, place)
    assert reading.declared_by


@pytest.mark.parametrize(("files", "cause"), _rows(FAULTS))  # type: ignore[arg-type]
def test_it_says_why_there_is_no_version(files: Files, cause: str, tmp_path: Path) -> None:
    raw = {name: text.encode("utf-8", "surrogateescape") for name, text in files.items()}
    reading = read_project(plant(tmp_path, raw)).version
    assert isinstance(reading, VersionFault), reading
    assert reading.cause == cause, reading
    assert (reading.kind is FaultKind.DYNAMIC) is (cause in {"clock", "vcs"})


SUGGESTIONS: dict[str, tuple[Files, str | None]] = {
    "open": (script('v = open("pkg/v.py").read()\nsetup(version=v)', **{"pkg/v.py": '__version__ = "1"'}), "pkg/v.py"),
    "os.path.join": (
        script(
            'import os\nv = open(os.path.join(here, "pkg", "v.py")).read()\nsetup(version=v)',
            **{"pkg/v.py": '__version__ = "1"'},
        ),
        "pkg/v.py",
    ),
    "pathlib": (
        script('v = (HERE / "pkg" / "v.py").read_text()\nsetup(version=v)', **{"pkg/v.py": '__version__ = "1"'}),
        "pkg/v.py",
    ),
    "a reading function": (
        script(
            'setup(version=find_version("src", "pkg", "__init__.py"))', **{"src/pkg/__init__.py": '__version__ = "1"'}
        ),
        "src/pkg/__init__.py",
    ),
    "a path from a function that is not read": (
        script(
            'import os\nv = open(os.path.join(here(), "pkg/v.py")).read()\nsetup(version=v)',
            **{"pkg/v.py": '__version__ = "1"'},
        ),
        "pkg/v.py",
    ),
    "a helper that is given the package": (
        script(
            'def get_version(p):\n    return read(os.path.join(p, "__init__.py"))\nsetup(version=get_version("pkg"))',
            **{"pkg/__init__.py": '__version__ = "1"'},
        ),
        "pkg/__init__.py",
    ),
    "a helper that is given a package below src": (
        script('setup(version=get_version("pkg"))', **{"src/pkg/_version.py": '__version__ = "1"'}),
        "src/pkg/_version.py",
    ),
    "a path of several steps": (
        script(
            "import os\nhere = os.path.abspath(os.path.dirname(__file__))\nfolder = os.path.join(here, 'pkg')\n"
            "path = os.path.join(folder, 'core', 'v.py')\nwith open(path) as f:\n    text = f.read()\n"
            "setup(version=re.search('x', text).group(1))",
            **{"pkg/core/v.py": '__version__ = "1"'},
        ),
        "pkg/core/v.py",
    ),
    "pathlib in several steps": (
        script(
            "from pathlib import Path\nROOT = Path(__file__).resolve().parent\nFILE = ROOT.joinpath('pkg') / 'v.py'\n"
            "setup(version=FILE.read_text())",
            **{"pkg/v.py": '__version__ = "1"'},
        ),
        "pkg/v.py",
    ),
    "an f-string with the folder of setup.py": (
        script(
            "import os\nHERE = os.path.dirname(__file__)\nsetup(version=open(f'{HERE}/pkg/v.py').read())",
            **{"pkg/v.py": '__version__ = "1"'},
        ),
        "pkg/v.py",
    ),
    "SourceFileLoader": (
        script(
            "from importlib.machinery import SourceFileLoader\n"
            "v = SourceFileLoader('v', 'pkg/v.py').load_module()\nsetup(version=v.__version__)",
            **{"pkg/v.py": '__version__ = "1"'},
        ),
        "pkg/v.py",
    ),
    "spec_from_file_location": (
        script(
            "import importlib.util as u\nspec = u.spec_from_file_location('v', os.path.join(HERE, 'pkg/v.py'))\n"
            "v = u.module_from_spec(spec)\nsetup(version=v.__version__)",
            **{"pkg/v.py": '__version__ = "1"'},
        ),
        "pkg/v.py",
    ),
    "runpy": (
        script(
            "import runpy\nsetup(version=runpy.run_path('pkg/v.py')['__version__'])",
            **{"pkg/v.py": '__version__ = "1"'},
        ),
        "pkg/v.py",
    ),
    "exec with a namespace of its own": (
        script(
            "ns = {}\nexec(open('pkg/v.py').read(), {}, ns)\nsetup(version=ns['v'])", **{"pkg/v.py": 'version = "1"'}
        ),
        "pkg/v.py",
    ),
    "a local variable of a helper": (
        script(
            "def load():\n    path = 'pkg/v.py'\n    with open(path) as f: return f.read()\nsetup(version=load())",
            **{"pkg/v.py": '__version__ = "1"'},
        ),
        "pkg/v.py",
    ),
    "what the version is read from before all else": (
        script(
            "a = open('other.py').read()\nv = open('pkg/v.py').read()\nsetup(long_description=a, version=v)",
            **{"pkg/v.py": '__version__ = "1"', "other.py": '__version__ = "2"'},
        ),
        "pkg/v.py",
    ),
    "a module that is imported": (
        script(
            "from pkg.v import version\nsetup(version=version())",
            **{"pkg/v.py": '__version__ = "1"\ndef version(): f()'},
        ),
        "pkg/v.py",
    ),
    "the project's own package": (
        script("setup(name='My-Pkg', version=f())", **{"src/my_pkg/version.py": '__version__ = "1"'}),
        "src/my_pkg/version.py",
    ),
    "the project's own module": (script("setup(name='pkg', version=f())", **{"pkg.py": 'VERSION = "1"'}), "pkg.py"),
    "a changelog": (
        script("setup(version=open('CHANGELOG.md').readline())", **{"CHANGELOG.md": "1.2.3"}),
        None,
    ),
    "a changelog without a suffix": (script("setup(version=open('CHANGES').readline())", CHANGES="1.2.3"), None),
    "a page of the documentation": (
        script("setup(version=open('docs/version.txt').readline())", **{"docs/version.txt": "1.2.3"}),
        None,
    ),
    "a placeholder": (script("setup(version=open('v.py').read())", **{"v.py": '__version__ = "0.0.0"'}), None),
    "a path that goes round in circles": (script("a = b\nb = a\nsetup(version=open(a / 'x').read())"), None),
    "a text that is no path": (script("setup(version=f('a\\nb', 'c' * 300, '.', g))"), None),
    "a further argument": (script('v = open("VERSION", "r").read()\nsetup(version=v)', VERSION="1.2"), "VERSION"),
    "exec of a file": (
        script(
            'about = {}\nwith open("pkg/v.py") as f:\n    exec(f.read(), about)\nsetup(version=about["__version__"])',
            **{"pkg/v.py": '__version__ = "1"'},
        ),
        "pkg/v.py",
    ),
    "a name in the path": (
        script('N = "pkg"\nv = open(N + "/v.py").read()\nsetup(version=v)', **{"pkg/v.py": '__version__ = "1"'}),
        "pkg/v.py",
    ),
    "a file that holds no version, named twice": (
        script(
            'a = open("README").read()\nb = open("README").read() + open("VERSION").read()\nsetup(version=b)',
            README="hello world",
            VERSION="1.2",
        ),
        "VERSION",
    ),
    "a text that holds no version": (script('v = open("README").read()\nsetup(version=v)', README="hello world"), None),
    "a word that is no version": (
        script('v = open("requirements.txt").read()\nsetup(version=v)', **{"requirements.txt": "requests"}),
        None,
    ),
    "a file that is not there": (script('v = open("pkg/v.py").read()\nsetup(version=v)'), None),
    "a file outside": (script('v = open("../../VERSION").read()\nsetup(version=v)'), None),
    "a file that nobody names": (script("setup(version=f())", **{INIT: '__version__ = "1"'}), None),
    "a file that is computed": (
        script('v = open("pkg/v.py").read()\nsetup(version=v)', **{"pkg/v.py": "__version__ = f()"}),
        None,
    ),
}


@pytest.mark.parametrize(("files", "path"), _rows(SUGGESTIONS))  # type: ignore[arg-type]
def test_it_suggests_only_a_file_that_holds_the_version(files: Files, path: str | None, tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, files)).version
    assert isinstance(reading, VersionFault)
    assert reading.cause == "setup.py-computes"
    assert reading.suggestion == path
    if path is not None:
        # What is suggested works.
        assert f"version-file: {path}" in reading.advice
        followed = read_version_file(plant(tmp_path, files), path).version
        assert isinstance(followed, FoundVersion)


POETRY_PLUGINS: dict[str, tuple[str, str | None, bool]] = {
    "the plugin with a file of its own": (
        toml("poetry_dynamic_versioning.backend", "", "")
        + '[tool.poetry]\nname = "pkg"\nversion = "0"\n[tool.poetry-dynamic-versioning]\nenable = true\n'
        '[tool.poetry-dynamic-versioning.from-file]\nsource = "VERSION"\n',
        "VERSION",
        False,
    ),
    "a file that is named wrongly": (
        toml("poetry_dynamic_versioning.backend", "", "")
        + '[tool.poetry]\nname = "pkg"\nversion = "0"\n[tool.poetry-dynamic-versioning]\nenable = 1\nfrom-file = 1\n',
        None,
        False,
    ),
    "poetry-version-plugin": (poetry("0", "", '[tool.poetry-version-plugin]\nsource = "git-tag"'), None, False),
    "poetry-plugin-version": (poetry("0", "", '[tool.poetry-plugin-version]\npath = "x"'), None, False),
    "poetry-git-version-plugin": (poetry("1.2", "", "[tool.poetry-git-version-plugin]"), None, False),
    "poetry-git-version-plugin beside [project]": (
        toml("poetry.core.masonry.api", "[tool.poetry-git-version-plugin]", STATIC),
        None,
        False,
    ),
    "poetry-setuptools-scm-plugin": (poetry("0.0.0", "", "[tool.setuptools_scm]"), None, False),
    "poetry-version-from-file": (
        poetry("0", "", '[tool.poetry.plugins.version-from-file]\nenabled = "true"'),
        None,
        False,
    ),
    "a placeholder beside a plugin that nobody knows": (
        poetry("0.0.0", '"poetry-core", "poetry-tag-versions>=1"'),
        None,
        False,
    ),
    "a placeholder beside a plugin that poetry is to have": (
        poetry("0", '"poetry-core"', '[tool.poetry.requires-plugins]\npoetry-scmver = "*"'),
        None,
        False,
    ),
    "a placeholder beside the table of a plugin": (poetry("0.0.0.dev0", "", "[tool.poetry_my_version]"), None, False),
    "a placeholder in [project]": (
        toml("poetry.core.masonry.api", "", 'name = "pkg"\nversion = "0.0.0"').replace(
            '"poetry"', '"poetry-core", "dunamai"'
        ),
        None,
        False,
    ),
}


@pytest.mark.parametrize(("text", "suggestion", "from_tags"), _rows(POETRY_PLUGINS))  # type: ignore[arg-type]
def test_a_plugin_of_poetry_makes_the_version_dynamic(
    text: str, suggestion: str | None, from_tags: bool, tmp_path: Path
) -> None:
    reading = read_project(plant(tmp_path, {"pyproject.toml": text})).version
    assert isinstance(reading, VersionFault), reading
    assert reading.kind is FaultKind.DYNAMIC
    assert reading.from_tags is from_tags
    assert reading.suggestion == suggestion
    assert "`version`" in reading.advice


def test_a_setup_py_that_is_too_large_to_be_searched_gets_no_suggestion(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def too_much(*_: object, **__: object) -> None:
        raise TooMuchError

    monkeypatch.setattr(suggestions, "_first", too_much)
    reading = read_project(plant(tmp_path, script("setup(version=f(g()))"))).version
    assert isinstance(reading, VersionFault)
    assert reading.suggestion is None


def test_the_search_for_a_suggestion_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(suggestions, "_MAX_CANDIDATES", 2)
    files = script('setup(version=f("a", "b", open("v.py").read()))', **{"v.py": '__version__ = "1"'})
    reading = read_project(plant(tmp_path, files)).version
    assert isinstance(reading, VersionFault)
    assert reading.suggestion is None


def test_pbr_names_the_project_in_setup_cfg(tmp_path: Path) -> None:
    files = {"pyproject.toml": '[build-system]\nbuild-backend = "pbr.build"\n', "setup.cfg": "[metadata]\nname = Pkg\n"}
    name = read_project(plant(tmp_path, files)).name
    assert name is not None
    assert (name.text, str(name.place)) == ("Pkg", "setup.cfg:2")


NOTES: dict[str, tuple[Files, str, str]] = {
    "a placeholder": (
        {"pyproject.toml": toml("x", "", 'name = "pkg"\nversion = "0.0.0"')},
        "0.0.0",
        "the input `version`",
    ),
    "a placeholder that attr names": (setuptools(ATTR, pkg____init__='v = "0.0.0.dev0"'), "0.0.0.dev0", "placeholder"),
    "a placeholder in setup.py": (script('setup(name="pkg", version="0")'), "0", "placeholder"),
    "blanks in [project]": ({"pyproject.toml": toml("x", "", 'name = "pkg"\nversion = " 1.2 "')}, " 1.2 ", "blanks"),
    "a second place that is ignored": (
        {"pyproject.toml": toml("setuptools.build_meta", ATTR, STATIC), INIT: 'v = "2"'},
        "1.2",
        "pyproject.toml:8 declares the version as well",
    ),
    "blanks in a file": (
        setuptools('[tool.setuptools.dynamic]\nversion = {file = "V"}') | {"V": "\n 1.2 \n"},
        "1.2",
        "blanks around",
    ),
    "a byte order mark in a file": (
        setuptools('[tool.setuptools.dynamic]\nversion = {file = "V"}') | {"V": "\ufeff1.2\n"},
        "1.2",
        "byte order mark (BOM)",
    ),
    "a byte order mark in a file of setup.cfg": (
        {"setup.cfg": "[metadata]\nname = pkg\nversion = file: V\n", "V": "\ufeff1.2"},
        "1.2",
        "byte order mark (BOM)",
    ),
}


@pytest.mark.parametrize(("files", "version", "note"), _rows(NOTES))  # type: ignore[arg-type]
def test_it_notes_what_a_build_would_refuse_or_replace(files: Files, version: str, note: str, tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, files)).version
    assert isinstance(reading, FoundVersion), reading
    assert reading.text == version
    assert len(reading.notes) == 1
    assert note in reading.notes[0]


def test_blanks_in_a_file_of_setup_cfg_are_fine(tmp_path: Path) -> None:
    files = {"setup.cfg": "[metadata]\nname = pkg\nversion = file: V\n", "V": " 1.2 \n"}
    reading = read_project(plant(tmp_path, files)).version
    assert isinstance(reading, FoundVersion)
    assert reading.notes == ()


def test_it_notes_a_file_outside_the_projects_folder(tmp_path: Path) -> None:
    files = setuptools('[tool.setuptools.dynamic]\nversion = {file = "../V"}')
    checkout = plant(tmp_path, {f"p/{name}": text for name, text in files.items()} | {"V": "1.2"}, "p")
    reading = read_project(checkout).version
    assert isinstance(reading, FoundVersion)
    assert "outside the project's folder" in reading.notes[0]


MESSAGES: dict[str, tuple[Files, str]] = {
    "a byte order mark in pyproject.toml": (
        {"pyproject.toml": "\ufeff" + toml("x", "", STATIC)},
        "pyproject.toml begins with a byte order mark (BOM)",
    ),
    "a byte order mark in setup.cfg": (
        {"setup.cfg": "\ufeff[metadata]\nversion = 1\n"},
        "setup.cfg begins with",
    ),
    "setuptools_scm by hand": (
        script("from setuptools_scm import get_version\nsetup(version=get_version())"),
        "comes from setuptools_scm.get_version(), which",
    ),
    "versioneer by hand": (
        script("import versioneer\nsetup(version=versioneer.get_version())"),
        "comes from versioneer.get_version(), which",
    ),
    "setuptools_scm in a module": (
        setuptools(ATTR, pkg____init__="import setuptools_scm\nv = setuptools_scm.get_version()"),
        "comes from setuptools_scm.get_version(), which",
    ),
}


@pytest.mark.parametrize(("files", "said"), _rows(MESSAGES))  # type: ignore[arg-type]
def test_it_calls_things_by_their_name(files: Files, said: str, tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, files)).version
    assert isinstance(reading, VersionFault)
    assert said in reading.message


def test_a_file_in_another_encoding_names_its_mark(tmp_path: Path) -> None:
    files = {
        name: text.encode() for name, text in setuptools('[tool.setuptools.dynamic]\nversion = {file = "V"}').items()
    }
    reading = read_project(plant(tmp_path, {**files, "V": "1.2".encode("utf-16")})).version
    assert isinstance(reading, VersionFault)
    assert reading.cause == "byte-order-mark"


def test_a_suggestion_asks_for_the_name_if_that_is_computed_as_well(tmp_path: Path) -> None:
    files = script('v = open("v.py").read()\nsetup(name=f(), version=v)', **{"v.py": '__version__ = "1"'})
    reading = read_project(plant(tmp_path, files))
    assert reading.name is None
    assert isinstance(reading.version, VersionFault)
    assert "`package`" in reading.version.advice


ELSEWHERE: dict[str, tuple[Files, str | None]] = {
    "what attr names is computed": (
        setuptools(ATTR, pkg____init__="from .core import get\nv = get()", pkg__version='__version__ = "1"'),
        "pkg/version.py",
    ),
    "a module that makes the name up": (
        setuptools(ATTR, pkg____init__="def __getattr__(n): pass", pkg__version='__version__ = "1"'),
        "pkg/version.py",
    ),
    "a function": (setuptools(ATTR, pkg____init__="def v(): pass", pkg__version='__version__ = "1"'), "pkg/version.py"),
    "a command of meson": (
        {
            "pyproject.toml": toml("mesonpy"),
            "meson.build": "project('pkg', version: run_command('x').stdout())",
            "pkg/_version.py": 'version = "1"',
        },
        "pkg/_version.py",
    ),
    "a back end that nobody knows": ({"pyproject.toml": toml("mine"), INIT: '__version__ = "1"'}, INIT),
    "a plugin of hatchling": (
        {"pyproject.toml": toml("hatchling.build", '[tool.hatch.version]\nsource = "mine"'), "VERSION": "1.2"},
        "VERSION",
    ),
    "a function of pdm": (
        {"pyproject.toml": toml("pdm.backend", PDM + 'source = "call"\ngetter = "x:y"'), INIT: '__version__ = "1"'},
        INIT,
    ),
    "a project without a name": ({"pyproject.toml": toml("mine", "", 'name = " "\ndynamic = ["version"]')}, None),
    "a file that is only missing": (
        {"pyproject.toml": toml("hatchling.build", HATCH), INIT: '__version__ = "1"'},
        None,
    ),
}


@pytest.mark.parametrize(("files", "path"), _rows(ELSEWHERE))  # type: ignore[arg-type]
def test_it_suggests_a_file_of_the_projects_own_package(files: Files, path: str | None, tmp_path: Path) -> None:
    checkout = plant(tmp_path, files)
    reading = read_project(checkout).version
    assert isinstance(reading, VersionFault)
    assert reading.suggestion == path
    assert path is None or isinstance(read_version_file(checkout, path).version, FoundVersion)


NAMES: dict[str, tuple[Files, str | None, str | None]] = {
    "[project]": ({"pyproject.toml": toml("x", "", 'name = "Pkg"\nversion = "1"')}, "Pkg", "pyproject.toml:5"),
    "[tool.poetry]": (
        {"pyproject.toml": toml("poetry.core", '[tool.poetry]\nname = "Pkg"', "")},
        "Pkg",
        "pyproject.toml:5",
    ),
    "flit's dist-name": (
        {"pyproject.toml": toml("flit.x", '[tool.flit.metadata]\nmodule = "m"\ndist-name = "Pkg"', "")},
        "Pkg",
        "pyproject.toml:6",
    ),
    "flit's module": (
        {"pyproject.toml": toml("flit.x", '[tool.flit.metadata]\nmodule = "m"', "")},
        "m",
        "pyproject.toml:5",
    ),
    "Cargo.toml": (
        {"pyproject.toml": toml("maturin", "", ""), "Cargo.toml": '[package]\nname = "c"\nversion = "1"'},
        "c",
        "Cargo.toml:2",
    ),
    "meson.build": (
        {"pyproject.toml": toml("mesonpy", "", ""), "meson.build": "project('m', version: '1')"},
        "m",
        "meson.build:1",
    ),
    "a computed name in meson.build": (
        {"pyproject.toml": toml("mesonpy", "", ""), "meson.build": "project(n, version: '1')"},
        None,
        None,
    ),
    "setup.cfg": ({"setup.cfg": "[metadata]\nname = Pkg\nversion = 1"}, "Pkg", "setup.cfg:2"),
    "setup.py": (script('N = "Pkg"\nsetup(name=N, version="1")'), "Pkg", "setup.py:2"),
    "a computed name": (script('setup(name=f(), version="1")'), None, None),
    "no name": (script('setup(version="1")'), None, None),
    "a fault": ({"pyproject.toml": toml("mine")}, "pkg", "pyproject.toml:5"),
    "a fault of setup.py": (script('setup(name="Pkg", version=f())'), "Pkg", "setup.py:2"),
}


@pytest.mark.parametrize(("files", "name", "place"), _rows(NAMES))  # type: ignore[arg-type]
def test_it_finds_the_name(files: Files, name: str | None, place: str | None, tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, files)).name
    assert (reading and reading.text) == name
    assert place is None or str(reading and reading.place) == place


@pytest.mark.parametrize(
    ("module", "notes"),
    [
        pytest.param('__version__ = "1.1"', ("pkg/__init__.py says '1.1'",), id="another literal"),
        pytest.param('__version__ = "1.2"', (), id="the same literal"),
        pytest.param('__version__ = "1.1"\n__version__ = "1.2"', (), id="more than a glance can tell"),
        pytest.param("x = 1", (), id="no literal"),
    ],
)
def test_it_notes_a_stale_module(module: str, notes: tuple[str, ...], tmp_path: Path) -> None:
    files = {"pyproject.toml": toml("x", "", 'name = "pkg"\nversion = "1.2"'), INIT: module}
    reading = read_project(plant(tmp_path, files)).version
    assert isinstance(reading, FoundVersion)
    assert reading.notes == notes


CRATE = '[package]\nname = "pkg"\nversion = "{}"\n'
CRATES = [
    pytest.param(
        "maturin", CRATE.format("0.1.0-alpha.5"), ("Cargo.toml:3 says '0.1.0-alpha.5'",), id="another version"
    ),
    pytest.param("maturin", CRATE.format("0.1.0-alpha.4"), (), id="the same, as Cargo spells it"),
    pytest.param("maturin", CRATE.format("one"), (), id="a version that is none"),
    pytest.param("maturin", "[package]\n", (), id="no version"),
    pytest.param("hatchling.build", CRATE.format("0.1.0-alpha.5"), (), id="a back end that builds no crate"),
]


@pytest.mark.parametrize(("backend", "crate", "notes"), CRATES)
def test_it_notes_a_crate_of_another_version(backend: str, crate: str, notes: tuple[str, ...], tmp_path: Path) -> None:
    files = {"pyproject.toml": toml(backend, "", 'name = "pkg"\nversion = "0.1.0-alpha.4"'), "Cargo.toml": crate}
    reading = read_project(plant(tmp_path, files)).version
    assert isinstance(reading, FoundVersion)
    assert [note.partition(";")[0] for note in reading.notes] == list(notes)


PLUGIN = '[tool.poetry]\nname = "pkg"\nversion = {version}\n[tool.poetry-dynamic-versioning]\nenable = true\n'
PLUGINS = [
    pytest.param("poetry_dynamic_versioning.backend", '"0.0.0"', "vcs", "from poetry-dynamic", id="its own back end"),
    pytest.param("poetry.core.masonry.api", '"0.0.0"', PLACEHOLDER, "builds '0.0.0'", id="a back end that ignores it"),
    pytest.param("poetry.masonry.api", '"0.0.0.dev0"', PLACEHOLDER, "builds '0.0.0.dev0'", id="an old one"),
    pytest.param("poetry.core.masonry.api", "1", PLACEHOLDER, "builds '0.0.0'", id="a version that is no text"),
    pytest.param("", '"0.0.0"', PLACEHOLDER, "builds '0.0.0'", id="no back end named"),
]


@pytest.mark.parametrize(("backend", "version", "cause", "says"), PLUGINS)
def test_a_plugin_counts_only_with_a_back_end_that_knows_it(
    backend: str, version: str, cause: str, says: str, tmp_path: Path
) -> None:
    text = PLUGIN.replace("{version}", version)
    reading = read_project(plant(tmp_path, {"pyproject.toml": toml(backend, text, "") if backend else text})).version
    assert isinstance(reading, VersionFault)
    assert (reading.kind, reading.cause) == (FaultKind.DYNAMIC, cause)
    assert says in reading.message
    assert (reading.tool == "poetry-dynamic-versioning") is (cause == "vcs")


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.py", "setup.cfg"])
def test_a_link_that_leaves_the_checkout_is_refused(name: str, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text('version = "1"')
    (tmp_path / "checkout").mkdir()
    (tmp_path / "checkout" / name).symlink_to(tmp_path / "secret")
    reading = read_project(plant(tmp_path / "checkout", {})).version
    assert isinstance(reading, VersionFault)
    assert reading.cause == "outside-checkout"


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        pytest.param(RecursionError(), "too-complex", id="nesting past Python's limit"),
        pytest.param(CheckoutError(Problem.UNREADABLE, "x", "broken disk"), "unreadable-file", id="a broken disk"),
    ],
)
def test_nothing_escapes(error: Exception, cause: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise error

    checkout = plant(tmp_path, {"VERSION": "1"})
    monkeypatch.setattr(project, "_read", fail)
    monkeypatch.setattr(named, "_read", fail)
    for reading in (read_project(checkout), read_version_file(checkout, "VERSION")):
        assert isinstance(reading.version, VersionFault)
        assert reading.version.cause == cause


@pytest.mark.parametrize(
    ("name", "module", "notes"),
    [
        pytest.param("a b", "x", (), id="a name that is no module"),
        pytest.param("pkg", b"x" * 2**21, (), id="a module that is too large"),
        pytest.param("pkg", b"__version__ = '3' # \xff", ("pkg/__init__.py says '3'",), id="bytes that are no text"),
    ],
)
def test_a_note_is_optional(name: str, module: bytes | str, notes: tuple[str, ...], tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {"pyproject.toml": f'[project]\nname = "{name}"\nversion = "1.2"', INIT: module}
    reading = read_project(plant(tmp_path, files)).version
    assert isinstance(reading, FoundVersion)
    assert reading.notes == notes


def test_a_project_without_a_name_gets_no_note(tmp_path: Path) -> None:
    reading = read_project(plant(tmp_path, {"pyproject.toml": '[project]\nname = " "\nversion = "1.2"'}))
    assert isinstance(reading.version, FoundVersion)
    assert reading.name is None
