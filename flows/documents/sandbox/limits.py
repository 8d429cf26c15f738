"""Limits of one process that the kernel keeps itself: processor, memory, files."""

import resource

OPEN_FILES = 256


def limit_resources(seconds: float, memory: int, written: int) -> None:
    """Bound processor seconds, address space and the size of any file written, both in bytes."""
    whole = max(1, round(seconds))
    limit(resource.RLIMIT_CPU, whole, whole + 1)
    limit(resource.RLIMIT_AS, memory, memory)
    limit(resource.RLIMIT_FSIZE, written, written)
    limit(resource.RLIMIT_NOFILE, OPEN_FILES, OPEN_FILES)
    limit(resource.RLIMIT_CORE, 0, 0)


def limit(kind: int, soft: int, hard: int) -> None:
    """Lower a limit, never above what is already allowed."""
    _, ceiling = resource.getrlimit(kind)
    if ceiling != resource.RLIM_INFINITY:
        soft, hard = min(soft, ceiling), min(hard, ceiling)
    resource.setrlimit(kind, (soft, hard))
