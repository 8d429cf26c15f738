"""Every ``PREFECT_*`` variable the installation sets, in one table with its reason.

Prefect reads the environment when it is imported, so the values are handed to child processes
and never changed inside a running one. Nothing here imports Prefect.
"""

from pathlib import Path
from types import MappingProxyType

OFFLINE = MappingProxyType(
    {
        "DO_NOT_TRACK": "1",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "PREFECT_CLOUD_ENABLE_ORCHESTRATION_TELEMETRY": "false",
    }
)

# Events arrive one by one by default, each in a transaction of its own: batches took 45-67 %
# of the server's processor time away.
BATCHES = MappingProxyType(
    {
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_READ_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_BATCH_SIZE": "100",
        "PREFECT_SERVER_SERVICES_TASK_RUN_RECORDER_FLUSH_INTERVAL": "1",
    }
)

# We have no automations, pauses or concurrency limits, and events are never trusted with work:
# the loops that serve them only compete for the database.
SERVICES = MappingProxyType(
    {
        "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_EVENT_PERSISTER_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_PAUSE_EXPIRATIONS_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_REPOSSESSOR_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_CLEANUP_RECONCILER_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_CANCELLATION_CLEANUP_ENABLED": "false",
        "PREFECT_SERVER_SERVICES_LATE_RUNS_LOOP_SECONDS": "30",
        "PREFECT_SERVER_SERVICES_FOREMAN_LOOP_SECONDS": "30",
        # Runs are written ahead of time; few, so that a restart finds few late ones.
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_RUNS": "2",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MAX_RUNS": "5",
        "PREFECT_SERVER_SERVICES_SCHEDULER_MIN_SCHEDULED_TIME": "PT90S",
        "PREFECT_SERVER_SERVICES_SCHEDULER_LOOP_SECONDS": "30",
    }
)

# Schedules alone make 2,500 runs a day, and what became of requests stands in our own rows: two
# weeks are what people look back at. Events serve nobody after a week.
RETENTION = MappingProxyType(
    {
        "PREFECT_SERVER_SERVICES_DB_VACUUM_ENABLED": "events,flow_runs",
        "PREFECT_SERVER_SERVICES_DB_VACUUM_RETENTION_PERIOD": "1209600",
        "PREFECT_SERVER_EVENTS_RETENTION_PERIOD": "P7D",
    }
)

RUNNER = MappingProxyType(
    {
        "PREFECT_WORKER_QUERY_SECONDS": "1",
        # A run fetched before its time waits inside the worker and holds a place there.
        "PREFECT_WORKER_PREFETCH_SECONDS": "0",
        "PREFECT_WORKER_HEARTBEAT_SECONDS": "30",
        # Log lines go to our files; through the API each batch is one more transaction.
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
        # Without this a lost address would start a second server inside the runner.
        "PREFECT_SERVER_EPHEMERAL_ENABLED": "false",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
    }
)


def prefect_environment(
    data_dir: Path, *, port: int, auth: str, database_url: str
) -> dict[str, str]:
    """Environment of the Prefect server on ``port`` and of everybody who talks to it.

    ``auth`` is ``user:password``; ``database_url`` is what
    :func:`flows.runtime.prefect_database.choose_database` gave.
    """
    address = f"http://127.0.0.1:{port}/api"
    return {
        **client_environment(data_dir, api_url=address, auth=auth),
        **server_environment(
            data_dir, host="127.0.0.1", port=port, auth=auth, database_url=database_url
        ),
    }


def client_environment(data_dir: Path, *, api_url: str, auth: str) -> dict[str, str]:
    """Environment of a runner or worker of the server at ``api_url``."""
    return {
        **OFFLINE,
        **RUNNER,
        **_own_folder(data_dir),
        "PREFECT_API_URL": api_url,
        "PREFECT_API_AUTH_STRING": auth,
    }


def server_environment(
    data_dir: Path, *, host: str, port: int, auth: str, database_url: str
) -> dict[str, str]:
    """Environment of the server alone; its pages are opened on its own machine or by a tunnel."""
    origin = f"http://127.0.0.1:{port}"
    return {
        **OFFLINE,
        **BATCHES,
        **SERVICES,
        **RETENTION,
        **_own_folder(data_dir),
        "PREFECT_SERVER_API_AUTH_STRING": auth,
        "PREFECT_SERVER_API_HOST": host,
        "PREFECT_SERVER_API_PORT": str(port),
        "PREFECT_SERVER_CORS_ALLOWED_ORIGINS": origin,
        "PREFECT_SERVER_UI_API_URL": f"{origin}/api",
        "PREFECT_SERVER_UI_STATIC_DIRECTORY": str(data_dir / "prefect" / "ui"),
        "PREFECT_SERVER_DATABASE_CONNECTION_URL": database_url,
    }


def _own_folder(data_dir: Path) -> dict[str, str]:
    home = data_dir / "prefect"
    return {"PREFECT_HOME": str(home), "PREFECT_PROFILES_PATH": str(home / "profiles.toml")}
