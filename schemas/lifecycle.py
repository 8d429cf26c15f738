"""Every status move that is allowed and what follows from it: the one table, for the one door."""

from collections.abc import Mapping
from enum import StrEnum

from schemas.assignment import ASSIGNMENT_STATUS_NAMES
from schemas.assignment import AssignmentStatus as A
from schemas.base import Schema
from schemas.collection import EditionStatus as E
from schemas.decision import DecisionStatus as D
from schemas.marathon import Phase
from schemas.submission import SUBMISSION_STATUS_NAMES
from schemas.submission import FileStatus as F
from schemas.submission import SubmissionStatus as S

MOVES: Mapping[str, Mapping[StrEnum, frozenset[StrEnum]]] = {
    "submission": {
        S.DRAFT: frozenset({S.SUBMITTED, S.WITHDRAWN}),
        S.SUBMITTED: frozenset({S.CHECKED, S.RETURNED, S.WITHDRAWN}),
        S.RETURNED: frozenset({S.SUBMITTED, S.WITHDRAWN}),
        S.CHECKED: frozenset({S.SUBMITTED, S.RETURNED, S.IN_REVIEW, S.WITHDRAWN}),
        S.IN_REVIEW: frozenset({S.REVIEWED, S.WITHDRAWN}),
        S.REVIEWED: frozenset({S.IN_REVIEW, S.DECIDED, S.WITHDRAWN}),
        S.DECIDED: frozenset({S.REVISING, S.PUBLISHED, S.WITHDRAWN}),
        S.REVISING: frozenset({S.SUBMITTED, S.WITHDRAWN}),
        S.PUBLISHED: frozenset({S.WITHDRAWN}),
        S.WITHDRAWN: frozenset(),
    },
    "file": {
        F.RECEIVED: frozenset({F.ACCEPTED, F.REFUSED, F.REPLACED}),
        F.ACCEPTED: frozenset({F.REPLACED}),
        F.REFUSED: frozenset({F.REPLACED}),
        F.REPLACED: frozenset(),
    },
    "assignment": {
        A.PROPOSED: frozenset({A.INVITED, A.REPLACED}),
        A.INVITED: frozenset({A.ACCEPTED, A.DECLINED, A.EXPIRED, A.REPLACED}),
        A.ACCEPTED: frozenset({A.IN_PROGRESS, A.SUBMITTED, A.DECLINED, A.EXPIRED, A.REPLACED}),
        A.IN_PROGRESS: frozenset({A.SUBMITTED, A.DECLINED, A.EXPIRED, A.REPLACED}),
        A.SUBMITTED: frozenset(),
        A.DECLINED: frozenset(),
        A.EXPIRED: frozenset(),
        A.REPLACED: frozenset(),
    },
    "decision": {
        D.PROPOSED: frozenset({D.CONFIRMED}),
        D.CONFIRMED: frozenset(),
    },
    "edition": {
        E.BUILT: frozenset({E.PUBLISHED, E.SUPERSEDED}),
        E.PUBLISHED: frozenset({E.SUPERSEDED}),
        E.SUPERSEDED: frozenset(),
    },
    "marathon": {
        Phase.PREPARATION: frozenset({Phase.INTAKE}),
        Phase.INTAKE: frozenset({Phase.EXPERTISE}),
        Phase.EXPERTISE: frozenset({Phase.DECISION, Phase.INTAKE}),
        Phase.DECISION: frozenset({Phase.RESULTS, Phase.EXPERTISE}),
        Phase.RESULTS: frozenset({Phase.ARCHIVE}),
        Phase.ARCHIVE: frozenset(),
    },
}


class Consequence(Schema):
    """What a move puts into the outbox: a letter to whom it concerns, a sweep to run."""

    notice: str | None = None
    notice_is_draft: bool = False
    sweep: str | None = None


CONSEQUENCES: Mapping[tuple[str, StrEnum], Consequence] = {
    ("submission", S.SUBMITTED): Consequence(
        notice="submission_received", sweep="check_new_submissions"
    ),
    ("submission", S.RETURNED): Consequence(notice="file_refused"),
    ("submission", S.REVIEWED): Consequence(sweep="top_up_reviews"),
    ("submission", S.WITHDRAWN): Consequence(
        notice="submission_withdrawn", sweep="collect_reviews"
    ),
    ("submission", S.REVISING): Consequence(notice="revision_asked", notice_is_draft=True),
    ("assignment", A.INVITED): Consequence(notice="invitation"),
    ("assignment", A.DECLINED): Consequence(sweep="replace_experts"),
    ("assignment", A.EXPIRED): Consequence(notice="assignment_expired", sweep="replace_experts"),
    ("assignment", A.REPLACED): Consequence(notice="assignment_withdrawn"),
    ("assignment", A.SUBMITTED): Consequence(notice="review_thanks", sweep="collect_reviews"),
    ("decision", D.CONFIRMED): Consequence(notice="decision", notice_is_draft=True),
}

NOTHING = Consequence()
SENT_BACK = Consequence(notice="sent_back")
"""Of a work that an organiser returns with words of their own."""

OTHER_STATUS_NAMES: Mapping[StrEnum, str] = {
    F.RECEIVED: "файл проверяется",
    F.ACCEPTED: "файл принят",
    F.REFUSED: "файл не подошёл",
    F.REPLACED: "файл заменён",
    D.PROPOSED: "решение предложено",
    D.CONFIRMED: "решение применено",
    E.BUILT: "выпуск собран",
    E.PUBLISHED: "выпуск опубликован",
    E.SUPERSEDED: "выпуск заменён следующим",
    Phase.PREPARATION: "подготовка",
    Phase.INTAKE: "приём материалов",
    Phase.EXPERTISE: "экспертиза",
    Phase.DECISION: "решения",
    Phase.RESULTS: "итоги",
    Phase.ARCHIVE: "архив",
}


def may_move(kind: str, now: StrEnum, to: StrEnum) -> bool:
    return to in MOVES[kind][now]


def consequence(kind: str, to: StrEnum) -> Consequence:
    return CONSEQUENCES.get((kind, to), NOTHING)


def status_name(status: StrEnum) -> str:
    """What people call a status of any kind."""
    if isinstance(status, S):
        return SUBMISSION_STATUS_NAMES[status]
    if isinstance(status, A):
        return ASSIGNMENT_STATUS_NAMES[status]
    return OTHER_STATUS_NAMES[status]
