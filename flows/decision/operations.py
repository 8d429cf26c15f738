"""Proposing decisions from the reviews, changing them with a reason, confirming them together."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from flows.decision import freezing, proposals, tracing
from flows.decision.freshness import outdated
from flows.decision.posing import Posed, standing
from schemas.assignment import AssignmentStatus
from schemas.decision import Decision, DecisionStatus, Ruling
from schemas.decision_problem import Publication, Result
from schemas.decision_reasons import REASON_SENTENCES, Reason
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.lifecycle import status_name
from schemas.marathon import Marathon
from schemas.outbox import Run
from schemas.people import Actor
from schemas.submission import Submission, SubmissionStatus
from storage.work import Work

UNSETTLED = frozenset({Publication.EXTRA_REVIEW, Publication.COUNCIL})
SHORTEST_REASON = 15  # characters: one word is not a reason
MOST_REVIEWS = 9  # of one work, when a person asks for more than the rules would


class Kept(NamedTuple):
    """The proposals, and how many works were left out because they moved meanwhile."""

    decisions: list[Decision]
    moved: int


def keep(work: Work, posed: Posed, result: Result, *, now: datetime) -> Kept:
    """Decisions for every reviewed work, to look at; confirmed ones are never touched again.

    What has changed since ``posed`` is left to the next proposing; keeping the same again changes
    nothing. Raises ``Conflict`` (``rules_changed``) when rules or free live places have changed.
    """
    work.journal.lock()
    there = standing(work, posed, now=now)
    freezing.remember(work, posed.marathon.id, result.calibration)
    traces = tracing.traces(posed, result)
    by_id = {item.id: item for item in result.submissions}
    facts = {
        one.id: proposals.facts_of(one, by_id[one.id], posed.marathon) | {"trace": traces[one.id]}
        for one in there
    }
    return Kept(proposals.write(work, there, facts, now=now), len(posed.open_works) - len(there))


def override(work: Work, decision_id: str, ruling: Ruling, *, by: Actor, now: datetime) -> Decision:
    """A person's ruling instead of the proposal; the reason is kept and journalled.

    Raises ``Conflict`` when the decision is final and ``BadInput`` when the reason tells nothing.
    """
    work.journal.lock()
    decision = work.decisions.get(decision_id)
    if decision.status is DecisionStatus.CONFIRMED:
        raise Conflict("Решение уже применено, менять его нельзя.", code="already_confirmed")
    if fault := reason_fault(ruling.reason):
        raise BadInput(fault, field="reason")
    work.journal.write(by, action="overridden", kind="decision", subject_id=decision_id, now=now)
    outcome = Publication.YES if ruling.publication else Publication.NO
    changes = {
        "publication": ruling.publication,
        "live": ruling.live,
        "revise": ruling.revise,
        "outcome": outcome.value,
        "overridden_by": by.person_id or by.part,
        "override_reason": ruling.reason.strip(),
        "trace": tracing.with_override(decision, ruling, by=by, now=now),
        "reasons": without(decision.reasons, Reason.REVIEWS_CHANGED),
    }
    return work.decisions.save(decision.model_copy(update=changes))


def reason_fault(reason: str) -> str:
    """Why the author could not be given this reason; empty when he could."""
    written = " ".join(reason.split())
    if not written:
        return "Напишите, почему решение изменено."
    if len(written) < SHORTEST_REASON:
        return (
            "Обоснование слишком короткое, а его прочтёт автор. Напишите хотя бы одно "
            f"предложение, не меньше {SHORTEST_REASON} знаков."
        )
    return ""


def without(reasons: tuple[str, ...], code: Reason) -> tuple[str, ...]:
    return tuple(reason for reason in reasons if reason != code.value)


def send_to_council(work: Work, decision_id: str, *, by: Actor, now: datetime) -> Decision:
    """Leave a work at the threshold to the council: no more reviews can be had in this round.

    Raises ``Conflict`` when the work is settled or its review is still going on.
    """
    work.journal.lock()
    decision = work.decisions.get(decision_id)
    if decision.outcome == Publication.COUNCIL:
        return decision
    if decision.status is DecisionStatus.CONFIRMED or decision.outcome not in UNSETTLED:
        raise Conflict("По этой работе решение уже есть.", code="already_settled")
    submission = work.submissions.get(decision.submission_id)
    require_reviewed(submission)
    work.submissions.save(submission.model_copy(update={"reviews_closed": True}))
    work.journal.write(
        by, action="sent_to_council", kind="decision", subject_id=decision_id, now=now
    )
    reasons = without(decision.reasons, Reason.BORDERLINE)
    closed = Reason.REVIEWS_CLOSED
    changes = {
        "outcome": Publication.COUNCIL.value,
        "reasons": (*without(reasons, closed), closed.value),
        "explanation": f"{decision.explanation} {REASON_SENTENCES[closed]}".strip(),
    }
    return work.decisions.save(decision.model_copy(update=changes))


def ask_extra_review(work: Work, decision_id: str, *, by: Actor, now: datetime) -> Run:
    """One more review for one work, at the threshold or not; the sweep finds the expert.

    A person may ask for more than ``max_reviews``, up to nine. Raises ``Conflict`` when the
    decision is final, the review is still going on or there are nine already, and
    ``DeadlinePassed`` when reviews are not taken any more.
    """
    work.journal.lock()
    decision = work.decisions.get(decision_id)
    if decision.status is DecisionStatus.CONFIRMED:
        raise Conflict(
            "Решение уже применено: новая экспертиза его не изменит.", code="already_confirmed"
        )
    marathon = work.marathons.get(decision.marathon_id)
    require_time(marathon, now)
    submission = work.submissions.get(decision.submission_id)
    require_reviewed(submission)
    sent = sent_reviews(work, submission)
    if sent >= MOST_REVIEWS:
        raise Conflict(
            f"У работы № {submission.number} уже {sent} экспертиз, больше запросить нельзя: "
            "передайте её совету или внесите решение.",
            code="too_many_reviews",
        )
    return ask_review(work, marathon, submission, sent, asked(decision, sent), by=by, now=now)


def asked(decision: Decision, sent: int) -> dict[str, str]:
    """For the journal: what the work looked like when one more review was asked for."""
    chance = decision.p_publication
    known = {} if chance is None else {"probability": f"{chance:.2f}"}
    return {"reviews": str(sent), "reason": decision.outcome} | known


def ask_review(
    work: Work,
    marathon: Marathon,
    submission: Submission,
    sent: int,
    details: dict[str, str],
    *,
    by: Actor,
    now: datetime,
) -> Run:
    """The work back on review for one more than the ``sent`` ones, whatever else was planned."""
    work.journal.write(
        by,
        action="extra_review_asked",
        kind="submission",
        subject_id=submission.id,
        now=now,
        details=details,
    )
    work.submissions.move(
        submission,
        to=SubmissionStatus.IN_REVIEW,
        by=by,
        now=now,
        extra_reviews=extra_for_one_more(marathon, sent),
        reviews_closed=False,
    )
    return work.runs.ask("replace_experts", marathon_id=marathon.id, by=by.person_id, now=now)


def extra_for_one_more(marathon: Marathon, sent: int) -> int:
    """How many reviews on top of the marathon's rule make one more than the ``sent`` ones."""
    return max(0, sent + 1 - marathon.assignment.reviews)


