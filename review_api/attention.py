"""What is stuck in a marathon and who must act: one list for the dashboard and the report."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flows.assignment.operations import short_of_reviews
from flows.marathons import policy
from flows.notices import stuck
from flows.review.questions import FOR_ORGANISERS, closed_among
from review_api.marathon_facts import Facts
from review_api.waiting import Waiting
from schemas.assignment import OPEN, AssignmentStatus
from schemas.common_round import is_common, is_running
from schemas.conflict import SuspicionStatus
from schemas.decision import DecisionStatus
from schemas.marathon import Phase
from schemas.outbox import NoticeStatus
from schemas.proof import ProofStatus
from schemas.submission import SubmissionStatus
from storage.repositories.counting import Some

NEAR = timedelta(days=7)
MOST = 500
BEFORE_INTAKE = "Правила отбора не утверждены председателем. До открытия приёма их можно менять."
SINCE_INTAKE = "Приём открыли раньше, чем утвердили правила: попросите утвердить их до решений."
PLAN_WAITS = "План составлен и ждёт вашего решения: пока он не применён, приглашения не ушли."
UNSETTLED = frozenset({"extra_review", "council"})
BEFORE_RESULTS = frozenset({Phase.PREPARATION, Phase.INTAKE, Phase.EXPERTISE, Phase.DECISION})


def reminder(facts: Facts, works: Some) -> dict[str, Any]:
    """A button that leads to the list of authors to remind, while materials are taken."""
    if facts.marathon.phase is not Phase.INTAKE:
        return {}
    return {"button": "Напомнить…", "action": "bulk/works", "act": "remind", "ids": works.ids}


def sending(words: str, letters: Some) -> dict[str, Any]:
    """A button that leads to the list of letters to send."""
    return {"button": words, "action": "bulk/letters", "act": "release", "ids": letters.ids}


def returned(facts: Facts) -> Waiting:
    works = facts.counting.works_at(SubmissionStatus.RETURNED, limit=MOST)
    return Waiting(
        count=works.total,
        forms="работа с негодным файлом|работы с негодными файлами|работ с негодными файлами",
        who="Авторы",
        advice="Файл отклонён проверкой; письмо с причиной отправлено.",
        section="works?status=returned",
        **reminder(facts, works),
        tone="danger",
    )


def unscanned(facts: Facts) -> Waiting:
    """A button leads to having the accepted ones checked again; the others wait by themselves."""
    files = facts.counting.unscanned(limit=MOST)
    return Waiting(
        count=files.total,
        forms="файл не проверен антивирусом|файла не проверены антивирусом|файлов не проверены антивирусом",
        who="Администратор",
        advice="Антивирус молчал. Когда он заработает, принятые файлы проверьте заново.",
        section="works",
        button="Проверить файлы заново…",
        action="bulk/works",
        act="check",
        ids=files.ids,
    )


def drafts(facts: Facts) -> Waiting:
    left = facts.marathon.submissions_until - facts.now
    near = facts.marathon.phase is Phase.INTAKE and timedelta(0) < left <= NEAR
    works = facts.counting.works_at(SubmissionStatus.DRAFT, limit=MOST) if near else Some(0)
    return Waiting(
        count=works.total,
        forms="черновик не отправлен|черновика не отправлены|черновиков не отправлены",
        who="Авторы",
        advice="Срок приёма близко: напомните тем, кто не закончил.",
        section="works?status=draft",
        **reminder(facts, works),
    )


def unassigned(facts: Facts) -> Waiting:
    on = facts.marathon.phase in {Phase.EXPERTISE, Phase.DECISION}
    count = facts.count(SubmissionStatus.CHECKED) if on else 0
    plan = facts.work.plans.proposed(facts.marathon.id) if count else None
    making = {"button": "Составить план", "action": "assignment/plans"}
    return Waiting(
        count=count,
        forms="работа ждёт назначения|работы ждут назначения|работ ждут назначения",
        who="Организатор",
        advice=PLAN_WAITS if plan else "Составьте план назначения и примените его.",
        section=f"assignment/plans/{plan.id}" if plan else "assignment",
        **({} if plan else making),
    )


def suspected(facts: Facts) -> Waiting:
    found = facts.work.suspicions.of_marathon(facts.marathon.id, status=SuspicionStatus.OPEN)
    return Waiting(
        count=len(found),
        forms="возможный конфликт не разобран|возможных конфликта не разобраны|возможных конфликтов не разобраны",
        who="Организатор",
        advice="Решите, есть ли конфликт интересов: до этого пару не назначат.",
        section="conflicts",
    )


def short(facts: Facts) -> Waiting:
    return Waiting(
        count=short_of_reviews(facts.work, facts.marathon),
        forms="работе не хватает экспертов|работам не хватает экспертов|работам не хватает экспертов",
        who="Организатор",
        advice="Замены ищутся сами; если искать некого, добавьте экспертов или нагрузку.",
        section="works?short=yes",
        button="Искать замены",
        action="stages/replace",
        tone="danger",
    )


def common_round(facts: Facts) -> Waiting:
    running = is_running(facts.marathon, facts.now)
    works = facts.marathon.common_round.submission_ids if running else ()
    items = facts.work.assignments.of_submissions(works)
    waiting = {
        item.expert_id for item in items if item.status in OPEN and is_common(item, facts.marathon)
    }
    return Waiting(
        count=len(waiting),
        forms="эксперт не прошёл общий раунд|эксперта не прошли общий раунд|экспертов не прошли общий раунд",
        who="Эксперты",
        advice="Остальные работы закрыты для них, пока не отправлена общая оценка.",
        section="common-round",
    )


def unanswered(facts: Facts) -> Waiting:
    return Waiting(
        count=facts.counting.late([AssignmentStatus.INVITED], now=facts.now).total,
        forms="приглашение без ответа|приглашения без ответа|приглашений без ответа",
        who="Эксперты",
        advice="Срок ответа прошёл: место займёт другой эксперт.",
        section="assignment?status=invited&late=yes",
        button="Искать замены",
        action="stages/replace",
    )


def overdue(facts: Facts) -> Waiting:
    owed = facts.counting.late(OPEN - {AssignmentStatus.INVITED}, now=facts.now, limit=MOST)
    return Waiting(
        count=owed.total,
        forms="экспертиза просрочена|экспертизы просрочены|экспертиз просрочены",
        who="Эксперты",
        advice="Напомните всем, продлите срок или ищите замену тем, кто не начал.",
        section="assignment?late=yes",
        tone="danger",
        button="Напомнить…",
        action="bulk/assignments",
        act="remind",
        ids=owed.ids,
        second="Искать замены…",
        second_act="replace",
    )


def unapproved(facts: Facts) -> Waiting:
    early = facts.marathon.phase is Phase.PREPARATION
    waits = facts.marathon.phase in BEFORE_RESULTS
    return Waiting(
        count=int(waits and not policy.is_approved(facts.work, facts.marathon)),
        forms="версия правил отбора не утверждена|версии правил отбора не утверждены|версий правил отбора не утверждено",
        who="Председатель совета",
        advice=BEFORE_INTAKE if early else SINCE_INTAKE,
        section="policy",
    )


def unproposed(facts: Facts) -> Waiting:
    on = facts.marathon.phase is Phase.DECISION
    known = (n for one, n in facts.decided.items() if one.work is SubmissionStatus.REVIEWED)
    return Waiting(
        count=facts.count(SubmissionStatus.REVIEWED) - sum(known) if on else 0,
        forms="работа без предложения|работы без предложения|работ без предложения",
        who="Организатор",
        advice="Предложите решения по законченным экспертизам.",
        section="decisions",
    )


def unsettled(facts: Facts) -> Waiting:
    return Waiting(
        count=unsettled_proposals(facts),
        forms="решение не определено|решения не определены|решений не определены",
        who="Организатор и совет",
        advice="Запросите дополнительную экспертизу или внесите решение совета.",
        section="decisions?outcome=unsettled",
    )


def unsettled_proposals(facts: Facts) -> int:
    return sum(
        n
        for one, n in facts.decided.items()
        if one.status is DecisionStatus.PROPOSED and one.outcome in UNSETTLED
    )


def unconfirmed(facts: Facts) -> Waiting:
    return Waiting(
        count=facts.proposed - unsettled_proposals(facts),
        forms="решение ждёт применения|решения ждут применения|решений ждут применения",
        who="Организатор",
        advice="Посмотрите список и примените: до этого авторы ничего не увидят.",
        section="decisions",
    )


def unlicensed(facts: Facts) -> Waiting:
    return Waiting(
        count=facts.counting.unlicensed(),
        forms="отобранной работе не хватает согласий|отобранным работам не хватает согласий|отобранным работам не хватает согласий",
        who="Авторы",
        advice="Без согласия на распространение и лицензии работа не войдёт в сборник.",
        section="works?consents=missing",
    )


def failed_letters(facts: Facts) -> Waiting:
    failed = facts.counting.letters(NoticeStatus.FAILED, limit=MOST)
    return Waiting(
        count=failed.total,
        forms="письмо не ушло|письма не ушли|писем не ушли",
        who="Организатор",
        advice="Проверьте адрес и отправьте снова.",
        section="letters?status=failed",
        **sending("Отправить снова…", failed),
        tone="danger",
    )


def returned_letters(facts: Facts) -> Waiting:
    return Waiting(
        count=facts.counting.letters(NoticeStatus.BOUNCED).total,
        forms="письмо вернулось|письма вернулись|писем вернулись",
        who="Организатор",
        advice="Исправьте адрес: письмо уйдёт снова.",
        section="letters?status=bounced",
        tone="danger",
    )


def draft_letters(facts: Facts) -> Waiting:
    waiting = facts.counting.letters(NoticeStatus.DRAFT, limit=MOST)
    return Waiting(
        count=waiting.total,
        forms="письмо ждёт отправки|письма ждут отправки|писем ждут отправки",
        who="Организатор",
        advice="Это письма с решениями и сертификатами: прочитайте их и отправьте.",
        section="letters?status=draft",
        **sending("Отправить…", waiting),
    )


def questions_to_pass(facts: Facts) -> Waiting:
    """What experts ask and authors answer goes through the organisers."""
    asked = facts.work.questions.of_marathon(facts.marathon.id)
    waiting = [one for one in asked if one.status in FOR_ORGANISERS]
    return Waiting(
        count=len(waiting) - len(closed_among(facts.work, waiting, now=facts.now)),
        forms="вопрос или ответ ждёт передачи|вопроса и ответа ждут передачи|вопросов и ответов ждут передачи",
        who="Организатор",
        advice="Прочитайте вопрос эксперта или ответ автора и передайте дальше.",
        section="questions",
    )


def corrected_proofs(facts: Facts) -> Waiting:
    """Corrections of authors that no edition holds yet."""
    latest = facts.work.editions.latest(facts.marathon.id)
    return Waiting(
        count=facts.counting.proofs(latest.id, ProofStatus.CORRECTED) if latest else 0,
        forms="статья исправлена автором|статьи исправлены авторами|статей исправлены авторами",
        who="Организатор",
        advice="Авторы исправили вёрстку: пересоберите сборник.",
        section="collection",
    )


def silent_proofs(facts: Facts) -> Waiting:
    return Waiting(
        count=stuck.silent_proofs(facts.work, facts.marathon, facts.now),
        forms="автор молчит о вёрстке|автора молчат о вёрстке|авторов молчат о вёрстке",
        who="Авторы",
        advice="Прошло пять дней: напомните или публикуйте статьи как есть.",
        section="collection",
    )


def cannot_come(facts: Facts) -> Waiting:
    return Waiting(
        count=stuck.cannot_come(facts.work, facts.marathon, facts.now),
        forms="докладчик не сможет выступить|докладчика не смогут выступить|докладчиков не смогут выступить",
        who="Организатор",
        advice="Переставьте программу или найдите другое время.",
        section="programme",
        tone="danger",
    )


def silent_speakers(facts: Facts) -> Waiting:
    return Waiting(
        count=stuck.silent_speakers(facts.work, facts.marathon, facts.now),
        forms="докладчик не ответил, придёт ли|докладчика не ответили, придут ли|докладчиков не ответили, придут ли",
        who="Авторы",
        advice="До дня марафона не больше недели: свяжитесь с ними.",
        section="programme",
    )


def nominations(facts: Facts) -> Waiting:
    return Waiting(
        count=stuck.nominations(facts.work, facts.marathon, facts.now),
        forms="кандидат в эксперты ждёт ответа|кандидата в эксперты ждут ответа|кандидатов в эксперты ждут ответа",
        who="Организатор",
        advice="Их предложили координаторы: примите в реестр или ответьте, почему нет.",
        address="/organise/nominations",
    )


def failed_runs(facts: Facts) -> Waiting:
    return Waiting(
        count=stuck.failed_runs(facts.work, facts.marathon, facts.now),
        forms="этап закончился сбоем|этапа закончились сбоем|этапов закончились сбоем",
        who="Организатор",
        advice="Прочитайте, что случилось, и запустите этап ещё раз.",
        section="runs?state=failed",
        tone="danger",
    )


RULES: tuple[Callable[[Facts], Waiting], ...] = (
    returned,
    unscanned,
    short,
    overdue,
    failed_runs,
    failed_letters,
    returned_letters,
    cannot_come,
    questions_to_pass,
    corrected_proofs,
    nominations,
    unassigned,
    suspected,
    common_round,
    unanswered,
    unproposed,
    unsettled,
    unconfirmed,
    draft_letters,
    silent_speakers,
    silent_proofs,
    unlicensed,
    drafts,
    unapproved,
)


def waiting(facts: Facts) -> list[Waiting]:
    """What waits, the worst first; empty when nobody has to do anything."""
    return [found for found in (rule(facts) for rule in RULES) if found.count]
