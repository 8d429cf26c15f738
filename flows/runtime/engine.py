"""One run in a process of its own, as a worker elsewhere starts it: ``python -m flows.runtime.engine``.

Prefect's engine with our log lines, which keep personal data out.
"""

import runpy

from prefect.logging.configuration import ensure_logging_setup
from prefect.settings import PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

from flows.runtime import log_lines
from schemas.settings import read_settings
from storage.desks import work_at_own_desk


def main() -> None:
    """Carry out the run that the environment names; exits as Prefect's engine does."""
    work_at_own_desk()
    ensure_logging_setup()  # before ours, which takes the handlers that it puts up
    log_lines.configure(read_settings().log_format)
    # As in flows/runtime/worker.py: "off" exists in code alone.
    with temporary_settings({PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
        runpy.run_module("prefect.engine", run_name="__main__")


if __name__ == "__main__":
    main()
