"""Which parts of a work a text has: found by headings, bold first words, run-in openings, cells.

Authors name parts in many ways: «1. Цель и задачи», «Цель урока:», «Ход занятия» in a table of a
lesson plan, or «Что получилось» for results. A part counts as present when a heading, a short line
or the opening words of a paragraph name it, or when a sentence says it outright.
"""

import re
from collections.abc import Iterator, Mapping

from flows.documents.structure import children, inline_text, own_inlines, walk
from schemas.advice import Part
from schemas.document import Block, Document, Heading, Paragraph, Span, Table
from schemas.extraction import Kind

LONGEST_NAME = 90  # characters of a line that may name a part
LONGEST_OPENING = 70
WORDS_OF_NAME, WORDS_BEFORE = 4, 7  # before a full stop; before a colon or a dash
OWN_SECTIONS = 3  # headings of the author's own that make the course of the work
WORTH_LOOKING = 600  # characters; a shorter text has no parts

WORKS = (
    r"практик\w*|проект\w*|урок\w*|заняти\w*|работы|опыта|программ\w*|курса|цикла|исследовани\w*"
    r"|мастер-класс\w*|разработки|кружка|клуба|технологи\w*|методики|модели|системы|этапа|игры"
    r"|мероприяти\w*|модуля|практикума|деятельности|педагога|учителя|воспитателя|обучения|статьи"
    r"|доклада|материала|встречи|конспекта|консультации|тренажёра|лаборатории|внедрения|реализации"
)
MANNER = (
    r"(?:(?:основн|главн|общ|образовательн|методическ|педагогическ|практическ|дидактическ|ведущ"
    r"|триедин|наш|мо|ключев|планируем|ожидаем|достигнут|полученн|предполагаем|конкретн|итогов"
    r"|количественн|качественн|предметн|метапредметн|личностн|обучающ|развивающ|воспитательн"
    r"|коррекционн|практик|социальн|кратк)\w*[\s,]+(?:и\s+)?){0,3}"
)
WHOSE = rf"(?:\s+(?:{MANNER})(?:{WORKS})(?:\s+(?:по|на|в|с|для)\s+[^.:!?]{{0,40}})?)?"
END = r"\s*(?:$|[.:;—–(«]|-\s)"

