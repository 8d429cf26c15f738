"""Proofs of an edition: sent to the authors, confirmed, corrected, waited for."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.compilation import proofs
from flows.compilation.proofs import Answers
from review_api.access import can
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.visit import Visit, VisitDep
from schemas.base import Schema
from schemas.collection import Edition, EditionStatus
from schemas.errors import Conflict, NotFound
from schemas.marathon import Marathon
from schemas.people import Person
from schemas.proof import PROOF_STATUS_NAMES, Proof, ProofStatus
from schemas.submission import Submission
from storage.repositories.rows import MISSING

router = APIRouter()
ALL = "/organise/{marathon_id}/collection/{number}/proofs"
TONES = {
    ProofStatus.ASKED: "attention",
    ProofStatus.CONFIRMED: "good",
    ProofStatus.CORRECTED: "info",
}


class Row(Schema):
    """``what`` is the address of what the author changed, empty when only remarks came."""

    work: Submission
    owner: Person
    proof: Proof | None
    status: str
    tone: str
    changes: str = ""


def opened(visit: Visit, marathon_id: str, number: int, action: str) -> tuple[Marathon, Edition]:
    marathon = desk.marathon_of(visit, marathon_id, action)
    for edition in visit.work.editions.of_marathon(marathon.id):
        if edition.number == number:
            return marathon, edition
    raise NotFound(MISSING)


def rows_of(visit: Visit, marathon: Marathon, told: Answers) -> list[Row]:
    """Corrected ones first: they are what has to be acted on."""
    works = (*told.corrected, *told.silent, *told.unasked, *told.confirmed)
    owners = visit.work.people.many(one.owner_id for one in works)
    return [
        row_of(visit, marathon, one, owners[one.owner_id], told.proofs.get(one.id)) for one in works
    ]


def row_of(
    visit: Visit, marathon: Marathon, work: Submission, owner: Person, proof: Proof | None
) -> Row:
    if proof is None:
        words = marked("вёрстку не отправляли")
        return Row(work=work, owner=owner, proof=None, status=words, tone="neutral")
    return Row(
        work=work,
        owner=owner,
        proof=proof,
        status=PROOF_STATUS_NAMES[proof.status],
        tone=TONES[proof.status],
        changes=changes_address(visit, marathon, proof),
    )


def changes_address(visit: Visit, marathon: Marathon, proof: Proof) -> str:
    """Where what the author corrected is shown, old and new side by side."""
    if proof.status is not ProofStatus.CORRECTED:
        return ""
    kept = visit.work.submission_versions.of(proof.submission_id)
    made = [one.number for one in kept if one.sent_at == proof.answered_at]
    works = desk.address(marathon, f"works/{proof.submission_id}")
    return f"{works}/history/{made[-1]}" if made else ""


@router.get(ALL)
def proof_list(visit: VisitDep, marathon_id: str, number: int) -> Response:
    marathon, edition = opened(visit, marathon_id, number, "collection.unpublished")
    told = proofs.answers(visit.work, edition)
    return desk.show(
        visit,
        marathon,
        "organise/proofs.html",
        Link(text="Сборник", href=desk.address(marathon, "collection")),
        edition=edition,
        told=told,
        rows=rows_of(visit, marathon, told),
        can_build=can(visit.viewer, "collection.build", marathon),
        is_newest=is_newest(visit, edition),
        published=edition.status is EditionStatus.PUBLISHED,
    )


def is_newest(visit: Visit, edition: Edition) -> bool:
    latest = visit.work.editions.latest(edition.marathon_id)
    return latest is not None and latest.id == edition.id


@router.post(ALL)
def ask(visit: VisitDep, marathon_id: str, number: int) -> Response:
    marathon, edition = opened(visit, marathon_id, number, "collection.build")
    back = desk.address(marathon, f"collection/{number}/proofs")
    try:
        asked = proofs.ask(visit.work, edition.id, files=visit.files, by=visit.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(back, error)
    waiting = sum(one.status is ProofStatus.ASKED for one in asked)
    already = len(asked) - waiting
    if not asked:
        return visit.leave(back, "Всем авторам этого выпуска вёрстка уже отправлена.", kind="info")
    if already:
        sentence = f"Писем авторам: {waiting}. Без изменений подтверждено раньше: {already}."
        return visit.leave(back, sentence)
    return visit.leave(back, f"Вёрстка отправлена на подтверждение, писем авторам: {waiting}.")


@router.post(f"{ALL}/remind")
def remind(visit: VisitDep, marathon_id: str, number: int) -> Response:
    marathon, edition = opened(visit, marathon_id, number, "collection.build")
    waiting = proofs.remind(visit.work, edition.id, by=visit.actor, now=visit.now)
    back = desk.address(marathon, f"collection/{number}/proofs")
    if not waiting:
        return visit.leave(back, "Все авторы уже ответили: напоминать некому.", kind="info")
    return visit.leave(back, f"Напомнили тем, кто молчит: {waiting}. Чаще раза в день не пишем.")
