"""The same certificate in English: a translation to show abroad, under the number it has."""

from collections.abc import Mapping

from babel.dates import format_date

from flows.certificates import operations
from flows.certificates.view import CertificateView
from schemas.certificate import CERTIFICATES_IN_ENGLISH, Certificate, CertificateKind
from schemas.marathon import Marathon
from storage.work import Work

TEXTS: Mapping[CertificateKind, str] = {
    CertificateKind.PARTICIPANT: "author of “{title}”, submitted to “{event}”, {year}",
    CertificateKind.SPEAKER: "speaker of “{event}”, {day}, with the practice “{title}”",
    CertificateKind.PUBLICATION: (
        "author of “{title}”, published in the electronic collection of “{event}”, {year}"
    ),
    CertificateKind.EXPERT: (
        "member of the inter-municipal expert commission of “{event}”, {year}; reviews done: {count}"
    ),
}


def view(work: Work, certificate: Certificate, *, holder: str, base_url: str) -> CertificateView:
    """``holder`` in Latin letters; titles of works stay in the language they were written in."""
    marathon = work.marathons.get(certificate.marathon_id)
    shown = operations.view(work, certificate, base_url=base_url)
    return shown.model_copy(
        update={
            "language": "en",
            "name": CERTIFICATES_IN_ENGLISH[certificate.kind],
            "holder": holder,
            "about": "",
            "text": text_of(work, certificate, marathon),
            "chair": "",
            "cluster": "",
        }
    )


def text_of(work: Work, certificate: Certificate, marathon: Marathon) -> str:
    one = work.submissions.find(certificate.submission_id) if certificate.submission_id else None
    return TEXTS[certificate.kind].format(
        title=one.title if one else "",
        event=marathon.texts.title_english or marathon.title,
        year=marathon.year,
        day=format_date(marathon.live_on, "d MMMM y", locale="en") if marathon.live_on else "",
        count=reviews_of(work, certificate),
    )


def reviews_of(work: Work, certificate: Certificate) -> int:
    """Reviews the holder has sent in the marathon; 0 for a certificate about a work."""
    expert = work.experts.of_person(certificate.person_id) if certificate.person_id else None
    if expert is None:
        return 0
    sent = work.reviews.sent(certificate.marathon_id)
    return sum(review.expert_id == expert.id for review in sent)
