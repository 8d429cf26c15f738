"""Routes. A teacher's own materials."""

from fastapi import APIRouter

from review_api.pages.teacher import (
    access_code,
    authors,
    co_authors,
    decision,
    files,
    history,
    live,
    materials,
    parts,
    proof,
    questions,
    response,
    uploads,
)

ROUTERS: tuple[APIRouter, ...] = (
    access_code.router,
    materials.router,
    parts.router,
    decision.router,
    co_authors.router,
    authors.router,
    uploads.router,
    files.router,
    history.router,
    live.router,
    questions.router,
    proof.router,
    response.router,
)
