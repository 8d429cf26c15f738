"""What readers see of a volume, as digests: two editions are compared by these alone.

Not by what the program was given: another version of it may read a file into another structure of
the same words, which corrects nothing.
"""

import unicodedata
from pathlib import Path

from flows.compilation import rules
from flows.documents import structure
from flows.documents.printing.cache import digest
from schemas.volume import Volume, VolumeArticle

FRONT = "front"
ARTICLE = "article/"
_NO_INK = "\u00ad\u200b\u200c\u200d\u2060\ufeff"


def seen(volume: Volume) -> dict[str, str]:
    """Digests of the front and, by their files, of the articles."""
    articles = {f"{ARTICLE}{one.file}": _article(one) for one in volume.articles()}
    return {FRONT: _front(volume), **articles}


def _front(volume: Volume) -> str:
    """Title, imprint and the order of articles."""
    order = [[one.title, [article.file for article in one.articles]] for one in volume.sections]
    words = (volume.title, volume.subtitle or "", volume.place, volume.cluster)
    imprint = volume.imprint.model_dump(mode="json", exclude_defaults=True)
    return digest([_inked(word) for word in words], volume.year, imprint, order)


def _article(article: VolumeArticle) -> str:
    people = [[author.name, rules.about(author)] for author in article.authors]
    words = (article.title, article.abstract, structure.document_text(article.document))
    shown = [one.name for one in structure.pictures(article.document)]
    files = [article.images[name] for name in shown if name in article.images]
    pictures = [digest(one) for one in [*files, article.original] if _is_there(one)]
    return digest([_inked(word) for word in words], people, list(article.keywords), pictures)


def _is_there(file: Path | None) -> bool:
    return file is not None and file.is_file()


def _inked(text: str) -> str:
    """Without spaces and signs that leave no trace on paper."""
    inked = "".join(unicodedata.normalize("NFC", text).split())
    for sign in _NO_INK:
        inked = inked.replace(sign, "")
    return inked
