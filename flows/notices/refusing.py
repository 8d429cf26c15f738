"""Refusing reminders and digests without signing in: one address per person, never one-use."""

from flows.notices.letters import LETTERS
from schemas.errors import NotFound
from schemas.outbox import Notice
from schemas.people import Person
from schemas.settings import Settings
from schemas.signing import Signer
from storage.repositories.rows import MISSING
from storage.work import Work

PURPOSE = "refuse letters"


def address_of(work: Work, notice: Notice, settings: Settings, signer: Signer | None) -> str:
    """Where to refuse letters of this kind; empty for letters nobody can refuse."""
    person = work.people.find(notice.person_id) if notice.person_id else None
    if signer is None or person is None or not LETTERS[notice.template].refusable:
        return ""
    mark = signer.mark(PURPOSE, person.id)
    return f"{settings.base_url.rstrip('/')}/letters/refuse/{person.id}/{mark}"


def is_refused(work: Work, notice: Notice) -> bool:
    if not LETTERS[notice.template].refusable or not notice.person_id:
        return False
    person = work.people.find(notice.person_id)
    return person is not None and not person.digests


def person_of(work: Work, person_id: str, mark: str, *, signer: Signer) -> Person:
    """Whose address this is; raises ``NotFound`` for one that nobody was given."""
    person = work.people.find(person_id)
    if person is None or not signer.fits(mark, PURPOSE, person_id):
        raise NotFound(MISSING)
    return person


def choose(work: Work, person: Person, *, digests: bool) -> Person:
    """Refuse reminders and digests, or take them again."""
    return work.people.save(person.model_copy(update={"digests": digests}))
