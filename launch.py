"""Start the action: outputs that say no first, then its dependencies, then the program.

Run as ``python3 -I -S launch.py`` it sees neither the checkout, nor the caller's PYTHON variables, nor what is
installed for this Python: only the standard library, the bundle or the hash-locked set, and this action.

A release carries its dependencies in ``bundle`` and the hash of every file in ``SHA256SUMS``; only a tree with
neither of them installs the locked set.
"""

import gc
import os
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
BUNDLE = HERE / "bundle"
SUMS = HERE / "SHA256SUMS"
LOCKS = (HERE / "requirements" / "action.txt", HERE / "requirements" / "action-no-deps.txt")
OLDEST = (3, 10)
INSTALL_SECONDS = 300
DAMAGED = "its own files are damaged: {}. Use a released version of this action, as it was released"


class CannotStartError(Exception):
    """The program cannot be started; the text says why and what to do."""


def write_refusal() -> None:
    """Write every output as no or empty, so that they are there whatever happens from here on."""
    from publish_gate.outputs import no_outputs

    path = os.environ.get("GITHUB_OUTPUT")
    if path:
        try:
            with Path(path).open("a", encoding="utf-8", newline="") as file:
                file.writelines(f"{name}={value}\n" for name, value in no_outputs().items())
        except OSError as error:
            raise CannotStartError(
                f"the file that GITHUB_OUTPUT names cannot be written to ({type(error).__name__})"
            ) from None


def install(folder: str) -> None:
    """Install the locked set into ``folder``: wheels only, every one checked against its hash."""
    import subprocess

    # The caller's pip settings must not change what is installed or from where; proxies and certificates
    # of the runner are needed to get anywhere.
    environment = {
        name: value
        for name, value in os.environ.items()
        if not name.upper().startswith(("PIP_", "PYTHON", "UV_", "VIRTUAL_ENV"))
    }
    environment["PIP_CONFIG_FILE"] = os.devnull
    command = [
        sys.executable, "-I", "-m", "pip", "--isolated", "--disable-pip-version-check", "--no-input", "install",
        "--retries", "2", "--timeout", "15", "--quiet", "--no-deps", "--require-hashes", "--only-binary", ":all:",
        "--no-compile", "--no-warn-script-location", "--root-user-action", "ignore", "--target", folder,
    ]  # fmt: skip
    for lock in LOCKS:
        command += ["--requirement", str(lock)]
    try:
        done = subprocess.run(  # noqa: S603 - a fixed command
            command, cwd=folder, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE, timeout=INSTALL_SECONDS, check=False,
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotStartError(f"pip could not install the locked dependencies ({type(error).__name__})") from None
    if done.returncode != 0:
        last = done.stderr.decode("utf-8", "replace").strip().splitlines()[-1:] or ["no message"]
        raise CannotStartError(
            f"pip could not install the locked dependencies: {last[0][:300]!r}. "
            "A released version of this action carries them and needs neither pip nor a network"
        )


def temporary_folder() -> str:
    """Make a private folder for the dependencies, where the runner lets us."""
    import contextlib
    import tempfile

    for parent in (os.environ.get("RUNNER_TEMP"), None):
        with contextlib.suppress(OSError):
            return tempfile.mkdtemp(prefix="publish-gate-", dir=parent or None)
    raise CannotStartError("no folder for temporary files can be written to (tried RUNNER_TEMP and the system's own)")


def start() -> int:
    """Put the dependencies on the path and run the program."""
    sys.dont_write_bytecode = True
    # A run is short and its data bounded: looking for garbage costs it more than the garbage does.
    gc.disable()
    sys.path.insert(0, str(HERE / "src"))
    write_refusal()
    if SUMS.exists() or BUNDLE.exists():
        from publish_gate.release_tree.verify import find_damage

        found = find_damage(HERE)
        if found:
            raise CannotStartError(DAMAGED.format(found))
        if sys.argv[1:] == ["precompiled"] and sys.stdin is not None:
            from publish_gate.release_tree import compiled

            compiled.import_from(sys.stdin.buffer, str(HERE))
        sys.path.insert(0, str(BUNDLE))
        return run()
    import shutil

    folder = temporary_folder()
    try:
        install(folder)
        sys.path.insert(0, folder)
        return run()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run() -> int:
    """Run the program itself."""
    import warnings

    # A release leaves out what `requests` guesses encodings with, and nothing here makes it guess.
    warnings.filterwarnings("ignore", "Unable to find acceptable character detection")
    from publish_gate.action import main

    return main()


def describe_damage(error: "ImportError | SyntaxError") -> str:
    """Say which of this action's own files is not what it was."""
    what = error.name if isinstance(error, ImportError) else Path(error.filename or "").name
    return DAMAGED.format(f"{str(what)[:100]!r} cannot be imported")


def tell(message: str) -> None:
    """Show an error as an annotation of the step."""
    shown = message.encode("ascii", "backslashreplace").decode("ascii").replace("%", "%25").replace("\n", "%0A")
    print(f"::error title=Publish Gate could not start::{shown}")


def main() -> int:
    """Start the program and return its exit code; whatever goes wrong, no traceback reaches a user."""
    if sys.version_info < OLDEST:
        tell("Python 3.10 or newer is needed; this is {}.{}".format(*sys.version_info))
        return 1
    try:
        return start()
    except CannotStartError as error:
        tell(str(error))
    except (ImportError, SyntaxError) as error:
        tell(describe_damage(error))
    except KeyboardInterrupt:
        tell("the run was cancelled before anything was decided")
    except Exception as error:  # noqa: BLE001 - the last resort before a traceback
        tell(f"unexpected error {type(error).__name__}. Nothing was decided")
    return 1


if __name__ == "__main__":
    code = main()
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError:
        # What was to be told went nowhere.
        code = 1
    # A thread that still waits for a server that never finishes must not hold the end up.
    os._exit(code)
