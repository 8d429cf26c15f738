"""Issuing certificates once each, keeping their files, answering whether a number is genuine."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime

from flows.certificates import rules
from flows.certificates.rules import Entitlement, Reviewer
from flows.certificates.view import CertificateView, Verification
from schemas.certificate import CERTIFICATE_NAMES, Certificate, CertificateKind
from schemas.decision import Decision, DecisionStatus
from schemas.errors import BadInput, Conflict, NotFound
from schemas.outbox import NoticeStatus
from schemas.people import Actor, Role
from storage.files import FileStore
from storage.identifiers import new_id
from storage.work import Work

UNKNOWN = "Сертификата с таким номером нет. Проверьте номер: он напечатан под QR-кодом."


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
        work.marathons.get(marathon_id), submissions, confirmed, reviewers(work, marathon_id)
    )


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

    Who has one keeps its number. Where the facts have changed the text follows them; where
    they are gone (a withdrawn work) the certificate is revoked. Letters wait as drafts.
    """
    marathon = work.marathons.get(marathon_id)
    issued = work.certificates.of_marathon(marathon_id)
    held = {rules.key_of(one): one for one in issued}
    unnamed = {rules.name_key(one): rules.key_of(one) for one in issued if one.person_id is None}
    fresh = {kind: fresh_numbers(work, marathon.year, kind) for kind in CertificateKind}
    for due in entitlements(work, marathon_id):
        found = held.pop(due.key, None) or held.pop(unnamed.get(rules.name_key(due), due.key), None)
        if found is None:
            add(work, marathon_id, due, next(fresh[due.kind]), by=by, now=now)
        else:
            follow(work, found, due)
    for lost in held.values():
        if lost.revoked_at is None:
            revoke(work, lost.id, by=by, now=now, reason="entitlement_lost")
    return undrawn(work, marathon_id)


def fresh_numbers(work: Work, year: int, kind: CertificateKind) -> Iterator[str]:
    """Numbers nobody has: a year's numbers are shared by all its marathons."""
    taken = work.certificates.numbers(rules.prefix_of(year, kind))
    return rules.numbers(year, kind, taken)


def undrawn(work: Work, marathon_id: str) -> list[Certificate]:
    return [
        one
        for one in work.certificates.of_marathon(marathon_id)
        if one.sha256 is None and one.revoked_at is None
    ]


def add(
    work: Work, marathon_id: str, due: Entitlement, number: str, *, by: Actor, now: datetime
) -> Certificate:
    facts = due.model_dump()
    certificate = work.certificates.add(
        Certificate(id=new_id(), marathon_id=marathon_id, number=number, issued_at=now, **facts)
    )
    work.journal.write(by, action="issued", kind="certificate", subject_id=certificate.id, now=now)
    if due.person_id:
        write_letter(work, certificate, due.person_id, now=now)
    return certificate


def write_letter(work: Work, certificate: Certificate, person_id: str, *, now: datetime) -> None:
    """A draft: organisers read letters before they leave."""
    work.notices.tell(
        "certificate",
        certificate.id,
        about=("certificate", certificate.id),
        person_id=person_id,
        marathon_id=certificate.marathon_id,
        status=NoticeStatus.DRAFT,
        now=now,
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


def views(
    work: Work, certificates: Sequence[Certificate], *, base_url: str
) -> list[CertificateView]:
    """The certificates as they are printed."""
    return [view(work, one, base_url=base_url) for one in certificates]


def view(work: Work, certificate: Certificate, *, base_url: str) -> CertificateView:
    marathon = work.marathons.get(certificate.marathon_id)
    cluster = work.clusters.get(marathon.cluster_id)
    return CertificateView(
        number=certificate.number,
        kind=certificate.kind,
        name=CERTIFICATE_NAMES[certificate.kind],
        holder=certificate.holder,
        about=about(work, certificate),
        text=certificate.text,
        marathon=marathon.title,
        cluster=cluster.name,
        chair=chair_of(work, cluster.id),
        issued_at=certificate.issued_at,
        zone=marathon.zone,
        verify_url=f"{base_url.rstrip('/')}/verify/{certificate.number}",
    )


def about(work: Work, certificate: Certificate) -> str:
    """Position, school and municipality of the holder, as far as they are known."""
    if certificate.submission_id is None:
        return about_expert(work, certificate.person_id)
    submission = work.submissions.get(certificate.submission_id)
    for author in submission.authors:
        if (author.person_id or author.name) == (certificate.person_id or certificate.holder):
            place = work.municipalities.get(author.municipality_id).name
            return joined(author.position, author.organisation, place)
    return ""


def about_expert(work: Work, person_id: str | None) -> str:
    expert = work.experts.of_person(person_id) if person_id else None
    if expert is None:
        return ""
    organisation = (
        work.organisations.find(expert.organisation_id) if expert.organisation_id else None
    )
    school = (organisation.short_name or organisation.name) if organisation else ""
    place = work.municipalities.get(expert.municipality_id).name
    return joined(expert.position, school, place)


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def chair_of(work: Work, cluster_id: str) -> str:
    """Who signs: the chair of the council in this cluster; empty when nobody holds the role."""
    chairs = work.people.with_role(Role.CHAIR, scope_id=cluster_id) or work.people.with_role(
        Role.CHAIR
    )
    return chairs[0].initials if chairs else ""


def keep(work: Work, drawn: Certificate, sha256: str) -> bool:
    """Remember the file drawn of ``drawn``; not if its words have changed in the meantime."""
    certificate = work.certificates.get(drawn.id)
    if certificate != drawn:
        return False
    work.certificates.save(certificate.model_copy(update={"sha256": sha256}))
    return True


def content(work: Work, files: FileStore, number: str) -> bytes:
    """The PDF; raises ``NotFound`` for an unknown or revoked number, ``Conflict`` if undrawn."""
    certificate = work.certificates.by_number(number)
    if certificate is None or certificate.revoked_at is not None:
        raise NotFound(UNKNOWN)
    if certificate.sha256 is None:
        raise Conflict("Сертификат ещё готовится: откройте страницу через минуту.")
    return files.read(certificate.sha256)


def verify(work: Work, number: str) -> Verification:
    """What anybody may know of the certificate with this number; raises ``NotFound``."""
    certificate = work.certificates.by_number(number.strip().upper())
    if certificate is None:
        raise NotFound(UNKNOWN)
    valid = certificate.revoked_at is None
    return Verification(
        number=certificate.number,
        valid=valid,
        name=CERTIFICATE_NAMES[certificate.kind],
        marathon=work.marathons.get(certificate.marathon_id).title,
        issued_at=certificate.issued_at,
        holder=certificate.holder if valid else "",
        text=certificate.text if valid else "",
        revoked_at=certificate.revoked_at,
    )
