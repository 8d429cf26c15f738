"""``marathon bench web``: pages one by one, and a deadline day beside a plain server."""

import os
import tempfile
from pathlib import Path
from typing import Any

from review_api.bench import deadline, pages
from review_api.bench.sizes import DEFAULT, FULL, Size, lasting
from schemas.settings import IN_ITS_FOLDER


def run(
    *,
    large: bool = False,
    seconds: float | None = None,
    only: tuple[str, ...] = (),
    database_url: str = "",
    size: Size | None = None,
) -> dict[str, Any]:
    """Everything, or the scenes in ``only``; ``seconds`` makes each scene that long."""
    os.environ |= IN_ITS_FOLDER
    chosen = size or (FULL if large else DEFAULT)
    if seconds is not None:
        chosen = lasting(chosen, seconds)
    one_by_one = {} if only else pages.run()
    with tempfile.TemporaryDirectory(prefix="bench-web-") as folder:
        day = deadline.run(Path(folder), chosen, only=only, database_url=database_url)
    return {**one_by_one, "deadline_day": day}
