"""Letters that invite co-authors: when a material is sent, and when a line joins a sent one."""

import secrets
from datetime import datetime

from flows.intake import co_authors
from schemas.people import Actor
from schemas.signing import Signer
from storage.work import Work


def ways(signer: Signer) -> co_authors.Invitations:
    return co_authors.Invitations(signer=signer, draw=lambda: secrets.token_urlsafe(32))


def invite(
    work: Work, submission_id: str, *, signer: Signer, by: Actor, now: datetime
) -> tuple[str, ...]:
    """Names of the co-authors who are written to now; a guest writes to none before signing in."""
    owner = work.people.get(work.submissions.get(submission_id).owner_id)
    if owner.email is None:
        return ()
    invited = co_authors.invite(work, submission_id, ways(signer), by=by, now=now)
    if invited:
        work.runs.ask("deliver_notices", marathon_id=None, by=by.person_id, now=now)
    return invited
