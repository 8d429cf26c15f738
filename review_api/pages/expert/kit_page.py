"""The offline kit as one HTML file: it opens from the disk and asks nobody for anything.

Pages of a work are put in while its share of the file's size lasts; the text is always whole.
"""

import base64
import io
import json
from collections.abc import Sequence
from pathlib import Path

from markupsafe import Markup
from PIL import Image

from flows.review.kit_file import FORMAT, KitWork
from review_api.material_html import Shown, material_html
from review_api.pages.expert.material import blind_copy, image_size
from review_api.pages.expert.sheet import Sheet
from review_api.pages.visit import Visit
from review_api.review_form import fields_of
from review_api.templating import environment
from schemas.base import Schema
from schemas.document import Document
from schemas.review import RECOMMENDATION_NAMES
from schemas.submission import Derivative, DerivativeKind

HERE = Path(__file__).parent.parent.parent
MOST_BYTES = 24 * 1024 * 1024
"""Mail takes no more, and a weak computer opens no more at ease."""
PICTURE_SIDE = 1000
QUALITY = 60


class PageImage(Schema):
    href: str
    width: int
    height: int


class WorkPages(Schema):
    """``left_out`` pages did not fit; ``text`` is None while the copy is still being made."""

    work: KitWork
    text: str | None
    pages: tuple[PageImage, ...]
    left_out: int


def kit_page(visit: Visit, works: Sequence[tuple[Sheet, KitWork]], *, language: str) -> str:
    """The whole file. Names, dates and other traces of authors are in none of its parts."""
    share = MOST_BYTES // max(1, len(works))
    filled = [work_pages(visit, sheet, one, share) for sheet, one in works]
    page = environment(language, visit.settings.timezone).get_template("expert/kit_file.html")
    return page.render(
        language=language,
        works=filled,
        recommendations=RECOMMENDATION_NAMES,
        start=Markup(start_of(works)),  # noqa: S704  (escaped for a script below)
        style=Markup((HERE / "static/kit.css").read_text("utf-8")),  # noqa: S704  (our own file)
        script=Markup((HERE / "static/kit.js").read_text("utf-8")),  # noqa: S704  (our own file)
    )


def start_of(works: Sequence[tuple[Sheet, KitWork]]) -> str:
    """What the script begins with, safe inside a script element."""
    listed = [
        {"key": one.key, "code": one.code, "version": one.version, "fields": fields_of(one.draft)}
        for _, one in works
    ]
    text = json.dumps({"kit": FORMAT, "answers": listed}, ensure_ascii=False)
    return text.replace("<", "\\u003c").replace("\u2028", "").replace("\u2029", "")


def work_pages(visit: Visit, sheet: Sheet, one: KitWork, share: int) -> WorkPages:
    text, spent = text_of(visit, sheet)
    pages = blind_copy(visit, sheet.item, sheet.submission, DerivativeKind.BLIND_PAGE)
    fitting: list[PageImage] = []
    for page in pages:
        path = visit.files.existing(page.sha256)
        spent += path.stat().st_size * 4 // 3
        if spent > share:
            break
        width, height = image_size(path)
        href = inline(visit.files.read(page.sha256), "image/webp")
        fitting.append(PageImage(href=href, width=width, height=height))
    left_out = len(pages) - len(fitting)
    return WorkPages(work=one, text=text, pages=tuple(fitting), left_out=left_out)


def text_of(visit: Visit, sheet: Sheet) -> tuple[str | None, int]:
    """The reflowed text with its pictures inside, and how many bytes they take."""
    found = blind_copy(visit, sheet.item, sheet.submission, DerivativeKind.BLIND_DOCUMENT)
    if not found:
        return None, 0
    images = blind_copy(visit, sheet.item, sheet.submission, DerivativeKind.IMAGE)
    named = {image.name: image for image in images}

    def shown(name: str) -> Shown | None:
        return picture(visit, named[name]) if name in named else None

    document = Document.model_validate_json(visit.files.read(found[0].sha256))
    text = str(material_html(document, pictures=shown, heading=2))
    return text, len(text)


def picture(visit: Visit, image: Derivative) -> Shown | None:
    """A picture drawn anew and smaller: nothing the original carried comes with it."""
    path = visit.files.existing(image.sha256)
    try:
        with Image.open(path) as opened:
            opened.thumbnail((PICTURE_SIDE, PICTURE_SIDE))
            drawn = io.BytesIO()
            opened.convert("RGBA" if "A" in opened.getbands() else "RGB").save(
                drawn, "WEBP", quality=QUALITY
            )
            width, height = opened.size
    except OSError:
        return None
    return Shown(href=inline(drawn.getvalue(), "image/webp"), width=width, height=height)


def inline(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"
