"""Names of municipalities, compared the way people mean them.

«г.Усть-Илимск», «Г. УСТЬ-ИЛИМСК» and «Усть-Илимск город» are one name; «город Усть-Илимск» and
«Усть-Илимский район» are two. The key is only for looking a name up in the registry: who is who
is decided by registry ids.
"""

import difflib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

FULL_WORDS = {
    "г": "город",
    "гор": "город",
    "пос": "поселок",
    "п": "поселок",
    "с": "село",
    "р-н": "район",
    "рн": "район",
    "района": "район",
    "города": "город",
    "городе": "город",
    "районе": "район",
    "обл": "область",
}
EMPTY_WORDS = frozenset({"муниципальное", "муниципального", "образование", "образования", "мо"})
HYPHENS = re.compile(r"\s*[\u2010-\u2015\u2212\u00ad-]\s*")
NOT_A_WORD = re.compile(r"[^\w-]+")


@lru_cache(maxsize=4096)
def place_key(name: str) -> str:
    """The telling words of ``name`` in full, without case, ё, punctuation or order."""
    text = unicodedata.normalize("NFC", name).casefold().replace("ё", "е")
    text = HYPHENS.sub("-", text)
    words = [FULL_WORDS.get(word, word) for word in NOT_A_WORD.split(text) if word.strip("-")]
    telling = [word for word in words if word not in EMPTY_WORDS]
    return " ".join(sorted(telling or words))


def closest(name: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """The registry names a person may have meant, best first."""
    keys = {place_key(candidate): candidate for candidate in known}
    near = difflib.get_close_matches(place_key(name), keys, n=count, cutoff=0.6)
    return [keys[key] for key in near]
