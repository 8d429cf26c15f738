"""What a reader of one format hands on: the document and everything beside it worth a warning."""

from dataclasses import dataclass, field

from schemas.document import Document
from schemas.extraction import WarningCode


@dataclass
class Content:
    """``people`` are names in the file's properties; ``margins`` is the text of running heads.

    ``unrecognised`` counts scanned pages that another reading could still recognise.
    """

    document: Document
    pages: int | None = None
    people: tuple[str, ...] = ()
    margins: str = ""
    warnings: set[WarningCode] = field(default_factory=set)
    unrecognised: int = 0
