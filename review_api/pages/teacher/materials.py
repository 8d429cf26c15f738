"""A teacher's own materials: the list, a new draft, the task list, sending, taking back."""

from collections.abc import Iterable
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.compilation import proofs
from flows.intake import co_authors, operations, rules
from flows.intake.rules import Allowances
from flows.intake.ways_in import allowances, allowances_by_marathon
from review_api import tables
from review_api.access import can
from review_api.formats import Formats
from review_api.frame import Link
from review_api.pages.accounts import guest
from review_api.pages.public.home import HOME, public_marathon
from review_api.pages.teacher import begun_lines
from review_api.pages.teacher.awaiting import asks_co_author, awaited
from review_api.pages.teacher.desk import Desk, open_desk
from review_api.pages.teacher.inviting import invite
from review_api.pages.teacher.live import talk_of
from review_api.pages.teacher.questions import received
from review_api.pages.teacher.state import SECTIONS, State, Task, outcome, state_of, tasks
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.released import released_decision, released_decisions
from review_api.texts import AGREEMENTS
from review_api.typed import echoed, text, too_long
from schemas.alphabets import mixed_words
from schemas.certificate import CERTIFICATE_NAMES, Certificate
from schemas.decision import Decision
from schemas.errors import BadInput, Conflict, DeadlinePassed, NotFound
from schemas.marathon import Marathon
from schemas.review import ReviewDraft
from schemas.submission import Submission, SubmissionDraft, SubmissionStatus
from storage.identifiers import new_id
from storage.repositories.rows import MISSING

router = APIRouter()
WHOLE = (*SubmissionDraft.model_fields, "consents")
LONGEST_REASON = 1000
MY = Link(text="Мои материалы", href="/my")


@router.get("/my")
def my_materials(visit: VisitDep) -> Response:
    work, person = visit.work, visit.person
    submissions = [one for one in work.submissions.of_person(person.id) if not is_put_away(one)]
    marathons = work.marathons.many(one.marathon_id for one in submissions)
    owners = work.people.many(one.owner_id for one in submissions)
    papers = work.certificates.of_person(person.id)
    own = [one.id for one in submissions if one.owner_id == person.id]
    all_papers = papers + work.certificates.of_nobody(own)
    given = allowances_by_marathon(work, [person.id, *owners])
    decisions = released_decisions(work, visit.viewer, submissions)
    waiting = awaited(visit, submissions)
    rows = [
        {
            "submission": one,
            "marathon": marathons[one.marathon_id],
            "filled_in_by": "" if one.owner_id == person.id else owners[one.owner_id].name,
            "state": state_for(
                visit,
                one,
                marathons[one.marathon_id],
                decisions.get(one.id),
                given.get((one.marathon_id, one.owner_id), ()),
            ),
            "awaited": waiting.get(one.id, ()),
            "certificates": [paper for paper in all_papers if paper.submission_id == one.id],
        }
        for one in reversed(submissions)
    ]
    return visit.show(
        "submission/list.html",
        rows=rows,
        other=other_papers(papers, submissions),
        open_marathons=[
            one
            for one in work.marathons.all()
            if rules.is_open(one, now=visit.now, allowances=given.get((one.id, person.id), ()))
        ],
        names=CERTIFICATE_NAMES,
        several=sum(one.sha256 is not None and not one.revoked_at for one in all_papers) > 1,
    )


def is_put_away(submission: Submission) -> bool:
    """A draft that was never sent and is not wanted any more."""
    return submission.status is SubmissionStatus.WITHDRAWN and submission.submitted_at is None


def state_for(
    visit: Visit,
    submission: Submission,
    marathon: Marathon,
    decision: Decision | None,
    given: Allowances,
) -> State:
    """Where the material stands; who may only read it is sent to its page, not to a form."""
    state = state_of(submission, marathon, now=visit.now, decision=decision, allowances=given)
    if not state.action or can(visit.viewer, "submission.edit", submission):
        return state
    return state.model_copy(update={"step": f"/my/{submission.id}", "action": "Открыть"})


def other_papers(papers: list[Certificate], submissions: list[Submission]) -> list[Certificate]:
    """Certificates without a row of their own: an expert's, a co-author's."""
    own = {one.id for one in submissions}
    return [paper for paper in papers if paper.submission_id not in own]


