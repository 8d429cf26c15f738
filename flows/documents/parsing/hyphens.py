"""Words broken at the end of a line: joined, with the hyphen kept where spelling needs it; pure.

A PDF does not say whether a hyphen at a line's end belongs to the word. Russian spelling does for
particles and compounds («кто-нибудь», «онлайн-марафон», «учебно-методический»); for the rest the text
itself is asked, since a compound mostly occurs more than once.
"""

import re

ALWAYS_BEFORE = frozenset(("нибудь", "либо", "таки"))
BEFORE_TO = re.compile(
    r"(?:кто|что|чт|как\w{0,4}|где|куда|когда|откуда|почему|зачем|сколько|чей|чь\w{1,3}|кого|кому|кем|ком"
    r"|чего|чему|чем|чём)$"
)
AFTER = frozenset(
    [
        "кое",
        "кой",
        "онлайн",
        "офлайн",
        "интернет",
        "веб",
        "мини",
        "макси",
        "медиа",
        "пресс",
        "бизнес",
        "экс",
        "вице",
        "блиц",
        "арт",
        "топ",
        "мастер",
        "видео",
        "аудио",
        "квест",
        "флеш",
        "смарт",
        "тест",
        "педагог",
        "учитель",
        "воспитатель",
        "урок",
        "план",
        "конспект",
        "психолог",
        "логопед",
        "город",
        "школа",
        "северо",
        "южно",
        "юго",
        "западно",
        "восточно",
        "усть",
        "нижне",
        "верхне",
        "лего",
        "вики",
        "кейс",
    ]
)
# Whole words by themselves and beginnings of longer ones: kept only if the text has the compound.
UNSURE = frozenset(
    [
        "медиа",
        "видео",
        "аудио",
        "топ",
        "тест",
        "план",
        "урок",
        "школа",
        "город",
        "учитель",
        "педагог",
        "воспитатель",
        "психолог",
    ]
)
ADVERBIAL = re.compile(r"\w*(?:ско|цко|льно|онно|енно|ивно|урно|йно|тно|дно|зно|чно|мно|бно|во)$")
ADJECTIVE = re.compile(
    r"\w{3,}(?:ый|ий|ой|ая|яя|ое|ее|ые|ие|ого|его|ому|ему|ым|им|ом|ем|ых|их|ую|юю|ей|ыми|ими)$"
)
LEAST_ADVERBIAL = 5
# «Равномерный», «единообразный»: the same ending, written as one word.
SOLID = ("равно", "едино", "одно", "разно", "трудно", "полно", "перво", "право", "ново", "древно")
FIRST = re.compile(r"[\w-]+$")
SECOND = re.compile(r"\w+")


def hyphen_between(before: str, after: str, text: str = "") -> str:
    """Return ``-`` if the word cut between two lines keeps it, else nothing.

    ``before`` ends with the first part, its hyphen taken off; ``text`` is the whole text in small
    letters, where other occurrences are looked for.
    """
    first, second = FIRST.search(before), SECOND.match(after)
    if first is None or second is None:
        return ""
    one, two = first[0].lower(), second[0].lower()
    return "-" if keeps(one.rpartition("-")[2], two, text) else ""


def keeps(one: str, two: str, text: str) -> bool:
    if two in ALWAYS_BEFORE:
        return True
    if two == "то":
        return bool(BEFORE_TO.match(one))
    if one in AFTER or is_adverbial(one, two):
        return settled(one, two, text)
    return False


def is_adverbial(one: str, two: str) -> bool:
    """Tell the first half of a compound adjective: «информационно-», «личностно-»."""
    is_long = len(one) >= LEAST_ADVERBIAL and bool(ADVERBIAL.match(one))
    return is_long and not one.endswith(SOLID) and bool(ADJECTIVE.match(two))


def settled(one: str, two: str, text: str) -> bool:
    """Ask the text how it writes the word elsewhere; without an answer trust the spelling."""
    if f"{one}-{two}" in text:
        return True
    return one not in UNSURE and f"{one}{two}" not in text
