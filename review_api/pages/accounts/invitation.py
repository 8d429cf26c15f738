"""An invitation to a role, as the person invited opens it: looked at by anybody, accepted by POST."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.accounts import invitations
from flows.accounts.invitations import Standing
from review_api.access import viewer_of
from review_api.pages.accounts.signing_in import sign_in
from review_api.pages.visit import Text, Visit, VisitDep, section_of
from schemas.errors import BadInput
from schemas.people import ROLE_NAMES, Token

router = APIRouter()


@router.get("/invitations/{link}")
def look(visit: VisitDep, link: str) -> Response:
    """Opening spends nothing: mail scanners open links too."""
    token = invitations.opened(visit.work, link, signer=visit.installation.signer)
    return show(visit, token, link)


def show(
    visit: Visit, token: Token, link: str, name: str = "", errors: dict[str, str] | None = None
) -> Response:
    """The offer; for one who has accepted it already and is inside, their own section."""
    state = invitations.standing(token, now=visit.now)
    if state is Standing.ACCEPTED and is_own(visit, token):
        return visit.leave(section_of(visit.viewer))
    offer = invitations.offer_of(token)
    known = visit.work.people.by_email(token.email)
    inviter = visit.work.people.find(token.payload["by"])
    return visit.show(
        "accounts/invitation.html",
        status=422 if errors else 200,
        link=link,
        state=state.value,
        role=ROLE_NAMES[offer.role],
        where=invitations.where(visit.work, offer),
        note=offer.note,
        inviter=inviter.name if inviter else "",
        until=token.expires_at,
        asks_name=known is None or "@" in known.name,
        name=name or token.payload["name"],
        stranger=visit.viewer.person.name if visit.viewer.person and is_other(visit, token) else "",
        errors=errors or {},
    )


def is_own(visit: Visit, token: Token) -> bool:
    return visit.viewer.person is not None and visit.viewer.person.email == token.email


def is_other(visit: Visit, token: Token) -> bool:
    """Whether somebody with another address is signed in here; guests are nobody yet."""
    person = visit.viewer.person
    return person is not None and not person.guest and person.email != token.email


@router.post("/invitations/{link}")
def accept(visit: VisitDep, link: str, name: Text = "") -> Response:
    """The account if need be, the role, a session; a second click only goes on."""
    token = invitations.opened(visit.work, link, signer=visit.installation.signer)
    if invitations.standing(token, now=visit.now) is not Standing.OPEN:
        return show(visit, token, link)
    try:
        person = invitations.accept(visit.work, token, name=name, now=visit.now)
    except BadInput as error:
        return show(visit, token, link, name[:200], {error.field or "name": error.sentence})
    return sign_in(visit, person, section_of(viewer_of(visit.work, person)))
