"""Issuing certificates once each, keeping their files, answering whether a number is genuine."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from flows.certificates import rules, viewing
from flows.certificates.checking import UNKNOWN
from flows.certificates.rules import Entitlement, Helper, Reviewer
from schemas.certificate import Certificate, CertificateKind
from schemas.decision import Decision, DecisionStatus
from schemas.errors import BadInput, Conflict, NotFound
from schemas.ordering import name_key
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Actor, Person, Role
from schemas.submission import Submission
from storage.files import FileStore
from storage.identifiers import new_id
from storage.work import Work


def entitlements(work: Work, marathon_id: str) -> list[Entitlement]:
    """Who is due what, as things stand."""
    submissions = work.submissions.of_marathon(marathon_id)
    rounds = {one.id: one.round for one in submissions}
    confirmed: dict[str, Decision] = {
        one.submission_id: one
        for one in work.decisions.of_marathon(marathon_id)
        if one.status is DecisionStatus.CONFIRMED and rounds.get(one.submission_id) == one.round
    }
    return rules.entitled(
        work.marathons.get(marathon_id),
        submissions,
        confirmed,
        reviewers(work, marathon_id),
        helpers(work, marathon_id, submissions),
    )


def helpers(work: Work, marathon_id: str, submissions: Sequence[Submission]) -> list[Helper]:
    """Organisers, and coordinators of the municipalities whose teachers took part."""
    organisers = [
        Helper(person_id=one.id, name=one.name, organised=True)
        for one in work.people.serving(Role.ORGANISER, marathon_id=marathon_id)
    ]
    homes = {home for one in submissions if rules.was_taken(one) for home in one.municipality_ids}
    places: dict[str, list[str]] = {}
    people: dict[str, Person] = {}
    for place in work.municipalities.many(homes).values():
        for person in work.people.with_role(Role.COORDINATOR, scope_id=place.id):
            people[person.id] = person
            places.setdefault(person.id, []).append(place.name)
    coordinators = [
        Helper(person_id=key, name=people[key].name, places=tuple(sorted(names, key=name_key)))
        for key, names in sorted(places.items())
    ]
    return organisers + coordinators


def reviewers(work: Work, marathon_id: str) -> list[Reviewer]:
    counts = Counter(review.expert_id for review in work.reviews.sent(marathon_id))
    experts = work.experts.many(counts)
    people = work.people.many(expert.person_id for expert in experts.values())
    return [
        Reviewer(person_id=person.id, name=person.name, reviews=counts[expert.id])
        for expert in experts.values()
        if (person := people[expert.person_id]).erased_at is None
    ]


def issue(work: Work, marathon_id: str, *, by: Actor, now: datetime) -> list[Certificate]:
    """A certificate for everybody entitled; returns those whose file has yet to be drawn.

    Who has one keeps its number. Where the facts or the design have changed the file follows
    them; where the facts are gone (a withdrawn work) the certificate is revoked. Letters wait
    as drafts.
    """
    marathon = work.marathons.get(marathon_id)
    issued = work.certificates.of_marathon(marathon_id)
    held = {rules.key_of(one): one for one in issued}
    unnamed = {rules.name_key(one): rules.key_of(one) for one in issued if one.person_id is None}
    fresh = {kind: fresh_numbers(work, marathon.year, kind) for kind in CertificateKind}
    missing = []
    for due in entitlements(work, marathon_id):
        found = held.pop(due.key, None) or held.pop(unnamed.get(rules.name_key(due), due.key), None)
        if found is None:
            missing.append((due, next(fresh[due.kind])))
        else:
            follow(work, found, due)
    add(work, marathon_id, missing, by=by, now=now)
    for lost in held.values():
        if lost.revoked_at is None:
            revoke(work, lost.id, by=by, now=now, reason="entitlement_lost")
    forget_old_looks(work, marathon_id)
    return undrawn(work, marathon_id)


def fresh_numbers(work: Work, year: int, kind: CertificateKind) -> Iterator[str]:
    """Numbers nobody has: a year's numbers are shared by all its marathons."""
    taken = work.certificates.numbers(rules.prefix_of(year, kind))
    return rules.numbers(year, kind, taken)


