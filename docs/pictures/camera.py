"""A browser that takes pictures of pages: on a desk and on a phone, as WebP."""

import io
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from review_api.deps import COOKIE

FLAGS = ("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking")
RUSSIAN = {"LANGUAGE": "ru", "LANG": "ru_RU.UTF-8"}  # of what the browser itself writes on a page
PHONE = 390
PHONE_HEIGHT = 844
PHONE_SCALE = 1.5  # phones show a picture this wide in full, so its letters have to stay sharp
QUALITY = 62
SLOWEST = 6  # Pillow's ``method``: the smallest files


@contextmanager
def started() -> Iterator[Browser]:
    """Chromium, the one Debian installs; raises ``FileNotFoundError`` without it."""
    path = shutil.which("chromium")
    if path is None:
        raise FileNotFoundError("Chromium is needed: apt-get install chromium")
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=path, args=[*FLAGS, "--lang=ru"], env={**os.environ, **RUSSIAN}
        )
        yield browser
        browser.close()


@contextmanager
def tab(
    browser: Browser, site: str, secret: str, *, width: int, height: int = PHONE_HEIGHT
) -> Iterator[Page]:
    """A page of somebody's own; nobody's when ``secret`` is empty. Sizes in CSS pixels."""
    context = browser.new_context(
        locale="ru-RU",
        timezone_id="Asia/Irkutsk",
        viewport={"width": width, "height": height},
        device_scale_factor=PHONE_SCALE if width == PHONE else 1,
        reduced_motion="reduce",
    )
    if secret:
        context.add_cookies([{"name": COOKIE, "value": secret, "url": site}])
    try:
        yield context.new_page()
    finally:
        context.close()


def settled(page: Page, address: str, at: str = "") -> None:
    """Open the address and wait for its letters and pictures; scroll to ``at`` when given."""
    answer = page.goto(address, wait_until="load")
    if answer is None or not answer.ok:
        raise ValueError(f"{address}: {answer and answer.status}")
    page.evaluate("document.fonts.ready")
    if at:
        page.evaluate("at => document.querySelector(at).scrollIntoView()", at)


def keep(shot: bytes, file: Path) -> int:
    """Write the PNG as a WebP; returns its size in bytes."""
    picture = Image.open(io.BytesIO(shot)).convert("RGB")
    picture.save(file, "WEBP", quality=QUALITY, method=SLOWEST)
    return file.stat().st_size
