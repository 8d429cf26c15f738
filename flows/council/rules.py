"""Who may vote on what at a council's meeting, and how the votes are counted."""

from collections import Counter
from collections.abc import Iterable, Mapping
from enum import StrEnum

from schemas.base import Schema
from schemas.council import (
    CHOICE_NAMES,
    AgendaItem,
    Attendance,
    Choice,
    Delegate,
    Meeting,
    Member,
    Vote,
)
from schemas.person_names import folded, may_be_one, name_of

RULE = (
    "Работу публикуют, если «За» — больше половины голосующих по вопросу; если голоса разделились "
    "поровну или большинства нет, её не публикуют."
)


class Tally(Schema):
    """Votes by choice; ``voting`` is how many seats may vote on the item."""

    agreed: int = 0
    against: int = 0
    abstained: int = 0
    voting: int = 0

    @property
    def cast(self) -> int:
        return self.agreed + self.against + self.abstained

    @property
    def passed(self) -> bool:
        """More than half of those present and voting; a tie has not passed."""
        return 2 * self.agreed > self.voting

    @property
    def words(self) -> str:
        """«За» – 8, «Против» – 0, «Воздержались» – 0."""
        counts = (self.agreed, self.against, self.abstained)
        return ", ".join(
            f"«{CHOICE_NAMES[choice]}» – {count}"
            for choice, count in zip(Choice, counts, strict=True)
        )


class Papers(Schema):
    """A meeting with everything its checks need.

    ``barred`` holds, by agenda number, municipalities whose own work the ballot is about, and
    ``authors`` the names of its authors; ``names`` are municipalities by id.
    """

    meeting: Meeting
    votes: tuple[Vote, ...] = ()
    barred: dict[int, frozenset[str]] = {}
    authors: dict[int, tuple[str, ...]] = {}
    names: dict[str, str] = {}


class Fault(StrEnum):
    """Why a delegate cannot vote in the seat."""

    NO_BALLOT = "no_ballot"
    SEAT_NOT_BARRED = "seat_not_barred"
    SEAT_ABSENT = "seat_absent"
    SEAT_TAKEN_TWICE = "seat_taken_twice"
    NO_NAME = "no_name"
    FROM_BARRED = "from_barred"
    CONCERNED = "concerned"
    VOTES_TWICE = "votes_twice"


def present(meeting: Meeting) -> list[Member]:
    return [one for one in meeting.members if one.attendance is not Attendance.ABSENT]


def absent(meeting: Meeting) -> list[Member]:
    return [one for one in meeting.members if one.attendance is Attendance.ABSENT]


def seats(meeting: Meeting) -> list[str]:
    """Every municipality that is a member, once."""
    return list(dict.fromkeys(one.municipality_id for one in meeting.members))


def has_quorum(meeting: Meeting) -> bool:
    """More than half of the members are present."""
    here = {one.municipality_id for one in present(meeting)}
    return 2 * len(here) > len(seats(meeting))


def has_item_quorum(papers: Papers, number: int) -> bool:
    """More than half of all seats may vote on the item, by themselves or by a delegate."""
    return 2 * len(voters(papers, number)) > len(seats(papers.meeting))


def item_of(papers: Papers, number: int) -> AgendaItem | None:
    return next((one for one in papers.meeting.agenda if one.number == number), None)


def barred_of(papers: Papers, number: int) -> frozenset[str]:
    return papers.barred.get(number, frozenset())


def representatives(papers: Papers, number: int) -> dict[str, str]:
    """Names of those who vote for their own municipality on the item, by its id."""
    away = {one.municipality_id for one in absent(papers.meeting)}
    out = barred_of(papers, number) | away
    return {
        one.municipality_id: one.representative
        for one in present(papers.meeting)
        if one.municipality_id not in out
    }


def voters(papers: Papers, number: int) -> list[str]:
    """Seats that may vote on the item: present and not about their own work, or delegated."""
    allowed = set(representatives(papers, number)) | set(delegates(papers, number))
    return [one for one in seats(papers.meeting) if one in allowed]


def open_seats(papers: Papers, number: int) -> list[str]:
    """Barred seats whose representative is present: a delegate may vote in them."""
    here = {one.municipality_id for one in present(papers.meeting)}
    return [
        one for one in seats(papers.meeting) if one in here and one in barred_of(papers, number)
    ]


