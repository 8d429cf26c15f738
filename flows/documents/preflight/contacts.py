"""Telephones, addresses, numbers of papers and personal pages in running text."""

import re

GAP = r"[\s\u00a0()‑–-]"
# The look behind keeps the search linear: it starts once for a word, not at every letter.
EMAIL = (
    r"(?<![\w.+-])[\w.+-]{1,64}\s?(?:@|\((?:at|собака)\)|\[at\])\s?[\w-]{1,63}(?:\.[\w-]{1,63})+"
)
PHONE = (
    rf"(?<![\d‑-])(?:\+7|8){GAP}{{0,3}}\d{{3,5}}{GAP}{{0,3}}\d{{1,3}}{GAP}?\d{{2}}{GAP}?\d{{2}}"
    r"(?![\d‑-])"
)
SHORT_PHONE = (
    r"(?<![а-яё])(?:тел|моб|факс|телефон[а-яё]*|whatsapp|вотсап|вайбер|viber)\b"
    rf"[.:\s]{{0,3}}\(?\d(?:{GAP}{{0,2}}\d){{4,11}}"
)
INSURANCE = r"(?<![\d-])\d{3}-\d{3}-\d{3}[\s-]\d{2}(?!\d)"
PASSPORT = r"\bпаспорт[^\d\n]{0,30}\d{2}\s?\d{2}\s?(?:№|номер|N)?\s?\d{6}"
TAXPAYER = r"\bИНН[\s:№]{0,3}\d{12}(?!\d)"
BIRTH_CERTIFICATE = r"\bсвидетельств[а-яё]*\s+о\s+рождении[^\d\n]{0,20}\d{6}"
BIRTH = (
    r"\b(?:дата рождения|родил[а-я]+)[^\d\n]{0,10}\d{1,2}[.\s]\S{2,8}[.\s](?:19[2-9]\d|20\d\d)"
    r"|\d{2}\.\d{2}\.\d{4}\s*г\.\s?р\."
)
PERSONAL = re.compile(
    f"{EMAIL}|{PHONE}|{SHORT_PHONE}|{INSURANCE}|{PASSPORT}|{TAXPAYER}|{BIRTH_CERTIFICATE}|{BIRTH}",
    re.IGNORECASE,
)
STREET = (
    r"(?i:(?<![а-яё])(?:(?:ул|пр-т|просп|пер|бул|б-р|мкр|кв-л)(?:\.\s?|\s+)|(?:улиц|проспект|переул"
    r"|бульвар|микрорайон|квартал|шоссе|набережн)[а-яё]*\s+))"
)
POSTAL = re.compile(
    rf"{STREET}[«\"]?[А-ЯЁ0-9][\w\s.«»\"-]{{1,40}}?,?\s*(?:(?i:д(?:ом)?)\.?\s*)\d{{1,4}}"
    r"(?:\s?[а-яА-Я](?![а-яА-Я]))?(?:,\s*кв(?:артира)?\.?\s*\d{1,4})?"
    rf"|{STREET}[А-ЯЁ][а-яё-]+(?:\s[А-ЯЁ][а-яё-]+)?,\s*\d{{1,4}}(?:\s?[а-я]\b)?"
    r"(?:\s*[-,]\s*\d{1,4})?(?!\d|\.\d)"
)
HOSTS = (
    r"vk\.com|vkontakte\.ru|m\.vk\.com|ok\.ru|t\.me|telegram\.me|wa\.me|chat\.whatsapp\.com|max\.ru/u"
    r"|instagram\.com|facebook\.com|fb\.com|youtube\.com/@|disk\.yandex\.(?:ru|com)|yadi\.sk"
    r"|drive\.google\.com|docs\.google\.com|cloud\.mail\.ru|forms\.gle|dropbox\.com|zoom\.us/j"
)
PAGES = re.compile(
    rf"(?<![\w.])(?:https?://)?(?:www\.)?(?:{HOSTS})(?:/[^\s<>«»\"()]*(?<![.,;:!?…]))?",
    re.IGNORECASE,
)
# A link that can open on one computer only, or inside one network.
DEAD = re.compile(
    r"^(?:file:|[a-z]:[\\/]|\\\\|https?://(?:localhost|127\.|0\.0\.0\.0|10\.\d|192\.168\.|\[::1\]"
    r"|172\.(?:1[6-9]|2\d|3[01])\.|[\w-]+(?::\d+)?(?:/|$)|[\w.-]+\.(?:local|lan|internal)\b))",
    re.IGNORECASE,
)

# Running prose has neither, and the long patterns need not be tried on it.
NUMBER_OR_ADDRESS = re.compile(r"[\d@]|[(\[](?:at|собака)[)\]]", re.IGNORECASE)
LATIN_DOT = re.compile(r"[A-Za-z]\.[A-Za-z]")

Place = tuple[int, int]


def personal_places(text: str) -> list[Place]:
    """Return where telephones, addresses and document numbers stand."""
    if not NUMBER_OR_ADDRESS.search(text):
        return []
    return [match.span() for match in PERSONAL.finditer(text)]


def postal_places(text: str) -> list[Place]:
    """Return where an address down to the house stands."""
    return [match.span() for match in POSTAL.finditer(text)]


def page_places(text: str) -> list[Place]:
    """Return where addresses of personal pages, chats and shared folders stand."""
    return [match.span() for match in PAGES.finditer(text)] if LATIN_DOT.search(text) else []


def is_dead(link: str) -> bool:
    """Tell a link that nobody else can open."""
    return bool(DEAD.match(link.strip()))
