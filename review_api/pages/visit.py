"""One visit to a page: who came, the transaction, the clock, and the ways to answer."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from urllib.parse import quote, unquote

from fastapi import Depends, Form, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from flows.accounts.operations import require_recent
from review_api import preferences, templating
from review_api.access import NOBODY, ORGANISERS, Viewer, can
from review_api.deps import (
    COOKIE,
    READING,
    SIGN_IN,
    ConfirmNeeded,
    InstallationDep,
    NowDep,
    SessionDep,
    SignInNeeded,
    ViewerDep,
    WorkDep,
)
from review_api.frame import Flash, Frame, Link, Operator, Person
from schemas.errors import MarathonError, NotAllowed, NotFound
from schemas.marathon import Marathon
from schemas.people import ROLE_NAMES, Actor, Role, Session
from schemas.people import Person as PersonSchema
from schemas.settings import Settings
from storage.files import FileStore
from storage.installation import Installation
from storage.repositories.rows import MISSING
from storage.work import Work

FLASH_COOKIE = "flash"
LENGTH_OF_ID = 36
DEEP = 3  # parts of the address of a page about one material
MISSING_PAGE = 404
SEARCH = "/organise/search"
SECTIONS: tuple[tuple[str, str, frozenset[Role]], ...] = (
    ("Мои материалы", "/my", frozenset(Role)),
    ("Экспертиза", "/expert", frozenset({Role.EXPERT})),
    ("Организация", "/organise", ORGANISERS),
    ("Муниципалитет", "/coordinate", frozenset({Role.COORDINATOR})),
    ("Совет", "/council", frozenset({Role.CHAIR, Role.SECRETARY}) | ORGANISERS),
    ("Администрирование", "/administer", frozenset({Role.ADMINISTRATOR})),
)
DESKS = ("/organise", "/coordinate", "/council", "/expert")


class Visit:
    """What a page route works with; routes get it as ``VisitDep``."""

    def __init__(
        self,
        request: Request,
        installation: Installation,
        work: Work,
        viewer: Viewer,
        now: datetime,
        session: Session | None = None,
    ) -> None:
        self.request = request
        self.installation = installation
        self.work = work
        self.viewer = viewer
        self.now = now
        self.session = session

    @property
    def settings(self) -> Settings:
        return self.installation.settings

    @property
    def files(self) -> FileStore:
        return self.installation.files

    @property
    def person(self) -> PersonSchema:
        """Who is signed in; raises ``SignInNeeded``."""
        if self.viewer.person is None:
            raise SignInNeeded(SIGN_IN)
        return self.viewer.person

    @property
    def account(self) -> PersonSchema:
        """Who is signed in with an address; raises ``SignInNeeded`` for guests too."""
        if self.person.guest:
            raise SignInNeeded(SIGN_IN)
        return self.person

    @property
    def actor(self) -> Actor:
        """Who acts, for the journal; raises ``SignInNeeded``."""
        _ = self.person
        return self.viewer.actor

    def require(self, action: str, thing: object = None) -> None:
        """Raises ``NotFound`` when this person may not, ``SignInNeeded`` when nobody came."""
        if not can(self.viewer, action, thing):
            _ = self.person
            raise NotFound(MISSING)

    def require_recent(self, act: str) -> None:
        """For acts that cannot be taken back, after everything else about them was checked.

        ``act`` is what its button says. Raises ``ConfirmNeeded``, which is answered by a page that
        asks for a code or the password, keeps what was typed and leads back to the act.
        """
        if self.session is None:
            raise SignInNeeded(SIGN_IN)
        try:
            require_recent(self.session, now=self.now)
        except NotAllowed as error:
            raise ConfirmNeeded(error.sentence, act=act, now=self.now) from error

    def show(
        self,
        template: str,
        *,
        status: int = 200,
        marathon: Marathon | None = None,
        back: Link | None = None,
        breadcrumbs: tuple[Link, ...] = (),
        flashes: tuple[Flash, ...] = (),
        **context: object,
    ) -> Response:
        """The page; a sentence left by ``leave`` is shown once and forgotten."""
        left = left_flash(self.request)
        frame = frame_of(
            self.request,
            self.viewer,
            marathon=marathon,
            back=back,
            breadcrumbs=breadcrumbs,
            flashes=(*flashes, *left),
        )
        html = templating.render(template, frame, **{"viewer": self.viewer, **context})
        response = HTMLResponse(html, status)
        preferences.remember(self.request, response)
        if left:
            response.delete_cookie(FLASH_COOKIE)
        return response

    def leave(self, address: str, sentence: str = "", *, kind: str = "success") -> Response:
        """After a write: to ``address`` by GET, with a sentence to show there."""
        response = RedirectResponse(address, 303)
        if sentence:
            response.set_cookie(
                FLASH_COOKIE, quote(f"{kind}|{sentence}"), max_age=60, httponly=True, samesite="lax"
            )
        return response

    def send_letters(self) -> None:
        """Have the letters that were just written leave at once, not with the next sweep."""
        person = self.viewer.person
        by = None if person is None or person.guest else person.id  # guests may be gone by then
        self.work.runs.ask("deliver_notices", marathon_id=None, by=by, now=self.now)

    def refuse(self, address: str, error: MarathonError) -> Response:
        """To ``address`` with why it was not done; nothing of what was tried is kept."""
        self.work.forget()
        return self.leave(address, error.sentence, kind="warning")


def sign_in_first(request: Request) -> Response:
    """To the sign-in page and back to this very address, its query included."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"/login?next={quote(request.url.path + query, safe='/')}", 303)


