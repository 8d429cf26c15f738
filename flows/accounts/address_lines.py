"""People pasted as lines, «Фамилия Имя Отчество <address>», read into names and addresses."""

import re
from collections.abc import Iterator

from schemas.address import fold_email
from schemas.base import Schema
from schemas.errors import BadInput

ADDRESS = re.compile(r"[^\s<>,;\"]+@[^\s<>,;\"]+")
SEPARATORS = " \t,;<>\"'«»()"
MOST_LINES = 200
LONGEST_LINE = 500
LONGEST_NAME = 200


class Invitee(Schema):
    """``name`` is empty when only an address was given."""

    email: str
    name: str = ""


class WrongLine(Schema):
    """``number`` counts the lines as they were pasted, from 1."""

    number: int
    text: str
    sentence: str


class Listed(Schema):
    """Everybody once, in the order given."""

    people: tuple[Invitee, ...] = ()
    wrong: tuple[WrongLine, ...] = ()


def read(text: str) -> Listed:
    """The people of ``text``; raises ``BadInput`` when there is nobody or far too many."""
    lines = list(numbered(text))
    if not lines:
        raise BadInput("Впишите хотя бы один адрес почты.", field="people")
    if len(lines) > MOST_LINES:
        raise BadInput(
            f"За один раз — до {MOST_LINES} человек. Разделите список на части.", field="people"
        )
    found: dict[str, Invitee] = {}
    wrong = []
    for number, line in lines:
        try:
            one = read_line(line)
        except BadInput as error:
            wrong.append(WrongLine(number=number, text=line[:80], sentence=error.sentence))
            continue
        found.setdefault(one.email, one)
    return Listed(people=tuple(found.values()), wrong=tuple(wrong))


def numbered(text: str) -> Iterator[tuple[int, str]]:
    """Lines that are not empty."""
    for number, line in enumerate(text.splitlines(), start=1):
        if line.strip(SEPARATORS):
            yield number, " ".join(line.split())


def read_line(line: str) -> Invitee:
    """Raises ``BadInput``."""
    if len(line) > LONGEST_LINE:
        raise BadInput("Строка слишком длинная: по одному человеку в строке.")
    addresses = ADDRESS.findall(line)
    if len(addresses) != 1:
        raise BadInput(
            "В строке нет адреса почты." if not addresses else "В строке больше одного адреса."
        )
    name = " ".join(line.replace(addresses[0], " ").split()).strip(SEPARATORS)
    return Invitee(email=fold_email(addresses[0]), name=fair_name(name))


def fair_name(name: str) -> str:
    """Raises ``BadInput`` for what cannot be a name."""
    if name and (" " not in name or len(name) > LONGEST_NAME or not name.isprintable()):
        raise BadInput("Имя — это фамилия, имя и отчество (если есть) через пробел.")
    return name
