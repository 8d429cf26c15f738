"""A work entered for somebody, given to them: by a link in a letter or a code on paper."""

import secrets
from datetime import datetime, timedelta

from flows.accounts import guests
from schemas.address import fold_email
from schemas.errors import BadInput, Conflict
from schemas.people import Actor, Person, Token, TokenKind
from schemas.signing import Signer
from schemas.submission import Submission
from storage.identifiers import new_id
from storage.work import Work

CLAIM = "claim"
DAYS = 30
# No letters and digits that look alike on paper; 60 bits cannot be guessed.
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"
GROUPS, IN_GROUP = 3, 4
GONE = (
    "Этот код или ссылка уже использованы либо устарели. Попросите организаторов прислать новые: "
    "материал никуда не делся."
)
MISTYPED = (
    "Такого кода нет: сверьте его с листом, в нём 12 букв и цифр. Если всё верно, "
    "кодом уже воспользовались или он устарел: попросите у организаторов новый."
)


def paper_code() -> str:
    """«K7QM-2ZXP-9RTA»."""
    groups = ("".join(secrets.choice(LETTERS) for _ in range(IN_GROUP)) for _ in range(GROUPS))
    return "-".join(groups)


def plain(secret: str) -> str:
    """A code as it was drawn, however it was typed; links are left as they are."""
    typed = "".join(letter for letter in secret.upper() if letter.isalnum())
    if len(typed) != GROUPS * IN_GROUP or set(typed) - set(LETTERS):
        return secret
    return "-".join(typed[at : at + IN_GROUP] for at in range(0, len(typed), IN_GROUP))


def offer(
    work: Work,
    submission: Submission,
    *,
    email: str,
    secret: str,
    signer: Signer,
    by: Actor,
    now: datetime,
) -> Token:
    """A way to take the work over, by letter when there is an ``email``; an older way closes.

    Raises ``BadInput`` for what is no address and ``Conflict`` when the author has an account.
    """
    owner = work.people.get(submission.owner_id)
    if owner.email or not submission.entered_by:
        raise Conflict("Автор уже ведёт этот материал сам.", code="already_claimed")
    address = fold_email(email) if email else ""
    close_older(work, submission.id, now=now)
    token = work.tokens.add(way_in(submission, address, mark=signer.mark(CLAIM, secret), now=now))
    work.journal.write(
        by.model_copy(update={"on_behalf_of": owner.id}),
        action="offered_to_author",
        kind="submission",
        subject_id=submission.id,
        now=now,
    )
    if address:
        write_letter(work, token, submission, secret, now=now)
    return token


def way_in(submission: Submission, address: str, *, mark: str, now: datetime) -> Token:
    return Token(
        id=new_id(),
        hash=mark,
        kind=TokenKind.CLAIM,
        email=address,
        payload={"submission": submission.id},
        created_at=now,
        expires_at=now + timedelta(days=DAYS),
    )


def close_older(work: Work, submission_id: str, *, now: datetime) -> None:
    for token in work.tokens.of_kind(TokenKind.CLAIM):
        if token.payload.get("submission") == submission_id:
            work.tokens.spend(token, now=now)


def write_letter(
    work: Work, token: Token, submission: Submission, secret: str, *, now: datetime
) -> None:
    work.notices.tell(
        "claim",
        token.id,
        about=("submission", submission.id),
        person_id=submission.owner_id,
        address=token.email,
        marathon_id=submission.marathon_id,
        values={"secret": secret, "days": str(DAYS)},
        now=now,
    )


def offered(work: Work, secret: str, *, signer: Signer, now: datetime) -> tuple[Token, Submission]:
    """What the link or the code is about; looking spends nothing. Raises ``BadInput``."""
    mark = signer.mark(CLAIM, plain(secret.strip()))
    token = work.tokens.live(mark, kind=TokenKind.CLAIM, now=now)
    found = work.submissions.find(token.payload["submission"]) if token else None
    if token is None or found is None:
        raise BadInput(GONE, code="claim_spent", field="code")
    return token, found


def take_over(
    work: Work, token: Token, submission: Submission, *, reader: Person | None, now: datetime
) -> Person:
    """The author, owner from now on: whoever got the letter, or ``reader`` who typed the code.

    Raises ``BadInput`` when it was taken a moment ago or nobody is signed in with a code. A link is
    no key to an account that was there before it: its owner signs in first.
    """
    if not token.email and (reader is None or not reader.email):
        raise BadInput("Чтобы взять материал по коду, сначала войдите.", code="sign_in_first")
    known = work.people.by_email(token.email) if token.email else None
    if known and (reader is None or reader.id != known.id):
        raise BadInput(
            f"Материал передан на адрес {token.email}: войдите с ним, чтобы взять материал.",
            code="sign_in_first",
        )
    if not work.tokens.spend(token, now=now):
        raise BadInput(GONE, code="claim_spent", field="code")
    owner = work.people.get(submission.owner_id)
    heir = known or (None if token.email else reader)
    if heir is None:
        return welcomed(work, owner, token.email, now=now)
    return guests.claim(work, owner, heir, now=now)


def welcomed(work: Work, owner: Person, email: str, *, now: datetime) -> Person:
    """The person the organiser entered, who can sign in from now on."""
    person = work.people.save(owner.model_copy(update={"email": email}))
    for one in work.submissions.of_owner(person.id):
        guests.sign_first_line(work, one.id, owner, person)
    work.journal.write(
        Actor(person_id=person.id),
        action="drafts_claimed",
        kind="person",
        subject_id=person.id,
        now=now,
    )
    return person
