"""Somebody at a browser: opens pages, reads them, presses what they read."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

from playwright.sync_api import Browser, Locator, expect

from flows.accounts import operations as accounts
from review_api.deps import COOKIE
from storage.identifiers import new_id

DESKTOP = {"width": 1366, "height": 768}
PHONE = {"width": 390, "height": 844}
TROUBLE = frozenset({"error", "warning"})
PATIENCE = 20_000  # milliseconds: tests share the machine
# A village school in the evening: bytes and milliseconds, as Chromium counts them.
SLOW = {
    "offline": False,
    "latency": 300,
    "downloadThroughput": 50 * 1024,
    "uploadThroughput": 50 * 1024,
}
LONG_AGO = timedelta(hours=2)  # signed in so long before that grave acts ask once more
expect.set_options(timeout=PATIENCE)


class Visitor:
    """One person with a browser of their own; ``problems`` is what its console complained about."""

    def __init__(self, browser: Browser, site: str, email: str = "", **ways) -> None:
        facts = {"viewport": DESKTOP, "locale": "ru-RU", "accept_downloads": True}
        context = browser.new_context(**facts | ways)
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

    def comes_in(self, opened, *, now: datetime, ago: timedelta = LONG_AGO) -> None:
        """With a session begun ``ago``, without the letter that `sign_in` is about."""
        secret = new_id()
        with opened.begin() as work:
            accounts.open_session(
                work,
                work.people.by_email(self.email),
                signer=opened.signer,
                secret=secret,
                days=30,
                user_agent="",
                now=now - ago,
            )
        self.page.context.add_cookies([{"name": COOKIE, "value": secret, "url": self.site}])

    def proves_it_is_them(self, opened, act: str) -> None:
        """«Подтвердите, что это вы»: the code of the letter, then the button of the act itself."""
        self.sees_heading("Подтвердите, что это вы")
        self.fill("Код из письма, 6 цифр", newest_code(opened, self.email))
        self.press("Подтвердить")
        self.sees_heading("Подтверждено")
        self.press(act)

    def takes_the_slow_line(self) -> None:
        line = self.page.context.new_cdp_session(self.page)
        line.send("Network.enable")
        line.send("Network.emulateNetworkConditions", SLOW)

    def forgives(self, *words: str) -> None:
        """What a browser itself says about a cut line or a refusal is no mistake of a page."""
        self.problems[:] = [
            one for one in self.problems if not any(known in one for known in words)
        ]


def newest_code(opened, email: str) -> str:
    """The six digits of the last letter that holds a code for this person or address."""
    with opened.begin(read_only=True) as work:
        person = work.people.by_email(email)
        known = {person.id} if person else set()
        codes = [
            one.values["code"]
            for one in sorted(work.notices.all(), key=lambda letter: letter.created_at)
            if "code" in one.values and (one.address == email or one.person_id in known)
        ]
    return codes[-1]
