"""What readers see of a volume, as digests: two editions are compared by these alone.

Not by what the program was given: another version of it may read a file into another structure of
the same words, which corrects nothing.
"""

import unicodedata
from collections.abc import Mapping, Sequence

from flows.compilation import rules
from flows.compilation.renditions.keeping import Keeper
from flows.documents import structure
from flows.documents.printing.cache import digest
from schemas.volume import Volume, VolumeArticle

FRONT = "front"
ARTICLE = "article/"
_NO_INK = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


def seen(
    volume: Volume, *, names: Sequence[str] = (), keeper: Keeper | None = None
) -> dict[str, str]:
    """Digests of the front and, by their files, of the articles.

    ``keeper`` keeps them by ``names``, the articles' identities, and by pictures as they came.
    """
    articles = list(volume.articles())
    pictures = [_pictures(one) for one in articles]
    of = list(zip(names, pictures, strict=True)) if names else pictures

    def make(places: list[int]) -> list[str]:
        return [_article(articles[place], pictures[place]) for place in places]

    found = (keeper or Keeper()).each("seen", of, make)
    named = (f"{ARTICLE}{one.file}" for one in articles)
    return {FRONT: _front(volume), **dict(zip(named, found, strict=True))}


def _front(volume: Volume) -> str:
    """Title, imprint and the order of articles."""
    order = [[one.title, [article.file for article in one.articles]] for one in volume.sections]
    words = (volume.title, volume.subtitle or "", volume.place, volume.cluster)
    imprint = volume.imprint.model_dump(mode="json", exclude_defaults=True)
    return digest([_inked(word) for word in words], volume.year, imprint, order)


def _pictures(article: VolumeArticle) -> dict[str, str]:
    """Digests of the pictures an article came with, by name."""
    return {name: digest(file) for name, file in article.images.items() if file.is_file()}


def _article(article: VolumeArticle, pictures: Mapping[str, str]) -> str:
    people = [[author.name, rules.about(author)] for author in article.authors]
    words = (article.title, article.abstract, structure.document_text(article.document))
    named = [one.name for one in structure.pictures(article.document)]
    shown = [pictures[name] for name in named if name in pictures]
    if article.original is not None and article.original.is_file():
        shown.append(digest(article.original))
    return digest([_inked(word) for word in words], people, list(article.keywords), shown)


def _inked(text: str) -> str:
    """Without spaces and signs that leave no trace on paper."""
    inked = "".join(unicodedata.normalize("NFC", text).split())
    for sign in _NO_INK:
        inked = inked.replace(sign, "")
    return inked
