"""The organisers' daily digest: what in a marathon waits for somebody to act."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from flows.notices.moments import is_past
from flows.notices.reminders import is_day
from schemas.assignment import OPEN, Assignment, AssignmentStatus
from schemas.conflict import Suspicion, SuspicionStatus
from schemas.decision import DecisionStatus
from schemas.letter_template import Language
from schemas.marathon import Marathon, Phase
from schemas.nomination import NominationStatus
from schemas.outbox import NoticeStatus, RunState
from schemas.people import Person, Role
from schemas.proof import ProofStatus
from schemas.question import QuestionStatus
from schemas.submission import SubmissionStatus
from storage.work import Work

Count = Callable[[Work, Marathon, datetime], int]
RUNNING = frozenset({Phase.INTAKE, Phase.EXPERTISE, Phase.DECISION, Phase.RESULTS})
LONG = timedelta(days=1)
PATIENCE = timedelta(days=5)
NEAR_LIVE_DAY = timedelta(days=7)
RUNS_LOOKED_AT = 200
DIGEST = "organisers_digest"


def unassigned(work: Work, marathon: Marathon, _now: datetime) -> int:
    if marathon.phase not in {Phase.EXPERTISE, Phase.DECISION}:
        return 0
    return work.submissions.counts(marathon.id).get(SubmissionStatus.CHECKED, 0)


def refused_files(work: Work, marathon: Marathon, _now: datetime) -> int:
    return work.submissions.counts(marathon.id).get(SubmissionStatus.RETURNED, 0)


def unanswered(work: Work, marathon: Marathon, now: datetime) -> int:
    items = work.assignments.of_marathon(marathon.id, status=[AssignmentStatus.INVITED])
    return sum(is_late(item.answer_until, marathon, now) for item in items)


def late_reviews(work: Work, marathon: Marathon, now: datetime) -> int:
    accepted = OPEN - {AssignmentStatus.INVITED, AssignmentStatus.PROPOSED}
    items: list[Assignment] = work.assignments.of_marathon(marathon.id, status=accepted)
    return sum(is_late(item.due_at, marathon, now) for item in items)


def is_late(until: datetime | None, marathon: Marathon, now: datetime) -> bool:
    return until is not None and is_past(until, now, marathon.zone)


def proposals(work: Work, marathon: Marathon, _now: datetime) -> int:
    found = work.counting(marathon.id).decisions()
    return sum(n for one, n in found.items() if one.status is DecisionStatus.PROPOSED)


def questions(work: Work, marathon: Marathon, _now: datetime) -> int:
    ours = {QuestionStatus.ASKED, QuestionStatus.ANSWERED}
    return sum(one.status in ours for one in work.questions.of_marathon(marathon.id))


def corrections(work: Work, marathon: Marathon, _now: datetime) -> int:
    """Those of the newest edition: earlier ones have been made anew since."""
    edition = work.editions.latest(marathon.id)
    counting = work.counting(marathon.id)
    return counting.proofs(edition.id, ProofStatus.CORRECTED) if edition else 0


def nominations(work: Work, _marathon: Marathon, _now: datetime) -> int:
    return sum(one.status is NominationStatus.PROPOSED for one in work.nominations.all())


def drafts(work: Work, marathon: Marathon, now: datetime) -> int:
    found = work.notices.of_marathon(marathon.id, status=NoticeStatus.DRAFT)
    return sum(now - one.created_at >= LONG for one in found)


def returned_letters(work: Work, marathon: Marathon, _now: datetime) -> int:
    back = (NoticeStatus.BOUNCED, NoticeStatus.FAILED)
    return sum(work.counting(marathon.id).letters(status).total for status in back)


def suspected(work: Work, marathon: Marathon, _now: datetime) -> int:
    found: list[Suspicion] = work.suspicions.of_marathon(marathon.id, status=SuspicionStatus.OPEN)
    return len(found)


def silent_proofs(work: Work, marathon: Marathon, now: datetime) -> int:
    """Articles of the newest edition, not published yet, about which authors say nothing."""
    edition = work.editions.latest(marathon.id)
    if edition is None or edition.published_at is not None:
        return 0
    counting = work.counting(marathon.id)
    return counting.proofs(edition.id, ProofStatus.ASKED, asked_by=now - PATIENCE)


def failed_runs(work: Work, marathon: Marathon, _now: datetime) -> int:
    """Stages whose newest run failed."""
    newest: dict[str, RunState] = {}
    for run in work.runs.latest(marathon.id, limit=RUNS_LOOKED_AT):
        newest.setdefault(run.deployment, run.state)
    return sum(state is RunState.FAILED for state in newest.values())


def silent_speakers(work: Work, marathon: Marathon, now: datetime) -> int:
    """Shortly before the live day, speakers who have said neither yes nor no to their time."""
    left = marathon.live_on - now.astimezone(ZoneInfo(marathon.zone)).date()
    if not timedelta(0) <= left <= NEAR_LIVE_DAY:
        return 0
    slots = work.slots.of_marathon(marathon.id)
    return sum(one.confirmed_at is None and one.declined_at is None for one in slots)


def unscanned(work: Work, marathon: Marathon, _now: datetime) -> int:
    """Files that wait for the virus scanner or were taken without it."""
    return work.counting(marathon.id).unscanned(limit=0).total


def cannot_come(work: Work, marathon: Marathon, _now: datetime) -> int:
    return sum(one.declined_at is not None for one in work.slots.of_marathon(marathon.id))


# What is counted -> how the digest says it.
LINES: Mapping[Count, Mapping[Language, str]] = {
    unassigned: {"ru": "Работы ждут назначения", "en": "Works without experts"},
    refused_files: {"ru": "Работы ждут другого файла", "en": "Works that need another file"},
    unanswered: {
        "ru": "Приглашения без ответа после срока",
        "en": "Invitations unanswered after their date",
    },
    late_reviews: {"ru": "Оценки не пришли к сроку", "en": "Reviews that did not come in time"},
    questions: {"ru": "Вопросы и ответы ждут передачи", "en": "Questions and answers to pass on"},
    proposals: {"ru": "Решения ждут применения", "en": "Decisions to be applied"},
    corrections: {"ru": "Авторы исправили вёрстку", "en": "Proofs corrected by their authors"},
    nominations: {"ru": "Кандидаты в эксперты", "en": "Experts proposed"},
    drafts: {"ru": "Письма ждут отправки больше дня", "en": "Letters unsent for over a day"},
    returned_letters: {
        "ru": "Письма не ушли или вернулись",
        "en": "Letters that failed or returned",
    },
    suspected: {
        "ru": "Возможные конфликты интересов не разобраны",
        "en": "Potential conflicts of interest to look at",
    },
    silent_proofs: {
        "ru": "Авторы не ответили о вёрстке",
        "en": "Proofs their authors say nothing of",
    },
    silent_speakers: {
        "ru": "Докладчики не ответили, придут ли",
        "en": "Speakers who have not said whether they come",
    },
    failed_runs: {"ru": "Этапы закончились сбоем", "en": "Stages that failed"},
    unscanned: {
        "ru": "Файлы не проверены антивирусом",
        "en": "Files not scanned for viruses",
    },
    cannot_come: {"ru": "Докладчики не смогут выступить", "en": "Speakers who cannot come"},
}


def write_digests(work: Work, marathon_id: str, *, now: datetime) -> int:
    """One digest a day to each organiser, in the morning of the place; none when nothing waits."""
    marathon = work.marathons.get(marathon_id)
    if marathon.phase not in RUNNING or not is_day(marathon, now):
        return 0
    today = now.astimezone(ZoneInfo(marathon.zone)).date()
    readers = [
        person
        for person in organisers(work, marathon)
        if not work.notices.keyed(f"{DIGEST}/{key(marathon, person, today.isoformat())}")
    ]
    counts = {counted: counted(work, marathon, now) for counted in LINES} if readers else {}
    if not any(counts.values()):
        return 0
    for person in readers:
        work.notices.tell(
            DIGEST,
            key(marathon, person, today.isoformat()),
            about=("marathon", marathon.id),
            person_id=person.id,
            marathon_id=marathon.id,
            values={"stuck": lines_of(counts, person)},
            now=now,
        )
    return len(readers)


def organisers(work: Work, marathon: Marathon) -> list[Person]:
    """Who looks after this marathon: organisers of the cluster and its own."""
    found = work.people.serving(Role.ORGANISER, marathon_id=marathon.id)
    return [one for one in found if one.email and one.digests and one.erased_at is None]


def key(marathon: Marathon, person: Person, day: str) -> str:
    return f"{marathon.id}/{person.id}/{day}"


def lines_of(counts: Mapping[Count, int], person: Person) -> str:
    return "\n".join(
        f"• {LINES[counted][person.language]}: {count}"
        for counted, count in counts.items()
        if count
    )
