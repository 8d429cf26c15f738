"""Short official papers as PDF: programmes, protocols, certificates, reports."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from flows.documents import glyphs
from flows.documents.layout import printed
from flows.documents.typesetting import ARCHIVAL, Job, NotTypeset, bench

AS_THEY_ARE = ("<svg", "http://", "https://")


def paper_pdf(
    template: str, data: Mapping[str, Any], *, templates: Path, made_at: datetime
) -> bytes:
    """The tagged PDF/A that ``template`` of the folder ``templates`` makes of ``data``."""
    return papers_pdf(template, [data], templates=templates, made_at=made_at)[0]


def papers_pdf(
    template: str, items: Sequence[Mapping[str, Any]], *, templates: Path, made_at: datetime
) -> list[bytes]:
    """One PDF for each of ``items``, all by one run of the typesetter.

    The template reads ``json("data.json")`` and takes the item with the number in its input
    ``item``. Signs our fonts lack are printed as squares; raises ``NotTypeset``.
    """
    with bench(templates=templates, timestamp=int(made_at.timestamp())) as table:
        words = [ready(dict(item)) for item in items]
        table.lay({"items": glyphs.only_printable(words, table)})
        jobs = [
            Job(template, f"{number}.pdf", {"item": str(number)}, ARCHIVAL)
            for number in range(len(items))
        ]
        for reason in table.run(jobs):
            if reason is not None:
                raise NotTypeset(reason)
        return [(table.root / job.output).read_bytes() for job in jobs]


def ready(value: Any) -> Any:  # noqa: ANN401  (any JSON)
    """``value`` with every string made ready to print; drawings and addresses are left alone."""
    if isinstance(value, str):
        return value if value.startswith(AS_THEY_ARE) else printed(value)
    if isinstance(value, Mapping):
        return {name: ready(content) for name, content in value.items()}
    return [ready(content) for content in value] if isinstance(value, list | tuple) else value
