"""The calibration round opens: one or two works go to every expert before the real ones do."""

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from flows.assignment import drafts, posing
from flows.assignment.common_layout import Layout, lay_out
from flows.assignment.common_works import CommonWorks
from flows.assignment.inviting import invite, put_on_review
from flows.assignment.naming import names_of
from flows.assignment.readiness import Readiness, readiness
from flows.documents.wording import day
from schemas.assignment import Assignment
from schemas.assignment_problem import Pair, Problem
from schemas.common_round import MOST_WORKS, has_been_opened, is_open
from schemas.errors import BadInput, Conflict
from schemas.marathon import CommonRound, Marathon
from schemas.people import Actor
from schemas.submission import Submission, SubmissionStatus
from storage.work import Work

FEWEST_ON_A_PANEL = 2
"""One expert alone is linked to nobody."""
NO_WORKS = "Выберите одну или две общие работы."


def preview(
    work: Work,
    marathon_id: str,
    submission_ids: Sequence[str],
    *,
    until: datetime,
    now: datetime,
) -> Layout:
    """Whom the round would invite, before anybody is.

    Raises ``BadInput`` for works that cannot be common and for a date outside the expertise,
    ``Conflict`` when the marathon has had its round, ``DeadlinePassed`` after the deadline.
    """
    marathon = work.marathons.get(marathon_id)
    require_none_yet(marathon)
    drafts.require_time(marathon, now)
    chosen = chosen_works(work, marathon, submission_ids)
    require_date(marathon, until, now)
    problem = problem_for_all(work, marathon, chosen, now=now)
    layout = lay_out(problem, names_of(work, problem))
    require_panels(chosen, layout)
    return layout


def open_round(
    work: Work,
    marathon_id: str,
    submission_ids: Sequence[str],
    *,
    until: datetime,
    by: Actor,
    now: datetime,
) -> list[Assignment]:
    """Invite every expert who lawfully can to every common work; raises what ``preview`` does."""
    work.journal.lock()
    layout = preview(work, marathon_id, submission_ids, until=until, now=now)
    ids = tuple(dict.fromkeys(submission_ids))
    before = work.marathons.get(marathon_id)
    held = CommonRound(submission_ids=ids, opened_at=now, until=until)
    marathon = work.marathons.save(before.model_copy(update={"common_round": held}))
    near = closeness(work, marathon, chosen_works(work, marathon, ids), now=now)
    pairs = [(*pair, near.get(pair, 0.0)) for pair in layout.invited]
    invited = invite(work, marathon, pairs, by=by, now=now)
    put_on_review(work, set(ids), by=by, now=now)
    work.journal.write(
        by,
        action="common_round_opened",
        kind="marathon",
        subject_id=marathon_id,
        now=now,
        details={"works": str(len(ids)), "invited": str(len(invited))},
    )
    return invited


def candidates(work: Work, marathon_id: str) -> list[Submission]:
    """Works that may become common: checked, and not on review yet."""
    return work.submissions.of_marathon(marathon_id, status=[SubmissionStatus.CHECKED])


def chosen_works(work: Work, marathon: Marathon, submission_ids: Sequence[str]) -> list[Submission]:
    ids = list(dict.fromkeys(submission_ids))
    if not ids:
        require_candidates(work, marathon)
        raise BadInput(NO_WORKS, field="first")
    if len(ids) > MOST_WORKS:
        raise BadInput(
            "Общих работ бывает одна или две: больше только отнимет время у экспертов.",
            code="too_many_common_works",
            field="second",
        )
    found = work.submissions.many(ids)
    for key in ids:
        require_checked(found.get(key), marathon)
    return [found[key] for key in ids]


def require_candidates(work: Work, marathon: Marathon) -> None:
    if not candidates(work, marathon.id):
        raise BadInput(
            "Нет работ, которые прошли проверку файлов и ещё не на экспертизе: выбирать не из чего.",
            code="nothing_to_assign",
            field="first",
        )


def require_checked(one: Submission | None, marathon: Marathon) -> None:
    if one is None or one.marathon_id != marathon.id:
        raise BadInput("Такой работы в марафоне нет. Выберите её из списка.", field="first")
    if one.status is SubmissionStatus.CHECKED:
        return
    started = one.status is SubmissionStatus.IN_REVIEW
    why = "её уже оценивают" if started else "она не ждёт экспертизы"
    raise BadInput(
        f"Работа № {one.number} общей стать не может: {why}. Выберите другую из списка.",
        code="not_waiting",
        field="first",
    )


def require_none_yet(marathon: Marathon) -> None:
    if is_open(marathon):
        raise Conflict("Общий раунд уже идёт: ещё один открыть нельзя.", code="common_round_held")
    if has_been_opened(marathon):
        raise Conflict(
            "Общий раунд в этом марафоне уже был, второго не бывает.", code="common_round_held"
        )


def require_date(marathon: Marathon, until: datetime, now: datetime) -> None:
    if until <= now:
        raise BadInput("Эта дата уже прошла: дайте экспертам хотя бы день.", field="until")
    if until > marathon.reviews_until:
        ends = day(marathon.reviews_until.astimezone(ZoneInfo(marathon.zone)))
        raise BadInput(
            f"Общий раунд должен закончиться раньше, чем вся экспертиза: она идёт до {ends}.",
            field="until",
        )


def problem_for_all(
    work: Work, marathon: Marathon, chosen: Sequence[Submission], *, now: datetime
) -> Problem:
    """The chosen works and every expert who is asked now, with all that may bar a pair.

    Raises ``BadInput`` when the cluster has no experts.
    """
    common = CommonWorks(marathon, work.assignments.of_marathon(marathon.id))
    problem = posing.problem_about(work, marathon, chosen, common, now=now)
    known = work.experts.many(one.id for one in problem.experts)
    active = tuple(
        one
        for one in problem.experts
        if readiness(known[one.id], marathon, now=now) is Readiness.ASKED
    )
    ready = problem.model_copy(update={"experts": active})
    drafts.require_something(ready)
    return ready


def require_panels(chosen: Sequence[Submission], layout: Layout) -> None:
    for one in chosen:
        if len(layout.panel(one.id)) < FEWEST_ON_A_PANEL:
            raise BadInput(
                f"Работу № {one.number} могут оценить меньше двух экспертов: остальным мешают "
                "правила. Выберите другую.",
                code="nobody_lawful",
                field="first",
            )


def closeness(
    work: Work, marathon: Marathon, chosen: Sequence[Submission], *, now: datetime
) -> dict[Pair, float]:
    """How well each expert fits each common work; it decides nothing here and is kept to look at."""
    problem = problem_for_all(work, marathon, chosen, now=now)
    affinity = posing.affinity_of(work, marathon, problem)
    works = [one.id for one in problem.submissions]
    experts = [one.id for one in problem.experts]
    cells = zip(affinity.row, affinity.column, affinity.value, strict=True)
    return {(works[row], experts[column]): float(value) for row, column, value in cells}
