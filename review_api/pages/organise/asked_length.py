"""How long a material should be, as organisers type it: numbers that may be left empty."""

from collections.abc import Mapping

from review_api.typed import whole
from schemas.marathon import MOST_CHARACTERS

LENGTHS = {
    "least_characters": MOST_CHARACTERS,
    "most_characters": MOST_CHARACTERS,
    "most_pages": 500,
}


def number_in(text: str) -> int | None:
    """A whole number, spaces between its digits allowed; none for an empty field."""
    return whole("".join(text.split()), most=MOST_CHARACTERS)


def wrong_lengths(lengths: Mapping[str, str]) -> dict[str, str]:
    """Field → what is wrong with it; an empty field asks for nothing."""
    numbers = {name: number_in(text) for name, text in lengths.items()}
    errors = {
        name: f"Целое число от 1 до {most}."
        for name, most in LENGTHS.items()
        if lengths[name] and not 1 <= (numbers[name] or 0) <= most
    }
    least, most = numbers["least_characters"], numbers["most_characters"]
    if least and most and least > most:
        errors.setdefault("most_characters", "Наибольшая длина меньше наименьшей.")
    return errors
