"""The look of the collection: template, colour, logo, certificates, and whose PDF is printed as it is."""

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, NamedTuple

from fastapi import APIRouter, Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.responses import Response

from flows.compilation import designing
from flows.compilation import operations as compilation
from flows.documents.printing import cache, logos
from flows.marathons import operations
from review_api.access import can
from review_api.deps import InstallationDep, NowDep, get_session, get_viewer
from review_api.formats import marked
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.desk import FormDep
from review_api.pages.visit import Visit, VisitDep
from review_api.typed import echoed, whole
from schemas.design import (
    CERTIFICATE_DESIGN_NAMES,
    TEMPLATE_NAMES,
    CertificateDesign,
    Design,
    Template,
)
from schemas.errors import BadFile, Conflict, NotFound
from schemas.marathon import Marathon
from schemas.submission import Submission
from storage.repositories.rows import MISSING

router = APIRouter()
ACTION = "collection.build"
STEP = "design"
PAGE = "/organise/{marathon_id}/collection/design"
OWN_COLOUR = "own"
LONGEST = 100
PRESETS: Mapping[str, str] = {
    "#1b4b7a": marked("Синий"),
    "#7a1b2e": marked("Бордовый"),
    "#14604a": marked("Зелёный"),
    "#5b2a86": marked("Фиолетовый"),
    "#9a3b14": marked("Терракотовый"),
    "#0b5c6b": marked("Морской"),
    "#333f48": marked("Графитовый"),
}
TOLD: Mapping[Template, str] = {
    Template.CLASSIC: marked("Книжный шрифт с засечками, 170 × 240 мм: строгий научный сборник."),
    Template.MODERN: marked("Рубленые заголовки и цвет, 170 × 240 мм: для методических изданий."),
    Template.COMPACT: marked(
        "Плотный набор, 148 × 210 мм: две страницы на листе А4, меньше бумаги."
    ),
}
OF_CERTIFICATES: Mapping[CertificateDesign, str] = {
    CertificateDesign.CLASSIC: marked("рамка и шрифт с засечками"),
    CertificateDesign.MODERN: marked("крупный текст и полоса цвета"),
    CertificateDesign.FESTIVE: marked("узор и яркие поля"),
}


class Typed(NamedTuple):
    """What the form says: ``colour`` is a preset or ``own``, ``own`` what was typed beside it."""

    template: str
    colour: str
    own: str
    certificate: str

    @property
    def accent(self) -> str:
        return self.own if self.colour == OWN_COLOUR else self.colour


def as_typed(design: Design) -> Typed:
    is_preset = design.accent in PRESETS
    return Typed(
        template=design.template.value,
        colour=design.accent if is_preset else OWN_COLOUR,
        own="" if is_preset else design.accent,
        certificate=design.certificate.value,
    )


def read(form: FormData) -> Typed:
    return Typed(
        template=desk.text(form, "template"),
        colour=desk.text(form, "colour"),
        own=echoed(desk.text(form, "accent"), most=LONGEST),
        certificate=desk.text(form, "certificate"),
    )


def checked(typed: Typed, logo: str | None) -> tuple[Design | None, dict[str, str]]:
    """The design, or a sentence for every field that is wrong."""
    facts = {
        "template": typed.template,
        "accent": typed.accent,
        "certificate": typed.certificate,
        "logo": logo,
    }
    try:
        return Design.model_validate(facts), {}
    except ValidationError as error:
        found = desk.faults(error)
        return None, {name: _sentence(name, words) for name, words in found.items()}


def _sentence(field: str, words: str) -> str:
    return words if field == "accent" else "Выберите из списка."


@router.get(PAGE)
def design_page(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, ACTION)
    return show(visit, marathon, marathon.design, as_typed(marathon.design))


def show(
    visit: Visit,
    marathon: Marathon,
    shown: Design,
    typed: Typed,
    errors: Mapping[str, str] | None = None,
    *,
    looking: bool = False,
) -> Response:
    """The page with pictures in ``shown``, and the form as it was ``typed``."""
    works = printable(visit, marathon)
    return desk.show(
        visit,
        marathon,
        "organise/design.html",
        Link(text="Сборник", href=desk.address(marathon, "collection")),
        status=422 if errors else 200,
        typed=typed,
        errors=dict(errors or {}),
        looking=looking,
        version=marathon.version,
        templates=[(one.value, TEMPLATE_NAMES[one], TOLD[one]) for one in Template],
        presets=PRESETS,
        own_colour=OWN_COLOUR,
        certificates=[
            (one.value, CERTIFICATE_DESIGN_NAMES[one], OF_CERTIFICATES[one])
            for one in CertificateDesign
        ],
        accent=shown.accent.removeprefix("#"),
        shown=shown,
        works=works,
        as_is=[one.id for one in works if one.print_as_is],
    )


