"""What an honest person hardly does: a table of rules over answered requests.

Each web process counts in its own memory, nothing of it is kept; only an alarm is. The bounds were
chosen well above what a busy organiser does, so that an alarm is worth reading.
"""

import logging
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from types import MappingProxyType

from flows.accounts.alarms import raise_alarm
from review_api.formats import marked
from review_api.tracing import Answered
from schemas.base import Schema
from schemas.errors import MarathonError
from storage.installation import Installation

log = logging.getLogger("marathon.alarms")

MOST_COUNTED = 10_000  # people a process remembers at once
REFUSED = frozenset({403, 404})
DONE = frozenset({200, 303})
SIGN_INS = frozenset({"/login/link/{secret}", "/login/code", "/login/password", "/claim"})
SIGN_IN_FAILED = frozenset({401, 403, 422, 429})
NAMES_SHOWN = frozenset(
    {
        "/organise/{marathon_id}/decisions/{decision_id}/names",
        "/administer/people/{person_id}/look",
    }
)
FILES = ("/files/{file_id}", "/file", ".zip", ".xlsx", ".pdf")
MINUTE, HOUR = 60.0, 3600.0


class Rule(Schema):
    """More than ``most`` in ``seconds`` by one account, or by all together, raises the alarm.

    With ``apart`` things are counted, not times: opening one material again is no news.
    """

    words: str
    most: int
    seconds: float
    together: bool = False
    apart: bool = False


RULES: Mapping[str, Rule] = MappingProxyType(
    {
        "refusals": Rule(
            words=marked("Один человек снова и снова просит то, чего ему не видно"),
            most=20,
            seconds=10 * MINUTE,
        ),
        "works_opened": Rule(
            words=marked("Один человек открыл очень много разных записей"),
            most=100,
            seconds=10 * MINUTE,
            apart=True,
        ),
        "downloads": Rule(
            words=marked("Один человек скачал очень много файлов"), most=60, seconds=10 * MINUTE
        ),
        "names_shown": Rule(
            words=marked("Один человек много раз открыл скрытые имена или смотрел глазами других"),
            most=5,
            seconds=HOUR,
        ),
        "sign_in_failures": Rule(
            words=marked("Очень много неудачных попыток войти"),
            most=100,
            seconds=10 * MINUTE,
            together=True,
        ),
    }
)


def breaks_of(one: Answered) -> list[str]:
    """Codes of the rules that this request counts for."""
    is_known = bool(one.person_id)
    read = is_known and one.method == "GET" and one.status in DONE
    checks = {
        "refusals": is_known and one.status in REFUSED,
        "works_opened": read and bool(one.ids),
        "downloads": read and one.route.endswith(FILES),
        "names_shown": is_known
        and one.method == "POST"
        and one.status in DONE
        and one.route in NAMES_SHOWN,
        "sign_in_failures": one.method == "POST"
        and one.status in SIGN_IN_FAILED
        and one.route in SIGN_INS,
    }
    return [code for code, counts in checks.items() if counts]


class Window:
    """Counts what fell into the last seconds; ``now`` is in monotonic seconds."""

    def __init__(self) -> None:
        self.seen: OrderedDict[tuple[str, str], deque[tuple[float, str]]] = OrderedDict()

    def count(self, code: str, who: str, thing: str, now: float) -> int:
        """How many there are with this one; forgotten once they are more than the rule allows."""
        rule = RULES[code]
        moments = self.seen.setdefault((code, who), deque())
        self.seen.move_to_end((code, who))
        while moments and moments[0][0] <= now - rule.seconds:
            moments.popleft()
        if not (rule.apart and any(known == thing for _, known in moments)):
            moments.append((now, thing))
        found = len(moments)
        if found > rule.most:
            del self.seen[code, who]
        if len(self.seen) > MOST_COUNTED:
            self.seen.popitem(last=False)
        return found


class Alarms:
    """Listens to answered requests; alarms are written beside the requests, one at a time."""

    def __init__(self, installation: Installation, *, counted: Callable[[str], object]) -> None:
        self.installation = installation
        self.counted = counted
        self.window = Window()
        self.writer = ThreadPoolExecutor(max_workers=1, thread_name_prefix="alarms")

    def watch(self, one: Answered) -> None:
        for code in breaks_of(one):
            rule = RULES[code]
            who = "" if rule.together else one.person_id
            found = self.window.count(code, who, one.ids[-1] if one.ids else "", time.monotonic())
            if found > rule.most:
                self.counted(code)
                self.writer.submit(self.tell, code, who, found)

    def tell(self, code: str, who: str, found: int) -> None:
        log.warning("alarm rule=%s person=%s count=%d", code, who or "-", found)
        now = self.installation.clock.now()
        try:
            with self.installation.begin() as work:
                raise_alarm(work, code, person_id=who, count=found, now=now)
        except MarathonError as error:
            log.error("alarm not kept rule=%s code=%s", code, error.code)  # noqa: TRY400

    def close(self) -> None:
        """Waits for alarms that are being written."""
        self.writer.shutdown()
