"""Somebody at a browser: opens pages, reads them, presses what they read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Locator, expect

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
TROUBLE = frozenset({"error", "warning"})
PATIENCE = 20_000  # milliseconds: tests share the machine
expect.set_options(timeout=PATIENCE)


class Visitor:
    """One person with a browser of their own; ``problems`` is what its console complained about."""

    def __init__(self, browser: Browser, site: str, email: str = "") -> None:
        context = browser.new_context(viewport=DESKTOP, locale="ru-RU", accept_downloads=True)
        self.site, self.email, self.page = site, email, context.new_page()
        self.problems: list[str] = []
        self.page.on("console", self.note)
        self.page.on("pageerror", lambda error: self.problems.append(str(error)))

    def note(self, message) -> None:
        if message.type in TROUBLE:
            self.problems.append(f"{self.page.url}: {message.text}")

    def open(self, address: str) -> None:
        """A page of the site, which must be there."""
        answer = self.page.goto(self.site + address)
        assert answer is not None
        assert answer.ok, f"{address}: {answer.status}"

    def sees(self, *words: str) -> None:
        for text in words:
            expect(self.page.get_by_text(text).first).to_be_visible()

    def sees_heading(self, text: str) -> None:
        expect(self.page.get_by_role("heading", name=text).first).to_be_visible()

    def never_sees(self, *words: str) -> None:
        """Below the header, which names whoever is signed in."""
        shown = self.page.locator("#main").inner_text()
        assert not [text for text in words if text in shown]

    def press(self, name: str) -> None:
        """The button with this name; a step that opens in place is opened first."""
        self.page.get_by_role("button", name=name, exact=True).first.click()

    def follow(self, name: str) -> None:
        self.page.get_by_role("link", name=name).first.click()

    def unfold(self, name: str) -> None:
        self.page.locator("summary", has_text=name).first.click()

    def fill(self, label: str, text: str) -> None:
        self.page.get_by_label(label, exact=True).first.fill(text)

    def fill_all(self, **fields: str) -> None:
        """Fields by their names, for long forms."""
        for name, text in fields.items():
            self.page.locator(f"[name={name}]").fill(text)

    def pick(self, label: str, option: str) -> None:
        self.page.get_by_label(label, exact=True).select_option(label=option)

    def choose(self, question: str, answer: str) -> None:
        """One radio button of a group."""
        self.group(question).get_by_label(answer, exact=True).check()

    def tick(self, label: str) -> None:
        self.page.get_by_label(label, exact=True).check()

    def group(self, name: str) -> Locator:
        return self.page.get_by_role("group", name=name)

    def attach(self, path) -> None:
        self.page.locator("input[type=file]").set_input_files(path)

    def download(self, name: str) -> bytes:
        """What the link with this name gives to keep."""
        with self.page.expect_download() as waiting:
            self.page.get_by_role("link", name=name).first.click()
        return waiting.value.path().read_bytes()

    def text_of(self, selector: str) -> str:
        return self.page.locator(selector).first.inner_text()

    def found(self, pattern: str) -> str:
        """The first match of ``pattern`` in what the page shows."""
        match = re.search(pattern, self.page.locator("body").inner_text())
        assert match, f"{pattern} is not on {self.page.url}"
        return match.group()

    @contextmanager
    def on_a_phone(self) -> Iterator[None]:
        self.page.set_viewport_size(PHONE)
        yield
        self.page.set_viewport_size(DESKTOP)

    def fits_a_phone(self) -> None:
        """Nothing sticks out to the side at 390 points."""
        with self.on_a_phone():
            width = self.page.evaluate("document.documentElement.scrollWidth")
        assert width <= PHONE["width"], f"{self.page.url}: {width}"

    def sign_in(self) -> None:
        """By the link of the letter, as it lies on the page of letters."""
        self.open("/login")
        self.fill("Адрес электронной почты", self.email)
        self.press("Прислать письмо")
        self.sees_heading("Проверьте почту")
        self.open(f"/dev/mail?to={self.email}")
        self.follow("Вход: код")
        self.page.locator("a[href*='/login/link/']").click()
        self.press("Войти")
