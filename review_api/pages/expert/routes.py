"""Routes. The expert's queue and sheets."""

from fastapi import APIRouter

from review_api.pages.expert import (
    availability,
    material,
    queue,
    scoring,
    wishes,
)

ROUTERS: tuple[APIRouter, ...] = (
    queue.router,
    availability.router,
    wishes.router,
    scoring.router,
    material.router,
)
