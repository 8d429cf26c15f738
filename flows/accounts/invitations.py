"""Invitations by letter that carry a role, its scope and a note, and what becomes of them.

The link of an invitation is made from its id by the installation's key: it is never kept, stays the
same when the letter is sent again, and opens until it is accepted, taken back or two weeks old.
"""

from datetime import datetime, timedelta
from enum import StrEnum

from flows.accounts import roles
from flows.accounts.address_lines import Invitee
from schemas.address import fold_email
from schemas.base import Schema
from schemas.errors import BadInput, Conflict, NotFound
from schemas.people import Actor, Person, Role, RoleGrant, Token, TokenKind
from schemas.signing import Signer
from storage.identifiers import new_id
from storage.repositories.rows import MISSING
from storage.work import Work

INVITATION, LINK = "invitation", "invitation link"
OPEN_FOR = timedelta(days=14)
LONGEST_NOTE = 1000


class Standing(StrEnum):
    OPEN = "open"
    ACCEPTED = "accepted"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Offer(Schema):
    """What is offered: a role, for which municipality or marathon, and a word to the person."""

    role: Role
    municipality_id: str = ""
    marathon_id: str = ""
    note: str = ""


def require_sound(work: Work, offer: Offer) -> None:
    """Raises ``BadInput``: the role needs a place, the note is too long; ``NotFound``."""
    roles.place_of(work, offer.role, offer.municipality_id)
    roles.scope_of(work, offer.role, offer.municipality_id, offer.marathon_id)
    if len(offer.note) > LONGEST_NOTE:
        raise BadInput(f"Сообщение — до {LONGEST_NOTE} знаков.", field="note")


def invite(
    work: Work, offer: Offer, invitee: Invitee, *, signer: Signer, by: Actor, now: datetime
) -> Token:
    """An invitation with its letter; the same one again while it is open and offers the same."""
    require_sound(work, offer)
    for token in work.tokens.of_email(invitee.email, kind=TokenKind.INVITATION):
        if standing(token, now=now) is Standing.OPEN and offer_of(token) == offer:
            return token
    token_id = new_id()
    token = work.tokens.add(
        Token(
            id=token_id,
            hash=signer.mark(INVITATION, link_of(token_id, signer)),
            kind=TokenKind.INVITATION,
            email=fold_email(invitee.email),
            payload={
                **{name: str(value) for name, value in offer.model_dump().items()},
                "name": invitee.name,
                "by": by.person_id or "",
            },
            created_at=now,
            expires_at=now + OPEN_FOR,
        )
    )
    write_journal(work, "invited", token, by=by, now=now)
    write_letter(work, token, signer=signer, now=now)
    return token


def link_of(token_id: str, signer: Signer) -> str:
    """The last part of the link's address."""
    return signer.mark(LINK, token_id)


def offer_of(token: Token) -> Offer:
    return Offer.model_validate({name: token.payload[name] for name in Offer.model_fields})


def standing(token: Token, *, now: datetime) -> Standing:
    if token.payload.get("revoked"):
        return Standing.REVOKED
    if token.used_at is not None:
        return Standing.ACCEPTED
    return Standing.OPEN if token.expires_at > now else Standing.EXPIRED


def opened(work: Work, link: str, *, signer: Signer) -> Token:
    """The invitation behind a link, however it stands; raises ``NotFound``."""
    found = work.tokens.of_hash(signer.mark(INVITATION, link), kind=TokenKind.INVITATION)
    if found is None:
        raise NotFound(MISSING)
    return found


def accept(work: Work, token: Token, *, name: str, now: datetime) -> Person:
    """The person with the role; accepted twice at once, it is given once.

    Raises ``BadInput`` without a name and ``Conflict`` for an invitation that is no longer open.
    """
    if standing(token, now=now) is not Standing.OPEN:
        raise Conflict("Это приглашение больше не действует.", code="invitation_closed")
    person = roles.invite(work, token.email, name=name)
    if not work.tokens.spend(token, now=now):
        return person
    offer = offer_of(token)
    roles.grant_role(
        work,
        person,
        offer.role,
        municipality_id=offer.municipality_id,
        marathon_id=offer.marathon_id,
        by=Actor(person_id=token.payload["by"] or None, on_behalf_of=None),
        now=now,
    )
    write_journal(work, "invitation_accepted", token, by=Actor(person_id=person.id), now=now)
    return person


