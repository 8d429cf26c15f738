"""Routes. A teacher's own materials."""

from fastapi import APIRouter

from review_api.pages.teacher import (
    authors,
    decision,
    files,
    history,
    materials,
    parts,
    response,
    uploads,
)

ROUTERS: tuple[APIRouter, ...] = (
    materials.router,
    parts.router,
    decision.router,
    authors.router,
    uploads.router,
    files.router,
    history.router,
    response.router,
)
