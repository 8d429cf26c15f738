"""The web application: routers, error answers, static files, the guard. Nothing else."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from starlette.formparsers import MultiPartParser
from starlette.staticfiles import StaticFiles

from flows.runtime import log_lines
from review_api import errors, guide_pictures, tracing
from review_api.alarms import Alarms
from review_api.metrics import Figures
from review_api.routes import API_ROUTERS, PAGE_ROUTERS
from review_api.security import Guard
from review_api.templating import STATIC
from review_api.turns import turns_for
from review_api.ways_back import with_ways_back
from schemas.settings import read_settings
from storage.desks import work_at_own_desk
from storage.installation import Installation, open_installation

API = "/api/v1"
MULTIPART_OVERHEAD = 1024 * 1024
# Of each file of a form that stays in memory while the rest comes: hundreds may come at once.
MultiPartParser.spool_max_size = 128 * 1024


def create_app(installation: Installation | None = None) -> FastAPI:
    """The application over an installation, opened from the environment when none is given."""
    opened = installation or opened_by_itself()
    figures = Figures()
    alarms = Alarms(opened, counted=lambda rule: figures.alarms.labels(rule).inc())

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        yield
        alarms.close()
        opened.close()

    app = FastAPI(
        title="Марафон практик",
        version="1",
        openapi_url=f"{API}/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=lifespan,
        redirect_slashes=False,
    )
    app.state.installation = opened
    app.state.figures = figures
    app.state.alarms = alarms
    app.state.turns = turns_for(opened.settings.database)
    for router in API_ROUTERS:
        app.include_router(router, prefix=API, responses=dict(errors.DOCUMENTED))
    routers, last = with_ways_back(PAGE_ROUTERS)
    for router in (*routers, last):
        app.include_router(router, include_in_schema=False)
    app.mount("/static", CachedStatic(directory=STATIC), name="static")
    if guide_pictures.FOLDER.is_dir():
        app.mount(guide_pictures.ADDRESS, CachedStatic(directory=guide_pictures.FOLDER))
    app.add_middleware(
        Guard,
        hosts=opened.settings.hosts,
        max_body=opened.settings.max_upload + MULTIPART_OVERHEAD,
        clock=opened.clock.now,
    )
    listeners = (tracing.write_line, figures.count, alarms.watch)
    app.add_middleware(tracing.Traced, listeners=listeners)  # the last added is the outermost
    errors.install(app)
    return app


def web_process() -> FastAPI:
    """The application of a process of its own, which leaves no temporary folders behind."""
    work_at_own_desk()
    return create_app()


def opened_by_itself() -> Installation:
    """A web process of its own: settings from the environment, lines of the log in our form."""
    settings = read_settings()
    log_lines.configure(settings.log_format)
    return open_installation(settings)


class CachedStatic(StaticFiles):
    """Static addresses carry a mark of their content, so they never need asking again."""

    def file_response(self, *args: object, **options: object) -> object:  # type: ignore[override]
        response = super().file_response(*args, **options)  # type: ignore[arg-type]
        response.headers["cache-control"] = "public, max-age=31536000, immutable"
        return response
