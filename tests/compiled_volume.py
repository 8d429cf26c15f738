"""A volume compiled of works with files, as the stage of compilation does it."""

import io
import tempfile
from pathlib import Path

from builders import NOW
from PIL import Image

from flows.compilation import errata, gathering, operations
from flows.compilation.compiling import assemble
from schemas.collection import Artefact, Edition
from schemas.document import Document, Figure, Heading, Paragraph, Picture, Span
from schemas.submission import Derivative, DerivativeKind, FileStatus, SubmissionFile
from storage.identifiers import new_id


def with_file(work, installation, submission, text="Текст практики."):
    """An accepted file of the work, its structure and one picture, as intake leaves them."""
    picture = io.BytesIO()
    Image.new("RGB", (60, 40), "steelblue").save(picture, "PNG")
    document = Document(
        blocks=(
            Heading(level=1, inlines=(Span(text="Как это устроено"),)),
            Paragraph(inlines=(Span(text=text),)),
            Figure(picture=Picture(name="1.png", description="Схема")),
        )
    )
    stored = installation.files.save_bytes(text.encode())
    file = work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=submission.id,
            marathon_id=submission.marathon_id,
            name="материал.docx",
            status=FileStatus.ACCEPTED,
            uploaded_at=NOW,
            **stored.model_dump(),
        )
    )
    contents = {
        DerivativeKind.DOCUMENT: ("", document.model_dump_json().encode()),
        DerivativeKind.IMAGE: ("1.png", picture.getvalue()),
    }
    for kind, (name, content) in contents.items():
        sha256 = installation.files.save_bytes(content).sha256
        work.derivatives.add(
            Derivative(id=new_id(), file_id=file.id, kind=kind, name=name, sha256=sha256)
        )
    return submission


def compiled(work, installation, marathon, organiser, now):
    """What the flow does, inside one transaction."""
    files = installation.files
    gathered = operations.gather(work, marathon.id)
    same = operations.unchanged(work, files, gathered)
    if same:
        return same
    with tempfile.TemporaryDirectory() as folder:
        volume = errata.corrected(work, gathered, gathering.volume_of(gathered, files), files)
        build = assemble(volume, Path(folder), inputs=gathered.inputs())
        artefacts = operations.store(Path(folder), files)
    return operations.keep(work, gathered, build, artefacts, files=files, by=organiser, now=now)


def told(work):
    """Letters that somebody's article is out."""
    return [one for one in work.notices.all() if one.template == "published"]


def an_edition(work, files, marathon, contents, **facts):
    """Edition 1 with these files, by path, without building anything."""
    artefacts = tuple(
        Artefact(path=path, **files.save_bytes(content).model_dump())
        for path, content in contents.items()
    )
    numbered = {"id": new_id(), "marathon_id": marathon.id, "number": 1, "artefacts": artefacts}
    return work.editions.add(Edition(**numbered | facts))
