import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flows.council import rules
from flows.council.rules import Fault, Papers
from schemas.council import AgendaItem, Attendance, Choice, Delegate, Member
from tests.flows.council.meetings import PLACES, a_meeting, a_vote, codes, papers

HOMES = (*PLACES, None, "outside")


def test_own_municipality_and_its_same_place_never_count_on_their_ballot():
    ballot = AgendaItem(number=1, title="Работа", resolution="Опубликовать.", submission_id="w")
    barred = rules.barred([ballot], {"w": frozenset("a")}, [("a", "b")])
    found = papers(a_meeting(agenda=(ballot,)), barred=barred)

    assert barred == {1: frozenset("ab")}
    assert rules.tally(found, 1).agreed == 6
    assert rules.tally(found, 1).voting == 6
    assert codes(found) == ["vote_does_not_count", "vote_does_not_count"]


def test_neighbour_of_a_neighbour_is_the_same_place():
    ballot = AgendaItem(number=1, title="Работа", submission_id="w")

    assert rules.barred([ballot], {"w": frozenset("a")}, [("b", "a"), ("b", "c")]) == {
        1: frozenset("abc")
    }


def test_vote_of_a_delegate_counts_in_the_seat():
    ballot = AgendaItem(
        number=1,
        title="Работа",
        submission_id="w",
        delegates=(Delegate(municipality_id="a", name="Снегова О. П.", home_id="c"),),
    )
    found = papers(a_meeting(agenda=(ballot,)), barred={1: frozenset("ab")})

    assert rules.voters(found, 1) == list("acdefgh")
    assert rules.tally(found, 1).voting == rules.tally(found, 1).agreed == 7


def test_seat_listed_twice_has_one_vote_and_the_last_one_holds():
    meeting = a_meeting(members=(*a_meeting().members, Member(municipality_id="a")))
    votes = (*(a_vote(place) for place in PLACES), a_vote("a", Choice.AGAINST))
    tally = rules.tally(papers(meeting, votes), 1)

    assert (tally.agreed, tally.against, tally.voting) == (7, 1, 8)


@pytest.mark.parametrize(
    ("agreed", "against", "abstained", "passed"),
    [(4, 4, 0, False), (4, 0, 4, False), (5, 3, 0, True), (3, 2, 3, False), (0, 0, 0, False)],
)
def test_tie_or_no_majority_of_the_voting_has_not_passed(agreed, against, abstained, passed):
    voting = agreed + against + abstained
    tally = rules.Tally(agreed=agreed, against=against, abstained=abstained, voting=voting)

    assert tally.passed is passed


@given(st.lists(st.sampled_from(list(Choice)), min_size=8, max_size=8))
def test_votes_of_everybody_present_always_add_up(choices):
    votes = tuple(a_vote(place, choice) for place, choice in zip(PLACES, choices, strict=True))
    tally = rules.tally(papers(votes=votes), 1)

    assert tally.cast == tally.voting == 8
    assert tally.passed == (choices.count(Choice.FOR) > 4)


PAIRS = st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(PLACES)), max_size=4)
DELEGATES = st.lists(
    st.builds(
        Delegate,
        municipality_id=st.sampled_from((*PLACES, "outside")),
        name=st.sampled_from(("", "Снегова О. П.", "Градова Инна Ильинична", "Лугов Е. Е.")),
        home_id=st.sampled_from(HOMES),
    ),
    max_size=6,
)
MEMBERS = st.lists(
    st.builds(
        Member,
        municipality_id=st.sampled_from(PLACES),
        representative=st.sampled_from(("", "Лугов Ефим Егорович", "Полева Зоя Ивановна")),
        attendance=st.sampled_from(list(Attendance)),
    ),
    max_size=10,
)
VOTES = st.lists(
    st.builds(
        a_vote,
        st.sampled_from((*PLACES, "outside")),
        st.sampled_from(list(Choice)),
        st.sampled_from((1, 2)),
    ),
    max_size=20,
)


def same_place(homes, pairs):
    """Everything linked to ``homes``, found the slow and plain way."""
    found = set(homes)
    for _ in PLACES:
        for one, other in pairs:
            if found & {one, other}:
                found |= {one, other}
    return found


@settings(max_examples=150)
@given(st.sets(st.sampled_from(PLACES), min_size=1, max_size=3), PAIRS, MEMBERS, DELEGATES, VOTES)
def test_no_vote_of_the_works_own_municipality_is_ever_counted(
    homes, pairs, members, delegates, votes
):
    ballot = AgendaItem(number=1, title="Работа", submission_id="w", delegates=tuple(delegates))
    meeting = a_meeting(agenda=(ballot,), members=tuple(members))
    barred = rules.barred([ballot], {"w": frozenset(homes)}, pairs)
    found = Papers(meeting=meeting, votes=tuple(votes), barred=barred)
    own = same_place(homes, pairs)

    for seat in rules.voters(found, 1):
        assert seat not in own or rules.delegates(found, 1)[seat].home_id not in own
    undelegated = own - set(rules.delegates(found, 1))
    cleaned = tuple(vote for vote in votes if vote.municipality_id not in undelegated)
    tally = rules.tally(found, 1)
    assert rules.tally(found.model_copy(update={"votes": cleaned}), 1) == tally
    assert tally.cast <= tally.voting <= len({one.municipality_id for one in members})


