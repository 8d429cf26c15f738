"""The clock of an installation: it may stand still, but it never goes back over a deadline."""

import os
import threading
import time
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

# A clock that is set back by more was wrong before: it is believed, or nothing would move for days.
MOST_BACK = 24 * 3600.0
MARK_SECONDS = 1.0


class Clock:
    """Moments of this machine, none before one that was told here in the last day.

    ``mark`` is a file whose time of change is the latest moment told, so that restarts and other
    processes of the machine know it. A clock set back by an hour stands still for that hour: what
    was closed stays closed.
    """

    def __init__(self, mark: Path) -> None:
        self.mark = mark
        self.latest = 0.0
        self.guard = threading.Lock()

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.seconds(time.time()), UTC)

    def seconds(self, told: float) -> float:
        """``told`` by the machine, or the latest moment known if that is a little later."""
        with self.guard:
            latest = max(self.latest, self.marked())
            if 0 < latest - told <= MOST_BACK:
                return latest
            self.latest = told
            if not 0 <= told - latest < MARK_SECONDS:
                self.leave_mark(told)
            return told

    def behind(self) -> float:
        """Seconds by which the machine's clock is behind what was told; 0 when it is believed."""
        late = max(self.latest, self.marked()) - time.time()
        return late if 0 < late <= MOST_BACK else 0.0

    def marked(self) -> float:
        try:
            return self.mark.stat().st_mtime
        except OSError:
            return 0.0

    def leave_mark(self, moment: float) -> None:
        # Without a mark the clock of this process alone does not go back.
        with suppress(OSError):
            if not self.mark.exists():
                self.mark.touch()
            os.utime(self.mark, (moment, moment))
