"""Papers drawn of what is shown: of two runs at once, the older never has the last word."""

from collections.abc import Callable, Mapping
from typing import TypeVar

from flows.runtime.conduct import clock, installation
from schemas.errors import Conflict
from schemas.papers import PaperKind
from storage.work import Work

ATTEMPTS = 4
CHANGED = (
    "Данные несколько раз изменились, пока готовились бумаги: запустите этап ещё раз, когда "
    "правка закончится."
)
View = TypeVar("View")


def keep_drawn(
    kind: PaperKind,
    subject_id: str,
    *,
    look: Callable[[Work], View],
    draw: Callable[[View], Mapping[str, bytes]],
) -> View:
    """Record the papers ``draw`` makes of what ``look`` sees; returns what was drawn.

    When something was changed during the drawing, it is drawn again. Raises ``Conflict``
    (``changed_meanwhile``) when every attempt was overtaken; papers are then left as they were.
    """
    opened = installation()
    for _ in range(ATTEMPTS):
        with opened.begin(read_only=True) as work:
            seen = look(work)
        stored = {path: opened.files.save_bytes(file) for path, file in draw(seen).items()}
        with opened.begin() as work:
            work.journal.lock()
            if look(work) == seen:
                for path, kept in stored.items():
                    work.papers.record(kind, subject_id, path, kept, now=clock())
                return seen
    raise Conflict(CHANGED, code="changed_meanwhile")
