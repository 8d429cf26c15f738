"""What people type, made fit to keep: composed, without signs nobody sees, in bounded length."""

import re
import unicodedata

LONGEST = 1_000
"""Characters given back of a text far beyond its limit: in UTF-8 under 4 kB."""
MOST_WHOLE = 999_999_999
EMOJI = "\u2190-\u21ff\u2300-\u23ff\u2600-\u27bf\u2b00-\u2bff\U0001f000-\U0001faff"
# What Unicode calls invisible but an emoji falls apart without: joiners, and tags of flags.
INSIDE_EMOJI = re.compile(
    f"((?<=[{EMOJI}\ufe0f])\u200d(?=[{EMOJI}])"
    "|(?<=\U0001f3f4)[\U000e0020-\U000e007e]{1,6}\U000e007f)"
)
NEW_EMOJI = re.compile("[\U0001f000-\U0001faff]")
LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
SPACES = {"\t", *map(chr, (0xA0, 0x1680, *range(0x2000, 0x200B), 0x202F, 0x205F, 0x3000))}


def line(text: str, most: int = LONGEST) -> str:
    """One line, at most ``most`` characters: every run of spaces and line ends is one space."""
    return " ".join(seen(text).split())[:most].rstrip()


def text(words: str) -> str:
    """Several lines, with plain ends and plain spaces."""
    return seen(words).strip()


def whole(typed: str, *, most: int = MOST_WHOLE) -> int | None:
    """A whole number from 0 to ``most`` in ASCII digits; ``None`` for anything else."""
    digits = typed.strip()
    if not (digits.isascii() and digits.isdecimal()) or len(digits) > len(str(most)):
        return None
    return int(digits) if int(digits) <= most else None


def echoed(text: str, *, most: int = LONGEST // 2) -> str:
    """``text`` as it was typed; of one more than twice too long only the beginning."""
    return text if len(text) <= 2 * most else text[:LONGEST]


def too_long(text: str, limit: int) -> str:
    """The sentence about a text that is too long, or nothing."""
    if len(text) <= limit:
        return ""
    return f"Слишком длинно: не больше {limit} знаков, сейчас {len(text)}."


def seen(text: str) -> str:
    """Without control characters, overrides of direction, halves of characters; composed."""
    pieces = INSIDE_EMOJI.split(LINE_ENDS.sub("\n", text))
    kept = (piece if at % 2 else printable(piece) for at, piece in enumerate(pieces))
    return unicodedata.normalize("NFC", "".join(kept))


def printable(text: str) -> str:
    return text if text.isprintable() else "".join(map(as_printed, text))


def as_printed(letter: str) -> str:
    """The letter, a plain space for every other kind of space, or nothing."""
    if letter in SPACES:
        return " "
    # Newer emoji than this Python knows are no less printable.
    kept = letter == "\n" or letter.isprintable() or NEW_EMOJI.match(letter)
    return letter if kept else ""
