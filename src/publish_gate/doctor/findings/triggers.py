"""What starts a publishing workflow: too little, too much, or twice."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from publish_gate.doctor.findings.default_token import makers
from publish_gate.doctor.findings.model import Confidence, Finding, Severity, detects
from publish_gate.doctor.findings.walker import is_local, names, once, reaches, taken
from publish_gate.doctor.fixes.edit_workflow import limit_release, rewritten
from publish_gate.doctor.fixes.edits import Edit, line_at
from publish_gate.doctor.ternary import Ternary
from publish_gate.doctor.workflow.tree import Mapping, Scalar, Sequence
from publish_gate.gate.patterns import PatternError, compile_pattern
from publish_gate.text import one_line

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, PublishingJob
    from publish_gate.doctor.findings.walker import Reach
    from publish_gate.doctor.simulation.situations import Situation
    from publish_gate.doctor.workflow.model import Workflow
    from publish_gate.doctor.workflow.tree import Entry
    from publish_gate.places import Place


_VERSIONS = (
    "v1.2.3",
    "1.2.3",
    "v1.2.3rc1",
    "v1.2.3-rc.1",
    "v1.2",
    "1.2",
    "v10.20.30",
    "2024.1.2",
    "v1.2.3.post1",
    "1.2.3.4",
)
_REF = re.compile(r"refs/(tags|heads)/")
# Signs of a regular expression that a filter pattern takes for what they are: no tag has them. Behind a number or
# a word, `.*` may well be meant as it is (`v1.*`, `nightly.*`).
_REGEX = re.compile(r"[\^$|()]|(?:\A|\A[vV]|[-/_@][vV]?)\.\*")

# What a backslash before a letter stands for in a filter pattern is documented nowhere.
_UNDOCUMENTED = re.compile(r"\\[A-Za-z]")


@detects("tag-pattern", "No tag can match the tag pattern", ("trigger-tag-pattern-mismatch",))
def tag_pattern(analysis: Analysis) -> Iterator[Finding]:
    """Name each such pattern of the publishing workflows."""
    for workflow in {job.entry.path: job.entry for job in analysis.jobs if not is_local(job.actual)}.values():
        patterns = list(_patterns(workflow))
        wrong = [(each, why) for each in patterns if (why := _why(each.text))]
        for pattern, why in wrong:
            yield _tag_pattern_finding(workflow, pattern, why, alone=len(wrong) == len(patterns))


def _tag_pattern_finding(workflow: Workflow, pattern: Scalar, why: str, *, alone: bool) -> Finding:
    ref = _REF.match(pattern.text)
    of_tag = ref is not None and ref[1] == "tags"
    edits = _without_prefix(workflow, pattern.place, ref) if ref is not None and of_tag else ()
    meant = _as_filter(pattern.text)
    remedy = f"write {meant!r}" if meant else "write a pattern such as 'v*' or 'v[0-9]+.[0-9]+.[0-9]+'"
    if ref is not None:
        name = one_line(pattern.text[ref.end() :], 80)
        remedy = f"write {name!r}" if of_tag else f"write {name!r} below `branches`; below `tags` stand names of tags"
    sure = why != _UNKNOWN
    return Finding(
        tag_pattern.rule,
        (Severity.ERROR if alone else Severity.WARNING) if sure else Severity.ADVICE,
        Confidence.HIGH if sure else Confidence.LOW,
        f"no tag matches {one_line(pattern.text, 80)!r}: {why}"
        if sure
        else f"what {one_line(pattern.text, 80)!r} matches is not known: {why}",
        remedy,
        pattern.place,
        "",
        "trigger-tag-pattern-mismatch",
        edits,
        safe=bool(edits),
    )


_UNKNOWN = "GitHub documents no backslash before a letter in a filter pattern"
_AS_FILTER = ((r"\d", "[0-9]"), (r"\w", "[0-9A-Za-z_]"), (r"\.", "."), (".*", "*"), (".+", "*"))


def _as_filter(text: str) -> str:
    """Return the filter pattern that does what a regular expression was meant to do; empty if there is none."""
    meant = re.sub(r"\A\^|\$\Z|[()]", "", text)
    for expression, pattern in _AS_FILTER:
        meant = meant.replace(expression, pattern)
    return meant if not _REGEX.search(meant) and "\\" not in meant and _is_for_versions(meant) else ""


def _is_for_versions(text: str) -> bool:
    try:
        return _matches_a_version(text)
    except PatternError:
        return False


def _patterns(workflow: Workflow) -> Iterator[Scalar]:
    trigger = workflow.trigger("push")
    tags = trigger.options.get("tags") if trigger is not None and isinstance(trigger.options, Mapping) else None
    items = tags.items if isinstance(tags, Sequence) else (tags,)
    yield from (item for item in items if isinstance(item, Scalar) and not item.text.startswith("!"))


def _why(text: str) -> str:
    if _REF.match(text):
        return "it is held against the tag's name, without refs/tags/"
    try:
        compile_pattern(text)
    except PatternError:
        return ""  # GitHub refuses the file: said elsewhere
    if _REGEX.search(text) and not _matches_a_version(text):
        return "it is a filter pattern, not a regular expression"
    if _UNDOCUMENTED.search(text):
        return _UNKNOWN
    return ""


def _matches_a_version(text: str) -> bool:
    pattern = compile_pattern(text)
    return any(pattern.matches(each) for each in _VERSIONS)


def _without_prefix(workflow: Workflow, place: Place, ref: re.Match[str]) -> tuple[Edit, ...]:
    line, column = place.line or 0, place.column or 0
    start = line_at(workflow.text, line).find(ref[0], column - 1)
    if start < 0:
        return ()
    return (Edit(workflow.path, (line, start + 1), (line, start + 1 + len(ref[0])), ""),)


@detects("release-created", "A release drafted first does not publish", ("release-created-on-draft",))
def release_created(analysis: Analysis) -> Iterator[Finding]:
    """Name each publishing workflow that listens to the creation of releases and not to their publication."""
    for job in once(_on_release(analysis), lambda job: job.entry.path):
        workflow = job.entry
        types = _types(workflow)
        words = {each.text for each in types}
        if "created" in words and not words & {"published", "released"}:
            word = next(each for each in types if each.text == "created")
            yield _release_created_finding(workflow, word, by_tag=_by_tag_too(analysis, job))


def _is_release(situation: Situation) -> bool:
    return situation.event == "release"


def _on_release(analysis: Analysis) -> Iterator[PublishingJob]:
    """Yield the uploads that a release reaches."""
    return (job for job in taken(analysis) if reaches(analysis, job, _is_release))


def _types(workflow: Workflow) -> tuple[Scalar, ...]:
    trigger = workflow.trigger("release")
    if trigger is None or not isinstance(trigger.options, Mapping):
        return ()
    types = trigger.options.get("types")
    if isinstance(types, Scalar):
        return (types,)
    items = types.items if isinstance(types, Sequence) else ()
    return tuple(item for item in items if isinstance(item, Scalar))


def _by_tag_too(analysis: Analysis, job: PublishingJob) -> bool:
    """Whether a pushed tag uploads as well, so that a release that always starts would do so a second time."""
    return any(
        reaches(analysis, other, lambda situation: situation.event == "push" and situation.is_tag)
        for other in analysis.jobs
        if other.actual.index is job.actual.index
    )


def _release_created_finding(workflow: Workflow, word: Scalar, *, by_tag: bool) -> Finding:
    place = word.place
    # If the jobs ask for the activity as well, the word alone would stop them.
    asked = "event.action" in workflow.text or by_tag
    edits = (
        (Edit(workflow.path, (place.line, place.column), word.end, rewritten(word, "published")),)
        if place.line is not None and place.column is not None and not asked
        else ()
    )
    return Finding(
        release_created.rule,
        Severity.WARNING,
        Confidence.HIGH,
        "`release: types: [created]` does not start for a release that is saved as a draft and published later: "
        "nothing is published then, and nothing says so",
        "listen to the tag alone, which uploads already" if by_tag else "write `published`, which comes for both",
        place,
        "",
        "release-created-on-draft",
        edits,
        safe=bool(edits),
    )


@detects("release-without-types", "Every activity of a release publishes", ("duplicate-trigger",))
def release_types(analysis: Analysis) -> Iterator[Finding]:
    """Name each workflow that uploads on whatever happens to a release."""
    for job in once(_on_release(analysis), lambda job: job.entry.path):
        if _all_activities(job.entry) and not _asks_for_activity(job.entry, job):
            yield _release_types_finding(analysis, job)


def _all_activities(workflow: Workflow) -> bool:
    trigger = workflow.trigger("release")
    return trigger is not None and not (
        isinstance(trigger.options, Mapping) and trigger.options.get("types") is not None
    )


def _asks_for_activity(workflow: Workflow, job: PublishingJob) -> bool:
    """Whether any condition of the workflow looks at the activity; which one exactly is left to the reader."""
    conditions = [each.condition for each in workflow.jobs]
    if job.upload.step is not None:
        conditions.append(job.upload.step.condition)
    return any("event.action" in condition.text for condition in conditions if condition is not None)


def _release_types_finding(analysis: Analysis, job: PublishingJob) -> Finding:
    workflow = job.entry
    trigger = workflow.trigger("release")
    hidden = job.upload.skip_existing
    end = "; `skip-existing` hides the failures" if hidden else ", and all but the first upload fail"
    edits = limit_release(workflow)
    return Finding(
        release_types.rule,
        Severity.WARNING if hidden else Severity.ERROR,
        Confidence.HIGH,
        "`release` has no `types`: creating, publishing, releasing, editing and deleting a release each start "
        f"the workflow{end}",
        "write:  release: {types: [published]}",
        trigger.place if trigger is not None else None,
        job.upload.job.id,
        "duplicate-trigger",
        edits,
        safe=bool(edits),
        situations=names(reaches(analysis, job, _is_release)),
    )


_MAKES_TAG = frozenset({"created", "prereleased", "published", "released"})


@detects("duplicate-trigger", "A pushed tag and its release both publish", ("duplicate-trigger",))
def duplicate_trigger(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload, and each pair of uploads to one index, that one release starts twice."""
    by_index: dict[tuple[object, str], list[PublishingJob]] = {}
    for job in taken(analysis):
        by_index.setdefault((job.upload.index, job.upload.url.text if job.upload.url else ""), []).append(job)
    # A release that is made with the default token starts nothing.
    silent = any(maker.releases for workflow in analysis.workflows for maker in makers(workflow))
    for jobs in by_index.values():
        pairs = ((one, other) for one in jobs for other in jobs if _same_files(one, other, analysis))
        for on_tag, on_release in pairs:
            found = _by_one_release(analysis, on_tag, on_release)
            if found:
                yield _duplicate_trigger_finding(on_tag, on_release, found, silent=silent)
                break


