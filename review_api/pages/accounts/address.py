"""Changing one's address: a fresh sign-in, a code to the new address, a word to the old one."""

import secrets

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import address_change
from review_api import limits
from review_api.pages.accounts.fresh import ADDRESS, ME, is_fresh, locked
from review_api.pages.accounts.signing_in import LONGEST_ADDRESS, network
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.errors import BadInput, Conflict

router = APIRouter()


@router.get("/me/address")
def address_form(visit: VisitDep) -> Response:
    _ = visit.account
    return show_address(visit) if is_fresh(visit) else locked(visit, ADDRESS)


def show_address(
    visit: Visit, *, email: str = "", asked: bool = False, errors: dict[str, str] | None = None
) -> Response:
    return visit.show(
        "accounts/address.html",
        status=422 if errors else 200,
        back=ME,
        now_at=visit.account.email,
        email=email[:LONGEST_ADDRESS],
        asked=asked,
        minutes=address_change.MINUTES,
        errors=errors or {},
    )


@router.post("/me/address")
def ask_for_code(visit: VisitDep, email: Text = "") -> Response:
    if not is_fresh(visit):
        return locked(visit, ADDRESS)
    person = visit.work.people.get(visit.account.id)
    limits.count_attempt(f"address {person.id}", network(visit.request))
    code = f"{secrets.randbelow(10**6):06}"
    try:
        token = address_change.ask(
            visit.work, person, email, signer=visit.installation.signer, code=code, now=visit.now
        )
    except BadInput as error:
        return show_address(visit, email=email, errors={"email": error.sentence})
    visit.send_letters()
    return show_address(visit, email=token.email, asked=True)


@router.post("/me/address/code")
def code_typed(visit: VisitDep, email: Text = "", code: Text = "") -> Response:
    person = visit.work.people.get(visit.account.id)
    limits.count_attempt(f"address {person.id}", network(visit.request))
    try:
        moved = address_change.confirm(
            visit.work,
            person,
            email,
            code,
            session_id=visit.session.id if visit.session else "",
            signer=visit.installation.signer,
            now=visit.now,
        )
    except BadInput as error:
        return show_address(visit, email=email, asked=True, errors={"code": error.sentence})
    except Conflict as error:
        return visit.refuse("/me", error)
    visit.send_letters()
    words = (
        f"Теперь ваш адрес — {moved.email}. На прежний адрес ушло письмо об этом, "
        "на других устройствах вы вышли."
    )
    return visit.leave("/me", words)
