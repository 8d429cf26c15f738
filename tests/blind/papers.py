"""Materials that name their author in every place a file can: text, properties, notes, pictures."""

import io
import zipfile
from pathlib import Path

import pikepdf
from docx import Document
from PIL import Image

SAMPLES = Path(__file__).parents[2] / "samples" / "marathon" / "files"
CUSTOM = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
    '"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>'
)
APP = "docProps/app.xml"
CREATOR = 0x013B  # the tag of EXIF that names the artist


def docx(name: str, school: str, place: str, email: str, phone: str, word: str) -> bytes:
    """A real material with the author in its text and ``word`` in every hidden place."""
    document = Document(str(SAMPLES / "05.docx"))
    surname = name.split(maxsplit=1)[0]
    # The stem and the endings of the case forms that a text would have.
    forms = (f"{surname[:-1]}ой", f"{surname[:-1]}у", surname)
    document.add_paragraph(
        f"Из опыта {forms[0]}: {school[:-2]}ой школы, {place}. Подготовила {name}."
    )
    document.add_paragraph(f"Мы благодарим {forms[1]} за помощь. Связь: {email}, {phone}.")
    line = document.add_paragraph("Работа с группой.")
    document.add_comment(line.runs, text=f"{word}слова", author=f"{word}рецензент", initials="Я")
    document.sections[0].header.paragraphs[0].text = f"{word}колонтитул {name}"
    document.add_picture(io.BytesIO(picture(word)))
    facts = document.core_properties
    facts.author, facts.last_modified_by = f"{word}создатель", f"{word}правка"
    facts.title, facts.comments, facts.keywords = f"{word}имя", f"{word}примечание", f"{word}ключ"
    whole = io.BytesIO()
    document.save(whole)
    return with_part(whole.getvalue(), APP, company(word))


def picture(word: str) -> bytes:
    exif = Image.Exif()
    exif[CREATOR] = f"{word}exif".encode()
    kept = io.BytesIO()
    Image.new("RGB", (320, 240), "teal").save(
        kept, "JPEG", exif=exif, comment=f"{word}jpeg".encode()
    )
    return kept.getvalue()


def company(word: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?><Properties xmlns='
        '"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
        f"<Company>{word}школа</Company><Manager>{word}директор</Manager></Properties>"
    )


def with_part(content: bytes, name: str, text: str) -> bytes:
    """The package with one part replaced."""
    kept = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(kept, "w") as new:
        for one in old.namelist():
            new.writestr(one, text if one == name else old.read(one))
    return kept.getvalue()


def pdf(word: str) -> bytes:
    """A real material with ``word`` in its properties, its notes and a file inside."""
    kept = io.BytesIO()
    with pikepdf.open(SAMPLES / "02.pdf") as document:
        with document.open_metadata() as facts:
            facts["dc:creator"] = [f"{word}xmp"]
        document.docinfo["/Author"], document.docinfo["/Title"] = f"{word}создатель", f"{word}имя"
        document.attachments[f"{word}вложение.txt"] = f"{word}внутри".encode()
        note = pikepdf.Dictionary(
            Type=pikepdf.Name.Annot,
            Subtype=pikepdf.Name.Text,
            Rect=[10, 10, 20, 20],
            T=f"{word}пометил",
            Contents=f"{word}пометка",
        )
        document.pages[0].Annots = document.make_indirect(pikepdf.Array([note]))
        document.save(kept)
    return kept.getvalue()
