"""«Проверьте вёрстку»: the article as it will be printed, and the author's yes or corrections."""

from dataclasses import dataclass
from typing import Annotated

from fastapi import APIRouter, Depends, Form
from starlette.datastructures import FormData
from starlette.responses import Response

from flows.compilation import operations as compilation
from flows.compilation import proof_corrections, proofs
from flows.compilation.book import article_pages
from flows.compilation.book.article_pages import Cut
from flows.compilation.proof_corrections import AuthorLine, Correction
from review_api.access import can
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.organise.desk import get_form
from review_api.pages.teacher.desk import Desk, open_desk
from review_api.pages.visit import Visit, VisitDep
from review_api.serving import HEADERS
from review_api.typed import echoed, line, text, whole
from schemas.collection import Edition, EditionStatus
from schemas.errors import BadInput, Conflict, NotFound
from schemas.proof import PROOF_STATUS_NAMES, Proof, ProofStatus
from schemas.submission import Submission
from storage.repositories.rows import MISSING

router = APIRouter(prefix="/my/{submission_id}/proof")
SHOWN = 4  # pages drawn on the page itself; all of them are in the PDF
VOLUME = "collection.pdf"
STALE = (
    "Пока вы правили, данные статьи изменили в другом окне. Ниже ваши исправления; сверьте их с "
    "тем, что сохранено, и нажмите кнопку ещё раз."
)
# As the owner of the article reads it; others read the common words.
OWN_WORDS = {
    ProofStatus.ASKED: marked("ждём вашего ответа"),
    ProofStatus.CONFIRMED: marked("вы подтвердили"),
    ProofStatus.CORRECTED: marked("вы исправили"),
}
FormDep = Annotated[FormData, Depends(get_form)]


@dataclass(frozen=True)
class ProofDesk:
    """A proof with its article; ``edition`` is the one the author was asked about."""

    desk: Desk
    proof: Proof
    edition: Edition

    @property
    def submission(self) -> Submission:
        return self.desk.submission

    @property
    def address(self) -> str:
        return f"{self.desk.address}/proof"

    @property
    def may_answer(self) -> bool:
        return can(self.desk.visit.viewer, "proof.answer", self.submission)

    @property
    def is_published(self) -> bool:
        return self.edition.status is EditionStatus.PUBLISHED

    @property
    def is_own(self) -> bool:
        return self.submission.owner_id == self.desk.visit.viewer.id

    @property
    def may_reorder(self) -> bool:
        """Only the owner settles who stands first, and only when there is somebody to move."""
        return self.is_own and len(self.submission.authors) > 1

    @property
    def places(self) -> dict[str, str]:
        return {one.id: one.name for one in self.desk.visit.work.municipalities.all()}

    @property
    def cut(self) -> Cut:
        """The article in the volume.

        Raises ``NotFound`` when the edition has no volume or the work is not in it.
        """
        articles = self.edition.articles
        if self.submission.id not in articles:
            raise NotFound(MISSING)
        volume = compilation.artefact(self.edition, VOLUME)
        path = self.desk.visit.files.existing(volume.sha256)
        return Cut(path, articles.index(self.submission.id), len(articles))


def open_proof(visit: Visit, submission_id: str, *, to: str = "see") -> ProofDesk:
    """Raises ``NotFound`` until a proof was asked for."""
    desk = open_desk(visit, submission_id)
    visit.require(f"proof.{to}", desk.submission)
    proof = proofs.newest(visit.work, submission_id)
    if proof is None:
        raise NotFound(MISSING)
    return ProofDesk(desk=desk, proof=proof, edition=visit.work.editions.get(proof.edition_id))


@router.get("")
def proof_page(visit: VisitDep, submission_id: str) -> Response:
    one = open_proof(visit, submission_id)
    sizes = article_pages.sizes(one.cut)
    return visit.show(
        "submission/proof.html",
        marathon=one.desk.marathon,
        back=one.desk.link,
        one=one,
        pages=sizes[:SHOWN],
        total=len(sizes),
        status_words=(OWN_WORDS if one.is_own else PROOF_STATUS_NAMES)[one.proof.status],
    )


