"""What a secretary checks before signing a protocol."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date

from flows.council import rules
from flows.council.rules import Fault, Papers, Tally
from schemas.base import Schema
from schemas.council import AgendaItem, Delegate, Meeting

YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
PLAN = re.compile(r"\bплан", re.IGNORECASE)
AUTUMN = 10


class Finding(Schema):
    """Something wrong with the protocol; ``blocks`` means it cannot be signed like this."""

    code: str
    sentence: str
    item: int | None = None
    blocks: bool = True


def findings(papers: Papers) -> list[Finding]:
    """Everything that is wrong, in the order of the protocol."""
    return [finding for check in CHECKS for finding in check(papers)]


def check_people(papers: Papers) -> Iterator[Finding]:
    meeting = papers.meeting
    if not meeting.chair.strip():
        yield Finding(code="no_chair", sentence="Не указан председатель заседания: впишите.")
    if not meeting.secretary.strip():
        yield Finding(code="no_secretary", sentence="Не указан секретарь заседания: впишите.")
    for member in rules.absent(meeting):
        if not member.absence_reason.strip():
            name = papers.names.get(member.municipality_id, "")
            sentence = f"{name}: не указана причина отсутствия."
            yield Finding(code="no_reason", sentence=sentence, blocks=False)


def check_quorum(papers: Papers) -> Iterator[Finding]:
    meeting = papers.meeting
    if not rules.has_quorum(meeting):
        yield Finding(
            code="no_quorum",
            sentence=(
                f"Нет кворума: присутствуют {len(rules.present(meeting))} из {len(meeting.members)}, "
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
        count = rules.tally(papers, item.number)
        if count.cast != count.voting:
            yield Finding(
                code="votes_do_not_add_up",
                item=item.number,
                sentence=missing_votes(papers, item, count),
            )
        yield from check_foreign_votes(papers, item)


def missing_votes(papers: Papers, item: AgendaItem, count: Tally) -> str:
    if not count.cast:
        return f"Вопрос {item.number}: ещё никто не голосовал."
    silent = ", ".join(papers.names.get(one, one) for one in silent_on(papers, item))
    return (
        f"Вопрос {item.number}: голосов {count.cast}, а голосующих {count.voting}. "
        f"Нет голоса: {silent}."
    )


def silent_on(papers: Papers, item: AgendaItem) -> list[str]:
    heard = {vote.municipality_id for vote in papers.votes if vote.item == item.number}
    return [one for one in rules.voters(papers, item.number) if one not in heard]


def check_foreign_votes(papers: Papers, item: AgendaItem) -> Iterator[Finding]:
    allowed = set(rules.voters(papers, item.number))
    for vote in papers.votes:
        if vote.item == item.number and vote.municipality_id not in allowed:
            name = papers.names.get(vote.municipality_id, "")
            yield Finding(
                code="vote_does_not_count",
                item=item.number,
                sentence=(
                    f"Вопрос {item.number}: голос «{name}» не учтён (представитель отсутствует "
                    "или работа его муниципалитета, а делегат не назначен)."
                ),
                blocks=False,
            )


def check_delegates(papers: Papers) -> Iterator[Finding]:
    """Delegates who cannot vote in the seat they were named for."""
    for item in papers.meeting.agenda:
        for delegate in item.delegates:
            fault = rules.delegate_fault(papers, item.number, delegate)
            if fault is not None:
                yield Finding(
                    code=f"delegate_{fault.value}",
                    item=item.number,
                    sentence=f"Вопрос {item.number}. {delegate_sentence(papers, delegate, fault)}",
                )


def delegate_errors(papers: Papers, number: int) -> dict[str, str]:
    """By seat, why the item's delegate there cannot vote."""
    item = rules.item_of(papers, number)
    faults = {
        one.municipality_id: (one, rules.delegate_fault(papers, number, one))
        for one in (item.delegates if item else ())
    }
    return {
        seat: delegate_sentence(papers, one, fault)
        for seat, (one, fault) in faults.items()
        if fault is not None
    }


def delegate_sentence(papers: Papers, delegate: Delegate, fault: Fault) -> str:
    seat = papers.names.get(delegate.municipality_id, "")
    home = papers.names.get(delegate.home_id or "", "")
    return FAULTS[fault].format(name=delegate.name.strip(), seat=seat, home=home)


FAULTS: Mapping[Fault, str] = {
    Fault.NO_BALLOT: "Делегаты нужны только при голосовании по работе: уберите делегата «{name}».",
    Fault.SEAT_NOT_BARRED: (
        "«{seat}» голосует сам: это не работа его муниципалитета. Уберите делегата «{name}»."
    ),
    Fault.SEAT_ABSENT: (
        "Представитель «{seat}» отсутствует, и место не голосует: отметьте его присутствие "
        "или уберите делегата «{name}»."
    ),
    Fault.SEAT_TAKEN_TWICE: "На место «{seat}» назначены два делегата: оставьте одного.",
    Fault.NO_NAME: "Не написано, кто делегат на месте «{seat}»: впишите фамилию, имя и отчество.",
    Fault.FROM_BARRED: (
        "Делегат «{name}» на месте «{seat}» сам из муниципалитета, который по этой работе не "
        "голосует ({home}): выберите делегата из другого."
    ),
    Fault.CONCERNED: (
        "Делегат «{name}» на месте «{seat}» не может голосовать: так зовут автора работы или "
        "представителя, который по ней не голосует. Выберите другого делегата, а если это разные "
        "люди — впишите имя полностью."
    ),
    Fault.VOTES_TWICE: (
        "Делегат «{name}» на месте «{seat}» уже голосует на другом месте: у каждого один голос. "
        "Выберите другого делегата, а если это разные люди — впишите имя полностью."
    ),
}


def check_item_quorum(papers: Papers) -> Iterator[Finding]:
    """A ballot nobody but a few may vote on decides nothing."""
    for item in papers.meeting.agenda:
        if not item.needs_vote or not papers.barred.get(item.number):
            continue
        if not rules.has_item_quorum(papers, item.number):
            voting, all_seats = (
                len(rules.voters(papers, item.number)),
                len(rules.seats(papers.meeting)),
            )
            yield Finding(
                code="no_item_quorum",
                item=item.number,
                sentence=(
                    f"Вопрос {item.number}: голосовать могут {voting} из {all_seats} мест, нужно "
                    "больше половины. Назначьте делегатов на места, которые по своей работе не "
                    "голосуют, или снимите вопрос с голосования до другого заседания."
                ),
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
    check_delegates,
    check_item_quorum,
    check_votes,
    check_action_items,
    check_years,
)
