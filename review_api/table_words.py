"""Words of tables below the pages that pages show through ``_``, so that they get their English.

Babel finds them by `extract`, named in ``locale/babel.cfg``.
"""

from collections.abc import Collection, Iterator

from flows.council.outcomes import OUTCOME_WORDS
from flows.council.rules import RULE
from flows.marathons.rules import STAGE_TITLES
from review_api import board_chart
from review_api.pages import visit
from review_api.pages.organise import board as organise_board
from review_api.pages.organise import common_round as organise_common_round
from review_api.pages.organise.decision import RULINGS
from review_api.pages.organise.desk import SECTIONS
from review_api.pages.organise.works import OUTCOME_NAMES
from schemas.assignment import ASSIGNMENT_STATUS_NAMES
from schemas.council import ATTENDANCE_NAMES, CHOICE_NAMES
from schemas.decision_policy import TRIAL_STATUS_NAMES
from schemas.decision_reasons import REASON_SENTENCES, WARNING_SENTENCES
from schemas.outbox import RUN_STATE_NAMES
from schemas.review import RECOMMENDATION_NAMES
from schemas.screening import FLAG_NAMES, GRADE_NAMES
from schemas.submission import SUBMISSION_STATUS_NAMES

OUTCOMES = (
    *OUTCOME_NAMES.values(),
    "доработать",
    "очно",
    "в сборник",
    "очно и в сборник",
    "не отобран",
)
WAYS = (
    "Люди и роли",
    "План",
    "Все планы",
    "К материалу",
    "Все мои работы",
    "Мои данные",
    "Главная",
)
"""Steps of the way to a page that no menu names."""
FIRMNESS = ("решение устойчиво", "решение хрупкое", "решение не окончательное")
TABLES: tuple[Collection[str], ...] = (
    ASSIGNMENT_STATUS_NAMES.values(),
    organise_board.COLUMNS.values(),
    organise_common_round.COLUMNS.values(),
    board_chart.NAMES.values(),
    board_chart.WORDS,
    board_chart.FRAME,
    ATTENDANCE_NAMES.values(),
    CHOICE_NAMES.values(),
    FLAG_NAMES.values(),
    GRADE_NAMES.values(),
    OUTCOME_WORDS.values(),
    REASON_SENTENCES.values(),
    RECOMMENDATION_NAMES.values(),
    RUN_STATE_NAMES.values(),
    STAGE_TITLES.values(),
    SUBMISSION_STATUS_NAMES.values(),
    TRIAL_STATUS_NAMES.values(),
    WARNING_SENTENCES.values(),
)
Message = tuple[int, None, str, list[str]]


def words() -> set[str]:
    menu = (name for _, name, _ in SECTIONS)
    top = (name for name, _, _ in visit.SECTIONS)
    rulings = (words for words, _ in RULINGS.values())
    tables = (one for table in TABLES for one in table)
    return {RULE, *OUTCOMES, *FIRMNESS, *WAYS, *menu, *top, *rulings, *filters(), *tables}


def filters() -> Iterator[str]:
    """Labels and choices of the board, whose states and marks are among them."""
    for _, label, options in organise_board.FILTERS:
        yield label
        yield from (text for _, text in options)


def extract(*_asked: object, **_options: object) -> Iterator[Message]:
    """Babel's way to ask for messages."""
    return ((1, None, one, []) for one in sorted(words()))
