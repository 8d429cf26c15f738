"""When an expert takes works and how many: the load, days away, turns to be passed over, a break."""

from datetime import date, datetime

from fastapi import APIRouter
from pydantic import ValidationError
from starlette.responses import Response

from flows.review import availability
from flows.review.subjects import name_subjects
from review_api.frame import Link
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import echoed, text, whole
from schemas.cluster import Absence, Expert
from schemas.errors import BadInput, NotFound
from storage.repositories.rows import MISSING

router = APIRouter()
PAGE = "/expert/availability"
BACK = Link(text="Все мои работы", href="/expert")
FORMS = ("%Y-%m-%d", "%d.%m.%Y", "%d.%m.%y")
KEPT = "Сохранено. Работы, которые уже у вас, остаются за вами."
TURNS: tuple[tuple[str, str], ...] = (
    ("0", "Нет, приглашайте"),
    ("1", "Один раз"),
    ("2", "Два раза"),
    ("3", "Три раза"),
)


def my_expert(visit: Visit) -> Expert:
    """Raises ``NotFound`` for whoever is no expert."""
    _ = visit.person
    visit.require("review.pages")
    if visit.viewer.expert is None:
        raise NotFound(MISSING)
    return visit.viewer.expert


def day_of(typed: str) -> date | None:
    """A day as browsers send it or as people write it; None for anything else."""
    for form in FORMS:
        try:
            return datetime.strptime(typed.strip(), form).date()  # noqa: DTZ007  (a day has no zone)
        except ValueError:
            continue
    return None


@router.get(PAGE)
def availability_page(visit: VisitDep) -> Response:
    return show(visit, my_expert(visit))


def show(
    visit: Visit, expert: Expert, *, errors: dict[str, str] | None = None, **typed: str
) -> Response:
    values = {
        "capacity": str(expert.capacity),
        "active": "yes" if expert.active else "no",
        "skip_next": str(expert.skip_next),
        "first": "",
        "last": "",
        "note": "",
        "subjects": "\n".join(expert.specialisations),
    }
    return visit.show(
        "expert/availability.html",
        status=422 if errors else 200,
        back=BACK,
        errors=errors or {},
        expert=expert,
        turns=TURNS,
        away=availability.current(expert.absences, today=visit.now.date()),
        typed=values | {name: echoed(value) for name, value in typed.items()},
    )


@router.post(PAGE)
def save_availability(
    visit: VisitDep, capacity: Text = "", active: Text = "", skip_next: Text = "0"
) -> Response:
    expert = my_expert(visit)
    typed = {"capacity": capacity, "active": active, "skip_next": skip_next}
    if active not in {"yes", "no"}:
        return show(
            visit, expert, errors={"active": "Выберите, присылать ли вам новые работы."}, **typed
        )
    try:
        availability.set_availability(
            visit.work,
            expert.id,
            capacity=small(capacity),
            active=active == "yes",
            skip_next=small(skip_next),
            by=visit.actor,
            now=visit.now,
        )
    except BadInput as error:
        return show(visit, expert, errors={error.field or "": error.sentence}, **typed)
    return visit.leave(PAGE, KEPT)


def small(typed: str) -> int:
    """A whole number as it was typed; -1 for anything else."""
    number = whole(typed, most=9999)
    return -1 if number is None else number


@router.post(f"{PAGE}/subjects")
def save_subjects(visit: VisitDep, subjects: Text = "") -> Response:
    expert = my_expert(visit)
    named = text(subjects).replace(";", "\n").split("\n")
    try:
        name_subjects(visit.work, expert.id, named, by=visit.actor, now=visit.now)
    except BadInput as error:
        return show(visit, expert, errors={"subjects": error.sentence}, subjects=subjects)
    return visit.leave(PAGE, "Сохранено: по этим словам вам будут подбирать работы.")


@router.post(f"{PAGE}/away")
def add_absence(visit: VisitDep, first: Text = "", last: Text = "", note: Text = "") -> Response:
    expert = my_expert(visit)
    typed = {"first": first, "last": last, "note": note}
    begins, ends = day_of(first), day_of(last)
    wrong = {
        name: "Укажите день, например 24.12.2026."
        for name, day in (("first", begins), ("last", ends))
        if day is None
    }
    if begins is None or ends is None:
        return show(visit, expert, errors=wrong, **typed)
    try:
        away = Absence(first=begins, last=ends, note=note.strip())
        availability.add_absence(visit.work, expert.id, away, by=visit.actor, now=visit.now)
    except ValidationError:
        return show(visit, expert, errors={"note": "Пометка длинная: до 200 знаков."}, **typed)
    except BadInput as error:
        return show(visit, expert, errors={error.field or "first": error.sentence}, **typed)
    return visit.leave(PAGE, "Дни сохранены: на них вам не пришлют новых приглашений.")


@router.post(f"{PAGE}/back")
def drop_absence(visit: VisitDep, first: Text = "", last: Text = "", note: Text = "") -> Response:
    expert = my_expert(visit)
    begins, ends = day_of(first), day_of(last)
    for one in expert.absences:
        if (one.first, one.last, one.note) == (begins, ends, note):
            availability.drop_absence(visit.work, expert.id, one, by=visit.actor, now=visit.now)
    return visit.leave(PAGE, "Эти дни снова свободны.")
