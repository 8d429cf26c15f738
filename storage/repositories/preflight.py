"""Texts by their fingerprints: kept, looked up, held against each other."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from hashlib import blake2b

from sqlalchemy import delete, func, insert, or_, update
from sqlmodel import col, select

from schemas.overlap import KnownText, Overlap
from schemas.submission import DerivativeKind, FileStatus, SubmissionFile
from storage.identifiers import new_id
from storage.repositories.parts import BATCH
from storage.repositories.rows import Repository
from storage.tables.preflight import FingerprintRow, KnownTextRow, OverlapRow
from storage.tables.works import DerivativeRow, SubmissionFileRow

NUMBER_BYTES = 6


def number_of(file_id: str) -> int:
    """A whole number below 2**48 that stands for the file in the index."""
    return int.from_bytes(blake2b(file_id.encode(), digest_size=NUMBER_BYTES).digest())


class KnownTexts(Repository[KnownTextRow, KnownText]):
    row = KnownTextRow
    schema = KnownText

    def of_file(self, file_id: str) -> KnownText | None:
        return self.first(KnownTextRow.file_id == file_id)

    def of_files(self, file_ids: Iterable[str]) -> dict[str, KnownText]:
        """By the ids of the files."""
        wanted, found = sorted(set(file_ids)), dict[str, KnownText]()
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            found |= {one.file_id: one for one in self.where(col(KnownTextRow.file_id).in_(some))}
        return found

    def keep(self, file: SubmissionFile, hashes: Iterable[int], *, words: int) -> KnownText:
        """Put a file's text into the index in place of what was known of it."""
        before = self.of_file(file.id)
        if before:
            self.forget(before)
        known = self.add(
            KnownText(
                id=new_id(),
                file_id=file.id,
                submission_id=file.submission_id,
                number=number_of(file.id),
                words=words,
            )
        )
        rows = [{"hash": one, "text": known.number} for one in sorted(set(hashes))]
        if rows:
            self.connection.execute(insert(FingerprintRow), rows)
        return known

    def forget(self, known: KnownText) -> None:
        """Fingerprints go with their text by the database itself."""
        self.remove(known.id)

    def hashes_of(self, known: KnownText) -> list[int]:
        wanted = select(FingerprintRow.hash).where(FingerprintRow.text == known.number)
        return sorted(self.session.exec(wanted).all())

    def common(self, hashes: Iterable[int], *, most: int) -> frozenset[int]:
        """Those that occur in more than ``most`` texts."""
        found: set[int] = set()
        for some in batches(hashes):
            counted = (
                select(FingerprintRow.hash)
                .where(col(FingerprintRow.hash).in_(some))
                .group_by(col(FingerprintRow.hash))
                .having(func.count() > most)
            )
            found.update(self.session.exec(counted).all())
        return frozenset(found)

    def sharing(self, hashes: Iterable[int], *, limit: int, beside: str) -> list[KnownText]:
        """Texts with most of the fingerprints, of files that passed the check and still count.

        Texts of the work ``beside`` are left out.
        """
        counts: Counter[int] = Counter()
        for some in batches(hashes):
            rows = select(FingerprintRow.text, func.count()).where(
                col(FingerprintRow.hash).in_(some)
            )
            counts.update(dict(self.session.exec(rows.group_by(col(FingerprintRow.text))).all()))
        found: list[KnownText] = []
        ranked = sorted(counts, key=lambda number: (-counts[number], number))
        for start in range(0, len(ranked), BATCH):
            counting = self.counting(ranked[start : start + BATCH])
            found += [one for one in counting if one.submission_id != beside]
            if len(found) >= limit:
                break
        found.sort(key=lambda one: (-counts[one.number], one.number))
        return found[:limit]

    def counting(self, numbers: Sequence[int]) -> list[KnownText]:
        """Those of the texts whose file still counts."""
        statement = (
            select(KnownTextRow)
            .join(SubmissionFileRow, col(SubmissionFileRow.id) == col(KnownTextRow.file_id))
            .where(
                col(KnownTextRow.number).in_(numbers),
                SubmissionFileRow.status == FileStatus.ACCEPTED,
            )
        )
        return self.all(statement)

    def mark_compared(self, known: KnownText, *, now: datetime) -> None:
        changed = update(KnownTextRow).where(col(KnownTextRow.id) == known.id)
        self.connection.execute(changed.values(compared_at=now))
        self.session.expire_all()

    def uncompared(self, *, limit: int) -> list[KnownText]:
        waiting = select(KnownTextRow).where(col(KnownTextRow.compared_at).is_(None))
        return self.all(waiting.limit(limit))

    def unknown_files(self, *, limit: int) -> list[str]:
        """Ids of accepted files with a text that was never put into the index."""
        statement = (
            select(SubmissionFileRow.id)
            .join(DerivativeRow, col(DerivativeRow.file_id) == col(SubmissionFileRow.id))
            .where(
                SubmissionFileRow.status == FileStatus.ACCEPTED,
                DerivativeRow.kind == DerivativeKind.TEXT,
                col(SubmissionFileRow.id).not_in(select(KnownTextRow.file_id)),
            )
            .order_by(col(SubmissionFileRow.id))
            .limit(limit)
        )
        return list(self.session.exec(statement).all())


class Overlaps(Repository[OverlapRow, Overlap]):
    row = OverlapRow
    schema = Overlap
    order = ("file_id", "other_id")

    def of_file(self, file_id: str) -> list[Overlap]:
        return self.where(OverlapRow.file_id == file_id)

    def of_files(self, file_ids: Iterable[str]) -> dict[str, list[Overlap]]:
        """By the ids of the files; files without any are left out."""
        wanted, found = sorted(set(file_ids)), dict[str, list[Overlap]]()
        for start in range(0, len(wanted), BATCH):
            some = wanted[start : start + BATCH]
            for one in self.where(col(OverlapRow.file_id).in_(some)):
                found.setdefault(one.file_id, []).append(one)
        return found

    def of_marathon(self, marathon_id: str) -> list[Overlap]:
        """Of the marathon's files that still count."""
        statement = (
            select(OverlapRow)
            .join(SubmissionFileRow, col(SubmissionFileRow.id) == col(OverlapRow.file_id))
            .where(
                SubmissionFileRow.marathon_id == marathon_id,
                SubmissionFileRow.status == FileStatus.ACCEPTED,
            )
        )
        return self.all(statement)

    def replace(self, file_id: str, found: Sequence[Overlap]) -> None:
        """What is now known of the file and of the others from their side."""
        ours = or_(col(OverlapRow.file_id) == file_id, col(OverlapRow.other_id) == file_id)
        self.connection.execute(delete(OverlapRow).where(ours))
        self.session.expire_all()
        for one in found:
            self.add(one)


def batches(values: Iterable[int]) -> list[list[int]]:
    every = sorted(set(values))
    return [every[start : start + BATCH] for start in range(0, len(every), BATCH)]
