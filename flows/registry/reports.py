"""What an import of a roster did or would do, and what was wrong with its rows."""

from schemas.base import Schema
from schemas.errors import BadTable


class RowProblem(Schema):
    """``row`` counts as the spreadsheet does, from 1 and with the lines above the header."""

    row: int
    sentence: str
    field: str = ""


class ImportReport(Schema):
    """What an import did, or would do; nothing is written while there are problems.

    ``notes`` say what else follows from it, each a sentence.
    """

    kind: str
    created: int = 0
    updated: int = 0
    same: int = 0
    problems: tuple[RowProblem, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        return (
            f"создать {self.created}, обновить {self.updated}, без изменений {self.same}, "
            f"ошибок {len(self.problems)}"
        )


class HasProblems(BadTable):
    """Raised after looking at every row, so that the transaction is rolled back."""

    code = "rows_with_problems"

    def __init__(self, report: ImportReport) -> None:
        first = report.problems[0]
        super().__init__(
            f"Строка {first.row}: {first.sentence} Всего ошибок: {len(report.problems)}. "
            "Ничего не записано: исправьте таблицу и загрузите снова.",
            row=first.row,
        )
        self.report = report
