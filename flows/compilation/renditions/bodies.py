"""The articles' texts written for screens, each kept by what it is made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flows.compilation.book.article_data import Pictures, formulas_in, identity
from flows.compilation.renditions import searching
from flows.compilation.renditions.keeping import Keeper
from flows.compilation.renditions.markup import Title, Writer
from flows.documents.printing import formulas
from flows.documents.printing.layout import plain_blocks
from schemas.document import Document
from schemas.volume import Volume, VolumeArticle

Written = dict[str, Any]


@dataclass(frozen=True)
class Body:
    """One article's text for ``markup.in_book`` and ``markup.on_page``, wherever it stands.

    ``identity`` is a digest of all that can be seen in the article, ``images`` are its prepared
    pictures by name, ``stems`` its words for the search. ``is_described`` tells whether every
    picture has words for those who cannot see it.
    """

    identity: str
    text: str
    notes: tuple[str, ...]
    titles: tuple[Title, ...]
    has_formulas: bool
    is_described: bool
    stems: Mapping[str, int]
    images: Mapping[str, Path]


def write(
    volume: Volume, prepared: Pictures, keeper: Keeper | None = None, names: Sequence[str] = ()
) -> list[Body]:
    """Return every article's text in order; ``prepared`` holds every article's pictures.

    ``names`` are the articles' identities, if they are known.
    """
    articles = list(volume.articles())
    if not names:
        names = _names(articles, prepared) if keeper else [""] * len(articles)
    keeper = keeper or Keeper()

    def make(places: list[int]) -> list[Written]:
        asked = formulas_in(articles[place] for place in places)
        mathml = keeper.words("mathml", asked, formulas.to_mathml)
        return [_written(articles[place], prepared[place], mathml) for place in places]

    written = keeper.each("body", names, make)
    return list(map(_body, names, written, prepared))


def _names(articles: Sequence[VolumeArticle], prepared: Pictures) -> list[str]:
    return [identity(one, images) for one, images in zip(articles, prepared, strict=True)]


def _written(
    article: VolumeArticle, images: Mapping[str, Path], mathml: Mapping[str, str]
) -> Written:
    writer = Writer(images, mathml)
    try:
        text = writer.document(article.document)
    except Exception:  # noqa: BLE001 - one broken article never stops the volume
        writer = Writer()
        text = writer.document(Document(blocks=plain_blocks(article.document)))
    facts = {
        "has_formulas": writer.has_formulas,
        "is_described": writer.is_described,
        "stems": searching.counted(article.document),
    }
    return {"text": text, "notes": writer.notes, "titles": writer.titles, **facts}


def _body(name: str, written: Written, images: Mapping[str, Path]) -> Body:
    notes, titles = tuple(written["notes"]), tuple(Title(*one) for one in written["titles"])
    return Body(identity=name, images=images, **{**written, "notes": notes, "titles": titles})
