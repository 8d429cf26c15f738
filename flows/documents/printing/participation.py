"""The diagram of participation by municipality as a picture."""

import io
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from flows.documents.printing import pdfium
from flows.documents.printing.papers import paper_pdf
from flows.documents.printing.typesetting import TEMPLATES

DOTS = 200 / 72  # 200 dots an inch
SERIES = ("Материалов", "Выступило", "Опубликовано")
TITLE = "Участие муниципальных образований"


class Share(NamedTuple):
    """A place with its numbers, one for each of the series."""

    name: str
    values: tuple[int, ...]


def rows_of(shares: Sequence[Share]) -> list[dict[str, object]]:
    """``shares`` as the template reads them."""
    return [{"name": one.name, "values": list(one.values)} for one in shares]


def png(shares: Sequence[Share], *, made_at: datetime, series: Sequence[str] = SERIES) -> bytes:
    """The diagram at 200 dots an inch; equal numbers give equal bytes."""
    data = {"title": TITLE, "rows": rows_of(shares), "series": list(series)}
    pdf = paper_pdf("participation.typ", data, templates=TEMPLATES, made_at=made_at)
    drawn = io.BytesIO()
    with pdfium.opened(pdf) as document:
        document[0].render(scale=DOTS).to_pil().save(drawn, "PNG")
    return drawn.getvalue()


def described(shares: Sequence[Share], series: Sequence[str] = SERIES) -> str:
    """The diagram in words, for those who cannot see it."""
    rows = (
        f"{one.name}: "
        + ", ".join(
            f"{name.lower()} {value}" for name, value in zip(series, one.values, strict=True)
        )
        for one in shares
    )
    return f"{TITLE}. " + "; ".join(rows)
