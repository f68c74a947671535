"""What keeps the publishing jobs from the publishers that are registered for them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from publish_gate.doctor.findings.expressions_in import names_of, reached
from publish_gate.doctor.findings.model import Confidence, Detector, Finding, Severity, detects
from publish_gate.doctor.findings.walker import called, says_trial, taken
from publish_gate.doctor.uploads.model import Index
from publish_gate.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from publish_gate.doctor.analysis import Analysis, Identity, PublishingJob
    from publish_gate.doctor.findings.model import Rule
    from publish_gate.doctor.fixes.edits import Edit
    from publish_gate.doctor.trusted_publishing.publishers import Publisher
    from publish_gate.doctor.trusted_publishing.refusals import Reason
    from publish_gate.places import Place


@detects(
    "identity-refused",
    "The index refuses the identity that was presented",
    (
        "no-publisher-on-index",
        "owner-mismatch",
        "repository-mismatch",
        "repository-renamed",
        "repository-name-case",
        "workflow-filename-mismatch",
        "environment-missing-in-job",
        "environment-name-mismatch",
        "whitespace",
        "reusable-workflow",
        "pull-request-target-event",
        "pending-publisher-project-exists",
        "project-name-taken",
        "custom-issuer",
        "custom-sub-claim",
        "token-reused",
        "wrong-audience",
        "trusted-publishing-disabled",
    ),
)
def identity_refused(analysis: Analysis) -> Iterator[Finding]:
    """Name everything that keeps given claims from the publisher that was meant, the first cause first."""
    from publish_gate.doctor.trusted_publishing.refusals import reasons

    claims, registry, verdict = analysis.claims, analysis.registry, analysis.verdict
    if claims is None or registry is None or verdict is None or verdict.accepted is not False:
        return
    found = reasons(claims, registry, analysis.index_asked, verdict)
    for reason in found:
        yield Finding(
            identity_refused.rule,
            Severity.ERROR,
            Confidence.HIGH,
            reason.found,
            reason.advice,
            reason.publisher.place if reason.publisher is not None else None,
            "",
            reason.cause,
        )
    if not found:
        yield Finding(
            identity_refused.rule,
            Severity.ERROR,
            Confidence.HIGH,
            f"the index answers {verdict.code}: {verdict.description}",
            "get a fresh token for this index (audience, issuer and id are what it checks first), and try again",
        )


# A file or an environment may have a name of several words.
_OF_WORDS = frozenset({"workflow", "environment"})


@detects(
    "publisher-field",
    "A value of the publisher can never match",
    ("whitespace", "workflow-filename-mismatch", "repository-mismatch", "environment-name-mismatch"),
)
def publisher_field(analysis: Analysis) -> Iterator[Finding]:
    """Name each such value of the publishers, with what should stand there."""
    if analysis.registry is None:
        return
    for publisher in (*analysis.registry.publishers, *analysis.registry.pending):
        for field, value, why, right, cause in _faults(publisher):
            yield Finding(
                publisher_field.rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"the publisher's {field} {value!r} can never match: {why}",
                f"register {right!r}" if right else "correct it in the publisher's form",
                publisher.place,
                "",
                cause,
                index=publisher.index or "",
            )


def _faults(publisher: Publisher) -> Iterator[tuple[str, str, str, str, str]]:
    from publish_gate.doctor.trusted_publishing.differences import odd_characters
    from publish_gate.doctor.trusted_publishing.forms import workflow_problem

    values = {
        "owner": publisher.owner,
        "repository": publisher.repository,
        "workflow": publisher.workflow or "",
        "environment": publisher.environment,
    }
    for field, value in values.items():
        cleaned = _cleaned(field, value)
        if cleaned != value:
            yield field, value, f"it holds {', '.join(odd_characters(value))}", cleaned, "whitespace"
    if publisher.workflow:
        seen = _cleaned("workflow", publisher.workflow)
        problem = workflow_problem(seen)
        if problem:
            yield "workflow", publisher.workflow, f"it {problem}", _bare(seen), "workflow-filename-mismatch"
    for field in ("owner", "repository"):
        if "/" in values[field]:
            right = values[field].rstrip("/").removesuffix(".git").split("/")
            part = right[-2] if field == "owner" and len(right) > 1 else right[-1]
            yield field, values[field], "it takes a bare name, no address and no path", part, "repository-mismatch"
    if publisher.environment != publisher.environment.lower():
        why = "an environment is compared in lower case, and this was stored with capitals"
        yield "environment", publisher.environment, why, publisher.environment.lower(), "environment-name-mismatch"


def _cleaned(field: str, value: str) -> str:
    """Return a value without what nobody sees in it; spaces between words are seen."""
    from publish_gate.doctor.trusted_publishing.differences import visible

    if field not in _OF_WORDS:
        return visible(value)
    return "".join(character for character in value if character == " " or visible(character)).strip(" ")


def _bare(value: str) -> str:
    name = value.rstrip("/").rpartition("/")[2].partition("@")[0]
    return name if name.endswith((".yml", ".yaml")) else ""


@detects(
    "pending-publisher",
    "A pending publisher cannot make its project",
    ("pending-publisher-project-exists", "project-name-taken"),
)
def pending_publisher(analysis: Analysis) -> Iterator[Finding]:
    """Name each pending publisher whose project is there already or would be refused."""
    registry = analysis.registry
    if registry is None or not registry.pending:
        return
    from publish_gate.doctor.trusted_publishing.matching import NameProblem, name_problem

    why = {
        NameProblem.INVALID: "is not a valid project name",
        NameProblem.STANDARD_LIBRARY: "is the name of a module of the standard library",
        NameProblem.EXISTS: "exists already",
        NameProblem.PROHIBITED: "is a name that the index does not give out",
        NameProblem.SIMILAR: "is too similar to a project that exists",
    }
    for publisher in registry.pending:
        # What is there on one index may be made on another.
        there = registry.on(publisher.index) if publisher.index is not None else registry
        for project in publisher.projects:
            problem = name_problem(project, there)
            if problem is None:
                continue
            exists = problem is NameProblem.EXISTS
            yield Finding(
                pending_publisher.rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"the pending publisher's project {project!r} {why[problem]}: a pending publisher only makes new ones",
                "add the publisher on the project's own page, and remove the pending one"
                if exists
                else "choose another name for the project",
                publisher.place,
                "",
                "pending-publisher-project-exists" if exists else "project-name-taken",
            )


class Refused(NamedTuple):
    """An upload, why it is refused, in which situations, and by which index that was asked."""

    job: PublishingJob
    reason: Reason
    situations: tuple[str, ...]
    asked: str
    called: tuple[str, ...]

    def finding(self, rule: Rule, place: Place | None = None) -> Finding:
        """Return what is found by a rule, at a place that is not the job's."""
        job = self.job.caller or self.job.upload.job
        some = 0 < len(self.situations) < len(self.job.identities)
        where = f" (on {', '.join(self.called)})" if some else ""
        return Finding(
            rule,
            Severity.ERROR,
            Confidence.HIGH,
            f"job {job.id!r} would be refused{where}: {self.reason.found}",
            self.reason.advice,
            place or self.job.upload.job.place,
            job.id,
            self.reason.cause,
            situations=self.situations,
            index=self.asked,
        )