# What a heading, a short line or the first words of a paragraph may be.
NAMES: Mapping[Part, tuple[str, ...]] = {
    Part.GOAL: (
        rf"{MANNER}цел[ьи](?:\s+и\s+{MANNER}задачи)?{WHOSE}{END}",
        rf"{MANNER}задачи\s+и\s+цел[ьи]{WHOSE}{END}",
        r"целев(?:ая|ые)\s+(?:установк|ориентир)|целеполагание|назначение\b",
        r"(?:актуальность|проблема|противоречие|обоснование|замысел|иде[яи]|зачем|почему)\b",
        r"(?:с\s+)?чего\s+(?:мы\s+)?(?:начин|нач[аи]л|не\s+хвата)|откуда\b|исходн\w+\s+(?:точк|ситуац)",
        r"вопрос,\s+с\s+которого|что\s+(?:мы\s+видим|не\s+работало|нас\s+беспоко)|пояснительная",
        r"как\s+(?:родил|возник|появил)|введение\b|что\s+такое\b|задумка\b",
    ),
    Part.TASKS: (
        rf"{MANNER}задачи{WHOSE}{END}",
        rf"{MANNER}цел[ьи]\s+и\s+{MANNER}задачи",
        r"(?:образовательные|обучающие|развивающие|воспитательные|коррекционн\w+)\s*(?:задачи)?\s*:",
        r"что\s+(?:предстояло|нужно\s+было|надо\s+было)\s+сделать",
    ),
    Part.CONDITIONS: (
        rf"{MANNER}услови[яе](?:\s+\w+){{0,3}}{END}",
        r"участник\w*|целевая\s+(?:аудитория|группа)|возраст\w*|контингент|адресат|для\s+кого\b",
        r"класс\w*\s*[:—–]|группа\s*[:—–]|оборудовани\w*|материал\w*\s+и\s+оборудовани|ресурс\w*",
        r"(?:материально|кадров|ресурсн)\w*[\s-]|место\s+(?:проведения|реализации)|срок\w*\s+реализ",
        r"(?:время|продолжительность)\s+\w+|роли\b|что\s+(?:нужно|понадоб|потребу|взять)",
        r"без\s+чего\s+не|во\s+что\s+(?:это|обход)|сколько\s+(?:это|сто)|поч[её]м\b|если\s+вы\b",
    ),
    Part.COURSE: (
        (
            rf"{MANNER}(?:ход|содержание|этапы|этап|структура|алгоритм|план|сценарий|технология"
            rf"|методика|механизм|программа|реализация|устройство|состав|описание|организация"
            rf"|технологическая\s+карта|конспект|маршрут|протокол|регламент|правила|при[её]мы?|формы"
            rf"|методы|шаги|ступен\w+|цикл|основная\s+часть|порядок|подготовка|мотивация|разминка"
            rf"|проверка\s+домашнего|рефлексия|организационный\s+момент|расписание|бланк|дневник"
            rf"|карта|карточки?|памятка)\b"
        ),
        r"как\s+(?:проход|устро|работ|стро|мы\b|это\b|ид[её]т|склад|снима|жив|готов|дети|вед[её]м)",
        (
            r"(?:урок|занятие|встреча|неделя|шаг|этап|работа|задание|ступень|пример|фрагмент|ситуация"
            r"|упражнение|игра)\w*\s*(?:№|\d|перв|втор|трет|[«:])"
        ),
        r"(?:пять|шесть|семь|восемь|три|четыре|десять|двенадцать|шестнадцать)\s+\w+",
    ),
    Part.RESULTS: (
        rf"{MANNER}результат\w*|результативность|эффект\w*|{MANNER}итог\w*|достижени[яй]\b",
        r"динамика\b|мониторинг\b|диагностика\b|наблюдения\b|оценк\w+\s+результат",
        r"что\s+(?:получил|измен|дал|вышло|показал|удалось|говорят|стало|мы\s+(?:увидел|получил))",
        r"как\s+(?:проверял|измеря)|чего\s+(?:мы\s+)?(?:доби|достиг)|год\s+\w+$",
    ),
    Part.CONCLUSIONS: (
        rf"{MANNER}вывод\w*|заключени[ея]\b|заключительн\w+\s+част|подводя\s+итог|{MANNER}итоги\b",
        rf"таким\s+образом\b|итак\b|в\s+заключени[ие]|резюме\b|перспективы\b|{MANNER}рекомендации\b",
        r"как\s+(?:повтор|перенес|нач(?:ать|инать)|сделать\s+так)|повторить\b|советы\b|чтобы\s+повтор",
        r"что\s+(?:учесть|бы\s+мы|понадобится|нужно|взять|можно\s+взять)|если\s+(?:хотите|вы)\b",
        r"тем,?\s+кто|для\s+(?:муниципальн|коллег)\w*|рефлексия\b|без\s+чего\s+не|без\s+принтера",
        r"что\s+говорят\s+цифры|памятка\s+для\s+(?:коллег|учителя)|границы\b|где\s+практика\b",
        r"условия\s+переноса",
    ),
    Part.SOURCES: (
        r"(?:использ\w+\s+|рекоменд\w+\s+|основн\w+\s+)?(?:литература|источники)\b",
        r"(?:список|перечень)\s+(?:\w+\s+){0,3}(?:литератур|источник|ресурс|материал)",
        r"библиограф|(?:интернет|электронн\w+|цифров\w+)[\s-]*(?:ресурс|источник)|ссылки\b",
        r"\w+\s+и\s+(?:источники|литература)\s*$|что\s+почитать",
    ),
}
# What a sentence may say outright, wherever it stands.
STATEMENTS: Mapping[Part, str] = {
    Part.GOAL: (
        rf"\bцель\s+(?:\w+\s+){{0,3}}?(?:{WORKS}|—|–|состо)"
        r"|\bцелью\s+(?:\w+\s+){0,4}?(?:стал|явля|был)"
        r"|\b(?:мы|я|нам|мне|нас)\s+(?:\w+\s+){0,3}?(?:хотел|решил[аи]?\s+(?!задач|уравн|пример)"
        r"|задумал|захотел|стремил|предложил[аи]?\b|попробовал)"
        r"|\bставил[аи]?\s+(?:перед\s+\w+\s+)?цель|\bпоставил[аи]?\s+(?:\w+\s+){0,3}цель"
        r"|\b(?:практика|проект|система|разработка|цикл|программа|технология|тренажёр|практикум"
        r"|модуль|презентация|методика)\s+(?:\w+\s+){0,3}?"
        r"(?:направлен|нацелен|призван|предназначен|рассчитан)"
    ),
    Part.TASKS: (
        r"\bреш(?:ал(?:и|а|ись)|ить)\s+(?:\w+\s+){0,3}?задачи\b(?!\s*(?:на|по|про|о|об|«))"
        r"|\b(?:поставлен[ыа]|поставил[аи]?|стоял[аио]?|определ(?:ены|или)|сформулирован[ыа])"
        r"\s+(?:\w+\s+){0,3}?задач[иу]?\b(?!\s*(?:на|по|про|о|об|«))"
        r"|\bзадач(?:и|ами)\s+(?:\w+\s+){0,2}?(?:стал[иа]|были|явля|состо)"
    ),
    Part.CONDITIONS: (
        r"\b\d+\s+(?:\w+\s+)?(?:ученик|учениц|обучающ|учащ|школьник|дет[еия]|реб[её]н|воспитанн"
        r"|человек|педагог|учител|класс|подрост|участник|сем[ье])"
        r"|\b\d{1,2}\s*[–—-]\s*\d{1,2}\s+лет\b"
        r"|\b(?:\d+|перв|втор|трет|четв[её]рт|пят|шест|седьм|восьм|девят|десят|одиннадцат)"
        r"(?:[\s–—-]*\w{1,4})?\s+класс"
    ),
    Part.RESULTS: (
        r"\b(?:доля|число|количество|показател\w+|качество|балл\w*|процент|успеваемость|уровень)"
        r"[^.!?\n]{0,120}\b(?:вырос|увелич|сниз|сократ|повыс|уменьш|поднял)"
        r"|\b(?:вырос|увелич|сниз|сократ|повыс|уменьш)\w*[^.!?\n]{0,60}\bс\s+\d[^.!?\n]{0,20}\bдо\s+\d"
    ),
}
SOURCE_LINE = re.compile(
    r"(?://|[—–-]\s*(?:М|СПб|Москва|Санкт-Петербург)\b|\bURL\b|\b\d+\s*с\.)[^\n]*\b(?:19|20)\d\d\b"
    r"|\b(?:19|20)\d\d\b[^\n]*(?://|\b\d+\s*с\.|\bС\.\s*\d|\bURL\b)"
)
SOURCE_LINES = 2
LAST_WORDS = {Part.CONCLUSIONS: r"(?:таким\s+образом|итак|в\s+заключени[ие]|подводя\s+итог)"}

