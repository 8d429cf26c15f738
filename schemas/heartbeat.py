"""Signs of life of an installation's parts, which may run on several machines."""

from datetime import datetime
from enum import StrEnum

from schemas.base import Entity


class LivePart(StrEnum):
    """Who gives a sign; web processes are asked by whoever balances between them."""

    RUNNER = "runner"
    WORKER = "worker"


class Heartbeat(Entity):
    """The newest sign of the part that calls itself ``name`` (its machine and a number)."""

    part: LivePart
    name: str
    at: datetime
