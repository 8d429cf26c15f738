"""Every router of the application, in one list to read."""

from fastapi import APIRouter

from review_api import health
from review_api.api import marathons, results, reviews, stages, submissions
from review_api.pages import (
    accounts,
    authors,
    collection,
    expert,
    home,
    letters,
    material,
    organise_assignment,
    organise_dashboard,
    organise_decision,
    organise_decisions,
    organise_import,
    organise_marathon,
    organise_registry,
    organise_work,
    organise_works,
    public,
    scoring,
    submission,
    submission_files,
    submission_parts,
)

API_ROUTERS: tuple[APIRouter, ...] = (
    marathons.router,
    submissions.router,
    reviews.router,
    stages.router,
    results.router,
    health.router,
)
PAGE_ROUTERS: tuple[APIRouter, ...] = (
    accounts.router,
    home.router,
    submission.router,
    submission_parts.router,
    authors.router,
    submission_files.router,
    letters.router,
    public.router,
    collection.router,
    organise_marathon.router,
    organise_import.router,
    organise_registry.router,
    organise_works.router,
    organise_work.router,
    organise_assignment.router,
    organise_decisions.router,
    organise_decision.router,
    organise_dashboard.router,
    expert.router,
    scoring.router,
    material.router,
    health.router,
)
