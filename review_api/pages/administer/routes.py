"""Routes. The administrator's area."""

from fastapi import APIRouter

from review_api.pages.administer import alarming, keys, state, stuck, support

ROUTERS: tuple[APIRouter, ...] = (
    state.router,
    keys.router,
    alarming.router,
    stuck.router,
    support.router,
)
