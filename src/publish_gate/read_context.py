"""Reading the situation: GitHub's environment variables and event payload, or what git says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from publish_gate.errors import ConfigurationError, Problem
from publish_gate.events import EVENTS
from publish_gate.run_context import Context, Ref, RefKind, ReleaseFlags
from publish_gate.text import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

# GitHub's own limit for a webhook payload.
_LARGEST_PAYLOAD = 25 * 1024 * 1024
_LONGEST_REF = 1024
# GitHub's names of repositories and refs are far shorter: what is longer is no text of its payload.
_LONGEST_TEXT = 1024


class Overrides(NamedTuple):
    """What the command line says in place of the environment."""

    event: str | None = None
    ref: str | None = None
    event_path: str | None = None


def read_context(environ: Mapping[str, str], overrides: Overrides, directory: Path) -> Context:
    """Read the situation from the environment, the event payload and, outside Actions, from git.

    Raises `ConfigurationError` for a ref or an event payload that cannot be used: an unknown situation must
    not become a decision.
    """
    event = overrides.event or environ.get("GITHUB_EVENT_NAME", "")
    if overrides.event is not None and event not in EVENTS:
        raise ConfigurationError([Problem("event", did_you_mean("event", event, sorted(EVENTS)))])
    if in_actions(environ) and not event:
        message = "is not set: without the event nothing can be decided; this is not a usual step of a workflow"
        raise ConfigurationError([Problem("GITHUB_EVENT_NAME", message)])
    ref = overrides.ref or environ.get("GITHUB_REF", "")
    own_event = overrides.event is None or overrides.event == environ.get("GITHUB_EVENT_NAME")
    path = overrides.event_path or (environ.get("GITHUB_EVENT_PATH", "") if own_event else "")
    payload = _read_payload(path) if path else None
    if payload is not None and not ref and not in_actions(environ):
        ref = _ref_of(event or "push", payload)
    repository = _table(payload or {}, "repository")
    default_branch, guess = _string(repository, "default_branch"), ""
    if not in_actions(environ) and not (ref and default_branch):
        from publish_gate.git import describe_checkout

        checkout = describe_checkout(directory)
        ref = ref or checkout.ref
        if not default_branch:
            default_branch, guess = checkout.default_branch, checkout.guess
    if not in_actions(environ):
        event = event or "push"
    if payload is None and in_actions(environ) and own_event:
        payload = {}  # which proves nothing
    return build_context(event, ref, payload, default_branch, environ.get("GITHUB_REPOSITORY"), guess)


def _ref_of(event: str, payload: Mapping[str, object]) -> str:
    """Return the full ref that a payload is about, as far as it tells; a runner has it in a variable."""
    if event == "release":
        tag = _string(_table(payload, "release"), "tag_name")
        return f"refs/tags/{tag}" if tag else ""
    return (_string(payload, "ref") or "") if event == "push" else ""


def in_actions(environ: Mapping[str, str]) -> bool:
    """Whether this process is a step of a workflow run."""
    return environ.get("GITHUB_ACTIONS") == "true"


def build_context(
    event: str,
    ref: str,
    payload: Mapping[str, object] | None,
    default_branch: str | None,
    repository: str | None,
    guess: str = "",
) -> Context:
    """Build the context from its raw parts; what the payload does not tell stays unknown.

    ``payload`` is None if there is none to be expected: then nothing is asked of it.
    """
    distrust = _unproven(event, ref, payload) if payload is not None else ""
    payload = payload or {}
    parsed = Ref.parse(ref)
    if len(ref) > _LONGEST_REF or (parsed.kind is RefKind.OTHER and ref and not ref.startswith("refs/")):
        raise ConfigurationError([Problem("ref", _bad_ref(ref))])
    own = _table(payload, "repository")
    in_fork = own.get("fork")
    return Context(
        event=event,
        ref=parsed,
        activity=_string(payload, "action"),
        default_branch=default_branch or "main",
        repository=_string(own, "full_name") or repository or None,
        in_fork=in_fork if isinstance(in_fork, bool) else None,
        foreign_head=_foreign_head(payload, _string(own, "full_name")),
        distrust=distrust,
        release=_release(payload) if event == "release" else None,
        default_branch_guess=guess if default_branch else "nothing here names one",
    )


def _unproven(event: str, ref: str, payload: Mapping[str, object]) -> str:
    """Say which proof of trust a payload fails to give; empty if it gives all.

    GitHub's own payloads always have the repository, with ``fork`` as true or false; a schedule's may have none.
    """
    if "repository" not in payload and event == "schedule" and _string(payload, "schedule") is not None:
        return ""
    repository = payload.get("repository")
    if not isinstance(repository, dict) or not isinstance(repository.get("fork"), bool):
        return "the event payload does not say whether this repository is a fork (`repository.fork`: true or false)"
    release = payload.get("release") if event == "release" else None
    wrong = [
        *(f"repository.{key}" for key in ("full_name", "default_branch") if not _is_text(repository, key)),
        *(["action"] if not _is_text(payload, "action") else []),
        *(["pull_request"] if not isinstance(payload.get("pull_request"), dict | None) else []),
        *(["release"] if "release" in payload and event == "release" and not isinstance(release, dict) else []),
    ]
    if isinstance(release, dict):
        flags = ("prerelease", "draft")
        wrong += [f"release.{key}" for key in flags if not isinstance(release.get(key, False), bool)]
        wrong += ["release.tag_name"] if not _is_text(release, "tag_name") else []
    if wrong:
        return f"the event payload is not one that GitHub makes: `{wrong[0]}` is not what it should be"
    tag = _string(release, "tag_name") if isinstance(release, dict) else None
    if tag is not None and ref != f"refs/tags/{tag}":
        return f"the release is of the tag {tag!r}, but this run is of {ref or 'no ref'!r}"
    return ""


def _is_text(value: Mapping[str, object], key: str) -> bool:
    return key not in value or _string(value, key) is not None


def _release(payload: Mapping[str, object]) -> ReleaseFlags | None:
    release = payload.get("release")
    if not isinstance(release, dict):
        return None
    return ReleaseFlags(
        # What is neither true nor false is not trusted anyway.
        prerelease=release.get("prerelease") is True,
        draft=release.get("draft") is True,
        tag=_string(release, "tag_name"),
        target=_string(release, "target_commitish"),
    )


def _bad_ref(ref: str) -> str:
    if len(ref) > _LONGEST_REF:
        return f"a ref of {len(ref)} characters is too long"
    return f"{ref!r} is not a full ref; write refs/heads/{ref} for a branch or refs/tags/{ref} for a tag"


def _foreign_head(payload: Mapping[str, object], full_name: str | None) -> bool | None:
    """Whether a pull request's code comes from another repository; a deleted one counts as another."""
    pull_request = payload.get("pull_request")
    if not isinstance(pull_request, dict):
        return None
    head = _table(_table(pull_request, "head"), "repo")
    return full_name is None or _string(head, "full_name") != full_name


