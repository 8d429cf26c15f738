"""One article in JATS 1.3: front matter in full, the body as searchable text by sections."""

from collections.abc import Iterable, Sequence

from flows.compilation import rules
from flows.compilation.descriptions.naming import doi, identifier
from flows.compilation.descriptions.records import Element, node, some
from flows.documents.printing.layout import lines_of
from schemas.document import Block, Document, Heading
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle

_XML = "http://www.w3.org/XML/1998/namespace"


def article(volume: Volume, work: VolumeArticle, number: int, span: tuple[int, int]) -> Element:
    meta = node(
        "article-meta",
        some("article-id", doi(volume, number), **{"pub-id-type": "doi"}),
        node("title-group", node("article-title", text=work.title)),
        node("contrib-group", *(_author(author) for author in work.authors)),
        node(
            "pub-date", node("year", text=str(volume.year)), **{"publication-format": "electronic"}
        ),
        node("fpage", text=str(span[0])),
        node("lpage", text=str(span[1])),
        node("permissions", some("copyright-statement", volume.imprint.copyright)),
        node("abstract", node("p", text=work.abstract)) if work.abstract else None,
        _keywords(work.keywords),
    )
    journal = node(
        "journal-meta",
        node("journal-id", text=identifier(volume), **{"journal-id-type": "publisher-id"}),
        node("journal-title-group", node("journal-title", text=volume.title)),
        some("isbn", volume.imprint.isbn),
        _publisher(volume),
    )
    root = node("article", node("front", journal, meta), _body(work.document))
    root.set("article-type", "research-article")
    root.set("dtd-version", "1.3")
    root.set(f"{{{_XML}}}lang", "ru")
    return root


def _publisher(volume: Volume) -> Element | None:
    if not volume.imprint.publisher:
        return None
    name = node("publisher-name", text=volume.imprint.publisher)
    return node("publisher", name, some("publisher-loc", volume.place))


def _author(author: ArticleAuthor) -> Element:
    name = rules.person_name(author.name)
    place = None
    if author.organisation or author.municipality:
        place = node(
            "aff", some("institution", author.organisation), some("city", author.municipality)
        )
    return node(
        "contrib",
        node("name", node("surname", text=name.family), some("given-names", name.given)),
        some("role", author.position),
        place,
        **{"contrib-type": "author"},
    )


def _keywords(keywords: Sequence[str]) -> Element | None:
    if not keywords:
        return None
    group = node("kwd-group", *(node("kwd", text=word) for word in keywords))
    group.set(f"{{{_XML}}}lang", "ru")
    return group


def _body(document: Document) -> Element:
    """Return the text by sections, enough to index and to search in."""
    body = Element("body")
    target = body
    for block in document.blocks:
        if isinstance(block, Heading):
            title = node("title", text=" ".join(lines_of((block,))))
            target = node("sec", title)
            body.append(target)
            continue
        target.extend(_paragraphs(block))
    return body


def _paragraphs(block: Block) -> Iterable[Element]:
    return [node("p", text=line) for line in lines_of((block,)) if line.strip()]
