"""An access code entered: by its link or by hand; opening the link spends nothing."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.intake import ways_in
from review_api import limits
from review_api.access import can
from review_api.formats import Formats
from review_api.pages.accounts import guest
from review_api.pages.public.home import HOME, public_marathon
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import line
from schemas.errors import BadInput
from schemas.intake_access import AccessCode
from schemas.marathon import Marathon
from schemas.people import Actor
from schemas.submission import UNSENT

router = APIRouter()
LONGEST = 40


def marathon_for(visit: Visit, marathon_id: str, typed: str) -> Marathon:
    """One that is being prepared is there only for who holds a code of it; raises ``NotFound``."""
    found = visit.work.marathons.find(marathon_id)
    if found is None or can(visit.viewer, "marathon.see", found):
        return public_marathon(visit, marathon_id)
    return found if usable(visit, found, typed) else public_marathon(visit, marathon_id)


def usable(visit: Visit, marathon: Marathon, typed: str) -> AccessCode | None:
    """The code behind a link; wrong ones are counted, as those typed by hand."""
    if not typed:
        return None
    limits.require_few_wrong_codes(guest.network(visit))
    try:
        return ways_in.usable_code(visit.work, marathon, typed, now=visit.now)
    except BadInput:
        limits.count_wrong_code(guest.network(visit))
        return None


@router.get("/marathons/{marathon_id}/code")
def code_page(visit: VisitDep, marathon_id: str) -> Response:
    return show(visit, marathon_for(visit, marathon_id, ""), "")


@router.get("/marathons/{marathon_id}/code/{code}")
def code_link(visit: VisitDep, marathon_id: str, code: str) -> Response:
    typed = line(code, LONGEST)
    return show(visit, marathon_for(visit, marathon_id, typed), typed)


def show(
    visit: Visit, marathon: Marathon, typed: str, *, errors: dict[str, str] | None = None
) -> Response:
    code = usable(visit, marathon, typed) if typed and not errors else None
    titles = {track.number: track.title for track in marathon.tracks}
    return visit.show(
        "submission/access_code.html",
        status=422 if errors else 200,
        marathon=marathon,
        call=marathon,
        breadcrumbs=(HOME,),
        typed=typed,
        code=code,
        tracks=[titles[number] for number in code.tracks if number in titles] if code else [],
        now=visit.now,
        errors=errors or {},
    )


@router.post("/marathons/{marathon_id}/code")
def enter_code(visit: VisitDep, marathon_id: str, code: Text = "") -> Response:
    """More time for whoever is here; somebody who has not signed in gets a draft all the same."""
    typed = line(code, LONGEST)
    limits.require_few_wrong_codes(guest.network(visit))
    marathon = marathon_for(visit, marathon_id, typed)
    try:
        ways_in.usable_code(visit.work, marathon, typed, now=visit.now)
        person, secret = guest.came(visit)
        given = ways_in.enter_code(
            visit.work,
            marathon,
            typed,
            by=Actor(person_id=person.id),
            person_id=person.id,
            now=visit.now,
        )
    except BadInput as error:
        visit.work.forget()
        limits.count_wrong_code(guest.network(visit))
        return show(visit, marathon, typed, errors={"code": error.sentence})
    words = Formats("ru", marathon.zone, str).moment(given.until)
    answer = visit.leave(
        next_step(visit, marathon, person.id), f"Код принят: отправить материал можно до {words}."
    )
    return guest.with_cookie(visit, answer, secret)


def next_step(visit: Visit, marathon: Marathon, person_id: str) -> str:
    """The draft that waits for this, else a new one."""
    drafts = [
        one
        for one in visit.work.submissions.of_owner(person_id)
        if one.marathon_id == marathon.id and one.status in UNSENT
    ]
    return f"/my/{drafts[-1].id}" if drafts else f"/my/new?marathon={marathon.id}"
