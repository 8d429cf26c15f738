"""Every router of the application, in one list to read."""

from fastapi import APIRouter

from review_api import health
from review_api.api import marathons, results, reviews, stages, submissions
from review_api.pages import accounts

API_ROUTERS: tuple[APIRouter, ...] = (
    marathons.router,
    submissions.router,
    reviews.router,
    stages.router,
    results.router,
    health.router,
)
PAGE_ROUTERS: tuple[APIRouter, ...] = (accounts.router, health.router)
