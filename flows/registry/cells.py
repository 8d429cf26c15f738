"""Reading the cells of rosters: lists, numbers, yes and no, and what an expert's row states."""

from collections.abc import Callable, Mapping
from typing import Any

from schemas.errors import BadInput

Record = Mapping[str, str]
YES = frozenset({"да", "yes", "1", "true", "+", "истина"})


def clean(cell: str) -> str:
    if "\0" in cell or any("\ud800" <= letter <= "\udfff" for letter in cell):
        return "".join(letter for letter in cell if letter.isprintable())
    return "\n".join(" ".join(line.split()) for line in cell.splitlines()).strip()


def listed(cell: str, separators: str = "|;\n") -> tuple[str, ...]:
    for separator in separators[1:]:
        cell = cell.replace(separator, separators[0])
    return tuple(part.strip() for part in cell.split(separators[0]) if part.strip())


def need(record: Record, field: str, name: str) -> str:
    value = record.get(field, "")
    if not value:
        raise BadInput(f"не заполнен столбец «{name}».", field=field)
    return value


def whole(text: str, name: str) -> int:
    if not text.isdecimal() or len(text) > 4 or int(text) > 1000:  # noqa: PLR2004
        raise BadInput(f"столбец «{name}»: нужно целое число, а не «{text}».")
    return int(text)


def stated(record: Record) -> dict[str, Any]:
    """What a roster says of an expert: no column or an empty cell says nothing and erases nothing."""
    return {field: read(record[field]) for field, read in EXPERT_CELLS.items() if record.get(field)}


def track_numbers(cell: str) -> tuple[int, ...]:
    return tuple(whole(part, "Направления") for part in listed(cell, "|;,"))


EXPERT_CELLS: Mapping[str, Callable[[str], Any]] = {
    "position": str,
    "tracks": track_numbers,
    "specialisations": listed,
    "capacity": lambda cell: whole(cell, "Нагрузка"),
    "senior": lambda cell: cell.casefold() in YES,
    "close_people": listed,
}
