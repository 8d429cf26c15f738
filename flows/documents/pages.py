"""Page images of a PDF for screens: what a person sees without opening the author's file."""

from pathlib import Path

from flows.documents.parsing.readers import Readers
from flows.documents.parsing.refusal import Refused
from flows.documents.reading import DEFAULT_LIMITS, attempt, left_in, make_job
from schemas.extraction import Limits, RejectCode

MOST_PAGES = 60


def render_pages(
    pdf_path: Path,
    directory: Path,
    *,
    first: int = 1,
    limit: int = MOST_PAGES,
    limits: Limits = DEFAULT_LIMITS,
    readers: Readers | None = None,
) -> list[Path]:
    """Draw ``limit`` pages, the ``first`` and on, as WebP, 1000 pixels wide, without metadata.

    Raises ``Refused`` (a ``BadFile``) when the file cannot be drawn within the limits.
    """
    directory.mkdir(parents=True, exist_ok=True)
    job = make_job("render", pdf_path, directory, limits) | {"first": first, "limit": limit}
    result = attempt(job, readers)
    if "reason" in result:
        raise Refused(RejectCode(result["reason"]))
    return [left_in(directory, name) for name in result["pages"]]