def sent_reviews(work: Work, submission: Submission) -> int:
    """How many reviews of its present round the work has."""
    current = work.assignments.of_submission(submission.id, round_=submission.round)
    return sum(item.status is AssignmentStatus.SUBMITTED for item in current)


def require_time(marathon: Marathon, now: datetime) -> None:
    if now > marathon.reviews_until:
        raise DeadlinePassed(
            "Срок экспертизы закончился. Перенесите его в настройках марафона "
            "и запросите дополнительную экспертизу снова.",
            code="reviews_closed",
        )


def require_reviewed(submission: Submission) -> None:
    """Raises ``Conflict`` while a review is going on, and after the work has left review."""
    if submission.status is SubmissionStatus.IN_REVIEW:
        raise Conflict(
            f"По работе № {submission.number} экспертиза ещё идёт: дождитесь её или закончите "
            "с тем, что есть.",
            code="review_running",
        )
    if submission.status is not SubmissionStatus.REVIEWED:
        raise Conflict(
            f"Работа № {submission.number} сейчас не на экспертизе: состояние "
            f"«{status_name(submission.status)}».",
            code="review_over",
        )


def ask_extra_reviews(
    work: Work, marathon_id: str, *, by: Actor, now: datetime
) -> tuple[Run | None, int]:
    """One more review for every work that stands at the threshold; the sweep finds experts.

    Raises ``DeadlinePassed`` when reviews are not taken any more.
    """
    work.journal.lock()
    require_time(work.marathons.get(marathon_id), now)
    unclear = [
        item
        for item in work.decisions.of_marathon(marathon_id)
        if item.status is DecisionStatus.PROPOSED
        and item.outcome == Publication.EXTRA_REVIEW
        and work.submissions.get(item.submission_id).status is SubmissionStatus.REVIEWED
    ]
    runs = [ask_extra_review(work, item.id, by=by, now=now) for item in unclear]
    return (runs[0] if runs else None), len(runs)


