"""Routes. The municipal coordinator."""

from fastapi import APIRouter

from review_api.pages.coordinate import (
    municipality,
)

ROUTERS: tuple[APIRouter, ...] = (municipality.router,)
