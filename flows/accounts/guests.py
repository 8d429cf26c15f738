"""People who begin before they sign in: a draft on this device, handed over to an address later."""

from datetime import datetime, timedelta

from schemas.people import Actor, Person
from schemas.submission import Children, Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

GUEST_NAME = "Автор черновика"
# A guest who wrote something may come back as long as the cookie lives; an empty draft goes sooner.
GUEST_SESSION_DAYS = 180
EMPTY_DRAFT_DAYS = 30
TYPED = ("title", "abstract", "track", "subject", "level", "format", "mentor", "keywords")


def begin(work: Work, *, now: datetime) -> Person:
    """Somebody without a name and an address, to own a draft."""
    guest = work.people.add(Person(id=new_id(), name=GUEST_NAME, guest=True))
    work.journal.write(
        Actor(person_id=guest.id),
        action="guest_came",
        kind="person",
        subject_id=guest.id,
        now=now,
    )
    return guest


def claim(work: Work, source: Person, heir: Person, *, now: datetime) -> Person:
    """Everything of ``source``, who has no address, belongs to ``heir``; ``source`` is no more.

    The heir takes the name if they had none. Versions of works stay, so that other windows go on
    saving.
    """
    if source.email or source.erased_at or source.id == heir.id:
        return heir
    work.journal.lock()
    works = work.submissions.of_owner(source.id)
    work.belongings.hand_over(source.id, heir.id)
    work.belongings.remove_person(source.id)
    for one in works:
        sign_first_line(work, one.id, source, heir)
    work.journal.write(
        Actor(person_id=heir.id),
        action="drafts_claimed",
        kind="person",
        subject_id=heir.id,
        details={"from": source.id, "works": " ".join(str(one.number) for one in works)},
        now=now,
    )
    return work.people.save(introduced(heir, source))


def introduced(heir: Person, source: Person) -> Person:
    """The heir, called as the author lines call them if there was only an address before."""
    if heir.name != heir.email or source.name == GUEST_NAME:
        return heir
    known = ("name", "position", "category", "organisation_id", "municipality_id")
    return heir.model_copy(update={name: getattr(source, name) for name in known})


def sign_first_line(work: Work, submission_id: str, source: Person, heir: Person) -> None:
    """The author line of the person who typed it gets their address, where it has none."""
    one = work.submissions.get(submission_id)
    if any(author.email == heir.email for author in one.authors):
        return
    for place, author in enumerate(one.authors):
        if not author.email and author.name == source.name:
            line = author.model_copy(update={"email": heir.email, "person_id": heir.id})
            lines = (*one.authors[:place], line, *one.authors[place + 1 :])
            work.submissions.save(one.model_copy(update={"authors": lines}))
            return


def leave(work: Work, guest: Person, *, now: datetime) -> int:
    """Forget the guest with all drafts, as on a shared computer; returns how many drafts there were."""
    drafts = [
        one.id
        for one in work.submissions.of_owner(guest.id)
        if one.status is SubmissionStatus.DRAFT
    ]
    work.belongings.remove_drafts(drafts)
    work.belongings.remove_person(guest.id)
    work.journal.write(
        Actor(part="accounts"), action="guest_left", kind="person", subject_id=guest.id, now=now
    )
    return len(drafts)


def sweep(work: Work, *, now: datetime) -> int:
    """Forget guests who cannot come back, and those who wrote nothing for a month."""
    gone = [guest for guest in work.people.guests() if is_gone(work, guest, now=now)]
    for guest in gone:
        leave(work, guest, now=now)
    return len(gone)


def is_gone(work: Work, guest: Person, *, now: datetime) -> bool:
    visits = work.sessions.of(guest.id)
    if not any(visit.expires_at > now for visit in visits):
        return True
    works = work.submissions.of_owner(guest.id)
    if any(is_filled(work, one) for one in works):
        return False
    begun = max([*(visit.created_at for visit in visits), *(one.created_at for one in works)])
    return now - begun > timedelta(days=EMPTY_DRAFT_DAYS)


def is_filled(work: Work, one: Submission) -> bool:
    typed = any(getattr(one, name) for name in TYPED)
    ticked = bool(one.consents) or one.children is not Children.UNANSWERED
    return typed or ticked or bool(one.authors) or bool(work.files.of(one.id))