def forget_old_looks(work: Work, marathon_id: str) -> None:
    """Files that would be drawn differently now: another design, chair, school, case of a name."""
    drawn = [
        one
        for one in work.certificates.of_marathon(marathon_id)
        if one.sha256 and one.drawn_from and one.revoked_at is None
    ]
    looks = viewing.fingerprints(work, drawn)
    for one in drawn:
        if one.drawn_from != looks[one.id]:
            work.certificates.save(one.model_copy(update={"sha256": None}))


def undrawn(work: Work, marathon_id: str) -> list[Certificate]:
    return [
        one
        for one in work.certificates.of_marathon(marathon_id)
        if one.sha256 is None and one.revoked_at is None
    ]


def add(
    work: Work,
    marathon_id: str,
    dues: Sequence[tuple[Entitlement, str]],
    *,
    by: Actor,
    now: datetime,
) -> None:
    """New certificates, each under its number, with letters to those who are told of theirs."""
    added = [
        Certificate(
            id=new_id(),
            marathon_id=marathon_id,
            number=number,
            issued_at=now,
            **due.model_dump(exclude={"told"}),
        )
        for due, number in dues
    ]
    work.certificates.add_many(added)
    about = [(one.id, dict[str, str]()) for one in added]
    work.journal.write_many(by, action="issued", kind="certificate", about=about, now=now)
    told = [one for one, (due, _) in zip(added, dues, strict=True) if due.person_id and due.told]
    work.notices.write_many([letter_of(one, now=now) for one in told])


def letter_of(certificate: Certificate, *, now: datetime) -> Notice:
    """A draft: organisers read letters before they leave."""
    return Notice(
        id=new_id(),
        template="certificate",
        dedup_key=f"certificate/{certificate.id}",
        subject_kind="certificate",
        subject_id=certificate.id,
        person_id=certificate.person_id,
        marathon_id=certificate.marathon_id,
        status=NoticeStatus.DRAFT,
        created_at=now,
    )


def follow(work: Work, found: Certificate, due: Entitlement) -> None:
    """The certificate with the facts of now under its old number; a revoked one stays revoked."""
    if found.revoked_at is not None:
        return
    changes: dict[str, object] = {"person_id": due.person_id}
    if (found.text, found.holder) != (due.text, due.holder):
        changes |= {"text": due.text, "holder": due.holder, "sha256": None}
    changed = found.model_copy(update=changes)
    if changed != found:
        work.certificates.save(changed)


def revoke(
    work: Work, certificate_id: str, *, by: Actor, now: datetime, reason: str
) -> Certificate:
    """Take a certificate back; its number stays and says so to whoever asks."""
    if not reason.strip():
        raise BadInput("Напишите, почему сертификат отзывается.", field="reason")
    certificate = work.certificates.get(certificate_id)
    if certificate.revoked_at is not None:
        return certificate
    work.journal.write(by, action="revoked", kind="certificate", subject_id=certificate_id, now=now)
    return work.certificates.save(certificate.model_copy(update={"revoked_at": now}))


def keep(work: Work, drawn: Certificate, sha256: str, look: str | None = None) -> bool:
    """Remember the file drawn of ``drawn``; not if its words have changed in the meantime.

    ``look`` is the fingerprint of what was drawn.
    """
    certificate = work.certificates.get(drawn.id)
    if certificate != drawn:
        return False
    work.certificates.save(certificate.model_copy(update={"sha256": sha256, "drawn_from": look}))
    return True


def content(work: Work, files: FileStore, number: str) -> bytes:
    """The PDF; raises ``NotFound`` for an unknown or revoked number, ``Conflict`` if undrawn."""
    certificate = work.certificates.by_number(number)
    if certificate is None or certificate.revoked_at is not None:
        raise NotFound(UNKNOWN)
    if certificate.sha256 is None:
        raise Conflict("Сертификат ещё готовится: откройте страницу через минуту.")
    return files.read(certificate.sha256)
