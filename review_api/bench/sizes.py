"""How large the deadline day of the bench is: rates a second, seconds, bytes, people."""

from dataclasses import dataclass, replace

MEGABYTE = 1024 * 1024
SCENES = ("uploads", "slow", "autosave", "readers", "ceiling")


@dataclass(frozen=True)
class Size:
    """``*_rate`` are begun a second, whatever the server makes of it; ``*_seconds`` how long."""

    file_bytes: int = 5 * MEGABYTE
    rate: float = 5.0
    seconds: float = 60.0
    burst_rate: float = 15.0
    burst_seconds: float = 60.0
    ceiling_seconds: float = 30.0
    teachers: int = 600
    slow_clients: int = 600
    slow_bytes: int = 2 * MEGABYTE
    slow_seconds: float = 80.0
    page_rate: float = 10.0
    experts: int = 300
    works: int = 100
    autosave_seconds: float = 40.0
    autosave_every: float = 5.0
    readers: int = 8
    reader_seconds: float = 20.0
    articles: int = 30


DEFAULT = Size()
FULL = Size(
    seconds=1800.0,
    slow_bytes=5 * MEGABYTE,
    slow_seconds=200.0,
    autosave_seconds=300.0,
    reader_seconds=60.0,
    articles=300,
)


def lasting(size: Size, seconds: float) -> Size:
    """The same rates and people, every scene ``seconds`` long."""
    return replace(
        size,
        seconds=seconds,
        burst_seconds=seconds,
        ceiling_seconds=seconds,
        slow_seconds=seconds,
        autosave_seconds=seconds,
        reader_seconds=seconds,
    )
