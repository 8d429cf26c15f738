"""One article alone as PDF: proofs for authors, blind copies for experts."""

import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from flows.documents.printing import formulas, glyphs, layout, pictures
from flows.documents.printing.layout import printed
from flows.documents.printing.typesetting import (
    ARCHIVAL,
    PLAIN_ARCHIVAL,
    Bench,
    Job,
    NotTypeset,
    bench,
)
from schemas.document import Document

_PDF = "article.pdf"


def article_pdf(
    document: Document,
    images: Mapping[str, Path],
    *,
    title: str,
    authors: Sequence[tuple[str, str]] = (),
    abstract: str = "",
    keywords: Sequence[str] = (),
    mark: str = "",
) -> bytes:
    """Return ``document`` set like an article of the collection, tagged PDF/A.

    ``images`` maps picture names to files; ``authors`` are pairs of name and what stands after
    it, none in a blind copy; ``mark`` is printed at the top of every page («Экспертная копия»).
    The file carries no author, date or program of the person who wrote the material. What
    cannot be set is printed as bare text; ``NotTypeset`` if even that fails.
    """
    head = {
        "title": printed(title),
        "authors": [{"name": printed(name), "about": printed(about)} for name, about in authors],
        "abstract": printed(abstract),
        "keywords": printed(", ".join(keywords)),
        "mark": printed(mark),
    }
    with tempfile.TemporaryDirectory(prefix="article-") as desk, bench() as table:
        prepared = pictures.prepare_all(document, images, target=Path(desk))
        for path in prepared.values():
            table.add(path.name, path)
        known = glyphs.only_settable(formulas.to_typst(layout.formulas_of(document)), table)
        places = {name: path.name for name, path in prepared.items()}
        body = layout.nodes(document, layout.Setting(prepared, places, known))
        try:
            return _set({**head, "body": body}, table)
        except NotTypeset:
            plain = Document(blocks=layout.plain_blocks(document))
            return _set({**head, "body": layout.nodes(plain, layout.Setting())}, table)


def _set(item: dict[str, Any], table: Bench) -> bytes:
    table.lay({"articles": [glyphs.only_printable(item, table)]})
    try:
        return table.pdf(Job("single.typ", _PDF, standards=ARCHIVAL))
    except NotTypeset:
        return table.pdf(Job("single.typ", _PDF, standards=PLAIN_ARCHIVAL))
