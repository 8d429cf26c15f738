"""Who is entitled to which certificate, what it says, and how it is numbered."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import count

from flows.documents.wording import counted, day
from schemas import ordering
from schemas.base import Schema
from schemas.certificate import Certificate, CertificateKind
from schemas.decision import Decision
from schemas.marathon import Marathon
from schemas.quotes import nest_quotes
from schemas.submission import Author, Submission, SubmissionStatus

LETTERS = {
    CertificateKind.PARTICIPANT: "P",
    CertificateKind.SPEAKER: "S",
    CertificateKind.PUBLICATION: "A",
    CertificateKind.EXPERT: "E",
    CertificateKind.THANKS: "T",
}
NEVER_TAKEN = frozenset({SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN})


class Entitlement(Schema):
    """What a person is due; ``submission_id`` is None for what is not about a work.

    ``told`` says that a letter announces it; an expert's thanks lie beside the certificate.
    """

    kind: CertificateKind
    person_id: str | None
    holder: str
    submission_id: str | None = None
    text: str
    told: bool = True

    @property
    def key(self) -> tuple[CertificateKind, str | None, str]:
        """The same entitlement whatever becomes of the spelling of a known person's name."""
        return self.kind, self.submission_id, self.person_id or self.holder


class Helper(Schema):
    """Somebody without whom the marathon would not have been: organiser or coordinator.

    ``places`` are the municipalities whose teachers the person led to the marathon.
    """

    person_id: str
    name: str
    organised: bool = False
    places: tuple[str, ...] = ()


class Reviewer(Schema):
    """An expert with the number of reviews sent in the marathon."""

    person_id: str
    name: str
    reviews: int


def key_of(certificate: Certificate) -> tuple[CertificateKind, str | None, str]:
    return (
        certificate.kind,
        certificate.submission_id,
        certificate.person_id or certificate.holder,
    )


def name_key(one: Certificate | Entitlement) -> tuple[CertificateKind, str | None, str]:
    """How a certificate is found whose holder got an address only after it was issued."""
    return one.kind, one.submission_id, one.holder


def entitled(
    marathon: Marathon,
    submissions: Iterable[Submission],
    decisions: Mapping[str, Decision],
    reviewers: Sequence[Reviewer],
    helpers: Iterable[Helper] = (),
) -> list[Entitlement]:
    """Everybody's certificates in a lasting order: by kind, then work number, then author.

    ``decisions`` holds the confirmed decision of a work's current round, by submission id.
    """
    taken = sorted((one for one in submissions if was_taken(one)), key=lambda one: one.number)
    live = [one for one in taken if one.id in decisions and decisions[one.id].live]
    published = [one for one in taken if one.status is SubmissionStatus.PUBLISHED]
    return [
        *of_authors(CertificateKind.PARTICIPANT, marathon, taken),
        *of_authors(CertificateKind.SPEAKER, marathon, live),
        *of_authors(CertificateKind.PUBLICATION, marathon, published),
        *of_experts(marathon, reviewers),
        *thanks(marathon, reviewers, helpers),
    ]


def was_taken(submission: Submission) -> bool:
    """Sent, and its file could be read; a later round that was returned does not undo that."""
    refused = submission.status is SubmissionStatus.RETURNED and submission.round == 1
    return bool(submission.submitted_at) and not refused and submission.status not in NEVER_TAKEN


def of_authors(
    kind: CertificateKind, marathon: Marathon, submissions: Sequence[Submission]
) -> list[Entitlement]:
    return [
        Entitlement(
            kind=kind,
            person_id=author.person_id,
            holder=author.name,
            submission_id=submission.id,
            text=text_of(kind, marathon, submission),
        )
        for submission in submissions
        for author in distinct(submission.authors)
    ]


def distinct(authors: Iterable[Author]) -> list[Author]:
    """A person named twice in one work, even once without an address, gets one certificate."""
    found: dict[str, Author] = {}
    for author in authors:
        if author.name not in found or not found[author.name].person_id:
            found[author.name] = author
    return list({author.person_id or author.name: author for author in found.values()}.values())


