"""What opens the installation: people who are signed in, and tokens of programs."""

from collections.abc import Mapping

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import sessions
from review_api import tables
from review_api.frame import Link
from review_api.pages.visit import VisitDep
from schemas.ordering import name_key
from schemas.people import Token

router = APIRouter()
SIGNED_IN = {"name": "Человек", "email": "Почта", "count": "Устройств"}
TOKENS = {
    "name": "Чей",
    "email": "Почта",
    "created_at": "Выдан",
    "until": "Действует до",
}
WAY = (Link(text="Администрирование", href="/administer"),)


@router.get("/administer/access")
def access_page(visit: VisitDep) -> Response:
    visit.require("installation")
    live = sessions.live(visit.work, now=visit.now)
    people = visit.work.people.many(live)
    known = sorted(
        (one for one in people.values() if not one.guest), key=lambda one: name_key(one.name)
    )
    rows = [
        {"id": one.id, "name": one.name, "email": one.email or "", "count": live[one.id]}
        for one in known
    ]
    return visit.show(
        "administer/access.html",
        breadcrumbs=WAY,
        table=tables.table(visit.request.query_params, SIGNED_IN, rows),
        guests=len(people) - len(known),
    )


@router.get("/administer/tokens")
def tokens_page(visit: VisitDep) -> Response:
    visit.require("installation")
    tokens = sessions.api_tokens(visit.work, now=visit.now)
    people = visit.work.people.by_emails(one.email for one in tokens)
    names = {email.casefold(): one.name for email, one in people.items()}
    rows = [token_row(one, names) for one in tokens]
    return visit.show(
        "administer/tokens.html",
        breadcrumbs=WAY,
        table=tables.table(visit.request.query_params, TOKENS, rows),
    )


def token_row(token: Token, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "id": token.id,
        "name": names.get(token.email.casefold(), token.email),
        "email": token.email,
        "created_at": token.created_at,
        "until": token.expires_at,
    }


@router.post("/administer/tokens/{token_id}/revoke")
def revoke(visit: VisitDep, token_id: str) -> Response:
    visit.require("installation")
    token = sessions.revoke(visit.work, token_id, by=visit.actor, now=visit.now)
    return visit.leave("/administer/tokens", f"Токен программы {token.email} отозван.")