def refusals(analysis: Analysis, rule: Rule) -> Iterator[Refused]:
    """Yield each reason that a rule explains and for which an upload is refused, with all situations in which it is."""
    if analysis.registry is None:
        return
    from publish_gate.doctor.trusted_publishing.refusals import reasons

    for job in analysis.jobs:
        found: dict[tuple[str, str], list[tuple[Reason, Identity]]] = {}
        for identity in job.identities:
            if identity.verdict is None or _is_wrong_target(analysis, job, identity):
                continue
            for reason in reasons(identity.claims, analysis.registry, identity.index, identity.verdict):
                if reason.cause in rule.causes:
                    found.setdefault((reason.cause, reason.found), []).append((reason, identity))
        for met in found.values():
            where = {identity.situation.name: called(identity.situation) for _, identity in met}
            yield Refused(job, met[0][0], tuple(where), met[0][1].index, tuple(where.values()))


def _is_wrong_target(analysis: Analysis, job: PublishingJob, identity: Identity) -> bool:
    """Whether what is refused was never meant for this index: what to register there would be wrong as well."""
    return identity.index == Index.PYPI.value and says_trial(analysis, job) != ""


def _refusal(id: str, title: str, *further: str) -> Detector:  # noqa: A002 - the field of a rule
    """Declare a refusal that needs no more than the index's reason; it explains the cause of its own name."""

    def find(analysis: Analysis) -> Iterator[Finding]:
        return (refused.finding(detector.rule) for refused in refusals(analysis, detector.rule))

    detector = detects(id, title, (id, *further))(find)
    return detector


