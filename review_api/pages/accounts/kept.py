"""What was written when the session had already ended: kept, shown after signing in, sent again."""

import secrets
from urllib.parse import quote

from fastapi import APIRouter, Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.responses import RedirectResponse, Response

from flows.accounts import kept_forms, operations
from flows.accounts.kept_forms import Entries
from review_api import limits
from review_api.deps import COOKIE, began, get_now
from review_api.pages.visit import Visit, VisitDep, sign_in_first
from review_api.session_cookie import WRITER
from schemas.errors import NotAllowed
from schemas.kept_form import KeptForm
from storage.installation import Installation

router = APIRouter()
KEPT_COOKIE = "kept_form"
FORM = "application/x-www-form-urlencoded"
# Fields that are ours, not the writer's: sent again, but not shown.
HIDDEN = frozenset({"version", "after", "act", "next", "seen", "round"})
LONGEST_ID = 40
A_CHOICE = 40  # letters: ids and codes of choices are shorter
LABELS = {
    "title": "Название",
    "abstract": "Аннотация",
    "subject": "Предмет",
    "level": "Уровень образования",
    "format": "Форма практики",
    "mentor": "Наставник",
    "keywords": "Ключевые слова",
    "name": "Фамилия, имя, отчество",
    "position": "Должность",
    "organisation": "Организация",
    "email": "Адрес почты",
    "comment": "Отзыв автору",
    "note": "Записка организаторам",
    "reason": "Причина",
    "text": "Текст",
    "response": "Что изменено",
    "body": "Текст письма",
}


async def keep_and_sign_in(request: Request) -> Response:
    """To the sign-in page; what was sent by a form is kept for whoever wrote it."""
    if not request.headers.get("content-type", "").startswith(FORM):
        return sign_in_first(request)
    entries = fields(await request.form())
    return await run_in_threadpool(kept_and_led, request, entries)


def fields(form: FormData) -> list[tuple[str, str]]:
    return [(name, text) for name, text in form.multi_items() if isinstance(text, str)]


def kept_and_led(request: Request, entries: list[tuple[str, str]]) -> Response:
    keepable = kept_forms.keepable(request.url.path, entries)
    network = request.client.host if request.client else ""
    try:
        limits.count_kept(network)
    except NotAllowed:
        keepable = ()
    if not keepable:
        return sign_in_first(request)
    query = f"?{request.url.query}" if request.url.query else ""
    secret = keep(request, request.url.path + query, keepable)
    response = RedirectResponse(f"/login?next={quote('/kept')}", 303)
    response.set_cookie(
        KEPT_COOKIE,
        secret,
        max_age=kept_forms.HOURS * 3600,
        httponly=True,
        samesite="lax",
        secure=request.app.state.installation.settings.secret_cookies,
    )
    return response


def keep(request: Request, address: str, entries: Entries) -> str:
    """In a transaction of its own: the one of the refused request is undone."""
    installation: Installation = request.app.state.installation
    others = request.app.dependency_overrides.get(get_now)
    secret, old = secrets.token_urlsafe(32), request.cookies.get(COOKIE, "")
    last = request.cookies.get(WRITER, "")[:LONGEST_ID]
    with installation.begin() as work:
        kept_forms.keep(
            work,
            address,
            entries,
            writer=operations.expired_writer(work, old, signer=installation.signer) or last,
            secret=secret,
            signer=installation.signer,
            now=others() if others else began(request),
        )
    return secret


def waiting(visit: Visit) -> KeptForm | None:
    return kept_forms.waiting(
        visit.work,
        visit.request.cookies.get(KEPT_COOKIE, ""),
        reader=visit.viewer.id,
        signer=visit.installation.signer,
        now=visit.now,
    )


def shown(form: KeptForm) -> list[tuple[str, str]]:
    """Label and text of what people typed, in the order of the form; ticks and choices go unsaid."""
    return [
        (LABELS.get(name, ""), text)
        for name, text in form.entries
        if text.strip() and name not in HIDDEN and (name in LABELS or len(text) > A_CHOICE)
    ]


@router.get("/kept")
def kept(visit: VisitDep) -> Response:
    _ = visit.person
    form = waiting(visit)
    if form is None:
        return visit.leave("/my", "Сохранённого текста здесь нет.", kind="info")
    return visit.show("accounts/kept.html", form=form, rows=shown(form))


@router.post("/kept/send")
def send(visit: VisitDep) -> Response:
    """The same form once more: 307 makes the browser repeat the fields at their own address."""
    _ = visit.person
    form = waiting(visit)
    if form is None:
        return visit.leave("/my", "Сохранённого текста здесь нет.", kind="info")
    visit.work.kept_forms.remove(form.id)
    response = RedirectResponse(form.path, 307)
    response.delete_cookie(KEPT_COOKIE)
    return response


@router.post("/kept/forget")
def forget(visit: VisitDep) -> Response:
    form = waiting(visit)
    if form:
        visit.work.kept_forms.remove(form.id)
    response = visit.leave("/my", "Сохранённый текст удалён.")
    response.delete_cookie(KEPT_COOKIE)
    return response
