"""One decision as an organiser reads it: the arithmetic, what would turn it, the price of a place."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flows.decision.account import level_words
from flows.decision.engine.explanation import decimals_beside, least_change, percent
from flows.decision.engine.flips import FINAL
from flows.decision.engine.rules import Evidence, reaches, scores_without
from flows.decision.rulings_told import proposed
from flows.decision.tracing import numbered, plain_marks
from flows.decision.unblinding import shown_until
from review_api.access import Viewer, can
from schemas.base import Schema
from schemas.decision import Decision
from schemas.decision_reasons import REASON_SENTENCES, Reason
from schemas.decision_trace import DecisionTrace, TracedMark
from schemas.marathon import DecisionPolicy, Marathon
from schemas.review import RECOMMENDATION_NAMES
from storage.work import Work


class MarkRow(Schema):
    """A review in figures; ``without`` is the score if it were left out, ``same`` its side.

    ``change`` is the least one, in points, that would carry the work over the threshold.
    """

    number: int
    name: str
    score: float
    correction: float
    counted: float
    advice: str
    without: float | None
    decimals: int
    same: bool
    change: float | None


class StepRow(Schema):
    """One step of one criterion that would turn the score; ``score`` is what it would make."""

    expert: str
    words: str
    score: float
    decimals: int


class WorkLink(Schema):
    id: str
    number: int
    title: str


class LivePrice(Schema):
    """Why a work got no live place; ``leaving`` None when no lawful programme contains it."""

    reason: str
    leaving: tuple[WorkLink, ...] | None
    loss: float | None


class OverrideView(Schema):
    who: str
    at: datetime
    reason: str
    proposed: str


class DecisionView(Schema):
    """``marks`` are numbered as in the explanation; names are there ``named_until`` only."""

    named_until: datetime | None = None
    chance: str = "—"
    firm: str = ""
    decided_by_score: bool = False
    marks: tuple[MarkRow, ...] = ()
    steps: tuple[StepRow, ...] = ()
    price: LivePrice | None = None
    override: OverrideView | None = None


def view_of(
    work: Work, decision: Decision, marathon: Marathon, viewer: Viewer, now: datetime
) -> DecisionView:
    """With the other works that ``viewer`` may know of, and the names they have asked to see."""
    trace = decision.trace
    named_until = named(work, decision, viewer, now)
    names = expert_names(work, trace) if named_until else {}
    threshold = (trace.policy or marathon.decision).publication_threshold
    return DecisionView(
        named_until=named_until,
        chance=chance(decision, trace.policy or marathon.decision),
        firm=firmness(decision),
        decided_by_score=not trace.veto and decided_from(decision) in FINAL,
        marks=mark_rows(trace, names, threshold),
        steps=step_rows(trace, names, threshold),
        price=price(work, trace, viewer),
        override=override(work, trace),
    )


def named(work: Work, decision: Decision, viewer: Viewer, now: datetime) -> datetime | None:
    """Until when this person sees the experts' names here, because they have said why."""
    if not can(viewer, "decision.unblind", decision):
        return None
    return shown_until(work, decision, by=viewer.actor, now=now)


def chance(decision: Decision, policy: DecisionPolicy) -> str:
    found = decision.p_publication
    return "—" if found is None else percent(found, policy.low, policy.high)


def decided_from(decision: Decision) -> str:
    """What the reviews alone had come to, also where a person has ruled since."""
    override = decision.trace.override
    return override.proposed.outcome if override else decision.outcome


def firmness(decision: Decision) -> str:
    """Fragile is what one review decides; what is not final yet may be neither."""
    if decision.stable:
        return "решение устойчиво"
    if Reason.ONE_REVIEW_DECIDES.value in decision.reasons:
        return "решение хрупкое"
    return "решение не окончательное"


def expert_names(work: Work, trace: DecisionTrace) -> dict[str, str]:
    experts = work.experts.many(mark.expert for mark in trace.marks)
    people = work.people.many(one.person_id for one in experts.values())
    return {key: people[one.person_id].initials for key, one in experts.items()}


def mark_rows(
    trace: DecisionTrace, names: Mapping[str, str], threshold: float
) -> tuple[MarkRow, ...]:
    """In the order of their numbers; the side is that of the score of all marks together."""
    rows = numbered(trace.marks)
    marks = plain_marks([mark for _, mark in rows])
    without = scores_without(marks)
    passed = reaches(Evidence(marks).score, threshold)
    changes = {flip.expert: least_change(flip.change) for flip in trace.flips}
    return tuple(
        MarkRow(
            **figures(mark),
            number=number,
            name=names.get(mark.expert, ""),
            without=score,
            decimals=1 if score is None else decimals_beside(score, threshold),
            same=reaches(score, threshold) == passed,
            change=changes.get(mark.expert),
        )
        for (number, mark), score in zip(rows, without, strict=True)
    )


def figures(mark: TracedMark) -> dict[str, object]:
    """The printed correction is what lies between the printed marks, so that the row adds up."""
    given, counted = round(mark.score, 1), round(mark.score - mark.correction, 1)
    advice = RECOMMENDATION_NAMES[mark.recommendation] if mark.recommendation else ""
    return {
        "score": given,
        "correction": round(counted - given, 1),
        "counted": counted,
        "advice": advice,
    }


def step_rows(
    trace: DecisionTrace, names: Mapping[str, str], threshold: float
) -> tuple[StepRow, ...]:
    said = {
        mark.expert: ". ".join(filter(None, (str(number), names.get(mark.expert))))
        for number, mark in numbered(trace.marks)
    }
    return tuple(
        StepRow(
            expert=said[flip.expert],
            words=level_words(flip),
            score=flip.score,
            decimals=decimals_beside(flip.score, threshold),
        )
        for flip in trace.level_flips
    )


def price(work: Work, trace: DecisionTrace, viewer: Viewer) -> LivePrice | None:
    refusal = trace.refusal
    if refusal is None:
        return None
    leaving = None if refusal.displaced is None else links(work, refusal.displaced, viewer)
    return LivePrice(reason=REASON_SENTENCES[refusal.reason], leaving=leaving, loss=refusal.loss)


def links(work: Work, identifiers: Iterable[str], viewer: Viewer) -> tuple[WorkLink, ...]:
    """Works in the order of their numbers."""
    found = work.submissions.many(identifiers).values()
    seen = (one for one in found if can(viewer, "decision.see", one))
    ordered = sorted(seen, key=lambda one: one.number)
    return tuple(WorkLink(id=one.id, number=one.number, title=one.title) for one in ordered)


def override(work: Work, trace: DecisionTrace) -> OverrideView | None:
    found = trace.override
    if found is None:
        return None
    person = work.people.find(found.by) if found.by else None
    return OverrideView(
        who=person.initials if person else "",
        at=found.at,
        reason=found.reason,
        proposed=proposed(found),
    )
