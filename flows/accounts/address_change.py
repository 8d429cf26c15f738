"""Another address: a code to the new one, a word to the old one, nothing before the code is typed."""

from datetime import datetime, timedelta

from flows.accounts import codes
from schemas.address import fold_email
from schemas.errors import BadInput, Conflict
from schemas.people import Actor, Person, Token, TokenKind
from schemas.signing import Signer
from storage.identifiers import new_id
from storage.work import Work

ADDRESS = "address"
MINUTES = 30
WRONG_CODE = "Код не подошёл или устарел. Проверьте цифры в последнем письме на новый адрес."
TAKEN = (
    "Этот адрес уже занят другой учётной записью. Если она тоже ваша, войдите в неё; "
    "объединить записи помогут организаторы."
)
SOMEBODY_ELSES = "Этот адрес уже есть у другого человека. Проверьте, не одно ли это лицо."


def ask(
    work: Work, person: Person, email: str, *, signer: Signer, code: str, now: datetime
) -> Token:
    """A code to the new address; the same for free and taken ones. Raises ``BadInput``."""
    address = fold_email(email)
    if address == person.email:
        raise BadInput("Это и есть ваш нынешний адрес.", field="email")
    token_id = new_id()
    token = work.tokens.add(
        Token(
            id=token_id,
            hash=signer.mark(ADDRESS, token_id, code),
            kind=TokenKind.ADDRESS,
            email=address,
            payload={"code": codes.mark(token_id, code, signer=signer), "person": person.id},
            created_at=now,
            expires_at=now + timedelta(minutes=MINUTES),
        )
    )
    work.notices.tell(
        "address_check",
        token.id,
        about=("token", token.id),
        address=address,
        values={"code": code, "minutes": str(MINUTES)},
        now=now,
    )
    return token


def confirm(
    work: Work,
    person: Person,
    email: str,
    code: str,
    *,
    session_id: str = "",
    signer: Signer,
    now: datetime,
) -> Person:
    """The person at the new address; the old one is told and only ``session_id`` goes on.

    Raises ``BadInput``, ``Conflict``.
    """
    sent = work.tokens.of_email(email, kind=TokenKind.ADDRESS)
    mine = [token for token in sent if token.payload.get("person") == person.id]
    token = codes.spend(work, mine, code, signer=signer, now=now, wrong=WRONG_CODE)
    require_free(work, token.email, TAKEN)
    note(work, person, "address_changed", by=Actor(person_id=person.id), now=now)
    if person.email:
        tell_old(work, person, token.email, now=now)
    return move(work, person, token.email, session_id=session_id)


def mend(work: Work, person: Person, address: str, *, by: Actor, now: datetime) -> Person:
    """Another address in place of one that letters come back from; raises ``Conflict``."""
    if address != person.email:
        require_free(work, address, SOMEBODY_ELSES)
    note(work, person, "address_mended", by=by, now=now)
    return move(work, person, address)


def require_free(work: Work, address: str, sentence: str) -> None:
    if work.people.by_email(address):
        raise Conflict(sentence, code="address_taken")


def note(work: Work, person: Person, action: str, *, by: Actor, now: datetime) -> None:
    work.journal.write(by, action=action, kind="person", subject_id=person.id, now=now)


def move(work: Work, person: Person, address: str, *, session_id: str = "") -> Person:
    """Whoever came in by the old address is out, but for the one session that goes on."""
    work.sessions.end_all(person.id, but=session_id)
    if person.email:
        work.tokens.forget_email(person.email)
    follow_in_lines(work, person, address)
    return work.people.save(person.model_copy(update={"email": address, "bounced_at": None}))


def tell_old(work: Work, person: Person, address: str, *, now: datetime) -> None:
    work.notices.tell(
        "address_changed",
        f"{person.id}/{now.isoformat()}",
        about=("person", person.id),
        person_id=person.id,
        address=person.email,
        values={"new_address": address},
        now=now,
    )


def follow_in_lines(work: Work, person: Person, address: str) -> None:
    """Author lines of unsent and sent works carry the address that now is the person's."""
    for one in work.submissions.signed_by([person.id]):
        lines = tuple(
            author.model_copy(update={"email": address})
            if author.person_id == person.id and author.email
            else author
            for author in one.authors
        )
        if lines != one.authors:
            work.submissions.save(one.model_copy(update={"authors": lines}))
