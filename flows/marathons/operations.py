"""Opening a marathon, changing its facts, moving it from phase to phase, starting its stages."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta

from flows.marathons import policy, rules
from schemas.decision import DecisionStatus
from schemas.errors import BadInput, Conflict
from schemas.marathon import Marathon, NewMarathon, Phase
from schemas.outbox import Run, RunState
from schemas.people import Actor
from schemas.rubric import RUBRICS
from schemas.submission import Submission, SubmissionStatus
from storage.identifiers import new_id
from storage.work import Work

FULL_SCORE = 100
RUN_LASTS = timedelta(minutes=30)
NOT_SENT = frozenset({SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN})
BEFORE_DECISION = (
    SubmissionStatus.SUBMITTED,
    SubmissionStatus.CHECKED,
    SubmissionStatus.IN_REVIEW,
    SubmissionStatus.REVIEWED,
)


def create(
    work: Work,
    given: NewMarathon,
    *,
    identifier: str = "",
    cloned_from: str | None = None,
    by: Actor,
    now: datetime,
) -> Marathon:
    """A marathon in preparation. Raises ``BadInput`` when there is no cluster or no such rubric."""
    cluster = work.clusters.only()
    if cluster is None:
        raise BadInput("Сначала заведите кластер и его муниципалитеты.", code="no_cluster")
    require_rubric(given.rubric)
    own = {"id": identifier or new_id(), "cluster_id": cluster.id, "cloned_from": cloned_from}
    new = facts(given) | own | {"decision": policy.fresh(given.decision)}
    marathon = work.marathons.add(Marathon.model_validate(new))
    work.journal.write(by, action="created", kind="marathon", subject_id=marathon.id, now=now)
    policy.keep(work, marathon, by=by, now=now)
    return marathon


def facts(given: NewMarathon) -> dict[str, object]:
    return {name: getattr(given, name) for name in type(given).model_fields}


def require_rubric(code: str) -> None:
    if code not in RUBRICS:
        raise BadInput("Такого экспертного листа нет.", field="rubric")


def change(
    work: Work,
    marathon_id: str,
    given: NewMarathon,
    *,
    version: int,
    step: str = "",
    by: Actor,
    now: datetime,
) -> Marathon:
    """The marathon with the given facts; ``step`` of the preparation is told to the journal.

    Changed rules of decision are a new version of them. Raises ``Conflict`` for a stale version,
    a frozen policy, a rubric that experts already use or a track that holds works.
    """
    work.journal.lock()
    before = work.marathons.get(marathon_id)
    if given.rubric != before.rubric:
        require_rubric(given.rubric)
    require_used_kept(work, before, given)
    policy.require_sound(given.decision)
    changes = facts(given) | {
        "version": version,
        "decision": rules.next_policy(before, given.decision),
    }
    after = Marathon.model_validate({**facts_of(before), **changes})
    policy.keep_old(work, before)
    note(work, marathon_id, step, by=by, now=now)
    saved = work.marathons.save(after)
    if saved.decision.version != before.decision.version:
        policy.written(work, saved, by=by, now=now)
    move_live_day(work, before, saved, by=by, now=now)
    return saved


def move_live_day(
    work: Work, before: Marathon, after: Marathon, *, by: Actor, now: datetime
) -> None:
    """Sessions open at the same hours of the new day; talks and papers follow them."""
    sessions = work.programme_sessions.of_marathon(after.id)
    if before.live_on == after.live_on or not sessions:
        return
    for session in sessions:
        opens = session.starts_at + (after.live_on - before.live_on)
        work.programme_sessions.save(session.model_copy(update={"starts_at": opens}))
    work.runs.ask("build_programme", marathon_id=after.id, by=by.person_id, now=now)


def change_step(
    work: Work,
    marathon_id: str,
    step: str,
    changes: Mapping[str, object],
    *,
    version: int,
    by: Actor,
    now: datetime,
) -> Marathon:
    """The marathon with what one step of its preparation gave; raises as ``change`` does."""
    before = work.marathons.get(marathon_id)
    facts_now = {name: getattr(before, name) for name in NewMarathon.model_fields}
    given = NewMarathon.model_validate({**facts_now, **changes})
    return change(work, marathon_id, given, version=version, step=step, by=by, now=now)


def note(work: Work, marathon_id: str, step: str, *, by: Actor, now: datetime) -> None:
    details = {"step": step} if step else {}
    work.journal.write(
        by, action="changed", kind="marathon", subject_id=marathon_id, details=details, now=now
    )


def facts_of(marathon: Marathon) -> dict[str, object]:
    return {name: getattr(marathon, name) for name in type(marathon).model_fields}


def require_used_kept(work: Work, before: Marathon, given: NewMarathon) -> None:
    kept = {track.number for track in given.tracks}
    for submission in work.submissions.of_marathon(before.id):
        if submission.track is not None and submission.track not in kept:
            raise Conflict(
                f"В направлении {submission.track} уже есть работы: его нельзя убрать, "
                "но можно переименовать.",
                code="track_in_use",
            )
    if given.rubric != before.rubric and work.assignments.of_marathon(before.id):
        raise Conflict(
            "Эксперты уже работают с этим экспертным листом: сменить его нельзя.",
            code="rubric_in_use",
        )


def set_thresholds(
    work: Work, marathon_id: str, *, publication: float, live: float, by: Actor, now: datetime
) -> Marathon:
    """New cut-offs, in points; raises ``BadInput`` off the scale, ``Conflict`` once approved."""
    for field, value in (("publication_threshold", publication), ("live_floor", live)):
        if not 0 <= value <= FULL_SCORE:
            raise BadInput("Порог должен быть от 0 до 100.", field=field)
    cuts = {"publication_threshold": publication, "live_floor": live}
    wanted = work.marathons.get(marathon_id).decision.model_copy(update=cuts)
    return policy.adopt(work, marathon_id, wanted, by=by, now=now)


def move_phase(work: Work, marathon_id: str, to: Phase, *, by: Actor, now: datetime) -> Marathon:
    """On to the next phase, or one back; moving to where it stands changes nothing.

    Raises ``Conflict`` with what has to be done before.
    """
    marathon = work.marathons.get(marathon_id)
    if marathon.phase is to:
        return marathon
    rules.require_order(marathon.phase, to)
    require = REQUIREMENTS.get(to)
    if require:
        require(work, marathon, now)
    if marathon.phase is Phase.PREPARATION and not policy.is_approved(work, marathon):
        policy.note(work, marathon, "opened_unapproved", by=by, now=now)
    return work.marathons.move(marathon, to=to, by=by, now=now)


def require_time_for_intake(_work: Work, marathon: Marathon, now: datetime) -> None:
    if now >= marathon.submissions_until:
        raise Conflict(
            "Срок приёма материалов уже прошёл. Сначала поправьте даты в настройках марафона.",
            code="dates_passed",
        )


def require_materials(work: Work, marathon: Marathon, now: datetime) -> None:
    if now >= marathon.reviews_until:
        raise Conflict(
            "Срок экспертизы уже прошёл. Сначала поправьте даты в настройках марафона.",
            code="dates_passed",
        )
    counts = work.submissions.counts(marathon.id)
    if not sum(count for status, count in counts.items() if status not in NOT_SENT):
        raise Conflict(
            "Никто ещё не отправил материал: экспертировать нечего.", code="nothing_sent"
        )


def require_reviews(work: Work, marathon: Marathon, _now: datetime) -> None:
    reviewed = work.submissions.of_marathon(marathon.id, status=[SubmissionStatus.REVIEWED])
    if not reviewed:
        raise Conflict(
            "Ни у одной работы экспертиза ещё не закончена: решать нечего.", code="nothing_reviewed"
        )


def require_decided(work: Work, marathon: Marathon, _now: datetime) -> None:
    waiting = work.submissions.of_marathon(marathon.id, status=BEFORE_DECISION)
    proposed = {
        item.submission_id
        for item in work.decisions.of_marathon(marathon.id)
        if item.status is DecisionStatus.PROPOSED
    }
    if waiting:
        hint = "Примените решения." if proposed else "Сначала предложите и примените решения."
        raise Conflict(f"Без решения остались работы: {numbers(waiting)}. {hint}", code="undecided")


def numbers(submissions: Iterable[Submission]) -> str:
    return ", ".join(f"№ {one.number}" for one in submissions)


REQUIREMENTS: Mapping[Phase, Callable[[Work, Marathon, datetime], None]] = {
    Phase.INTAKE: require_time_for_intake,
    Phase.EXPERTISE: require_materials,
    Phase.DECISION: require_reviews,
    Phase.RESULTS: require_decided,
}


def start_stage(
    work: Work, marathon_id: str, stage: str, *, by: Actor, now: datetime
) -> tuple[Run, bool]:
    """The run of a stage and whether this call asked for it; one under way serves everybody.

    Raises ``BadInput`` for an unknown stage, ``Conflict`` for one out of order.
    """
    if stage not in rules.STAGES:
        raise BadInput("Такого этапа нет.", code="unknown_stage")
    marathon = work.marathons.get(marathon_id)
    rules.require_stage(stage, marathon.phase)
    deployment = rules.STAGES[stage].deployment
    going = under_way(work, marathon_id, deployment, now=now)
    if going:
        return going, False
    run = work.runs.ask(deployment, marathon_id=marathon_id, by=by.person_id, now=now)
    return run, True


def under_way(work: Work, marathon_id: str, deployment: str, *, now: datetime) -> Run | None:
    """The unfinished run of this stage; one that has run for too long has died."""
    for run in work.runs.unfinished():
        same = run.marathon_id == marathon_id and run.deployment == deployment
        dead = run.state is RunState.RUNNING and now - (run.started_at or now) > RUN_LASTS
        if same and not dead:
            return run
    return None
