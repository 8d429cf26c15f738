"""Works with a checked file that says given words, put into the index as the sweep does it."""

import builders

from flows.documents.preflight.fingerprints import count_words, text_fingerprints
from flows.documents.preflight.parts import parts_of
from flows.intake import borrowing
from flows.intake.examination import FINDINGS
from schemas.document import Document, Heading, Paragraph, Span
from schemas.extraction import Extraction
from schemas.submission import Derivative, DerivativeKind, FileStatus, SubmissionFile
from storage.identifiers import new_id

PASSAGE = (
    "Каждую пятницу ребята садятся в круг и по очереди рассказывают, какая задача заняла у них "
    "больше всего времени, а сосед записывает одно слово, которое услышал чаще других."
)
MINE = f"Мы учим детей слушать друг друга на уроках и после них. {PASSAGE} Так прошёл весь год."
THEIRS = f"Другая работа о другом деле в другой школе за рекой. {PASSAGE} И вывод тоже другой."


def document_of(text):
    return Document(
        blocks=(
            Heading(level=1, inlines=(Span(text="Цель"),)),
            Paragraph(inlines=(Span(text=text),)),
        )
    )


def with_text(work, files, submission, text, *, findings=(), compared=True, **changes):
    """The accepted file of the work; ``compared`` with all that came before it."""
    found = Extraction(
        file="работа.docx",
        status="ok",
        kind="docx",
        characters=len(text),
        warnings=tuple(dict.fromkeys(one.code for one in findings)),
    )
    file = SubmissionFile(
        id=new_id(),
        submission_id=submission.id,
        marathon_id=submission.marathon_id,
        name="работа.docx",
        sha256=files.save_bytes(f"{text} {submission.id}".encode()).sha256,
        size=len(text),
        status=FileStatus.ACCEPTED,
        extraction=found,
        uploaded_at=builders.NOW,
    )
    work.files.add(file.model_copy(update=changes))
    kept = (
        (DerivativeKind.TEXT, text.encode()),
        (DerivativeKind.DOCUMENT, document_of(text).model_dump_json().encode()),
        (DerivativeKind.FINDINGS, FINDINGS.dump_json(tuple(findings))),
    )
    for kind, content in kept:
        sha256 = files.save_bytes(content).sha256
        work.derivatives.add(Derivative(id=new_id(), file_id=file.id, kind=kind, sha256=sha256))
    if compared:
        compare(work, files, file, text)
    return work.files.get(file.id)


def compare(work, files, file, text):
    known = borrowing.keep(
        work,
        file.id,
        parts=parts_of(document_of(text)),
        fingerprints=text_fingerprints(text),
        words=count_words(text),
    )
    comparison = borrowing.prepare(work, known)
    borrowing.record(work, known, borrowing.compare(files, comparison), now=builders.NOW)
