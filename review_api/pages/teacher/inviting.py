"""Inviting the co-authors of the material that is open."""

from review_api import inviting
from review_api.pages.teacher.desk import Desk
from review_api.pages.visit import Visit


def invite(visit: Visit, desk: Desk) -> tuple[str, ...]:
    return inviting.invite(
        visit.work,
        desk.submission.id,
        signer=visit.installation.signer,
        by=desk.actor,
        now=visit.now,
    )
