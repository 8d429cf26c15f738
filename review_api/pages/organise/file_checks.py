"""What the check of files has found in a marathon: counts by remark, and shared passages of a work."""

from collections import Counter
from collections.abc import Iterable

from fastapi import APIRouter
from starlette.responses import Response

from flows.intake import borrowing
from flows.intake.borrowing import Match
from review_api.access import can
from review_api.advice_view import Pair, code_of, codes_by_work, pairs
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.works import OVERLAPS
from review_api.pages.visit import Visit, VisitDep
from schemas.advice import DANGEROUS, REMARK_NAMES, AdviceCode
from schemas.base import Schema
from schemas.marathon import Marathon
from schemas.submission import Submission

router = APIRouter()
TIERS = (("much", "больше 20 % текста"), ("some", "сколько-нибудь"))


class Remark(Schema):
    """How many works have a remark; ``href`` lists them."""

    name: str
    count: int
    href: str
    is_dangerous: bool = False


class Shown(Schema):
    """A match as this organiser may see it: of a marathon out of reach only that it is there."""

    match: Match
    code: AdviceCode
    pairs: tuple[Pair, ...]
    is_open: bool
    href: str = ""
    place: str = ""


@router.get("/organise/{marathon_id}/works/files")
def checks(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, "submission.list")
    codes = codes_by_work(visit.work, marathon, visit.work.submissions.formats(marathon.id))
    shares = borrowing.shares(visit.work, marathon.id)
    return desk.show(
        visit,
        marathon,
        "organise/file_checks.html",
        back(marathon),
        remarks=remarks(marathon, codes.values()),
        overlaps=overlaps_of(marathon, shares.values()),
        checked=len(codes),
        clean=sum(not one for one in codes.values()),
    )


def back(marathon: Marathon) -> Link:
    return Link(text="Работы", href=desk.address(marathon, "works"))


def remarks(marathon: Marathon, codes: Iterable[tuple[str, ...]]) -> list[Remark]:
    counts = Counter(code for each in codes for code in each)
    return [
        Remark(
            name=name,
            count=counts[code],
            href=desk.address(marathon, f"works?remark={code}"),
            is_dangerous=code in DANGEROUS,
        )
        for code, name in REMARK_NAMES.items()
        if counts[code]
    ]


def overlaps_of(marathon: Marathon, shares: Iterable[float]) -> list[Remark]:
    percents = [round(100 * one) for one in shares]
    counts = ((code, name, sum(one > OVERLAPS[code] for one in percents)) for code, name in TIERS)
    return [
        Remark(name=name, count=count, href=desk.address(marathon, f"works?overlap={code}"))
        for code, name, count in counts
        if count
    ]


@router.get("/organise/{marathon_id}/works/{submission_id}/overlaps")
def overlaps(visit: VisitDep, marathon_id: str, submission_id: str) -> Response:
    """The passages that a work shares with others, side by side."""
    marathon = desk.marathon_of(visit, marathon_id, "submission.list")
    one = desk.work_of(visit, marathon, submission_id)
    if visit.viewer.is_author_of(one):
        return visit.leave(f"/my/{one.id}/files", "Это ваш материал: совпадения разбирают другие.")
    return desk.show(
        visit,
        marathon,
        "organise/overlaps.html",
        Link(text=f"№ {one.number}", href=desk.address(marathon, f"works/{one.id}")),
        one=one,
        shown=[shown(visit, match) for match in borrowing.known_to_organisers(visit.work, one)],
    )


def shown(visit: Visit, match: Match) -> Shown:
    is_open = is_known(visit, match.other)
    other = visit.work.marathons.get(match.other.marathon_id)
    reaches = can(visit.viewer, "submission.list", other)
    return Shown(
        match=match if is_open else match.model_copy(update={"other": nameless(match.other)}),
        code=code_of(match, to_author=False),
        pairs=pairs(visit.work, visit.files, match, open_=is_open),
        is_open=is_open,
        href=desk.address(other, f"works/{match.other.id}") if reaches else "",
        place=other.title if is_open else "",
    )


def is_known(visit: Visit, other: Submission) -> bool:
    """Whether this organiser may read the other work: of their marathon, or out for everybody."""
    marathon = visit.work.marathons.get(other.marathon_id)
    return can(visit.viewer, "submission.list", marathon) or borrowing.is_published(other)


def nameless(other: Submission) -> Submission:
    """Nothing of a work that is out of reach."""
    return other.model_copy(update={"title": "", "authors": (), "number": 0})
