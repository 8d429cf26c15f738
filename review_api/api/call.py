"""One call of the JSON API: who calls, the transaction, the clock."""

from datetime import datetime
from typing import Annotated

from fastapi import Depends

from flows.accounts.operations import require_recent
from review_api.access import Viewer, can, require
from review_api.deps import (
    BearerDep,
    ConfirmNeeded,
    InstallationDep,
    NowDep,
    ProgramDep,
    SessionDep,
    WorkDep,
)
from schemas.errors import NotAllowed
from schemas.people import Actor, Session
from schemas.settings import Settings
from storage.files import FileStore
from storage.installation import Installation
from storage.work import Work


class Call:
    """What an API route works with; routes get it as ``CallDep``."""

    def __init__(
        self,
        work: Work,
        viewer: Viewer,
        installation: Installation,
        now: datetime,
        session: Session | None,
    ) -> None:
        self.work = work
        self.viewer = viewer
        self.installation = installation
        self.now = now
        self.session = session

    @property
    def actor(self) -> Actor:
        return self.viewer.actor.model_copy(update={"part": "api"})

    @property
    def files(self) -> FileStore:
        return self.installation.files

    @property
    def settings(self) -> Settings:
        return self.installation.settings

    def require(self, action: str, thing: object = None) -> None:
        """Raises ``NotFound`` when the caller may not."""
        require(self.viewer, action, thing)

    def require_recent(self) -> None:
        """For acts that cannot be taken back, called from a page of ours; ``ConfirmNeeded``."""
        if self.session is None:
            return
        try:
            require_recent(self.session, now=self.now)
        except NotAllowed as error:
            raise ConfirmNeeded(error.sentence, act="", now=self.now) from error

    def can(self, action: str, thing: object = None) -> bool:
        return can(self.viewer, action, thing)


async def get_call(
    work: WorkDep,
    viewer: ProgramDep,
    installation: InstallationDep,
    now: NowDep,
    bearer: BearerDep,
    session: SessionDep,
) -> Call:
    # A token was made for programs by an administrator: it is its own confirmation.
    return Call(work, viewer, installation, now, None if bearer else session)


CallDep = Annotated[Call, Depends(get_call)]
