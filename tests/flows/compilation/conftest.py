"""A small volume with one of everything, built by hand, and the collection made of it."""

from pathlib import Path

import pytest
from builders import a_cluster, a_marathon, members
from PIL import Image

from flows.compilation.compiling import assemble
from flows.compilation.renditions import screens
from flows.documents.printing import pictures
from schemas.cluster import Municipality
from schemas.document import (
    BlockList,
    Cell,
    Document,
    Figure,
    Formula,
    Heading,
    Note,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Span,
    Table,
)
from schemas.manifest import ArticleAuthor, Imprint
from schemas.marathon import Marathon
from schemas.volume import Volume, VolumeArticle, VolumeSection
from storage.work import Work

HOSTILE = '#read("/etc/passwd") $x$ <a> \\ #eval("1") @preview <lbl> *x* _y_'
PROSE = "Работа строится на межпредметной основе, а результаты обсуждаются на заседаниях. " * 12


def line(text: str) -> Paragraph:
    return Paragraph(inlines=(Span(text=text),))


def cell(text: str, **spans: int) -> Cell:
    return Cell(blocks=(line(text),), **spans)


def rich(images: Path) -> VolumeArticle:
    table = Table(
        caption=(Span(text="Таблица 1. Итоги"),),
        columns=3,
        header=((cell("Класс"), cell("Осень и весна", columns=2)),),
        rows=tuple((cell(f"{n} класс"), cell(str(n)), cell(str(n * 2))) for n in range(1, 60)),
    )
    blocks = (
        Heading(level=2, inlines=(Span(text="Этапы"),)),
        line(PROSE),
        Paragraph(inlines=(Span(text="Опыт"), Note(blocks=(line("Сноска об опыте."),)))),
        Paragraph(inlines=(Formula(tex=r"K = \frac{a}{b} \cdot 100\,\%", display=True),)),
        BlockList(items=((line("первое;"),), (line("второе."),))),
        Heading(level=4, inlines=(Span(text="Итоги"),)),
        table,
        Figure(
            picture=Picture(name="chart.png", description="Диаграмма"),
            caption=(Span(text="Рис. 1. Рост"),),
        ),
        Quote(blocks=(line("Читать — ещё не всё."),)),
        Preformatted(text="ввод\nвывод"),
    )
    return VolumeArticle(
        title="Читательская грамотность: от пятиминутки к проекту",
        authors=(
            ArticleAuthor(
                name="Ёлкина Мария Петровна",
                position="учитель",
                organisation="МОУ «СОШ № 4»",
                municipality="город Усть-Илимск",
            ),
            ArticleAuthor(name="Еремеев Пётр Ильич", municipality="Усть-Илимский район"),
        ),
        abstract="Описан опыт.",
        keywords=("чтение", "проект"),
        file="1.docx",
        document=Document(blocks=blocks),
        images={"chart.png": images / "chart.png"},
    )


def hostile() -> VolumeArticle:
    blocks = (
        line(f"{HOSTILE} \U0001f600"),
        line("Слово" * 80),
        Paragraph(inlines=(Formula(tex=r"\foo{"), Picture(name="absent.png"))),
        Paragraph(inlines=(Span(text="ссылка", link="https://example.org/?a=1&b=<2>"),)),
    )
    return VolumeArticle(
        title=f"Взлом {HOSTILE}",
        authors=(ArticleAuthor(name="Еловская Анна Львовна", municipality="г. Усть-Илимск"),),
        file="2.docx",
        document=Document(blocks=blocks),
    )


def simple(name: str, title: str) -> VolumeArticle:
    return VolumeArticle(
        title=title,
        authors=(ArticleAuthor(name=name, municipality="Киренский район"),),
        file="3.docx",
        document=Document(blocks=(line(PROSE),) * 6),
    )


@pytest.fixture
def marathon(work: Work) -> Marathon:
    cluster = a_cluster(work)
    members(work, cluster)
    return a_marathon(work, cluster)


@pytest.fixture
def place(work: Work, marathon: Marathon) -> Municipality:
    return work.municipalities.of_cluster(marathon.cluster_id)[0]


@pytest.fixture(scope="session")
def volume(tmp_path_factory: pytest.TempPathFactory) -> Volume:
    images = tmp_path_factory.mktemp("images")
    Image.new("RGB", (600, 300), "navy").save(images / "chart.png")
    imprint = Imprint(publisher="Методический центр", editors=("Соколова Анна Ильинична",))
    first = VolumeSection(title="Функциональная грамотность", articles=(rich(images), hostile()))
    second = VolumeSection(
        title="Высокий уровень подготовки",
        articles=(
            simple("Жукова Ольга Ивановна", "Наставник и проект"),
            simple("Ёлкина Мария Петровна", "Лаборатория у реки"),
        ),
    )
    return Volume(
        title="Лучшие практики",
        year=2024,
        place="Усть-Илимск",
        imprint=imprint,
        sections=(first, second),
    )


@pytest.fixture(scope="session")
def collection(volume: Volume, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the finished collection."""
    out = tmp_path_factory.mktemp("collection")
    assemble(volume, out)
    return out


PAGES = ((3, 6), (7, 7), (8, 9), (10, 11))


@pytest.fixture(scope="session")
def prepared(volume: Volume, tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Path]]:
    """The pictures of every article, fit for print and screen."""
    desk = tmp_path_factory.mktemp("prepared")
    return [
        pictures.prepare_all(article.document, article.images, target=desk / str(number))
        for number, article in enumerate(volume.articles())
    ]


@pytest.fixture(scope="session")
def screened(
    volume: Volume, prepared: list[dict[str, Path]], tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A folder with everything but the printed book, whose pages are made up."""
    out = tmp_path_factory.mktemp("screened")
    beside = ["collection.pdf", *(f"articles/{n:03}.pdf" for n in range(1, len(PAGES) + 1))]
    for name in beside:
        (out / name).parent.mkdir(exist_ok=True)
        (out / name).write_bytes(b"%PDF-")
    for name, content in screens.make(volume, prepared, PAGES, beside=beside).items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        (out / name).write_bytes(content if isinstance(content, bytes) else content.read_bytes())
    return out
