"""One work with everything about it, and what an organiser may do with it."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.intake import borrowing, checking_again, sending_back
from flows.intake import operations as intake
from flows.intake.entering import ON_PAPER
from flows.review import operations as review
from review_api.access import can
from review_api.advice_view import advice_of
from review_api.frame import Link
from review_api.history import history
from review_api.originals import require_given
from review_api.pages.organise import desk
from review_api.pages.organise.one_more import one_more_of
from review_api.pages.organise.works import outcome_words
from review_api.pages.teacher.materials import LONGEST_REASON
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.serving import attachment
from review_api.typed import text, too_long, whole
from schemas.assignment import ASSIGNMENT_STATUS_NAMES, OPEN, Assignment
from schemas.errors import BadInput, Conflict, NotFound
from schemas.extraction import sentence
from schemas.marathon import Marathon
from schemas.review import RECOMMENDATION_NAMES
from schemas.rubric import Rubric
from schemas.scanning import SCAN_NAMES
from schemas.submission import (
    SUBMISSION_STATUS_NAMES,
    DerivativeKind,
    FileStatus,
    Submission,
    SubmissionFile,
)
from storage.repositories.rows import MISSING

router = APIRouter()
CONSENTS = {
    "processing": "обработка персональных данных",
    "distribution": "распространение",
    "licence": "лицензия на публикацию",
}
CHILDREN = {
    "unanswered": "нет ответа",
    "none": "детей в материале нет",
    "consented": "есть, согласия получены",
    "remove": "есть, нужно убрать",
}
MOST_DAYS = 60


@router.get("/organise/{marathon_id}/works/{submission_id}")
def work_page(visit: VisitDep, marathon_id: str, submission_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "submission.list")
    one = desk.work_of(visit, marathon, submission_id)
    if visit.viewer.is_author_of(one):
        return visit.leave(f"/my/{one.id}", "Это ваш материал: его судьбу решают другие.")
    return show_work(visit, marathon, one)


def show_work(
    visit: Visit,
    marathon: Marathon,
    one: Submission,
    errors: dict[str, str] | None = None,
    typed: dict[str, str] | None = None,
) -> Response:
    work = visit.work
    files = work.files.of(one.id)
    assignments = work.assignments.of_submission(one.id)
    decision = work.decisions.of_submission(one.id, round_=one.round)
    rubric = work.rubrics.of(marathon.id)
    places = {member.id: member.name for member in work.municipalities.all()}
    things = [one.id, *(file.id for file in files), *(item.id for item in assignments)]
    return desk.show(
        visit,
        marathon,
        "organise/work.html",
        Link(text="Работы", href=desk.address(marathon, "works")),
        status=422 if errors else 200,
        one=one,
        entered=entered_view(visit, one),
        status_words=SUBMISSION_STATUS_NAMES[one.status],
        places=places,
        files=[file_view(visit, marathon, one, file) for file in files],
        overlaps=borrowing.known_to_organisers(work, one),
        assignments=[assignment_view(visit, rubric, item) for item in assignments],
        decision=decision,
        outcome=outcome_words(decision) if decision else "",
        one_more=one_more_of(visit, marathon, one, decision),
        consents=[CONSENTS[consent.kind.value] for consent in one.consents],
        lacking=[words for kind, words in CONSENTS.items() if kind not in consent_codes(one)],
        children=CHILDREN[one.children.value],
        history=history(work, [*things, *([decision.id] if decision else [])]),
        may_return=one.status in sending_back.RETURNABLE
        and can(visit.viewer, "submission.send_back", one),
        may_check=not checking_again.why_not(work, one)
        and can(visit.viewer, "submission.judge", one),
        may_edit=can(visit.viewer, "submission.edit", one),
        has_blind_copy=bool(files)
        and bool(work.derivatives.of(files[-1].id, DerivativeKind.BLIND_DOCUMENT)),
        typed=typed or {},
        errors=errors or {},
    )


def entered_view(visit: Visit, one: Submission) -> dict[str, object]:
    """Who entered the work for its author, who keeps the paper, and whether letters can be sent."""
    owner = visit.work.people.get(one.owner_id)
    by = visit.work.people.find(one.entered_by) if one.entered_by else None
    version = one.consents[0].text_version if one.consents else ""
    return {
        "by": by.name if by else "",
        "paper": version.partition(f"{ON_PAPER}: ")[2],
        "no_address": owner.email is None and not owner.guest and owner.erased_at is None,
        "owner": owner.name,
    }


def consent_codes(one: Submission) -> set[str]:
    return {consent.kind.value for consent in one.consents}


def file_view(
    visit: Visit, marathon: Marathon, one: Submission, file: SubmissionFile
) -> dict[str, object]:
    found = file.extraction
    return {
        "file": file,
        "reason": sentence(found.reason) if found and found.reason else "",
        "scan": scan_view(visit, file),
        "advice": advice_of(visit.work, visit.files, one, marathon, file),
        "pages": found.pages if found else None,
    }


def scan_view(visit: Visit, file: SubmissionFile) -> dict[str, object]:
    """What organisers see of the virus scanner: its find in these bytes, or that it said nothing."""
    virus = visit.work.files.virus_in(file.sha256)
    return {
        "is_closed": virus is not None,
        "virus": virus or "",
        "words": SCAN_NAMES[file.scan] if file.scan else "",
        "is_unscanned": file.is_unscanned,
        "is_waiting": file.is_unscanned and file.status is FileStatus.RECEIVED,
    }


def assignment_view(visit: Visit, rubric: Rubric, item: Assignment) -> dict[str, object]:
    expert = visit.work.experts.get(item.expert_id)
    person = visit.work.people.get(expert.person_id)
    sent = visit.work.reviews.of_assignment(item.id)
    given = sent if sent and sent.submitted_at else None
    advice = given.draft.recommendation if given else None
    return {
        "item": item,
        "expert": person.name,
        "municipality": visit.work.municipalities.get(expert.municipality_id).name,
        "status": ASSIGNMENT_STATUS_NAMES[item.status],
        "review": given,
        "levels": levels_of(rubric, given.draft.levels) if given else [],
        "advice": RECOMMENDATION_NAMES[advice] if advice else "",
        "open": item.status in OPEN,
    }


def levels_of(rubric: Rubric, levels: dict[str, int]) -> list[tuple[str, int]]:
    return [(one.title, levels[one.code]) for one in rubric.criteria if one.code in levels]


@router.get("/organise/{marathon_id}/works/{submission_id}/files/{file_id}")
def original_file(visit: VisitDep, marathon_id: str, submission_id: str, file_id: str) -> Response:
    """The author's file as it was sent, to keep."""
    marathon = desk.marathon_of(visit, marathon_id)
    one = desk.work_of(visit, marathon, submission_id)
    visit.require("submission.original", one)
    file = visit.work.files.get(file_id)
    if file.submission_id != one.id:
        raise NotFound(MISSING)
    require_given(visit.work, file, visit.settings)
    return attachment(visit.files.existing(file.sha256), file.name)


