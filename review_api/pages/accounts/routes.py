"""Routes. Accounts: signing in and own data."""

from fastapi import APIRouter

from review_api.pages.accounts import (
    signing_in,
)

ROUTERS: tuple[APIRouter, ...] = (signing_in.router,)
