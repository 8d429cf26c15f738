"""Every template prints every kind of block, loses no word, and passes veraPDF as PDF/A-2a and UA-1."""

from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from PIL import Image
from validators import pdf_faults

from flows.compilation.book import covers
from flows.compilation.book import volume as book
from flows.compilation.reports import of_pictures
from flows.documents.printing import pictures
from schemas.design import Look, Template
from schemas.document import (
    Block,
    BlockList,
    Cell,
    Document,
    Figure,
    Formula,
    Heading,
    Inline,
    LineBreak,
    Note,
    Paragraph,
    Picture,
    Preformatted,
    Quote,
    Span,
    Table,
)
from schemas.manifest import ArticleAuthor, Imprint
from schemas.volume import Volume, VolumeArticle, VolumeSection

PROSE = "Ученики ведут «дневник открытий», где пишут не только ответ, но и путь к нему. " * 9
LONG = "Формирование функциональной грамотности обучающихся средствами межпредметных задач " * 3


def words(text: str) -> tuple[Inline, ...]:
    return (Span(text=text),)


def line(text: str) -> Paragraph:
    return Paragraph(inlines=words(text))


def cell(text: str, **spans: int) -> Cell:
    return Cell(blocks=(line(text),), **spans)


def every_block() -> tuple[Block, ...]:
    head = ((cell("Класс", rows=2), cell("Доля, %", columns=2)), (cell("осень"), cell("весна")))
    rows = tuple((cell(f"{n} класс"), cell(f"{n},5"), cell(f"{n + 9},0")) for n in range(1, 46))
    sheet = tuple(tuple(cell("исследовательский") for _ in range(10)) for _ in range(2))
    mixed = (
        Span(text="Жирно", bold=True),
        Span(text=" курсивом", italic=True),
        Span(text=" ссылка", link="https://example.org/"),
        Note(blocks=(line("Сноска о примере."),)),
        Span(text="🙂 x² Quizlet print('code')", code=True),
        Formula(tex=r"\frac{a}{b}"),
    )
    return (
        Heading(level=1, inlines=words("Актуальность")),
        *(line(PROSE) for _ in range(2)),
        Heading(level=2, inlines=words("Задачи")),
        Paragraph(inlines=mixed),
        BlockList(items=((line("первое"), BlockList(items=((line("вложенное"),),))),)),
        BlockList(ordered=True, start=3, items=((line("третье"),), (line("четвёртое"),))),
        Paragraph(inlines=(Formula(tex=r"K = \sum_{i=1}^{n} x_i^2", display=True),)),
        Table(caption=words("Таблица 1. Итоги"), columns=3, header=head, rows=rows),
        Heading(level=3, inlines=words("Рисунки")),
        Figure(picture=Picture(name="p", description="Вид"), caption=words("Рис. 1. Вид")),
        Paragraph(inlines=(Picture(name="p"), LineBreak(), Picture(name="q"))),
        line("Рис. 2. Рядом"),
        Figure(picture=Picture(name="q")),
        Quote(blocks=(line("Читать — ещё не всё."),)),
        Preformatted(text="если x > 0\n    вывод x"),
        Heading(level=2, inlines=words("Карта урока")),
        Table(columns=10, rows=sheet),
        line("После карты."),
    )


