"""An author's PDF printed as it is: the pages ready for our volume, made in the reading process."""

import tempfile
from pathlib import Path
from typing import NamedTuple

from flows.documents.parsing.readers import Readers
from flows.documents.parsing.refusal import Refused
from flows.documents.reading import DEFAULT_LIMITS, attempt, left_in, make_job
from schemas.extraction import Limits, RejectCode

PRINTED = "printed.pdf"
Box = tuple[float, float, float, float]
"""Left, bottom, right, top, in points."""


class Sheet(NamedTuple):
    """Our page: its size and the room on it between head and folio, in points."""

    width: float
    height: float
    room: Box


class Original(NamedTuple):
    """The pages, and what is wrong with them.

    ``faults`` say in Russian why they cannot be called PDF/A, ``unread`` name the fonts whose
    letters cannot be read aloud.
    """

    pdf: bytes
    faults: tuple[str, ...]
    unread: tuple[str, ...]


def printable(
    path: Path,
    *,
    title: str,
    sheet: Sheet,
    limits: Limits = DEFAULT_LIMITS,
    readers: Readers | None = None,
) -> Original:
    """Return the pages of the PDF at ``path`` on sheets of ours, tagged under the heading ``title``.

    Raises ``Refused`` (a ``BadFile``) when the file cannot be printed within the limits.
    """
    with tempfile.TemporaryDirectory(prefix="original-") as folder:
        directory = Path(folder)
        job = make_job("reprint", path, directory, limits) | {
            "title": title,
            "sheet": [sheet.width, sheet.height, list(sheet.room)],
        }
        result = attempt(job, readers)
        if "reason" in result:
            raise Refused(RejectCode(result["reason"]))
        pdf = left_in(directory, PRINTED).read_bytes()
    return Original(pdf, tuple(result["faults"]), tuple(result["unread"]))