def left_flash(request: Request) -> tuple[Flash, ...]:
    kind, _, sentence = unquote(request.cookies.get(FLASH_COOKIE, "")).partition("|")
    if not sentence or kind not in {"success", "info", "warning"}:
        return ()
    return (Flash.model_validate({"text": sentence[:500], "kind": kind}),)


def frame_of(
    request: Request,
    viewer: Viewer,
    *,
    marathon: Marathon | None = None,
    **parts: object,
) -> Frame:
    settings: Settings = request.app.state.installation.settings
    chosen = preferences.read(request, settings.language)
    address = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return Frame.model_validate(
        {
            "operator": Operator(name=settings.operator, email=settings.contact),
            "path": address,
            "language": chosen.language,
            "low_vision": chosen.low_vision,
            "marathon": marathon.title if marathon else "",
            "zone": marathon.zone if marathon else settings.timezone,
            "navigation": navigation(request, viewer),
            "search_href": search_of(request, viewer),
            "person": person_in_header(viewer),
            "acting": viewer.behind.name if viewer.behind else "",
            "is_guest": viewer.person is not None and viewer.person.guest,
            "login_href": login_address(request, address),
            **parts,
        }
    )


def login_address(request: Request, address: str) -> str:
    """The sign-in page that leads back here, where there is a page to come back to."""
    ways_in = address.startswith(("/login", "/kept", "/guest", "/claim"))
    if ways_in or address == "/" or request.method not in READING:
        return "/login"
    return f"/login?next={quote(address, safe='/')}"


def search_of(request: Request, viewer: Viewer) -> str:
    """Where the header of organisers' pages searches; the search page has a line of its own."""
    inside = request.url.path.startswith("/organise") and request.url.path != SEARCH
    return SEARCH if inside and can(viewer, "organise.enter") else ""


def navigation(request: Request, viewer: Viewer) -> tuple[Link, ...]:
    """The sections this person has something to do in."""
    if viewer.person is None:
        return ()
    roles = viewer.roles | {Role.TEACHER} | ({Role.EXPERT} if viewer.expert else set())
    return tuple(
        Link(text=text, href=href, current=request.url.path.startswith(href))
        for text, href, wanted in SECTIONS
        if roles & wanted
    )


def section_of(viewer: Viewer) -> str:
    """The section a person's day begins in: an office first, then the queue, then own works."""
    roles = viewer.roles | ({Role.EXPERT} if viewer.expert else set())
    wanted = {href: able for _, href, able in SECTIONS}
    return next((href for href in DESKS if roles & wanted[href]), "/my")


def person_in_header(viewer: Viewer) -> Person | None:
    if viewer.person is None or viewer.person.guest:
        return None
    roles = sorted(ROLE_NAMES[role] for role in viewer.roles) or [ROLE_NAMES[Role.TEACHER]]
    menu = (Link(text="Мои данные", href="/me"),)
    return Person(name=viewer.person.name, role=", ".join(roles), menu=menu)


def error_page(
    request: Request,
    status: int,
    sentence: str,
    *,
    looking: bool = False,
    number: str = "",
    typed: Sequence[tuple[str, str]] = (),
) -> str:
    """The same body for everybody, signed in or not: an error page tells nothing else.

    Whoever was ``looking`` with another's eyes is offered to end it; whoever has a session is not
    told to sign in. ``number`` is that of a fault, to be found again in the log; ``typed`` are
    fields that can be sent again.
    """
    frame = frame_of(request, NOBODY)
    if COOKIE in request.cookies:
        frame = frame.model_copy(update={"login_href": ""})
    return templating.render(
        "error.html",
        frame,
        status=status,
        sentence=sentence,
        looking=looking,
        number=number,
        typed=typed,
        again=str(request.url.replace(scheme="", netloc="")),
        way_up=None if status == MISSING_PAGE else way_up_of(request),
    )


def way_up_of(request: Request) -> Link | None:
    """A teacher's way back to the material, which is there when a page of it is not."""
    parts = request.url.path.strip("/").split("/")
    if parts[0] != "my" or len(parts) < DEEP or len(parts[1]) != LENGTH_OF_ID:
        return None
    return Link(text="К материалу", href=f"/my/{parts[1]}")


async def get_visit(
    request: Request,
    installation: InstallationDep,
    work: WorkDep,
    viewer: ViewerDep,
    now: NowDep,
    session: SessionDep,
) -> Visit:
    return Visit(request, installation, work, viewer, now, session)


VisitDep = Annotated[Visit, Depends(get_visit)]
Text = Annotated[str, Form()]
