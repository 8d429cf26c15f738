"""What is printed on certificates, read for many of them at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from flows.certificates import checking
from flows.certificates.view import CertificateView, Signatory
from flows.documents import declension
from schemas.certificate import CERTIFICATE_NAMES, Certificate, CertificateKind
from schemas.cluster import Cluster, Expert
from schemas.marathon import Marathon
from schemas.people import Person, Role
from schemas.signing import Signer
from schemas.submission import Author, Submission
from storage.work import Work

CHAIR = "Председатель методического совета"
ORGANISER = "Организатор марафона"
GIVEN_TO = "вручается"


class Givers(NamedTuple):
    """Who gives the certificates of a marathon."""

    marathon: Marathon
    cluster: Cluster
    signers: tuple[Signatory, ...]


class Read(NamedTuple):
    """What the certificates of one run are about, by id."""

    givers: Mapping[str, Givers]
    submissions: Mapping[str, Submission]
    people: Mapping[str, Person]
    experts: Mapping[str, Expert]
    places: Mapping[str, str]
    schools: Mapping[str, str]


def views(
    work: Work, certificates: Sequence[Certificate], *, base_url: str, signer: Signer
) -> list[CertificateView]:
    """The certificates as they are printed."""
    read = read_for(work, certificates)
    return [
        view(one, read, address=checking.address_of(one, base_url=base_url, signer=signer))
        for one in certificates
    ]


def fingerprints(work: Work, certificates: Sequence[Certificate]) -> dict[str, str]:
    """By id, what each certificate would be drawn from now."""
    read = read_for(work, certificates)
    return {one.id: view(one, read, address="").fingerprint for one in certificates}


def read_for(work: Work, certificates: Sequence[Certificate]) -> Read:
    submissions = work.submissions.many(ids(one.submission_id for one in certificates))
    people = work.people.many(ids(one.person_id for one in certificates))
    experts = {one.person_id: one for one in work.experts.all() if one.person_id in people}
    known = {person.organisation_id for person in people.values()}
    schools = work.organisations.many(
        ids((*known, *(one.organisation_id for one in experts.values())))
    )
    return Read(
        givers={key: givers(work, key) for key in {one.marathon_id for one in certificates}},
        submissions=submissions,
        people=people,
        experts=experts,
        places={one.id: one.name for one in work.municipalities.all()},
        schools={one.id: one.short_name or one.name for one in schools.values()},
    )


def ids(found: Iterable[str | None]) -> list[str]:
    return list(dict.fromkeys(one for one in found if one))


def givers(work: Work, marathon_id: str) -> Givers:
    """The chair of the council signs, and the organiser where there is exactly one."""
    marathon = work.marathons.get(marathon_id)
    cluster = work.clusters.get(marathon.cluster_id)
    chairs = work.people.with_role(Role.CHAIR, scope_id=cluster.id) or work.people.with_role(
        Role.CHAIR
    )
    organisers = work.people.serving(Role.ORGANISER, marathon_id=marathon_id)
    signing = [(CHAIR, chairs[0])] if chairs else []
    if len(organisers) == 1 and organisers[0].id not in {one.id for one in chairs}:
        signing.append((ORGANISER, organisers[0]))
    signers = tuple(Signatory(role=role, name=person.initials) for role, person in signing)
    return Givers(marathon, cluster, signers)


def view(certificate: Certificate, read: Read, *, address: str) -> CertificateView:
    marathon, cluster, signers = read.givers[certificate.marathon_id]
    intro, holder = named(certificate, read)
    return CertificateView(
        number=certificate.number,
        kind=certificate.kind,
        name=CERTIFICATE_NAMES[certificate.kind],
        intro=intro,
        holder=holder,
        about=about(certificate, read),
        text=certificate.text,
        marathon=marathon.title,
        cluster=cluster.name,
        signers=signers,
        issued_at=certificate.issued_at,
        zone=marathon.zone,
        verify_url=address,
        design=marathon.design.certificate,
        accent=marathon.design.accent,
        logo=marathon.design.logo,
    )


def named(certificate: Certificate, read: Read) -> tuple[str, str]:
    """The introduction and the name: a letter of thanks is given to somebody, in the dative.

    A name that cannot be declined stands in the nominative, without an introduction.
    """
    person = read.people.get(certificate.person_id or "")
    if certificate.kind is not CertificateKind.THANKS or person is None:
        return "", certificate.holder
    dative = declension.dative(person)
    return (GIVEN_TO, dative) if dative != person.name else ("", certificate.holder)


def about(certificate: Certificate, read: Read) -> str:
    """Position, school and municipality of the holder, as far as they are known.

    After a name in the dative no position follows: it would have to be declined as well.
    """
    if certificate.kind is CertificateKind.THANKS:
        return about_helper(certificate, read)
    if certificate.submission_id is None:
        return about_expert(read.experts.get(certificate.person_id or ""), read)
    author = author_of(certificate, read)
    if author is None:
        return ""
    place = read.places.get(author.municipality_id, "")
    return joined(author.position, author.organisation, place)


def author_of(certificate: Certificate, read: Read) -> Author | None:
    holder = certificate.person_id or certificate.holder
    authors = read.submissions[certificate.submission_id or ""].authors
    return next((one for one in authors if (one.person_id or one.name) == holder), None)


def about_expert(expert: Expert | None, read: Read) -> str:
    if expert is None:
        return ""
    place = read.places.get(expert.municipality_id, "")
    return joined(expert.position, read.schools.get(expert.organisation_id or "", ""), place)


def about_helper(certificate: Certificate, read: Read) -> str:
    person = read.people.get(certificate.person_id or "")
    expert = read.experts.get(certificate.person_id or "")
    works_at = expert or person
    if works_at is None:
        return ""
    school = read.schools.get(works_at.organisation_id or "", "")
    return joined(school, read.places.get(works_at.municipality_id or "", ""))


def homes(work: Work, certificates: Sequence[Certificate]) -> dict[str, str]:
    """By the certificate's id, the municipality of its holder; empty where it is unknown."""
    read = read_for(work, certificates)
    return {one.id: home_of(one, read) for one in certificates}


def home_of(certificate: Certificate, read: Read) -> str:
    if certificate.submission_id is not None:
        author = author_of(certificate, read)
        return author.municipality_id if author else ""
    found = read.experts.get(certificate.person_id or "") or read.people.get(
        certificate.person_id or ""
    )
    return (found.municipality_id if found else "") or ""


def joined(*parts: str) -> str:
    return ", ".join(part for part in parts if part)
