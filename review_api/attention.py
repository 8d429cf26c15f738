"""What is stuck in a marathon and who must act: one list for the dashboard and the report."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import Any

from flows.assignment.operations import short_of_reviews
from flows.marathons import policy
from flows.notices import stuck
from flows.review.overdue import is_overdue
from flows.review.questions import FOR_ORGANISERS, closed_among
from review_api.marathon_facts import Facts
from review_api.waiting import Waiting
from schemas.assignment import OPEN, Assignment, AssignmentStatus
from schemas.common_round import is_common, is_running
from schemas.conflict import SuspicionStatus
from schemas.marathon import Phase
from schemas.outbox import Notice, NoticeStatus
from schemas.proof import ProofStatus
from schemas.submission import Children, ConsentKind, Submission, SubmissionStatus

NEAR = timedelta(days=7)
MOST = 500
BEFORE_INTAKE = "Правила отбора не утверждены председателем. До открытия приёма их можно менять."
SINCE_INTAKE = "Приём открыли раньше, чем утвердили правила: попросите утвердить их до решений."
PLAN_WAITS = "План составлен и ждёт вашего решения: пока он не применён, приглашения не ушли."
UNSETTLED = frozenset({"extra_review", "council"})
BEFORE_RESULTS = frozenset({Phase.PREPARATION, Phase.INTAKE, Phase.EXPERTISE, Phase.DECISION})
FOR_PUBLICATION = (ConsentKind.DISTRIBUTION, ConsentKind.LICENCE)


def reminder(facts: Facts, works: list[Submission]) -> dict[str, Any]:
    """A button that leads to the list of authors to remind, while materials are taken."""
    if facts.marathon.phase is not Phase.INTAKE:
        return {}
    ids = tuple(one.id for one in works[:MOST])
    return {"button": "Напомнить…", "action": "bulk/works", "act": "remind", "ids": ids}


def sending(words: str, notices: Sequence[Notice]) -> dict[str, Any]:
    """A button that leads to the list of letters to send."""
    ids = tuple(one.id for one in notices[:MOST])
    return {"button": words, "action": "bulk/letters", "act": "release", "ids": ids}


def returned(facts: Facts) -> Waiting:
    return Waiting(
        count=len(facts.at(SubmissionStatus.RETURNED)),
        forms="работа с негодным файлом|работы с негодными файлами|работ с негодными файлами",
        who="Авторы",
        advice="Файл отклонён проверкой; письмо с причиной отправлено.",
        section="works?status=returned",
        **reminder(facts, facts.at(SubmissionStatus.RETURNED)),
        tone="danger",
    )


def unscanned(facts: Facts) -> Waiting:
    """A button leads to having the accepted ones checked again; the others wait by themselves."""
    files = facts.work.files.unscanned(facts.marathon.id)
    ids = tuple(dict.fromkeys(one.submission_id for one in files))[:MOST]
    return Waiting(
        count=len(files),
        forms="файл не проверен антивирусом|файла не проверены антивирусом|файлов не проверены антивирусом",
        who="Администратор",
        advice="Антивирус молчал. Когда он заработает, принятые файлы проверьте заново.",
        section="works",
        button="Проверить файлы заново…",
        action="bulk/works",
        act="check",
        ids=ids,
    )


def drafts(facts: Facts) -> Waiting:
    left = facts.marathon.submissions_until - facts.now
    near = facts.marathon.phase is Phase.INTAKE and timedelta(0) < left <= NEAR
    return Waiting(
        count=len(facts.at(SubmissionStatus.DRAFT)) if near else 0,
        forms="черновик не отправлен|черновика не отправлены|черновиков не отправлены",
        who="Авторы",
        advice="Срок приёма близко: напомните тем, кто не закончил.",
        section="works?status=draft",
        **reminder(facts, facts.at(SubmissionStatus.DRAFT)),
    )


def unassigned(facts: Facts) -> Waiting:
    on = facts.marathon.phase in {Phase.EXPERTISE, Phase.DECISION}
    count = len(facts.at(SubmissionStatus.CHECKED)) if on else 0
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
        count=len(short_of_reviews(facts.work, facts.marathon)),
        forms="работе не хватает экспертов|работам не хватает экспертов|работам не хватает экспертов",
        who="Организатор",
        advice="Замены ищутся сами; если искать некого, добавьте экспертов или нагрузку.",
        section="works?short=yes",
        button="Искать замены",
        action="stages/replace",
        tone="danger",
    )


def common_round(facts: Facts) -> Waiting:
    items = (item for item in facts.assignments if is_common(item, facts.marathon))
    running = is_running(facts.marathon, facts.now)
    waiting = {item.expert_id for item in items if item.status in OPEN}
    return Waiting(
        count=len(waiting) if running else 0,
        forms="эксперт не прошёл общий раунд|эксперта не прошли общий раунд|экспертов не прошли общий раунд",
        who="Эксперты",
        advice="Остальные работы закрыты для них, пока не отправлена общая оценка.",
        section="common-round",
    )


def late(facts: Facts, status: Iterable[AssignmentStatus]) -> list[Assignment]:
    wanted = set(status)
    return [
        item
        for item in facts.assignments
        if item.status in wanted and is_overdue(item, now=facts.now)
    ]


def unanswered(facts: Facts) -> Waiting:
    return Waiting(
        count=len(late(facts, [AssignmentStatus.INVITED])),
        forms="приглашение без ответа|приглашения без ответа|приглашений без ответа",
        who="Эксперты",
        advice="Срок ответа прошёл: место займёт другой эксперт.",
        section="assignment?status=invited&late=yes",
        button="Искать замены",
        action="stages/replace",
    )


def overdue(facts: Facts) -> Waiting:
    owed = late(facts, OPEN - {AssignmentStatus.INVITED})
    return Waiting(
        count=len(owed),
        forms="экспертиза просрочена|экспертизы просрочены|экспертиз просрочены",
        who="Эксперты",
        advice="Напомните всем, продлите срок или ищите замену тем, кто не начал.",
        section="assignment?late=yes",
        tone="danger",
        button="Напомнить…",
        action="bulk/assignments",
        act="remind",
        ids=tuple(one.id for one in owed[:MOST]),
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
    bare = [one for one in facts.at(SubmissionStatus.REVIEWED) if one.id not in facts.decisions]
    on = facts.marathon.phase is Phase.DECISION
    return Waiting(
        count=len(bare) if on else 0,
        forms="работа без предложения|работы без предложения|работ без предложения",
        who="Организатор",
        advice="Предложите решения по законченным экспертизам.",
        section="decisions",
    )


def unsettled(facts: Facts) -> Waiting:
    return Waiting(
        count=sum(one.outcome in UNSETTLED for one in facts.proposals()),
        forms="решение не определено|решения не определены|решений не определены",
        who="Организатор и совет",
        advice="Запросите дополнительную экспертизу или внесите решение совета.",
        section="decisions?outcome=unsettled",
    )


def unconfirmed(facts: Facts) -> Waiting:
    return Waiting(
        count=sum(one.outcome not in UNSETTLED for one in facts.proposals()),
        forms="решение ждёт применения|решения ждут применения|решений ждут применения",
        who="Организатор",
        advice="Посмотрите список и примените: до этого авторы ничего не увидят.",
        section="decisions",
    )


def unlicensed(facts: Facts) -> Waiting:
    chosen = [
        one
        for one in facts.submissions
        if one.id in facts.decisions
        and facts.decisions[one.id].publication
        and one.status is not SubmissionStatus.WITHDRAWN
        and blocks_publication(one)
    ]
    return Waiting(
        count=len(chosen),
        forms="отобранной работе не хватает согласий|отобранным работам не хватает согласий|отобранным работам не хватает согласий",
        who="Авторы",
        advice="Без согласия на распространение и лицензии работа не войдёт в сборник.",
        section="works?consents=missing",
    )


def blocks_publication(submission: Submission) -> bool:
    """Whether consents or children's data keep the work out of a publication."""
    given = {consent.kind for consent in submission.consents}
    unclear = submission.children in {Children.UNANSWERED, Children.REMOVE}
    return unclear or not given.issuperset(FOR_PUBLICATION)


def failed_letters(facts: Facts) -> Waiting:
    failed = facts.work.notices.of_marathon(facts.marathon.id, status=NoticeStatus.FAILED)
    return Waiting(
        count=len(failed),
        forms="письмо не ушло|письма не ушли|писем не ушли",
        who="Организатор",
        advice="Проверьте адрес и отправьте снова.",
        section="letters?status=failed",
        **sending("Отправить снова…", failed),
        tone="danger",
    )


def returned_letters(facts: Facts) -> Waiting:
    returned = facts.work.notices.of_marathon(facts.marathon.id, status=NoticeStatus.BOUNCED)
    return Waiting(
        count=len(returned),
        forms="письмо вернулось|письма вернулись|писем вернулись",
        who="Организатор",
        advice="Исправьте адрес: письмо уйдёт снова.",
        section="letters?status=bounced",
        tone="danger",
    )


def draft_letters(facts: Facts) -> Waiting:
    waiting = facts.work.notices.of_marathon(facts.marathon.id, status=NoticeStatus.DRAFT)
    return Waiting(
        count=len(waiting),
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
    proofs = facts.work.proofs.of_edition(latest.id) if latest else []
    return Waiting(
        count=sum(one.status is ProofStatus.CORRECTED for one in proofs),
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
