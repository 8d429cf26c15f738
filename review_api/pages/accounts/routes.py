"""Routes. Accounts: signing in and own data."""

from fastapi import APIRouter

from review_api.pages.accounts import (
    guest,
    kept,
    password,
    signing_in,
)

ROUTERS: tuple[APIRouter, ...] = (
    signing_in.router,
    guest.router,
    kept.router,
    password.router,
)
