"""A Russian sentence made anywhere is said in English; what people typed is never touched."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markupsafe import escape

from review_api import catalogues
from review_api.frame import Frame, Link, Operator
from review_api.sentence_patterns import GAP
from review_api.sentences import Sentences
from review_api.templating import environment, govuk, render, said

CATALOGUE = {
    "Готово": "Done",
    "экспертиза": "review",
    "эксперт": "expert",
    "Иркутск": "Irkutsk",
    "работа|работы|работ": "work|works",
    "Работа «{title}» отправлена.": "The work “{title}” is sent.",
    "Осталось {counted}, срок до {day}.": "{counted} left, until {day}.",
    "Срок продлён на {days} дн.": "Extended by {days} {days:day|days}.",
    "Балл {shown}{before}, порог {points}.": "Score {shown}{before}, threshold {points}.",
    " (без поправок {plain})": " (without corrections {plain})",
    "Выберите марафон.": "Choose a marathon.",
    "Нагрузка полна: %(load)s": "The load is full: %(load)s",
}
ENGLISH = Sentences(CATALOGUE)


@pytest.mark.parametrize(
    ("russian", "english"),
    [
        ("Выберите марафон.", "Choose a marathon."),
        ("выберите марафон", "choose a marathon"),
        ("Осталось 21 работа, срок до 5 декабря 2026 г.", "21 works left, until 5 December 2026."),
        ("Осталось 1 работа, срок до 1 мая.", "1 work left, until 1 May."),
        ("Срок продлён на 1 дн.", "Extended by 1 day."),
        ("Срок продлён на 3 дн.", "Extended by 3 days."),
        ("Балл 94,5, порог 60,0.", "Score 94.5, threshold 60.0."),
        (
            "Балл 94,5 (без поправок 93,8), порог 60,0.",
            "Score 94.5 (without corrections 93.8), threshold 60.0.",
        ),
        ("Готово. Выберите марафон.", "Done. Choose a marathon."),
        ("эксперт, экспертиза", "expert, review"),
        ("5 декабря 2026 г., 23:59 (Иркутск)", "5 December 2026, 23:59 (Irkutsk)"),
        ("1\u00a0234,5\u00a0%", "1\u00a0234,5\u00a0%"),
        ("Нагрузка полна: 7", "The load is full: 7"),
        ("Этого в каталоге нет.", "Этого в каталоге нет."),
    ],
)
def test_sentence_is_said(russian, english):
    assert ENGLISH.say(russian) == english


def test_title_in_a_gap_stays_as_it_was_typed():
    assert ENGLISH.say("Работа «Готово» отправлена.") == "The work “Готово” is sent."


def test_what_may_be_typed_is_said_only_when_it_is_a_whole_sentence():
    assert ENGLISH.hear("Готово") == "Готово"
    assert ENGLISH.hear("экспертиза, эксперт") == "экспертиза, эксперт"
    assert ENGLISH.hear("Готово, но работа ещё идёт: выберите марафон.").startswith("Готово, но")
    assert ENGLISH.hear("Выберите марафон.") == "Choose a marathon."
    assert ENGLISH.hear("Работа «Мост» отправлена.") == "The work “Мост” is sent."


@given(st.text(alphabet="абвАБ«»{}()%,.;: \n—1", max_size=60))
def test_any_text_is_answered_and_russian_is_never_changed(text):
    assert isinstance(ENGLISH.say(text), str)
    assert said(text, "ru") == text


def test_long_text_costs_nothing():
    typed = "Работа «" * 2000
    assert ENGLISH.hear(typed) == typed


def rendered(source, **values):
    return environment("en").from_string(source).render(values)


def test_form_gives_back_what_was_typed():
    typed = "Выберите марафон."
    assert rendered('<input value="{{ x }}"><p>{{ x }}</p>', x=typed) == (
        f'<input value="{typed}"><p>Choose a marathon.</p>'
    )
    assert typed in rendered("<textarea>{{ x }}</textarea>", x=typed)
    asked = {"name": "x", "id": "x", "label": {"text": typed}, "value": typed}
    field = govuk("input", asked, language="en")
    assert "Choose a marathon." in field
    assert f'value="{typed}"' in field


def test_word_is_said_where_its_name_says_it_is_ours():
    assert rendered(
        "{{ one.status }} {{ one.title }}", one={"status": "Готово", "title": "Готово"}
    ) == ("Done Готово")


def words_of_ours():
    """Every text of our own catalogue that a person could type as a title or a name."""
    known = {**catalogues.pairs("en", "messages"), **catalogues.pairs("en", "sentences")}
    plain = (text.strip() for text in known if not GAP.search(text) and "|" not in text)
    return sorted({text for text in plain if 1 < len(text) < 200 and "\n" not in text})


PAGE = """{% import "_components.html" as ui %}
<h1>{{ work.title }}</h1><p>{{ person.name }}</p>{{ ui.heading(work.title) }}
{{ ui.summary_list([("Label", work.title, "")]) }}"""


@settings(deadline=None)  # the first page is compiled
@given(st.sampled_from(words_of_ours()))
def test_title_that_is_a_text_of_ours_stays_as_it_was_typed(title):
    page = rendered(PAGE, work={"title": title}, person={"name": title})
    assert page.count(str(escape(title))) == len(("title", "name", "heading", "row"))


@pytest.mark.parametrize("title", ["Готово", "Нет", "Материалы", "Выберите марафон."])
def test_way_back_over_a_typed_title_stays_as_it_was_typed(title):
    way = (
        Link(text="Помощь", href="/help"),
        Link(text=title, href="/organise/1", typed=True),
    )
    frame = Frame(operator=Operator(name="", email=""), path="/", language="en", breadcrumbs=way)
    without = {"sentence": "", "looking": False, "way_up": None, "number": "", "typed": ()}
    page = render("error.html", frame, status=404, **without)
    assert f">{title}</a>" in page
    assert ">Help</a>" in page
