"""What a bound file says as a whole: bookmarks, page labels, metadata, and the catalogue."""

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from flows.compilation.book.writing import Writer, Written, entries, words
from flows.compilation.book.xmp import Facts, packet

PRODUCER = "Teaching Marathon"


class Mark(NamedTuple):
    """A bookmark to the top of the page that is object ``page``, ``top`` points up."""

    title: str
    page: int
    top: float
    below: tuple["Mark", ...] = ()


def top_of(page: int, top: float) -> bytes:
    """A destination."""
    return b"[ %d 0 R /XYZ 0 %b 0 ]" % (page, f"{top:g}".encode())


def outline(marks: Sequence[Mark], root: int, fresh: Iterator[int]) -> list[Written]:
    """The bookmarks below the object ``root``, all of them open; ``fresh`` gives numbers."""
    made: list[Written] = []
    numbers, shown = _branch(marks, root, fresh, made)
    ends = _ends(numbers) if numbers else b""
    return [(root, b"<< /Type /Outlines /Count %d%b >>" % (shown, ends)), *made]


def _branch(
    marks: Sequence[Mark], parent: int, fresh: Iterator[int], made: list[Written]
) -> tuple[list[int], int]:
    """Write ``marks``; return their numbers and how many they are with all below them."""
    numbers = [next(fresh) for _ in marks]
    shown = len(marks)
    for place, (number, mark) in enumerate(zip(numbers, marks, strict=True)):
        below, count_below = _branch(mark.below, number, fresh, made)
        shown += count_below
        text = b"<< /Title %b /Parent %d 0 R /Dest %b%b%b%b%b >>" % (
            words(mark.title),
            parent,
            top_of(mark.page, mark.top),
            b" /Prev %d 0 R" % numbers[place - 1] if place else b"",
            b" /Next %d 0 R" % numbers[place + 1] if place + 1 < len(numbers) else b"",
            _ends(below) if below else b"",
            b" /Count %d" % count_below if below else b"",
        )
        made.append((number, text))
    return numbers, shown


def _ends(numbers: Sequence[int]) -> bytes:
    return b" /First %d 0 R /Last %d 0 R" % (numbers[0], numbers[-1])


def catalogue(numbers: Mapping[str, int], first: int) -> bytes:
    """The root of the file; its first page is called ``first``."""
    return entries({
        "Type": b"/Catalog",
        **{name: b"%d 0 R" % number for name, number in numbers.items()},
        "Lang": b"(ru-RU)",
        "MarkInfo": b"<< /Marked true /Suspects false >>",
        "ViewerPreferences": b"<< /DisplayDocTitle true /Direction /L2R >>",
        "PageLabels": b"<< /Nums [ 0 << /S /D /St %d >> ] >>" % first,
        "PageMode": b"/UseOutlines",
    })  # fmt: skip


def information(facts: Facts) -> bytes:
    """What older readers show of a file."""
    date = b"(D:%04d0101000000Z)" % facts.year
    told = {
        "Title": words(facts.title),
        "Producer": b"(%b)" % PRODUCER.encode(),
        "CreationDate": date,
        "ModDate": date,
    }
    if facts.keywords:
        told["Keywords"] = words(facts.keywords)
    return entries(told)


def describe(writer: Writer, number: int, facts: Facts) -> None:
    """Write the metadata as object ``number``."""
    said = packet(facts, producer=PRODUCER)
    dictionary = b"<< /Type /Metadata /Subtype /XML /Length %d >>" % len(said)
    writer.stream(number, dictionary, said)
