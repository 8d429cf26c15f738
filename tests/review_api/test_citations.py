"""An article's own records, taken out of the files of its edition."""

from flows.compilation.descriptions import metadata
from review_api.citations import records_of
from schemas.document import Document
from schemas.manifest import ArticleAuthor
from schemas.volume import Volume, VolumeArticle, VolumeSection


def article(author: str) -> VolumeArticle:
    return VolumeArticle(
        title="Читаем карту",
        authors=(ArticleAuthor(name=author),),
        document=Document(blocks=()),
    )


def test_articles_of_one_name_have_records_of_their_own() -> None:
    works = (article("Ветрова Анна"), article("Горский Пётр"))
    volume = Volume(
        title="Сборник", year=2026, sections=(VolumeSection(title="Раздел", articles=works),)
    )
    made = metadata.make(volume, [(3, 4), (5, 8)])
    files = [made[name].decode() for name in ("collection.bib", "collection.ris")]

    first, second, none = (records_of(place, *files) for place in (1, 2, 3))

    assert [one.pdf for one in (first, second)] == ["articles/001.pdf", "articles/002.pdf"]
    assert ("Ветрова" in first.ris, "Ветрова" in second.ris) == (True, False)
    assert ("Горский" in first.bibtex, "Горский" in second.bibtex) == (False, True)
    assert (second.pages, second.span) == ("5–8", (5, 8))
    assert (none.ris, none.bibtex) == ("", "")
