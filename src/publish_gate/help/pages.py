"""What the help of each command says beside its options: exit status, environment, files, examples, see also."""

from __future__ import annotations

from typing import Final, NamedTuple

from publish_gate import HOME

Rows = tuple[tuple[str, str], ...]

DOCS: Final = f"{HOME}/tree/main/docs"


class Page(NamedTuple):
    """The sections of one command's page; examples are pairs of what they are for and the command."""

    examples: Rows
    exit_status: Rows
    environment: Rows = ()
    files: Rows = ()
    see_also: tuple[str, ...] = (DOCS,)


_MISUSED = ("2", "used or configured wrongly; standard error says what and where")
_NO_COLOR = ("NO_COLOR", "where it is set and not empty, no colours are used")
_CONFIG = (".github/publish-gate.yml", "what this repository publishes, where it is not the usual: the config file")
_DECIDED: Final = (
    ("0", "decided, yes or no"),
    ("1", "could not decide: no answer from the index, or no version that can be read"),
    _MISUSED,
)
_NETWORK: Final = (
    ("PUBLISH_GATE_INDEX_<TARGET>_USERNAME", "user for reading a target's index; its name in capitals, the rest as _"),
    ("PUBLISH_GATE_INDEX_<TARGET>_PASSWORD", "password or token for it; without both, the host's entry in .netrc"),
    ("HTTPS_PROXY, NO_PROXY", "the proxy to ask an index through, and what is asked without one"),
    ("REQUESTS_CA_BUNDLE", "a file of the certificate authorities to trust"),
    _NO_COLOR,
)
_PROJECT_FILES: Final = (
    _CONFIG,
    ("pyproject.toml, setup.cfg, setup.py", "name and version, and whatever they name; read, never run"),
)

PAGES: Final = {
    "": Page(
        examples=(
            ("Set a repository up", "publish-gate init"),
            ("See before pushing what each situation would do", "publish-gate simulate"),
            ("Decide for a push to main, here and now", "publish-gate check --event push --ref refs/heads/main"),
        ),
        exit_status=(
            ("0", "done; for a decision: decided, yes or no"),
            ("1", "not done; for a decision: could not decide"),
            _MISUSED,
        ),
        environment=(_NO_COLOR,),
        files=(_CONFIG,),
        see_also=("publish-gate COMMAND --help", DOCS),
    ),
    "check": Page(
        examples=(
            ("A push to main", "publish-gate check --event push --ref refs/heads/main"),
            ("Fail without a bump", "publish-gate check --fail-when already-published,version-behind"),
            ("What was built", "publish-gate check --targets pypi --dist dist/ --ref refs/tags/v1.2.0"),
            ("End with 0 only for a yes: before an upload", "publish-gate check --exit-code"),
            ("Everything that was seen", "publish-gate check --format json"),
        ),
        exit_status=(
            ("0", "decided, yes or no; with --exit-code only yes: publish"),
            ("1", f"{_DECIDED[1][1]}; or a reason that --fail-when lists"),
            _MISUSED,
            ("3", "with --exit-code: decided, no"),
        ),
        environment=(
            ("GITHUB_EVENT_NAME, GITHUB_REF", "event and ref of this run, where --event and --ref are not given"),
            ("GITHUB_EVENT_PATH", "event payload, where --event-path is not given"),
            ("GITHUB_REPOSITORY", "OWNER/NAME, to tell a fork"),
            *_NETWORK,
        ),
        files=_PROJECT_FILES,
        see_also=("publish-gate simulate", "publish-gate config", DOCS),
    ),
    "verify": Page(
        examples=(
            ("Is what was uploaded there, as it was built?", "publish-gate verify --targets pypi --dist dist/"),
            ("Wait for ten minutes at most", "publish-gate verify --targets pypi --dist dist/ --wait 600"),
            ("Look once, without the files", "publish-gate verify --targets pypi --version 1.2.0 --wait 0"),
        ),
        exit_status=(
            ("0", "verified: there, complete, as it was built, nothing else, nothing yanked"),
            ("1", "not verified: not there in time, different, or no answer from the index"),
            _MISUSED,
        ),
        environment=(
            ("GITHUB_REPOSITORY, GITHUB_WORKFLOW_REF", "who should have published, if the index tells who has"),
            *_NETWORK,
        ),
        files=_PROJECT_FILES,
        see_also=("publish-gate check", DOCS),
    ),
    "simulate": Page(
        examples=(
            ("The usual situations", "publish-gate simulate"),
            ("For both indexes", "publish-gate simulate --targets testpypi,pypi"),
            ("As if the version were another", "publish-gate simulate --version 2.0.0rc1"),
        ),
        exit_status=_DECIDED,
        environment=_NETWORK,
        files=_PROJECT_FILES,
        see_also=("publish-gate check", DOCS),
    ),
    "config": Page(
        examples=(
            ("Is the config file right, and what follows from it?", "publish-gate config"),
            ("The plan for another program", "publish-gate config --format json"),
        ),
        exit_status=(("0", "nothing is wrong"), _MISUSED),
        environment=(_NO_COLOR,),
        files=_PROJECT_FILES,
        see_also=("publish-gate check", f"{HOME}/blob/main/schema/publish-gate.schema.json"),
    ),
    "doctor": Page(
        examples=(
            ("All workflows of this checkout", "publish-gate doctor"),
            ("Why did that job fail?", "publish-gate doctor --log job.log"),
            ("Show safe changes, ask, and make them", "publish-gate doctor --fix"),
        ),
        exit_status=(("0", "no error was found"), ("1", "errors were found"), _MISUSED),
        environment=(
            ("GITHUB_REPOSITORY", "OWNER/NAME, where no remote called origin tells it"),
            ("ACTIONS_ID_TOKEN_REQUEST_URL", "with --live: where GitHub gives this job's claims; set in such a job"),
            _NO_COLOR,
        ),
        files=((".github/workflows/", "the workflows"), _CONFIG),
        see_also=(f"{DOCS}/doctor", DOCS),
    ),
    "init": Page(
        examples=(
            ("Ask, then write .github/workflows/release.yml", "publish-gate init"),
            ("Ask nothing", "publish-gate init --yes"),
            ("Only to TestPyPI, under another name", "publish-gate init --targets testpypi --workflow publish.yml"),
        ),
        exit_status=(("0", "written"), ("1", "not written, as the answer was no"), _MISUSED),
        files=(
            (".github/workflows/", "where the workflow is written; a file that is there is never changed"),
            ("pyproject.toml, setup.cfg, setup.py", "name of the project, and where its version comes from"),
        ),
        see_also=("publish-gate simulate", "publish-gate doctor", DOCS),
    ),
    "completion": Page(
        examples=(
            ("bash, now; for good, write it to a file below ~/.local/share/bash-completion/completions/",
             "publish-gate completion bash"),
            ("zsh, to a file called _publish-gate in a folder of the fpath", "publish-gate completion zsh"),
            ("fish, to ~/.config/fish/completions/publish-gate.fish", "publish-gate completion fish"),
            ("PowerShell, to a file that the profile reads", "publish-gate completion powershell"),
        ),
        exit_status=(("0", "printed"), _MISUSED),
    ),
}  # fmt: skip
"""The page of each command; that of the whole program has no name."""
