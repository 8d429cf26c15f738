"""Children in running text: named beside a role, a class or by a pet name; listed; their health.

Rules see words, not people: what is found is shown to the author, who answers for it.
"""

import re
from collections.abc import Iterator

from flows.documents.preflight.given_names import GIVEN_NAMES
from flows.documents.preflight.names import case_forms, folded
from flows.documents.structure import blocks_text
from schemas.document import Block, BlockList, Table

# Names only children are called by in a teacher's text.
PET_NAMES = """
Алёша Вася Вова Гена Гриша Ваня Костя Лёва Лёня Миша Коля Паша Петя Сёма Серёжа Стёпа Федя Настя
Аня Лера Варя Вика Галя Даша Катя Лена Лиза Ксюша Люба Люда Рита Маша Надя Наташа Оля Света Соня
Таня Юля Саша Женя Дима Рома Стас Влад Виталик Слава
""".split()  # noqa: SIM905 - words read better than literals
# Given names that are words too: an initial after them proves nothing.
WORDS_TOO = re.compile(r"(?:Роман|Вер|Надежд|Любов|Слав|Лев|Льв|Марк|Ян|Мил|Лад|Злат|Светлан)")

# In a text signed by ``signed`` every given name is letters of one of these two, which nobody
# writes: a pattern needs no list of hundreds of names in all their cases.
GIVEN_SIGN, PET_SIGN = "\u1681", "\u1682"
GIVEN_FORMS = case_forms(GIVEN_NAMES)
PET_FORMS = case_forms(PET_NAMES)

WORD = re.compile(r"[А-ЯЁ][А-ЯЁа-яё]+")
REST = re.compile(r"\w*")
CAPITAL = r"[А-ЯЁ][а-яё]+(?:-[А-ЯЁ][а-яё]+)?"
GIVEN = f"[{GIVEN_SIGN}{PET_SIGN}]+"
PET = f"{PET_SIGN}+"
ANY_NAME = rf"(?:[А-ЯЁ][а-яё]+|{GIVEN})(?:-(?:[А-ЯЁ][а-яё]+|{GIVEN}))?"
CHILD = rf"(?:{ANY_NAME}\s+{GIVEN}\b|{GIVEN}\s+{ANY_NAME}|{GIVEN}\s+[А-ЯЁ]\.)"
PUPIL = (
    r"\b(?i:учени[кц]|учащ|обучающ|воспитанни|школьни|первоклассни|пятиклассни|мальчи|девоч"
    r"|реб[её]н|призёр|победител)[а-яё]*"
)
CLASS = r"[\s,(]{1,4}\d{1,2}[\s-]?[«\"]?[А-Яа-я]?[»\"]?[\s-]{0,2}(?:класс|кл\.|лет\b|года?\b)"
CHILDREN = re.compile(rf"{PUPIL}[^.!?\n]{{0,40}}?(?P<name>{CHILD})|(?P<named>{CHILD}){CLASS}")
# The pattern for children is slow, so it is tried only around words it begins or ends with.
ANCHOR = re.compile(rf"{PUPIL}|\d[\s-]?[«\"]?\w?[»\"]?[\s-]{{0,2}}(?:класс|кл\.|лет|год)")
BEFORE, AFTER = 60, 120  # characters around an anchor
TWO_NAMES = re.compile(r"[А-ЯЁ][а-яё]+\s+[А-ЯЁ]")  # what every named child has, quickly found

# «Саша П.» and «Иванова Катя» need nobody beside them.
WITH_INITIAL = re.compile(rf"(?<![А-ЯЁа-яё.])({CAPITAL})\s+[А-ЯЁ]\.(?!\s?[А-ЯЁ]\.)")
TWO_CAPITALS = re.compile(rf"(?<![А-ЯЁа-яё.])({CAPITAL})\s+({CAPITAL})(?![а-яё])")
PATRONYMIC = re.compile(r"[а-яё]+(?:ович|евич|ьич|овн|евн|ичн)[а-яё]{0,3}$")
AFTER_NAME = re.compile(r"\s*[А-ЯЁ][а-яё]+")