def _by_one_release(analysis: Analysis, on_tag: PublishingJob, on_release: PublishingJob) -> tuple[Reach, ...]:
    """Return the push of a tag and the release of that very tag that both surely upload; nothing if none do."""
    tags = reaches(analysis, on_tag, lambda situation: situation.event == "push" and situation.is_tag)
    releases = reaches(analysis, on_release, lambda each: _is_release(each) and each.activity in _MAKES_TAG)
    for tag in tags:
        for release in releases:
            if tag.answer is release.answer is Ternary.YES and tag.situation.ref == release.situation.ref:
                return tag, release
    return ()


def _same_files(one: PublishingJob, other: PublishingJob, analysis: Analysis) -> bool:
    # Where a repository has several projects, each upload may be of another.
    return one is other or len(analysis.projects) == 1 or (one.entry is other.entry and not analysis.projects)


def _duplicate_trigger_finding(
    on_tag: PublishingJob, on_release: PublishingJob, found: tuple[Reach, ...], *, silent: bool
) -> Finding:
    hidden = on_tag.upload.skip_existing and on_release.upload.skip_existing
    same = on_tag is on_release
    where = (
        f"job {on_tag.upload.job.id!r} publishes"
        if same
        else f"jobs {on_tag.upload.job.id!r} ({on_tag.entry.file_name}) and {on_release.upload.job.id!r} "
        f"({on_release.entry.file_name}) publish"
    )
    trigger = on_release.entry.trigger("release")
    end = ", and `skip-existing` hides it" if hidden else ": the second upload is refused with `File already exists`"
    return Finding(
        duplicate_trigger.rule,
        Severity.WARNING if hidden or silent else Severity.ERROR,
        Confidence.HIGH if same and not silent else Confidence.MEDIUM,
        f"{where} when the tag is pushed and again when its release is published{end}",
        "listen to one of the two: `push: tags` or `release: types: [published]`",
        trigger.place if trigger is not None else on_release.upload.job.place,
        on_release.upload.job.id,
        "duplicate-trigger",
        situations=names(found),
    )