def volume(template: Template, folder: Path) -> Volume:
    paths = {"p": folder / "p.png", "q": folder / "q.png"}
    Image.new("RGB", (900, 500), "navy").save(paths["p"])
    Image.new("RGB", (200, 900), "teal").save(paths["q"])
    people = tuple(
        ArticleAuthor(
            name=f"Светлова{n} Анна Ильинична", position="учитель", organisation="СОШ № 7"
        )
        for n in range(12)
    )
    rich = VolumeArticle(
        title="Семь минут вопроса",
        authors=people[:2],
        abstract="Описан приём.",
        keywords=("вопрос", "чтение"),
        document=Document(blocks=every_block()),
        images=paths,
    )
    stress = VolumeArticle(
        title=LONG,
        authors=people,
        abstract=PROSE,
        keywords=tuple(f"слово {n}" for n in range(40)),
        document=Document(blocks=(line("Одна строка."),)),
    )
    bare = VolumeArticle(title="A Latin title", authors=people[:1], document=Document(blocks=()))
    return Volume(
        title=LONG,
        subtitle="Сборник материалов",
        year=2026,
        place="Усть-Илимск",
        cluster="Кластер «Илим»",
        imprint=Imprint(publisher="Методический центр", udk="37.02", isbn="978-5-4461-1234-0"),
        design=Look(template=template, accent="#7a1b2e"),
        logo=paths["p"],
        sections=(
            VolumeSection(title="Грамотность", articles=(rich, stress)),
            VolumeSection(title=LONG, articles=(bare,)),
        ),
    )


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[Template, Path]:
    made = {}
    for template in Template:
        folder = tmp_path_factory.mktemp(template)
        whole = volume(template, folder)
        prepared = [
            pictures.prepare_all(one.document, one.images, target=folder / str(number))
            for number, one in enumerate(whole.articles())
        ]
        result = book.make(whole, prepared)
        assert result.problems == ()
        made[template] = folder / "volume.pdf"
        made[template].write_bytes(result.pdf)
        (folder / "cover.pdf").write_bytes(covers.make(whole).pdf)
    return made


def said(path: Path) -> list[str]:
    document = pypdfium2.PdfDocument(path)
    pages = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    document.close()
    return pages


def test_every_template_passes_vera(printed: dict[Template, Path]) -> None:
    drawn = [path.with_name("cover.pdf") for path in printed.values()]
    assert pdf_faults(*printed.values(), *drawn) == []


def test_every_template_prints_every_kind_of_block(printed: dict[Template, Path]) -> None:
    wanted = ("вложенное", "Сноска о примере", "45 класс", "Рис. 2. Рядом", "вывод x", "слово 39")
    for template, path in printed.items():
        whole = " ".join(said(path))
        for part in (*wanted, "Светлова11", "После карты", "A Latin title", "УДК 37.02"):
            assert part in whole, (template, part)


def test_captions_headings_and_headers_stay_with_what_they_belong_to(
    printed: dict[Template, Path],
) -> None:
    for path in printed.values():
        pages = said(path)
        with_table = [text for text in pages if "осень" in text]
        assert len(with_table) > 1
        caption = next(text for text in pages if "Таблица 1. Итоги" in text)
        assert "1 класс" in caption
        turned = next(text for text in pages if "Карта урока" in text)
        assert turned.count("исследова") == 20
        assert not any(text.removesuffix(" ").endswith("Задачи") for text in pages)


def test_accent_and_paper_are_those_that_were_chosen(printed: dict[Template, Path]) -> None:
    for template, path in printed.items():
        with pikepdf.open(path) as pdf:
            size = [round(float(side) / 72 * 25.4) for side in pdf.pages[0].mediabox[2:]]
        assert size == ([148, 210] if template is Template.COMPACT else [170, 240])
        page = pypdfium2.PdfDocument(path)[0].render(scale=4).to_pil().convert("RGB")
        colours = {colour for _, colour in page.getcolors(page.width * page.height) or ()}
        assert (0x7A, 0x1B, 0x2E) in colours


def test_pictures_with_too_few_dots_are_told_of(tmp_path: Path) -> None:
    path = tmp_path / "few.png"
    Image.new("RGB", (120, 80), "navy").save(path)
    shown = (Picture(name="p", width=60), Picture(name="p", width=400))
    blocks = tuple(Figure(picture=one) for one in shown)
    whole = volume(Template.CLASSIC, tmp_path)
    article = VolumeArticle(title="Т", authors=(), document=Document(blocks=blocks))
    section = VolumeSection(title="Раздел", articles=(article,))

    told = of_pictures(whole.model_copy(update={"sections": (section,)}), [{"p": path}])

    assert [(one.code, "рисунок 2." in one.sentence) for one in told] == [("blurry_picture", True)]
