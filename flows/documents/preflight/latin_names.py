"""Russian surnames as people write them in Latin letters: Zimorodkova, Ziborova, Shchukina, Schukina."""

SHORTEST = 4  # letters; shorter ones are words of other languages, too
SPELLINGS = (
    *(
        "а a",
        "б b",
        "в v w",
        "г g h",
        "д d",
        "е ye je ie e",
        "ё yo jo io ye e o",
        "ж zh j z",
        "з z",
    ),
    *("и iy i y", "й y i j", "к k c", "л l", "м m", "н n", "о o", "п p", "р r", "с ss s c", "т t"),
    *("у oo u", "ф ph f", "х kh ch h x", "ц ts tz c", "ч tch ch c", "ш sh s", "щ shch sch sh sc"),
    *("ъ ' ’", "ы y i", "ь ' ’", "э e", "ю yu iu ju u", "я ya ia ja a", "- -"),
)
SILENT = "ъьй"
LETTERS = {
    one[0]: f"(?:{'|'.join(one.split()[1:])}){'?' if one[0] in SILENT else ''}" for one in SPELLINGS
}
ONE_GIVEN = r"[A-Z](?:[a-z]{0,2}\.|[a-z]+)"


def latin_pattern(surname: str) -> str:
    """Return a pattern for a surname in Latin letters with what it is called by; empty for short ones."""
    word = surname.lower()
    if len(word) < SHORTEST or not set(word) <= set(LETTERS):
        return ""
    spelled = "".join(LETTERS[one] for one in word)
    called = rf"{ONE_GIVEN}(?:\s?{ONE_GIVEN})?"
    whole = rf"(?:{called}\s?)?(?=[A-Z])(?i:{spelled})(?:,?\s{called})?"
    return rf"(?<![A-Za-z])(?:{whole})(?![A-Za-z])"
