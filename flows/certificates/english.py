"""The same certificate in English: a translation to show abroad, under the number it has."""

from collections.abc import Mapping

from babel.dates import format_date

from flows.certificates import viewing
from flows.certificates.view import CertificateView, Signatory
from flows.documents import declension
from schemas.certificate import CERTIFICATES_IN_ENGLISH, Certificate, CertificateKind
from schemas.marathon import Marathon
from schemas.quotes import russian_quotes
from schemas.signing import Signer
from storage.work import Work

ENGLISH_QUOTES = str.maketrans("«»„“", "“”‘’")
TEXTS: Mapping[CertificateKind, str] = {
    CertificateKind.PARTICIPANT: "author of “{title}”, submitted to “{event}”, {year}",
    CertificateKind.SPEAKER: "speaker of “{event}”, {day}, with the practice “{title}”",
    CertificateKind.PUBLICATION: (
        "author of “{title}”, published in the electronic collection of “{event}”, {year}"
    ),
    CertificateKind.EXPERT: (
        "member of the inter-municipal expert commission of “{event}”, {year}; reviews done: {count}"
    ),
    CertificateKind.THANKS: (
        "in gratitude for the help in preparing and holding “{event}”, {year}{reviews}"
    ),
}
ROLES: Mapping[str, str] = {
    viewing.CHAIR: "Chair of the methodical council",
    viewing.ORGANISER: "Organiser of the event",
}


def view(work: Work, certificate: Certificate, *, base_url: str, signer: Signer) -> CertificateView:
    """Names in Latin letters as their bearers write them; titles of works stay as written."""
    marathon = work.marathons.get(certificate.marathon_id)
    (shown,) = viewing.views(work, [certificate], base_url=base_url, signer=signer)
    return shown.model_copy(
        update={
            "language": "en",
            "name": CERTIFICATES_IN_ENGLISH[certificate.kind],
            "intro": "",
            "holder": holder_of(work, certificate),
            "about": "",
            "text": text_of(work, certificate, marathon),
            "signers": tuple(in_latin(one) for one in shown.signers),
            "cluster": cluster_of(work, marathon),
        }
    )


def holder_of(work: Work, certificate: Certificate) -> str:
    person = work.people.find(certificate.person_id) if certificate.person_id else None
    return declension.latin(person) if person else declension.in_latin(certificate.holder)


def in_latin(signatory: Signatory) -> Signatory:
    """«Кедрова В. И.» becomes “V. I. Kedrova”."""
    return Signatory(
        role=ROLES[signatory.role],
        name=declension.in_latin(signatory.name.replace("\u00a0", " ")),
    )


def cluster_of(work: Work, marathon: Marathon) -> str:
    """The cluster's name and region in Latin letters: they have no other English name."""
    cluster = work.clusters.get(marathon.cluster_id)
    name, region = map(declension.letters, (cluster.name, cluster.region))
    said = russian_quotes(name).translate(ENGLISH_QUOTES)
    return ", ".join(part for part in (said, region) if part)


def text_of(work: Work, certificate: Certificate, marathon: Marathon) -> str:
    one = work.submissions.find(certificate.submission_id) if certificate.submission_id else None
    count = reviews_of(work, certificate)
    return TEXTS[certificate.kind].format(
        title=one.title if one else "",
        event=marathon.texts.title_english or marathon.title,
        year=marathon.year,
        day=format_date(marathon.live_on, "d MMMM y", locale="en") if marathon.live_on else "",
        count=count,
        reviews=f"; reviews done: {count}" if count else "",
    )


def reviews_of(work: Work, certificate: Certificate) -> int:
    """Reviews the holder has sent in the marathon; 0 for a certificate about a work."""
    expert = work.experts.of_person(certificate.person_id) if certificate.person_id else None
    if expert is None:
        return 0
    sent = work.reviews.sent(certificate.marathon_id)
    return sum(review.expert_id == expert.id for review in sent)
