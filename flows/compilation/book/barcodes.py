"""The bar code of a book: EAN-13 of its ISBN (ISO/IEC 15420, ISO 2108)."""

from itertools import pairwise

from schemas.isbn import digits_of

LEFT = (
    *("0001101", "0011001", "0010011", "0111101", "0100011"),
    *("0110001", "0101111", "0111011", "0110111", "0001011"),
)
PARITY = (
    *("LLLLLL", "LLGLGG", "LLGGLG", "LLGGGL", "LGLLGG"),
    *("LGGLLG", "LGGGLL", "LGLGLG", "LGLGGL", "LGGLGL"),
)
GUARD, MIDDLE = "101", "01010"
_BITS = str.maketrans("01", "10")


def modules(isbn: str) -> list[int]:
    """Return the 95 modules of the code, 1 for a bar; none for what is no ISBN of 13 digits."""
    digits = [int(digit) for digit in digits_of(isbn)]
    if not digits:
        return []
    signs = zip(PARITY[digits[0]], digits[1:7], strict=True)
    left = "".join(_left(digit, of_set) for of_set, digit in signs)
    right = "".join(_right(digit) for digit in digits[7:])
    return [int(bit) for bit in f"{GUARD}{left}{MIDDLE}{right}{GUARD}"]


def bars(code: list[int]) -> list[int]:
    """Return the widths of bars and gaps in turn, as a scanner sees them."""
    edges = [0, *(n for n, (one, two) in enumerate(pairwise(code), 1) if one != two), len(code)]
    return [end - start for start, end in pairwise(edges)]


def _right(digit: int) -> str:
    return LEFT[digit].translate(_BITS)


def _left(digit: int, of_set: str) -> str:
    """Set L is printed as it is; set G is the right-hand one read backwards."""
    return LEFT[digit] if of_set == "L" else _right(digit)[::-1]
