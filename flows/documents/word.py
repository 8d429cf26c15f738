"""Saving a DOCX so that equal documents are equal bytes."""

import io
import zipfile

from docx.document import Document

EPOCH = (1980, 1, 1, 0, 0, 0)


def to_bytes(paper: Document) -> bytes:
    """The document's file without the moments of writing that ZIP keeps for every part."""
    written, steady = io.BytesIO(), io.BytesIO()
    paper.save(written)
    with zipfile.ZipFile(written) as parts, zipfile.ZipFile(steady, "w") as copy:
        for name in parts.namelist():
            part = zipfile.ZipInfo(name, EPOCH)
            part.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(part, parts.read(name))
    return steady.getvalue()
