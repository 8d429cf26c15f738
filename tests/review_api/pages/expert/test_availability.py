"""When and how much an expert reviews, as a browser says it; answers to an invitation."""

from datetime import timedelta

import pytest
from builders import NOW

from schemas.assignment import AssignmentStatus, DeclineReason
from schemas.cluster import Absence

PAGE = "/expert/availability"
TODAY = NOW.date()
KINDS = [("first", "Нет такого дня"), ("last", "31.02.2027"), ("first", ""), ("last", "0000-01-01")]


def expert_of(desk):
    with desk.installation.begin() as work:
        return work.experts.get(desk.expert.id)


def day(number):
    return TODAY + timedelta(days=number)


def test_load_break_and_turns_are_the_experts_own_word(desk):
    said = {"capacity": "3", "active": "no", "skip_next": "2"}
    answer = desk.browser.post(PAGE, data=said)
    assert answer.headers["location"] == PAGE
    kept = expert_of(desk)
    assert (kept.capacity, kept.active, kept.skip_next) == (3, False, 2)
    assert "У вас перерыв" in desk.get().text


@pytest.mark.parametrize("capacity", ["", "0", "-2", "много", "9.5", "1000000000000000000000"])
def test_impossible_load_is_refused_with_the_typed_value(desk, capacity):
    answer = desk.browser.post(PAGE, data={"capacity": capacity, "active": "yes"})
    assert answer.status_code == 422
    assert "от 1 до 50" in answer.text
    assert f'value="{capacity}"' in answer.text or not capacity


def test_nothing_chosen_is_no_break(desk):
    assert desk.browser.post(PAGE, data={"capacity": "3"}).status_code == 422
    assert expert_of(desk).active


def test_subjects_are_named_by_the_expert_and_come_back_when_refused(desk):
    said = {"subjects": "химия; биология\nначальная школа"}
    assert desk.browser.post(f"{PAGE}/subjects", data=said).status_code == 303
    assert expert_of(desk).specialisations == ("химия", "биология", "начальная школа")
    refused = desk.browser.post(f"{PAGE}/subjects", data={"subjects": "очень " * 40})
    assert refused.status_code == 422
    assert "очень очень" in refused.text
    assert expert_of(desk).specialisations == ("химия", "биология", "начальная школа")


def test_days_away_are_added_shown_and_given_back(desk):
    away = {"first": day(3).isoformat(), "last": f"{day(9):%d.%m.%Y}", "note": "Отпуск"}
    for _ in range(2):
        assert desk.browser.post(f"{PAGE}/away", data=away).status_code == 303
    kept = Absence(first=day(3), last=day(9), note="Отпуск")
    assert expert_of(desk).absences == (kept,)
    assert "Отпуск" in desk.browser.get(PAGE).text
    assert "Вас не будет" in desk.get().text
    back = {"first": day(3).isoformat(), "last": day(9).isoformat(), "note": "Отпуск"}
    desk.browser.post(f"{PAGE}/back", data=back)
    assert expert_of(desk).absences == ()


@pytest.mark.parametrize(("field", "typed"), KINDS)
def test_what_is_no_day_is_said_so_beside_its_field(desk, field, typed):
    away = {"first": day(3).isoformat(), "last": day(9).isoformat()} | {field: typed}
    answer = desk.browser.post(f"{PAGE}/away", data=away)
    assert answer.status_code == 422
    assert f'href="#{field}"' in answer.text
    assert expert_of(desk).absences == ()


def test_huge_note_and_days_in_the_wrong_order_are_refused(desk):
    long = {"first": day(3).isoformat(), "last": day(9).isoformat(), "note": "я" * 100_000}
    answer = desk.browser.post(f"{PAGE}/away", data=long)
    assert answer.status_code == 422
    assert len(answer.text) < 20_000
    turned = {"first": day(9).isoformat(), "last": day(3).isoformat()}
    assert "раньше первого" in desk.browser.post(f"{PAGE}/away", data=turned).text


def test_strangers_have_no_such_page(installation, signed_in):
    import builders

    with installation.begin() as work:
        stranger = builders.a_person(work, "Посторонний Пётр")
    browser = signed_in(stranger)
    assert browser.get(PAGE).status_code == 404
    assert browser.post(f"{PAGE}/away", data={}).status_code == 404
    assert browser.get("/expert/kit").status_code == 404
    assert browser.get("/expert/record").status_code == 404


def test_invitation_offers_fewer_works_in_one_click(desk):
    items = [desk.assign(AssignmentStatus.INVITED) for _ in range(3)]
    assert "Возьму только 1" in desk.get(items[0]).text
    answer = desk.post(items[0], "accept-some", {"count": "2"})
    assert answer.headers["location"].endswith(items[0].id)
    statuses = sorted(desk.now(item).status.value for item in items)
    assert statuses == ["accepted", "accepted", "declined"]
    assert desk.now(items[0]).status is AssignmentStatus.ACCEPTED
    assert desk.post(items[0], "accept-some", {"count": "2"}).status_code == 303
    assert expert_of(desk).capacity == 2


@pytest.mark.parametrize("count", ["", "0", "-1", "4", "1e9", "two"])
def test_odd_counts_of_works_change_nothing(desk, count):
    items = [desk.assign(AssignmentStatus.INVITED) for _ in range(3)]
    assert desk.post(items[0], "accept-some", {"count": count}).status_code == 303
    assert {desk.now(item).status for item in items} == {AssignmentStatus.INVITED}


def test_invitation_is_answered_from_its_own_page(desk):
    item = desk.assign(AssignmentStatus.INVITED)
    page = desk.get(item).text
    for words in (
        "Согласиться и открыть",
        "Сейчас не могу",
        "Конфликт интересов",
        "Другая причина",
    ):
        assert words in page
    assert "Возьму только" not in page  # one invitation alone offers nothing less
    assert desk.post(item, "other", {"why": " "}).status_code == 422
    desk.post(item, "other", {"why": "Не моя тема"})
    declined = desk.now(item)
    assert (declined.decline_reason, declined.decline_note) == (
        DeclineReason.OTHER,
        "Не моя тема",
    )


@pytest.mark.parametrize("until", ["вчера", "2020-01-01", "9999-12-31"])
def test_day_to_ask_after_must_be_ahead(desk, until):
    item = desk.assign(AssignmentStatus.INVITED)
    answer = desk.post(item, "not-now", {"until": until})
    assert answer.status_code == 422
    assert desk.now(item).status is AssignmentStatus.INVITED
    assert expert_of(desk).absences == ()
