"""Personal data taken out of the system at the person's own wish, as far as the law lets.

Marks, protocols and the journal keep the person's id; names, addresses, files and consents go, the
name also from letters kept for others and from reasons to fear a conflict of interest.
"""

import logging
from collections.abc import Iterable
from datetime import datetime
from functools import partial
from pathlib import Path

from flows.accounts import mentions
from flows.accounts.roles import take_role
from flows.documents.printing import cache
from flows.intake.operations import withdraw
from schemas.assignment import OPEN, AssignmentStatus
from schemas.base import Schema
from schemas.certificate import Certificate
from schemas.errors import Unavailable
from schemas.outbox import NoticeStatus
from schemas.people import Actor, Category, Person
from schemas.submission import Author, Submission, SubmissionStatus
from storage.files import FileStore
from storage.work import Work

log = logging.getLogger("marathon.erasing")

HIDDEN = "Автор скрыт"
GONE = "Имя удалено"
CLOSED = frozenset({SubmissionStatus.WITHDRAWN, SubmissionStatus.PUBLISHED})


class Outlook(Schema):
    """What will happen: works removed, taken back, hidden from the public, handed to a co-author."""

    removed: tuple[Submission, ...] = ()
    withdrawn: tuple[Submission, ...] = ()
    hidden: tuple[Submission, ...] = ()
    handed_on: tuple[Submission, ...] = ()
    signed: tuple[Submission, ...] = ()
    certificates: int = 0
    sent_reviews: int = 0
    open_reviews: int = 0


def outlook(work: Work, person: Person) -> Outlook:
    found = work.submissions.of_person(person.id)
    own = [one for one in found if one.owner_id == person.id]
    drafts = [one for one in own if one.status is SubmissionStatus.DRAFT]
    sent = [one for one in own if one.status is not SubmissionStatus.DRAFT]
    handed_on = [one for one in sent if heir_of(work, one, person)]
    rest = [one for one in sent if one not in handed_on]
    expert = work.experts.of_person(person.id)
    held = work.assignments.of_expert(expert.id) if expert else []
    return Outlook(
        removed=tuple(drafts),
        withdrawn=tuple(one for one in rest if one.status not in CLOSED),
        hidden=tuple(one for one in rest if one.status in CLOSED),
        handed_on=tuple(handed_on),
        signed=tuple(one for one in found if one.owner_id != person.id),
        certificates=len(work.certificates.of_person(person.id)),
        sent_reviews=sum(item.status is AssignmentStatus.SUBMITTED for item in held),
        open_reviews=sum(item.status in OPEN for item in held),
    )


def heir_of(work: Work, one: Submission, person: Person) -> str:
    """The first co-author with an account, who goes on with the work; empty when there is none."""
    others = [
        author.person_id for author in one.authors if author.person_id not in {None, person.id}
    ]
    known = work.people.many(other for other in others if other)
    able = (other for other in others if other and known[other].email)
    return next(able, "")


def erase(
    work: Work, person: Person, *, files: FileStore, caches: Iterable[Path] = (), now: datetime
) -> Outlook:
    """Everything that can go goes, and the last letter says so.

    Raises ``Conflict`` for the last administrator.
    """
    ahead = forget(work, person, by=Actor(person_id=person.id), files=files, caches=caches, now=now)
    tell(work, person, now=now)
    return ahead


def forget(
    work: Work,
    person: Person,
    *,
    by: Actor,
    files: FileStore,
    caches: Iterable[Path] = (),
    now: datetime,
) -> Outlook:
    """What ``erase`` does, without a word; contents of files and of ``caches`` go once committed.

    Raises ``Conflict`` for the last administrator.
    """
    work.journal.lock()
    ahead = outlook(work, person)
    for grant in work.roles.of(person.id):
        take_role(work, grant.id, by=by, now=now)
    leave_reviews(work, person, by=by, now=now)
    forget_contents(work, ahead, files, work.certificates.of_person(person.id))
    work.afterwards += [partial(cache.clear, folder) for folder in caches]
    forget_author_lines(work, ahead)
    mentions.forget(work, person, instead=GONE)  # before the lines of authors change
    leave_works(work, ahead, person, by=by, now=now)
    for certificate in work.certificates.of_person(person.id):
        work.certificates.save(blank(certificate, now))
    forget_letters(work, person)
    forget_nominations(work, person)
    work.belongings.end_visits(person.id)
    if person.email:
        work.tokens.forget_email(person.email)
    work.journal.write(by, action="erased", kind="person", subject_id=person.id, now=now)
    work.people.save(nameless(person, now))
    return ahead


def forget_contents(
    work: Work, ahead: Outlook, files: FileStore, papers: Iterable[Certificate]
) -> None:
    """What was uploaded, made of it and still on its way; never what somebody else's row names."""
    works = [one.id for one in (*ahead.removed, *ahead.withdrawn)]
    doomed = work.belongings.contents(works) | {one.sha256 for one in papers if one.sha256}
    shelves = work.belongings.uploads(works)

    def discard() -> None:
        for shelf in shelves:
            files.clear_shelf(shelf)
        for sha256 in work.belongings.unnamed(doomed):
            try:
                files.discard(sha256)
            except Unavailable:
                log.exception("content of an erased person stays in the store: %s", sha256)

    work.afterwards.append(discard)


