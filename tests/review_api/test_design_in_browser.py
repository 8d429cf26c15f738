"""The gallery in a real browser: accessibility, phones, the script's promises, no policy breach."""

import functools
import http.server
import json
import sys
import threading
from importlib import resources
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from review_api.templating import STATIC

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the samples stand beside the tests
import design_samples as samples  # noqa: E402 - needs the line above

pytestmark = pytest.mark.browser
CHROMIUM = Path("/usr/bin/chromium")
AXE = resources.files("axe_playwright_python") / "axe.min.js"
POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'self'; base-uri 'none'"
SIZES = ((1366, 768), (390, 844))


class Site(http.server.SimpleHTTPRequestHandler):
    saved: list[bytes] = []

    def log_message(self, *_):
        pass

    def end_headers(self):
        self.send_header("Content-Security-Policy", POLICY)
        super().end_headers()

    def do_POST(self):
        self.saved.append(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps({"saved_at": "14:32", "version": 4}).encode())


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    root = tmp_path_factory.mktemp("site")
    (root / "static").symlink_to(STATIC)
    for name, errors in (("gallery", samples.ERRORS), ("scoring", {})):
        source = (HERE / f"{name}.html").read_text("utf-8")
        (root / f"{name}.html").write_text(
            samples.gallery(samples.frame(), source, errors), "utf-8"
        )
    server = http.server.ThreadingHTTPServer(
        ("127.0.0.1", 0), functools.partial(Site, directory=root)
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def browser():
    assert CHROMIUM.exists(), "Chromium is not installed: make setup-tests"
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture
def open_page(site, browser):
    pages = []

    def opened(name, size=SIZES[0], **options):
        page = browser.new_page(viewport={"width": size[0], "height": size[1]}, **options)
        page.problems = []
        page.on("console", lambda message: page.problems.append(message.text))
        page.on("pageerror", lambda error: page.problems.append(str(error)))
        page.goto(f"{site}/{name}.html")
        pages.append(page)
        return page

    yield opened
    for page in pages:
        page.close()


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", ["gallery", "scoring"])
def test_page_fits_and_axe_finds_nothing(open_page, name, size):
    page = open_page(name, size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    assert not [text for text in page.problems if "Content Security Policy" in text]
    page.evaluate(AXE.read_text("utf-8"))
    find = "axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html))"
    assert page.evaluate(find) == []
    page.evaluate("document.querySelector('label[for]').remove()")
    assert page.evaluate(find) != []  # the check itself can see


def test_error_summary_takes_the_focus(open_page):
    page = open_page("gallery")
    assert page.evaluate("document.activeElement.hasAttribute('data-error-summary')")


def test_digits_choose_levels_and_the_draft_is_saved_with_the_clock(open_page):
    page = open_page("scoring")
    page.keyboard.press("3")  # the first criterion without a level
    assert page.locator("#method input[value='3']").is_checked()
    page.keyboard.press("0")  # and on to the next
    assert page.locator("#result input[value='0']").is_checked()
    assert page.locator("[data-score]").inner_text() == "61,1"
    page.get_by_text("Черновик сохранён в 14:32").wait_for()
    assert page.locator("[name=version]").input_value() == "4"


def test_without_a_line_the_text_stays_on_the_device_and_goes_out_later(open_page):
    page = open_page("scoring")
    page.context.set_offline(True)
    page.fill("#comment", "Хорошая карта шагов")
    page.get_by_text("Нет связи").wait_for()
    assert "Хорошая карта" in page.evaluate("localStorage['draft:review-117']")
    page.context.set_offline(False)
    page.get_by_text("Черновик сохранён в 14:32").wait_for()
    assert page.evaluate("localStorage['draft:review-117']") is None
    assert "Хорошая карта шагов" in Site.saved[-1].decode()


def keep_on_device(page, text):
    """As after a save whose answer was lost: the page's version is newer than the kept one."""
    kept = {"version": "older", "fields": [["comment", text]]}
    page.evaluate("kept => localStorage['draft:review-117'] = JSON.stringify(kept)", kept)
    page.reload()


@pytest.mark.parametrize("button", ["Вставить его", "Оставить как на странице"])
def test_later_text_of_the_device_is_offered_and_waits_for_an_answer(open_page, button):
    page = open_page("scoring")
    shown = page.locator("#comment").input_value()
    keep_on_device(page, "Дописано без связи")
    page.get_by_text("На этом устройстве есть более поздний текст").wait_for()
    page.fill("#comment", "Поверх")
    page.get_by_text("Черновик сохранён в 14:32").wait_for()
    page.reload()
    assert page.locator("#comment").input_value() == shown
    page.get_by_role("button", name=button).click()
    put = button == "Вставить его"
    assert page.locator("#comment").input_value() == ("Дописано без связи" if put else shown)
    if put:
        page.get_by_text("Черновик сохранён в 14:32").wait_for()
        assert "Дописано без связи" in Site.saved[-1].decode()
    assert page.evaluate("localStorage['draft:review-117']") is None
    assert page.get_by_text("На этом устройстве есть").count() == 0


def test_kept_text_that_the_page_shows_is_put_away_without_a_word(open_page):
    page = open_page("scoring")
    page.evaluate(
        """() => localStorage['draft:review-117'] = JSON.stringify({version: 'older',
        fields: [...new FormData(document.querySelector('form[data-autosave]'))]})"""
    )
    page.reload()
    assert page.evaluate("localStorage['draft:review-117']") is None
    assert page.get_by_text("На этом устройстве есть").count() == 0


def test_digits_typed_into_a_comment_stay_in_the_comment(open_page):
    page = open_page("scoring")
    page.focus("#comment")
    page.keyboard.type("3 класса")
    assert page.locator("#comment").input_value() == "3 класса"
    assert not page.locator("#method input:checked").count()


def test_version_for_weak_sight_keeps_what_is_typed_and_is_remembered(open_page):
    page = open_page("scoring")
    page.fill("#note", "не терять")
    page.click("[data-view-switch]")
    assert "low-vision" in page.locator("html").get_attribute("class")
    assert page.locator("#note").input_value() == "не терять"
    assert {c["name"]: c["value"] for c in page.context.cookies()} == {"view": "large"}


def test_without_a_script_every_panel_can_be_read(open_page):
    page = open_page("scoring", SIZES[1], java_script_enabled=False)
    assert page.get_by_text("Семиклассники трёх сельских школ").is_visible()
    assert page.get_by_text("Методическая проработанность").is_visible()


def test_long_list_narrows_while_typing(open_page):
    page = open_page("gallery")
    page.locator("#school").locator("..").get_by_placeholder("Начните вводить").fill(
        "ербогаченская"
    )
    assert page.locator("#school").input_value() == "2"
