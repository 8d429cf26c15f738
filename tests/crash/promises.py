"""What must hold after any number of deaths: nothing lost, nothing doubled, nobody's bytes left.

Other suites (load, two machines) use these checks too: ``broken`` for a whole installation,
``lost`` for what was acknowledged. Every check yields what breaks the promise, in words.
"""

import hashlib
from collections import Counter

from lifecycle import promises as of_a_marathon

from schemas.decision import DecisionStatus
from schemas.outbox import NoticeStatus, RunState
from schemas.submission import FileStatus, SubmissionStatus

LIFE = of_a_marathon.PROMISES
ENDED = frozenset({RunState.COMPLETED, RunState.FAILED})


# --- acknowledged, so it is there ---------------------------------------------------------


def lost(installation, said):
    """What somebody was told has been taken, and is not there."""
    with installation.begin(read_only=True) as work:
        yield from lost_files(work, installation.files, said)
        yield from lost_acts(work, said)


def lost_files(work, files, said):
    for material, sha256 in said.files.items():
        named = {file.sha256 for file in work.files.of(material)}
        if sha256 not in named:
            yield f"material {material}: the file that was taken has no row"
        elif FileStoreOf(files).lacks(sha256):
            yield f"material {material}: the file that was taken is not in the store"


def lost_acts(work, said):
    for material in said.sent:
        if work.submissions.get(material).status is SubmissionStatus.DRAFT:
            yield f"material {material}: sent, and a draft again"
    for decision in said.confirmed:
        if work.decisions.get(decision).status is not DecisionStatus.CONFIRMED:
            yield f"decision {decision}: confirmed, and not so"
    for run in said.runs:
        if work.runs.find(run) is None:
            yield f"run {run}: asked for, and forgotten"
    yield from lost_reviews(work, said)


def lost_reviews(work, said):
    for assignment, comment in said.reviews.items():
        review = work.reviews.of_assignment(assignment)
        if review is None or review.submitted_at is None or review.draft.comment != comment:
            yield f"review of {assignment}: sent, and not there as it was sent"


class FileStoreOf:
    """Whether the store holds a content whole."""

    def __init__(self, files):
        self.files = files

    def lacks(self, sha256):
        try:
            return hashlib.sha256(self.files.read(sha256)).hexdigest() != sha256
        except Exception:  # noqa: BLE001  (whatever the store says, it is not there)
            return True


# --- once, and not twice ------------------------------------------------------------------


def doubled(work):
    """Two of what there may be one of."""
    keys = {
        "letter": [one.dedup_key for one in work.notices.all()],
        "review": [one.assignment_id for one in work.reviews.all()],
        "number of a certificate": [one.number for one in work.certificates.all()],
        "certificate": [
            (one.marathon_id, one.person_id, one.kind, one.submission_id)
            for one in work.certificates.all()
        ],
        "edition": [(one.marathon_id, one.number) for one in work.editions.all()],
        "material": [(one.marathon_id, one.number) for one in work.submissions.all()],
        "run in Prefect": [
            one.prefect_run_id for one in work.runs.all() if one.prefect_run_id is not None
        ],
        "run under way": [
            (one.deployment, one.marathon_id)
            for one in work.runs.all()
            if one.state in {RunState.WAITING, RunState.DISPATCHED}
        ],
    }
    for kind, found in keys.items():
        counted = Counter(found).items()
        yield from (f"{kind} {key}: {times} times" for key, times in counted if times > 1)


def letters_handed_over_twice(post, *, allowed):
    """A process may die after the mail server took a letter and before that is written down.

    ``allowed`` is how often a process died with letters on their way; the second copy bears the
    Message-ID of the first, by which mail servers and programs know it for the same.
    """
    again = sum(times - 1 for times in post.twice().values())
    if again > allowed:
        yield f"{again} letters were handed over again after {allowed} deaths: {post.twice()}"


# --- by itself, to the end ----------------------------------------------------------------


def unfinished(work):
    """What still waits although nobody has anything more to do."""
    for run in work.runs.all():
        if run.state not in ENDED:
            yield f"run {run.id} of {run.deployment} is {run.state}"
    for file in work.files.all():
        if file.status is FileStatus.RECEIVED:
            yield f"file {file.id} was never checked"
    for letter in work.notices.all():
        if letter.status is NoticeStatus.QUEUED:
            yield f"letter {letter.dedup_key} never left"


# --- every name has its bytes, all bytes have a name --------------------------------------


def dangling(installation):
    """Names without bytes, or with bytes of another content."""
    store = FileStoreOf(installation.files)
    with installation.begin(read_only=True) as work:
        named = set(named_contents(work))
    yield from (f"{sha256} is named and not there" for sha256 in named if store.lacks(sha256))


def named_contents(work):
    yield from (one.sha256 for one in work.files.all())
    yield from (one.sha256 for one in work.derivatives.all())
    yield from (one.sha256 for one in work.certificates.all() if one.sha256)
    yield from (one.sha256 for one in work.papers.all())
    yield from (made.sha256 for one in work.editions.all() for made in one.artefacts)


def orphans(installation):
    """Bytes in the store that nobody names, halves of files and shelves of nobody's uploads."""
    files = installation.files
    with installation.begin(read_only=True) as work:
        yield from work.belongings.unmentioned(path.name for path in files.all())
        yield from (f"shelf {name}" for name in files.shelves() if not work.uploads.find(name))
    yield from (f"half of a file {path.name}" for path in files.incoming.glob("*"))


# --- altogether ---------------------------------------------------------------------------


def broken(installation):
    """Every broken promise of an installation that has come to rest, by its name."""
    found = {"dangling": list(dangling(installation))}
    with installation.begin(read_only=True) as work:
        found |= {"doubled": list(doubled(work)), "unfinished": list(unfinished(work))}
        for marathon in work.marathons.all():
            for promise in LIFE:
                found.setdefault(promise.__name__, []).extend(promise(work, marathon.id))
    return {name: faults for name, faults in found.items() if faults}
