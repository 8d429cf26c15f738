"""Refreshing the report and the ledger; entering and approving points by hand."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import NamedTuple

from flows.analytics import ledger, rules
from flows.analytics.figures import Figures
from flows.analytics.ledger import Earned
from flows.analytics.rules import Facts
from flows.analytics.view import Participant, ReportView
from flows.documents import structure
from schemas.document import Block, Document
from schemas.errors import BadInput, Conflict
from schemas.ledger import Indicator, LedgerEntry, Report
from schemas.ordering import name_key
from schemas.people import Actor, Role
from schemas.submission import DerivativeKind, FileStatus, Submission
from storage.files import FileStore
from storage.identifiers import new_id
from storage.work import Work

LONGEST_HEADING = 120  # characters; authors often write headings as short plain paragraphs


def facts_of(work: Work, marathon_id: str) -> Facts:
    marathon = work.marathons.get(marathon_id)
    return Facts(
        marathon=marathon,
        municipalities=tuple(work.municipalities.of_cluster(marathon.cluster_id)),
        submissions=tuple(work.submissions.of_marathon(marathon_id)),
        decisions=tuple(work.decisions.of_marathon(marathon_id)),
        reviews=tuple(work.reviews.sent(marathon_id)),
        experts=tuple(work.experts.of_cluster(marathon.cluster_id, active=False)),
        ledger=tuple(work.ledger.of_marathon(marathon_id)),
        review_rounds={one.id: one.round for one in work.assignments.of_marathon(marathon_id)},
    )


class Counted(NamedTuple):
    """What was counted without writing anything, and the ledger it was counted beside."""

    earned: list[Earned]
    figures: dict[str, object]
    ledger: tuple[LedgerEntry, ...]


def count(work: Work, files: FileStore, marathon_id: str, *, now: datetime) -> Counted:
    """Figures and automatic points as things stand: everything is read, nothing is written."""
    facts = facts_of(work, marathon_id)
    products = {one.id: product_of(work, files, one) for one in facts.published}
    earned = ledger.earned(facts, {key: value for key, value in products.items() if value})
    changes = changes_of(facts.ledger, marathon_id, earned, now=now)
    after = facts.model_copy(update={"ledger": changes.applied_to(facts.ledger)})
    return Counted(earned, rules.summarise(after).model_dump(mode="json"), facts.ledger)


def keep(work: Work, marathon_id: str, counted: Counted, *, now: datetime) -> Report:
    """What was counted, written; unchanged facts change no row.

    Raises ``Conflict`` (``ledger_changed``) when somebody has written in the ledger since.
    """
    work.journal.lock()
    there = work.ledger.of_marathon(marathon_id)
    if tuple(there) != counted.ledger:
        raise Conflict("Пока считались показатели, их изменили.", code="ledger_changed")
    write_points(work, changes_of(there, marathon_id, counted.earned, now=now))
    return keep_figures(work, marathon_id, counted.figures, now=now)


def keep_figures(
    work: Work, marathon_id: str, figures: dict[str, object], *, now: datetime
) -> Report:
    before = work.reports.of_marathon(marathon_id)
    if before is None:
        return work.reports.add(
            Report(id=new_id(), marathon_id=marathon_id, made_at=now, figures=figures)
        )
    if before.figures == figures:
        return before
    return work.reports.save(before.model_copy(update={"made_at": now, "figures": figures}))


def product_of(work: Work, files: FileStore, submission: Submission) -> Indicator | None:
    """How complete the work is, by its headings; None when it has no readable file."""
    for file in work.files.of(submission.id):
        if file.status is FileStatus.ACCEPTED:
            for found in work.derivatives.of(file.id, DerivativeKind.DOCUMENT):
                document = Document.model_validate_json(files.read(found.sha256))
                return ledger.product(headings(document))
    return None


def headings(document: Document) -> Iterator[str]:
    """Headings and whatever looks like one."""
    for block in structure.walk(document.blocks):
        text = own_text(block)
        if text and (block.kind == "heading" or len(text) <= LONGEST_HEADING):
            yield text


def own_text(block: Block) -> str:
    return structure.inline_text(structure.own_inlines(block)).strip()


class Changes(NamedTuple):
    """What makes the automatic entries of a ledger equal to what was earned."""

    gone: frozenset[str]
    changed: dict[str, LedgerEntry]
    new: list[LedgerEntry]

    def applied_to(self, entries: Iterable[LedgerEntry]) -> tuple[LedgerEntry, ...]:
        stay = (self.changed.get(one.id, one) for one in entries if one.id not in self.gone)
        return (*stay, *self.new)


def changes_of(
    entries: Iterable[LedgerEntry], marathon_id: str, earned: list[Earned], *, now: datetime
) -> Changes:
    """Entries by hand are never touched: where people have entered the same event, theirs stands."""
    wanted = {one.key: one for one in earned}
    gone, changed = set(), {}
    for entry in entries:
        due = wanted.pop(key(entry), None)
        if entry.by_hand:
            continue
        if due is None:
            gone.add(entry.id)
        elif due.count != entry.count:
            changed[entry.id] = entry.model_copy(update={"count": due.count, "approved_at": now})
    new = [
        LedgerEntry(id=new_id(), marathon_id=marathon_id, approved_at=now, **one.model_dump())
        for one in wanted.values()
    ]
    return Changes(frozenset(gone), changed, new)


def write_points(work: Work, changes: Changes) -> None:
    for identifier in sorted(changes.gone):
        work.ledger.remove(identifier)
    for entry in changes.changed.values():
        work.ledger.save(entry)
    work.ledger.add_many(changes.new)


def enter(
    work: Work, marathon_id: str, entered: Earned, *, by: Actor, now: datetime
) -> LedgerEntry:
    """Points by hand, which count once approved; raises ``BadInput`` and ``Conflict``."""
    if entered.count < 1:
        raise BadInput("Количество — целое число не меньше 1.", field="count")
    if not entered.evidence.strip():
        raise BadInput("Укажите подтверждение: приказ, ссылку, дату.", field="evidence")
    same = [one for one in work.ledger.of_marathon(marathon_id) if key(one) == entered.key]
    if same:
        raise Conflict("Такой показатель с этим подтверждением уже внесён.", code="same_entry")
    entry = work.ledger.add(
        LedgerEntry(id=new_id(), marathon_id=marathon_id, by_hand=True, **entered.model_dump())
    )
    work.journal.write(by, action="entered", kind="ledger_entry", subject_id=entry.id, now=now)
    return entry


def key(entry: LedgerEntry) -> tuple[str, Indicator, str]:
    return entry.municipality_id, entry.indicator, entry.evidence


def approve(work: Work, entry_id: str, *, by: Actor, now: datetime) -> LedgerEntry:
    """From now on the entry counts; approving twice is approving once."""
    entry = work.ledger.get(entry_id)
    if entry.approved_at is not None:
        return entry
    work.journal.write(by, action="approved", kind="ledger_entry", subject_id=entry_id, now=now)
    return work.ledger.save(entry.model_copy(update={"approved_at": now}))


def strike(work: Work, entry_id: str, *, by: Actor, now: datetime) -> None:
    """Take an entry by hand out of the ledger; automatic ones follow their events."""
    entry = work.ledger.get(entry_id)
    if not entry.by_hand:
        raise Conflict("Этот показатель посчитан автоматически и следует за событиями.")
    work.journal.write(by, action="struck", kind="ledger_entry", subject_id=entry_id, now=now)
    work.ledger.remove(entry_id)


def figures(work: Work, marathon_id: str) -> Figures | None:
    """The figures as last refreshed; None before the first time."""
    report = work.reports.of_marathon(marathon_id)
    return Figures.model_validate(report.figures) if report else None


def view(work: Work, marathon_id: str) -> ReportView:
    """Everything the reports for organisers say, names of participants included."""
    facts = facts_of(work, marathon_id)
    cluster = work.clusters.get(facts.marathon.cluster_id)
    chairs = work.people.with_role(Role.CHAIR, scope_id=cluster.id) or work.people.with_role(
        Role.CHAIR
    )
    report = work.reports.of_marathon(marathon_id)
    return ReportView(
        marathon=facts.marathon,
        cluster=cluster.name,
        chair=chairs[0].initials if chairs else "",
        made_at=report.made_at if report else facts.marathon.opens_at,
        figures=rules.summarise(facts),
        ledger=facts.ledger,
        names={place.id: place.name for place in facts.municipalities},
        numbers={one.id: one.number for one in facts.submissions},
        participants=participants(facts),
    )


def participants(facts: Facts) -> tuple[Participant, ...]:
    """Authors with what they took part with, by name."""
    live = {one.id for one in facts.live}
    published = {one.id for one in facts.published}
    names = {place.id: place.name for place in facts.municipalities}
    found = [
        Participant(
            name=author.name,
            position=author.position,
            organisation=author.organisation,
            municipality=names.get(author.municipality_id, ""),
            number=one.number,
            title=one.title,
            live=one.id in live,
            published=one.id in published,
        )
        for one in facts.sent
        for author in one.authors
    ]
    return tuple(sorted(found, key=lambda one: (name_key(one.name), one.number)))
