"""Texts are compared whichever came first, and nobody learns of works they may not know."""

import builders
import pytest
from checked_texts import MINE, PASSAGE, THEIRS, with_text
from together import in_threads

from flows.documents.preflight.fingerprints import text_fingerprints
from flows.intake import borrowing
from schemas.advice import Part
from schemas.submission import FileStatus, SubmissionStatus


@pytest.fixture
def files(installation):
    return installation.files


@pytest.fixture
def marathon(work):
    return builders.a_marathon(work)


@pytest.fixture
def home(work, marathon):
    return builders.a_municipality(work, work.clusters.get(marathon.cluster_id))


@pytest.fixture
def theirs(work, files, marathon, home):
    one = builders.a_submission(work, marathon, home, title="Круг")
    with_text(work, files, one, THEIRS)
    return one


@pytest.fixture
def mine(work, files, marathon, home, theirs):
    one = builders.a_submission(work, marathon, home, title="Слушаем")
    with_text(work, files, one, MINE)
    return one


def numbers(found):
    return [one.other.number for one in found]


@pytest.mark.both_databases
def test_both_sides_know_at_once(work, mine, theirs):
    [match] = borrowing.known_to_organisers(work, mine)
    [back] = borrowing.known_to_organisers(work, theirs)

    assert match.other.id == theirs.id
    assert back.other.id == mine.id
    assert 0.4 < match.overlap.share < 0.8
    [passage] = match.overlap.passages
    assert MINE[passage.here.start : passage.here.end] == PASSAGE.rstrip(".")
    assert THEIRS[passage.there.start : passage.there.end] == PASSAGE.rstrip(".")


def test_the_author_is_not_told_of_an_unpublished_work(work, mine):
    assert borrowing.known_to_author(work, mine, mine.owner_id) == ()


@pytest.mark.parametrize(
    "status", [one for one in SubmissionStatus if one is not SubmissionStatus.PUBLISHED]
)
def test_no_state_but_published_tells_the_author(work, mine, theirs, status):
    work.submissions.save(theirs.model_copy(update={"status": status}))

    assert borrowing.known_to_author(work, mine, mine.owner_id) == ()


def test_the_author_is_told_of_a_published_work(work, mine, theirs):
    work.submissions.save(theirs.model_copy(update={"status": SubmissionStatus.PUBLISHED}))

    assert numbers(borrowing.known_to_author(work, mine, mine.owner_id)) == [theirs.number]


def test_a_published_work_whose_consent_was_taken_back_is_not_told(work, mine, theirs):
    gone = {"status": SubmissionStatus.PUBLISHED, "consents": ()}
    work.submissions.save(theirs.model_copy(update=gone))

    assert borrowing.known_to_author(work, mine, mine.owner_id) == ()


@pytest.mark.parametrize("status", [SubmissionStatus.DRAFT, SubmissionStatus.WITHDRAWN])
def test_drafts_of_others_are_nobodys(work, mine, theirs, status):
    work.submissions.save(theirs.model_copy(update={"status": status}))

    assert borrowing.known_to_organisers(work, mine) == ()
    assert mine.id not in borrowing.shares(work, mine.marathon_id)


def test_a_draft_is_known_once_it_is_sent_though_it_came_first(work, files, marathon, home):
    draft = builders.a_submission(work, marathon, home, status=SubmissionStatus.DRAFT)
    with_text(work, files, draft, THEIRS)
    later = builders.a_submission(work, marathon, home)
    with_text(work, files, later, MINE)
    assert borrowing.known_to_organisers(work, later) == ()

    work.submissions.save(
        work.submissions.get(draft.id).model_copy(update={"status": SubmissionStatus.SUBMITTED})
    )
    assert numbers(borrowing.known_to_organisers(work, later)) == [draft.number]


def test_ones_own_earlier_work_is_told_apart(work, files, marathon, home, theirs):
    again = builders.a_submission(
        work, marathon, home, owner_id=theirs.owner_id, authors=theirs.authors
    )
    with_text(work, files, again, MINE)
    [match] = borrowing.known_to_author(work, again, again.owner_id)

    assert match.is_own
    assert match.year == 2026
    assert again.id not in borrowing.shares(work, again.marathon_id)


