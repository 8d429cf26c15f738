"""Signing in with a password, and setting or removing it after a fresh code."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import passwords
from review_api import limits
from review_api.pages.accounts.fresh import ME, PASSWORD, is_fresh, locked
from review_api.pages.accounts.signing_in import network, own_path, show_login, sign_in
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.address import fold_email
from schemas.errors import BadInput
from schemas.people import Person

router = APIRouter()


@router.post("/login/password")
def password_typed(
    visit: VisitDep,
    account: Text = "",
    password: Text = "",
    next: Text = "/",  # noqa: A002
) -> Response:
    """The same answer, as slowly, whether the address or the password is wrong."""
    try:
        email = fold_email(account)
        person = known_by(visit, email, password)
    except BadInput as error:
        wrong = "account" if error.field == "email" else "password"
        return show_login(
            visit, next_=own_path(next), account=account, errors={wrong: error.sentence}
        )
    return sign_in(visit, person, own_path(next))


def known_by(visit: Visit, email: str, password: str) -> Person:
    """Whose password it is; only wrong ones count towards the limit. Raises ``BadInput``."""
    limits.require_attempts_left(email, network(visit.request))
    try:
        return passwords.signed_in(visit.work, email, password)
    except BadInput:
        limits.count_failure(email, network(visit.request))
        raise


@router.get("/me/password")
def password_form(visit: VisitDep) -> Response:
    _ = visit.account
    return show_password(visit) if is_fresh(visit) else locked(visit, PASSWORD)


def show_password(visit: Visit, error: str = "") -> Response:
    return visit.show(
        "accounts/password.html",
        status=422 if error else 200,
        back=ME,
        has_password=visit.person.password_hash is not None,
        shortest=passwords.SHORTEST,
        errors={"password": error} if error else {},
    )


@router.post("/me/password")
def set_password(visit: VisitDep, password: Text = "") -> Response:
    person = visit.work.people.get(visit.account.id)
    if not is_fresh(visit):
        return locked(visit, PASSWORD)
    try:
        here = visit.session.id if visit.session else ""
        passwords.keep(visit.work, person, password, by=visit.actor, now=visit.now, here=here)
    except BadInput as error:
        return show_password(visit, error.sentence)
    visit.work.runs.ask("deliver_notices", marathon_id=None, by=person.id, now=visit.now)
    return visit.leave(
        "/me",
        "Пароль сохранён. На других устройствах вы вышли: войдите там с паролем или по письму.",
    )


@router.post("/me/password/remove")
def remove_password(visit: VisitDep) -> Response:
    person = visit.work.people.get(visit.account.id)
    if not is_fresh(visit):
        return locked(visit, PASSWORD)
    passwords.remove(visit.work, person, by=visit.actor, now=visit.now)
    return visit.leave("/me", "Пароль удалён. Входить можно по письму.")
