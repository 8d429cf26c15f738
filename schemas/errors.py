"""Everything that can go wrong and that a person can act on.

MarathonError            code + the Russian sentence the person reads
├── BadInput             what was sent cannot be used as it is
│   ├── BadFile          an uploaded file
│   └── BadTable         a roster; carries the row number where there is one
├── NotFound             does not exist, or must not be seen: the two are not told apart
├── NotAllowed           the person is known, the act is not theirs
├── Conflict             the thing has moved on: stale version, wrong status, stage out of order
├── DeadlinePassed       it was possible until a moment that has gone
├── Infeasible           no lawful plan exists; carries what is missing
└── Unavailable          a part of the installation does not answer; trying again later helps
"""


class MarathonError(Exception):
    """An expected failure: ``code`` is stable, ``sentence`` says what is wrong and what to do."""

    code = "error"

    def __init__(self, sentence: str, *, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code or type(self).code


class BadInput(MarathonError):
    """``field`` names the input the sentence is about, if it is about one."""

    code = "bad_input"

    def __init__(self, sentence: str, *, code: str | None = None, field: str | None = None) -> None:
        super().__init__(sentence, code=code)
        self.field = field


class BadFile(BadInput):
    code = "bad_file"


class BadTable(BadInput):
    """``row`` counts as the spreadsheet does: the header is row 1."""

    code = "bad_table"

    def __init__(self, sentence: str, *, code: str | None = None, row: int | None = None) -> None:
        super().__init__(sentence, code=code)
        self.row = row


class NotFound(MarathonError):
    code = "not_found"


class NotAllowed(MarathonError):
    code = "not_allowed"


class Conflict(MarathonError):
    code = "conflict"


class DeadlinePassed(Conflict):
    code = "deadline_passed"


class Infeasible(MarathonError):
    code = "infeasible"


class Unavailable(MarathonError):
    code = "unavailable"
