"""Files in parts: cut lines, doubled and misplaced parts, two tabs, deadlines and sweeps."""

import hashlib
from datetime import timedelta

import builders
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flows.intake import operations, uploads
from flows.intake.uploads import PART, Sent
from schemas.errors import BadFile, BadInput, Conflict, NotFound
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import SubmissionStatus

SIZE = 2 * PART + 1000
CONTENT = bytes(number % 251 for number in range(SIZE))
LIMIT = 50 * 1024 * 1024


@pytest.fixture
def files(installation):
    return installation.files


@pytest.fixture
def draft(work, now):
    home = builders.a_municipality(work, builders.a_cluster(work))
    marathon = builders.a_marathon(
        work,
        phase=Phase.INTAKE,
        submissions_until=now + timedelta(days=5),
        reviews_until=now + timedelta(days=9),
    )
    return builders.a_submission(work, marathon, home, status=SubmissionStatus.DRAFT)


@pytest.fixture
def by(draft):
    return Actor(person_id=draft.owner_id)


@pytest.fixture
def begun(work, draft, by, now):
    return uploads.begin(work, draft.id, Sent(name="урок.docx", size=SIZE), by=by, now=now)


def send(work, files, upload, offset, now, content=CONTENT):
    part = files.shelf(upload.id).save([content[offset : offset + PART]])
    return uploads.add_part(work, upload, offset=offset, part=part, now=now)


def test_parts_make_the_very_file(work, files, draft, begun, by, now):
    for offset in (0, PART, 2 * PART):
        begun = send(work, files, begun, offset, now)
    stored = uploads.joined(files, begun, limit=LIMIT)
    file = uploads.finish(work, begun, stored, by=by, now=now)
    assert files.read(file.sha256) == CONTENT
    assert file.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert work.files.of(draft.id) == [file]
    assert uploads.finish(work, begun, stored, by=by, now=now) == file


def test_same_file_goes_on_where_the_line_was_cut(work, files, draft, begun, by, now):
    send(work, files, begun, 0, now)
    again = uploads.begin(work, draft.id, Sent(name="урок.docx", size=SIZE), by=by, now=now)
    assert (again.id, again.received) == (begun.id, PART)
    other = uploads.begin(work, draft.id, Sent(name="урок.docx", size=SIZE + 1), by=by, now=now)
    assert other.id != begun.id


def test_part_that_came_twice_changes_nothing(work, files, begun, now):
    once = send(work, files, begun, 0, now)
    assert send(work, files, begun, 0, now) == once


def test_other_bytes_in_the_place_of_a_part_are_another_file(work, files, begun, now):
    send(work, files, begun, 0, now)
    with pytest.raises(Conflict, match="Файл изменился"):
        send(work, files, begun, 0, now, content=b"x" * SIZE)


@pytest.mark.parametrize("offset", [1, PART, 2 * PART, 10 * PART])
def test_part_out_of_turn_is_refused(work, files, begun, now, offset):
    part = files.shelf(begun.id).save([b"x"])
    with pytest.raises(Conflict):
        uploads.add_part(work, begun, offset=offset, part=part, now=now)
    assert work.uploads.get(begun.id).received == 0


@pytest.mark.parametrize("length", [0, 1, PART - 1])
def test_part_cut_short_is_refused(work, files, begun, now, length):
    part = files.shelf(begun.id).save([b"x" * length])
    with pytest.raises(BadInput):
        uploads.add_part(work, begun, offset=0, part=part, now=now)


def test_unfinished_upload_is_no_file(files, begun):
    with pytest.raises(Conflict):
        uploads.joined(files, begun, limit=LIMIT)


@pytest.mark.parametrize(
    ("name", "size", "code"),
    [
        ("урок.docx", LIMIT + 1, "too_large"),
        ("урок.docx", 0, "empty"),
        ("урок.docx", -5, "empty"),
        ("урок.doc", 5, "unsupported_type"),
        ("урок.exe", 5, "unsupported_type"),
        ("", 5, "unsupported_type"),
    ],
)
def test_unfit_file_is_refused_before_it_is_sent(name, size, code):
    with pytest.raises(BadFile) as refused:
        uploads.require_fit(Sent(name=name, size=size), limit=LIMIT)
    assert refused.value.code == code


def test_withdrawn_meanwhile_takes_no_more_parts(work, files, draft, begun, by, now):
    send(work, files, begun, 0, now)
    operations.withdraw(work, draft.id, by=by, now=now)
    with pytest.raises(Conflict):
        send(work, files, begun, PART, now)


def test_somebody_elses_upload_is_not_there(work, draft, begun):
    with pytest.raises(NotFound):
        uploads.own(work, draft.id, begun.id, by=Actor(person_id="stranger"))
    with pytest.raises(NotFound):
        uploads.own(work, "other", begun.id, by=Actor(person_id=draft.owner_id))


def test_too_many_begun_files_give_up_the_oldest(work, draft, by, now):
    ids = [
        uploads.begin(work, draft.id, Sent(name=f"{n}.pdf", size=5), by=by, now=now).id
        for n in range(8)
    ]
    left = {one.id for one in work.uploads.of(draft.id)}
    assert left == set(ids[-uploads.MOST_AT_ONCE :])


def test_sweep_clears_what_nobody_finishes_and_keeps_what_goes_on(work, files, draft, by, now):
    old = uploads.begin(work, draft.id, Sent(name="a.pdf", size=5), by=by, now=now)
    files.shelf(old.id).save([b"12345"])
    later = now + timedelta(days=2, minutes=1)
    fresh = uploads.begin(work, draft.id, Sent(name="b.pdf", size=5), by=by, now=later)
    files.shelf(fresh.id).save([b"12345"])
    files.shelf("orphan").save([b"1"])

    assert uploads.sweep(work, files, now=later) == 2
    assert files.shelves() == [fresh.id]
    assert [one.id for one in work.uploads.of(draft.id)] == [fresh.id]


def test_parts_of_a_finished_file_go_and_the_file_stays(work, files, draft, by, now):
    one = uploads.begin(work, draft.id, Sent(name="a.pdf", size=5), by=by, now=now)
    one = uploads.add_part(work, one, offset=0, part=files.shelf(one.id).save([b"12345"]), now=now)
    file = uploads.finish(work, one, uploads.joined(files, one, limit=LIMIT), by=by, now=now)
    uploads.sweep(work, files, now=now)
    assert files.shelves() == []
    assert files.read(file.sha256) == b"12345"


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(tries=st.lists(st.integers(0, 2), max_size=9))
def test_whatever_comes_in_whatever_order_never_spoils_the_file(work, files, draft, by, now, tries):
    """The third part may come first, the first one thrice: the bytes are right or not there."""
    name = f"{len(work.uploads.of(draft.id))}-{hash(tuple(tries))}.pdf"
    upload = uploads.begin(work, draft.id, Sent(name=name, size=SIZE), by=by, now=now)
    for number in [*tries, 0, 1, 2]:
        try:
            upload = send(work, files, upload, number * PART, now)
        except Conflict:
            upload = work.uploads.get(upload.id)
    stored = uploads.joined(files, upload, limit=LIMIT)
    assert stored.sha256 == hashlib.sha256(CONTENT).hexdigest()
