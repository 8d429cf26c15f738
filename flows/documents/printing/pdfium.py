"""PDFium where there are threads: one at a time, since the library is made for no more.

Only for files of our own making; what people send is opened in the reading process alone.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import RLock

import pypdfium2  # type: ignore[import-untyped]  # no annotations

_ONE_AT_A_TIME = RLock()


@contextmanager
def opened(pdf: bytes | Path) -> Iterator[pypdfium2.PdfDocument]:
    """Open ``pdf``; nobody else in this process draws or reads one meanwhile."""
    with _ONE_AT_A_TIME:
        document = pypdfium2.PdfDocument(pdf)
        try:
            yield document
        finally:
            document.close()
