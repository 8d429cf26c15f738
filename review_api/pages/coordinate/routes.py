"""Routes. The municipal coordinator."""

from fastapi import APIRouter

from review_api.pages.coordinate import certificates, municipality, nominations, reminders, teachers

ROUTERS: tuple[APIRouter, ...] = (
    municipality.router,
    teachers.router,
    reminders.router,
    nominations.router,
    certificates.router,
)