NUMBER = re.compile(
    r"^[\s•·*–—-]*(?:(?:\d{1,2}(?:\.\d{1,2})*|[IVX]{1,4}|[а-я](?=\)))[.)]?\s+|\d{1,2}[.)])?"
    r"(?:(?:часть|раздел|глава)\s+\d+\.?\s*)?[«\"]?"
)
COMPILED = {
    part: re.compile("|".join(f"(?:{one})" for one in names), re.IGNORECASE)
    for part, names in NAMES.items()
}
SAID = {part: re.compile(words, re.IGNORECASE) for part, words in STATEMENTS.items()}
OPENING = re.compile(r"^(.{2,70}?)(?:[:.]|\s[—–-]\s)")

# A description of practice says what it is for; tasks one by one are a lesson plan's.
PRACTICE = tuple(part for part in Part if part is not Part.TASKS)
LESSON = (Part.GOAL, Part.TASKS, Part.CONDITIONS, Part.COURSE, Part.RESULTS)
DEVELOPMENT = (*LESSON, Part.SOURCES)
TALK = (Part.GOAL, Part.COURSE, Part.RESULTS)
# By the practice formats of ``schemas.specialisations``; the others are descriptions of practice.
EXPECTED: Mapping[str, tuple[Part, ...]] = {
    "урок": LESSON,
    "открытый урок": LESSON,
    "занятие": LESSON,
    "методическая разработка": DEVELOPMENT,
    "сообщение": TALK,
}


def works_short(characters: int) -> bool:
    """Whether a text is too short to have parts."""
    return characters < WORTH_LOOKING


def expected(work_format: str, kind: Kind | None) -> tuple[Part, ...]:
    """The parts a work of this format should have; slides say less than a text."""
    if kind is Kind.PPTX:
        return TALK
    return EXPECTED.get(work_format, PRACTICE)