@router.get("/my/new")
def new_material(visit: VisitDep, marathon: str = "") -> Response:
    takes = [one for one in visit.work.marathons.all() if takes_from(visit, one)]
    return visit.show(
        "submission/new.html",
        back=MY if visit.viewer.person else HOME,
        marathons=takes,
        chosen=marathon if marathon in {one.id for one in takes} else "",
        draft=new_id(),
        now=visit.now,
    )


def takes_from(visit: Visit, marathon: Marathon) -> bool:
    """Whether this person may begin a material now: intake is open, or they have a way in."""
    given = allowances(visit.work, marathon.id, visit.viewer.id)
    return rules.is_open(marathon, now=visit.now, allowances=given)


@router.post("/my/new")
def start_material(visit: VisitDep, marathon: Text = "", draft: Text = "") -> Response:
    """The draft exists from here on, even for those who will sign in only to send it.

    The form names the ``draft`` it begins, so that pressed twice it begins one.
    """
    found = visit.work.marathons.find(marathon)
    chosen = found if found and takes_from(visit, found) else public_marathon(visit, marathon)
    if not takes_from(visit, chosen):
        raise DeadlinePassed("Приём материалов этого марафона сейчас закрыт.")
    owner, secret = guest.came(visit)
    submission = operations.start(
        visit.work, marathon_id=chosen.id, owner_id=owner.id, now=visit.now, draft_id=draft
    )
    return guest.with_cookie(visit, visit.leave(f"/my/{submission.id}"), secret)


@router.get("/my/{submission_id}")
def material(visit: VisitDep, submission_id: str) -> Response:
    desk = open_desk(visit, submission_id)
    decision = released_decision(visit.work, visit.viewer, desk.submission)
    parts = [
        part if desk.may("consent") or part.text != SECTIONS["consents"] else unlinked(part)
        for part in tasks(
            desk.submission, desk.files, is_line_begun=bool(begun_lines.begun(desk, None))
        )
    ]
    return visit.show(
        "submission/overview.html",
        marathon=desk.marathon,
        back=way_out(desk),
        desk=desk,
        state=state_of(
            desk.submission,
            desk.marathon,
            now=visit.now,
            decision=decision,
            allowances=desk.allowances,
        ),
        tasks=parts,
        undone=next((one for one in parts if one.href and one.status != "done"), None),
        decision=decision,
        outcome=outcome(decision) if decision else "",
        asked=received(visit, submission_id)
        if can(visit.viewer, "question.see", desk.submission)
        else [],
        proof=proofs.newest(visit.work, submission_id),
        asks_co_author=asks_co_author(visit, desk.submission),
        talk=talk_of(desk),
        reviews=reviews_for_author(visit, decision) if decision else [],
        rubric=visit.work.rubrics.of(desk.marathon.id),
    )


def unlinked(part: Task) -> Task:
    """For whoever may see that it is done and not do it."""
    return part.model_copy(update={"href": ""})


def way_out(desk: Desk) -> Link:
    """Their own materials; for who only looks after it, the work among the marathon's."""
    one, person = desk.submission, desk.visit.viewer.id
    if person == one.owner_id or co_authors.place_of(one, person_id=person) is not None:
        return MY
    return Link(text="К работе", href=f"/organise/{one.marathon_id}/works/{one.id}")


def reviews_for_author(visit: Visit, decision: Decision) -> list[ReviewDraft]:
    """Levels and words for the author of the decided round; nothing that tells who wrote them."""
    assignments = visit.work.assignments.many(
        review.assignment_id for review in visit.work.reviews.sent_about(decision.submission_id)
    )
    sent = visit.work.reviews.sent_about(decision.submission_id)
    ours = [one for one in sent if assignments[one.assignment_id].round == decision.round]
    return [
        one.draft.model_copy(update={"note": "", "recommendation": None})
        for one in sorted(ours, key=lambda review: review.draft.comment)
    ]


def printed_words(work: Submission) -> Iterable[str]:
    """What people type themselves and others look for."""
    yield from (work.title, *work.keywords)
    for author in work.authors:
        yield from (author.name, author.position, author.organisation)


@router.get("/my/{submission_id}/check")
def check_answers(visit: VisitDep, submission_id: str) -> Response:
    return show_check(visit, open_desk(visit, submission_id, to="edit"))


def show_check(
    visit: Visit, desk: Desk, *, status: int = 200, errors: dict[str, str] | None = None
) -> Response:
    gaps = rules.missing(desk.submission, desk.files)
    return visit.show(
        "submission/check.html",
        status=status,
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        gaps=gaps,
        sections=SECTIONS,
        stamp=desk.stamp(*WHOLE),
        begun=begun_lines.begun(desk, None),
        silent=[one.name for one in co_authors.unconfirmed(visit.work, desk.submission)],
        mixed=mixed_words(*printed_words(desk.submission)),
        agreements=AGREEMENTS,
        errors=errors or {},
    )


