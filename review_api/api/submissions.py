"""Submissions: sent with their files, listed, changed, sent for review, withdrawn."""

import hashlib
from collections.abc import Sequence
from functools import partial
from typing import Annotated

from fastapi import APIRouter, Depends, File, Form, Header, Query, Request, UploadFile
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from starlette.responses import FileResponse, Response

from flows.decision.account import Account
from flows.decision.telling import account_of
from flows.intake import operations, rules
from flows.intake.ways_in import allowances
from review_api.access import require
from review_api.api.call import Call, CallDep
from review_api.api.paging import MOST, After, Limit, Pages
from review_api.api.reviews import IfMatch
from review_api.api.sent import Sent
from review_api.api.shapes import (
    AuthorData,
    SubmissionAnswer,
    SubmissionChange,
    SubmissionData,
    SubmissionList,
    Withdrawal,
    refuse_version,
)
from review_api.api.shown import answer, shown
from review_api.deps import (
    BearerDep,
    InstallationDep,
    NowDep,
    get_program,
    get_session,
    get_viewer,
)
from review_api.inviting import invite
from review_api.originals import require_given
from review_api.released import released_decision
from review_api.serving import attachment
from review_api.texts import TEXT_VERSION
from review_api.typed import whole
from schemas.address import fold_email
from schemas.errors import BadInput, Conflict, DeadlinePassed, NotFound
from schemas.outbox import IdempotencyRecord
from schemas.people import Role
from schemas.submission import Author, Submission, SubmissionDraft
from storage.files import CHUNK, FileStore, Stored
from storage.identifiers import new_id
from storage.repositories.rows import MISSING

router = APIRouter(tags=["submissions"])
LONGEST_KEY = 255
UNEXPLAINED = Withdrawal()


def get_contents(
    request: Request,
    bearer: BearerDep,
    installation: InstallationDep,
    now: NowDep,
    marathon_id: str,
    files: Annotated[list[UploadFile], File()] = [],  # noqa: B006  (FastAPI copies it)
) -> list[tuple[str, Stored]]:
    """Names and bytes, durable before the writing transaction begins.

    Only for those who may see the marathon: strangers leave nothing behind.
    """
    with installation.begin(read_only=True) as work:
        viewer = get_viewer(request, work, get_session(request, installation, work, now))
        program = get_program(request, bearer, installation, work, viewer, now)
        require(program, "marathon.see", work.marathons.get(marathon_id))
    most = installation.settings.max_upload
    return [(file.filename or "", keep(installation.files, file, most)) for file in files]


@router.post("/marathons/{marathon_id}/submissions", status_code=201)
def send(
    stored: Annotated[list[tuple[str, Stored]], Depends(get_contents)],
    call: CallDep,
    marathon_id: str,
    data: Annotated[str, Form(description="JSON: SubmissionData")],
    idempotency_key: Annotated[str | None, Header(max_length=LONGEST_KEY)] = None,
) -> SubmissionAnswer:
    """A draft with its files; the same ``Idempotency-Key`` and content answer the same again."""
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    given = parsed(data)
    print_ = fingerprint(marathon_id, data, stored)
    before = remembered(call, idempotency_key, print_)
    if before is not None:
        return answer(call, before)
    if not rules.is_open(
        marathon,
        now=call.now,
        grace_minutes=call.settings.grace_minutes,
        allowances=allowances(call.work, marathon_id, call.viewer.id),
        track=given.track,
    ):
        raise DeadlinePassed(
            "Приём материалов сейчас закрыт. Если нужен дополнительный срок, "
            "напишите организаторам.",
            code="intake_closed",
        )
    started = operations.start(
        call.work, marathon_id=marathon_id, owner_id=call.viewer.id, now=call.now
    )
    fill(call, started, given)
    for name, content in stored:
        operations.add_file(
            call.work, started.id, name=name, stored=content, by=call.actor, now=call.now
        )
    remember(call, idempotency_key, print_, started.id)
    return answer(call, call.work.submissions.get(started.id))


def parsed(data: str) -> SubmissionData:
    try:
        return SubmissionData.model_validate_json(data)
    except ValidationError as error:
        wrong = [{**item, "loc": ("body", "data", *item["loc"])} for item in error.errors()]
        raise RequestValidationError(wrong) from error


def keep(store: FileStore, file: UploadFile, limit: int) -> Stored:
    return store.save(iter(lambda: file.file.read(CHUNK), b""), limit=limit)


def fingerprint(marathon_id: str, data: str, stored: list[tuple[str, Stored]]) -> str:
    parts = [marathon_id, data, *(f"{name}/{content.sha256}" for name, content in stored)]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def remembered(call: Call, key: str | None, print_: str) -> Submission | None:
    record = call.work.answers.of(call.viewer.id, key) if key else None
    if record is None:
        return None
    if record.fingerprint != print_:
        raise Conflict(
            "Этот Idempotency-Key уже использован для другого содержания. Возьмите новый ключ.",
            code="idempotency_mismatch",
        )
    return call.work.submissions.get(record.subject_id)


def remember(call: Call, key: str | None, print_: str, submission_id: str) -> None:
    if key:
        call.work.answers.add(
            IdempotencyRecord(
                id=new_id(),
                person_id=call.viewer.id,
                key=key,
                fingerprint=print_,
                subject_id=submission_id,
                created_at=call.now,
            )
        )