def _read_payload(path: str) -> Mapping[str, object]:
    try:
        with Path(path).open("rb") as file:
            data = file.read(_LARGEST_PAYLOAD + 1)
    except (OSError, ValueError) as error:
        raise _payload_error(path, f"cannot be read ({_os_words(error)})") from None
    if len(data) > _LARGEST_PAYLOAD:
        raise _payload_error(path, "is larger than any event payload of GitHub (25 MiB)")
    try:
        payload = json.loads(data)
    except (ValueError, RecursionError):
        raise _payload_error(path, "is not JSON") from None
    if not isinstance(payload, dict):
        raise _payload_error(path, "is not a JSON object")
    return payload


def _payload_error(path: str, what: str) -> ConfigurationError:
    return ConfigurationError(
        [Problem("event-path", f"event payload {path!r} {what}; expected the JSON that GITHUB_EVENT_PATH names")]
    )


def _os_words(error: OSError | ValueError) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or type(error).__name__


def _table(value: Mapping[str, object], key: str) -> Mapping[str, object]:
    inner = value.get(key)
    return inner if isinstance(inner, dict) else {}


def _string(value: Mapping[str, object], key: str) -> str | None:
    inner = value.get(key)
    return inner if isinstance(inner, str) and 0 < len(inner) <= _LONGEST_TEXT else None
