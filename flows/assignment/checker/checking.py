"""Is the plan lawful? Every rule again, straight from the problem, by code of its own.

This checker shares nothing with the engine but the shapes of the files: no solver, no arrays of
the engine, no rule table. It answers with sentences; an empty list means that nothing is broken
and that the claimed bound is proven (``proof_checking``).
"""

from collections import Counter, defaultdict
from collections.abc import Iterator

from flows.assignment.affinity_arrays import Affinity
from flows.assignment.checker.fairness_checking import check_fairness
from flows.assignment.checker.keeping import check_kept
from flows.assignment.checker.link_checking import check_links
from flows.assignment.checker.lottery_checking import check_lottery
from flows.assignment.checker.metrics_checking import check_metrics
from flows.assignment.checker.mutual_reviews import between_municipalities, between_people
from flows.assignment.checker.proof_checking import TOLERANCE, check_proofs
from flows.assignment.checker.register import Register, same_name
from schemas.assignment_problem import Candidate, Problem, Result, Reviewer

UNITS = 10_000, 10**12  # the coarsest and the finest unit of affinity that is believed

Seats = dict[str, list[Reviewer]]


def check(problem: Problem, result: Result, *, affinity: Affinity | None = None) -> list[str]:
    """Sentences about every broken rule and unproven claim; empty when the plan stands."""
    register = Register(problem, affinity)
    unusable = [*_unknown_or_repeated(register, result), *_unit(register, result)]
    if unusable:
        return unusable
    seats: Seats = defaultdict(list)
    for work, expert, _ in result.pairs:
        seats[work].append(register.experts[expert])
    broken = [
        *_pair_rules(register, seats),
        *_expert_rules(register, result),
        *_panel_rules(register, seats, partial=result.status == "infeasible"),
        *_mutual_reviews(register, seats),
        *_arithmetic(register, result),
        *check_links(register, result),
    ]
    if broken:
        return broken
    return [*_unproven(register, result), *check_metrics(register, result)]


def _unproven(register: Register, result: Result) -> list[str]:
    if (register.problem.policy.max_probability or 1) < 1:
        return list(check_lottery(register, result))
    if result.draw is not None:
        return ["План составлен жеребьёвкой, о которой не просили (draw)."]
    unproven = list(check_proofs(register, result))
    return unproven or [*check_fairness(register, result), *check_kept(register, result)]


def _unknown_or_repeated(register: Register, result: Result) -> Iterator[str]:
    for work, expert, _ in result.pairs:
        if work not in register.works:
            yield f"В плане неизвестная работа «{work}»."
        if expert not in register.experts:
            yield f"В плане неизвестный эксперт «{expert}»."
    for (work, expert), times in Counter(pair[:2] for pair in result.pairs).items():
        if times > 1:
            yield f"Пара «{work}» — «{expert}» в плане {times} раза."


def _unit(register: Register, result: Result) -> Iterator[str]:
    """A coarse unit would make different affinities equal."""
    unit, (coarsest, finest) = result.certificate.unit, UNITS
    if not coarsest <= unit <= finest:
        yield f"Единица свидетельства {unit} не годится: нужна от {coarsest} до {finest}."
    elif register.rounding(unit) > TOLERANCE:
        yield f"Единица свидетельства {unit} слишком груба для близости из задачи."


def _pair_rules(register: Register, seats: Seats) -> Iterator[str]:
    for work_id, panel in seats.items():
        work = register.works[work_id]
        for expert in panel:
            for reason in _why_not(register, work, expert):
                yield f"Пара «{work_id}» — «{expert.id}»: {reason}."


def _why_not(register: Register, work: Candidate, expert: Reviewer) -> Iterator[str]:
    organisation, pair = same_name(work.organisation), (work.id, expert.id)
    same = register.place(work.municipality) == register.place(expert.municipality)
    tests = {
        "свой муниципалитет": register.problem.policy.cross_municipal and same,
        "своя организация": organisation and organisation == same_name(expert.organisation),
        "собственная работа": register.wrote(expert, work),
        "заявлен конфликт интересов": pair in register.conflicts,
        "пара запрещена": pair in register.forbidden,
        "другое направление": expert.tracks
        and same_name(work.track) not in {same_name(track) for track in expert.tracks},
    }
    return (reason for reason, holds in tests.items() if holds)


def _expert_rules(register: Register, result: Result) -> Iterator[str]:
    loads = Counter(expert for _, expert, _ in result.pairs)
    for expert_id, load in loads.items():
        capacity = register.experts[expert_id].capacity
        if load > capacity:
            yield f"У эксперта «{expert_id}» работ {load}, а нагрузка не больше {capacity}."
    planned = {pair[:2] for pair in result.pairs}
    for work, expert in register.fixed:
        if (work, expert) not in planned:
            yield f"Закреплённая пара «{work}» — «{expert}» потеряна."


def _panel_rules(register: Register, seats: Seats, *, partial: bool) -> Iterator[str]:
    policy = register.problem.policy
    for work in register.problem.submissions:
        panel, wanted = seats.get(work.id, []), register.wanted(work)
        if len(panel) > wanted or (len(panel) < wanted and not partial):
            yield f"У работы «{work.id}» экспертов {len(panel)}, а нужно {wanted}."
        led = not wanted or len(panel) < wanted or any(expert.senior for expert in panel)
        if policy.senior_required and not led:
            yield f"У работы «{work.id}» нет старшего эксперта."
        yield from _crowds(register, work, panel)


def _crowds(register: Register, work: Candidate, panel: list[Reviewer]) -> Iterator[str]:
    limit = register.problem.policy.max_per_municipality
    for place, size in Counter(register.place(row.municipality) for row in panel).items():
        if limit is not None and size > limit:
            yield f"У работы «{work.id}» экспертов из «{place}» {size}, а можно не больше {limit}."


def _mutual_reviews(register: Register, seats: Seats) -> Iterator[str]:
    policy = register.problem.policy
    if policy.no_reciprocity:
        yield from between_people(register, seats)
    if policy.no_municipal_reciprocity:
        yield from between_municipalities(register, seats)


def _arithmetic(register: Register, result: Result) -> Iterator[str]:
    unit, whole = result.certificate.unit, 0
    units = register.units(unit)
    for work, expert, value in result.pairs:
        given = int(units[register.row[work], register.column[expert]])
        whole += given
        if abs(given / unit - value) > TOLERANCE:
            yield f"Близость пары «{work}» — «{expert}» в плане {value}, а в задаче {given / unit}."
    if abs(whole / unit - result.total) > TOLERANCE:
        yield f"Сумма по парам {whole / unit:.6f} не равна заявленной {result.total:.6f}."
    claimed = result.total if result.draw is None else result.draw.expected
    if abs(result.bound - claimed - result.gap) > TOLERANCE:
        yield "Разрыв (gap) не равен разности границы и суммы."
    if any(result.metrics.violations.values()):
        yield "В показателях сказано, что правила нарушены (violations)."
