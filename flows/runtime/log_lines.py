"""Lines of the logs: who asked and which run, in text or JSON, and never what people wrote.

Messages of ours hold ids and codes. Exceptions may quote anything, so their texts are left out:
their kinds and the places in the code are enough to find a fault. Whatever looks like an address
or a telephone in a line of somebody else's library is masked.
"""

import json
import logging
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from traceback import extract_tb
from types import TracebackType
from typing import Literal

LogFormat = Literal["text", "json"]

request_number: ContextVar[str] = ContextVar("request_number", default="")
run_id: ContextVar[str] = ContextVar("run_id", default="")

EMAIL = re.compile(r"[\w.+%-]+@[\w-]+(\.[\w-]+)+")
TELEPHONE = re.compile(
    r"(?<![\w-])(?:\+7|8)[\s(-]{0,2}\d{3}[\s)-]{0,2}\d{3}[\s-]?\d{2}[\s-]?\d{2}(?![\w-])"
)
MASK = "***"
FRAMES = 12
CHAIN = 4
# Servers write a line for each request with its whole address; ours has the route instead.
SILENCED = ("uvicorn.access",)
# They bring handlers of their own, which know nothing of what may not be written.
TAKEN_OVER = ("uvicorn", "uvicorn.error", "prefect", "prefect.flow_runs", "prefect.task_runs")
TALKATIVE = ("httpx", "httpcore", "botocore", "boto3", "urllib3", "s3transfer", "fontTools")


def new_number() -> str:
    """Short enough to be read out on the telephone."""
    return secrets.token_hex(4)


@contextmanager
def within_run(request: str | None) -> Iterator[None]:
    """Lines written meanwhile name the run that was asked for."""
    token = run_id.set(request or "")
    try:
        yield
    finally:
        run_id.reset(token)


class Line(logging.Formatter):
    """What both forms share."""

    def fields(self, record: logging.LogRecord) -> dict[str, str]:
        """The parts of a line in their order; those that are empty are left out."""
        parts = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "request": request_number.get(),
            "run": run_id.get(),
            "message": masked(record.getMessage()),
            "error": " <- ".join(faults(record)),
        }
        return {name: value for name, value in parts.items() if value}


class TextLine(Line):
    """``2026-03-01T10:00:00.000+00:00 info marathon.web request=… message``."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, whatever the message holds."""
        fields = self.fields(record)
        named = [f"{name}={fields[name]}" for name in ("request", "run") if name in fields]
        plain = [fields["at"], fields["level"], fields["logger"]]
        error = [f"error={fields['error']}"] if "error" in fields else []
        return " ".join(" ".join([*plain, *named, fields.get("message", ""), *error]).split())


class JsonLine(Line):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        """JSON escapes line breaks by itself."""
        return json.dumps(self.fields(record), ensure_ascii=False)


def masked(message: str) -> str:
    return TELEPHONE.sub(MASK, EMAIL.sub(MASK, message))


def faults(record: logging.LogRecord) -> Iterable[str]:
    """Kinds and places of the exception and of what led to it, without their words."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    for _ in range(CHAIN):
        if error is None:
            return
        yield f"{type(error).__name__} at {places(error.__traceback__)}"
        error = error.__cause__ or error.__context__


def places(trace: TracebackType | None) -> str:
    """Innermost last: ``routes.py:12 show > work.py:40 begin``."""
    frames = extract_tb(trace)[-FRAMES:]
    return " > ".join(f"{short(one.filename)}:{one.lineno} {one.name}" for one in frames)


def short(path: str) -> str:
    """The file with its folder; where the installation lies is nobody's business."""
    return "/".join(path.split("/")[-2:])


FORMATS = {"text": TextLine, "json": JsonLine}


def configure(kind: LogFormat, *, level: int = logging.INFO) -> None:
    """Everything this process logs goes to stderr in lines of ours."""
    handler = logging.StreamHandler()
    handler.setFormatter(FORMATS[kind]())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name in TAKEN_OVER:
        taken = logging.getLogger(name)
        taken.handlers.clear()
        taken.propagate = True
    for name in SILENCED:
        logging.getLogger(name).disabled = True
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
