"""How an expected failure leaves the installation: one table of statuses, a page or a problem.

Pages get a sentence on a page in the same frame; programs get an RFC 9457 problem document.
Nothing typed is echoed, and what one may not see answers exactly like what does not exist.
"""

import logging
from collections.abc import Mapping

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from review_api.deps import SignInNeeded
from review_api.pages.visit import error_page, sign_in_first
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
    400: "Запрос не удалось прочитать. Обновите страницу и повторите.",
    404: "Такой страницы или записи нет.",
    405: "Так к этому адресу обращаться нельзя.",
    413: "Файл слишком большой. Уменьшите его и повторите.",
    415: "Файлы или данные этого вида не принимаются.",
}
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
    "greater_than_equal": "слишком мало",
    "less_than_equal": "слишком много",
}
BROKEN = "В системе произошла ошибка. Ничего не потеряно: повторите через минуту."


def status_of(error: MarathonError) -> int:
    if error.code in CODE_STATUS:
        return CODE_STATUS[error.code]
    return next(STATUS[kind] for kind in type(error).__mro__ if kind in STATUS)


def wants_json(request: Request) -> bool:
    return request.url.path.startswith(("/api/", "/healthz")) or (
        "application/json" in request.headers.get("accept", "")
    )


def answer(
    request: Request, status: int, code: str, sentence: str, *, field: str | None = None
) -> Response:
    if wants_json(request):
        return problem(status, code, sentence, field=field)
    return HTMLResponse(error_page(request, status, sentence), status)


def problem(status: int, code: str, sentence: str, *, field: str | None = None) -> JSONResponse:
    body: dict[str, object] = {
        "type": f"/problems/{code}",
        "title": sentence.split(".", maxsplit=1)[0],
        "status": status,
        "detail": sentence,
    }
    if field:
        body["field"] = field
    return JSONResponse(body, status, media_type="application/problem+json")


def on_marathon_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, MarathonError)  # noqa: S101  (registered for this class only)
    status = status_of(error)
    log.info("refused status=%d code=%s path=%s", status, error.code, request.url.path)
    if isinstance(error, SignInNeeded) and not wants_json(request):
        return sign_in_first(request)
    return answer(request, status, error.code, error.sentence, field=getattr(error, "field", None))


def on_wrong_shape(request: Request, error: Exception) -> Response:
    """Says which fields are wrong and how, and never what was sent."""
    assert isinstance(error, RequestValidationError)  # noqa: S101
    places = [
        f"{'.'.join(str(part) for part in item['loc'][1:]) or 'тело запроса'}: "
        f"{WRONG_FIELD.get(item['type'], 'неподходящее значение')}"
        for item in error.errors()[:10]
    ]
    return answer(request, 422, "wrong_shape", f"Проверьте поля: {'; '.join(places)}.")


def on_http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101
    sentence = HTTP_SENTENCES.get(error.status_code, HTTP_SENTENCES[400])
    return answer(request, error.status_code, "http", sentence)


def on_broken(request: Request, error: Exception) -> Response:
    log.error("broke path=%s", request.url.path, exc_info=error)
    return answer(request, 500, "broken", BROKEN)


def install(app: FastAPI) -> None:
    app.add_exception_handler(MarathonError, on_marathon_error)
    app.add_exception_handler(RequestValidationError, on_wrong_shape)
    app.add_exception_handler(HTTPException, on_http_error)
    app.add_exception_handler(Exception, on_broken)
