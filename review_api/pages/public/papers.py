"""For everybody: the programme of the live day with its calendar, and checking a certificate."""

from fastapi import APIRouter
from starlette.responses import JSONResponse, Response

from flows.certificates import checking, english, render
from flows.certificates import operations as certificates
from flows.certificates.view import Verification
from flows.programme import viewing as programmes
from flows.programme.render import calendar
from flows.programme.view import ProgrammeView, SessionLine, TalkLine
from review_api import certificate_table, limits
from review_api.access import can
from review_api.errors import wants_json
from review_api.pages.accounts.signing_in import network
from review_api.pages.public.home import HOME, public_marathon, way_to
from review_api.pages.visit import Visit, VisitDep
from review_api.serving import HEADERS, attachment
from schemas.certificate import Certificate
from schemas.errors import NotFound
from schemas.marathon import Marathon, Phase
from schemas.submission import ConsentKind
from storage.repositories.rows import MISSING
from storage.work import Work

router = APIRouter()
SHOWN_IN = frozenset({Phase.RESULTS, Phase.ARCHIVE})
CALENDAR = "text/calendar; charset=utf-8"
LONGEST_NUMBER = 60


def programme_of(visit: Visit, marathon: Marathon) -> ProgrammeView | None:
    """The programme once results are out; names only of those who agreed to be named."""
    early = marathon.phase not in SHOWN_IN and not can(visit.viewer, "programme.edit", marathon)
    if early or not visit.work.slots.of_marathon(marathon.id):
        return None
    whole = programmes.view(visit.work, marathon.id)
    sessions = tuple(for_everybody(visit.work, session) for session in whole.sessions)
    return whole.model_copy(update={"sessions": sessions, "clashes": ()})


def for_everybody(work: Work, session: SessionLine) -> SessionLine:
    works = work.submissions.many(talk.submission_id for talk in session.talks)
    agreed = {
        one.id
        for one in works.values()
        if any(consent.kind is ConsentKind.DISTRIBUTION for consent in one.consents)
    }
    talks = tuple(
        talk if talk.submission_id in agreed else nameless(talk) for talk in session.talks
    )
    return session.model_copy(update={"talks": talks})


def nameless(talk: TalkLine) -> TalkLine:
    return talk.model_copy(update={"speakers": ()})


@router.get("/marathons/{marathon_id}/programme")
def programme_page(visit: VisitDep, marathon_id: str) -> Response:
    marathon = public_marathon(visit, marathon_id)
    return visit.show(
        "public/programme.html",
        marathon=marathon,
        breadcrumbs=way_to(marathon),
        programme=programme_of(visit, marathon),
        call=marathon,
    )


@router.get("/marathons/{marathon_id}/programme.ics")
def programme_calendar(visit: VisitDep, marathon_id: str) -> Response:
    programme = programme_of(visit, public_marathon(visit, marathon_id))
    if programme is None:
        raise NotFound(MISSING)
    disposition = {"content-disposition": 'attachment; filename="programma.ics"'}
    return Response(calendar(programme), media_type=CALENDAR, headers=HEADERS | disposition)


@router.get("/verify")
def verify_form(visit: VisitDep, number: str = "") -> Response:
    wanted = "".join(letter for letter in number.strip() if letter.isalnum() or letter == "-")
    if wanted:
        return visit.leave(f"/verify/{wanted[:LONGEST_NUMBER]}")
    return visit.show("public/verify.html", breadcrumbs=(HOME,), number="", found=None)


@router.get("/verify/{number}")
def verify(visit: VisitDep, number: str, s: str = "") -> Response:
    """Whether a certificate is genuine: a page, or JSON for those who ask for it.

    ``s`` is the mark that the QR code bears; without it a network may ask so many times an hour.
    """
    try:
        found = checked(visit, number, s)
    except NotFound as error:
        if wants_json(visit.request):
            raise
        return visit.show(
            "public/verify.html",
            status=404,
            breadcrumbs=(HOME,),
            number=number[:LONGEST_NUMBER],
            found=None,
            errors={"number": error.sentence},
        )
    if wants_json(visit.request):
        return JSONResponse(found.model_dump(mode="json"))
    return visit.show("public/verify.html", breadcrumbs=(HOME,), number=number, found=found)


def checked(visit: Visit, number: str, mark: str) -> Verification:
    """Raises ``NotFound``, and ``NotAllowed`` for too many numbers without a mark that fits."""
    try:
        found = checking.verify(visit.work, number, mark=mark, signer=visit.installation.signer)
    except NotFound:
        limits.count_check(network(visit.request))
        raise
    if not found.printed:
        limits.count_check(network(visit.request))
    return found


@router.get("/my/certificates.zip")
def my_certificates(visit: VisitDep) -> Response:
    """All of one's own, and those of co-authors without an address whose work one answers for."""
    own = [one.id for one in visit.work.submissions.of_person(visit.person.id)]
    papers = visit.work.certificates.of_person(visit.person.id)
    handed = [one for one in visit.work.certificates.of_nobody(own) if is_handed_over(visit, one)]
    rows = certificate_table.rows_of(visit, papers + handed)
    return certificate_table.archive(visit, rows, "Мои сертификаты")


@router.get("/my/certificates/{number}")
def my_certificate(visit: VisitDep, number: str) -> Response:
    paper = visit.work.certificates.by_number(number)
    if paper is None:
        raise NotFound(MISSING)
    if not is_handed_over(visit, paper):
        visit.require("certificate.download", paper)
    if visit.request.query_params.get("lang") == "en":
        return in_english(visit, paper)
    certificates.content(visit.work, visit.files, number)
    path = visit.files.existing(paper.sha256 or "")
    return attachment(path, f"{number}.pdf", media_type="application/pdf")


def is_handed_over(visit: Visit, paper: Certificate) -> bool:
    """Whoever answers for a work takes the certificates of co-authors who have no address."""
    if paper.person_id is not None or paper.submission_id is None:
        return False
    work = visit.work.submissions.find(paper.submission_id)
    return work is not None and can(visit.viewer, "submission.consent", work)


def in_english(visit: Visit, paper: Certificate) -> Response:
    """Drawn when asked for, under the same number; nothing is kept."""
    if paper.revoked_at:
        raise NotFound(MISSING)
    limits.count_drawing(visit.person.id)
    shown = english.view(
        visit.work, paper, base_url=visit.settings.base_url, signer=visit.installation.signer
    )
    (content,) = render.pdfs([shown], files=visit.files)
    disposition = {"content-disposition": f'attachment; filename="{paper.number}-en.pdf"'}
    return Response(content, media_type="application/pdf", headers=HEADERS | disposition)
