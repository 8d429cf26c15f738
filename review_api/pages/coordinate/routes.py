"""Routes. The municipal coordinator."""

from fastapi import APIRouter

from review_api.pages.coordinate import municipality, nominations, reminders, teachers

ROUTERS: tuple[APIRouter, ...] = (
    municipality.router,
    teachers.router,
    reminders.router,
    nominations.router,
)
