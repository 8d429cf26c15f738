"""Routes. The methodical council."""

from fastapi import APIRouter

from review_api.pages.council import (
    agenda,
    ballots,
    meetings,
    policy,
)

ROUTERS: tuple[APIRouter, ...] = (
    policy.router,
    meetings.router,
    agenda.router,
    ballots.router,
)
