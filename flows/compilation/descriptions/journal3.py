"""The issue in the journal form of РЦНИ and eLIBRARY (``journal3.xsd``), for deposit by hand.

Counts in the form are single bytes, so a volume of more than 127 articles is described without
its count, and an author beyond the 127th without a number.
"""

from collections.abc import Sequence
from itertools import islice

from flows.compilation import rules
from flows.compilation.descriptions.naming import doi, file_address
from flows.compilation.descriptions.records import Element, node, some
from flows.documents.structure import document_text
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle

LARGEST_BYTE = 127
_RUSSIAN = "RUS"
_FULL = 100_000
"""Characters of an article's text that are worth indexing."""


def journal(
    volume: Volume, articles: Sequence[Element], pages: Sequence[tuple[int, int]]
) -> Element:
    """Return the whole issue of ``articles`` in print order; ``pages`` are each one's."""
    return node(
        "journal",
        _card(len(articles)),
        node(
            "journalInfo",
            node("title", text=volume.title),
            some("publ", volume.imprint.publisher),
            some("placePubl", volume.place),
            lang=_RUSSIAN,
        ),
        node(
            "issue",
            node("dateUni", text=str(volume.year)),
            _pages(pages),
            some("issTitle", volume.subtitle, lang=_RUSSIAN),
            _codes(("doi", doi(volume))),
            _articles(volume, articles),
        ),
    )


def _card(count: int) -> Element | None:
    return node("operCard", node("cntArticle", text=str(count))) if count <= LARGEST_BYTE else None


def _pages(pages: Sequence[tuple[int, int]]) -> Element | None:
    if not pages:
        return None
    return node("pages", text=rules.page_range((pages[0][0], pages[-1][1]), "-"))


def _articles(volume: Volume, articles: Sequence[Element]) -> Element:
    found, waiting = node("articles"), iter(articles)
    for section in volume.sections:
        if section.articles:
            found.append(node("section", node("secTitle", text=section.title, lang=_RUSSIAN)))
        found.extend(islice(waiting, len(section.articles)))
    return found


def item(volume: Volume, article: VolumeArticle, number: int, span: tuple[int, int]) -> Element:
    """Return article ``number`` (from 1) on the pages ``span``."""
    imprint = volume.imprint
    codes = (("doi", doi(volume, number)), ("udk", imprint.udk), ("bbk", imprint.bbk))
    link = file_address(volume, f"articles/{number:03}.pdf")
    return node(
        "article",
        node("langPubl", text=_RUSSIAN),
        node("pages", text=rules.page_range(span, "-")),
        node("artType", text="RAR"),
        _codes(*codes),
        node("authors", *(_author(one, n) for n, one in enumerate(article.authors, start=1))),
        node("artTitles", node("artTitle", text=article.title, lang=_RUSSIAN)),
        _wrapped("abstracts", some("abstract", article.abstract, lang=_RUSSIAN)),
        some("text", document_text(article.document)[:_FULL], lang=_RUSSIAN),
        _keywords(article.keywords),
        _wrapped("files", some("furl", link, lang=_RUSSIAN)),
    )


def _codes(*pairs: tuple[str, str | None]) -> Element | None:
    found = [some(name, value) for name, value in pairs]
    return node("codes", *found) if any(one is not None for one in found) else None


def _author(author: ArticleAuthor, number: int) -> Element:
    name = rules.person_name(author.name)
    about = node(
        "individInfo",
        node("surname", text=name.family),
        some("initials", name.given),
        some("orgName", author.organisation),
        some("town", author.municipality),
        some("otherInfo", author.position),
        lang=_RUSSIAN,
    )
    counted = {"num": f"{number:03}"} if number <= LARGEST_BYTE else {}
    return node("author", about, **counted)


def _keywords(keywords: Sequence[str]) -> Element | None:
    if not keywords:
        return None
    group = node("kwdGroup", *(node("keyword", text=word) for word in keywords), lang=_RUSSIAN)
    return node("keywords", group)


def _wrapped(tag: str, inner: Element | None) -> Element | None:
    return node(tag, inner) if inner is not None else None
