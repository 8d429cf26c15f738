"""CSL JSON: the volume's articles for citation processors (citeproc, Zotero, pandoc)."""

from typing import Any

from flows.compilation import rules
from flows.compilation.descriptions.naming import address, doi
from flows.compilation.renditions.characters import one_line
from schemas.volume import Volume, VolumeArticle


def item(
    volume: Volume, article: VolumeArticle, number: int, span: tuple[int, int]
) -> dict[str, Any]:
    """Return article ``number`` (from 1) on the pages ``span`` as an item of the type ``chapter``."""
    imprint = volume.imprint
    fields = {
        "id": f"article{number:03}",
        "type": "chapter",
        "title": one_line(article.title),
        "author": [_name(author.name) for author in article.authors],
        "container-title": one_line(volume.title),
        "editor": [_name(name) for name in imprint.editors],
        "edition": volume.edition if volume.edition > 1 else "",
        "publisher": one_line(imprint.publisher),
        "publisher-place": one_line(volume.place),
        "issued": {"date-parts": [[volume.year]]},
        "page": rules.page_range(span, "-"),
        "abstract": one_line(article.abstract),
        "keyword": ", ".join(one_line(word) for word in article.keywords),
        "ISBN": one_line(imprint.isbn or ""),
        "DOI": doi(volume, number),
        "URL": address(volume, number),
        "language": "ru-RU",
    }
    return {name: value for name, value in fields.items() if value}


def _name(written: str) -> dict[str, str]:
    name = rules.person_name(written)
    parts = {"family": one_line(name.family), "given": one_line(name.given)}
    return {part: words for part, words in parts.items() if words}
