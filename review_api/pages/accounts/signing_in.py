"""Signing in and out: an address, then a link or a code from the letter."""

import secrets

from fastapi import APIRouter, Request
from starlette.responses import Response

from flows.accounts import guests, operations
from review_api import limits, session_cookie
from review_api.access import viewer_of
from review_api.deps import COOKIE
from review_api.pages.visit import Text, Visit, VisitDep, section_of
from schemas.address import fold_email
from schemas.errors import BadInput
from schemas.people import Person
from schemas.signing import LoginSecrets

router = APIRouter()
LONGEST_ADDRESS = 254


def own_path(address: str) -> str:
    """``address`` if it leads to our own pages, else the home page."""
    ours = address.startswith("/") and not address.replace("\\", "/").startswith("//")
    return address if ours and address.isprintable() else "/"


def network(request: Request) -> str:
    return request.client.host if request.client else ""


@router.get("/login")
def login_form(visit: VisitDep, next: str = "/") -> Response:  # noqa: A002  (the address says so)
    return show_login(visit, next_=own_path(next))


def show_login(
    visit: Visit,
    *,
    next_: str,
    email: str = "",
    account: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    """The form, with a word about a draft or a text that waits; a password is never repeated."""
    known = "" if is_guest(visit) else (visit.viewer.person and visit.viewer.person.email)
    return visit.show(
        "accounts/login.html",
        status=422 if errors else 200,
        email=email[:LONGEST_ADDRESS] or known or "",
        account=account[:LONGEST_ADDRESS] or known or "",
        by_password=bool(errors and {"account", "password"} & errors.keys()),
        next=next_,
        kept=next_ == "/kept",
        is_guest=is_guest(visit),
        lost_draft=session_cookie.was_guest(visit.request) and visit.viewer.person is None,
        errors=errors or {},
    )


def is_guest(visit: Visit) -> bool:
    return visit.viewer.person is not None and visit.viewer.person.guest


@router.post("/login")
def ask_for_letter(visit: VisitDep, email: Text = "", next: Text = "/") -> Response:  # noqa: A002
    """The same answer for known and unknown addresses."""
    try:
        folded = fold_email(email)
    except BadInput as error:
        return show_login(
            visit, next_=own_path(next), email=email, errors={"email": error.sentence}
        )
    send_letter(visit, folded, own_path(next))
    return visit.show(
        "accounts/letter_sent.html",
        email=folded,
        next=own_path(next),
        letters_here=visit.settings.show_mail,
    )


def send_letter(visit: Visit, email: str, way_back: str) -> None:
    """The letter with a link and a code, leaving at once; raises ``NotAllowed``."""
    limits.count_attempt(f"letter {email}", network(visit.request))
    token = operations.ask_login(
        visit.work,
        email,
        signer=visit.installation.signer,
        secrets=LoginSecrets(link=secrets.token_urlsafe(32), code=f"{secrets.randbelow(10**6):06}"),
        minutes=visit.settings.login_minutes,
        now=visit.now,
        way_back=way_back,
    )
    if is_guest(visit):
        operations.bring_drafts(visit.work, token, visit.person)
    visit.work.runs.ask("deliver_notices", marathon_id=None, by=None, now=visit.now)


@router.get("/login/link/{secret}")
def link_opened(visit: VisitDep, secret: str, next: str = "/") -> Response:  # noqa: A002
    """Opening a link spends nothing: mail scanners open links too."""
    return visit.show("accounts/link.html", secret=secret, next=own_path(next))


@router.post("/login/link/{secret}")
def link_used(visit: VisitDep, secret: str, next: Text = "/") -> Response:  # noqa: A002
    try:
        person = operations.spend_link(
            visit.work, secret, signer=visit.installation.signer, now=visit.now
        )
    except BadInput as error:
        return link_refused(visit, own_path(next), error.sentence)
    return sign_in(visit, person, own_path(next))


def link_refused(visit: Visit, address: str, sentence: str) -> Response:
    """Whoever is already inside goes on; the others ask for a new letter on the same page."""
    if visit.viewer.person and not is_guest(visit):
        return visit.leave(landing(visit, visit.viewer.person, address))
    return show_login(visit, next_=address, errors={"email": sentence})


def landing(visit: Visit, person: Person, address: str) -> str:
    """Where they were going; without that, the section of their main role."""
    return section_of(viewer_of(visit.work, person)) if address == "/" else address


@router.post("/login/code")
def code_typed(
    visit: VisitDep,
    email: Text = "",
    code: Text = "",
    next: Text = "/",  # noqa: A002
) -> Response:
    try:
        person = spend_code(visit, email, code)
    except BadInput as error:
        return visit.show(
            "accounts/letter_sent.html",
            status=422,
            email=email,
            next=own_path(next),
            letters_here=visit.settings.show_mail,
            errors={"code": error.sentence},
        )
    return sign_in(visit, person, own_path(next))


def spend_code(visit: Visit, email: str, code: str) -> Person:
    """Whose code it is; only wrong ones count towards the limit. Raises ``BadInput``."""
    account = fold_email(email)  # as it is looked for: another spelling is no other account
    limits.require_attempts_left(account, network(visit.request))
    try:
        return operations.spend_code(
            visit.work, email, code, signer=visit.installation.signer, now=visit.now
        )
    except BadInput:
        limits.count_failure(account, network(visit.request))
        raise


def sign_in(visit: Visit, person: Person, address: str, words: str = "") -> Response:
    """A new session; an older one of this browser ends, a guest's drafts come along."""
    person = with_drafts(visit, person)
    old = visit.request.cookies.get(COOKIE)
    if old:
        operations.close_session(visit.work, old, signer=visit.installation.signer, now=visit.now)
    secret, days = session_cookie.new_secret(), visit.settings.session_days
    operations.open_session(
        visit.work,
        person,
        signer=visit.installation.signer,
        secret=secret,
        days=days,
        user_agent=visit.request.headers.get("user-agent", ""),
        now=visit.now,
    )
    response = visit.leave(landing(visit, person, address), words)
    return session_cookie.remember(
        response, secret, days=days, settings=visit.settings, person_id=person.id
    )


def with_drafts(visit: Visit, person: Person) -> Person:
    """The person, owner from now on of what this browser's guest began."""
    guest = visit.work.people.find(visit.viewer.id) if is_guest(visit) else None
    return guests.claim(visit.work, guest, person, now=visit.now) if guest else person


@router.post("/logout")
def sign_out(visit: VisitDep) -> Response:
    if is_guest(visit):
        return visit.leave("/guest/forget")
    secret = visit.request.cookies.get(COOKIE, "")
    operations.close_session(visit.work, secret, signer=visit.installation.signer, now=visit.now)
    return session_cookie.forget(visit.leave("/", "Вы вышли."))
