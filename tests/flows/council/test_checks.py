from datetime import date

import pytest

from flows.council import checks, rules
from schemas.council import (
    ActionItem,
    AgendaItem,
    Attendance,
    Delegate,
    Member,
)
from tests.flows.council.meetings import PLACES, a_meeting, a_vote, codes, papers


def test_protocol_in_order_has_no_findings():
    assert codes(papers()) == []
    assert rules.tally(papers(), 1).words == "«За» – 8, «Против» – 0, «Воздержались» – 0"


def test_missing_vote_is_named():
    found = papers(votes=tuple(a_vote(place) for place in PLACES[1:]), names={"a": "Катанга"})

    (finding,) = checks.findings(found)

    assert finding.code == "votes_do_not_add_up"
    assert "Катанга" in finding.sentence


def test_half_of_the_members_is_no_quorum():
    members = tuple(
        Member(
            municipality_id=place,
            attendance=Attendance.ABSENT if place in "abcd" else Attendance.REMOTE,
            absence_reason="командировка",
        )
        for place in PLACES
    )
    votes = tuple(a_vote(place) for place in "efgh")

    assert codes(papers(a_meeting(members=members), votes)) == ["no_quorum"]


@pytest.mark.parametrize(
    ("action", "code"),
    [
        (
            ActionItem(task="Разослать опрос", executor="", deadline=date(2027, 1, 20)),
            "action_item_incomplete",
        ),
        (ActionItem(task="Разослать опрос", executor="Ясная В. П."), "action_item_incomplete"),
        (
            ActionItem(task="Опрос", executor="Ясная В. П.", deadline=date(2026, 1, 20)),
            "deadline_in_the_past",
        ),
    ],
)
def test_action_item_needs_executor_and_a_deadline_to_come(action, code):
    item = AgendaItem(number=1, title="Опрос", resolution="Провести.", action_items=(action,))

    assert codes(papers(a_meeting(agenda=(item,)))) == [code]


@pytest.mark.parametrize(
    ("theme", "found"),
    [
        ("Планирование работы на 2026 год", ["plan_for_the_past"]),
        ("Планирование работы на 2027 год", []),
        ("Итоги 2026 года", []),
        ("Итоги 2016 года", ["year_disagrees"]),
    ],
)
def test_years_that_cannot_be_meant_are_found(theme, found):
    assert codes(papers(a_meeting(theme=theme))) == found


def a_ballot(*delegates, **changes):
    facts = {"number": 1, "title": "Работа", "resolution": "Опубликовать.", "submission_id": "w"}
    return AgendaItem(**facts | {"delegates": delegates} | changes)


def with_delegate(delegate, *, votes=None, members=None, **changes):
    """A ballot about a work of «a», with one delegate."""
    facts = {"agenda": (a_ballot(delegate),)} | ({"members": members} if members else {})
    barred = {1: frozenset("a")}
    return papers(a_meeting(**facts), votes, barred=barred, names={"a": "Катанга"}, **changes)


def test_delegate_from_elsewhere_leaves_nothing_to_mend():
    assert codes(with_delegate(Delegate(municipality_id="a", name="Снегова О. П."))) == []


@pytest.mark.parametrize(
    ("delegate", "code"),
    [
        (Delegate(municipality_id="a", name="Снегова О. П.", home_id="a"), "delegate_from_barred"),
        (Delegate(municipality_id="a", name="  "), "delegate_no_name"),
        (Delegate(municipality_id="b", name="Снегова О. П."), "delegate_seat_not_barred"),
        (Delegate(municipality_id="z", name="Снегова О. П."), "delegate_seat_not_barred"),
        (Delegate(municipality_id="a", name="Лесова Анна Ильинична"), "delegate_votes_twice"),
        (Delegate(municipality_id="a", name="лесова а. и."), "delegate_votes_twice"),
        (Delegate(municipality_id="a", name="Авторова Вера Игоревна"), "delegate_concerned"),
        (Delegate(municipality_id="a", name="Своя Р. Р."), "delegate_concerned"),
    ],
)
def test_delegate_who_may_not_vote_is_named_with_the_reason(delegate, code):
    names = {"a": "Своя Роза Романовна", "b": "Лесова А. И."}
    members = tuple(
        Member(municipality_id=place, representative=names.get(place, "")) for place in PLACES
    )
    found = with_delegate(delegate, members=members, authors={1: ("Авторова Вера Игоревна",)})

    mistakes = [one for one in checks.findings(found) if one.code.startswith("delegate")]
    assert [one.code for one in mistakes] == [code]
    assert mistakes[0].blocks
    assert mistakes[0].sentence.startswith("Вопрос 1. ")


def test_one_person_never_holds_two_seats():
    both = tuple(
        Delegate(municipality_id=seat, name="Снегова Ольга Петровна") for seat in ("a", "b")
    )
    found = papers(a_meeting(agenda=(a_ballot(*both),)), barred={1: frozenset("ab")})

    assert set(codes(found)) == {"delegate_votes_twice", "vote_does_not_count"}
    assert rules.tally(found, 1).voting == 6


def test_delegate_does_not_replace_somebody_who_is_absent():
    members = tuple(
        Member(
            municipality_id=place,
            attendance=Attendance.ABSENT if place == "a" else Attendance.IN_PERSON,
            absence_reason="командировка",
        )
        for place in PLACES
    )
    found = with_delegate(Delegate(municipality_id="a", name="Снегова О. П."), members=members)

    assert set(codes(found)) == {"delegate_seat_absent", "vote_does_not_count"}
    assert rules.tally(found, 1).voting == 7


def test_delegates_outside_a_ballot_are_found():
    item = a_ballot(Delegate(municipality_id="a", name="Снегова О. П."), submission_id=None)

    assert codes(papers(a_meeting(agenda=(item,)))) == ["delegate_no_ballot"]


def test_ballot_needs_more_than_half_of_all_seats_and_delegates_make_it_up():
    barred = {1: frozenset("abcd")}
    alone = papers(
        a_meeting(agenda=(a_ballot(),)), tuple(a_vote(place) for place in "efgh"), barred=barred
    )
    helped = papers(
        a_meeting(agenda=(a_ballot(Delegate(municipality_id="a", name="Снегова О. П.")),)),
        tuple(a_vote(place) for place in "aefgh"),
        barred=barred,
    )

    assert codes(alone) == ["no_item_quorum"]
    assert codes(helped) == []
