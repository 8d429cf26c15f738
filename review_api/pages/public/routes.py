"""Routes. What anybody may open."""

from fastapi import APIRouter

from review_api.pages.public import (
    collection,
    embedding,
    harvesting,
    home,
    papers,
)

ROUTERS: tuple[APIRouter, ...] = (
    home.router,
    papers.router,
    embedding.router,
    collection.router,
    harvesting.router,
)
