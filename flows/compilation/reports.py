"""What an organiser is told of an article that is not in the PDF as its author wrote it."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from flows.compilation.renditions.keeping import Keeper
from flows.documents import structure
from flows.documents.printing import pictures
from schemas.isbn import digits_of
from schemas.volume import Outcome, Problem, Volume, VolumeArticle

_SENTENCES: dict[str, tuple[Outcome, str]] = {
    "not_set": (
        "left_out",
        (
            "Статью не удалось сверстать даже простым текстом, в сборник она не вошла: сохраните файл "
            "заново в Word или LibreOffice и соберите сборник снова."
        ),
    ),
    "not_accessible": (
        "changed",
        (
            "Статья напечатана целиком, но программа чтения вслух прочтёт её не до конца, и весь PDF "
            "заявлен только как PDF/A-2b: проверьте подписи к рисункам и порядок заголовков."
        ),
    ),
    "not_typeset": (
        "simplified",
        (
            "Оформление статьи не удалось сверстать, напечатан только её текст: упростите "
            "таблицы, рисунки и формулы в файле и соберите сборник снова."
        ),
    ),
    "no_glyph": (
        "changed",
        (
            "В статье есть знаки, которых нет в шрифтах сборника: в PDF на их месте квадраты, "
            "в EPUB и на сайте знаки сохранены. Замените их или вставьте рисунком."
        ),
    ),
    "blurry_picture": (
        "changed",
        (
            "В рисунках мало точек, и они напечатаны мельче, чем у автора: {faults}. Попросите "
            "автора вставить их в большем разрешении."
        ),
    ),
    "original_refused": (
        "changed",
        (
            "PDF статьи напечатать как есть не удалось, свёрстан её текст: сохраните PDF заново без "
            "пароля и проверьте, что он открывается."
        ),
    ),
    "original_not_pdf": (
        "changed",
        (
            "Как есть печатают только PDF, а файл статьи другого вида, поэтому свёрстан её текст: "
            "сохраните его в PDF или снимите отметку."
        ),
    ),
    "original_not_archival": (
        "changed",
        (
            "PDF статьи напечатан как есть и не годится для архива: {faults}. Поэтому весь "
            "сборник не заявлен как PDF/A. Сохраните файл с внедрёнными шрифтами как PDF/A."
        ),
    ),
    "original_not_accessible": (
        "changed",
        (
            "PDF статьи напечатан как есть: программа чтения вслух прочтёт только его название и "
            "описание страниц, поэтому весь PDF заявлен как PDF/A-2b."
        ),
    ),
}


_WRONG_ISBN = (
    "В ISBN {isbn} ошибка: в нём должно быть 13 цифр, и последняя должна сходиться с остальными. "
    "Штрихкода на обложке нет: проверьте номер и соберите сборник снова."
)


def report(code: str, section: str, article: VolumeArticle, *, faults: str = "") -> Problem:
    """Return the problem ``code`` of ``article``; ``faults`` says what exactly is wrong."""
    outcome, sentence = _SENTENCES[code]
    return Problem(
        section=section,
        title=article.title,
        file=article.file,
        outcome=outcome,
        code=code,
        sentence=sentence.format(faults=faults),
    )


def of_imprint(volume: Volume) -> list[Problem]:
    """Report an ISBN that shops and libraries would refuse."""
    isbn = volume.imprint.isbn
    if not isbn or digits_of(isbn):
        return []
    return [
        Problem(
            section="",
            title=volume.title,
            file="",
            outcome="changed",
            code="wrong_isbn",
            sentence=_WRONG_ISBN.format(isbn=isbn),
        )
    ]


def of_pictures(
    volume: Volume,
    prepared: Sequence[Mapping[str, Path]],
    *,
    names: Sequence[str] = (),
    keeper: Keeper | None = None,
) -> list[Problem]:
    """Report pictures with too few dots; ``prepared`` holds every article's pictures by name.

    ``keeper`` keeps what is known of each by ``names``, the articles' identities.
    """
    placed = [(section.title, one) for section in volume.sections for one in section.articles]

    def make(places: list[int]) -> list[list[str]]:
        return [_blurry(placed[place][1], prepared[place]) for place in places]

    found = (keeper or Keeper()).each("blurry", names or [""] * len(placed), make)
    return [
        report("blurry_picture", section, article, faults=", ".join(blurry))
        for (section, article), blurry in zip(placed, found, strict=True)
        if blurry and article.original is None
    ]


def _blurry(article: VolumeArticle, paths: Mapping[str, Path]) -> list[str]:
    shown = enumerate(structure.pictures(article.document), start=1)
    return [
        f"рисунок {number}"
        for number, picture in shown
        if picture.name in paths and pictures.is_blurry(paths[picture.name], picture)
    ]
