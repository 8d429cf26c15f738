"""Taking materials in: drafts, files, sending, checking, withdrawing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from flows.intake import rules, versions
from flows.intake.checking_again import ask_check, earlier_verdict, renew_stale_files
from flows.intake.ways_in import allowances_for
from schemas.assignment import OPEN, AssignmentStatus
from schemas.errors import BadInput
from schemas.extraction import Extraction, RejectCode
from schemas.marathon import Marathon
from schemas.people import Actor, Person, Role
from schemas.scanning import Scan
from schemas.specialisations import FORMAT_NAMES
from schemas.submission import (
    UNSENT,
    Author,
    Children,
    Consent,
    ConsentKind,
    Derivative,
    FileStatus,
    Submission,
    SubmissionDraft,
    SubmissionFile,
    SubmissionStatus,
)
from storage.files import Stored
from storage.identifiers import is_id, new_id
from storage.work import Work

CLAIM_MINUTES = 5


def start(
    work: Work, *, marathon_id: str, owner_id: str, now: datetime, draft_id: str = ""
) -> Submission:
    """An empty draft of the owner's; anybody signed in may start one while intake is open.

    Started again with the same ``draft_id`` it is the same draft.
    """
    work.journal.lock()
    known = work.submissions.find(draft_id) if draft_id else None
    if known and (known.owner_id, known.marathon_id) == (owner_id, marathon_id):
        return known
    submission = Submission(
        id=new_id() if known or not is_id(draft_id) else draft_id,
        marathon_id=marathon_id,
        number=work.submissions.next_number(marathon_id),
        owner_id=owner_id,
        created_at=now,
    )
    work.roles.give(owner_id, Role.TEACHER, scope="marathon", scope_id=marathon_id)
    by = Actor(person_id=owner_id)
    work.journal.write(by, action="started", kind="submission", subject_id=submission.id, now=now)
    return work.submissions.add(submission)


def save_draft(
    work: Work,
    submission_id: str,
    draft: SubmissionDraft,
    *,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Submission:
    """Keep what was typed, complete or not; raises ``Conflict`` when ``version`` is stale.

    Other authors or another title of a sent material mean another anonymised copy.
    """
    submission = editable(work, submission_id, now=now)
    check_track(work.marathons.get(submission.marathon_id), draft.track)
    check_format(draft.format)
    changes: dict[str, object] = {name: getattr(draft, name) for name in type(draft).model_fields}
    if version is not None:
        changes["version"] = version
    changed = submission.model_copy(update=changes)
    require_still_complete(work, changed)
    require_still_editable(work, changed, now=now)
    versions.keep_as_it_was(work, submission)
    saved = work.submissions.save(changed)
    if saved.status not in UNSENT:
        renew_stale_files(work, saved, by=by, now=now)
        versions.keep(work, saved, by=by, now=now)
    return saved


def require_still_complete(work: Work, submission: Submission) -> None:
    """What has been sent may be changed but not emptied again."""
    if submission.status not in UNSENT:
        require_complete(submission, work.files.of(submission.id))


def editable(work: Work, submission_id: str, *, now: datetime) -> Submission:
    submission = work.submissions.get(submission_id)
    require_still_editable(work, submission, now=now)
    return submission


def require_still_editable(work: Work, submission: Submission, *, now: datetime) -> None:
    """With the owner's own deadline; raises ``Conflict``."""
    if submission.status in UNSENT:
        return
    marathon = work.marathons.get(submission.marathon_id)
    given = allowances_for(work, submission)
    rules.require_editable(marathon, submission, now=now, allowances=given)


def check_track(marathon: Marathon, number: int | None) -> None:
    if number is not None and number not in {track.number for track in marathon.tracks}:
        raise BadInput("Такого направления нет в этом марафоне.", field="track")


def check_format(name: str) -> None:
    if name and name not in FORMAT_NAMES:
        known = ", ".join(FORMAT_NAMES)
        raise BadInput(f"Формы «{name}» нет в списке. Есть: {known}.", field="format")