@router.post("/organise/{marathon_id}/works/{submission_id}/check")
def check_again(visit: VisitDep, marathon_id: str, submission_id: str) -> Response:
    """The same files through the check that is installed now."""
    marathon = desk.marathon_of(visit, marathon_id)
    one = desk.work_of(visit, marathon, submission_id)
    visit.require("submission.judge", one)
    checking_again.check_again(visit.work, one.id, by=visit.actor, now=visit.now)
    return visit.leave(
        desk.address(marathon, f"works/{one.id}"),
        f"Файл материала № {one.number} проверяется заново. Обновите страницу через минуту-другую.",
    )


@router.post("/organise/{marathon_id}/works/{submission_id}/return")
def send_back(visit: VisitDep, marathon_id: str, submission_id: str, words: Text = "") -> Response:
    """To the author, with what to mend, before experts read it."""
    marathon = desk.marathon_of(visit, marathon_id)
    one = desk.work_of(visit, marathon, submission_id)
    visit.require("submission.send_back", one)
    said = text(words)
    try:
        sending_back.send_back(visit.work, one.id, said, by=visit.actor, now=visit.now)
    except BadInput as error:
        kept = {"words": said[: sending_back.LONGEST * 2]}
        return show_work(visit, marathon, one, {"words": error.sentence}, kept)
    return visit.leave(
        desk.address(marathon, f"works/{one.id}"),
        f"Материал № {one.number} возвращён автору: ему уходит письмо с вашими словами.",
    )


@router.post("/organise/{marathon_id}/works/{submission_id}/withdraw")
def withdraw(visit: VisitDep, marathon_id: str, submission_id: str, reason: Text = "") -> Response:
    marathon = desk.marathon_of(visit, marathon_id)
    one = desk.work_of(visit, marathon, submission_id)
    visit.require("submission.withdraw", one)
    words = text(reason)
    if not words:
        return show_work(visit, marathon, one, {"reason": "Напишите, почему материал отозван."})
    if len(words) > LONGEST_REASON:
        errors = {"reason": too_long(words, LONGEST_REASON)}
        return show_work(visit, marathon, one, errors)
    intake.withdraw(visit.work, one.id, by=visit.actor, now=visit.now, reason=words)
    return visit.leave(
        desk.address(marathon, f"works/{one.id}"),
        f"Материал № {one.number} отозван. Автору ушло письмо.",
    )


@router.post("/organise/{marathon_id}/assignments/{assignment_id}/extend")
def extend(
    visit: VisitDep, marathon_id: str, assignment_id: str, days: Text = "", due: Text = ""
) -> Response:
    """More days for one expert; ``due`` is the date the form was shown with."""
    marathon = desk.marathon_of(visit, marathon_id)
    item = visit.work.assignments.get(assignment_id)
    if item.marathon_id != marathon.id:
        raise NotFound(MISSING)
    visit.require("submission.judge", item)
    count = whole(days) or 0
    if not 1 <= count <= MOST_DAYS:
        raise BadInput(f"Число дней должно быть от 1 до {MOST_DAYS}.", field="days")
    if item.status not in OPEN:
        raise Conflict("Это назначение уже закончено: продлевать нечего.", code="not_open")
    back = desk.address(marathon, f"works/{item.submission_id}")
    if due and item.due_at and due != item.due_at.isoformat():
        sentence_ = "Срок этой экспертизы уже продлён: посмотрите новую дату."
        return visit.leave(back, sentence_, kind="info")
    extended = review.extend(visit.work, assignment_id, days=count, by=visit.actor, now=visit.now)
    if extended.due_at == item.due_at:
        sentence_ = "Срок уже равен концу экспертизы: сначала продлите её в настройках марафона."
        return visit.leave(back, sentence_, kind="warning")
    return visit.leave(back, f"Срок продлён на {days} дн.")
