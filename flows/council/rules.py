"""The council's arithmetic and what a secretary checks before signing a protocol."""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from schemas.base import Schema
from schemas.council import CHOICE_NAMES, AgendaItem, Attendance, Choice, Meeting, Member, Vote

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
PLAN = re.compile(r"\bплан", re.IGNORECASE)
AUTUMN = 10


class Tally(Schema):
    """Votes by choice; ``voting`` is how many may vote on the item."""

    agreed: int = 0
    against: int = 0
    abstained: int = 0
    voting: int = 0

    @property
    def cast(self) -> int:
        return self.agreed + self.against + self.abstained

    @property
    def passed(self) -> bool:
        """More than half of those present and voting."""
        return 2 * self.agreed > self.voting

    @property
    def words(self) -> str:
        """«За» – 8, «Против» – 0, «Воздержались» – 0."""
        counts = (self.agreed, self.against, self.abstained)
        return ", ".join(
            f"«{CHOICE_NAMES[choice]}» – {count}"
            for choice, count in zip(Choice, counts, strict=True)
        )


class Finding(Schema):
    """Something wrong with the protocol; ``blocks`` means it cannot be signed like this."""

    code: str
    sentence: str
    item: int | None = None
    blocks: bool = True


class Papers(Schema):
    """A meeting with everything its checks need.

    ``barred`` holds, by agenda number, municipalities whose own work the ballot is about;
    ``names`` are municipalities by id.
    """

    meeting: Meeting
    votes: tuple[Vote, ...] = ()
    barred: dict[int, frozenset[str]] = {}
    names: dict[str, str] = {}


def present(meeting: Meeting) -> list[Member]:
    return [one for one in meeting.members if one.attendance is not Attendance.ABSENT]


def absent(meeting: Meeting) -> list[Member]:
    return [one for one in meeting.members if one.attendance is Attendance.ABSENT]


def has_quorum(meeting: Meeting) -> bool:
    """More than half of the members are present."""
    return 2 * len(present(meeting)) > len(meeting.members)


def voters(papers: Papers, number: int) -> list[str]:
    """Municipalities that may vote on the item: present, and not about their own work."""
    barred = papers.barred.get(number, frozenset())
    return [
        member.municipality_id
        for member in present(papers.meeting)
        if member.municipality_id not in barred
    ]


def tally(papers: Papers, number: int) -> Tally:
    """Only votes of those who may vote count."""
    allowed = set(voters(papers, number))
    counts = Counter(
        vote.choice
        for vote in papers.votes
        if vote.item == number and vote.municipality_id in allowed
    )
    return Tally(
        agreed=counts[Choice.FOR],
        against=counts[Choice.AGAINST],
        abstained=counts[Choice.ABSTAINED],
        voting=len(allowed),
    )


def findings(papers: Papers) -> list[Finding]:
    """Everything that is wrong, in the order of the protocol."""
    return [finding for check in CHECKS for finding in check(papers)]


def check_people(papers: Papers) -> Iterator[Finding]:
    meeting = papers.meeting
    if not meeting.chair.strip():
        yield Finding(code="no_chair", sentence="Не указан председатель заседания: впишите.")
    if not meeting.secretary.strip():
        yield Finding(code="no_secretary", sentence="Не указан секретарь заседания: впишите.")
    for member in absent(meeting):
        if not member.absence_reason.strip():
            name = papers.names.get(member.municipality_id, "")
            sentence = f"{name}: не указана причина отсутствия."
            yield Finding(code="no_reason", sentence=sentence, blocks=False)


def check_quorum(papers: Papers) -> Iterator[Finding]:
    meeting = papers.meeting
    if not has_quorum(meeting):
        yield Finding(
            code="no_quorum",
            sentence=(
                f"Нет кворума: присутствуют {len(present(meeting))} из {len(meeting.members)}, "
                "нужно больше половины."
            ),
        )


def check_agenda(papers: Papers) -> Iterator[Finding]:
    for item in papers.meeting.agenda:
        if not item.resolution.strip():
            yield Finding(
                code="no_resolution",
                item=item.number,
                sentence=f"Вопрос {item.number}: не записано, что решили.",
            )


