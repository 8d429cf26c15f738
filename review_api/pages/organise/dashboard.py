"""One marathon at a glance: where it stands, what is stuck, what to do next; starting stages."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import Response

from flows.marathons import operations, policy, rules, steps
from review_api.attention import waiting
from review_api.formats import marked
from review_api.marathon_facts import Facts
from review_api.pages.organise import desk
from review_api.pages.organise.trial import ask_proposal
from review_api.pages.visit import VisitDep
from schemas.assignment import HELD, AssignmentStatus
from schemas.base import Schema
from schemas.collection import Edition
from schemas.decision import DecisionStatus
from schemas.errors import BadInput, Conflict
from schemas.marathon import Phase
from schemas.outbox import RUN_STATE_NAMES, Run
from schemas.submission import SubmissionStatus
from storage.repositories.counting import Decided

router = APIRouter()
PHASES = tuple(Phase)
RUNS_SHOWN = 6
CONFIRMED = DecisionStatus.CONFIRMED
STANDING = frozenset({SubmissionStatus.DECIDED, SubmissionStatus.PUBLISHED})


class Next(Schema):
    """The one primary act: a link, or a form with hidden ``fields``."""

    text: str
    href: str = ""
    action: str = ""
    fields: dict[str, str] = {}
    note: str = ""


def stage_run(text: str, stage: str, note: str = "") -> Next:
    return Next(text=text, action=f"stages/{stage}", note=note)


def move(to: Phase, text: str, note: str = "") -> Next:
    return Next(text=text, action="phase", fields={"to": to.value}, note=note)


def next_in_preparation(facts: Facts) -> Next:
    approved = policy.is_approved(facts.work, facts.marathon)
    known = steps.prepared(facts.work, facts.marathon, approved=approved, now=facts.now)
    missing = next((gap for gap in steps.gaps(known) if gap.blocking), None)
    if missing:
        return Next(text="Продолжить подготовку", href="setup", note=missing.sentence)
    note = "Марафон появится на главной странице."
    if not approved:
        note = (
            "Правила отбора не утверждены председателем. Открыть приём можно и так, "
            "но это останется в истории марафона."
        )
    return Next(text="Проверить и открыть приём", href="setup/check", note=note)


def next_in_intake(facts: Facts) -> Next:
    if facts.now < facts.marathon.submissions_until:
        note = "Приём идёт. Разошлите авторам адрес страницы марафона: он ниже."
        return Next(text="Смотреть работы", href="works", note=note)
    return move(Phase.EXPERTISE, "Начать экспертизу", "Срок приёма прошёл.")


def next_in_expertise(facts: Facts) -> Next:
    plan = facts.work.plans.proposed(facts.marathon.id)
    if plan:
        note = "План готов: посмотрите, поправьте и примените. Без этого приглашения не уйдут."
        return Next(
            text="Посмотреть план назначения", href=f"assignment/plans/{plan.id}", note=note
        )
    if facts.count(SubmissionStatus.CHECKED):
        note = "План предложит, кто что читает. Пока вы его не примените, никто ничего не получит."
        return Next(text="Составить план", action="assignment/plans", note=note)
    if facts.count(SubmissionStatus.IN_REVIEW, SubmissionStatus.SUBMITTED):
        note = "Эксперты работают. Напоминания уходят сами, замену отказавшимся ищет система."
        return Next(text="Следить за экспертизой", href="assignment", note=note)
    return move(Phase.DECISION, "Перейти к решениям", "Экспертиза закончена.")


def next_in_decision(facts: Facts) -> Next:
    if facts.proposed:
        note = "Решения предложены. Посмотрите их и примените: письма авторам уйдут после этого."
        return Next(text="Посмотреть решения", href="decisions", note=note)
    if facts.count(SubmissionStatus.REVIEWED):
        note = "Экспертизы собраны. Система предложит решения, применяете их вы."
        return stage_run("Предложить решения", "decide", note)
    if facts.count(SubmissionStatus.IN_REVIEW):
        note = "По некоторым работам ещё ждём экспертиз."
        return Next(text="Следить за экспертизой", href="assignment", note=note)
    return move(Phase.RESULTS, "Перейти к итогам", "Все решения применены.")


def next_in_results(facts: Facts) -> Next:
    marathon_id = facts.marathon.id
    chosen = chosen_works(facts)
    if any(one.live for one in chosen) and not facts.counting.talks():
        note = "Программа дня разложит очные выступления по времени; порядок можно поправить."
        return stage_run("Составить программу", "programme", note)
    edition = facts.work.editions.latest(marathon_id)
    if edition is None and any(one.publication for one in chosen):
        note = (
            "Сборник составится из отобранных работ за минуту-другую; до публикации его видите вы."
        )
        return stage_run("Собрать сборник", "compile", note)
    if edition is not None and facts.work.editions.published(marathon_id) is None:
        note = "Сборник собран, но ещё не опубликован."
        return Next(text="Посмотреть и опубликовать сборник", href="collection", note=note)
    if not facts.counting.certificates():
        note = "Сертификаты получат авторы и эксперты: письма можно прочитать перед отправкой."
        if facts.now.astimezone(ZoneInfo(facts.marathon.zone)).date() < facts.marathon.live_on:
            note = "День марафона ещё впереди: докладчикам сертификаты лучше выдать после него."
        return stage_run("Выдать сертификаты", "certificates", note)
    note = (
        "Главное сделано. Отчёт — в аналитике, в архив марафон сдают внизу страницы «Подготовка»."
    )
    return Next(text="Посмотреть аналитику", href="analytics", note=note)


def chosen_works(facts: Facts) -> list[Decided]:
    """Final decisions on works that still stand: what a programme and a collection are made of."""
    return [
        one
        for one in facts.decided
        if one.status is DecisionStatus.CONFIRMED and one.work in STANDING
    ]


NEXT: Mapping[Phase, Callable[[Facts], Next]] = {
    Phase.PREPARATION: next_in_preparation,
    Phase.INTAKE: next_in_intake,
    Phase.EXPERTISE: next_in_expertise,
    Phase.DECISION: next_in_decision,
    Phase.RESULTS: next_in_results,
    Phase.ARCHIVE: lambda _: Next(
        text="Посмотреть аналитику",
        href="analytics",
        note="Марафон в архиве. Новый по его образцу создают со страницы «Организация».",
    ),
}


class Step(NamedTuple):
    """One step of the strip: ``done`` is how many are through it, ``note`` says ``n`` beside them."""

    phase: Phase
    text: str
    section: str
    done: int
    note: str
    n: int = 0


def strip(facts: Facts) -> list[dict[str, object]]:
    """The marathon from left to right with what has been done at each step."""
    steps = (*steps_of_review(facts), *steps_of_results(facts))
    return [
        {
            "text": step.text,
            "href": desk.address(facts.marathon, step.section),
            "count": step.done,
            "note": step.note,
            "n": {"n": step.n},
            "state": state_of(step.phase, facts.marathon.phase),
        }
        for step in steps
    ]


def steps_of_review(facts: Facts) -> Iterator[Step]:
    sent, checked = facts.sent, facts.sent - facts.count(*UNCHECKED)
    held = sum(facts.assigned[status] for status in HELD)
    given = facts.assigned[AssignmentStatus.SUBMITTED]
    drafts = facts.count(SubmissionStatus.DRAFT)
    intake, expertise = Phase.INTAKE, Phase.EXPERTISE
    yield Step(intake, marked("Приём"), "works", sent, marked("черновиков: %(n)s"), drafts)
    note = marked("из %(n)s отправленных")
    yield Step(intake, marked("Проверка"), "works", checked, note, sent)
    note = marked("из %(n)s назначений")
    yield Step(expertise, marked("Экспертиза"), "assignment", given, note, held)


def steps_of_results(facts: Facts) -> Iterator[Step]:
    marathon, work = facts.marathon, facts.work
    decided = facts.decided
    final = decided.total() - facts.proposed
    live = sum(decided[one] for one in decided if one.live and one.status is CONFIRMED)
    note = marked("очно: %(n)s")
    yield Step(Phase.DECISION, marked("Решения"), "decisions", final, note, live)
    talks = facts.counting.talks()
    yield Step(Phase.RESULTS, marked("Программа"), "programme", talks, marked("выступлений"))
    yield collection_step(work.editions.latest(marathon.id))
    papers = facts.counting.certificates()
    yield Step(Phase.RESULTS, marked("Сертификаты"), "certificates", papers, marked("выдано"))


def collection_step(edition: Edition | None) -> Step:
    text, section = marked("Сборник"), "collection"
    if edition is None:
        return Step(Phase.RESULTS, text, section, 0, marked("не собран"))
    articles = len(edition.articles)
    return Step(Phase.RESULTS, text, section, articles, marked("выпуск %(n)s"), edition.number)


UNCHECKED = frozenset({SubmissionStatus.SUBMITTED, SubmissionStatus.RETURNED})


def state_of(phase: Phase, now: Phase) -> str:
    if phase is now:
        return "now"
    return "done" if PHASES.index(phase) < PHASES.index(now) else "later"


def last_runs(facts: Facts) -> list[Run]:
    """The newest run of each stage, newest first."""
    newest: dict[str, Run] = {}
    for run in facts.work.runs.latest(facts.marathon.id, limit=60):
        newest.setdefault(run.deployment, run)
    return list(newest.values())[:RUNS_SHOWN]


@router.get("/organise/runs/{run_id}")
def run_fragment(visit: VisitDep, run_id: str) -> Response:
    """One run for the page that waits for it; a finished one no longer asks for itself."""
    visit.require("run.see", visit.work.runs.find(run_id))
    run = visit.work.runs.get(run_id)
    if "hx-request" not in visit.request.headers and run.marathon_id:
        return visit.leave(f"/organise/{run.marathon_id}/runs")
    return visit.show(
        "organise/run.html",
        run=run,
        title=rules.STAGE_TITLES.get(run.deployment, run.deployment),
        words=RUN_STATE_NAMES,
    )


@router.get("/organise/{marathon_id}")
def dashboard(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    facts = Facts(visit.work, marathon, visit.now)
    return desk.show(
        visit,
        marathon,
        "organise/dashboard.html",
        stages=strip(facts),
        waiting=[] if marathon.phase is Phase.ARCHIVE else waiting(facts),
        next=NEXT[marathon.phase](facts),
        phase=rules.PHASE_NAMES[marathon.phase],
        page=f"{visit.settings.base_url}/marathons/{marathon.id}",
        runs=last_runs(facts),
        titles=rules.STAGE_TITLES,
        words=RUN_STATE_NAMES,
        startable=[
            (name, stage.title)
            for name, stage in rules.STAGES.items()
            if marathon.phase in stage.phases
        ],
    )


@router.post("/organise/{marathon_id}/stages/{stage}")
def start_stage(visit: VisitDep, marathon_id: str, stage: str) -> Response:
    """Ask for a run and go back to where it was asked for; a plan has a page of its own."""
    marathon = desk.marathon_of(visit, marathon_id, "stage.run")
    if stage == "assign":
        return ask_proposal(visit, marathon_id)
    back = desk.address(marathon, PAGES.get(stage, ""))
    try:
        _run, asked = operations.start_stage(
            visit.work, marathon_id, stage, by=visit.actor, now=visit.now
        )
    except (Conflict, BadInput) as error:
        return visit.refuse(back, error)
    title = rules.STAGES[stage].title
    if asked:
        return visit.leave(back, f"Запущено: «{title}». Ход работы виден на этой странице.")
    return visit.leave(
        back, f"«{title}» уже выполняется: второй раз запускать не нужно.", kind="info"
    )


PAGES: Mapping[str, str] = {
    "decide": "decisions",
    "screen": "screening",
    "programme": "programme",
    "compile": "collection",
    "certificates": "certificates",
    "report": "analytics",
    "deliver": "letters",
}
