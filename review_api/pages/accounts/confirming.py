"""«Подтвердите, что это вы»: before an act that cannot be taken back, and then on with the act.

What was typed travels through the page in hidden fields, so nothing is kept on the server and the
act itself is done by one more click.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.datastructures import FormData
from starlette.responses import HTMLResponse, Response

from flows.accounts import confirming, operations
from review_api import limits, templating
from review_api.access import viewer_of
from review_api.deps import COOKIE, SIGN_IN, ConfirmNeeded, SignInNeeded
from review_api.pages.accounts import fresh
from review_api.pages.accounts.signing_in import network, own_path
from review_api.pages.organise.desk import FormDep, text
from review_api.pages.visit import Visit, VisitDep, frame_of
from schemas.errors import BadInput, NotAllowed
from schemas.people import Person, Session
from schemas.settings import Settings
from schemas.signing import Signer
from storage.installation import Installation
from storage.work import Work

router = APIRouter()
KEPT = "kept:"  # before the name of every field that the act itself was asked with
LONGEST_KEPT = 20_000
MOST_KEPT = 1000
Fields = Sequence[tuple[str, str]]


def ask_again(request: Request, error: ConfirmNeeded, typed: Fields) -> Response:
    """The page instead of the act, with a code on its way; in a transaction of its own."""
    installation: Installation = request.app.state.installation
    with installation.begin() as work:
        session = operations.session_of(
            work, request.cookies.get(COOKIE, ""), signer=installation.signer, now=error.now
        )
        if session is None:
            raise SignInNeeded(SIGN_IN)
        person = work.people.get(session.person_id)
        send(work, person, signer=installation.signer, now=error.now)
        frame = frame_of(request, viewer_of(work, person))
    kept = [(name, value[:LONGEST_KEPT]) for name, value in typed][:MOST_KEPT]
    facts = facts_of(installation.settings, person, request.url.path, error.act, kept)
    return HTMLResponse(templating.render("accounts/confirm.html", frame, **facts), 403)


def send(work: Work, person: Person, *, signer: Signer, now: datetime) -> bool:
    """Whether a new code has left."""
    code = f"{secrets.randbelow(10**6):06}"
    sent = confirming.send_code(work, person, signer=signer, code=code, now=now)
    if sent:
        work.runs.ask("deliver_notices", marathon_id=None, by=person.id, now=now)
    return sent is not None


def facts_of(settings: Settings, person: Person, to: str, act: str, kept: Fields) -> dict[str, Any]:
    return {
        "letters_here": settings.show_mail,
        "email": person.email or "",
        "has_password": person.password_hash is not None,
        "to": to,
        "act": act,
        "kept": kept,
        "prefix": KEPT,
        "asked": False,
        "sent": False,
        "errors": {},
    }


@router.get("/confirm")
def nothing_waits(visit: VisitDep) -> Response:
    """The address alone, after a reload without the form."""
    return visit.leave("/", "Вернитесь к действию, которое хотели подтвердить.", kind="info")


@router.post("/confirm")
def confirm(visit: VisitDep, form: FormDep) -> Response:
    """A code or the password; then the act's own button."""
    session, person = session_of(visit), visit.person
    facts = facts_of(
        visit.settings, person, own_path(text(form, "to")), text(form, "act")[:200], kept_in(form)
    )
    if is_recent(visit, session):
        return done(visit, facts)
    if text(form, "again"):
        sent = send(visit.work, person, signer=visit.installation.signer, now=visit.now)
        return visit.show("accounts/confirm.html", **facts | {"sent": sent, "asked": True})
    limits.count_attempt(f"confirm {person.id}", network(visit.request))
    try:
        prove(visit, session, form)
    except BadInput as error:
        facts |= {"errors": {error.field or "code": error.sentence}}
        return visit.show("accounts/confirm.html", status=422, **facts)
    return done(visit, facts)


def done(visit: Visit, facts: dict[str, Any]) -> Response:
    """The act's own button; a page that was only closed opens at once."""
    page = dict(facts["kept"]).get("to", "")
    if facts["to"] == fresh.UNLOCK and page in fresh.ACTS:
        return visit.leave(page)
    return visit.show("accounts/confirmed.html", **facts)


def session_of(visit: Visit) -> Session:
    if visit.session is None:
        raise SignInNeeded(SIGN_IN)
    return visit.session


def kept_in(form: FormData) -> list[tuple[str, str]]:
    found = [
        (name.removeprefix(KEPT), value)
        for name, value in form.multi_items()
        if name.startswith(KEPT) and isinstance(value, str)
    ]
    return [(name, value[:LONGEST_KEPT]) for name, value in found[:MOST_KEPT]]


def is_recent(visit: Visit, session: Session) -> bool:
    try:
        operations.require_recent(session, now=visit.now)
    except NotAllowed:
        return False
    return True


def prove(visit: Visit, session: Session, form: FormData) -> None:
    """Raises ``BadInput``."""
    password = str(form.get("password", "")).strip()
    if password:
        confirming.by_password(visit.work, session, visit.person, password, now=visit.now)
        return
    confirming.by_code(
        visit.work,
        session,
        visit.person,
        text(form, "code"),
        signer=visit.installation.signer,
        now=visit.now,
    )
