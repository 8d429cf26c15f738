"""Spreadsheets that people send: opened in the reading process, as all their files are."""

import tempfile
from pathlib import Path

from flows.documents.parsing.readers import Readers
from flows.documents.parsing.refusal import Refused
from flows.documents.reading import DEFAULT_LIMITS, attempt, make_job
from schemas.extraction import Limits, RejectCode

Table = tuple[str, list[list[str]]]
"""The name of a sheet and its cells, row by row, from the first cell of the sheet."""


def read_tables(
    path: Path,
    *,
    most: int = 1,
    rows: int | None = None,
    limits: Limits = DEFAULT_LIMITS,
    readers: Readers | None = None,
) -> list[Table]:
    """Return the first ``most`` sheets, of each the first ``rows`` rows (None: all), as text.

    Raises ``Refused`` (a ``BadFile``) when the file is no spreadsheet or too heavy for one.
    """
    with tempfile.TemporaryDirectory(prefix="marathon-tables-") as folder:
        job = make_job("tables", path, Path(folder), limits) | {"most": most, "rows": rows}
        result = attempt(job, readers)
    if "reason" in result:
        raise Refused(RejectCode(result["reason"]))
    return [(name, lines) for name, lines in result["tables"]]
