"""What holds of a marathon whatever has happened to it; each promise yields what breaks it."""

from collections import Counter, defaultdict
from itertools import pairwise

from schemas.assignment import AssignmentStatus
from schemas.collection import EditionStatus
from schemas.decision import DecisionStatus
from schemas.lifecycle import MOVES
from schemas.submission import FileStatus, SubmissionStatus

STANDING = frozenset(AssignmentStatus) - {
    AssignmentStatus.DECLINED,
    AssignmentStatus.EXPIRED,
    AssignmentStatus.REPLACED,
}
MOVING = ("submissions", "files", "assignments", "decisions", "editions", "marathons")


def things(work):
    """Everything that has a status, as (kind, thing, its status)."""
    for name in MOVING:
        repository = getattr(work, name)
        for one in repository.all():
            yield repository.kind, one, getattr(one, repository.status_field)


def passed(work):
    """Every (kind, status) that something is in now, or has been in."""
    moved = {
        (entry.subject_kind, entry.details[way])
        for entry in work.journal.all()
        if entry.action == "moved"
        for way in ("from", "to")
    }
    by_value = {
        (kind, state.value): (kind, state) for kind, moves in MOVES.items() for state in moves
    }
    return {by_value[one] for one in moved} | {(kind, status) for kind, _, status in things(work)}


def nobody_reads_the_own_municipality(work, marathon_id):
    works = {one.id: one for one in work.submissions.of_marathon(marathon_id)}
    for item in work.assignments.of_marathon(marathon_id):
        if item.status not in STANDING:
            continue
        expert, one = work.experts.get(item.expert_id), works[item.submission_id]
        if expert.municipality_id in {author.municipality_id for author in one.authors}:
            yield f"№ {one.number}: expert of the same municipality, {item.status}"
        if expert.person_id in {one.owner_id, *(author.person_id for author in one.authors)}:
            yield f"№ {one.number}: the author is the expert"


def nobody_reads_twice(work, marathon_id):
    pairs = Counter(
        (item.submission_id, item.expert_id, item.round)
        for item in work.assignments.of_marathon(marathon_id)
        if item.status in STANDING
    )
    yield from (f"{pair} stands {count} times" for pair, count in pairs.items() if count > 1)


def every_assignment_has_one_review(work, marathon_id):
    assignments = {item.id: item for item in work.assignments.of_marathon(marathon_id)}
    reviews = Counter(one.assignment_id for one in work.reviews.all())
    yield from (f"{key} has {count} reviews" for key, count in reviews.items() if count > 1)
    sent = {one.assignment_id for one in work.reviews.sent(marathon_id)}
    done = {key for key, one in assignments.items() if one.status is AssignmentStatus.SUBMITTED}
    yield from (f"{key}: sent and not submitted, or the reverse" for key in sent ^ done)


def sent_marks_are_whole(work, marathon_id):
    for one in work.reviews.sent(marathon_id):
        if one.score is None or not 0 <= one.score <= 100:
            yield f"review {one.id} has the score {one.score}"


def one_decision_a_round(work, marathon_id):
    rounds = Counter((one.submission_id, one.round) for one in work.decisions.all())
    yield from (f"{key} has {count} decisions" for key, count in rounds.items() if count > 1)
    works = {one.id: one for one in work.submissions.of_marathon(marathon_id)}
    final = defaultdict(set)
    for one in work.decisions.of_marathon(marathon_id):
        if one.status is DecisionStatus.CONFIRMED:
            final[one.submission_id].add(one.round)
    for key, one in works.items():
        settled = one.status in {SubmissionStatus.DECIDED, SubmissionStatus.PUBLISHED}
        if settled and one.round not in final[key]:
            yield f"№ {one.number} is {one.status} without a decision of round {one.round}"


def one_file_counts(work, marathon_id):
    for one in work.submissions.of_marathon(marathon_id):
        current = [f for f in work.files.of(one.id) if f.status is not FileStatus.REPLACED]
        if len(current) > 1:
            yield f"№ {one.number} has {len(current)} files that count"


def one_edition_is_out(work, marathon_id):
    editions = work.editions.of_marathon(marathon_id)
    out = [one for one in editions if one.status is EditionStatus.PUBLISHED]
    if len(out) > 1:
        yield f"{len(out)} editions are out"
    numbers = sorted(one.number for one in editions)
    if numbers != list(range(1, len(numbers) + 1)):
        yield f"editions are numbered {numbers}"


def numbers_are_nobody_elses(work, marathon_id):
    for kind, found in (
        ("work", [one.number for one in work.submissions.of_marathon(marathon_id)]),
        ("certificate", [one.number for one in work.certificates.of_marathon(marathon_id)]),
    ):
        yield from (f"{kind} {one} twice" for one, times in Counter(found).items() if times > 1)


def no_letter_is_written_twice(work, _marathon_id):
    keys = Counter((one.template, one.dedup_key, one.person_id) for one in work.notices.all())
    yield from (f"{key}: {times} letters" for key, times in keys.items() if times > 1)


def journal_is_whole(work, _marathon_id):
    yield from (f"entry {entry.number} does not fit" for entry in work.journal.broken())


def journal_explains_every_status(work, _marathon_id):
    """The moves written down lead, one after another, each allowed, to what is so now."""
    path = defaultdict(list)
    for entry in work.journal.all():
        if entry.action == "moved":
            path[entry.subject_kind, entry.subject_id].append(entry.details)
    for kind, one, status in things(work):
        steps = path[kind, one.id]
        yield from (f"{kind} {one.id}: {fault}" for fault in unexplained(kind, steps, status))


def unexplained(kind, steps, status):
    states = {state.value: state for state in MOVES[kind]}
    for before, after in pairwise(steps):
        if before["to"] != after["from"]:
            yield f"from {before['to']} to {after['from']} by nobody"
    for step in steps:
        if states[step["to"]] not in MOVES[kind][states[step["from"]]]:
            yield f"{step} is not allowed"
    if steps and steps[-1]["to"] != status.value:
        yield f"is {status} and nobody wrote so"


PROMISES = (
    nobody_reads_the_own_municipality,
    nobody_reads_twice,
    every_assignment_has_one_review,
    sent_marks_are_whole,
    one_decision_a_round,
    one_file_counts,
    one_edition_is_out,
    numbers_are_nobody_elses,
    no_letter_is_written_twice,
    journal_is_whole,
    journal_explains_every_status,
)


def broken(work, marathon_id):
    """Every broken promise by its name."""
    found = {one.__name__: list(one(work, marathon_id)) for one in PROMISES}
    return {name: faults for name, faults in found.items() if faults}
