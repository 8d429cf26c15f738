"""Advice about a file as pages and the API show it: what to mend, what is advised, what is right."""

from collections.abc import Mapping

from pydantic import ValidationError

from flows.intake import borrowing, preflight
from flows.intake.borrowing import Match
from flows.intake.examination import FINDINGS
from schemas.advice import AdviceCode, Notice
from schemas.base import Schema
from schemas.errors import NotFound
from schemas.extraction import Finding
from schemas.marathon import Marathon
from schemas.overlap import Passage
from schemas.submission import DerivativeKind, Submission, SubmissionFile
from storage.files import FileStore
from storage.reports import hidden_names
from storage.work import Work

AROUND = 160  # characters beside a shared passage
LONGEST = 1500  # characters of a shared passage that are shown
MOST_PASSAGES = 20


class Advice(Schema):
    """``gone`` are codes of the file checked before this one that are no longer said."""

    to_mend: tuple[Notice, ...] = ()
    advised: tuple[Notice, ...] = ()
    noted: tuple[Notice, ...] = ()
    in_order: tuple[str, ...] = ()
    gone: tuple[Notice, ...] = ()
    unanswered: bool = False

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(one.code.value for one in (*self.to_mend, *self.advised, *self.noted))


class Excerpt(Schema):
    """A passage in its text: the words ``before`` and ``after`` are not shared."""

    before: str
    shared: str
    after: str


class Pair(Schema):
    """The same passage in both texts; ``there`` is None where it may not be shown."""

    here: Excerpt
    there: Excerpt | None


def findings_of(work: Work, files: FileStore, file: SubmissionFile) -> tuple[Finding, ...]:
    """What the check of the file found, place by place; nothing for files checked before."""
    kept = work.derivatives.of(file.id, DerivativeKind.FINDINGS)
    try:
        return FINDINGS.validate_json(files.read(kept[0].sha256)) if kept else ()
    except (NotFound, OSError, ValidationError):
        return ()


def facts_of(
    work: Work,
    submission: Submission,
    marathon: Marathon,
    file: SubmissionFile,
    findings: tuple[Finding, ...] = (),
) -> preflight.Facts:
    return preflight.Facts(
        file=file,
        texts=marathon.texts,
        work_format=submission.format,
        findings=findings,
        names=hidden_names(work, submission),
    )


def advice_of(
    work: Work, files: FileStore, submission: Submission, marathon: Marathon, file: SubmissionFile
) -> Advice:
    """Everything about the file but borrowed text, which depends on who looks."""
    facts = facts_of(work, submission, marathon, file, findings_of(work, files, file))
    told = preflight.notices(facts)
    return Advice(
        to_mend=tuple(one for one in told if one.group == "mend"),
        advised=tuple(one for one in told if one.group == "advise"),
        noted=tuple(one for one in told if one.group == "note"),
        in_order=preflight.in_order(facts, told),
        gone=gone(work, submission, marathon, file, told),
        unanswered=preflight.is_unanswered(file, submission.children),
    )


def gone(
    work: Work,
    submission: Submission,
    marathon: Marathon,
    file: SubmissionFile,
    told: tuple[Notice, ...],
) -> tuple[Notice, ...]:
    """What was said of the file before this one and no longer is."""
    earlier = [
        one
        for one in work.files.ever(submission.id)
        if one.extraction and one.sha256 != file.sha256 and one.uploaded_at <= file.uploaded_at
    ]
    if not earlier or not told_anything(file):
        return ()
    before = preflight.notices(facts_of(work, submission, marathon, earlier[-1]))
    still = {one.code for one in told}
    return tuple(one for one in before if one.code not in still)


def told_anything(file: SubmissionFile) -> bool:
    return file.extraction is not None and file.extraction.status == "ok"


# --- borrowed text -----------------------------------------------------------------------


def code_of(match: Match, *, to_author: bool) -> AdviceCode:
    if match.is_own:
        return AdviceCode.OWN_EARLIER_TEXT
    return AdviceCode.BORROWED_PUBLISHED if to_author else AdviceCode.BORROWED_TEXT


def pairs(work: Work, files: FileStore, match: Match, *, open_: bool = True) -> tuple[Pair, ...]:
    """The longest shared passages side by side; the other text only where it is ``open_``."""
    ours = text_of(work, files, match.overlap.file_id)
    theirs = text_of(work, files, match.overlap.other_id) if open_ else ""
    longest = sorted(match.overlap.passages, key=lambda one: (-one.words, one.here.start))
    chosen = sorted(longest[:MOST_PASSAGES], key=lambda one: one.here.start)
    return tuple(pair(one, ours, theirs if open_ else None) for one in chosen)


def text_of(work: Work, files: FileStore, file_id: str) -> str:
    return borrowing.text_in(files, borrowing.text_sha(work, file_id))


def pair(passage: Passage, ours: str, theirs: str | None) -> Pair:
    here = excerpt(ours, passage.here.start, passage.here.end)
    if theirs is None:
        return Pair(here=here, there=None)
    return Pair(here=here, there=excerpt(theirs, passage.there.start, passage.there.end))


def excerpt(text: str, start: int, end: int) -> Excerpt:
    """A passage with the words about it; of a very long one the beginning."""
    first, last = max(0, start - AROUND), min(len(text), end + AROUND)
    before = text[first:start].partition(" ")[2] if first else text[:start]
    after = text[end:last].rpartition(" ")[0] if last < len(text) else text[end:]
    shared = text[start:end]
    if len(shared) > LONGEST:
        shared, after = f"{shared[:LONGEST].rpartition(' ')[0]} […]", ""
    return Excerpt(
        before=f"{'…' if first else ''}{before}",
        shared=shared,
        after=f"{after}{'…' if last < len(text) and after else ''}",
    )


def codes_by_work(
    work: Work, marathon: Marathon, formats: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """By the id of the work, the codes of what is said of its checked file, in a list of many.

    ``formats`` are those of the works by their ids. The file's name is not looked at, for that needs
    the names of everybody.
    """
    found: dict[str, tuple[str, ...]] = {}
    for file in work.files.accepted(marathon.id):
        facts = preflight.Facts(
            file=file, texts=marathon.texts, work_format=formats.get(file.submission_id, "")
        )
        found[file.submission_id] = tuple(one.code.value for one in preflight.notices(facts))
    return found
