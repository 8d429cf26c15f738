"""Every router of the application, in one list to read."""

from fastapi import APIRouter

from review_api import health
from review_api.pages import accounts

API_ROUTERS: tuple[APIRouter, ...] = ()
PAGE_ROUTERS: tuple[APIRouter, ...] = (accounts.router, health.router)
