"""The HTML of a letter: nothing of its text is markup, its main link is a button."""

from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html as dom

from flows.notices.markup import Sheet, blocks, html, part
from flows.notices.message import clean

LINK = "https://marathon.test/my/1"


def sheet(text, **changes):
    facts = {"title": "Тема", "text": text, "language": "ru", "heading": "Марафон"}
    return Sheet(**facts | changes)


def shown(text, **changes):
    return dom.document_fromstring(html(sheet(text, **changes)))


def test_first_named_link_becomes_the_only_button_and_later_ones_links():
    page = shown(f"Привет!\n\nОткрыть материал: {LINK}\nЕщё: {LINK}/2\n\nПодпись {LINK}/3.")

    [button] = page.find_class("letter-button")
    assert (button.text, button.get("href")) == ("Открыть материал", LINK)
    links = [(one.text, one.get("href")) for one in page.find_class("letter-link")]
    assert links == [("Ещё", f"{LINK}/2"), (f"{LINK}/3", f"{LINK}/3")]


def test_bare_address_on_its_own_line_is_a_button_too():
    assert [block.button.label for block in blocks(f"Войдите:\n{LINK}", "ru") if block.button] == [
        "Открыть"
    ]


def test_words_that_look_like_markup_stay_words():
    text = '<script>alert(1)</script> & "{{ 7 * 7 }}" <img src=x onerror=y>'
    page = shown(text, heading="<b>Марафон</b>", title="</title><script>")

    assert not page.xpath("//script | //img | //b")
    assert text in page.text_content()


def test_styles_stand_in_every_element_and_nothing_comes_from_elsewhere():
    page = shown(f"Привет!\n\nОткрыть: {LINK}")

    assert page.find_class("letter-button")[0].get("style")
    assert not page.xpath("//link | //img | //@src")
    assert "prefers-color-scheme: dark" in html(sheet("Привет!"))


def test_the_part_for_our_pages_has_no_styles_of_its_own():
    assert "style=" not in part(sheet(f"Открыть: {LINK}"))


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=200))
def test_no_text_breaks_the_letter_or_is_lost(text):
    words = clean(text)
    page = dom.fromstring(str(part(sheet(words))))

    assert (
        "".join(page.find_class("letter-body")[0].text_content().split()) == "".join(words.split())
        or "http" in words
    )
