"""The look holds its promises: strict templates, strict security policy, weight, both languages."""

import gzip
import re
import sys
from pathlib import Path

import pytest

from review_api import templating
from review_api.frame import with_query

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))  # the samples stand beside the tests
import design_samples as samples  # noqa: E402 - needs the line above

STATIC = templating.STATIC
PAGES = {name: (HERE / name).read_text("utf-8") for name in ("gallery.html", "scoring.html")}
FONTS = sorted((STATIC / "fonts").glob("*.woff2"))


@pytest.fixture(params=[(page, language) for page in PAGES for language in ("ru", "en")])
def page(request):
    name, language = request.param
    return samples.gallery(samples.frame(language=language), PAGES[name], samples.ERRORS)


def test_every_block_renders_without_anything_the_security_policy_forbids(page):
    assert not re.search(r"\sstyle=", page)
    assert not re.search(r"<style|<script(?![^>]*\bsrc=)|\son[a-z]+=|javascript:", page)
    assert not re.search(r"""(?:src|href|action)=["'](?:https?:)?//""", page)


def test_ids_are_unique_and_every_reference_finds_its_id(page):
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    referred = re.findall(
        r'\s(?:for|aria-labelledby|aria-describedby|aria-controls)="([^"]+)"', page
    )
    assert {one for many in referred for one in many.split()} <= set(ids)


def test_title_says_error_first_when_there_are_errors():
    wrong = samples.gallery(samples.frame(), PAGES["gallery.html"], samples.ERRORS)
    right = samples.gallery(samples.frame(), PAGES["gallery.html"])
    assert "<title>Ошибка: " in wrong
    assert "<title>Галерея блоков — " in right


def test_nothing_is_chosen_for_the_person():
    env = templating.environment()
    source = '{% import "_components.html" as ui %}{{ ui.radios("a", "А", [(0, "Нет"), (1, "Да")]) }}{{ ui.checkbox("b", "Б") }}{{ ui.criterion("c", "В", [(0, "нет"), (1, "да")]) }}'
    assert " checked" not in env.from_string(source).render()


def test_level_zero_stays_chosen_once_the_person_chose_it():
    env = templating.environment()
    source = '{% import "_components.html" as ui %}{{ ui.radios("a", "А", [(0, "Нет"), (1, "Да")], value=0) }}{{ ui.criterion("c", "В", [(0, "нет"), (1, "да")], value=0) }}'
    assert len(re.findall(r'value="0"\s+checked', env.from_string(source).render())) == 2


def test_what_people_typed_is_escaped_everywhere():
    env = templating.environment()
    evil = "<script>alert(1)</script>"
    source = '{% import "_components.html" as ui %}{{ ui.field("a", e, e, error=e, hint=e) }}{{ ui.radios("r", e, [(e, e, e)], error=e) }}{{ ui.select("s", e, [(e, e)]) }}{{ ui.textarea("t", e, e, limit=9) }}{{ ui.summary_list([(e, e, "")]) }}{{ ui.task_list([{"text": e, "href": "", "status": "done"}]) }}{{ ui.confirmation(e, e) }}{{ ui.data_table(e, {"k": e}, [{"k": e}]) }}{{ ui.upload("f", e, kept=e) }}{{ ui.pills([("q", e)], "/") }}{{ ui.banner(e) }}'
    assert "<script" not in env.from_string(source).render(e=evil)


def test_what_every_first_visit_loads_leaves_room_for_the_page_itself():
    files = [STATIC / name for name in ("app.css", "app.js")]
    packed = sum(len(gzip.compress(path.read_bytes(), 9)) for path in files)
    assert packed + sum(path.stat().st_size for path in FONTS) < 49_000


def test_the_stylesheet_asks_nobody_else_and_carries_every_licence():
    css = (STATIC / "app.css").read_text("utf-8")
    assert not re.search(r"url\((?!\"fonts/)|@import|data:", css)
    assert all(f"fonts/{path.name}" in css for path in FONTS)
    assert len(list((STATIC / "licences").glob("*.txt"))) == 3


@pytest.mark.parametrize("part", ["prev", "next"])
def test_links_to_other_pages_of_a_list_stay_in_their_place(part):
    """They cover their parent; without its rule they would cover the whole page."""
    css = (STATIC / "app.css").read_text("utf-8")
    rules = [rule for rule in css.split("}") if f".govuk-pagination__{part}" in rule]
    assert any("position:relative" in rule for rule in rules)


def test_template_counts_through_plural_never_through_ngettext():
    for path in (templating.HERE / "templates").rglob("*.html"):
        assert "ngettext" not in path.read_text("utf-8"), path.name


def test_query_changes_keep_the_other_filters():
    assert (
        with_query("/works?q=a&page=3", {"page": None, "sort": "-score"})
        == "/works?q=a&sort=-score"
    )
    assert with_query("/works?place=1&place=2", {"q": "карта"}).startswith(
        "/works?place=1&place=2&q="
    )


def test_a_value_that_is_said_is_text_and_words_of_templates_may_hold_marks():
    env = templating.environment()
    source = "{{ _(act) }}"
    known = min(one for one in templating.template_words() if "%" not in one)
    shown = env.from_string(source).render(act='<b>"></b>')
    assert "<b>" not in shown
    assert env.from_string("{{ _(known) }}").render(known=known)