def give_consents(
    work: Work,
    submission_id: str,
    kinds: Sequence[ConsentKind],
    *,
    text_version: str,
    now: datetime,
    children: Children | None = None,
    version: int | None = None,
) -> Submission:
    """The ticks as they stand now; a tick that was there keeps its first moment.

    ``children`` is the answer about children in the material, None leaves it. Raises ``Conflict``
    when ``version`` is stale or the material was withdrawn, ``BadInput`` when a sent one would
    lose what it needs.
    """
    submission = work.submissions.get(submission_id)
    rules.require_consentable(submission)
    before = {consent.kind: consent for consent in submission.consents}
    consents = tuple(
        before.get(kind) or Consent(kind=kind, text_version=text_version, given_at=now)
        for kind in kinds
    )
    changes: dict[str, object] = {
        "consents": consents,
        "children": submission.children if children is None else children,
        "version": submission.version if version is None else version,
    }
    changed = submission.model_copy(update=changes)
    require_still_complete(work, changed)
    return work.submissions.save(changed)


def add_file(
    work: Work, submission_id: str, *, name: str, stored: Stored, by: Actor, now: datetime
) -> SubmissionFile:
    """The new material file; an earlier one is kept but no longer counts.

    A checked material waits for the check of its new file before experts may get it.

    The same bytes again are the same file, so that a repeated upload changes nothing; only those
    a virus was found in are looked at anew, since scanners err and learn.
    """
    submission = editable(work, submission_id, now=now)
    current = work.files.of(submission_id)
    for file in current:
        if file.sha256 == stored.sha256 and not is_closed(file):
            return file
    versions.keep_as_it_was(work, submission)
    for file in current:
        work.files.move(file, to=FileStatus.REPLACED, by=by, now=now)
    if submission.status is SubmissionStatus.CHECKED:
        work.submissions.move(submission, to=SubmissionStatus.SUBMITTED, by=by, now=now)
    ask_check(work, submission, by=by, now=now)
    added = work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=submission_id,
            marathon_id=submission.marathon_id,
            name=clean_name(name),
            sha256=stored.sha256,
            size=stored.size,
            uploaded_at=now,
        )
    )
    if submission.status not in UNSENT:
        versions.keep(work, submission, by=by, now=now)
    return added


def is_closed(file: SubmissionFile) -> bool:
    return file.extraction is not None and file.extraction.reason is RejectCode.VIRUS


