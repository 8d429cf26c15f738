"""Small honest files to begin from, made anew each time, and what was found before (``corpus/``)."""

import io
import json
import zipfile
from pathlib import Path

import pikepdf
import xlsxwriter
from docx import Document as WordDocument
from fuzz.mutations import packed
from PIL import Image
from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.enum.chart import XL_CHART_TYPE
from pptx.util import Inches

CORPUS = Path(__file__).parent / "corpus"
SAMPLES = Path(__file__).parents[2] / "samples" / "marathon"
DISABLED = pikepdf.ObjectStreamMode.disable
HEAVY = (".png", ".jpg", ".jpeg")
SMALLER = {"docx": ("28", "24"), "odt": ("10",), "pptx": ("29",), "pdf": ("08",)}


def seeds(name: str) -> list[bytes]:
    """Files that the target reads well, then what was once a finding."""
    return [*MADE[name](), *found(name)]


def found(name: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted((CORPUS / name).glob("*"))]


def samples(suffix: str) -> list[bytes]:
    paths = (SAMPLES / "files" / f"{number}.{suffix}" for number in SMALLER[suffix])
    return [path.read_bytes() for path in paths]


def lightened(content: bytes) -> bytes:
    """The file with a dot in place of each picture, unpacked, so that changes reach the words."""
    with zipfile.ZipFile(io.BytesIO(content)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    dots = {name: dot("PNG") for name in parts if name.endswith(HEAVY)}
    return packed(parts | dots)


def dot(form: str, **how: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (80, 60), (200, 30, 30)).save(out, form, **how)
    return out.getvalue()


def turned() -> bytes:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    return dot("JPEG", exif=exif)


def office() -> list[bytes]:
    return [*map(lightened, (*samples("docx"), *samples("odt"))), word()]


def word() -> bytes:
    paper, out = WordDocument(), io.BytesIO()
    paper.add_heading("Урок о дробях", 0)
    paper.add_paragraph("Ученики сравнили два способа.", style="List Bullet")
    table = paper.add_table(rows=2, cols=2)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "Класс"
    paper.add_picture(io.BytesIO(dot("PNG")))
    paper.core_properties.author = "Зимородкова Анна Львовна"
    paper.sections[0].header.paragraphs[0].text = "МБОУ «Школа № 5»"
    paper.save(out)
    return lightened(out.getvalue())


def slides() -> list[bytes]:
    return [*map(lightened, samples("pptx")), lightened(talk())]


def talk() -> bytes:
    show, out = Presentation(), io.BytesIO()
    slide = show.slides.add_slide(show.slide_layouts[1])
    slide.shapes.title.text = "Дроби"
    slide.placeholders[1].text = "Первое\nВторое"
    slide.shapes.add_picture(io.BytesIO(dot("PNG")), 0, 0)
    slide.shapes.add_table(2, 2, 0, 0, Inches(2), Inches(1)).table.cell(0, 0).text = "Класс"
    chart = CategoryChartData()
    chart.categories = ["5", "6"]
    chart.add_series("Было", (1.5, None))
    place = (0, 0, Inches(3), Inches(2))
    slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, *place, chart)
    slide.notes_slide.notes_text_frame.text = "Сказать о погоде"
    show.save(out)
    return out.getvalue()


def plain(content: bytes) -> bytes:
    """The first page of a PDF whose objects and drawing lie open; fonts stay packed."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(content)) as pdf:
        del pdf.pages[1:]
        for page in pdf.pages:
            page.contents_coalesce()
            page.obj.Contents = pikepdf.Stream(pdf, page.obj.Contents.read_bytes())
        pdf.save(out, object_stream_mode=DISABLED, compress_streams=False, static_id=True)
    return out.getvalue()


def portable() -> list[bytes]:
    return [plain(table_and_notes()), *map(plain, samples("pdf"))]


def table_and_notes() -> bytes:
    """A page with a ruled table, a picture, links, a comment and a field."""
    rules = b"".join(
        b"%d %d m %d %d l S " % one
        for at in (0, 1, 2)
        for one in (
            (60, 600 + 40 * at, 300, 600 + 40 * at),
            (60 + 120 * at, 600, 60 + 120 * at, 680),
        )
    )
    words = b"BT /F 14 Tf 60 720 Td (Practice of the lesson) Tj 5 -60 Td (Class) Tj ET"
    notes = b"[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(http://x.example)>>>><</Type/Annot/Subtype/Text/Rect[0 0 9 9]/Contents(No)>>]"
    with pikepdf.new() as pdf:
        page = pdf.add_blank_page()
        font = pikepdf.Dictionary(
            Type=pikepdf.Name.Font, Subtype=pikepdf.Name.Type1, BaseFont=pikepdf.Name.Helvetica
        )
        image = pikepdf.Stream(pdf, bytes(range(192)))
        image.Type, image.Subtype = pikepdf.Name.XObject, pikepdf.Name.Image
        image.Width, image.Height, image.BitsPerComponent = 8, 8, 8
        image.ColorSpace = pikepdf.Name.DeviceRGB
        page.obj.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary(F=font), XObject=pikepdf.Dictionary(I=image)
        )
        page.obj.Contents = pikepdf.Stream(
            pdf, words + b" " + rules + b" q 90 0 0 90 60 400 cm /I Do Q"
        )
        page.obj.Annots = pikepdf.Object.parse(notes)
        page.obj.Rotate = 90
        pdf.docinfo["/Author"] = "Зимородкова"
        out = io.BytesIO()
        pdf.save(out)
    return out.getvalue()


def workbook() -> list[bytes]:
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as book:
        for title in ("Муниципалитеты", "Ещё"):
            sheet = book.add_worksheet(title)
            sheet.write_row(0, 0, ("Название", "Код", "Дата"))
            sheet.write_row(1, 0, ("Усть-Илимск", 9, 1.5))
            sheet.write_formula(2, 0, "=1+1", None, 2)
            sheet.merge_range("A5:C5", "Итого")
        kit = book.add_worksheet("Работа")
        kit.write_column(0, 0, ("marathon-review-kit:1", "key:0123456789abcdef", "version:3"))
        kit.write_row(4, 0, ("level-goal", "", "8", "Ясно", ""))
    return [lightened(out.getvalue())]


def rosters() -> list[bytes]:
    words = (SAMPLES / "municipalities.csv").read_text("utf-8-sig")[:900]
    return [words.encode(code) for code in ("utf-8-sig", "cp1251", "utf-16")]


def kits() -> list[bytes]:
    answer = {
        "key": "0123456789abcdef",
        "version": 3,
        "fields": {"level-goal": "8", "comment": "Ясно"},
    }
    return [json.dumps({"kit": 1, "answers": [answer, answer]}, ensure_ascii=False).encode()]


def texts() -> list[bytes]:
    written = """---
title: Урок о дробях
---
# Ход урока

1. Первое[^1]
2. Второе $x^2$ ![](data:image/png;base64,iVBORw0KGgo=) <b>да</b>

| Класс | Было |
|-------|-----:|
| 5     | 1    |

[^1]: Примечание. +7 914 876-54-31
""".encode()
    return [written, written.decode().encode("cp1251", "replace")]


MADE = {
    "pdf": portable,
    "pages": portable,
    "drawing": portable,
    "office": office,
    "slides": slides,
    "picture": lambda: [dot("PNG"), turned(), dot("WEBP")],
    "logo": lambda: [dot("PNG"), turned()],
    "text": texts,
    "roster": rosters,
    "workbook": workbook,
    "kit": kits,
}
