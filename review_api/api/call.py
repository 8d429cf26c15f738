"""One call of the JSON API: who calls, the transaction, the clock."""

from typing import Annotated

from fastapi import Depends

from review_api.access import Viewer, can, require
from review_api.deps import InstallationDep, NowDep, ProgramDep, WorkDep
from schemas.people import Actor
from schemas.settings import Settings
from storage.files import FileStore


class Call:
    """What an API route works with; routes get it as ``CallDep``."""

    def __init__(
        self, work: WorkDep, viewer: ProgramDep, installation: InstallationDep, now: NowDep
    ) -> None:
        self.work = work
        self.viewer: Viewer = viewer
        self.installation = installation
        self.now = now

    @property
    def actor(self) -> Actor:
        return Actor(person_id=self.viewer.id, part="api")

    @property
    def files(self) -> FileStore:
        return self.installation.files

    @property
    def settings(self) -> Settings:
        return self.installation.settings

    def require(self, action: str, thing: object = None) -> None:
        """Raises ``NotFound`` when the caller may not."""
        require(self.viewer, action, thing)

    def can(self, action: str, thing: object = None) -> bool:
        return can(self.viewer, action, thing)


CallDep = Annotated[Call, Depends(Call)]
