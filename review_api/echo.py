"""What was typed, given back to the form it was typed in, but never a megabyte of it."""

LONGEST = 1_000
"""Characters given back of a text far beyond its limit: in UTF-8 at most 4 kB."""


def echoed(text: str, *, most: int) -> str:
    """``text`` as it was typed; of one more than twice too long only the beginning."""
    return text if len(text) <= 2 * most else text[:LONGEST]
