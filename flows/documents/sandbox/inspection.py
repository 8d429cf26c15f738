"""Which walls stand on this machine, asked of a real reading process."""

import tempfile
from pathlib import Path

from flows.documents.parsing.readers import Readers
from flows.documents.reading import DEFAULT_LIMITS, attempt, make_job
from schemas.base import Schema


class Walls(Schema):
    """``namespace``: no network interfaces; ``sockets``: none can be opened (seccomp).

    ``files``: nothing but the file and its folder is read or written (Landlock, whose version
    in this kernel is ``landlock``, 0 where there is none).
    """

    namespace: bool
    sockets: bool
    files: bool
    landlock: int

    @property
    def are_offline(self) -> bool:
        return self.namespace or self.sockets


def inspect_walls(readers: Readers | None = None) -> Walls:
    """Let a reading process try what it must not be able to do.

    Raises ``Unavailable`` when no reading process can be started.
    """
    with tempfile.TemporaryDirectory(prefix="marathon-walls-") as folder:
        desk, beside, asked = (Path(folder, name) for name in ("desk", "beside", "asked"))
        desk.mkdir()
        beside.mkdir()
        asked.write_bytes(b"")
        job = make_job("try", asked, desk, DEFAULT_LIMITS) | {"beside": str(beside)}
        held = attempt(job, readers)
    return Walls(
        namespace=held.get("namespace", False),
        sockets=held.get("sockets", False),
        files=all(held.get(name, False) for name in ("reading", "listing", "writing")),
        landlock=held.get("landlock", 0),
    )
