"""What is done with an uploaded file outside any transaction: read it, make the copies people see.

Everything made here goes into the file store at once; the rows that name it are written
afterwards, in one transaction, so a run that dies in between leaves only unused contents.
"""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from pydantic import TypeAdapter

from flows.documents.pages import render_pages
from flows.documents.preflight.fingerprints import count_words, text_fingerprints
from flows.documents.preflight.page_pictures import hide_page_pictures
from flows.documents.preflight.parts import parts_of
from flows.documents.preflight.privacy import mask, mask_words
from flows.documents.printing.article import article_pdf
from flows.documents.printing.typesetting import NotTypeset
from flows.documents.reading import Reading, read
from flows.intake import rules
from schemas.advice import Part
from schemas.base import Schema
from schemas.extraction import Extraction, Finding, Limits, RejectCode
from schemas.submission import Derivative, DerivativeKind
from storage.files import FileStore
from storage.identifiers import new_id

FINDINGS = TypeAdapter(tuple[Finding, ...])
MARK = "Копия для эксперта"
# For long scans, beside the limits of one reading; well below the minutes a file is claimed for.
RECOGNITION_SECONDS = 150.0


class Examined(Schema):
    """What the check gives; ``fingerprints`` of a text with so many ``words`` of its own."""

    extraction: Extraction
    derivatives: tuple[Derivative, ...] = ()
    parts: tuple[Part, ...] | None = None
    fingerprints: tuple[int, ...] = ()
    words: int = 0


class Subject(Schema):
    """The file to examine; ``names`` must not show in the copy for experts."""

    file_id: str
    sha256: str
    name: str
    title: str
    names: tuple[str, ...] = ()

    @property
    def hides(self) -> str:
        return rules.mark_of_hidden(self.title, self.names)


def examine(subject: Subject, files: FileStore, *, limits: Limits) -> Examined:
    """Read the file and make its structure, text, pictures and the anonymised copy."""
    with tempfile.TemporaryDirectory(prefix="intake-") as desk:
        named = Path(desk) / f"material{Path(subject.name).suffix[:10].lower()}"
        named.symlink_to(files.existing(subject.sha256).resolve())
        reading = read(
            named,
            directory=Path(desk) / "read",
            limits=limits,
            names=subject.names,
            patience=RECOGNITION_SECONDS,
        )
        extraction = reading.extraction.model_copy(update={"file": subject.name})
        if reading.rejected:
            return Examined(extraction=extraction)
        try:
            made = (*kept(subject, reading, files), *blind(subject, reading, files, Path(desk)))
        except NotTypeset:
            return Examined(extraction=refused(extraction))
        return Examined(
            extraction=extraction,
            derivatives=made,
            parts=parts_of(reading.document),
            fingerprints=text_fingerprints(reading.text),
            words=count_words(reading.text),
        )


def refused(extraction: Extraction) -> Extraction:
    """The verdict on a file that was read, but not even its bare text can be typeset."""
    return Extraction(
        file=extraction.file,
        status="rejected",
        reason=RejectCode.NOT_TYPESET,
        kind=extraction.kind,
        seconds=extraction.seconds,
    )


def kept(subject: Subject, reading: Reading, files: FileStore) -> Iterator[Derivative]:
    """Structure, text and pictures, as the collection will need them."""
    document = reading.document.model_dump_json().encode()
    yield derivative(subject, DerivativeKind.DOCUMENT, files, document)
    yield derivative(subject, DerivativeKind.TEXT, files, reading.text.encode())
    yield derivative(subject, DerivativeKind.FINDINGS, files, FINDINGS.dump_json(reading.findings))
    for number, (name, path) in enumerate(sorted(reading.images.items())):
        content = path.read_bytes()
        yield derivative(subject, DerivativeKind.IMAGE, files, content, number=number, name=name)


def blind(subject: Subject, reading: Reading, files: FileStore, desk: Path) -> Iterator[Derivative]:
    """The copy for experts, rebuilt from masked structure: no trace of the original file."""
    masked = hide_page_pictures(mask(reading.document, subject.names), reading.extraction)
    title = mask_words(subject.title, subject.names)
    yield derivative(
        subject, DerivativeKind.BLIND_DOCUMENT, files, masked.model_dump_json().encode()
    )
    pdf = article_pdf(masked, reading.images, title=title, mark=MARK)
    yield derivative(subject, DerivativeKind.BLIND_PDF, files, pdf, name=subject.hides)
    target = desk / "blind.pdf"
    target.write_bytes(pdf)
    for number, page in enumerate(render_pages(target, desk / "pages"), start=1):
        yield derivative(
            subject, DerivativeKind.BLIND_PAGE, files, page.read_bytes(), number=number
        )


def derivative(
    subject: Subject,
    kind: DerivativeKind,
    files: FileStore,
    content: bytes,
    *,
    number: int = 0,
    name: str = "",
) -> Derivative:
    return Derivative(
        id=new_id(),
        file_id=subject.file_id,
        kind=kind,
        number=number,
        name=name,
        sha256=files.save_bytes(content).sha256,
    )
