"""A page in Chromium at both widths: what axe finds, what the console says, how wide it is."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import resources

from playwright.sync_api import Browser
from playwright.sync_api import Page as Tab

from review_api.deps import COOKIE

WIDTHS = (1366, 390)
HEIGHT = 844
AXE = resources.files("axe_playwright_python") / "axe.min.js"
FIND = "axe.run().then(r => r.violations.map(v => v.id + ' ' + v.nodes[0].html.slice(0, 200)))"
# A fault of our own making, so that axe is known to see on this very page.
FAULT = "document.querySelector('main').append(document.createElement('input'))"


@dataclass(frozen=True)
class View:
    """``violations`` by width; ``blind`` when axe did not notice the fault we made."""

    address: str
    violations: dict[int, list[str]]
    blind: bool
    too_wide: bool
    complaints: list[str]


@contextmanager
def tab_of(browser: Browser, site: str, secret: str) -> Iterator[Tab]:
    context = browser.new_context(locale="ru-RU")
    if secret:
        context.add_cookies([{"name": COOKIE, "value": secret, "url": site}])
    try:
        yield context.new_page()
    finally:
        context.close()


def look(tab: Tab, address: str) -> View:
    complaints: list[str] = []
    tab.on("console", lambda said: complaints.append(said.text))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    tab.set_viewport_size({"width": WIDTHS[0], "height": HEIGHT})
    tab.goto(address)
    tab.evaluate(AXE.read_text("utf-8"))
    violations = {WIDTHS[0]: tab.evaluate(FIND)}
    tab.set_viewport_size({"width": WIDTHS[1], "height": HEIGHT})
    wide = tab.evaluate("document.documentElement.scrollWidth") > WIDTHS[1]
    tab.evaluate(FAULT)
    found = tab.evaluate(FIND)
    violations[WIDTHS[1]] = [one for one in found if not one.endswith("<input>")]
    seen = any(one.startswith("label") for one in found)
    return View(address, violations, blind=not seen, too_wide=wide, complaints=complaints)


def look_at_all(browser: Browser, site: str, wanted: Sequence[tuple[str, str]]) -> Iterator[View]:
    """Every (secret, address) in a tab of its own person."""
    by_person: dict[str, list[str]] = {}
    for secret, address in wanted:
        by_person.setdefault(secret, []).append(address)
    for secret, addresses in by_person.items():
        with tab_of(browser, site, secret) as first:
            for address in addresses:
                tab = first.context.new_page()
                yield look(tab, address)
                tab.close()
