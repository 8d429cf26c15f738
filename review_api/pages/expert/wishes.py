"""What an expert would like to review, before works are assigned; whom they do not judge."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.assignment import wish_operations as wishes
from review_api.blind import BlindWork, blind
from review_api.frame import Link
from review_api.pages.organise.desk import FormDep, text
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.assignment import Wish
from schemas.base import Schema
from schemas.cluster import Expert
from schemas.submission import Submission

router = APIRouter()
WISHES = "/expert/wishes"
BACK = Link(text="Все мои работы", href="/expert")
ON_PAGE = 20


class WishRow(Schema):
    """A work to be wished for; ``key`` is its name for this expert."""

    key: str
    work: BlindWork
    wish: str


def my_expert(visit: Visit) -> Expert:
    """Raises ``NotFound`` for whoever is no expert."""
    _ = visit.person
    visit.require("wish.say")
    assert visit.viewer.expert is not None  # noqa: S101  (what the line above asks)
    return visit.viewer.expert


@router.get(WISHES)
def wish_list(visit: VisitDep) -> Response:
    expert = my_expert(visit)
    works = wishes.works_for(visit.work, expert, now=visit.now)
    said = wishes.wishes_of(visit.work, expert)
    page, pages = page_of(visit, len(works))
    shown = works[(page - 1) * ON_PAGE : page * ON_PAGE]
    return visit.show(
        "expert/wishes.html",
        back=BACK,
        rows=[row_of(visit, expert, one, said.get(one.id)) for one in shown],
        total=len(works),
        answered=sum(one.id in said for one in works),
        page=page,
        pages=pages,
        expert=expert,
    )


def page_of(visit: Visit, total: int) -> tuple[int, int]:
    """The page asked for, within those there are."""
    pages = max(1, -(-total // ON_PAGE))
    asked = visit.request.query_params.get("page", "")
    return min(max(1, whole(asked) or 1), pages), pages


def row_of(visit: Visit, expert: Expert, submission: Submission, wish: Wish | None) -> WishRow:
    marathon = visit.work.marathons.get(submission.marathon_id)
    key = wishes.key_of(expert.id, submission.id)
    return WishRow(
        key=key,
        work=blind(visit.work, submission, marathon, code=key[:4].upper()),
        wish=wish.value if wish else "",
    )


@router.post(WISHES)
def save_wishes(visit: VisitDep, form: FormDep) -> Response:
    """Keep what is chosen and the list of people, whichever button of the form is pressed.

    «Конфликт» beside a work is a button of the same form.
    """
    expert = my_expert(visit)
    known = {wish.value: wish for wish in Wish}
    said = {
        name.removeprefix("wish-"): known[text(form, name)]
        for name in form
        if name.startswith("wish-") and text(form, name) in known
    }
    conflict = text(form, "conflict")
    said.pop(conflict, None)
    kept = wishes.say(visit.work, expert, said, by=visit.actor, now=visit.now)
    if conflict:
        wishes.declare_conflict(visit.work, expert, conflict, by=visit.actor, now=visit.now)
    listed = keep_close_people(visit, expert, form)
    return visit.leave(next_page(form), sentence(kept, conflict=bool(conflict), listed=listed))


def keep_close_people(visit: Visit, expert: Expert, form: FormDep) -> bool:
    """True when the list has become another; a form without it leaves it as it is."""
    typed = form.get("people")
    if not isinstance(typed, str):
        return False
    saved = wishes.name_close_people(visit.work, expert, typed, by=visit.actor, now=visit.now)
    return saved.close_people != expert.close_people


def next_page(form: FormDep) -> str:
    page = text(form, "page")
    return f"{WISHES}?page={page}" if (whole(page) or 1) > 1 else WISHES


def sentence(kept: int, *, conflict: bool, listed: bool) -> str:
    """What has been saved, in words."""
    if conflict:
        wished = "Спасибо за честный ответ: эту работу вам не назначат. Пожелания сохранены."
    else:
        wished = f"Пожелания сохранены: {kept}." if kept else ""
    people = "Список сохранён. Работы этих людей сначала проверят организаторы." if listed else ""
    return " ".join(filter(None, (wished, people))) or "Ничего не изменено."