def check_votes(papers: Papers) -> Iterator[Finding]:
    """«За» + «Против» + «Воздержались» must make those present and voting."""
    for item in papers.meeting.agenda:
        if not item.needs_vote:
            continue
        count = tally(papers, item.number)
        if count.cast != count.voting:
            silent = ", ".join(papers.names.get(one, one) for one in silent_on(papers, item))
            yield Finding(
                code="votes_do_not_add_up",
                item=item.number,
                sentence=(
                    f"Вопрос {item.number}: голосов {count.cast}, а голосующих {count.voting}. "
                    f"Нет голоса: {silent}."
                ),
            )
        yield from check_foreign_votes(papers, item)


def silent_on(papers: Papers, item: AgendaItem) -> list[str]:
    heard = {vote.municipality_id for vote in papers.votes if vote.item == item.number}
    return [one for one in voters(papers, item.number) if one not in heard]


def check_foreign_votes(papers: Papers, item: AgendaItem) -> Iterator[Finding]:
    allowed = set(voters(papers, item.number))
    for vote in papers.votes:
        if vote.item == item.number and vote.municipality_id not in allowed:
            name = papers.names.get(vote.municipality_id, "")
            yield Finding(
                code="vote_does_not_count",
                item=item.number,
                sentence=(
                    f"Вопрос {item.number}: голос «{name}» не учтён (представитель отсутствует "
                    "или работа его муниципалитета)."
                ),
                blocks=False,
            )


def check_action_items(papers: Papers) -> Iterator[Finding]:
    for item in papers.meeting.agenda:
        for action in item.action_items:
            gaps = [
                *(["исполнителя"] if not action.executor.strip() else []),
                *(["срока"] if action.deadline is None else []),
            ]
            if gaps:
                yield Finding(
                    code="action_item_incomplete",
                    item=item.number,
                    sentence=f"Поручение «{action.task}»: нет {' и '.join(gaps)}.",
                )
            if action.deadline and action.deadline < papers.meeting.held_on:
                yield Finding(
                    code="deadline_in_the_past",
                    item=item.number,
                    sentence=f"Поручение «{action.task}»: срок раньше дня заседания.",
                )


def check_years(papers: Papers) -> Iterator[Finding]:
    """Years that cannot be meant, and a plan for the year that is just ending."""
    meeting = papers.meeting
    usual = {meeting.held_on.year + step for step in (-1, 0, 1)}
    for item, text in texts(meeting):
        for year in sorted(years_in(text) - usual):
            yield Finding(
                code="year_disagrees",
                item=item,
                sentence=(
                    f"Назван {year} год, а заседание проходит в {meeting.held_on.year} году: "
                    "проверьте."
                ),
                blocks=False,
            )
    if is_late_plan(meeting.theme, meeting.held_on):
        year = meeting.held_on.year
        yield Finding(
            code="plan_for_the_past",
            sentence=(
                f"Тема говорит о планах на {year} год, который заканчивается: "
                f"возможно, имеется в виду {year + 1} год."
            ),
            blocks=False,
        )


def texts(meeting: Meeting) -> Iterable[tuple[int | None, str]]:
    yield None, meeting.theme
    for item in meeting.agenda:
        yield item.number, f"{item.title} {item.resolution}"


def years_in(text: str) -> set[int]:
    return {int(year) for year in YEAR.findall(text)}


def is_late_plan(theme: str, held_on: date) -> bool:
    years = years_in(theme)
    return (
        bool(PLAN.search(theme))
        and bool(years)
        and held_on.month >= AUTUMN
        and max(years) <= held_on.year
    )


CHECKS: Sequence[Callable[[Papers], Iterable[Finding]]] = (
    check_people,
    check_quorum,
    check_agenda,
    check_votes,
    check_action_items,
    check_years,
)


def barred(
    agenda: Iterable[AgendaItem],
    homes: Mapping[str, frozenset[str]],
    same_place: Iterable[tuple[str, str]],
) -> dict[int, frozenset[str]]:
    """By agenda number, the municipalities of the authors and whatever counts as the same place.

    ``homes`` holds the authors' municipalities by submission id.
    """
    neighbours: dict[str, set[str]] = {}
    for first, second in same_place:
        neighbours.setdefault(first, set()).add(second)
        neighbours.setdefault(second, set()).add(first)
    return {
        item.number: frozenset(
            place
            for home in homes[item.submission_id]
            for place in (home, *neighbours.get(home, ()))
        )
        for item in agenda
        if item.submission_id and item.submission_id in homes
    }
