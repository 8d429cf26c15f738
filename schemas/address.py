"""An address of mail as it is kept and compared."""

import re

from schemas.errors import BadInput

LONGEST = 254  # RFC 5321
# Words of letters between single dots; a domain of at least two, the last no number.
WORD = r"[^\s@.,;:<>()\[\]\\\"«»]+"
ADDRESS = re.compile(rf"{WORD}(?:\.{WORD})*@(?:{WORD}\.)+(?!\d+\Z){WORD}")
LATIN = re.compile("[a-z]")
CYRILLIC = re.compile("[а-яё]")


def fold_email(email: str) -> str:
    """Lower case without spaces; raises ``BadInput`` when it cannot be an address."""
    folded = email.strip().casefold()
    plausible = ADDRESS.fullmatch(folded) and len(folded) <= LONGEST and folded.isprintable()
    if not plausible:
        raise BadInput("Адрес почты записан с ошибкой. Пример: ivanova@shkola.ru", field="email")
    if any(is_mixed(part) for part in folded.split("@")):
        raise BadInput(
            "В адресе почты рядом стоят русские и латинские буквы. Наберите его заново.",
            field="email",
        )
    return folded


def is_mixed(part: str) -> bool:
    """Whether letters of two alphabets stand in one word: a key pressed in the wrong layout."""
    return any(LATIN.search(word) and CYRILLIC.search(word) for word in re.split(r"[.+_-]", part))