@settings(max_examples=60)
@given(VOTES)
def test_changing_a_vote_before_the_end_leaves_only_the_last_one(votes):
    once = {(vote.item, vote.municipality_id): vote for vote in votes}

    assert rules.tally(papers(votes=tuple(votes)), 1) == rules.tally(
        papers(votes=tuple(once.values())), 1
    )


# --- seats and delegates -----------------------------------------------------------------


def a_delegate(seat="a", name="Снегова Ольга Петровна", home_id=None):
    return Delegate(municipality_id=seat, name=name, home_id=home_id)


def a_ballot(*delegates, number=1, **changes):
    facts = {"number": number, "title": "Работа", "submission_id": "w", "delegates": delegates}
    return AgendaItem(**facts | changes)


def on_ballot(*delegates, barred="ab", members=None, **changes):
    """A ballot about a work of «a» and «b», after a report."""
    report = AgendaItem(number=7, title="Отчёт")
    facts = {"agenda": (report, a_ballot(*delegates, **changes))}
    meeting = a_meeting(**facts | ({"members": members} if members else {}))
    return papers(meeting, barred={1: frozenset(barred)})


def test_nothing_is_counted_before_anybody_has_voted():
    assert rules.Tally().model_dump() == {"agreed": 0, "against": 0, "abstained": 0, "voting": 0}


def test_item_is_found_by_its_number():
    found = on_ballot()

    assert [rules.item_of(found, number).title for number in (1, 7)] == ["Работа", "Отчёт"]
    assert rules.item_of(found, 2) is None


def test_seat_is_open_when_it_is_barred_and_somebody_of_it_is_present():
    members = tuple(
        Member(
            municipality_id=place,
            attendance=Attendance.ABSENT if place == "b" else Attendance.REMOTE,
        )
        for place in PLACES
    )
    helped = on_ballot(a_delegate(), members=members, barred="abc")

    assert rules.open_seats(helped, 1) == ["a", "c"]
    assert rules.silent_seats(helped, 1) == ["c"]
    assert rules.open_seats(helped, 7) == rules.silent_seats(helped, 7) == []


def test_item_that_is_not_there_has_no_delegates():
    found = on_ballot(a_delegate())

    assert rules.delegates(found, 2) == {}
    assert rules.delegate_fault(found, 2, a_delegate()) is Fault.NO_BALLOT
    assert rules.other_voters(found, 2, a_delegate()) == ["" for _ in PLACES]


@pytest.mark.parametrize(
    ("delegate", "changes", "fault"),
    [
        (a_delegate(), {}, None),
        (a_delegate(), {"submission_id": None}, Fault.NO_BALLOT),
        (a_delegate(), {"needs_vote": False}, Fault.NO_BALLOT),
        (a_delegate("c"), {}, Fault.SEAT_NOT_BARRED),
        (a_delegate("z"), {"barred": "az"}, Fault.SEAT_NOT_BARRED),
        (a_delegate(name=" "), {}, Fault.NO_NAME),
        (a_delegate(home_id="b"), {}, Fault.FROM_BARRED),
        (a_delegate(home_id="c"), {}, None),
    ],
)
def test_delegate_votes_or_there_is_a_reason_why_not(delegate, changes, fault):
    assert rules.delegate_fault(on_ballot(delegate, **changes), 1, delegate) is fault


def test_seat_with_two_delegates_has_none_and_other_seats_keep_theirs():
    both = (a_delegate(), a_delegate(name="Градова Инна Ильинична"))
    found = on_ballot(*both, a_delegate("b", name="Лугов Ефим Егорович"))

    assert {rules.delegate_fault(found, 1, one) for one in both} == {Fault.SEAT_TAKEN_TWICE}
    assert list(rules.delegates(found, 1)) == ["b"]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("лесова а. и.", "Лесова  А. И.", True),
        ("Лесова А. И.", "Лесова Анна Ильинична", True),
        ("Лесова А. И.", "Лесова Ольга Ильинична", False),
        ("лесова", "", False),
        ("Лесова А. И.", "  ", False),
        ("ЛЕСОВА А. И.", "лесова а. и.", True),
    ],
)
def test_person_is_the_same_whichever_name_comes_first(one, other, same):
    assert rules.same_person(one, other) is same
    assert rules.same_person(other, one) is same


def test_only_ballots_about_known_works_bar_anybody():
    agenda = (
        a_ballot(number=1),
        a_ballot(number=2, submission_id="unknown"),
        a_ballot(number=3, submission_id=None),
    )

    assert rules.barred(agenda, {"w": frozenset("a")}, ()) == {1: frozenset("a")}