def printable(visit: Visit, marathon: Marathon) -> list[Submission]:
    """Approved works of others that came as PDF, by number."""
    approved = compilation.approved(visit.work, marathon.id)
    others = [one for one in approved if not visit.viewer.is_author_of(one)]
    return sorted(designing.with_pdf(visit.work, others), key=lambda one: one.number)


def get_logo(
    request: Request,
    marathon_id: str,
    form: FormDep,
    installation: InstallationDep,
    now: NowDep,
) -> str | BadFile | None:
    """The digest of the logo that was sent, drawn anew before the writing transaction begins.

    Only for those who may choose it: strangers leave nothing behind.
    """
    sent = form.get("logo")
    if not isinstance(sent, UploadFile) or not sent.filename:
        return None
    with installation.begin(read_only=True) as work:
        viewer = get_viewer(request, work, get_session(request, installation, work, now))
        if not can(viewer, ACTION, work.marathons.get(marathon_id)):
            return None
    try:
        drawn = logos.redrawn(sent.file.read(logos.LARGEST + 1))
    except BadFile as error:
        return error
    return installation.files.save_bytes(drawn).sha256


LogoDep = Annotated[str | BadFile | None, Depends(get_logo, scope="function")]


@router.post(PAGE)
def save(sent: LogoDep, visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Keep the design; the other button only shows the pages in it."""
    marathon = desk.marathon_of(visit, marathon_id, ACTION)
    typed = read(form)
    if isinstance(sent, BadFile):
        return show(visit, marathon, marathon.design, typed, {"logo": sent.sentence})
    before = None if desk.text(form, "no_logo") else marathon.design.logo
    design, errors = checked(typed, sent or before)
    if design is None:
        return show(visit, marathon, marathon.design, typed, errors)
    if desk.text(form, "act"):
        return show(visit, marathon, design, typed, looking=True)
    return kept(visit, marathon, design, typed, whole(desk.text(form, "version")) or 0)


def kept(visit: Visit, marathon: Marathon, design: Design, typed: Typed, version: int) -> Response:
    try:
        operations.change_step(
            visit.work,
            marathon.id,
            STEP,
            {"design": design},
            version=version,
            by=visit.actor,
            now=visit.now,
        )
    except Conflict as error:
        visit.work.forget()
        fresh = visit.work.marathons.get(marathon.id)
        return show(visit, fresh, fresh.design, typed, {"": error.sentence})
    return visit.leave(
        desk.address(marathon, "collection/design"),
        "Оформление сохранено. Соберите сборник снова, чтобы оно стало видно в файлах.",
    )


@router.post(f"{PAGE}/as-is")
def save_as_is(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Whose pages are printed as the author made them."""
    marathon = desk.marathon_of(visit, marathon_id, ACTION)
    wanted = frozenset(desk.texts(form, "as_is"))
    for one in printable(visit, marathon):
        designing.print_as_is(
            visit.work, one.id, wanted=one.id in wanted, by=visit.actor, now=visit.now
        )
    return visit.leave(
        desk.address(marathon, "collection/design"),
        "Сохранено, чьи PDF печатать как есть. Соберите сборник снова.",
    )


@router.get(f"{PAGE}/logo.png")
def logo(visit: VisitDep, marathon_id: str) -> Response:
    marathon = desk.marathon_of(visit, marathon_id, ACTION)
    if marathon.design.logo is None:
        raise NotFound(MISSING)
    return picture(visit.files.read(marathon.design.logo))


@router.get(f"{PAGE}/front.png")
def front(visit: VisitDep, marathon_id: str, template: str = "", accent: str = "") -> Response:
    """Title page and imprint in the saved design, or in the one that is being looked at."""
    marathon = desk.marathon_of(visit, marathon_id, ACTION)
    design = looked_at(marathon.design, template, accent)
    volume = designing.volume_of(visit.work, marathon, design, visit.files)
    return picture(designing.front(volume, folder=previews_of(visit)))


@router.get(f"{PAGE}/{{template}}.png")
def strip(visit: VisitDep, marathon_id: str, template: str, accent: str = "") -> Response:
    """Pages of one template with the marathon's own words."""
    marathon = desk.marathon_of(visit, marathon_id, ACTION)
    design = looked_at(marathon.design, template, accent)
    volume = designing.volume_of(visit.work, marathon, design, visit.files)
    return picture(designing.strip(volume, folder=previews_of(visit)))


def looked_at(design: Design, template: str, accent: str) -> Design:
    """``design`` with another template and colour; raises ``NotFound`` for what is none."""
    other = {
        "template": template or design.template,
        "accent": f"#{accent}" if accent else design.accent,
    }
    try:
        return Design.model_validate({**design.model_dump(), **other})
    except ValidationError:
        raise NotFound(MISSING) from None


def previews_of(visit: Visit) -> Path:
    return visit.settings.data / cache.PREVIEWS


def picture(content: bytes) -> Response:
    """Asked for anew each time: its address does not tell when logo or title have changed."""
    return Response(content, media_type="image/png", headers={"Cache-Control": "no-store"})
