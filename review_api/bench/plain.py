"""The least that a server can do for the same load: the ceiling our figures are compared with.

Plain FastAPI under the same command: a body is streamed to a temporary file, hashed, synced, put
in its place, and one SQLite transaction says so. No people, no rights, no letters, no pages.
"""

import hashlib
import os
import secrets
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import BinaryIO

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import HTMLResponse, JSONResponse, Response

from storage.files import sync_folder

PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA busy_timeout=15000",
)
TABLES = (
    "CREATE TABLE IF NOT EXISTS file (number TEXT, sha256 TEXT, size INTEGER)",
    "CREATE TABLE IF NOT EXISTS draft (id TEXT PRIMARY KEY, text TEXT)",
)


def create_app() -> FastAPI:
    """Routes over the folder ``BENCH_DATA``."""
    data = Path(os.environ["BENCH_DATA"])
    for statement in TABLES:
        write(data, statement, ())
    app = FastAPI(openapi_url=None)

    @app.post("/files/{number}")
    async def receive(request: Request, number: str) -> Response:
        temporary, digest, size = data / secrets.token_hex(16), hashlib.sha256(), 0
        with temporary.open("xb") as file:
            async for chunk in request.stream():
                digest.update(chunk)
                file.write(chunk)
                size += len(chunk)
            await run_in_threadpool(sync, file)
        sha256 = digest.hexdigest()
        await run_in_threadpool(keep, data, temporary, (number, sha256, size))
        return JSONResponse({"sha256": sha256}, 201)

    @app.post("/drafts/{number}")
    async def draft(request: Request, number: str) -> Response:
        form = await request.form()
        text = repr(form.multi_items())
        await run_in_threadpool(write, data, "REPLACE INTO draft VALUES (?, ?)", (number, text))
        return JSONResponse({"saved": True})

    @app.get("/page")
    def page() -> HTMLResponse:
        with closing(opened(data)) as connection:
            row = connection.execute("SELECT count(*) FROM draft").fetchone()
        return HTMLResponse(f"<!doctype html><title>Page</title><p>{row[0]}</p>")

    return app


def sync(file: BinaryIO) -> None:
    file.flush()
    os.fsync(file.fileno())


def keep(data: Path, temporary: Path, row: tuple[str, str, int]) -> None:
    temporary.replace(data / row[1])
    sync_folder(data)
    write(data, "INSERT INTO file VALUES (?, ?, ?)", row)


def opened(data: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(data / "plain.sqlite3", isolation_level=None)
    for pragma in PRAGMAS:
        connection.execute(pragma)
    return connection


def write(data: Path, statement: str, values: tuple[object, ...]) -> None:
    """One transaction."""
    with closing(opened(data)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(statement, values)
        connection.execute("COMMIT")