@router.post("/my/{submission_id}/check")
def send(visit: VisitDep, submission_id: str, version: Annotated[int, Form()] = 0) -> Response:
    desk = open_desk(visit, submission_id, to="edit")
    if version != desk.stamp(*WHOLE):
        words = "Материал изменён в другом окне. Проверьте ответы ещё раз и отправьте."
        return show_check(visit, desk, status=409, errors={"": words})
    try:
        operations.submit(
            visit.work,
            submission_id,
            by=desk.actor,
            now=visit.now,
            grace_minutes=visit.settings.grace_minutes,
        )
    except DeadlinePassed as error:
        return show_check(visit, desk, status=409, errors={"": error.sentence})
    except BadInput as error:
        return show_check(visit, desk, status=422, errors={"": error.sentence})
    invite(visit, desk)
    return visit.leave(f"/my/{submission_id}/sent")


@router.get("/my/{submission_id}/sent")
def sent(visit: VisitDep, submission_id: str) -> Response:
    desk = open_desk(visit, submission_id)
    if desk.submission.submitted_at is None:
        return visit.leave(f"/my/{submission_id}")
    owner = visit.work.people.get(desk.submission.owner_id)
    return visit.show(
        "submission/sent.html",
        marathon=desk.marathon,
        back=MY,
        desk=desk,
        has_address=owner.email is not None,
    )


@router.get("/my/{submission_id}/sent.txt")
def receipt(visit: VisitDep, submission_id: str) -> Response:
    """The page of confirmation as a file to keep."""
    desk = open_desk(visit, submission_id)
    if desk.submission.submitted_at is None:
        raise NotFound(MISSING)
    text = receipt_of(desk, base_url=visit.settings.base_url)
    name = f"Материал {desk.submission.number}, подтверждение.txt"
    return tables.attachment(text.encode(), name, "text/plain; charset=utf-8")


def receipt_of(desk: Desk, *, base_url: str) -> str:
    one, clock = desk.submission, Formats("ru", desk.marathon.zone, str)
    address = f"{base_url.rstrip('/')}{desk.address}"
    lines = (
        f"Материал № {one.number} получен",
        f"«{one.title}»",
        f"Марафон: {desk.marathon.title}",
        *(f"Автор: {author.name}, {author.organisation}" for author in one.authors),
        f"Получен: {clock.moment(one.submitted_at or desk.visit.now)}",
        f"Файл: {desk.file.name}" if desk.file else "",
        f"Экспертиза до: {clock.moment(desk.marathon.reviews_until)}",
        f"Изменить или отозвать можно до: {clock.moment(desk.until)}"
        * (desk.visit.now < desk.until),
        f"Страница материала: {address}",
        f"Вопросы: {desk.contact}" if desk.contact else "",
    )
    return "\r\n".join(line for line in lines if line) + "\r\n"


@router.get("/my/{submission_id}/withdraw")
def ask_withdrawal(visit: VisitDep, submission_id: str) -> Response:
    return show_withdrawal(visit, open_desk(visit, submission_id, to="withdraw"))


def show_withdrawal(
    visit: Visit, desk: Desk, *, reason: str = "", errors: dict[str, str] | None = None
) -> Response:
    return visit.show(
        "submission/withdraw.html",
        status=422 if errors else 200,
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        reason=reason,
        most=LONGEST_REASON,
        errors=errors or {},
    )


@router.post("/my/{submission_id}/withdraw")
def withdraw(visit: VisitDep, submission_id: str, reason: Text = "") -> Response:
    """The reason is for the organisers alone; it may be left out."""
    desk = open_desk(visit, submission_id, to="withdraw")
    if not desk.may_withdraw:
        raise Conflict("Этот материал уже отозван.", code="already_withdrawn")
    words = text(reason)
    if len(words) > LONGEST_REASON:
        errors = {"reason": too_long(words, LONGEST_REASON)}
        shown = echoed(words, most=LONGEST_REASON)
        return show_withdrawal(visit, desk, reason=shown, errors=errors)
    operations.withdraw(visit.work, submission_id, by=desk.actor, now=visit.now, reason=words)
    if desk.submission.submitted_at is None:
        return visit.leave("/my", "Черновик убран.")
    return visit.leave("/my", f"Материал № {desk.submission.number} отозван.")
