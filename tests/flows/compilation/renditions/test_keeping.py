"""Kept work on articles: an edit costs itself, and nothing that is kept can be seen in the files."""

from pathlib import Path

import pytest

from flows.compilation.renditions import bodies, docx_package, screens
from flows.compilation.renditions.keeping import Keeper
from flows.documents.printing.cache import Cache
from schemas.document import Document, Note, Paragraph, Span
from schemas.volume import Volume

PAGES = ((3, 4), (5, 8), (9, 9), (10, 12))
Prepared = list[dict[str, Path]]


def made(volume: Volume, prepared: Prepared, cache: Cache | None = None) -> dict[str, bytes]:
    files = screens.make(volume, prepared, PAGES[: len(prepared)], cache=cache)
    return {n: one if isinstance(one, bytes) else one.read_bytes() for n, one in files.items()}


def with_articles(volume: Volume, *places: int) -> Volume:
    articles = list(volume.articles())
    section = volume.sections[0].model_copy(
        update={"articles": tuple(articles[place] for place in places)}
    )
    return volume.model_copy(update={"sections": (section,)})


def edited(volume: Volume) -> Volume:
    """The second article has one more footnote, which moves the numbers of all later ones."""
    note = Note(blocks=(Paragraph(inlines=(Span(text="Ещё сноска."),)),))
    articles = list(volume.articles())
    blocks = (Paragraph(inlines=(Span(text="Новое"), note)), *articles[1].document.blocks)
    articles[1] = articles[1].model_copy(update={"document": Document(blocks=blocks)})
    section = volume.sections[0].model_copy(update={"articles": tuple(articles)})
    return volume.model_copy(update={"sections": (section,)})


def changes(volume: Volume, prepared: Prepared) -> dict[str, tuple[Volume, Prepared]]:
    renamed = {"title": "Другое название", "edition": 2, "changes": ("Исправлен титул.",)}
    return {
        "edited": (edited(volume), prepared),
        "moved": (with_articles(volume, 2, 0, 3, 1), [prepared[n] for n in (2, 0, 3, 1)]),
        "renamed": (with_articles(volume, 1, 2, 3).model_copy(update=renamed), prepared[1:]),
    }


@pytest.mark.parametrize("change", ["edited", "moved", "renamed"])
def test_files_made_of_kept_work_are_those_made_anew(
    volume: Volume, prepared: Prepared, tmp_path: Path, change: str
) -> None:
    cache = Cache(tmp_path / "cache")
    made(volume, prepared, cache)
    later, images = changes(volume, prepared)[change]
    assert made(later, images, cache) == made(later, images)


def test_only_the_edited_article_is_written_again(
    volume: Volume, prepared: Prepared, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = Cache(tmp_path / "cache")
    made(volume, prepared, cache)
    written: list[str] = []
    for module in (bodies, docx_package):
        one = module._written
        monkeypatch.setattr(
            module, "_written", lambda a, *of, one=one: written.append("1") or one(a, *of)
        )
    made(edited(volume), prepared, cache)
    assert len(written) == 2


def test_a_damaged_result_is_made_again(tmp_path: Path) -> None:
    cache = Cache(tmp_path)
    assert Keeper(cache).each("kind", ["a", "b"], lambda at: [[n, "ё"] for n in at]) == [
        [0, "ё"],
        [1, "ё"],
    ]
    broken = next(tmp_path.glob("??/*"))
    broken.write_bytes(broken.read_bytes()[:-1] + b"?")
    asked: list[int] = []
    found = Keeper(cache).each(
        "kind", ["a", "b"], lambda at: asked.extend(at) or [[n, "ё"] for n in at]
    )
    assert (found, asked) == ([[0, "ё"], [1, "ё"]], [0, 1])
