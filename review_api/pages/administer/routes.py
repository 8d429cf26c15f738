"""Routes. The administrator's area."""

from fastapi import APIRouter

from review_api.pages.administer import keys, state, stuck, support

ROUTERS: tuple[APIRouter, ...] = (
    state.router,
    keys.router,
    stuck.router,
    support.router,
)