_PROTECTS = re.compile(r"(?i)dry|test|only|skip|publish|upload|release|confirm|approve|prod")
_ALL_READ = re.compile(r"(?i)toJSON\(\s*(?:(?:github\.event\.)?inputs|github(?:\.event)?)\s*\)|\binputs\s*\[\s*[^'\s]")
_DISPATCH = "workflow_dispatch_main"
_REFS = ("", "v1.2.3", "some-feature")


@detects("unread-input", "An input that should hold the upload back is not read", ("over-broad-trigger",))
def unread_input(analysis: Analysis) -> Iterator[Finding]:
    """Name each boolean or choice input that sounds like a switch and stands in no expression of the file."""
    seen: set[str] = set()
    for job in analysis.jobs:
        workflow = job.entry
        unread = [entry for entry in _switches(workflow) if not _read(workflow, entry.key)]
        if workflow.path in seen or not unread or not _by_dispatch(job, analysis):
            continue
        seen.add(workflow.path)
        for entry in unread:
            yield Finding(
                unread_input.rule,
                Severity.WARNING,
                Confidence.MEDIUM,
                f"the input {one_line(entry.key, 60)!r} is read nowhere: whatever is chosen, the same is published",
                "ask for it in the `if` of the jobs that it should hold back, or remove it",
                entry.place,
                "",
                "over-broad-trigger",
                situations=(_DISPATCH,),
            )


