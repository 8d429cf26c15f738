"""Lists of the JSON API a page at a time: ``limit`` rows behind ``cursor``, which ``next`` gives."""

from typing import Annotated

from fastapi import Query

MOST = 1000
LONGEST_CURSOR = 100

Limit = Annotated[
    int, Query(ge=1, le=MOST, description="At most so many rows are looked at for one answer.")
]
After = Annotated[
    str,
    Query(
        max_length=LONGEST_CURSOR,
        pattern=r"^[0-9A-Za-z-]*$",
        description="`next` of the answer before; empty: the first.",
    ),
]
