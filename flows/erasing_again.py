"""Who was erased, as a list kept outside, and the same done again in an older copy."""

import logging
from collections.abc import Iterable
from datetime import datetime

from flows import erasing
from flows.documents.printing import cache
from schemas.errors import BadInput, MarathonError
from schemas.people import Actor
from storage.identifiers import is_id
from storage.installation import Installation
from storage.work import Work

BY = Actor(part="restore")
NOT_A_LIST = "Строка {number} списка удалённых людей не начинается с номера: {line}"

log = logging.getLogger("marathon.erasing")


def lines(work: Work) -> list[str]:
    """``ID MOMENT`` of everybody who was ever erased; nothing personal."""
    return [f"{one.subject_id} {one.at.isoformat()}" for one in work.journal.acts("erased")]


def read_list(text: str) -> list[str]:
    """The ids of such lines. Raises ``BadInput``."""
    return [read_line(number, line) for number, line in enumerate(text.splitlines(), 1) if line]


def read_line(number: int, line: str) -> str:
    identifier = line.partition(" ")[0]
    if not is_id(identifier):
        raise BadInput(NOT_A_LIST.format(number=number, line=line[:60]))
    return identifier


def erase_again(opened: Installation, people: Iterable[str], *, now: datetime) -> tuple[int, int]:
    """How many were erased, and how many could not be; who is unknown or erased is passed over."""
    done = [erase_one(opened, person_id, now=now) for person_id in dict.fromkeys(people)]
    return done.count(True), done.count(False)


def erase_one(opened: Installation, person_id: str, *, now: datetime) -> bool | None:
    """None when there is nothing to do. Without a letter: the person had it the first time."""
    caches = [opened.settings.data / name for name in cache.FOLDERS]
    try:
        with opened.begin() as work:
            person = work.people.find(person_id)
            if person is None or person.erased_at:
                return None
            erasing.forget(work, person, by=BY, files=opened.files, caches=caches, now=now)
    except MarathonError as error:
        log.warning("cannot erase %s again: %s", person_id, error.code)
        return False
    return True
