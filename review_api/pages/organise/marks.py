"""All marks of a marathon at one look, a track and a page of works at a time."""

from fastapi import APIRouter
from starlette.responses import Response

from review_api.frame import Link
from review_api.marks_view import MarkedWork, differences_chart, marked_works, marks_chart
from review_api.pages.organise import desk
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import whole
from schemas.marathon import Marathon

router = APIRouter()
PAGE = 20


@router.get("/organise/{marathon_id}/screening/marks")
def marks(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "screening.see")
    track = whole(visit.request.query_params.get("track", ""))
    found = works_of(visit, marathon, track)
    pages = max(1, -(-len(found) // PAGE))
    page = min(max(whole(visit.request.query_params.get("page", "1")) or 1, 1), pages)
    shown = found[(page - 1) * PAGE : page * PAGE]
    return desk.show(
        visit,
        marathon,
        "organise/marks.html",
        Link(text="Качество экспертизы", href=desk.address(marathon, "screening")),
        tracks=[(str(one.number), f"{one.number}. {one.title}") for one in marathon.tracks],
        track=str(track or ""),
        works=shown,
        chart=marks_chart(shown, names_of(visit, shown)) if shown else None,
        differences=differences_chart(found) if found else None,
        page=page,
        pages=pages,
    )


def works_of(visit: Visit, marathon: Marathon, track: int | None) -> list[MarkedWork]:
    """Without the works of whoever looks."""
    numbers = {
        one.id: one.number
        for one in visit.work.submissions.of_marathon(marathon.id)
        if track in {None, one.track} and one.id not in visit.viewer.authored
    }
    return marked_works(numbers, visit.work.reviews.sent(marathon.id))


def names_of(visit: Visit, works: list[MarkedWork]) -> dict[str, str]:
    experts = visit.work.experts.many(key for one in works for key in one.marks)
    people = visit.work.people.many(one.person_id for one in experts.values())
    return {key: people[one.person_id].initials for key, one in experts.items()}
