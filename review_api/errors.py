"""How an expected failure leaves the installation: one table of statuses, a page or a problem.

Pages get a sentence on a page in the same frame; programs get an RFC 9457 problem document.
Nothing typed is echoed, and what one may not see answers exactly like what does not exist.
"""

import logging
import re
from collections.abc import Mapping, Sequence

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from flows.runtime.log_lines import request_number
from review_api import preferences, templating
from review_api.deps import ConfirmNeeded, LookingOnly, SignInNeeded
from review_api.pages.accounts.confirming import ask_again
from review_api.pages.accounts.kept import keep_and_sign_in
from review_api.pages.repeating import Fields, typed_in
from review_api.pages.visit import error_page
from review_api.tracing import BROKEN as FAULT
from review_api.tracing import NUMBER_HEADER
from schemas.base import Schema
from schemas.errors import (
    BadFile,
    BadInput,
    Conflict,
    DeadlinePassed,
    Infeasible,
    MarathonError,
    NotAllowed,
    NotFound,
    Unavailable,
)
from storage.files import DISK_REFUSES, NO_SPACE

log = logging.getLogger("marathon.web")

STATUS: Mapping[type[MarathonError], int] = {
    SignInNeeded: 401,
    NotFound: 404,
    NotAllowed: 403,
    DeadlinePassed: 409,
    Conflict: 409,
    BadFile: 422,
    BadInput: 422,
    Infeasible: 422,
    Unavailable: 503,
    MarathonError: 400,
}
CODE_STATUS: Mapping[str, int] = {
    "too_large": 413,
    "storage_full": 507,
    "unsupported_type": 415,
    "idempotency_mismatch": 422,
    "stale_version": 412,
    "too_many_attempts": 429,
}
HTTP_SENTENCES: Mapping[int, str] = {
    400: "Запрос не удалось прочитать: он записан с ошибкой или слишком сложен. Повторите.",
    404: "Такой страницы или записи нет.",
    405: "Так к этому адресу обращаться нельзя.",
    413: "Файл слишком большой. Уменьшите его и повторите.",
    415: "Файлы или данные этого вида не принимаются.",
}
FIELD_TOO_LONG = re.compile(r"(Field|Part) exceeded maximum size")  # as the reader of forms says it
LONG_FIELD = (
    "Одно из полей слишком длинное. Вернитесь назад: браузер сохранит написанное, "
    "сократите его и отправьте снова."
)
HTTP_CODES: Mapping[int, str] = {413: "too_large", 415: "unsupported_type"}
KEPT_HEADERS = frozenset({"allow"})
FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}|\d{1,5}")
WRONG_FIELD: Mapping[str, str] = {
    "missing": "не заполнено",
    "extra_forbidden": "такого поля нет",
    "string_too_long": "слишком длинно",
    "string_too_short": "слишком коротко",
    "int_parsing": "нужно целое число",
    "float_parsing": "нужно число",
    "datetime_parsing": "нужны дата и время",
    "datetime_from_date_parsing": "нужны дата и время",
    "date_from_datetime_parsing": "нужна дата",
    "enum": "такого значения нет",
    "json_invalid": "это не JSON",
    "too_long": "слишком много значений",
    "too_short": "слишком мало значений",
    "int_type": "нужно целое число",
    "int_from_float": "нужно целое число",
    "bool_type": "нужно true или false",
    "string_type": "нужен текст",
    "string_unicode": "есть символ, который нельзя сохранить",
    "unprintable": "есть символ, который нельзя сохранить",
    "not_finite": "нужно обычное число",
    "too_many_digits": "слишком большое число",
    "model_attributes_type": "нужен объект JSON",
    "model_type": "нужен объект JSON",
    "dict_type": "нужен объект JSON",
    "tuple_type": "нужен список",
    "list_type": "нужен список",
    "timezone_aware": "у времени нужен часовой пояс, например +08:00",
    "datetime_type": "нужны дата и время",
    "date_parsing": "нужна дата",
    "date_type": "нужна дата",
    "too_far": "дата слишком далека",
    "unknown_zone": "такого часового пояса нет",
    "dates_out_of_order": "даты идут не по порядку: открытие, конец приёма, конец экспертизы",
    "isbn": "в ISBN должно быть 13 цифр, и последняя должна сходиться с остальными",
    "tracks_repeat": "номера направлений повторяются",
    "finite_number": "нужно обычное число",
    "greater_than_equal": "слишком мало",
    "less_than_equal": "слишком много",
}
UNKNOWN_CALLER = 401
# What passes by itself, and in how many seconds it is worth asking again (RFC 9110, 10.2.3).
AGAIN: Mapping[int, dict[str, str]] = {503: {"retry-after": "10"}, 507: {"retry-after": "300"}}
BROKEN = "В системе произошла ошибка. Ничего не потеряно: повторите через минуту."


class Problem(Schema):
    """RFC 9457: ``type`` ends with a stable code, ``detail`` says what is wrong and what to do.

    ``instance`` ends with the number of a fault, which is found again in the log.
    """

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    instance: str | None = None


PROBLEM = {"application/problem+json": {"schema": Problem.model_json_schema()}}
DOCUMENTED: Mapping[int | str, dict[str, object]] = {
    "4XX": {"description": "Problem document (RFC 9457)", "content": PROBLEM},
    "5XX": {"description": "Problem document (RFC 9457)", "content": PROBLEM},
}


def status_of(error: MarathonError) -> int:
    if error.code in CODE_STATUS:
        return CODE_STATUS[error.code]
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def wants_json(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/healthz")) or (
        "application/json" in request.headers.get("accept", "")
    )


