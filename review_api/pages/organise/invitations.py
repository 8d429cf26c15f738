"""Inviting people to a role by letter: one or many at once, what waits for an answer, taking back."""

from collections.abc import Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import address_lines, invitations
from flows.accounts.address_lines import Invitee, Listed
from flows.accounts.invitations import Offer, Standing
from review_api.access import can
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.organise.desk import ORGANISE, FormDep, text
from review_api.pages.organise.people import (
    PEOPLE,
    calls_of,
    offered,
    places_of,
    require_recent,
    role_of,
)
from review_api.pages.visit import Visit, VisitDep
from schemas.errors import BadInput, Conflict
from schemas.people import ROLE_NAMES, Role, Token, TokenKind

router = APIRouter()
INVITATIONS = Link(text="Приглашения", href="/organise/people/invitations")
FIELDS = ("people", "role", "municipality", "marathon", "note")
LONGEST_TEXT = 40_000
SHOWN_CLOSED = 50
STANDING_WORDS: Mapping[Standing, tuple[str, str]] = {
    Standing.OPEN: (marked("ждёт ответа"), "info"),
    Standing.ACCEPTED: (marked("принято"), "good"),
    Standing.REVOKED: (marked("отозвано"), "neutral"),
    Standing.EXPIRED: (marked("срок прошёл"), "attention"),
}
Typed = Mapping[str, str]


@router.get("/organise/people/invite")
def invite_form(visit: VisitDep) -> Response:
    visit.require("role.see")
    return show_form(visit, {})


def show_form(visit: Visit, typed: Typed, errors: dict[str, str] | None = None) -> Response:
    return visit.show(
        "organise/invite.html",
        status=422 if errors else 200,
        breadcrumbs=(ORGANISE, PEOPLE),
        typed={name: typed.get(name, "")[:LONGEST_TEXT] for name in FIELDS},
        offered=offered(visit),
        places=list(places_of(visit).items()),
        calls=list(calls_of(visit).items()),
        errors=errors or {},
    )


@router.post("/organise/people/invite")
def invite(visit: VisitDep, form: FormDep) -> Response:
    """First the list of who would get what, then, by ``act=send``, the letters."""
    visit.require("role.see")
    typed = {name: text(form, name) for name in FIELDS}
    try:
        offer, listed = offer_in(visit, typed), read_people(typed["people"])
    except BadInput as error:
        return show_form(visit, typed, {error.field or "": error.sentence})
    if text(form, "act") != "send" or listed.wrong:
        return show_preview(visit, typed, offer, listed)
    require_recent(visit, offer.role)
    return send(visit, offer, listed)


def read_people(pasted: str) -> Listed:
    """Raises ``BadInput``."""
    if len(pasted) > LONGEST_TEXT:
        raise BadInput("Список слишком длинный. Разделите его на части.", field="people")
    return address_lines.read(pasted)


def offer_in(visit: Visit, typed: Typed) -> Offer:
    """Raises ``BadInput`` beside its field, ``NotFound`` for a role this person may not give."""
    offer = Offer(
        role=role_of(visit, typed["role"]),
        municipality_id=typed["municipality"],
        marathon_id=typed["marathon"],
        note=typed["note"].replace("\r\n", "\n"),
    )
    invitations.require_sound(visit.work, offer)
    return offer


def show_preview(visit: Visit, typed: Typed, offer: Offer, listed: Listed) -> Response:
    fresh, known = parted(visit, offer, listed)
    return visit.show(
        "organise/invite_preview.html",
        status=422 if listed.wrong else 200,
        breadcrumbs=(ORGANISE, PEOPLE),
        typed=typed,
        people=[(one, name_of(visit, one)) for one in fresh],
        known=known,
        wrong=listed.wrong,
        role=ROLE_NAMES[offer.role],
        where=invitations.where(visit.work, offer),
        days=invitations.OPEN_FOR.days,
    )