no_publisher = _refusal("no-publisher-on-index", "No publisher is registered on the index")
owner_mismatch = _refusal("owner-mismatch", "The publisher names another owner")
repository_mismatch = _refusal(
    "repository-mismatch", "The publisher names another repository", "repository-renamed", "repository-name-case"
)
workflow_filename = _refusal("workflow-filename-mismatch", "The publisher names another workflow file")


@detects(
    "environment-missing-in-job",
    "The publisher asks for an environment, the job has none",
    ("environment-missing-in-job",),
)
def environment_missing(analysis: Analysis) -> Iterator[Finding]:
    """Name each such job; an environment that is handed to an action instead is named as well."""
    for refused in refusals(analysis, environment_missing.rule):
        job, step = refused.job.actual.job, refused.job.actual.step
        place = job.environment.place if job.environment is not None else job.place
        found = refused.finding(environment_missing.rule, place)
        handed = step.with_.entry("environment") if step is not None else None
        if handed is not None:
            message = f"{found.message}; `with: environment:` (line {handed.place.line}) is an input of an action"
            found = replace(found, message=message)
        edits = _environment_added(refused)
        yield replace(found, edits=edits, safe=bool(edits))


def _environment_added(refused: Refused) -> tuple[Edit, ...]:
    from publish_gate.doctor.fixes.edit_workflow import first_key, quoted

    job = refused.job.upload.job
    difference = refused.reason.difference
    # A called workflow may have other callers, with other publishers.
    if difference is None or job.environment is not None or job.uses is not None:
        return ()
    return first_key(refused.job.file, job, f"environment: {quoted(difference.registered)}")


