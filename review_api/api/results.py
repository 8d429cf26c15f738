"""Decisions, collections, reports: what a marathon comes to."""

from collections.abc import Sequence
from functools import partial

from fastapi import APIRouter
from starlette.responses import FileResponse, Response

from flows.compilation import operations as compilation
from flows.decision import operations as decisions
from flows.decision.tracing import numbered
from review_api.access import Outcome
from review_api.api.call import Call, CallDep
from review_api.api.paging import MOST, After, Limit, Pages
from review_api.api.sent import Sent
from review_api.api.shapes import (
    Confirm,
    DecisionList,
    EditionAnswer,
    EditionList,
    ReportAnswer,
    RunAnswer,
)
from review_api.serving import attachment
from schemas.collection import Edition, EditionStatus
from schemas.decision import Decision
from schemas.errors import NotFound
from schemas.submission import Submission
from storage.repositories.rows import MISSING

router = APIRouter(tags=["results"])
TOLD = (
    "id",
    "marathon_id",
    "submission_id",
    "round",
    "status",
    "outcome",
    "publication",
    "live",
    "revise",
    "explanation",
    "override_reason",
    "proposed_at",
    "confirmed_at",
)


@router.get("/marathons/{marathon_id}/decisions")
def listed(
    call: CallDep, marathon_id: str, cursor: After = "", limit: Limit = MOST
) -> DecisionList:
    """All for organisers and the council; for authors, those on their own works once released."""
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    own = None if call.can("decision.list", marathon) else own_works(call)

    def read(after: str | None, most: int) -> list[Decision]:
        return call.work.decisions.page_of(marathon_id, submission_ids=own, after=after, limit=most)

    pages = Pages(read, key=lambda one: one.id)
    items, rest = pages.seen(partial(all_as_seen, call), after=cursor or None, limit=limit)
    return DecisionList(items=items, next=rest)


def all_as_seen(call: Call, items: Sequence[Decision]) -> list[Decision | None]:
    works = call.work.submissions.many(item.submission_id for item in items)
    return [as_seen(call, works[item.submission_id], item) for item in items]


def own_works(call: Call) -> list[str]:
    return [one.id for one in call.work.submissions.of_person(call.viewer.id)]


def as_seen(call: Call, submission: Submission, item: Decision) -> Decision | None:
    """The decision as far as this caller may know it; none when not at all."""
    if call.can("decision.see", submission):
        return with_experts(call, item)
    return released(item) if call.can("outcome.see", Outcome(submission, item)) else None


def with_experts(call: Call, one: Decision) -> Decision:
    """With the experts' ids for whoever may know them, numbered 1, 2, 3 for the others."""
    return one if call.can("decision.experts", one) else without_experts(one)


def without_experts(decision: Decision) -> Decision:
    trace = decision.trace
    numbers = {mark.expert: str(number) for number, mark in numbered(trace.marks)}
    facts = {
        name: tuple(
            one.model_copy(update={"expert": numbers.get(one.expert, "")})
            for one in getattr(trace, name)
        )
        for name in ("marks", "flips", "level_flips")
    }
    return decision.model_copy(update={"trace": trace.model_copy(update=facts)})


def released(item: Decision) -> Decision:
    """What an author is told: the outcome and its reasons in words, no marks and no names."""
    facts = {name: getattr(item, name) for name in TOLD}
    return Decision(**facts, score=None)


@router.post("/marathons/{marathon_id}/decisions/confirm")
def confirm(call: CallDep, marathon_id: str, given: Sent[Confirm]) -> DecisionList:
    """All the given decisions or none."""
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    call.require("decision.confirm", marathon)
    known = {item.id: item for item in call.work.decisions.of_marathon(marathon_id)}
    if not set(given.decisions) <= known.keys():
        raise NotFound(MISSING)
    for identifier in given.decisions:
        call.require("decision.see", call.work.submissions.get(known[identifier].submission_id))
    call.require_recent()
    done = decisions.confirm(call.work, given.decisions, by=call.actor, now=call.now)
    return DecisionList(items=tuple(with_experts(call, one) for one in done))


@router.post("/marathons/{marathon_id}/decisions/{decision_id}/extra-review", status_code=202)
def ask_extra_review(call: CallDep, marathon_id: str, decision_id: str) -> RunAnswer:
    """One more review of the decision's work; the run looks for the expert."""
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    call.require("stage.run", marathon)
    decision = call.work.decisions.get(decision_id)
    if decision.marathon_id != marathon_id:
        raise NotFound(MISSING)
    call.require("submission.judge", decision)
    run = decisions.ask_extra_review(call.work, decision_id, by=call.actor, now=call.now)
    return RunAnswer(run=run.id)


@router.get("/marathons/{marathon_id}/collections")
def editions(call: CallDep, marathon_id: str) -> EditionList:
    call.require("marathon.see", call.work.marathons.get(marathon_id))
    everything = call.work.editions.of_marathon(marathon_id)
    seen = (
        edition
        for edition in everything
        if edition.status is EditionStatus.PUBLISHED or call.can("collection.unpublished", edition)
    )
    return EditionList(items=tuple(EditionAnswer.of(edition) for edition in seen))


@router.get("/collections/{edition_id}/{path:path}", response_class=FileResponse)
def download(call: CallDep, edition_id: str, path: str) -> Response:
    edition = call.work.editions.get(edition_id)
    if not is_public(call, edition, path):
        call.require("collection.unpublished", edition)
    for artefact in edition.artefacts:
        if artefact.path == path:
            return attachment(call.files.existing(artefact.sha256), path.rsplit("/", 1)[-1])
    raise NotFound(MISSING)


def is_public(call: Call, edition: Edition, path: str) -> bool:
    is_out = edition.status is EditionStatus.PUBLISHED and not holds_withdrawn(call, edition)
    return is_out and path not in compilation.FOR_ORGANISERS


def holds_withdrawn(call: Call, edition: Edition) -> bool:
    """Whether a work printed in the edition may no longer be read."""
    works = call.work.submissions.many(edition.articles).values()
    return not all(call.can("article.see", one) for one in works)


@router.get("/marathons/{marathon_id}/report")
def report(call: CallDep, marathon_id: str) -> ReportAnswer:
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    call.require("report.see", marathon)
    made = call.work.reports.of_marathon(marathon_id)
    if made is None:
        return ReportAnswer(made_at=None, figures={})
    return ReportAnswer(made_at=made.made_at, figures=made.figures)
