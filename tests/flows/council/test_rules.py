from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.council import rules
from flows.council.rules import Papers
from schemas.council import ActionItem, AgendaItem, Attendance, Choice, Meeting, Member, Vote

PLACES = tuple("abcdefgh")


def a_meeting(**changes):
    facts = {
        "id": "m",
        "cluster_id": "c",
        "number": 2,
        "body": "методического совета",
        "theme": "Итоги марафона 2026 года",
        "place": "г. Усть-Илимск",
        "held_on": date(2026, 12, 27),
        "chair": "Ветрова Д. О.",
        "secretary": "Ясная В. П.",
        "members": tuple(Member(municipality_id=place) for place in PLACES),
        "agenda": (AgendaItem(number=1, title="Отчёт", resolution="Принять к сведению."),),
    }
    return Meeting(**facts | changes)


def a_vote(place, choice=Choice.FOR, item=1):
    return Vote(
        id=f"{place}{item}", meeting_id="m", item=item, municipality_id=place, choice=choice
    )


def papers(meeting=None, votes=None, **changes):
    every = tuple(a_vote(place) for place in PLACES)
    return Papers(
        meeting=meeting or a_meeting(), votes=every if votes is None else votes, **changes
    )


def codes(found):
    return [finding.code for finding in rules.findings(found)]


def test_protocol_in_order_has_no_findings():
    assert codes(papers()) == []
    assert rules.tally(papers(), 1).words == "«За» – 8, «Против» – 0, «Воздержались» – 0"


def test_missing_vote_is_named():
    found = papers(votes=tuple(a_vote(place) for place in PLACES[1:]), names={"a": "Катанга"})

    (finding,) = rules.findings(found)

    assert finding.code == "votes_do_not_add_up"
    assert "Катанга" in finding.sentence


def test_own_municipality_and_its_same_place_never_count_on_their_ballot():
    ballot = AgendaItem(number=1, title="Работа", resolution="Опубликовать.", submission_id="w")
    barred = rules.barred([ballot], {"w": frozenset("a")}, [("a", "b")])
    found = papers(a_meeting(agenda=(ballot,)), barred=barred)

    assert barred == {1: frozenset("ab")}
    assert rules.tally(found, 1).agreed == 6
    assert rules.tally(found, 1).voting == 6
    assert codes(found) == ["vote_does_not_count", "vote_does_not_count"]


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


@given(st.lists(st.sampled_from(list(Choice)), min_size=8, max_size=8))
def test_votes_of_everybody_present_always_add_up(choices):
    votes = tuple(a_vote(place, choice) for place, choice in zip(PLACES, choices, strict=True))
    tally = rules.tally(papers(votes=votes), 1)

    assert tally.cast == tally.voting == 8
    assert tally.passed == (choices.count(Choice.FOR) > 4)