def _by_dispatch(job: PublishingJob, analysis: Analysis) -> bool:
    """Whether the upload is reached by hand, on the default branch or on a branch or tag that is chosen."""
    from publish_gate.doctor.simulation import upload_answer
    from publish_gate.doctor.simulation.situations import for_event

    if analysis.world is None:
        return job.publishes_on.get(_DISPATCH, Ternary.NO) is not Ternary.NO
    world = analysis.world
    chosen = [each for ref in _REFS for each in for_event("workflow_dispatch", ref, job.entry, world.default_branch)]
    answers = (upload_answer(job.entry, each, world, job.upload, None) for each in chosen)
    return any(answer is not Ternary.NO for answer in answers)


def _switches(workflow: Workflow) -> Iterator[Entry]:
    trigger = workflow.trigger("workflow_dispatch")
    inputs = trigger.options.get("inputs") if trigger is not None and isinstance(trigger.options, Mapping) else None
    for entry in inputs if isinstance(inputs, Mapping) else ():
        kind = entry.value.scalar("type") if isinstance(entry.value, Mapping) else None
        if kind is not None and kind.text in {"boolean", "choice"} and _PROTECTS.search(entry.key):
            yield entry


def _read(workflow: Workflow, name: str) -> bool:
    wanted = re.escape(name)
    if re.search(rf"(?i)\binputs\s*(?:\.\s*{wanted}(?![\w-])|\[\s*'{wanted}'\s*\])", workflow.text):
        return True
    # The whole of them, handed on or looked at one by one.
    return _ALL_READ.search(workflow.text) is not None
