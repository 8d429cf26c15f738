"""«Внести материал за педагога»: for a teacher without an address, and giving it to them later."""

from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from flows.accounts import handing_over
from flows.intake import entering
from review_api.pages.organise import desk
from review_api.pages.teacher.parts import CHILDREN
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.texts import TEXT_VERSION
from review_api.typed import echoed, line
from schemas.base import Schema
from schemas.errors import BadInput, MarathonError, NotFound
from schemas.marathon import Marathon
from schemas.submission import Children, ConsentKind, Submission
from storage.repositories.rows import MISSING

router = APIRouter()


class PaperForm(Schema):
    """Ticks as the browser sends them: a word for a tick, nothing for an empty box."""

    processing: str = ""
    distribution: str = ""
    licence: str = ""
    holder: str = ""
    children: str = ""

    @property
    def paper(self) -> entering.PaperConsents:
        kinds = tuple(kind for kind in ConsentKind if getattr(self, kind.value))
        return entering.PaperConsents(kinds=kinds, holder=line(self.holder), children=self.answer)

    @property
    def answer(self) -> Children:
        known = {str(kind): kind for kind, _, _ in CHILDREN}
        return known.get(self.children, Children.UNANSWERED)


class TeacherForm(PaperForm):
    name: str = ""
    municipality: str = ""
    organisation: str = ""
    position: str = ""

    @property
    def teacher(self) -> entering.Teacher:
        return entering.Teacher(
            name=line(self.name),
            municipality_id=line(self.municipality),
            organisation=line(self.organisation),
            position=line(self.position),
        )


def shortened(form: PaperForm) -> dict[str, str]:
    """What was typed, without a megabyte of it coming back."""
    return {name: echoed(str(text)) for name, text in form.model_dump().items()}


@router.get("/organise/{marathon_id}/works/enter")
def blank(visit: VisitDep, marathon_id: str) -> Response:
    return show_blank(visit, desk.marathon_of(visit, marathon_id, "submission.list"), TeacherForm())


def show_blank(
    visit: Visit, marathon: Marathon, form: TeacherForm, errors: dict[str, str] | None = None
) -> Response:
    work = visit.work
    return desk.show(
        visit,
        marathon,
        "organise/enter.html",
        status=422 if errors else 200,
        form=shortened(form),
        places=[(one.id, one.name) for one in work.municipalities.of_cluster(marathon.cluster_id)],
        schools=work.organisations.of_cluster(marathon.cluster_id),
        errors=errors or {},
    )


@router.post("/organise/{marathon_id}/works/enter")
def enter(visit: VisitDep, marathon_id: str, form: Annotated[TeacherForm, Form()]) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "submission.list")
    errors = entering.errors_of(visit.work, form.teacher, form.paper)
    if errors:
        return show_blank(visit, marathon, form, errors)
    made = entering.enter(
        visit.work,
        marathon.id,
        form.teacher,
        form.paper,
        text_version=TEXT_VERSION,
        by=visit.actor,
        now=visit.now,
    )
    words = f"Материал № {made.number} начат за педагога. Заполните его и отправьте."
    return visit.leave(f"/my/{made.id}", words)


def managed(visit: Visit, marathon_id: str, submission_id: str) -> tuple[Marathon, Submission]:
    """Raises ``NotFound`` for a work that was never entered for anybody."""
    marathon = desk.marathon_of(visit, marathon_id, "submission.list")
    one = desk.work_of(visit, marathon, submission_id)
    if one.entered_by is None:
        raise NotFound(MISSING)
    return marathon, one


@router.get("/organise/{marathon_id}/works/{submission_id}/paper")
def paper_form(visit: VisitDep, marathon_id: str, submission_id: str) -> Response:
    marathon, one = managed(visit, marathon_id, submission_id)
    given = {consent.kind.value: "yes" for consent in one.consents}
    version = one.consents[0].text_version if one.consents else ""
    holder = version.partition(f"{entering.ON_PAPER}: ")[2]
    answer = "" if one.children is Children.UNANSWERED else one.children.value
    form = PaperForm.model_validate({**given, "holder": holder, "children": answer})
    return show_paper(visit, marathon, one, form)


def show_paper(
    visit: Visit,
    marathon: Marathon,
    one: Submission,
    form: PaperForm,
    errors: dict[str, str] | None = None,
) -> Response:
    return desk.show(
        visit,
        marathon,
        "organise/paper.html",
        children=CHILDREN,
        status=422 if errors else 200,
        one=one,
        form=shortened(form),
        errors=errors or {},
    )


@router.post("/organise/{marathon_id}/works/{submission_id}/paper")
def record_paper(
    visit: VisitDep, marathon_id: str, submission_id: str, form: Annotated[PaperForm, Form()]
) -> Response:
    marathon, one = managed(visit, marathon_id, submission_id)
    try:
        entering.record_paper(
            visit.work, one, form.paper, text_version=TEXT_VERSION, by=visit.actor, now=visit.now
        )
    except BadInput as error:
        return show_paper(visit, marathon, one, form, {error.field or "": error.sentence})
    except MarathonError as error:
        return visit.refuse(desk.address(marathon, f"works/{one.id}"), error)
    return visit.leave(f"/my/{one.id}", "Согласия на бумаге записаны.")


@router.get("/organise/{marathon_id}/works/{submission_id}/hand-over")
def hand_over_form(visit: VisitDep, marathon_id: str, submission_id: str) -> Response:
    marathon, one = managed(visit, marathon_id, submission_id)
    return show_hand_over(visit, marathon, one)


def show_hand_over(
    visit: Visit,
    marathon: Marathon,
    one: Submission,
    *,
    email: str = "",
    code: str = "",
    errors: dict[str, str] | None = None,
) -> Response:
    return desk.show(
        visit,
        marathon,
        "organise/hand_over.html",
        status=422 if errors else 200,
        one=one,
        owner=visit.work.people.get(one.owner_id),
        email=echoed(email),
        code=code,
        site=visit.settings.base_url.rstrip("/"),
        days=handing_over.DAYS,
        errors=errors or {},
    )


@router.post("/organise/{marathon_id}/works/{submission_id}/hand-over")
def hand_over(
    visit: VisitDep, marathon_id: str, submission_id: str, email: Text = "", by: Text = "letter"
) -> Response:
    """By letter to the address, or a code shown once, to be printed."""
    marathon, one = managed(visit, marathon_id, submission_id)
    on_paper = by == "paper"
    if not on_paper and not email.strip():
        errors = {"email": "Укажите адрес почты педагога или напечатайте код."}
        return show_hand_over(visit, marathon, one, errors=errors)
    code = handing_over.paper_code()
    try:
        offered(visit, one, "" if on_paper else email, code)
    except BadInput as error:
        return show_hand_over(visit, marathon, one, email=email, errors={"email": error.sentence})
    except MarathonError as error:
        return visit.refuse(desk.address(marathon, f"works/{one.id}"), error)
    if on_paper:
        return show_hand_over(visit, marathon, one, code=code)
    visit.send_letters()
    words = "Письмо со ссылкой ушло педагогу. Пока он не подтвердил, материал ведёте вы."
    return visit.leave(desk.address(marathon, f"works/{one.id}"), words)


def offered(visit: Visit, one: Submission, email: str, code: str) -> None:
    handing_over.offer(
        visit.work,
        one,
        email=email,
        secret=code,
        signer=visit.installation.signer,
        by=visit.actor,
        now=visit.now,
    )
