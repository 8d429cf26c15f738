"""The one way a file is refused while it is being read: a code from the public list."""

from schemas.errors import BadFile
from schemas.extraction import RejectCode, sentence


class Refused(BadFile):
    """Raised anywhere below ``reading`` and caught there; never reaches a page by itself."""

    def __init__(self, reason: RejectCode) -> None:
        super().__init__(sentence(reason), code=reason)
        self.reason = reason