@router.get("/article.pdf")
def proof_pdf(visit: VisitDep, submission_id: str) -> Response:
    one = open_proof(visit, submission_id)
    name = f"statya-{one.submission.number}.pdf"
    disposition = {"content-disposition": f'attachment; filename="{name}"'}
    pdf = article_pages.article_pdf(one.cut)
    return Response(pdf, media_type="application/pdf", headers=HEADERS | disposition)


@router.get("/pages/{number}")
def proof_picture(visit: VisitDep, submission_id: str, number: int) -> Response:
    picture = article_pages.page_picture(open_proof(visit, submission_id).cut, number)
    return Response(picture, media_type="image/webp", headers=HEADERS)


@router.post("/confirm")
def confirm(visit: VisitDep, submission_id: str, version: Annotated[int, Form()] = 0) -> Response:
    one = open_proof(visit, submission_id, to="answer")
    try:
        proofs.confirm(visit.work, one.proof.id, version=version, by=one.desk.actor, now=visit.now)
    except Conflict as error:
        return visit.refuse(one.address, error)
    return visit.leave(one.address, "Спасибо! Статья выйдет в этом виде.")


@router.get("/correct")
def correct_page(visit: VisitDep, submission_id: str) -> Response:
    one = open_proof(visit, submission_id, to="answer")
    return show_correction(one, fields_of(one))


def fields_of(one: ProofDesk) -> dict[str, str]:
    """The form as the material stands now."""
    work = one.submission
    found = {"title": work.title, "abstract": work.abstract, "remarks": ""}
    for number, author in enumerate(work.authors):
        found |= {
            f"name-{number}": author.name,
            f"position-{number}": author.position,
            f"organisation-{number}": author.organisation,
            f"place-{number}": str(number + 1),
        }
    return found | {"version": str(one.proof.version), "seen": str(work.version)}


def show_correction(
    one: ProofDesk,
    fields: dict[str, str],
    *,
    status: int = 200,
    errors: dict[str, str] | None = None,
    stale: bool = False,
) -> Response:
    most = proof_corrections.LIMITS
    typed = {
        name: echoed(text, most=most.get(name.partition("-")[0], most["name"]))
        for name, text in fields.items()
    }
    return one.desk.visit.show(
        "submission/proof_correct.html",
        status=status,
        marathon=one.desk.marathon,
        back=Link(text="К вёрстке", href=one.address),
        one=one,
        typed=typed,
        limits=most,
        stored=one.submission if stale else None,
        errors=errors or {},
    )


@router.post("/correct")
def correct(visit: VisitDep, submission_id: str, form: FormDep) -> Response:
    one = open_proof(visit, submission_id, to="answer")
    fields = fields_of(one) | {name: str(text) for name, text in form.items()}
    correction = correction_of(one, fields)
    errors = proof_corrections.faults(correction)
    if errors:
        return show_correction(one, fields, status=422, errors=errors)
    try:
        proof_corrections.correct(
            visit.work,
            one.proof.id,
            correction,
            version=whole(fields["version"]) or 0,
            seen=whole(fields["seen"]) or 0,
            by=one.desk.actor,
            now=visit.now,
        )
    except BadInput as error:
        return show_correction(one, fields, status=422, errors={"": error.sentence})
    except Conflict:
        visit.work.forget()
        now = open_proof(visit, submission_id, to="answer")
        held = {"version": str(now.proof.version), "seen": str(now.submission.version)}
        return show_correction(now, fields | held, status=409, errors={"": STALE}, stale=True)
    return visit.leave(one.address, said(one))


def said(one: ProofDesk) -> str:
    if one.is_published:
        return "Исправления сохранены. Сборник уже опубликован: они войдут в следующий выпуск."
    return "Исправления сохранены. Организаторы соберут сборник заново."


def correction_of(one: ProofDesk, fields: dict[str, str]) -> Correction:
    """What was typed, for the authors there are; the order is the owner's to change."""
    count = len(one.submission.authors)
    return Correction(
        title=line(fields["title"]),
        abstract=text(fields["abstract"]),
        remarks=text(fields["remarks"]),
        authors=tuple(
            AuthorLine(
                name=line(fields[f"name-{number}"]),
                position=line(fields[f"position-{number}"]),
                organisation=line(fields[f"organisation-{number}"]),
                place=(whole(fields[f"place-{number}"]) or 0) if one.may_reorder else number + 1,
            )
            for number in range(count)
        ),
    )
