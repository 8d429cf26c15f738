"""After the load, a look whether everything that was acknowledged is there, once and whole."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from review_api.bench.autosave import Written
from review_api.bench.uploads import BY_PROGRAM, Receipt, digest
from schemas.errors import NotFound
from storage.files import CHUNK, FileStore
from storage.installation import Installation
from storage.work import Work


class Found(NamedTuple):
    """Counts over all receipts; everything but ``receipts`` and ``saved`` should be 0."""

    receipts: int
    without_row: int
    without_file: int
    damaged: int
    doubled: int
    saved: int
    not_saved: int

    @property
    def lost(self) -> int:
        """How many acknowledged things are not as they were given."""
        return self.without_row + self.without_file + self.damaged + self.not_saved


def check(
    installation: Installation,
    receipts: Sequence[Receipt],
    written: Sequence[Written] = (),
    *,
    marathon_id: str,
) -> Found:
    """Look for every receipt's row and bytes, and for every sheet's last words."""
    counted = Counter(kind_of(installation, receipt) for receipt in receipts)
    with installation.begin(read_only=True) as work:
        not_saved = sum(not is_kept(work, one) for one in written)
        doubled = counted["doubled"] + works_twice(work, marathon_id)
    return Found(
        receipts=len(receipts),
        without_row=counted["without_row"],
        without_file=counted["without_file"],
        damaged=counted["damaged"],
        doubled=doubled,
        saved=len(written),
        not_saved=not_saved,
    )


def kind_of(installation: Installation, receipt: Receipt) -> str:
    sha256 = digest(receipt.errand)
    with installation.begin(read_only=True) as work:
        rows = [one for one in work.files.ever(receipt.submission) if one.sha256 == sha256]
    if len(rows) != 1:
        return "doubled" if rows else "without_row"
    return state_of(installation.files, sha256)


def state_of(files: FileStore, sha256: str) -> str:
    """Whether the store holds bytes that hash to their own name."""
    found = hashlib.sha256()
    try:
        with files.existing(sha256).open("rb") as file:
            while chunk := file.read(CHUNK):
                found.update(chunk)
    except NotFound:
        return "without_file"
    return "whole" if found.hexdigest() == sha256 else "damaged"


def is_kept(work: Work, written: Written) -> bool:
    review = work.reviews.of_assignment(written.assignment)
    return review is not None and review.draft.comment == written.text


def works_twice(work: Work, marathon_id: str) -> int:
    """Titles are given once, so a second work with the same one is a doubled request."""
    titles = Counter(one.title for one in work.submissions.of_marathon(marathon_id))
    return sum(times - 1 for title, times in titles.items() if title.startswith(BY_PROGRAM))
