"""Routes. A teacher's own materials."""

from fastapi import APIRouter

from review_api.pages.teacher import (
    authors,
    decision,
    files,
    materials,
    parts,
)

ROUTERS: tuple[APIRouter, ...] = (
    materials.router,
    parts.router,
    decision.router,
    authors.router,
    files.router,
)