def parted(visit: Visit, offer: Offer, listed: Listed) -> tuple[list[Invitee], list[Invitee]]:
    """Whom to write to, and who holds the role already."""
    known = [
        one for one in listed.people if invitations.already_holds(visit.work, one.email, offer)
    ]
    return [one for one in listed.people if one not in known], known


def name_of(visit: Visit, one: Invitee) -> str:
    """As the system knows the person, else as it was typed."""
    person = visit.work.people.by_email(one.email)
    return person.name if person else one.name


def send(visit: Visit, offer: Offer, listed: Listed) -> Response:
    fresh, _ = parted(visit, offer, listed)
    for one in fresh:
        invitations.invite(
            visit.work,
            offer,
            one,
            signer=visit.installation.signer,
            by=visit.actor,
            now=visit.now,
        )
    if not fresh:
        return visit.leave(INVITATIONS.href, "У всех из списка эта роль уже есть.", kind="info")
    visit.send_letters()
    return visit.leave(INVITATIONS.href, f"Отправлено приглашений: {len(fresh)}.")


@router.get("/organise/people/invitations")
def listed_invitations(visit: VisitDep) -> Response:
    """What waits for an answer first, then the newest of the others."""
    visit.require("role.see")
    tokens = visit.work.tokens.every_of_kind(TokenKind.INVITATION)
    rows = [row_of(visit, one) for one in sorted(tokens, key=newest_first)]
    waiting = [row for row in rows if row["state"] is Standing.OPEN]
    closed = [row for row in rows if row["state"] is not Standing.OPEN]
    return visit.show(
        "organise/invitations.html",
        breadcrumbs=(ORGANISE, PEOPLE),
        waiting=waiting,
        closed=closed[:SHOWN_CLOSED],
        closed_total=len(closed),
        standing=STANDING_WORDS,
    )


def newest_first(token: Token) -> float:
    return -token.created_at.timestamp()


def row_of(visit: Visit, token: Token) -> dict[str, Any]:
    offer = invitations.offer_of(token)
    person = visit.work.people.by_email(token.email)
    inviter = visit.work.people.find(token.payload["by"])
    state = invitations.standing(token, now=visit.now)
    return {
        "id": token.id,
        "email": token.email,
        "name": person.name if person else token.payload["name"],
        "href": f"{PEOPLE.href}/{person.id}" if person else "",
        "role": ROLE_NAMES[offer.role],
        "where": invitations.where(visit.work, offer),
        "by": inviter.initials if inviter else "",
        "created_at": token.created_at,
        "until": token.expires_at,
        "state": state,
        "may_send": can(visit.viewer, "role.give", offer.role)
        and state in {Standing.OPEN, Standing.EXPIRED},
        "may_revoke": can(visit.viewer, "role.give", offer.role) and state is Standing.OPEN,
    }


@router.post("/organise/people/invitations/{token_id}/again")
def send_again(visit: VisitDep, token_id: str) -> Response:
    token = judged(visit, token_id)
    require_recent(visit, invitations.offer_of(token).role)
    try:
        invitations.send_again(
            visit.work, token.id, signer=visit.installation.signer, by=visit.actor, now=visit.now
        )
    except Conflict as error:
        return visit.refuse(INVITATIONS.href, error)
    visit.send_letters()
    return visit.leave(INVITATIONS.href, f"Письмо на {token.email} отправляется ещё раз.")


@router.post("/organise/people/invitations/{token_id}/revoke")
def revoke(visit: VisitDep, token_id: str) -> Response:
    token = judged(visit, token_id)
    try:
        invitations.revoke(visit.work, token.id, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(INVITATIONS.href, error)
    return visit.leave(INVITATIONS.href, f"Приглашение на {token.email} отозвано.")


def judged(visit: Visit, token_id: str) -> Token:
    """The invitation, for whoever may give its role."""
    visit.require("role.see")
    token = invitations.invitation(visit.work, token_id)
    visit.require("role.give", Role(token.payload["role"]))
    return token