def send_again(work: Work, token_id: str, *, signer: Signer, by: Actor, now: datetime) -> Token:
    """The same link by another letter, open for two weeks more; ``Conflict`` once accepted."""
    token = invitation(work, token_id)
    if standing(token, now=now) not in {Standing.OPEN, Standing.EXPIRED}:
        raise Conflict("Это приглашение уже принято или отозвано.", code="invitation_closed")
    again = work.tokens.save(token.model_copy(update={"expires_at": now + OPEN_FOR}))
    write_journal(work, "invited", again, by=by, now=now)
    write_letter(work, again, signer=signer, now=now)
    return again


def revoke(work: Work, token_id: str, *, by: Actor, now: datetime) -> Token:
    """The link opens nothing any more; raises ``Conflict`` when it was accepted before."""
    token = invitation(work, token_id)
    if standing(token, now=now) is Standing.REVOKED:
        return token
    if not work.tokens.spend(token, now=now):
        raise Conflict("Приглашение уже принято: роль можно снять.", code="invitation_closed")
    write_journal(work, "invitation_revoked", token, by=by, now=now)
    revoked = {**token.payload, "revoked": "yes"}
    return work.tokens.save(token.model_copy(update={"payload": revoked, "used_at": now}))


def open_ones(work: Work, *, now: datetime) -> list[Token]:
    """Invitations that wait for an answer, the newest first."""
    found = work.tokens.every_of_kind(TokenKind.INVITATION)
    waiting = [one for one in found if standing(one, now=now) is Standing.OPEN]
    return sorted(waiting, key=lambda one: one.created_at, reverse=True)


def invitation(work: Work, token_id: str) -> Token:
    """Raises ``NotFound`` for tokens of another kind too."""
    token = work.tokens.get(token_id)
    if token.kind is not TokenKind.INVITATION:
        raise NotFound(MISSING)
    return token


def already_holds(work: Work, email: str, offer: Offer) -> bool:
    """Whether the person with this address has this very role."""
    person = work.people.by_email(email)
    scope = roles.scope_of(work, offer.role, offer.municipality_id, offer.marathon_id)
    return person is not None and any(
        is_same(one, offer, scope) for one in work.roles.of(person.id)
    )


def is_same(grant: RoleGrant, offer: Offer, scope: dict[str, str]) -> bool:
    if grant.role is not offer.role or grant.scope != scope["scope"]:
        return False
    return grant.scope == "cluster" or grant.scope_id == scope["scope_id"]


def where(work: Work, offer: Offer) -> str:
    """The marathon or municipality the role is for; empty for the whole cluster."""
    if offer.role in roles.NEEDS_PLACE:
        found = work.municipalities.find(offer.municipality_id)
        return found.name if found else ""
    if offer.marathon_id and offer.role in roles.MAY_BE_OF_A_MARATHON:
        marathon = work.marathons.find(offer.marathon_id)
        return f"«{marathon.title}»" if marathon else ""
    return ""


def write_letter(work: Work, token: Token, *, signer: Signer, now: datetime) -> None:
    offer = offer_of(token)
    inviter = work.people.find(token.payload["by"])
    place = where(work, offer)
    work.notices.tell(
        "invitation_to_role",
        f"{token.id}/{now.isoformat()}",
        about=("token", token.id),
        address=token.email,
        values={
            "role": offer.role.value,
            "place": f", {place}" if place else "",
            "note": f"\n\n{offer.note}" if offer.note else "",
            "secret": link_of(token.id, signer),
            "days": str(OPEN_FOR.days),
            "inviter": inviter.name if inviter else "Оргкомитет",
        },
        now=now,
    )


def write_journal(work: Work, action: str, token: Token, *, by: Actor, now: datetime) -> None:
    offer = offer_of(token)
    details = {
        "role": offer.role.value,
        "municipality": offer.municipality_id,
        "marathon": offer.marathon_id,
    }
    work.journal.write(
        by, action=action, kind="invitation", subject_id=token.id, now=now, details=details
    )
