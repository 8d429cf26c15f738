"""Runs that failed and letters that did not leave, over the whole installation, to be repeated."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.marathons.rules import STAGE_TITLES
from flows.notices import operations as notices
from flows.notices.letters import LETTERS
from review_api.frame import Link
from review_api.letter_subjects import works_of
from review_api.pages.visit import Visit, VisitDep
from schemas.errors import Conflict, NotFound
from schemas.outbox import Notice, NoticeStatus, Run, RunState
from storage.repositories.rows import MISSING

router = APIRouter()
HERE = "/administer/stuck"
WAY = (Link(text="Администрирование", href="/administer"),)


def failed_runs(visit: Visit) -> list[Run]:
    """Those after which nobody has asked for the same again."""
    return [run for run in visit.work.runs.newest_of_each() if run.state is RunState.FAILED]


def failed_letters(visit: Visit) -> list[Notice]:
    """Without letters about works that whoever looks has written."""
    found = visit.work.notices.failed()
    about = works_of(visit.work, found)
    return [one for one in found if not visit.viewer.authored & about[one.id]]


@router.get(HERE)
def stuck(visit: VisitDep) -> Response:
    visit.require("installation")
    marathons = {one.id: one.title for one in visit.work.marathons.all()}
    letters = failed_letters(visit)
    people = visit.work.people.many(one.person_id for one in letters if one.person_id)
    return visit.show(
        "administer/stuck.html",
        breadcrumbs=WAY,
        runs=[
            (
                run,
                STAGE_TITLES.get(run.deployment, run.deployment),
                marathons.get(run.marathon_id or "", ""),
            )
            for run in failed_runs(visit)
        ],
        letters=[
            (
                one,
                LETTERS[one.template].name,
                people[one.person_id].name if one.person_id in people else one.address,
            )
            for one in letters
        ],
    )


@router.post("/administer/runs/{run_id}/repeat")
def repeat_run(visit: VisitDep, run_id: str) -> Response:
    visit.require("installation")
    run = visit.work.runs.get(run_id)
    if run.state is not RunState.FAILED:
        return visit.leave(HERE, "Этот запуск уже повторён.", kind="info")
    visit.work.runs.ask(
        run.deployment, marathon_id=run.marathon_id, by=visit.person.id, now=visit.now
    )
    return visit.leave(HERE, "Запуск повторится в течение минуты.")


@router.post("/administer/letters/repeat")
def repeat_letters(visit: VisitDep) -> Response:
    """All of them at once: what stopped one mostly stopped the others."""
    visit.require("installation")
    letters = failed_letters(visit)
    for one in letters:
        notices.release(visit.work, one.id, by=visit.actor, now=visit.now)
    return sent_again(visit, len(letters))


@router.post("/administer/letters/{notice_id}/repeat")
def repeat_letter(visit: VisitDep, notice_id: str) -> Response:
    visit.require("installation")
    notice = visit.work.notices.get(notice_id)
    if visit.viewer.authored & works_of(visit.work, [notice])[notice.id]:
        raise NotFound(MISSING)
    if notice.status is not NoticeStatus.FAILED:
        return sent_again(visit, 0)
    try:
        notices.release(visit.work, notice.id, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(HERE, error)
    return sent_again(visit, 1)


def sent_again(visit: Visit, count: int) -> Response:
    if not count:
        return visit.leave(HERE, "Повторять нечего: письма уже отправляются.", kind="info")
    visit.work.runs.ask("deliver_notices", marathon_id=None, by=visit.person.id, now=visit.now)
    return visit.leave(HERE, f"Отправляется писем: {count}.")
