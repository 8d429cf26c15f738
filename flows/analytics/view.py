"""The analytic report as organisers read it."""

from datetime import datetime

from flows.analytics.figures import Figures
from schemas.base import Schema
from schemas.ledger import LedgerEntry
from schemas.marathon import Marathon


class Participant(Schema):
    """An author with one of their works and what became of it."""

    name: str
    position: str
    organisation: str
    municipality: str
    number: int
    title: str
    live: bool
    published: bool

    @property
    def comment(self) -> str:
        """The form of participation, in the words of the regulations."""
        forms = ["методическая разработка"]
        forms += ["доклад (очное представление)"] if self.live else []
        forms += ["публикация"] if self.published else []
        return f"участник ({', '.join(forms)})"


class ReportView(Schema):
    """``names`` are municipalities by id, ``numbers`` works by submission id."""

    marathon: Marathon
    cluster: str
    chair: str
    made_at: datetime
    figures: Figures
    ledger: tuple[LedgerEntry, ...]
    names: dict[str, str]
    numbers: dict[str, int]
    participants: tuple[Participant, ...]

    def evidence(self, entry: LedgerEntry) -> str:
        """«материал № 7» for an event of the platform, otherwise what people wrote."""
        kind, _, identifier = entry.evidence.partition("/")
        if kind == "submission" and identifier in self.numbers:
            return f"материал № {self.numbers[identifier]}"
        return entry.evidence
