"""Where Prefect's own page about a run is, for whoever can open it from where they are."""

from urllib.parse import urlsplit

from schemas.outbox import Run
from schemas.settings import LOCAL_HOSTS, Settings


def page_of(run: Run, settings: Settings, *, host: str) -> str:
    """The address, or nothing while the run has no counterpart or ``host`` cannot reach it.

    A server on the loopback interface is reached from its own machine only, where our pages are
    opened as ``localhost``; elsewhere ``MARATHON_PREFECT_UI_URL`` says where its pages are.
    """
    base = settings.prefect_ui_url or settings.prefect_api_url.removesuffix("/").removesuffix(
        "/api"
    )
    if not run.prefect_run_id or not base:
        return ""
    if urlsplit(base).hostname in LOCAL_HOSTS and host not in LOCAL_HOSTS:
        return ""
    return f"{base.rstrip('/')}/runs/flow-run/{run.prefect_run_id}"
