"""Routes. The methodical council."""

from fastapi import APIRouter

from review_api.pages.council import (
    agenda,
    ballots,
    meetings,
    particulars,
    policy,
)

ROUTERS: tuple[APIRouter, ...] = (
    policy.router,
    meetings.router,
    agenda.router,
    ballots.router,
    particulars.router,
)
