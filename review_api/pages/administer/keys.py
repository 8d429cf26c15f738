"""What opens the installation: people who are signed in, and tokens of programs."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import sessions
from review_api.frame import Link
from review_api.pages.visit import Visit, VisitDep
from schemas.ordering import name_key
from schemas.people import Token

router = APIRouter()
WAY = (Link(text="Администрирование", href="/administer"),)


@router.get("/administer/access")
def access_page(visit: VisitDep) -> Response:
    visit.require("installation")
    live = sessions.live(visit.work, now=visit.now)
    people = visit.work.people.many(live)
    known = [one for one in people.values() if not one.guest]
    return visit.show(
        "administer/access.html",
        breadcrumbs=WAY,
        people=[(one, live[one.id]) for one in sorted(known, key=lambda one: name_key(one.name))],
        guests=len(people) - len(known),
        tokens=[token_row(visit, one) for one in sessions.api_tokens(visit.work, now=visit.now)],
    )


def token_row(visit: Visit, token: Token) -> dict[str, object]:
    person = visit.work.people.by_email(token.email)
    return {
        "id": token.id,
        "name": person.name if person else "",
        "email": token.email,
        "created_at": token.created_at,
        "until": token.expires_at,
    }


@router.post("/administer/tokens/{token_id}/revoke")
def revoke(visit: VisitDep, token_id: str) -> Response:
    visit.require("installation")
    token = sessions.revoke(visit.work, token_id, by=visit.actor, now=visit.now)
    return visit.leave("/administer/access", f"Токен программы {token.email} отозван.")
