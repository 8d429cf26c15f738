"""Numbers and days of Russian sentences, written as English has them."""

import re

from flows.documents.cities import ENGLISH

NUMBER = re.compile(r"[+−-]?\d{1,3}(?: ?\d{3})*(?:,\d+)?(?: ?%)?")
DECIMAL = re.compile(r"(?<![\d,])(\d+),(\d+)(?![\d,])")
MONTHS = {
    "января": "January",
    "февраля": "February",
    "марта": "March",
    "апреля": "April",
    "мая": "May",
    "июня": "June",
    "июля": "July",
    "августа": "August",
    "сентября": "September",
    "октября": "October",
    "ноября": "November",
    "декабря": "December",
}
DAY = re.compile(rf"\b(\d{{1,2}}) ({'|'.join(MONTHS)})\b(?: (\d{{4}})(?: г\b\.?)?)?")
CITY = re.compile(rf"\(({'|'.join(ENGLISH)})(?=[,)])")


def numbers(text: str) -> str:
    """Every decimal comma as a point, grouped numbers as a whole."""
    if NUMBER.fullmatch(text):
        return number(text)
    return DECIMAL.sub(r"\1.\2", text)


def number(text: str) -> str:
    """«1 234,5 %» as 1,234.5%."""
    grouped = re.sub(r"(?<=\d) (?=\d{3})", "\0", text)
    return grouped.replace(",", ".").replace("\0", ",").replace(" %", "%")


def in_english(text: str) -> str:
    """The text with its days as 5 December 2026, and whose clock it is."""
    return CITY.sub(lambda found: f"({ENGLISH[found[1]]}", DAY.sub(_day, text))


def _day(found: re.Match[str]) -> str:
    day, month, year = found.groups()
    return " ".join(part for part in (day, MONTHS[month], year) if part)