@detects("environment-name-mismatch", "The publisher names another environment", ("environment-name-mismatch",))
def environment_name(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload whose environment is not the publisher's."""
    for refused in refusals(analysis, environment_name.rule):
        environment = refused.job.upload.job.environment
        place = environment.place if environment is not None else None
        yield refused.finding(
            environment_name.rule,
            environment.name.place if environment is not None and environment.name is not None else place,
        )


@detects("environment-expression", "The environment is empty where it publishes", ("environment-missing-in-job",))
def environment_expression(analysis: Analysis) -> Iterator[Finding]:
    """Name each such job: it has the key, but in that situation its identity has no environment."""
    for job in analysis.jobs:
        environment = job.actual.job.environment
        name = environment.name if environment is not None else None
        if name is None or "${{" not in name.text:
            continue
        empty = {
            identity.situation.name: called(identity.situation)
            for identity in job.identities
            if identity.environment == ""
        }
        if empty:
            yield Finding(
                environment_expression.rule,
                Severity.WARNING,
                Confidence.HIGH,
                f"the environment {names_of(name)!r} is empty on {', '.join(empty.values())}: the job then runs in "
                "none, and its identity names none",
                "give it a value for every event that publishes, or a fixed name",
                name.place,
                job.actual.job.id,
                "environment-missing-in-job",
                situations=tuple(empty),
            )


@detects("reusable-workflow", "The upload runs in a called workflow that no publisher can name", ("reusable-workflow",))
def reusable_workflow(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload in a workflow of another repository, and each that its publisher does not name."""
    from publish_gate.doctor.publishing_jobs import called_elsewhere, is_identity

    elsewhere: set[tuple[str, str]] = set()
    for job in analysis.jobs:
        outside = called_elsewhere(job)
        uses = job.upload.job.uses
        if outside is None or uses is None or not is_identity(job) or not reached(job):
            continue
        own, there = analysis.repository, outside["repository"]
        if own is not None and there.lower() == own.lower():
            continue  # this repository at another ref: what is registered decides
        elsewhere.add((uses.place.path, job.upload.job.id))
        yield Finding(
            reusable_workflow.rule,
            Severity.ERROR,
            Confidence.HIGH,
            f"job {job.upload.job.id!r} publishes by its identity in a workflow of {there}: the index looks for "
            "the called file in the repository that calls, so no publisher matches",
            "move the uploading job into a workflow of this repository; the called one may build",
            uses.place,
            job.upload.job.id,
            "reusable-workflow",
        )
    for refused in refusals(analysis, reusable_workflow.rule):
        finding = refused.finding(reusable_workflow.rule)
        if finding.place is None or (finding.place.path, finding.job) not in elsewhere:
            yield finding


# Attestations are made by default since this release of the action.
_ATTESTS_SINCE = (1, 11)


@detects(
    "reusable-workflow-attestation",
    "Attestations from a called workflow are refused",
    ("reusable-workflow-attestation",),
)
def reusable_attestation(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload in a called workflow that makes attestations."""
    from publish_gate.doctor.publishing_jobs import is_identity

    for job in taken(analysis):
        if job.caller is not None and is_identity(job) and attests(job):
            yield Finding(
                reusable_attestation.rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"the upload runs in {job.file}, called by {job.entry.path}: attestations are signed for the file that "
                "GitHub starts, while the index finds the publisher by the called one. No publisher satisfies both",
                f"move the uploading job into {job.entry.file_name}, or switch attestations off for it "
                "(with: {attestations: false})",
                job.actual.place,
                job.actual.job.id,
                "reusable-workflow-attestation",
            )


def attests(job: PublishingJob) -> bool:
    """Whether an upload makes attestations, by what it is told or by default."""
    from publish_gate.doctor.uploads.action_release import is_before, release_of
    from publish_gate.doctor.uploads.model import How

    upload = job.actual
    if upload.attestations is not None:
        return upload.attestations
    if upload.how is not How.PYPA_ACTION:
        return False
    release = release_of(upload)
    return release is None or not is_before(release, _ATTESTS_SINCE)


@detects(
    "publisher-shadowed",
    "A publisher with an environment hides the one that was meant",
    ("publisher-shadowed-by-specific-environment",),
)
def publisher_shadowed(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload whose own publisher is never looked at."""
    return _uncovered(analysis, publisher_shadowed.rule)


@detects(
    "project-not-covered",
    "The identity is good for another project",
    ("project-name-mismatch", "pending-publisher-not-created"),
)
def project_not_covered(analysis: Analysis) -> Iterator[Finding]:
    """Name each upload whose project its token would not cover."""
    project = analysis.projects[0].place if len(analysis.projects) == 1 else None
    found = _uncovered(analysis, project_not_covered.rule)
    return (replace(finding, place=project or finding.place) for finding in found)


def _uncovered(analysis: Analysis, rule: Rule) -> Iterator[Finding]:
    """Yield the uploads whose token is for another project, if it is clear which one is uploaded."""
    if analysis.registry is None or len(analysis.projects) != 1:
        return
    from publish_gate.doctor.trusted_publishing.refusals import uncovered

    for job in analysis.jobs:
        for identity in job.identities:
            if identity.verdict is None:
                continue
            reason = uncovered(analysis.projects[0].name, identity.verdict, analysis.registry, identity.index)
            if reason is None or reason.cause not in rule.causes:
                continue
            yield Finding(
                rule,
                Severity.ERROR,
                Confidence.HIGH,
                f"job {job.upload.job.id!r}: {reason.found}",
                reason.advice,
                job.upload.job.place,
                job.upload.job.id,
                reason.cause,
                situations=(identity.situation.name,),
                index=identity.index,
            )
            break
