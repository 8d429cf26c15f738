"""Taking over a work that an organiser has entered: by the link of a letter or a code on paper."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import handing_over
from review_api import limits
from review_api.pages.accounts.signing_in import network, sign_in
from review_api.pages.visit import Text, Visit, VisitDep
from schemas.errors import BadInput
from schemas.people import Token
from schemas.submission import Submission

router = APIRouter()
MOST = 100


@router.get("/claim")
def code_form(visit: VisitDep) -> Response:
    return show_form(visit)


def show_form(visit: Visit, code: str = "", error: str = "") -> Response:
    return visit.show(
        "accounts/claim_code.html",
        status=422 if error else 200,
        code=code[:MOST],
        errors={"code": error} if error else {},
    )


@router.post("/claim")
def code_typed(visit: VisitDep, code: Text = "") -> Response:
    """To the page about the work; the code is spent only there."""
    limits.count_claim(network(visit.request))
    try:
        found(visit, code)
    except BadInput:
        return show_form(visit, code, handing_over.MISTYPED)
    return visit.leave(f"/claim/{handing_over.plain(code.strip())}")


def found(visit: Visit, secret: str) -> tuple[Token, Submission]:
    return handing_over.offered(
        visit.work, secret[:MOST], signer=visit.installation.signer, now=visit.now
    )


@router.get("/claim/{secret}")
def offered(visit: VisitDep, secret: str) -> Response:
    """Looking spends nothing: mail scanners look too."""
    try:
        token, work = found(visit, secret)
    except BadInput as error:
        return show_form(visit, "", error.sentence)
    return visit.show(
        "accounts/claim.html",
        marathon=visit.work.marathons.get(work.marathon_id),
        one=work,
        secret=secret,
        email=token.email,
        reader=visit.viewer.person if visit.viewer.person and visit.viewer.person.email else None,
    )


@router.post("/claim/{secret}")
def take_over(visit: VisitDep, secret: str) -> Response:
    try:
        token, work = found(visit, secret)
        owner = handing_over.take_over(
            visit.work, token, work, reader=visit.viewer.person, now=visit.now
        )
    except BadInput as error:
        if error.code == "sign_in_first":
            return visit.leave(f"/login?next=/claim/{secret}", error.sentence, kind="info")
        return show_form(visit, "", error.sentence)
    if visit.viewer.id == owner.id:
        return visit.leave(f"/my/{work.id}", "Теперь материал ваш.")
    return sign_in(visit, owner, f"/my/{work.id}", "Теперь материал ваш.")
