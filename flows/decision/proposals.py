"""Proposals of decisions as rows: new ones, and those that take the place of earlier ones."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from flows.decision import tracing
from flows.decision.freshness import given
from schemas.decision import Decision
from schemas.decision_problem import Publication, SubmissionResult
from schemas.decision_reasons import Reason
from schemas.marathon import Marathon
from schemas.submission import Submission
from storage.identifiers import new_id
from storage.work import Work

RULED = frozenset({"publication", "live", "revise", "outcome"})


def write(
    work: Work,
    works: Sequence[Submission],
    facts: Mapping[str, dict[str, object]],
    *,
    now: datetime,
) -> list[Decision]:
    """The proposals for these works, new or over earlier ones, by facts of each work's id."""
    known = {
        (one.submission_id, one.round): one
        for marathon_id in {one.marathon_id for one in works}
        for one in work.decisions.of_marathon(marathon_id)
    }
    before = [known.get((one.id, one.round)) for one in works]
    after = [
        over(earlier, facts[one.id]) if earlier else proposal(one, facts[one.id], now=now)
        for one, earlier in zip(works, before, strict=True)
    ]
    work.decisions.add_many(
        [one for one, earlier in zip(after, before, strict=True) if earlier is None]
    )
    changed = [
        one for one, earlier in zip(after, before, strict=True) if earlier and earlier != one
    ]
    saved = {one.id: one for one in work.decisions.save_all(changed)}
    return [saved.get(one.id, one) for one in after]


def proposal(submission: Submission, facts: dict[str, object], *, now: datetime) -> Decision:
    return Decision(
        id=new_id(),
        marathon_id=submission.marathon_id,
        submission_id=submission.id,
        proposed_at=now,
        **facts,
    )


def over(before: Decision, facts: dict[str, object]) -> Decision:
    """What takes the place of an earlier proposal; an override by a person stays."""
    if before.overridden_by:
        facts = beside_ruling(before, facts)
    return tracing.keeping_override(before, before.model_copy(update=facts))


def beside_ruling(before: Decision, facts: dict[str, Any]) -> dict[str, Any]:
    """The new figures under a person's ruling, which stays; says whether the reviews changed."""
    figures = {name: value for name, value in facts.items() if name not in RULED}
    changed = Reason.REVIEWS_CHANGED.value
    if changed in before.reasons or given(before.trace) != given(facts["trace"]):
        figures["reasons"] = (*figures["reasons"], changed)
    return figures


def facts_of(
    submission: Submission, found: SubmissionResult, marathon: Marathon
) -> dict[str, object]:
    publication = found.publication is Publication.YES
    revise = not publication and Reason.REVISION_ADVISED in found.reasons
    return {
        "outcome": found.publication.value,
        "publication": publication,
        "live": found.live,
        "revise": revise,
        "raw": found.raw,
        "score": found.score,
        "sd": found.sd,
        "p_publication": found.p_publication,
        "reviews": found.reviews,
        "stable": found.stable,
        "reasons": tuple(reason.value for reason in found.reasons),
        "explanation": found.explanation,
        "policy_version": marathon.decision.version,
        "round": submission.round,
    }
