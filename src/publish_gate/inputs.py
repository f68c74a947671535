"""Every input of the action, once: name, default and meaning; the command line has an option of each name."""

from __future__ import annotations

from typing import NamedTuple


class Input(NamedTuple):
    """One input. ``choices`` lists the only values it takes; empty where any text goes.

    ``action_only`` is one that the command line has no option for, because it has a command of its own.
    """

    name: str
    help: str
    default: str = ""
    choices: tuple[str, ...] = ()
    action_only: bool = False

    @property
    def variable(self) -> str:
        """The environment variable in which action.yml passes it on."""
        return "PUBLISH_GATE_" + self.name.upper().replace("-", "_")


INPUTS = (
    Input("working-directory", "Folder of the package, below the root of the checkout.", "."),
    Input("package", "Name of the project on the index. Default: the name the project declares."),
    Input("version", "The version itself, instead of reading it from the project."),
    Input(
        "version-file",
        "File to read the version from (Python, TOML, cfg, text, or dist/ with what was built), instead of "
        "what the project declares.",
    ),
    Input("targets", "Where to publish. Default: testpypi, or what the config file says."),
    Input(
        "index-url",
        "Read this index instead of the target's own: a base address, or one with {name} in it.",
    ),
    Input(
        "probe",
        "Name of a project that is on the index. Where nothing else proves that the package is not there, its "
        "answer is compared with this one's.",
    ),
    Input("events", "Events to publish on, instead of the target's own."),
    Input("branches", "Filter patterns of branches to publish from, instead of the target's own."),
    Input("tags", "Filter patterns of tags to publish from, instead of the target's own."),
    Input(
        "environment",
        "Environment of the publishing job, instead of the target's own; {target} and {name} stand for the names of "
        "target and package, none for no environment.",
    ),
    Input(
        "policy",
        "What counts as ahead: newer than all, newer in its own major.minor series, or just not published. "
        "Default: the target's (newer).",
        choices=("newer", "series", "unpublished"),
    ),
    Input(
        "prereleases",
        "Whether pre-releases are published. Default: the target's (allow).",
        choices=("allow", "deny", "only"),
    ),
    Input(
        "fail-when",
        "Reason codes that fail the step if any check of any package and target fails for one of them, or any-no.",
    ),
    Input(
        "dist",
        "Folder of what was built, below working-directory: its files are checked against the decision, the index and "
        "what would be refused. Default: nothing that was built is looked at.",
    ),
    Input(
        "mode",
        "gate decides; verify, after the upload, waits until the release is there, complete and as it was built.",
        "gate",
        choices=("gate", "verify"),
        action_only=True,
    ),
    Input(
        "wait",
        "Seconds to wait, at most: verify for the release; the gate for the target that comes first (after), if "
        "nothing else is missing. Default: 0 for the gate, 300 for verify.",
    ),
    Input("timeout", "Seconds for all index traffic of one package.", "30"),
    Input(
        "doctor",
        "What to do about faults in the workflows that publish: nothing, show them, or fail the step for errors.",
        "warn",
        choices=("off", "warn", "fail"),
        action_only=True,
    ),
    Input("config", "Config file. Default: .github/publish-gate.yml, if there is one."),
)