def test_naming_oneself_in_ones_own_draft_opens_nobodys_work(work, files, marathon, home, theirs):
    """Whose the other work is says the other work, never the one that is looked from."""
    spy = builders.a_person(work, "Лазутина Ольга Петровна")
    trap = builders.a_submission(
        work, marathon, home, owner_id=spy.id, authors=theirs.authors, status="draft"
    )
    with_text(work, files, trap, MINE)

    assert borrowing.known_to_author(work, trap, trap.owner_id) == ()


def test_a_co_author_is_not_told_of_what_the_owner_alone_wrote(work, files, marathon, home, theirs):
    friend = builders.a_person(work, "Лазутина Ольга Петровна")
    authors = (*theirs.authors, builders.an_author(friend, home))
    again = builders.a_submission(work, marathon, home, owner_id=theirs.owner_id, authors=authors)
    with_text(work, files, again, MINE)

    assert numbers(borrowing.known_to_author(work, again, theirs.owner_id)) == [theirs.number]
    assert borrowing.known_to_author(work, again, friend.id) == ()


def test_a_replaced_file_no_longer_counts(work, mine, theirs):
    [file] = work.files.of(theirs.id)
    work.files.save(file.model_copy(update={"status": FileStatus.REPLACED}))

    assert borrowing.known_to_organisers(work, mine) == ()


def test_shares_of_a_list(work, mine, theirs):
    found = borrowing.shares(work, mine.marathon_id)

    assert found.keys() == {mine.id, theirs.id}
    assert 0.4 < found[mine.id] < 0.8


@pytest.mark.both_databases
def test_works_from_before_are_learnt_of_and_their_parts_found(work, files, marathon, home, theirs):
    old = builders.a_submission(work, marathon, home)
    file = with_text(work, files, old, MINE, compared=False)

    (unread,) = borrowing.unread(work)
    borrowing.learn(work, borrowing.look_through(files, unread))

    assert borrowing.unread(work) == []
    assert Part.GOAL in work.files.get(file.id).parts
    [known] = work.texts.uncompared(limit=5)
    comparison = borrowing.prepare(work, known)
    borrowing.record(work, known, borrowing.compare(files, comparison), now=builders.NOW)
    assert numbers(borrowing.known_to_organisers(work, old)) == [theirs.number]
    assert work.texts.uncompared(limit=5) == []


def test_file_that_gave_way_while_it_was_looked_through_is_not_learnt_of(
    work, files, marathon, home
):
    file = with_text(work, files, builders.a_submission(work, marathon, home), MINE, compared=False)
    (unread,) = borrowing.unread(work)
    work.files.save(file.model_copy(update={"status": FileStatus.REPLACED}))

    assert borrowing.learn(work, borrowing.look_through(files, unread)) is None
    assert work.texts.of_files([file.id]) == {}


@pytest.mark.both_databases
def test_fingerprints_go_with_the_files_of_an_erased_person(work, mine):
    work.belongings.remove_files(mine.id)

    assert work.texts.of_files([mine.id]) == {}
    assert work.overlaps.all() == []
    assert work.texts.sharing(text_fingerprints(MINE), limit=9, beside=mine.id) != []


def test_a_formula_of_many_works_is_no_match(work, files, marathon, home):
    texts = [f"Работа номер {n} о своём деле в своём классе. {PASSAGE} Конец." for n in range(14)]
    for text in texts:
        with_text(work, files, builders.a_submission(work, marathon, home), text)
    last = builders.a_submission(work, marathon, home)
    with_text(work, files, last, MINE)

    assert borrowing.known_to_organisers(work, last) == ()


@pytest.mark.both_databases
def test_two_texts_may_be_compared_with_each_other_at_the_same_moment(
    installation, work, mine, theirs, now
):
    known = [
        work.texts.of_file(file.id) for one in (mine, theirs) for file in work.files.of(one.id)
    ]
    work.release()

    def compare(number):
        with installation.begin(read_only=True) as mine_alone:
            comparison = borrowing.prepare(mine_alone, known[number % 2])
        found = borrowing.compare(installation.files, comparison)
        with installation.begin() as at_once:
            borrowing.record(at_once, known[number % 2], found, now=now)

    assert in_threads(4, compare) == [None] * 4
    assert len(borrowing.known_to_organisers(work, mine)) == 1
