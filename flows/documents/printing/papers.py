"""Short official papers as PDF: programmes, protocols, certificates, reports."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.documents.printing import glyphs
from flows.documents.printing.layout import breakable, clean
from flows.documents.printing.typesetting import ARCHIVAL, Job, NotTypeset, bench
from flows.documents.wording import everywhere, typographic

AS_THEY_ARE = re.compile("<svg|https?://|#[0-9a-f]{6}$")
"""Drawings, addresses and colours: nobody reads them as words."""


def paper_pdf(
    template: str,
    data: Mapping[str, Any],
    *,
    templates: Path,
    made_at: datetime,
    files: Mapping[str, Path] = {},
) -> bytes:
    """The tagged PDF/A that ``template`` of the folder ``templates`` makes of ``data``."""
    return papers_pdf(template, [data], templates=templates, made_at=made_at, files=files)[0]


def papers_pdf(
    template: str,
    items: Sequence[Mapping[str, Any]],
    *,
    templates: Path,
    made_at: datetime,
    files: Mapping[str, Path] = {},
) -> list[bytes]:
    """One PDF for each of ``items``, all by one run of the typesetter.

    The template reads ``json("data.json")`` and takes the item with the number in its input
    ``item``; ``files`` are pictures by the name it finds them under. Signs our fonts lack are
    printed as squares; raises ``NotTypeset``.
    """
    with bench(templates=templates, timestamp=int(made_at.timestamp())) as table:
        for name, source in files.items():
            table.add(name, source)
        words = [ready(item) for item in items]
        table.lay({"items": glyphs.only_printable(words, table)})
        jobs = [
            Job(template, f"{number}.pdf", {"item": str(number)}, ARCHIVAL)
            for number in range(len(items))
        ]
        for reason in table.run(jobs):
            if reason is not None:
                raise NotTypeset(reason)
        return [(table.root / job.output).read_bytes() for job in jobs]


def ready(item: Mapping[str, Any]) -> dict[str, Any]:
    """``item`` with every string set as books set it and made ready to print.

    An item whose ``language`` is not Russian keeps its quotes and spaces.
    """
    is_russian = item.get("language", "ru") == "ru"

    def set_line(text: str) -> str:
        if AS_THEY_ARE.match(text):
            return text
        return breakable(clean(typographic(text) if is_russian else text))

    return {name: everywhere(value, set_line) for name, value in item.items()}
