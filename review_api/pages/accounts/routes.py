"""Routes. Accounts: signing in and own data."""

from fastapi import APIRouter

from review_api.pages.accounts import (
    address,
    claims,
    confirming,
    fresh,
    guest,
    invitation,
    kept,
    own_data,
    password,
    profile,
    signing_in,
)

ROUTERS: tuple[APIRouter, ...] = (
    signing_in.router,
    guest.router,
    kept.router,
    password.router,
    fresh.router,
    address.router,
    own_data.router,
    profile.router,
    claims.router,
    confirming.router,
    invitation.router,
)
