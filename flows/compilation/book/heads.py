"""Running heads and folios: the pages of one PDF, drawn over the pages of many.

What all of them need (fonts, colour spaces, the output intent) is taken apart once; each is then a
form of a few bytes that needs no more than a number.
"""

import io
import zlib
from typing import NamedTuple

import pikepdf
from pikepdf import Array, Dictionary, Name

from flows.compilation.book.objects import Objects, taken_apart
from flows.compilation.book.writing import Writer

_CATALOGUE = 1
"""qpdf begins with the catalogue; nobody uses its number."""
_FORM = (
    b"<< /Type /XObject /Subtype /Form /BBox [ 0 0 %b %b ] /Resources %d 0 R"
    b" /Filter /FlateDecode /Length %d >>"
)


class _Form(NamedTuple):
    """``needs`` is the place of what it needs among ``Heads.needed``."""

    width: bytes
    height: bytes
    needs: int
    data: bytes


class Heads:
    """The heads of ``pdf``, which Typst has drawn."""

    def __init__(self, pdf: bytes) -> None:
        kinds: dict[bytes, pikepdf.Object] = {}
        with pikepdf.open(io.BytesIO(pdf)) as opened:
            self.forms = [_form(page, kinds) for page in opened.pages]
            self.shared, self.needed, self.intents = _shared(opened, list(kinds.values()))

    def write(self, writer: Writer, base: int) -> "Laid":
        """Write what is shared behind ``base`` other objects."""
        table = self.shared.table(base)
        writer.moved(self.shared, base, base + _CATALOGUE, table)
        return Laid(self, writer, [base + number for number in self.needed], base + self.intents)


class Laid(NamedTuple):
    """Heads in a file; ``intents`` is the number of the output intents."""

    heads: Heads
    writer: Writer
    needed: list[int]
    intents: int

    @property
    def after(self) -> int:
        """The first number that is free."""
        return self.intents - self.heads.intents + self.heads.shared.total + 1

    def form(self, number: int, head: int) -> None:
        """Write the head ``head`` as object ``number``."""
        one = self.heads.forms[head]
        entries = _FORM % (one.width, one.height, self.needed[one.needs], len(one.data))
        self.writer.stream(number, entries, one.data)


def _form(page: pikepdf.Page, kinds: dict[bytes, pikepdf.Object]) -> _Form:
    needed = page.obj.Resources
    known = needed.unparse(resolved=True)
    kinds.setdefault(known, needed)
    _, _, width, height = (f"{float(edge):.3f}".encode() for edge in page.mediabox)
    return _Form(width, height, list(kinds).index(known), _deflated(page.obj.Contents))


def _deflated(content: pikepdf.Object) -> bytes:
    if content.get("/Filter") == Name.FlateDecode:
        return content.read_raw_bytes()
    return zlib.compress(content.read_bytes())


def _shared(opened: pikepdf.Pdf, needed: list[pikepdf.Object]) -> tuple[Objects, list[int], int]:
    """What the heads need, and the numbers of their resources and of the output intents."""
    root = Dictionary(
        Type=Name.Catalog, Pages=Dictionary(Type=Name.Pages, Kids=Array(), Count=0),
        Needed=Array([opened.make_indirect(one) for one in needed]),
        Intents=opened.make_indirect(opened.Root.OutputIntents),
    )  # fmt: skip
    out = io.BytesIO()
    opened.trailer.Root = opened.make_indirect(root)
    del opened.trailer["/Info"]
    opened.save(out, static_id=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    with pikepdf.open(out) as again:
        numbers = [one.objgen[0] for one in again.Root.Needed.as_list()]
        intents = again.Root.Intents.objgen[0]
    return taken_apart(out.getvalue(), keys=0, without={_CATALOGUE}), numbers, intents
