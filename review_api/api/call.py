"""One call of the JSON API: who calls, the transaction, the clock."""

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
from schemas.people import Actor
from schemas.settings import Settings
from storage.files import FileStore


class Call:
    """What an API route works with; routes get it as ``CallDep``."""

    def __init__(
        self,
        work: WorkDep,
        viewer: ProgramDep,
        installation: InstallationDep,
        now: NowDep,
        bearer: BearerDep,
        session: SessionDep,
    ) -> None:
        self.work = work
        self.viewer: Viewer = viewer
        self.installation = installation
        self.now = now
        # A token was made for programs by an administrator: it is its own confirmation.
        self.session = None if bearer else session

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


CallDep = Annotated[Call, Depends(Call)]
