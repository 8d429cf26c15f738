"""Co-authors stand as they stand in their work: in print and on certificates too."""

import io
import re

import pikepdf
import pypdfium2
from builders import a_decided_work, a_person, an_author
from compiled_volume import compiled, with_file

from flows.certificates import batch
from flows.certificates import operations as certificates
from flows.compilation import operations
from schemas.certificate import CertificateKind

NAMES = ("Яровой Пётр", "Ёлкина Анна", "Ветрова Мария", "Абрамова Софья")


def of_four(work, installation, marathon, place):
    authors = tuple(an_author(a_person(work, name=name), place) for name in NAMES)
    one = a_decided_work(work, marathon, place, authors=authors, owner_id=authors[0].person_id)
    return with_file(work, installation, one)


def test_in_the_volume_the_article_alone_and_what_the_file_says_of_itself(
    work, installation, marathon, place, organiser, now
):
    of_four(work, installation, marathon, place)
    edition = compiled(work, installation, marathon, organiser, now)
    whole, alone = (
        operations.content(edition, installation.files, path)
        for path in ("collection.pdf", "articles/001.pdf")
    )
    assert named(words_of(alone))[:4] == list(NAMES)
    assert named(words_of(whole))[:4] == list(NAMES)
    assert "Яровой П., Ёлкина А., Ветрова М. и др." in words_of(whole)
    with pikepdf.open(io.BytesIO(alone)) as pdf, pdf.open_metadata() as told:
        assert list(told["dc:creator"]) == list(NAMES)


def test_on_certificates_and_in_their_archive(work, installation, marathon, place, organiser, now):
    of_four(work, installation, marathon, place)
    certificates.issue(work, marathon.id, by=organiser, now=now)
    issued = [
        one
        for one in work.certificates.of_marathon(marathon.id)
        if one.kind is CertificateKind.PARTICIPANT
    ]
    assert [one.holder for one in sorted(issued, key=lambda one: one.number)] == list(NAMES)
    drawn = [one.model_copy(update={"sha256": "0" * 64}) for one in issued]
    assert [one.name.split()[0] for one in batch.entries(drawn)] == [n.split()[0] for n in NAMES]


def words_of(pdf):
    document = pypdfium2.PdfDocument(pdf)
    text = " ".join(page.get_textpage().get_text_bounded() for page in document)
    document.close()
    return " ".join(text.split())


def named(text):
    return re.findall("|".join(NAMES), text)