def answer(
    request: Request,
    status: int,
    code: str,
    sentence: str,
    *,
    field: str | None = None,
    typed: Fields = (),
) -> Response:
    if wants_json(request):
        return problem(status, code, in_their_language(request, sentence), field=field)
    looking = code == LookingOnly.code
    number = number_of(status)
    page = error_page(request, status, sentence, looking=looking, number=number, typed=typed)
    return HTMLResponse(page, status, AGAIN.get(status))


def in_their_language(request: Request, sentence: str) -> str:
    """Russian unless the address, a cookie or the header asks for English first."""
    header = request.headers.get("accept-language", "")[:2].casefold()
    asked = preferences.read(request, "en" if header == "en" else "ru")
    return templating.said(sentence, asked.language)


def number_of(status: int) -> str:
    """The number of a fault; empty for refusals, which are to look alike."""
    return request_number.get() if status >= FAULT else ""


def problem(status: int, code: str, sentence: str, *, field: str | None = None) -> JSONResponse:
    number = number_of(status)
    made = Problem(
        type=f"/problems/{code}",
        title=title_of(sentence),
        status=status,
        detail=sentence,
        field=field,
        instance=f"/faults/{number}" if number else None,
    )
    body = made.model_dump(exclude_none=True)
    headers = {"www-authenticate": "Bearer"} if status == UNKNOWN_CALLER else AGAIN.get(status)
    return JSONResponse(body, status, headers, media_type="application/problem+json")


def title_of(sentence: str) -> str:
    """The first sentence, without the details after its colon."""
    return sentence.partition(". ")[0].partition(":")[0].rstrip(".")


def on_marathon_error(request: Request, error: Exception, typed: Fields = ()) -> Response:
    assert isinstance(error, MarathonError)  # noqa: S101  (registered for this class only)
    status, field = status_of(error), getattr(error, "field", None)
    log.info("refused status=%d code=%s", status, error.code)
    return answer(request, status, error.code, error.sentence, field=field, typed=typed)


async def on_unavailable(request: Request, error: Exception) -> Response:
    """What passes by itself takes nothing of what was typed with it."""
    typed = await typed_in(request)
    return await run_in_threadpool(on_marathon_error, request, error, typed)


async def on_system_error(request: Request, error: Exception) -> Response:
    """A disk that refuses outside of the file store, for example while a body is put aside."""
    if is_refusal_of_disk(error):
        return await on_unavailable(request, Unavailable(NO_SPACE, code="storage_full"))
    return await run_in_threadpool(on_broken, request, error)


def is_refusal_of_disk(error: BaseException | None) -> bool:
    return isinstance(error, OSError) and error.errno in DISK_REFUSES


async def on_nobody(request: Request, error: Exception) -> Response:
    """People are led to the sign-in page, programs are told."""
    if wants_json(request):
        return on_marathon_error(request, error)
    return await keep_and_sign_in(request)


async def on_confirm_needed(request: Request, error: Exception) -> Response:
    """The page that asks for a code, with everything typed in it; programs get the problem."""
    assert isinstance(error, ConfirmNeeded)  # noqa: S101  (registered for this class only)
    if wants_json(request):
        return on_marathon_error(request, error)
    form = await request.form()
    typed = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return await run_in_threadpool(ask_again, request, error, typed)


def on_wrong_shape(request: Request, error: Exception) -> Response:
    """Says which fields are wrong and how, and never what was sent."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    places = [
        f"{place(item['loc'])}: {WRONG_FIELD.get(item['type'], 'неподходящее значение')}"
        for item in error.errors()[:10]
    ]
    return answer(request, 422, "wrong_shape", f"Проверьте поля: {'; '.join(places)}.")


def place(loc: Sequence[object]) -> str:
    """The way to a field; parts that could not be names of ours are not repeated."""
    parts = [str(part) for part in loc[1:]]
    named = [part if FIELD_NAME.fullmatch(part) else "…" for part in parts]
    return ".".join(named) or "тело запроса"


def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    if is_refusal_of_disk(error.__cause__):  # FastAPI takes it for a body that cannot be read
        return on_marathon_error(request, Unavailable(NO_SPACE, code="storage_full"))
    if FIELD_TOO_LONG.match(str(error.detail)):
        return answer(request, 413, "field_too_long", LONG_FIELD)
    sentence = HTTP_SENTENCES.get(error.status_code, HTTP_SENTENCES[400])
    code = HTTP_CODES.get(error.status_code, "http")
    response = answer(request, error.status_code, code, sentence)
    kept = {
        name: value for name, value in (error.headers or {}).items() if name.lower() in KEPT_HEADERS
    }
    response.headers.update(kept)
    return response


def on_broken(request: Request, error: Exception) -> Response:
    log.error("broke", exc_info=error)
    response = answer(request, 500, "broken", BROKEN)
    # This answer leaves outside of the layer that numbers the others.
    response.headers[NUMBER_HEADER.decode()] = request_number.get()
    return response


def install(app: FastAPI) -> None:
    app.add_exception_handler(MarathonError, on_marathon_error)
    app.add_exception_handler(Unavailable, on_unavailable)
    app.add_exception_handler(OSError, on_system_error)
    app.add_exception_handler(ConfirmNeeded, on_confirm_needed)
    app.add_exception_handler(SignInNeeded, on_nobody)
    app.add_exception_handler(RequestValidationError, on_wrong_shape)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_broken)
