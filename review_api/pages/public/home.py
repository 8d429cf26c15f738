"""The front door: what marathon is on, its dates, tracks and criteria, help and legal texts."""

from datetime import date, datetime

from fastapi import APIRouter
from starlette.responses import Response

from flows.intake import rules
from flows.marathons import policy
from review_api import guide_pictures
from review_api.access import can
from review_api.frame import Link
from review_api.guides import GUIDES
from review_api.pages.visit import Visit, VisitDep
from review_api.texts import AGREEMENTS, PRIVACY, TEXT_VERSION
from schemas.base import Schema
from schemas.errors import NotFound
from schemas.marathon import Marathon, Phase
from schemas.submission import SubmissionStatus
from storage.repositories.rows import MISSING

router = APIRouter()
HOME = Link(text="Главная", href="/")
OPEN_PHASES = (Phase.INTAKE, Phase.EXPERTISE, Phase.DECISION, Phase.RESULTS)
PHASES = tuple(Phase)


class Step(Schema):
    """A line of the marathon's calendar: until a moment, on a day, or a note in words."""

    text: str
    moment: datetime | None = None
    day: date | None = None
    note: str = ""
    now: bool = False


class Card(Schema):
    """A marathon as the front page shows it; ``begun`` leads to the visitor's unsent material."""

    marathon: Marathon
    is_open: bool
    begun: str = ""
    steps: tuple[Step, ...]
    has_programme: bool = False
    has_collection: bool = False


def calendar(marathon: Marathon, *, is_open: bool) -> tuple[Step, ...]:
    """The dates people ask for; the step that is going on is marked."""
    phase = marathon.phase
    return (
        Step(text="Приём материалов", moment=marathon.submissions_until, now=is_open),
        Step(text="Экспертиза", moment=marathon.reviews_until, now=phase is Phase.EXPERTISE),
        Step(text="Решения", note="после экспертизы, письмом", now=phase is Phase.DECISION),
        Step(text="День марафона", day=marathon.live_on, now=phase is Phase.RESULTS),
    )


def card(visit: Visit, marathon: Marathon) -> Card:
    is_open = rules.is_open(marathon, now=visit.now)
    shown = PHASES.index(marathon.phase) >= PHASES.index(Phase.RESULTS)
    return Card(
        marathon=marathon,
        is_open=is_open,
        begun=begun_in(visit, marathon),
        steps=calendar(marathon, is_open=is_open),
        has_programme=shown and bool(visit.work.programme_sessions.of_marathon(marathon.id)),
        has_collection=visit.work.editions.published(marathon.id) is not None,
    )


def public_marathon(visit: Visit, marathon_id: str) -> Marathon:
    """Raises ``NotFound`` for one that is still being prepared, signed in or not."""
    marathon = visit.work.marathons.find(marathon_id)
    if marathon is None or not can(visit.viewer, "marathon.see", marathon):
        raise NotFound(MISSING)
    return marathon


def way_to(marathon: Marathon, *further: Link) -> tuple[Link, ...]:
    return (HOME, Link(text=marathon.title, typed=True, href=f"/marathons/{marathon.id}"), *further)


@router.get("/")
def front_page(visit: VisitDep) -> Response:
    marathons = [one for one in visit.work.marathons.all() if one.phase is not Phase.PREPARATION]
    cards = [card(visit, one) for one in reversed(marathons)]
    current = [one for one in cards if one.marathon.phase in OPEN_PHASES]
    current.sort(key=lambda one: not one.is_open)  # stable: of the open ones the newest stays first
    return visit.show(
        "home/front.html",
        first=current[0] if current else None,
        others=current[1:],
        past=[one for one in cards if one.marathon.phase is Phase.ARCHIVE],
        now=visit.now,
    )


def begun_in(visit: Visit, marathon: Marathon) -> str:
    """Where the visitor's unsent material of this marathon is; with several, their list."""
    if not visit.viewer.person:
        return ""
    mine = visit.work.submissions.of_person(visit.viewer.id)
    drafts = [
        one
        for one in mine
        if one.marathon_id == marathon.id and one.status is SubmissionStatus.DRAFT
    ]
    return f"/my/{drafts[0].id}" if len(drafts) == 1 else "/my" if drafts else ""


@router.get("/marathons/{marathon_id}")
def marathon_page(visit: VisitDep, marathon_id: str) -> Response:
    marathon = public_marathon(visit, marathon_id)
    return visit.show(
        "home/marathon.html",
        marathon=marathon,
        breadcrumbs=(HOME,),
        card=card(visit, marathon),
        rubric=visit.work.rubrics.of(marathon.id),
        now=visit.now,
    )


@router.get("/marathons/{marathon_id}/criteria")
def criteria_page(visit: VisitDep, marathon_id: str) -> Response:
    marathon = public_marathon(visit, marathon_id)
    return visit.show(
        "home/criteria.html",
        marathon=marathon,
        call=marathon,
        breadcrumbs=way_to(marathon),
        rubric=visit.work.rubrics.of(marathon.id),
    )


@router.get("/marathons/{marathon_id}/rules")
def rules_page(visit: VisitDep, marathon_id: str) -> Response:
    """How works are chosen, in plain words, with the version and who stands behind it."""
    marathon = public_marathon(visit, marathon_id)
    return visit.show(
        "home/rules.html",
        marathon=marathon,
        call=marathon,
        breadcrumbs=way_to(marathon),
        standing=policy.standing(visit.work, marathon),
    )


@router.get("/privacy")
def privacy_page(visit: VisitDep) -> Response:
    return visit.show(
        "home/privacy.html", sections=PRIVACY, agreements=AGREEMENTS.values(), breadcrumbs=(HOME,)
    )


@router.get("/texts/{code}")
def agreement_page(visit: VisitDep, code: str) -> Response:
    """The full text of one consent, to read before ticking it."""
    for text in AGREEMENTS.values():
        if text.code == code:
            return visit.show(
                "home/agreement.html", text=text, version=TEXT_VERSION, breadcrumbs=(HOME,)
            )
    raise NotFound(MISSING)


@router.get("/help")
def help_page(visit: VisitDep) -> Response:
    return visit.show("home/help.html", guides=GUIDES, breadcrumbs=(HOME,))


@router.get("/help/{code}")
def guide_page(visit: VisitDep, code: str) -> Response:
    if code not in GUIDES:
        raise NotFound(MISSING)
    way = (HOME, Link(text="Помощь", href="/help"))
    return visit.show(
        "home/guide.html", guide=GUIDES[code], picture_of=guide_pictures.pair, breadcrumbs=way
    )
