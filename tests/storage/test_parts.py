"""Parts of a whole live in tables of their own: read in batches, rewritten only when changed."""

from contextlib import contextmanager
from datetime import date, timedelta

import builders
import pytest
import sqlalchemy as sa
from sqlmodel import SQLModel

from schemas.collection import Edition
from schemas.council import ActionItem, AgendaItem, Attendance, Meeting, Member
from schemas.errors import Conflict
from schemas.marathon import Phase, Track
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work), aliases=("Усть-Илим",))


@pytest.fixture
def marathon(work, home):
    return builders.a_marathon(work)


@contextmanager
def statements(installation):
    """What is sent to the database meanwhile."""
    sent = []

    def note(_connection, _cursor, statement, *_rest):
        sent.append(statement)

    sa.event.listen(installation.engine, "before_cursor_execute", note)
    yield sent
    sa.event.remove(installation.engine, "before_cursor_execute", note)


def rows(work, table):
    return work.session.connection().execute(sa.select(SQLModel.metadata.tables[table])).all()


def two_authors(work, home):
    people = [builders.a_person(work, name) for name in ("Ветрова Дарья", "Абрамова Инна")]
    return tuple(builders.an_author(person, home) for person in people)


def a_meeting(work, home, number=1, **changes):
    facts = {
        "id": new_id(),
        "cluster_id": home.cluster_id,
        "number": number,
        "body": "Методический совет",
        "theme": "Итоги марафона",
        "place": "Усть-Илимск",
        "held_on": date(2026, 4, 2),
        "members": (
            Member(
                municipality_id=home.id,
                attendance=Attendance.ABSENT,
                absence_reason="командировка",
            ),
        ),
        "agenda": (
            AgendaItem(number=1, title="О сборнике"),
            AgendaItem(
                number=2,
                title="О плане",
                action_items=(
                    ActionItem(
                        task="Составить план", executor="Ветрова", deadline=date(2026, 6, 16)
                    ),
                    ActionItem(task="Разослать план", executor="Сироткина"),
                ),
            ),
        ),
    }
    return work.meetings.add(Meeting(**facts | changes))


def an_edition(work, marathon, *articles, number=1):
    facts = {"id": new_id(), "marathon_id": marathon.id, "built_at": builders.NOW}
    articles = tuple(one.id for one in articles)
    return work.editions.add(Edition(**facts, number=number, articles=articles))


def test_authors_and_consents_come_back_in_their_order(work, home, marathon):
    written = builders.a_submission(work, marathon, home, authors=two_authors(work, home))

    assert work.submissions.get(written.id) == written
    swapped = written.model_copy(update={"authors": written.authors[::-1]})
    saved = work.submissions.save(swapped)
    assert work.submissions.get(written.id) == saved
    assert saved.authors == written.authors[::-1]


def test_meeting_comes_back_with_members_agenda_and_action_items(work, home):
    first, second = a_meeting(work, home), a_meeting(work, home, number=2, members=(), agenda=())

    assert work.meetings.of_cluster(home.cluster_id) == [first, second]


def test_shortened_agenda_leaves_no_action_items_behind(work, home):
    meeting = a_meeting(work, home)

    saved = work.meetings.save(meeting.model_copy(update={"agenda": meeting.agenda[:1]}))

    assert work.meetings.get(meeting.id) == saved
    assert len(rows(work, "agenda_item")) == 1
    assert rows(work, "action_item") == []


def test_articles_keep_the_order_of_the_edition(work, home, marathon):
    works = [builders.a_submission(work, marathon, home) for _ in range(3)]
    edition = an_edition(work, marathon, *reversed(works))

    assert work.editions.get(edition.id) == edition
    assert list(edition.articles) == [one.id for one in reversed(works)]


def test_tracks_are_changed_by_saving_the_marathon(work, marathon):
    tracks = (*marathon.tracks[1:], Track(number=9, title="Новое направление", live_slots=2))

    saved = work.marathons.save(marathon.model_copy(update={"tracks": tracks}))

    assert work.marathons.get(marathon.id) == saved
    assert [row.number for row in rows(work, "track")] == [track.number for track in tracks]


def test_part_that_did_not_change_is_not_written_again(work, home, marathon):
    submission = builders.a_submission(work, marathon, home, authors=two_authors(work, home))
    authors, consents = rows(work, "author"), rows(work, "consent")

    work.submissions.save(submission.model_copy(update={"title": "Другое", "consents": ()}))

    assert rows(work, "author") == authors
    assert rows(work, "consent") == []
    assert consents


def test_move_changes_parts_together_with_the_status(work, home, marathon, now):
    draft = builders.a_submission(work, marathon, home, status=SubmissionStatus.DRAFT)
    moved = work.submissions.move(
        draft,
        to=SubmissionStatus.SUBMITTED,
        by=builders.SYSTEM,
        now=now,
        authors=two_authors(work, home),
    )

    assert work.submissions.get(draft.id) == moved
    assert len(moved.authors) == 2


def test_stale_whole_changes_none_of_its_parts(work, home, marathon):
    stale = builders.a_submission(work, marathon, home)
    work.submissions.save(stale.model_copy(update={"title": "Новее"}))
    before = rows(work, "author")

    with pytest.raises(Conflict):
        work.submissions.save(stale.model_copy(update={"authors": ()}))

    assert rows(work, "author") == before


@pytest.mark.parametrize(
    ("kind", "tables"),
    [("submissions", 3), ("marathons", 2), ("meetings", 5), ("editions", 2), ("municipalities", 2)],
)
@pytest.mark.parametrize("count", [1, 3])
def test_list_takes_one_query_a_table_however_long_it_is(
    installation, work, home, marathon, kind, tables, count
):
    for number in range(2, count + 1):
        builders.a_municipality(
            work, work.clusters.only(), f"район {number}", aliases=(f"р {number}",)
        )
        builders.a_marathon(work)
    for number in range(1, count + 1):
        submission = builders.a_submission(work, marathon, home)
        an_edition(work, marathon, submission, number=number)
        a_meeting(work, home, number=number)

    with statements(installation) as sent:
        found = getattr(work, kind).all()

    assert len(found) == count
    assert len(sent) == tables


def test_works_of_a_person_are_the_owned_and_the_co_authored(work, home, marathon):
    authors = two_authors(work, home)
    owned = builders.a_submission(work, marathon, home, owner_id=authors[0].person_id)
    co_authored = builders.a_submission(work, marathon, home, authors=authors)
    builders.a_submission(work, marathon, home)

    assert work.submissions.of_person(authors[0].person_id) == [owned, co_authored]
    assert work.submissions.of_person(authors[1].person_id) == [co_authored]
    assert work.submissions.of_owner(authors[1].person_id) == []


def test_marathon_moves_on_without_touching_its_tracks(work, marathon, now):
    before = rows(work, "track")

    opened = marathon.model_copy(update={"submissions_until": now + timedelta(days=1)})
    opened = opened.model_copy(update={"reviews_until": now + timedelta(days=2)})
    work.marathons.move(work.marathons.save(opened), to=Phase.INTAKE, by=builders.SYSTEM, now=now)

    assert rows(work, "track") == before
