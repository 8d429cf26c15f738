"""A logo as somebody has sent it, made into a picture that is safe to print and to show.

Only PNG and JPEG are taken, decoded in a child process with limits and drawn anew as PNG. SVG is
refused: it is a program for a browser rather than a picture.
"""

import tempfile
from pathlib import Path

from flows.documents.reading import attempt, left_in, make_job
from schemas.errors import BadFile
from schemas.extraction import Limits

LOGO = "logo.png"
LARGEST = 5 * 1024 * 1024
OPENINGS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff")
LIMITS = Limits(seconds=10)
TOO_LARGE = "Логотип больше 5 МБ: уменьшите рисунок и выберите его снова."
NOT_SVG = "SVG не подходит: откройте его и сохраните как PNG, лучше шириной от 600 точек."
WRONG_KIND = "Нужен рисунок PNG или JPEG: сохраните логотип в одном из этих видов."
UNREADABLE = (
    "Рисунок повреждён, слишком велик или меньше 100 точек: сохраните его заново, "
    "лучше шириной от 600 до 3000 точек."
)


def redrawn(content: bytes) -> bytes:
    """Return the logo as PNG; ``BadFile`` says in Russian why it cannot be used."""
    require_picture(content)
    with tempfile.TemporaryDirectory(prefix="marathon-logo-") as folder:
        sent = Path(folder) / "sent"
        sent.write_bytes(content)
        result = attempt(make_job("redraw", sent, Path(folder), LIMITS), None)
        if not result.get("drawn"):
            raise BadFile(UNREADABLE, field="logo")
        return left_in(Path(folder), LOGO).read_bytes()


def require_picture(content: bytes) -> None:
    """Raise ``BadFile`` for what is too large or says itself that it is no PNG or JPEG."""
    if len(content) > LARGEST:
        raise BadFile(TOO_LARGE, field="logo")
    if content.startswith(OPENINGS):
        return
    is_svg = b"<svg" in content[:4096].lower() or content.lstrip()[:5].lower() == b"<?xml"
    raise BadFile(NOT_SVG if is_svg else WRONG_KIND, field="logo")
