"""What routes ask for: a transaction, the clock, the person, a page in their language."""

from collections.abc import AsyncIterator
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Request
from fastapi.concurrency import contextmanager_in_threadpool
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from flows.accounts import operations as accounts
from review_api.access import NOBODY, Viewer, is_administrator, through_eyes, viewer_of
from review_api.security import BEGAN
from review_api.turns import Turns
from schemas.errors import NotAllowed
from schemas.people import Session
from storage.files import FileStore
from storage.installation import Installation
from storage.work import Work

COOKIE = "marathon_session"
SIGN_IN = "Войдите, чтобы продолжить."
READING = frozenset({"GET", "HEAD"})
READ_BY_POST = frozenset({"/oai"})
"""Where a question may come as a form: it must not keep those who write waiting."""


LOOKING_ONLY = "Вы смотрите глазами другого человека: так ничего нельзя изменить."
END_OF_LOOKING = frozenset({"/support/end", "/logout"})


class SignInNeeded(NotAllowed):
    code = "sign_in"


class ConfirmNeeded(NotAllowed):
    """``act`` names what waits for it on the button that will do it; ``now`` is the request's."""

    code = "confirm_again"

    def __init__(self, sentence: str, *, act: str, now: datetime) -> None:
        super().__init__(sentence)
        self.act = act
        self.now = now


class LookingOnly(NotAllowed):
    code = "looking_only"


# What neither waits nor computes is a coroutine: anything else costs a change of threads.
async def get_installation(request: Request) -> Installation:
    installation: Installation = request.app.state.installation
    return installation


InstallationDep = Annotated[Installation, Depends(get_installation)]


def began(request: Request) -> datetime:
    """When the request began, however long its body took; never before what was told earlier."""
    moment: datetime = request.scope[BEGAN]
    return moment


async def get_now(request: Request) -> datetime:
    return began(request)


NowDep = Annotated[datetime, Depends(get_now)]


async def get_work(request: Request, installation: InstallationDep) -> AsyncIterator[Work]:
    """One transaction a request: committed after the route returned, rolled back if it raised."""
    only_reads = request.method in READING or request.url.path in READ_BY_POST
    turns: Turns = request.app.state.turns
    async with (
        turns.turn(writes=not only_reads) as turn,
        contextmanager_in_threadpool(installation.begin(read_only=only_reads)) as work,
    ):
        work.stand_aside = turn.end
        yield work


# scope="function": the commit happens before the answer leaves, so "принято" is never premature.
WorkDep = Annotated[Work, Depends(get_work, scope="function")]


async def get_files(installation: InstallationDep) -> FileStore:
    return installation.files


FilesDep = Annotated[FileStore, Depends(get_files)]


def get_session(
    request: Request, installation: InstallationDep, work: WorkDep, now: NowDep
) -> Session | None:
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    return accounts.session_of(work, secret, signer=installation.signer, now=now)


SessionDep = Annotated[Session | None, Depends(get_session)]


def get_viewer(request: Request, work: WorkDep, session: SessionDep) -> Viewer:
    """Who looks, or whose eyes an administrator looks with; raises ``LookingOnly`` for writes."""
    if session is None:
        return NOBODY
    request.state.person_id = session.person_id  # for the log and the alarms
    viewer = viewer_of(work, work.people.get(session.person_id))
    if session.acting_as is None or not is_administrator(viewer, None) or viewer.person is None:
        return viewer
    if request.method not in READING and request.url.path not in END_OF_LOOKING:
        raise LookingOnly(LOOKING_ONLY)
    return through_eyes(work, work.people.get(session.acting_as), viewer.person)


ViewerDep = Annotated[Viewer, Depends(get_viewer)]


BEARER = HTTPBearer(auto_error=False, description="marathon token create EMAIL")
BearerDep = Annotated[HTTPAuthorizationCredentials | None, Depends(BEARER)]


def get_program(
    request: Request,
    bearer: BearerDep,
    installation: InstallationDep,
    work: WorkDep,
    viewer: ViewerDep,
    now: NowDep,
) -> Viewer:
    """The caller of the JSON API: by bearer token, or by the session of our own pages."""
    if bearer is not None:
        secret, signer = bearer.credentials.strip(), installation.signer
        person = accounts.person_of_api_token(work, secret, signer=signer, now=now)
        if person is None:
            raise SignInNeeded("Токен не подходит или истёк. Получите новый у администратора.")
        request.state.person_id = person.id
        return viewer_of(work, person)
    if viewer.person is None:
        raise SignInNeeded("Нужен токен: заголовок Authorization: Bearer …")
    return viewer


ProgramDep = Annotated[Viewer, Depends(get_program)]