def confirm(work: Work, decision_ids: Iterable[str], *, by: Actor, now: datetime) -> list[Decision]:
    """Make proposals final, all or none; letters wait in the outbox to be read and sent.

    The first one freezes the rules and the corrections. Confirming again changes nothing. Raises
    ``Conflict`` naming works nobody has settled, or for rules that have changed since.
    """
    work.journal.lock()  # whoever decides or edits a sent review waits for the other
    decisions = ordered(work, decision_ids)
    require_settled(work, decisions, now=now)
    proposed = [item for item in decisions if item.status is DecisionStatus.PROPOSED]
    for marathon_id in sorted({item.marathon_id for item in proposed}):
        freezing.freeze(work, marathon_id, proposed, by=by, now=now)
    confirmed = {one.id: one for one in make_final(work, proposed, by=by, now=now)}
    return [confirmed.get(one.id, one) for one in decisions]


def ordered(work: Work, decision_ids: Iterable[str]) -> list[Decision]:
    """The decisions as they are named, each once. Raises ``NotFound``."""
    wanted = list(dict.fromkeys(decision_ids))
    found = work.decisions.many(wanted)
    return [found.get(one) or work.decisions.get(one) for one in wanted]


def require_settled(work: Work, decisions: Sequence[Decision], *, now: datetime) -> None:
    """Raises ``Conflict`` that names every work nobody has settled and what each one lacks."""
    open_ones = [item for item in decisions if item.status is DecisionStatus.PROPOSED]
    works = work.submissions.many(item.submission_id for item in open_ones)
    marathons = work.marathons.many(item.marathon_id for item in open_ones)
    stale = outdated(work, open_ones, works)
    told = sorted(
        (works[item.submission_id].number, what)
        for item in open_ones
        if (
            what := lacks(
                item,
                works[item.submission_id],
                stale=item.submission_id in stale,
                closed=now > marathons[item.marathon_id].reviews_until,
            )
        )
    )
    if told:
        listed = "; ".join(f"№ {number}: {what}" for number, what in told)
        raise Conflict(
            f"Решения ещё нет по работам {listed}. Не применено ни одно из выбранных: "
            "закончите с этими работами или примените остальные без них.",
            code="unsettled",
        )


def lacks(decision: Decision, submission: Submission, *, stale: bool, closed: bool) -> str:
    """What keeps a proposal from becoming final; empty when nothing does."""
    if submission.status is SubmissionStatus.IN_REVIEW:
        return "дополнительная экспертиза запрошена и ещё идёт"
    if submission.status is not SubmissionStatus.REVIEWED:
        return f"состояние «{status_name(submission.status)}»"
    if stale:
        return "экспертизы изменились после расчёта: предложите решения заново"
    return unsettled(decision, closed=closed)


def unsettled(decision: Decision, *, closed: bool) -> str:
    """Who has still to speak; empty when the outcome is final."""
    if decision.outcome == Publication.COUNCIL:
        return "совет ещё не голосовал"
    if decision.outcome != Publication.EXTRA_REVIEW:
        return ""
    if closed:
        return "у порога, а срок экспертизы прошёл: предложите решения заново или передайте совету"
    return "у порога: запросите экспертизу, передайте совету или внесите решение"


def make_final(
    work: Work, proposed: Sequence[Decision], *, by: Actor, now: datetime
) -> list[Decision]:
    """Works decided, decisions confirmed; works to be revised go back to their authors."""
    works = work.submissions.many(one.submission_id for one in proposed)
    decided = work.submissions.move_all(
        [works[one.submission_id] for one in proposed],
        to=SubmissionStatus.DECIDED,
        by=by,
        now=now,
    )
    confirmed = work.decisions.move_all(
        proposed,
        to=DecisionStatus.CONFIRMED,
        by=by,
        now=now,
        changes=lambda _: {"confirmed_at": now},
    )
    revised = {one.submission_id for one in confirmed if one.revise}
    work.submissions.move_all(
        [one for one in decided if one.id in revised],
        to=SubmissionStatus.REVISING,
        by=by,
        now=now,
        changes=next_round,
    )
    return confirmed


def next_round(decided: Submission) -> dict[str, object]:
    return {
        "round": decided.round + 1,
        "extra_reviews": 0,
        "reviews_closed": False,
        "response": "",
    }
