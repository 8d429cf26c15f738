"""Letters that invite co-authors: when a material is sent, and when a line joins a sent one."""

import secrets

from flows.intake import co_authors
from review_api.pages.teacher.desk import Desk
from review_api.pages.visit import Visit


def ways(visit: Visit) -> co_authors.Invitations:
    return co_authors.Invitations(
        signer=visit.installation.signer, draw=lambda: secrets.token_urlsafe(32)
    )


def invite(visit: Visit, desk: Desk) -> tuple[str, ...]:
    """Letters to co-authors who had none; a guest sends none before signing in."""
    if visit.work.people.get(desk.submission.owner_id).email is None:
        return ()
    invited = co_authors.invite(
        visit.work, desk.submission.id, ways(visit), by=desk.actor, now=visit.now
    )
    if invited:
        visit.send_letters()
    return invited
