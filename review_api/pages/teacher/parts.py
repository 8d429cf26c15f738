"""The parts of a material people type or tick: about the practice, consents."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.intake import operations
from flows.intake.entering import is_managed
from review_api.errors import problem
from review_api.pages.teacher.desk import (
    SENT,
    STALE,
    YOURS_IS_BELOW,
    Desk,
    open_desk,
    stamp_of,
)
from review_api.pages.visit import Visit, VisitDep
from review_api.texts import AGREEMENTS, TEXT_VERSION
from review_api.typed import line, text, whole
from schemas.base import Schema
from schemas.errors import BadInput, Conflict
from schemas.specialisations import FORMAT_NAMES
from schemas.submission import Children, ConsentKind, Submission

router = APIRouter()
MOST_KEYWORDS = 15
TOO_MANY_KEYWORDS = "Оставьте не больше 15 ключевых слов."
TOO_LONG = (
    ("title", 300, "Сократите название до 300 знаков."),
    ("abstract", 5000, "Сократите аннотацию до 5000 знаков."),
    ("subject", 200, "Сократите название предмета до 200 знаков."),
    ("level", 100, "Сократите уровень образования до 100 знаков."),
    ("format", 100, "Выберите форму практики из списка."),
    ("mentor", 200, "Сократите имя наставника до 200 знаков."),
)
LEVELS = (
    "Дошкольное образование",
    "Начальное общее образование",
    "Основное общее образование",
    "Среднее общее образование",
    "Дополнительное образование",
    "Среднее профессиональное образование",
)
CHILDREN = (
    (Children.NONE, "Нет, в материале детей не узнать", ""),
    (Children.CONSENTED, "Есть, и согласия родителей собраны", "Согласия остаются у вас."),
    (
        Children.REMOVE,
        "Есть, но согласий нет",
        "Эксперты материал прочтут, но публикация подождёт, пока вы замените файл.",
    ),
)
SENT_NEEDS_IT = (
    "Материал отправлен, без этого согласия его рассматривать нельзя. "
    "Чтобы забрать его, вернитесь к материалу и нажмите «Отозвать материал»."
)


class PracticeForm(Schema):
    title: str = ""
    abstract: str = ""
    track: str = ""
    subject: str = ""
    level: str = ""
    format: str = ""
    mentor: str = ""
    keywords: str = ""
    publication_only: str = ""
    version: int = 0
    after: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        words = (line(one, 100) for one in self.keywords.replace(";", ",").split(","))
        return tuple(one for one in words if one)

    @property
    def changes(self) -> dict[str, object]:
        """The fields of the draft as they are kept."""
        return {
            "title": line(self.title),
            "abstract": text(self.abstract),
            "track": whole(self.track) or None,
            "subject": line(self.subject),
            "level": line(self.level),
            "format": line(self.format),
            "mentor": line(self.mentor),
            "keywords": self.words,
            "publication_only": bool(self.publication_only),
        }

    @property
    def errors(self) -> dict[str, str]:
        """A draft may be incomplete, but not too long to be kept."""
        kept = self.changes
        wrong = {field: words for field, most, words in TOO_LONG if len(str(kept[field])) > most}
        many = len(self.words) > MOST_KEYWORDS
        return wrong | ({"keywords": TOO_MANY_KEYWORDS} if many else {})


PRACTICE = tuple(PracticeForm().changes)


def typed(submission: Submission) -> PracticeForm:
    return PracticeForm(
        title=submission.title,
        abstract=submission.abstract,
        track=str(submission.track or ""),
        subject=submission.subject,
        level=submission.level,
        format=submission.format,
        mentor=submission.mentor,
        keywords=", ".join(submission.keywords),
        publication_only="yes" if submission.publication_only else "",
        version=stamp_of(submission, PRACTICE),
    )


Practice = Annotated[PracticeForm, Form()]


@router.get("/my/{submission_id}/practice")
def practice(visit: VisitDep, submission_id: str, after: str = "") -> Response:
    desk = open_desk(visit, submission_id, to="edit")
    form = typed(desk.submission).model_copy(update={"after": after})
    return show_practice(visit, desk, form)


def show_practice(
    visit: Visit,
    desk: Desk,
    form: PracticeForm,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    stored: Submission | None = None,
) -> Response:
    return visit.show(
        "submission/practice.html",
        status=status,
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        form=form,
        levels=LEVELS,
        formats=FORMAT_NAMES,
        stored=stored,
        errors=errors or {},
    )


@router.post("/my/{submission_id}/practice")
def save_practice(visit: VisitDep, submission_id: str, form: Practice) -> Response:
    desk = open_desk(visit, submission_id, to="edit", late=True)
    if desk.too_late:
        words = f"{desk.too_late} {YOURS_IS_BELOW}"
        return show_practice(
            visit, desk, form, status=409, errors={"": words}, stored=desk.submission
        )
    if form.errors:
        return show_practice(visit, desk, form, status=422, errors=form.errors)
    try:
        desk.keep_part(form.version, **form.changes)
    except Conflict:
        now = desk.submission
        mine = form.model_copy(update={"version": stamp_of(now, PRACTICE)})
        return show_practice(visit, desk, mine, status=409, errors={"": STALE}, stored=now)
    except BadInput as error:
        errors = {error.field or "": error.sentence}
        return show_practice(visit, desk, form, status=422, errors=errors)
    return visit.leave(next_address(desk, form.after), "Сохранено.")


def next_address(desk: Desk, after: str) -> str:
    """Back to «Проверьте ответы» for those who came from there, else to the task list."""
    return f"{desk.address}/check" if after == "check" else desk.address


@router.post("/my/{submission_id}/practice/autosave")
def autosave_practice(visit: VisitDep, submission_id: str, form: Practice) -> Response:
    """Keep what is being typed; never sends anything, never overwrites another window."""
    desk = open_desk(visit, submission_id, to="edit")
    if not desk.is_unsent:
        return problem(409, "not_editable", SENT)
    for field, words in form.errors.items():
        return problem(422, "too_long", words, field=field)
    try:
        saved = desk.keep_part(form.version, **form.changes)
    except Conflict as error:
        return problem(409, error.code, error.sentence)
    return desk.saved(stamp_of(saved, PRACTICE))


class ConsentForm(Schema):
    """Ticks as the browser sends them: a word for a tick, nothing for an empty box."""

    processing: str = ""
    distribution: str = ""
    licence: str = ""
    children: str = ""
    version: int = 0
    after: str = ""

    @property
    def kinds(self) -> tuple[ConsentKind, ...]:
        return tuple(kind for kind in ConsentKind if getattr(self, kind.value))

    @property
    def answer(self) -> Children:
        known = {str(kind): kind for kind, _, _ in CHILDREN}
        return known.get(self.children, Children.UNANSWERED)


CONSENTS = ("consents", "children")


@router.get("/my/{submission_id}/consents")
def consents(visit: VisitDep, submission_id: str, after: str = "") -> Response:
    paper = paper_page(visit, submission_id)
    if paper:
        return visit.leave(paper)
    desk = open_desk(visit, submission_id, to="consent")
    submission = desk.submission
    given = {kind.value: "yes" for kind in desk.consented}
    children = submission.children if desk.has_children_answer else ""
    form = ConsentForm(**given, children=children, version=desk.stamp(*CONSENTS), after=after)
    return show_consents(visit, desk, form)


def paper_page(visit: Visit, submission_id: str) -> str:
    """Where an organiser records consents signed on paper by a teacher without an address."""
    one = visit.work.submissions.find(submission_id)
    if one is None or not one.entered_by or one.owner_id == visit.viewer.id:
        return ""
    visit.require("submission.edit", one)
    managed = is_managed(visit.work, one)
    return f"/organise/{one.marathon_id}/works/{one.id}/paper" if managed else ""


def show_consents(
    visit: Visit,
    desk: Desk,
    form: ConsentForm,
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
) -> Response:
    return visit.show(
        "submission/consents.html",
        status=status,
        marathon=desk.marathon,
        back=desk.link,
        desk=desk,
        form=form,
        agreements=AGREEMENTS,
        children=CHILDREN,
        errors=errors or {},
    )


@router.post("/my/{submission_id}/consents")
def save_consents(
    visit: VisitDep, submission_id: str, form: Annotated[ConsentForm, Form()]
) -> Response:
    desk = open_desk(visit, submission_id, to="consent")
    if not desk.is_unsent and ConsentKind.PROCESSING not in form.kinds:
        return show_consents(visit, desk, form, status=422, errors={"processing": SENT_NEEDS_IT})
    try:
        keep_consents(desk, form)
    except BadInput as error:
        errors = {error.field or "": error.sentence}
        return show_consents(visit, desk, form, status=422, errors=errors)
    except Conflict:
        mine = form.model_copy(update={"version": desk.stamp(*CONSENTS)})
        return show_consents(visit, desk, mine, status=409, errors={"": STALE})
    return visit.leave(next_address(desk, form.after), "Сохранено.")


def keep_consents(desk: Desk, form: ConsentForm) -> Submission:
    """Raises ``Conflict`` when the ticks have changed elsewhere to something else."""
    same = desk.consented == set(form.kinds) and desk.submission.children is form.answer
    if form.version != desk.stamp(*CONSENTS) and not same:
        raise Conflict(STALE, code="stale_version")
    return operations.give_consents(
        desk.visit.work,
        desk.submission.id,
        form.kinds,
        text_version=TEXT_VERSION,
        children=form.answer,
        now=desk.visit.now,
    )


@router.post("/my/{submission_id}/consents/autosave")
def autosave_consents(
    visit: VisitDep, submission_id: str, form: Annotated[ConsentForm, Form()]
) -> Response:
    """Ticks and the answer about children, as they stand in an unsent draft."""
    desk = open_desk(visit, submission_id, to="consent")
    if not desk.is_unsent:
        return problem(409, "not_editable", SENT)
    try:
        saved = keep_consents(desk, form)
    except Conflict as error:
        return problem(409, error.code, error.sentence)
    return desk.saved(stamp_of(saved, CONSENTS))
