"""The page an expert answers on without signing in: one address per invitation, never kept.

Letters are written and stored with an address that asks to sign in; the mark that opens it without
that is added to the letter as it leaves.
"""

import re

from schemas.assignment import Assignment, AssignmentStatus
from schemas.errors import NotFound
from schemas.outbox import Notice
from schemas.people import Actor, Person
from schemas.settings import Settings
from schemas.signing import Signer
from storage.repositories.rows import MISSING
from storage.work import Work

PURPOSE = "answer invitation"
BY_LETTER = "letter"
UNMARKED = re.compile(r"/invited/([0-9A-Za-z-]+)(?![\w/-])")
NEVER_ASKED = frozenset({AssignmentStatus.PROPOSED, AssignmentStatus.REPLACED})


def unmarked(assignment_id: str) -> str:
    """The path as letters are stored with it."""
    return f"/invited/{assignment_id}"


def path_of(assignment_id: str, person_id: str, signer: Signer) -> str:
    """The path that opens without signing in."""
    return f"{unmarked(assignment_id)}/{signer.mark(PURPOSE, assignment_id, person_id)}"


def marked(work: Work, letter: Notice, settings: Settings, signer: Signer | None) -> Notice:
    """The letter as it leaves: addresses of the reader's own invitations open without signing in."""
    person = work.people.find(letter.person_id) if letter.person_id else None
    base = settings.base_url.rstrip("/")
    if signer is None or person is None or f"{base}/invited/" not in letter.body:
        return letter
    expert = work.experts.of_person(person.id)
    own = {one.id for one in work.assignments.of_expert(expert.id)} if expert else set()
    body = letter.body
    for identifier in own & set(UNMARKED.findall(body)):
        plain = re.compile(re.escape(base + unmarked(identifier)) + r"(?![\w/-])")
        body = plain.sub(base + path_of(identifier, person.id, signer), body)
    return letter.model_copy(update={"body": body})


def opened(
    work: Work, assignment_id: str, mark: str, *, signer: Signer
) -> tuple[Assignment, Person]:
    """The invitation and who was asked; raises ``NotFound`` for an address nobody was given."""
    item = work.assignments.find(assignment_id)
    if item is None or item.status in NEVER_ASKED:
        raise NotFound(MISSING)
    person = work.people.find(work.experts.get(item.expert_id).person_id)
    if person is None or person.erased_at or not signer.fits(mark, PURPOSE, item.id, person.id):
        raise NotFound(MISSING)
    return item, person


def actor_of(person: Person) -> Actor:
    """The expert, who answered from the letter."""
    return Actor(person_id=person.id, part=BY_LETTER)
