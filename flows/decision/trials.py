"""Trying rules on real marks: what they would change, and never a decision touched."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from flows.decision.engine.deciding import decide
from flows.decision.posing import SCORED, current_reviews, problem_of
from schemas.decision_policy import (
    Change,
    Counts,
    PolicyTrial,
    TrialOutcome,
    TrialStatus,
)
from schemas.decision_problem import Problem, Publication, SubmissionResult
from schemas.errors import BadInput
from schemas.marathon import DecisionPolicy, Marathon
from schemas.outbox import Run
from schemas.people import Actor
from storage.identifiers import new_id
from storage.work import Work

FINAL = frozenset({Publication.YES, Publication.NO})


@dataclass(frozen=True, slots=True)
class Question:
    """The same marks under the rules in force and under the tried ones."""

    before: Problem
    after: Problem


def sources(work: Work, marathon: Marathon) -> list[Marathon]:
    """Marathons of the cluster with reviewed works, this one first, then the newest."""
    known = [one for one in work.marathons.all() if one.cluster_id == marathon.cluster_id]
    reviewed = [one for one in known if work.submissions.of_marathon(one.id, status=SCORED)]
    earlier = [one for one in reversed(reviewed) if one.id != marathon.id]
    return [one for one in reviewed if one.id == marathon.id] + earlier


def request(
    work: Work,
    marathon_id: str,
    policy: DecisionPolicy,
    *,
    source_id: str,
    by: Actor,
    now: datetime,
) -> tuple[PolicyTrial, Run]:
    """A trial to be made and the run that makes it.

    Raises ``BadInput`` when the source is no marathon of the cluster with reviewed works.
    """
    marathon = work.marathons.get(marathon_id)
    if source_id not in {one.id for one in sources(work, marathon)}:
        raise BadInput(
            "Примерить правила можно на марафоне кластера, где уже есть работы "
            "с законченной экспертизой.",
            field="source",
            code="nothing_to_try",
        )
    trial = work.policy_trials.add(
        PolicyTrial(
            id=new_id(),
            marathon_id=marathon_id,
            source_id=source_id,
            policy=policy.model_copy(update={"frozen_at": None}),
            asked_by=by.person_id,
            asked_at=now,
        )
    )
    run = work.runs.ask("try_policies", marathon_id=marathon_id, by=by.person_id, now=now)
    return trial, run


def pose(work: Work, trial: PolicyTrial) -> Question:
    """The question of a trial: as if nothing had been decided or frozen yet.

    «Before» are the rules of the marathon the marks come from.
    """
    source = work.marathons.get(trial.source_id)
    submissions = work.submissions.of_marathon(source.id, status=SCORED)
    rubric = work.rubrics.of(source.id)
    reviews = current_reviews(work, source.id, submissions)
    tried = source.model_copy(update={"decision": trial.policy})
    return Question(
        before=problem_of(source, rubric, submissions, reviews, {}),
        after=problem_of(tried, rubric, submissions, reviews, {}),
    )


def answer(question: Question) -> TrialOutcome:
    """Counts under both rules and every work that comes out differently, in order of arrival."""
    before = decide(question.before).submissions
    after = decide(question.after).submissions
    pairs = zip(before, after, strict=True)
    return TrialOutcome(
        before=counts(before),
        after=counts(after),
        changes=tuple(change(old, new) for old, new in pairs if differs(old, new)),
    )


def counts(results: Iterable[SubmissionResult]) -> Counts:
    listed = list(results)
    outcomes = [one.publication for one in listed]
    return Counts(
        works=len(listed),
        publication=outcomes.count(Publication.YES),
        live=sum(one.live for one in listed),
        refused=outcomes.count(Publication.NO),
        extra_review=outcomes.count(Publication.EXTRA_REVIEW),
        council=outcomes.count(Publication.COUNCIL),
        fragile=sum(one.publication in FINAL and not one.stable for one in listed),
    )


def differs(old: SubmissionResult, new: SubmissionResult) -> bool:
    return (old.publication, old.live) != (new.publication, new.live)


def change(old: SubmissionResult, new: SubmissionResult) -> Change:
    return Change(
        submission_id=new.id,
        before=old.publication.value,
        after=new.publication.value,
        live_before=old.live,
        live_after=new.live,
        score=new.score,
        p_publication=new.p_publication,
    )


def keep(work: Work, trial_id: str, outcome: TrialOutcome, *, now: datetime) -> PolicyTrial:
    """The answer beside the question; one that was given already stays."""
    trial = work.policy_trials.get(trial_id)
    if trial.status is not TrialStatus.REQUESTED:
        return trial
    made = {"status": TrialStatus.MADE, "outcome": outcome, "made_at": now}
    return work.policy_trials.save(trial.model_copy(update=made))


def fail(work: Work, trial_id: str, sentence: str, *, now: datetime) -> None:
    trial = work.policy_trials.get(trial_id)
    if trial.status is TrialStatus.REQUESTED:
        told = {"status": TrialStatus.FAILED, "message": sentence, "made_at": now}
        work.policy_trials.save(trial.model_copy(update=told))