def silent_seats(papers: Papers, number: int) -> list[str]:
    """Seats that do not vote on their own work: nobody has been named their delegate."""
    taken = delegates(papers, number)
    return [one for one in open_seats(papers, number) if one not in taken]


def delegates(papers: Papers, number: int) -> dict[str, Delegate]:
    """By seat, the delegates who may vote on the item."""
    item = item_of(papers, number)
    given = item.delegates if item else ()
    return {
        one.municipality_id: one for one in given if delegate_fault(papers, number, one) is None
    }


def delegate_fault(papers: Papers, number: int, delegate: Delegate) -> Fault | None:
    """The first reason why the delegate's vote cannot count, None when it can."""
    return seat_fault(papers, number, delegate) or person_fault(papers, number, delegate)


def seat_fault(papers: Papers, number: int, delegate: Delegate) -> Fault | None:
    item, seat = item_of(papers, number), delegate.municipality_id
    if item is None or not item.submission_id or not item.needs_vote:
        return Fault.NO_BALLOT
    if seat not in barred_of(papers, number) or seat not in seats(papers.meeting):
        return Fault.SEAT_NOT_BARRED
    if seat not in open_seats(papers, number):
        return Fault.SEAT_ABSENT
    if sum(one.municipality_id == seat for one in item.delegates) > 1:
        return Fault.SEAT_TAKEN_TWICE
    return None


def person_fault(papers: Papers, number: int, delegate: Delegate) -> Fault | None:
    if not delegate.name.strip():
        return Fault.NO_NAME
    if delegate.home_id in barred_of(papers, number):
        return Fault.FROM_BARRED
    if named_among(delegate.name, concerned(papers, number)):
        return Fault.CONCERNED
    if named_among(delegate.name, other_voters(papers, number, delegate)):
        return Fault.VOTES_TWICE
    return None


def concerned(papers: Papers, number: int) -> list[str]:
    """The work's authors and the representatives who do not vote on it."""
    out = barred_of(papers, number)
    own = [one.representative for one in papers.meeting.members if one.municipality_id in out]
    return [*own, *papers.authors.get(number, ())]


def other_voters(papers: Papers, number: int, delegate: Delegate) -> list[str]:
    item = item_of(papers, number)
    given = item.delegates if item else ()
    others = [one.name for one in given if one.municipality_id != delegate.municipality_id]
    return [*representatives(papers, number).values(), *others]


def named_among(name: str, names: Iterable[str]) -> bool:
    return any(same_person(name, other) for other in names)


def same_person(one: str, other: str) -> bool:
    """Whether both may be one person; a name that says less agrees with one that says more."""
    left, right = name_of(one), name_of(other)
    if left is None or right is None:
        return " ".join(folded(one).casefold().split()) == " ".join(
            folded(other).casefold().split()
        )
    return may_be_one(left, right)


def tally(papers: Papers, number: int) -> Tally:
    """One vote a seat, and only of seats that may vote; the last vote of a seat holds."""
    allowed = set(voters(papers, number))
    last = {
        vote.municipality_id: vote.choice
        for vote in papers.votes
        if vote.item == number and vote.municipality_id in allowed
    }
    counts = Counter(last.values())
    return Tally(
        agreed=counts[Choice.FOR],
        against=counts[Choice.AGAINST],
        abstained=counts[Choice.ABSTAINED],
        voting=len(allowed),
    )


def barred(
    agenda: Iterable[AgendaItem],
    homes: Mapping[str, frozenset[str]],
    same_place: Iterable[tuple[str, str]],
) -> dict[int, frozenset[str]]:
    """By agenda number, the municipalities of the authors and whatever counts as the same place.

    ``homes`` holds the authors' municipalities by submission id. Links of ``same_place`` add up:
    the neighbour of a neighbour is the same place too.
    """
    neighbours: dict[str, set[str]] = {}
    for first, second in same_place:
        neighbours.setdefault(first, set()).add(second)
        neighbours.setdefault(second, set()).add(first)
    return {
        item.number: reached(homes[item.submission_id], neighbours)
        for item in agenda
        if item.submission_id and item.submission_id in homes
    }


def reached(homes: Iterable[str], neighbours: Mapping[str, set[str]]) -> frozenset[str]:
    found = set(homes)
    fresh = set(found)
    while fresh:
        fresh = {near for one in fresh for near in neighbours.get(one, ())} - found
        found |= fresh
    return frozenset(found)
