"""Dates, numbers, words and names as Russian pages write them."""

from datetime import UTC, datetime

import pytest

from flows.documents.cities import CITIES
from review_api.formats import Formats, browser, initials, typeset
from review_api.templating import environment, translations

RU = Formats("ru", "Asia/Irkutsk", translations("ru").gettext)
EN = Formats("en", "Asia/Irkutsk", translations("en").gettext)
MOMENT = datetime(2026, 12, 5, 15, 59, tzinfo=UTC)


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_deadline_names_the_clock_it_is_on():
    assert plain(RU.moment(MOMENT)) == "5 декабря 2026 г., 23:59 (Иркутск)"
    assert plain(EN.moment(MOMENT)) == "5 December 2026, 23:59 (Irkutsk)"
    assert plain(RU.moment(MOMENT, "Asia/Yakutsk")) == "6 декабря 2026 г., 00:59 (Якутск)"


def test_moment_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="without a zone"):
        RU.moment(datetime(2026, 12, 5))  # noqa: DTZ001 - the point of the test


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (0, "0 работ"),
        (1, "1 работа"),
        (3, "3 работы"),
        (5, "5 работ"),
        (11, "11 работ"),
        (21, "21 работа"),
        (104, "104 работы"),
    ],
)
def test_count_agrees_with_its_word(count, words):
    assert plain(RU.plural(count, "работа|работы|работ")) == words


def test_english_counts_have_two_forms():
    writer = Formats("en", "Asia/Irkutsk", lambda _: "work|works")
    assert [plain(writer.plural(n, "работа|работы|работ")) for n in (1, 2)] == ["1 work", "2 works"]


@pytest.mark.parametrize(
    ("size", "words"), [(500, "500 Б"), (20_480, "20 КБ"), (1_468_006, "1,4 МБ"), (3 << 30, "3 ГБ")]
)
def test_file_size_is_in_the_largest_fitting_unit(size, words):
    assert plain(RU.filesize(size)) == words


@pytest.mark.parametrize(
    ("name", "short"),
    [
        ("Иванова Анна Петровна", "Иванова А. П."),
        ("Салтыкова-Щедрина Анна-Мария", "Салтыкова-Щедрина А.-М."),
        ("Мамедов Али Расул оглы", "Мамедов А. Р. оглы"),
        ("Черных", "Черных"),
    ],
)
def test_initials_keep_the_family_name_whole(name, short):
    assert plain(initials(name)) == short


def test_numbers_follow_the_language():
    assert plain(RU.number(12345.64)) == "12 345,6"
    assert plain(RU.percent(0.735, 1)) == "73,5 %"
    assert EN.percent(0.735, 1) == "73.5%"


def test_scores_have_a_decimal_and_a_true_minus_in_both_languages():
    assert [RU.points(value) for value in (60.0, 60.34, -2.0)] == ["60,0", "60,3", "−2,0"]
    assert [EN.points(value) for value in (60.0, -2.0)] == ["60.0", "−2.0"]
    assert (RU.points(62.25, 2), RU.number(-7.5)) == ("62,25", "−7,5")


def test_chance_is_never_printed_on_a_bound_it_does_not_reach():
    assert plain(RU.chance(0.698, 0.3, 0.7)) == "69,8 %"
    assert plain(RU.chance(0.7, 0.3, 0.7)) == "70 %"
    assert EN.chance(0.304, 0.3, 0.7) == "30.4%"
    assert EN.chance(0.372, 0.3, 0.7) == "37%"


def test_every_named_zone_exists():
    assert all(
        plain(writer.moment(MOMENT, zone)).endswith(f"({name})")
        for zone, city in CITIES.items()
        for writer, name in ((RU, city.russian), (EN, city.english))
    )


def test_time_element_carries_the_offset():
    source = '{% import "_components.html" as ui %}{{ ui.time(moment) }}'
    assert 'datetime="2026-12-05T23:59:00+08:00"' in environment().from_string(source).render(
        moment=MOMENT
    )


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 Chrome/124.0 YaBrowser/24.4 Safari",
            "Яндекс Браузер, Android",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; rv:128.0) Gecko/20100101 Firefox/128.0",
            "Firefox, Windows",
        ),
        ("curl/8.5.0", ""),
    ],
)
def test_a_browser_is_named_as_people_call_it(user_agent, words):
    assert browser(user_agent) == words


def test_titles_and_names_are_set_by_print_custom_only_in_russian():
    assert typeset('Урок в 7 "Б" классе') == "Урок в 7\u00a0«Б» классе"
    assert typeset("Сизых Н. П., Кузакова В. И.") == (
        "Сизых\u00a0Н.\u00a0П., Кузакова\u00a0В.\u00a0И."
    )
    assert typeset('A "plain" title') == 'A "plain" title'