def fill(call: Call, submission: Submission, given: SubmissionData) -> None:
    cluster = call.work.marathons.get(submission.marathon_id).cluster_id
    draft = SubmissionDraft(
        title=given.title,
        abstract=given.abstract,
        track=given.track,
        subject=given.subject,
        level=given.level,
        format=given.format,
        mentor=given.mentor,
        keywords=given.keywords,
        authors=tuple(author(call, cluster, one) for one in given.authors),
        children=given.children,
        publication_only=given.publication_only,
    )
    operations.save_draft(call.work, submission.id, draft, by=call.actor, now=call.now)
    operations.give_consents(
        call.work, submission.id, given.consents, text_version=TEXT_VERSION, now=call.now
    )


def author(call: Call, cluster_id: str, given: AuthorData) -> Author:
    known = call.work.municipalities.find(given.municipality)
    home = known or call.work.municipalities.resolve(cluster_id, given.municipality)
    school = call.work.organisations.by_name(home.id, given.organisation)
    return Author(
        name=given.name,
        position=given.position,
        category=given.category,
        organisation=given.organisation,
        organisation_id=school.id if school else None,
        municipality_id=home.id,
        email=fold_email(given.email) if given.email else None,
    )


@router.get("/marathons/{marathon_id}/submissions")
def listed(
    call: CallDep,
    marathon_id: str,
    q: Annotated[str, Query(max_length=200)] = "",
    cursor: After = "",
    limit: Limit = MOST,
) -> SubmissionList:
    """All for organisers; for others, those they may see."""
    marathon = call.work.marathons.get(marathon_id)
    call.require("marathon.see", marathon)
    own = (call.viewer.id, call.viewer.scopes(Role.COORDINATOR))
    reader = None if call.can("submission.list", marathon) else own

    def read(after: int | None, most: int) -> list[Submission]:
        return call.work.submissions.page_of(
            marathon_id, words=q, reader=reader, after=after, limit=most
        )

    pages = Pages(read, key=lambda one: one.number)
    items, rest = pages.seen(partial(all_as_seen, call), after=number_of(cursor), limit=limit)
    return SubmissionList(items=items, next=str(rest) if rest else None)


def all_as_seen(call: Call, works: Sequence[Submission]) -> list[Submission | None]:
    return [shown(call, one) if call.can("submission.see", one) else None for one in works]


def number_of(cursor: str) -> int | None:
    if not cursor:
        return None
    number = whole(cursor)
    if number is None:
        raise BadInput("Такой страницы списка нет: возьмите next из ответа.", field="cursor")
    return number


def seen(call: Call, submission_id: str) -> Submission:
    submission = call.work.submissions.get(submission_id)
    call.require("submission.see", submission)
    return submission


@router.get("/submissions/{submission_id}")
def one(call: CallDep, submission_id: str) -> SubmissionAnswer:
    return answer(call, seen(call, submission_id))


@router.patch("/submissions/{submission_id}")
def change(
    call: CallDep,
    submission_id: str,
    given: Sent[SubmissionChange],
    if_match: IfMatch = None,
) -> SubmissionAnswer:
    """``If-Match`` holds the version that was read; consents are the owner's alone."""
    submission = seen(call, submission_id)
    call.require("submission.edit", submission)
    if given.consents is not None:
        call.require("submission.consent", submission)
    changes = given.model_dump(
        exclude_unset=True, exclude_none=True, exclude={"authors", "consents"}
    )
    draft = SubmissionDraft.model_validate(
        {name: getattr(submission, name) for name in SubmissionDraft.model_fields} | changes
    )
    if given.authors is not None:
        cluster = call.work.marathons.get(submission.marathon_id).cluster_id
        authors = tuple(author(call, cluster, one) for one in given.authors)
        draft = draft.model_copy(update={"authors": authors})
    operations.save_draft(
        call.work,
        submission_id,
        draft,
        by=call.actor,
        now=call.now,
        version=refuse_version(if_match),
    )
    if given.consents is not None:
        operations.give_consents(
            call.work, submission_id, given.consents, text_version=TEXT_VERSION, now=call.now
        )
    return answer(call, call.work.submissions.get(submission_id))


@router.get("/submissions/{submission_id}/decision")
def decision(call: CallDep, submission_id: str) -> Account:
    """How a final decision was made, in the words the author reads; 404 until it is released."""
    found = released_decision(call.work, call.viewer, seen(call, submission_id))
    if found is None:
        raise NotFound(MISSING)
    return account_of(call.work, found, contact=call.settings.contact, now=call.now)


@router.post("/submissions/{submission_id}/submit")
def submit(call: CallDep, submission_id: str) -> SubmissionAnswer:
    """Sends the work; co-authors who were never written to are invited to confirm their line."""
    call.require("submission.edit", seen(call, submission_id))
    sent = operations.submit(
        call.work,
        submission_id,
        by=call.actor,
        now=call.now,
        grace_minutes=call.settings.grace_minutes,
    )
    signer = call.installation.signer
    invite(call.work, submission_id, signer=signer, by=call.actor, now=call.now)
    return answer(call, call.work.submissions.get(sent.id))


@router.post("/submissions/{submission_id}/withdraw")
def withdraw(
    call: CallDep, submission_id: str, given: Sent[Withdrawal] = UNEXPLAINED
) -> SubmissionAnswer:
    """Takes the work back; whoever does it may leave the body, or say why."""
    call.require("submission.withdraw", seen(call, submission_id))
    gone = operations.withdraw(
        call.work, submission_id, by=call.actor, now=call.now, reason=given.reason
    )
    return answer(call, gone)


@router.get("/submissions/{submission_id}/files/{file_id}", response_class=FileResponse)
def download(call: CallDep, submission_id: str, file_id: str) -> Response:
    submission = seen(call, submission_id)
    call.require("submission.original", submission)
    file = call.work.files.get(file_id)
    if file.submission_id != submission.id:
        raise NotFound(MISSING)
    require_given(call.work, file, call.settings)
    return attachment(call.files.existing(file.sha256), file.name)
