"""What a database that refuses means to people: the one place that knows its errors."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import exc

from schemas.errors import Conflict, MarathonError, Unavailable

BUSY = "Хранилище сейчас занято или недоступно. Подождите минуту и повторите."
FULL = "На сервере закончилось место. Ничего не записано: сообщите организаторам."
AT_ONCE = "Два одинаковых действия пришли одновременно. Обновите страницу и повторите, если нужно."

REFUSALS = (exc.OperationalError, exc.InterfaceError, exc.IntegrityError, exc.TimeoutError)

log = logging.getLogger("marathon.storage")


@contextmanager
def in_plain_words() -> Iterator[None]:
    """Turns the database's refusals into ``Unavailable`` and ``Conflict``; the rest are bugs."""
    try:
        yield
    except REFUSALS as error:
        # The text of the error is left out: it may hold what people typed.
        log.error("database refused kind=%s", type(error).__name__)  # noqa: TRY400
        raise meaning(error) from error


def meaning(error: exc.SQLAlchemyError) -> MarathonError:
    if isinstance(error, exc.IntegrityError):
        return Conflict(AT_ONCE, code="simultaneous")
    if isinstance(error, exc.DBAPIError) and "full" in str(error.orig):
        return Unavailable(FULL, code="storage_full")
    return Unavailable(BUSY, code="storage")