# Whose: a child told apart from others. What: health and family, of which the law is strict.
ONE_CHILD = (
    rf"(?:{PUPIL}\s+[А-ЯЁ]\.|{PUPIL}\s+{GIVEN}|{GIVEN}\s+[А-ЯЁ]\.|{PET}|{ANY_NAME}\s+{GIVEN}"
    r"|\b(?:мальчика?|девочк[аи]|реб[её]нк?[ау]?)\s+[А-ЯЁ]\.)"
)
HEALTH = (
    r"(?:\bЗПР\b|\bОНР\b|\bФФНР?\b|\bТНР\b|\bДЦП\b|\bРАС\b|\bУО\b|\bСДВГ\b|\bЗРР\b|\bОВЗ\b"
    r"|(?i:диагноз|аутизм|эпилепси|диабет|астм[аеоуы]|инвалид|умственн\w+\s+отстал|слабослыш"
    r"|слабовид|дизартри|алали|заикани|психиатр|невролог|ПМПК|состо\w+\s+на\s+уч[её]те"
    r"|неблагополучн|опек[аеоу]|сирот|усыновл|приёмн\w+\s+семь))"
)
DIAGNOSED = re.compile(
    rf"(?:{ONE_CHILD})[^.!?\n]{{0,120}}?{HEALTH}|{HEALTH}[^.!?\n]{{0,60}}?(?:{ONE_CHILD})"
)
HEALTH_WORD = re.compile(HEALTH)
BORN = re.compile(
    r"(?:дат[аы]\s+рождения|родил[а-я]+|рожд\.)[^\d\n]{0,12}\d{1,2}[.\s]\S{2,8}[.\s]20[0-2]\d"
    r"|\d{2}\.\d{2}\.20[0-2]\d\s*(?:г\.?\s?р\.?|года?\s+рождения)"
    r"|\b20[0-2]\d\s*г(?:\.|ода?)\s*р(?:\.|ождения)",
    re.IGNORECASE,
)
YEAR = re.compile(r"20[0-2]\d")  # what every birth date of a pupil has, quickly found
# «Иванова Катя», but not «Река Лена»: what stands before a pet name must look like a surname.
SURNAME = re.compile(
    r"[А-ЯЁ][а-яё]*(?:[оеё]в|[иы]н|ск|цк|енк|ч?ук|юк|ец|ян|дзе|швили|ич|ак|як|арь?|ун|ель|[иы]х)"
    r"(?:а|у|ым|ой|ою|е|ий|ого|ому|им|ая|ую|о)?"
)
LISTED = re.compile(rf"^\s*(?:\d{{1,2}}[.)]?\s*)?({CAPITAL})\s+({CAPITAL}|[А-ЯЁ]\.)(?:\s|,|$)")
LEAST_LISTED = 4  # lines that make a class list

Place = tuple[int, int]


def children_places(text: str) -> list[Place]:
    """Return where names of children stand, the names alone, in order and apart."""
    found = sorted({*beside_a_role(text), *by_themselves(text)})
    apart: list[Place] = []
    for place in found:
        if not apart or place[0] >= apart[-1][1]:
            apart.append(place)
    return apart


def beside_a_role(text: str) -> Iterator[Place]:
    """Yield names that stand beside a pupil's role, class or age."""
    last, signs = 0, signed(text)
    for anchor in ANCHOR.finditer(text):
        window = (max(0, anchor.start() - BEFORE), word_end(text, anchor.end() + AFTER))
        if not TWO_NAMES.search(text, *window):
            continue
        for match in CHILDREN.finditer(signs, *window):
            first, end = match.span(match.lastindex or 0)
            if first >= last and not PATRONYMIC.search(text[first:end]):
                yield first, end
                last = end


def word_end(text: str, at: int) -> int:
    rest = REST.match(text, at)
    return rest.end() if rest else at


def signed(text: str) -> str:
    """The text of the same length with given names written in signs of their kind."""
    return WORD.sub(sign, text)


def sign(match: re.Match[str]) -> str:
    word = folded(match[0])
    if word in PET_FORMS:
        return PET_SIGN * len(word)
    return GIVEN_SIGN * len(word) if word in GIVEN_FORMS else match[0]


def is_given(word: str) -> bool:
    return folded(word) in GIVEN_FORMS


def by_themselves(text: str) -> Iterator[Place]:
    """Yield names that only children are called by: «Саша П.», «Иванова Катя»."""
    for match in WITH_INITIAL.finditer(text):
        word = match[1]
        if is_given(word) and not doubtful(word, text, match.end()):
            yield match.span()
    for match in TWO_CAPITALS.finditer(text):
        if folded(match[2]) in PET_FORMS and SURNAME.fullmatch(match[1]):
            yield match.span()


def doubtful(word: str, text: str, end: int) -> bool:
    """Tell «Роман И. Гончарова» from a child: the name is a word, or a surname follows."""
    return bool(WORDS_TOO.match(word)) and bool(AFTER_NAME.match(text, end))


def data_places(text: str) -> list[Place]:
    """Return where a child's birth date, health or family is told."""
    found = [match.span() for match in BORN.finditer(text)] if YEAR.search(text) else []
    if HEALTH_WORD.search(text):
        found += [match.span() for match in DIAGNOSED.finditer(signed(text))]
    return found


def class_list(block: Block) -> tuple[str, ...]:
    """The names of a list or table whose lines are surnames with given names, or nothing."""
    named = [name for line in lines_of(block) if (name := listed(line))]
    return tuple(named) if len(named) >= LEAST_LISTED else ()


def lines_of(block: Block) -> Iterator[str]:
    if isinstance(block, BlockList):
        yield from (blocks_text(item) for item in block.items)
    if isinstance(block, Table):
        for row in (*block.header, *block.rows):
            yield from (blocks_text(cell.blocks) for cell in row)


def listed(line: str) -> str:
    """«Иванов Пётр» of «3. Иванов Пётр, 12 баллов»; nothing for adults, who have patronymics."""
    match = LISTED.match(line)
    if match is None or PATRONYMIC.search(" ".join(line.split()[:4])):
        return ""
    one, two = match[1], match[2]
    is_name = is_given(one) or is_given(two)
    return f"{one} {two}" if is_name else ""
