"""Routes. The expert's queue and sheets."""

from fastapi import APIRouter

from review_api.pages.expert import (
    availability,
    invited,
    kit,
    material,
    questions,
    queue,
    record,
    scoring,
    wishes,
)

ROUTERS: tuple[APIRouter, ...] = (
    invited.router,
    queue.router,
    availability.router,
    kit.router,
    record.router,
    wishes.router,
    scoring.router,
    questions.router,
    material.router,
)