def missing(
    found: tuple[Part, ...], *, work_format: str = "", kind: Kind | None = None
) -> tuple[Part, ...]:
    """The expected parts that were not found."""
    return tuple(part for part in expected(work_format, kind) if part not in found)


def parts_of(document: Document) -> tuple[Part, ...]:
    """The parts that the text has, in the order of ``Part``."""
    blocks = list(walk(document.blocks))
    found = {part for block in blocks for part in parts_said(block)}
    found |= {part for block in document.blocks for part in named_under(block)}
    if own_sections(blocks) >= OWN_SECTIONS:
        found.add(Part.COURSE)
    if sum(bool(SOURCE_LINE.search(text_of(block))) for block in blocks) >= SOURCE_LINES:
        found.add(Part.SOURCES)
    return tuple(part for part in Part if part in found)


def text_of(block: Block) -> str:
    """The block's own words on one line."""
    return " ".join(inline_text(own_inlines(block)).split())


def named_under(block: Block) -> Iterator[Part]:
    """Parts named by the block or inside it; a word in a table's cell is no list of sources."""
    yield from parts_named(block)
    for inner in walk(children(block)):
        named = parts_named(inner)
        yield from (part for part in named if part is not Part.SOURCES or type(block) is not Table)


def parts_named(block: Block) -> Iterator[Part]:
    for name in namings(block):
        plain = NUMBER.sub("", name, count=1)
        for part, pattern in COMPILED.items():
            if pattern.match(plain):
                yield part


def namings(block: Block) -> Iterator[str]:
    """What of a block may be the name of a part."""
    text = text_of(block)
    if isinstance(block, Heading):
        yield text
    if not isinstance(block, Paragraph) or not text:
        return
    if len(text) <= LONGEST_NAME and not text.endswith((",", ";", "?", "!")) and is_line(text):
        yield text
    bold = bold_opening(block)
    if bold:
        yield bold
    opening = OPENING.match(text)
    if opening and is_brief(opening) and is_named_outright(opening[0]):
        yield opening[0]


def is_line(text: str) -> bool:
    """Tell a line that stands for itself from a short sentence."""
    return not text.endswith(".") or len(text.split()) <= 3  # noqa: PLR2004


# Before a colon or a dash ordinary words of a sentence stand too: only sure names count there.
SURE = re.compile(
    rf"(?:{MANNER})(?:цел[ьи]|задачи|услови[яе]|участники|результат\w*|вывод\w*|ход\b|этапы|оборудование|описание\s+\w+|список|эффект\w*|использованн\w+\s+(?:литература|источники)"
    r"|содержание|итог\w*|обучающие|развивающие|воспитательные|класс|возраст|литература|источники"
    r"|таким\s+образом|актуальность|заключение|целевая)",
    re.IGNORECASE,
)


def is_brief(opening: re.Match[str]) -> bool:
    """Tell a name from a sentence: what ends with a full stop has few words."""
    return len(opening[1].split()) <= (WORDS_OF_NAME if opening[0].endswith(".") else WORDS_BEFORE)


def is_named_outright(opening: str) -> bool:
    return bool(SURE.match(NUMBER.sub("", opening, count=1)))


def bold_opening(block: Paragraph) -> str:
    """The bold words a paragraph begins with, or nothing."""
    words = ""
    for inline in block.inlines:
        if not isinstance(inline, Span) or not (inline.bold or not inline.text.strip()):
            break
        words += inline.text
    words = " ".join(words.split())
    return words if len(words) <= LONGEST_OPENING else ""


def parts_said(block: Block) -> Iterator[Part]:
    """Parts that a sentence of the block states."""
    text = text_of(block)
    for part, pattern in SAID.items():
        if pattern.search(text):
            yield part
    for part, words in LAST_WORDS.items():
        if re.match(words, text, re.IGNORECASE):
            yield part


def own_sections(blocks: list[Block]) -> int:
    """How many headings there are that name no part: sections with the author's own names."""
    headings = [NUMBER.sub("", text_of(block)) for block in blocks if is_section(block)]
    known = tuple(pattern for part, pattern in COMPILED.items() if part is not Part.COURSE)
    return sum(not any(pattern.match(one) for pattern in known) for one in headings)


def is_section(block: Block) -> bool:
    if isinstance(block, Heading):
        return True
    return isinstance(block, Paragraph) and text_of(block) == bold_opening(block) != ""