def forget_author_lines(work: Work, ahead: Outlook) -> None:
    """Lines that were begun and never saved, with what was typed in them."""
    for one in (*ahead.removed, *ahead.withdrawn, *ahead.hidden):
        work.kept_forms.forget_path(f"/my/{one.id}/authors")


def leave_works(work: Work, ahead: Outlook, person: Person, *, by: Actor, now: datetime) -> None:
    work.belongings.remove_drafts(one.id for one in ahead.removed)
    for one in ahead.handed_on:
        heir = heir_of(work, one, person)
        work.submissions.save(one.model_copy(update={"owner_id": heir, "consents": ()}))
    for one in ahead.withdrawn:
        withdraw(work, one.id, by=by, now=now)
    for one in (*ahead.withdrawn, *ahead.hidden):
        work.belongings.remove_files(one.id)
        take_consents_back(work, one.id, by=by, now=now)
    for one in work.submissions.of_person(person.id):
        hide_in(work, one, person.id)


def take_consents_back(work: Work, submission_id: str, *, by: Actor, now: datetime) -> None:
    """Nothing of the work is public any more; a collection that is out gets a new edition."""
    one = work.submissions.get(submission_id)
    work.submissions.save(one.model_copy(update={"consents": ()}))
    if one.status is SubmissionStatus.PUBLISHED:
        work.runs.ask("compile_collection", marathon_id=one.marathon_id, by=by.person_id, now=now)


def hide_in(work: Work, one: Submission, person_id: str) -> None:
    """The person's author line without what names them, in the work and in its versions."""
    lines = without(one.authors, person_id)
    if lines != one.authors:
        work.submissions.save(one.model_copy(update={"authors": lines}))
    for version in work.submission_versions.of(one.id):
        content = version.content.model_copy(
            update={"authors": without(version.content.authors, person_id)}
        )
        work.submission_versions.save(version.model_copy(update={"content": content}))


def without(authors: Iterable[Author], person_id: str) -> tuple[Author, ...]:
    return tuple(hidden(author) if author.person_id == person_id else author for author in authors)


def hidden(author: Author) -> Author:
    """The municipality stays: participation is counted by it."""
    return Author(
        name=HIDDEN,
        municipality_id=author.municipality_id,
        person_id=author.person_id,
        category=Category.NONE,
    )


def leave_reviews(work: Work, person: Person, *, by: Actor, now: datetime) -> None:
    """Works still to be read go to others; marks that were sent stay."""
    expert = work.experts.of_person(person.id)
    if expert is None:
        return
    let_go = [item for item in work.assignments.of_expert(expert.id) if item.status in OPEN]
    for item in let_go:
        work.assignments.move(item, to=AssignmentStatus.REPLACED, by=by, now=now)
    for marathon_id in sorted({item.marathon_id for item in let_go}):
        work.runs.ask("replace_experts", marathon_id=marathon_id, by=person.id, now=now)
    blanked = {"position": "", "close_people": (), "organisation_id": None, "active": False}
    work.experts.save(work.experts.get(expert.id).model_copy(update=blanked))


def blank(certificate: Certificate, now: datetime) -> Certificate:
    """The number stays and says that the certificate was taken back."""
    return certificate.model_copy(
        update={
            "holder": f"{HIDDEN} ({certificate.number})",
            "sha256": None,
            "revoked_at": certificate.revoked_at or now,
        }
    )


def forget_letters(work: Work, person: Person) -> None:
    """Letters keep their kind and moment; those that have not left do not leave."""
    waiting = {NoticeStatus.DRAFT, NoticeStatus.QUEUED, NoticeStatus.FAILED}
    for notice in work.notices.of_reader(person.id, person.email):
        status = NoticeStatus.DISCARDED if notice.status in waiting else notice.status
        wiped: dict[str, object] = {
            "address": None,
            "values": {},
            "title": "",
            "body": "",
            "status": status,
        }
        work.notices.save(notice.model_copy(update=wiped))


def forget_nominations(work: Work, person: Person) -> None:
    """Whoever was proposed as an expert is a number in a list from now on."""
    wiped = {"name": HIDDEN, "email": "", "position": "", "words": "", "organisation_id": None}
    for one in work.nominations.of_email(person.email) if person.email else ():
        work.nominations.save(one.model_copy(update=wiped))


def tell(work: Work, person: Person, *, now: datetime) -> None:
    """The last letter, to the address that is forgotten here."""
    if person.email:
        about = ("person", person.id)
        work.notices.tell("erased", person.id, about=about, address=person.email, now=now)


def nameless(person: Person, now: datetime) -> Person:
    return Person(id=person.id, name=GONE, digests=False, erased_at=now)