def text_of(kind: CertificateKind, marathon: Marathon, submission: Submission) -> str:
    """Who the holder is, in the nominative and free of grammatical gender."""
    title, event = quoted(submission.title), quoted(marathon.title)
    if kind is CertificateKind.SPEAKER:
        track = quoted(marathon.track(submission.track or marathon.tracks[0].number).title)
        return (
            f"докладчик марафона {event}, {day(marathon.live_on)}: "
            f"практика {title}, направление {track}"
        )
    if kind is CertificateKind.PUBLICATION:
        return (
            f"автор материала {title}, опубликованного в электронном сборнике "
            f"марафона {event}, {marathon.year} год"
        )
    return f"автор материала {title}, представленного на марафон {event}, {marathon.year} год"


def quoted(title: str) -> str:
    return nest_quotes(f"«{title}»")


def of_experts(marathon: Marathon, reviewers: Iterable[Reviewer]) -> list[Entitlement]:
    event = quoted(marathon.title)
    return [
        Entitlement(
            kind=CertificateKind.EXPERT,
            person_id=reviewer.person_id,
            holder=reviewer.name,
            text=(
                "эксперт межмуниципальной экспертной комиссии марафона "
                f"{event}, {marathon.year} год: "
                f"проведено {reviews_done(reviewer)}"
            ),
        )
        for reviewer in sorted(
            reviewers, key=lambda one: (ordering.name_key(one.name), one.person_id)
        )
        if reviewer.reviews > 0
    ]


def thanks(
    marathon: Marathon, reviewers: Iterable[Reviewer], helpers: Iterable[Helper]
) -> list[Entitlement]:
    """One letter of thanks a person, for everything done for the marathon."""
    reasons: dict[tuple[str, str], list[str]] = {}
    experts = [one for one in reviewers if one.reviews > 0]
    for reviewer in experts:
        reasons.setdefault((reviewer.name, reviewer.person_id), []).append(
            f"перекрёстную экспертизу материалов ({reviews_done(reviewer)})"
        )
    for helper in helpers:
        reasons.setdefault((helper.name, helper.person_id), []).extend(merits(helper))
    told = {one.person_id for one in experts}
    event = quoted(marathon.title)
    return [
        Entitlement(
            kind=CertificateKind.THANKS,
            person_id=person_id,
            holder=name,
            text=f"за {listed(said)}. Марафон {event}, {marathon.year} год",
            told=person_id not in told,
        )
        for (name, person_id), said in sorted(
            reasons.items(), key=lambda pair: (ordering.name_key(pair[0][0]), pair[0][1])
        )
    ]


def merits(helper: Helper) -> list[str]:
    found = ["подготовку и проведение марафона"] if helper.organised else []
    if helper.places:
        places = ", ".join(f"«{place}»" for place in helper.places)
        word = "муниципального образования" if len(helper.places) == 1 else "муниципалитетов"
        found.append(f"организацию участия педагогов ({word} {places})")
    return found


def listed(parts: Sequence[str]) -> str:
    """«экспертизу, подготовку и организацию»."""
    *first, last = parts
    return f"{', '.join(first)} и {last}" if first else last


def reviews_done(reviewer: Reviewer) -> str:
    return counted(reviewer.reviews, "экспертиза", "экспертизы", "экспертиз")


def numbers(year: int, kind: CertificateKind, taken: Iterable[str]) -> Iterator[str]:
    """Numbers after the highest of ``taken``: «2026-P-0001»; letters safe in addresses."""
    prefix = prefix_of(year, kind)
    highest = max((int(number.removeprefix(prefix)) for number in taken), default=0)
    return (f"{prefix}{number:04}" for number in count(highest + 1))


def prefix_of(year: int, kind: CertificateKind) -> str:
    return f"{year}-{LETTERS[kind]}-"
