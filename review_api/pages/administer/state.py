"""The state of the installation: what ``marathon doctor`` checks, settings, versions, the journal."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import sessions
from review_api import installation_words
from review_api.cli import checks
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.administer.stuck import failed_letters, failed_runs
from review_api.pages.visit import Visit, VisitDep
from schemas.people import Role

router = APIRouter()
ADMINISTER = Link(text="Администрирование", href="/administer")
STATES: Mapping[str, tuple[str, str]] = {
    "ok": (marked("в порядке"), "good"),
    "warning": (marked("обратите внимание"), "attention"),
    "problem": (marked("не работает"), "danger"),
}
# The journal is read whole, so its check has a page of its own.
QUICK = tuple(check for check in checks.CHECKS if check not in checks.SLOW)


@router.get("/administer")
def overview(visit: VisitDep) -> Response:
    visit.require("installation")
    findings = [check(visit.installation) for check in QUICK]
    return visit.show(
        "administer/overview.html",
        findings=findings,
        states=STATES,
        problems=sum(one.state == "problem" for one in findings),
        **figures(visit),
    )


def figures(visit: Visit) -> dict[str, Any]:
    live = sessions.live(visit.work, now=visit.now)
    return {
        "people": visit.work.people.count(),
        "administrators": visit.work.people.with_role(Role.ADMINISTRATOR),
        "inside": len(live),
        "live": sum(live.values()),
        "tokens": len(sessions.api_tokens(visit.work, now=visit.now)),
        "runs": len(failed_runs(visit)),
        "letters": len(failed_letters(visit)),
        "backup": installation_words.last_backup(visit.work),
    }


@router.get("/administer/journal")
def journal(visit: VisitDep) -> Response:
    """The chain of the journal, recomputed from its first entry."""
    visit.require("installation")
    broken = next(visit.work.journal.broken(), None)
    return visit.show(
        "administer/journal.html",
        breadcrumbs=(ADMINISTER,),
        count=visit.work.journal.count(),
        broken=broken,
        checked_at=visit.now,
    )


@router.get("/administer/settings")
def settings(visit: VisitDep) -> Response:
    """Settings in force without secrets, versions, and how backups are made."""
    visit.require("installation")
    return visit.show(
        "administer/settings.html",
        breadcrumbs=(ADMINISTER,),
        rows=installation_words.settings_rows(visit.settings),
        versions=installation_words.versions(),
        backup=installation_words.last_backup(visit.work),
    )
