"""Unusual access: the rules that watch for it and what they have noticed."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts.alarms import ALARMED
from review_api.alarms import RULES
from review_api.frame import Link
from review_api.pages.visit import Visit, VisitDep
from schemas.outbox import JournalEntry
from storage.repositories.journal_pages import Wanted

router = APIRouter()
WAY = (Link(text="Администрирование", href="/administer"),)
SHOWN = 100
MINUTE = 60


@router.get("/administer/alarms")
def alarms_page(visit: VisitDep) -> Response:
    visit.require("installation")
    found = visit.work.journal_pages.page(Wanted(action=ALARMED), limit=SHOWN)
    return visit.show(
        "administer/alarms.html",
        breadcrumbs=WAY,
        rules=[
            {"words": rule.words, "most": rule.most, "minutes": int(rule.seconds / MINUTE)}
            for rule in RULES.values()
        ],
        alarms=rows_of(visit, found),
    )


def rows_of(visit: Visit, found: list[JournalEntry]) -> list[dict[str, object]]:
    people = visit.work.people.many({one.subject_id for one in found})
    return [
        {
            "at": one.at,
            "words": RULES[one.details["rule"]].words if one.details["rule"] in RULES else "",
            "person": people.get(one.subject_id),
        }
        for one in found
    ]