def clean_name(name: str) -> str:
    """A label, never a path: the last part, printable characters only, at most 255 of them."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    printable = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return printable[-255:] or "материал"


def submit(
    work: Work, submission_id: str, *, by: Actor, now: datetime, grace_minutes: int = 0
) -> Submission:
    """Send the material: numbered, acknowledged by letter, checked by the next sweep.

    Sending twice is sending once. Raises ``BadInput`` naming the first missing part,
    ``DeadlinePassed`` after the deadline.
    """
    submission = work.submissions.get(submission_id)
    if submission.status is SubmissionStatus.SUBMITTED:
        return submission
    marathon = work.marathons.get(submission.marathon_id)
    rules.require_open(
        marathon,
        submission,
        now=now,
        grace_minutes=grace_minutes,
        allowances=allowances_for(work, submission),
    )
    require_account(work, submission)
    require_complete(submission, work.files.of(submission_id))
    authors = tuple(known_author(work, author) for author in submission.authors)
    versions.keep_as_it_was(work, submission)
    renew_stale_files(work, submission, by=by, now=now)
    sent = work.submissions.move(
        submission,
        to=SubmissionStatus.SUBMITTED,
        by=by,
        now=now,
        submitted_at=now,
        authors=authors,
        return_reason="",
    )
    versions.keep(work, sent, by=by, now=now)
    return sent


def require_account(work: Work, submission: Submission) -> None:
    """A draft begun without signing in needs an owner who can be written to."""
    if work.people.get(submission.owner_id).guest:
        raise BadInput(
            "Чтобы отправить материал, укажите адрес почты: на него придут номер и решение. "
            "Всё, что вы написали, перейдёт в вашу учётную запись.",
            code="account_needed",
        )


def require_complete(submission: Submission, files: Sequence[SubmissionFile]) -> None:
    gaps = rules.missing(submission, files)
    if gaps:
        raise BadInput(
            " ".join(gap.sentence for gap in gaps), code="incomplete", field=gaps[0].field
        )


def known_author(work: Work, author: Author) -> Author:
    """The author tied to the person with the same e-mail, who is registered if new."""
    if author.person_id or not author.email:
        return author
    person = work.people.by_email(author.email)
    if person is None:
        person = work.people.add(Person(id=new_id(), email=author.email, **about(author)))
    elif person.name == person.email:  # signed in before telling a name
        person = work.people.save(person.model_copy(update=about(author)))
    return author.model_copy(update={"person_id": person.id})


def about(author: Author) -> dict[str, Any]:
    """What an author line says of the person."""
    return {
        "name": author.name,
        "position": author.position,
        "category": author.category,
        "organisation_id": author.organisation_id,
        "municipality_id": author.municipality_id,
    }


def withdraw(
    work: Work, submission_id: str, *, by: Actor, now: datetime, reason: str = ""
) -> Submission:
    """Take the material back: its experts are let go, the row stays for the protocol.

    Taking it back twice is taking it back once; a published one asks for a new edition.
    """
    work.journal.lock()
    submission = work.submissions.get(submission_id)
    if submission.status is SubmissionStatus.WITHDRAWN:
        return submission
    if submission.status is SubmissionStatus.PUBLISHED:
        work.runs.ask(
            "compile_collection", marathon_id=submission.marathon_id, by=by.person_id, now=now
        )
    for item in work.assignments.of_submission(submission_id):
        if item.status in OPEN:
            work.assignments.move(item, to=AssignmentStatus.REPLACED, by=by, now=now)
    if reason:
        work.journal.write(
            by,
            action="withdrawal_reason_given",
            kind="submission",
            subject_id=submission_id,
            now=now,
        )
    return work.submissions.move(
        submission, to=SubmissionStatus.WITHDRAWN, by=by, now=now, withdrawal_reason=reason
    )


def claim_files(work: Work, *, now: datetime, limit: int = 8) -> list[SubmissionFile]:
    """Files for this run to check; nobody else gets them until the claim expires.

    Files of drafts are checked too: their authors want advice before they send.
    """
    waiting = work.files.unchecked(now=now, limit=limit)
    return [file for file in waiting if work.files.claim(file, now=now, minutes=CLAIM_MINUTES)]


def record_check(
    work: Work,
    file_id: str,
    extraction: Extraction,
    derivatives: Sequence[Derivative],
    *,
    by: Actor,
    now: datetime,
    scan: Scan | None = None,
) -> Submission:
    """The verdict on a file and what was made of it; moves the submission on or back.

    ``scan`` is what a virus scanner said of it. With a virus in it a work goes back to its author
    until experts have it; afterwards they go on with the copy that was rebuilt from its text, and
    only the original is closed. Recording the same verdict again changes nothing.
    """
    file = work.files.get(file_id)
    submission = work.submissions.get(file.submission_id)
    if file.status is not FileStatus.RECEIVED:
        return submission
    closed = extraction.reason is RejectCode.VIRUS
    if extraction.status != "ok" and not (closed and submission.status in rules.EDITABLE):
        extraction, derivatives = earlier_verdict(work, file) or (extraction, derivatives)
    work.derivatives.forget(file_id)
    for derivative in derivatives:
        work.derivatives.add(derivative)
    accepted = extraction.status == "ok"
    work.files.move(
        file,
        to=FileStatus.ACCEPTED if accepted else FileStatus.REFUSED,
        by=by,
        now=now,
        extraction=extraction,
        **scanned(scan, now),
    )
    if closed:
        work.journal.write(by, action="virus_found", kind="file", subject_id=file_id, now=now)
    if submission.status in UNSENT:
        return submission
    if renew_stale_files(work, submission, by=by, now=now):
        return submission
    goes_back = closed and submission.status in rules.EDITABLE
    if not goes_back and submission.status is not SubmissionStatus.SUBMITTED:
        return submission
    verdict = SubmissionStatus.CHECKED if accepted else SubmissionStatus.RETURNED
    return work.submissions.move(submission, to=verdict, by=by, now=now)


def scanned(scan: Scan | None, now: datetime) -> dict[str, Any]:
    """What a file's row says of the scan."""
    if scan is None:
        return {"scan": None, "scanned_at": None, "virus": ""}
    return {"scan": scan.verdict, "scanned_at": now, "virus": scan.virus}


def move_checked(work: Work, *, by: Actor, now: datetime) -> int:
    """Move on submissions sent again with a file that was checked before."""
    moved = 0
    for marathon in work.marathons.all():
        for submission in work.submissions.of_marathon(
            marathon.id, status=[SubmissionStatus.SUBMITTED]
        ):
            files = work.files.of(submission.id)
            if files and all(file.status is FileStatus.ACCEPTED for file in files):
                work.submissions.move(submission, to=SubmissionStatus.CHECKED, by=by, now=now)
                moved += 1
    return moved
