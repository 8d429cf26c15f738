"""Every router of the application, in one list to read."""

from fastapi import APIRouter

from review_api import health, metrics
from review_api.api import (
    marathons,
    overlaps,
    policies,
    reference,
    results,
    reviews,
    stages,
    submissions,
)
from review_api.pages import letters, refusing
from review_api.pages.accounts.routes import ROUTERS as ACCOUNTS
from review_api.pages.administer.routes import ROUTERS as ADMINISTER
from review_api.pages.coordinate.routes import ROUTERS as COORDINATE
from review_api.pages.council.routes import ROUTERS as COUNCIL
from review_api.pages.expert.routes import ROUTERS as EXPERT
from review_api.pages.organise.routes import ROUTERS as ORGANISE
from review_api.pages.public.routes import ROUTERS as PUBLIC
from review_api.pages.teacher.routes import ROUTERS as TEACHER

API_ROUTERS: tuple[APIRouter, ...] = (
    marathons.router,
    policies.router,
    submissions.router,
    overlaps.router,
    reviews.router,
    stages.router,
    results.router,
    reference.router,
    health.router,
)
PAGE_ROUTERS: tuple[APIRouter, ...] = (
    *ACCOUNTS,
    *ADMINISTER,
    *PUBLIC,
    *TEACHER,
    letters.router,
    refusing.router,
    *ORGANISE,
    *COORDINATE,
    *COUNCIL,
    *EXPERT,
    health.router,
    metrics.router,
)
