"""More time for single people: extensions, access codes, and what they open and do not open."""

from datetime import timedelta

import builders
import pytest
from together import in_threads

from flows.intake import operations, rules, ways_in
from schemas.errors import BadInput, Conflict, DeadlinePassed
from schemas.marathon import Phase
from schemas.people import Actor
from schemas.submission import FileStatus, SubmissionDraft, SubmissionFile, SubmissionStatus
from storage.identifiers import new_id

pytestmark = pytest.mark.both_databases

BY = Actor(part="test")


@pytest.fixture
def home(work):
    return builders.a_municipality(work, builders.a_cluster(work))


@pytest.fixture
def late(work, home, now):
    """A marathon whose intake ended an hour ago."""
    return builders.a_marathon(
        work,
        phase=Phase.EXPERTISE,
        submissions_until=now - timedelta(hours=1),
        reviews_until=now + timedelta(days=20),
    )


def a_draft(work, marathon, home, **changes):
    one = builders.a_submission(
        work, marathon, home, status=SubmissionStatus.DRAFT, submitted_at=None, **changes
    )
    work.files.add(
        SubmissionFile(
            id=new_id(),
            submission_id=one.id,
            marathon_id=marathon.id,
            name="работа.docx",
            sha256="a" * 64,
            size=1,
            status=FileStatus.ACCEPTED,
            uploaded_at=builders.NOW,
        )
    )
    return one


def extend(work, marathon, one, until, now):
    return ways_in.extend(
        work, marathon, one.owner_id, until=until, reason="Болезнь", by=BY, now=now
    )


def a_code(work, marathon, now, **changes):
    wanted = {"until": now + timedelta(days=2), "most_uses": 1} | changes
    return ways_in.make_code(
        work, marathon, ways_in.NewCode(**wanted), code="ABCE2347", by=BY, now=now
    )


def enter(work, marathon, person_id, now, typed="ABCE2347"):
    return ways_in.enter_code(work, marathon, typed, by=BY, person_id=person_id, now=now)


def test_draft_can_be_saved_but_not_sent_after_the_deadline(work, late, home, now):
    one = a_draft(work, late, home)
    saved = operations.save_draft(
        work, one.id, SubmissionDraft(title="Дописано после срока"), by=BY, now=now
    )
    assert saved.title == "Дописано после срока"
    with pytest.raises(DeadlinePassed):
        operations.submit(work, one.id, by=BY, now=now)


def test_extension_lets_this_person_send_and_change_and_nobody_else(work, late, home, now):
    one, other = a_draft(work, late, home), a_draft(work, late, home)
    extend(work, late, one, now + timedelta(days=1), now)

    sent = operations.submit(work, one.id, by=BY, now=now)
    assert sent.status is SubmissionStatus.SUBMITTED
    draft = SubmissionDraft.model_validate(
        {name: getattr(sent, name) for name in SubmissionDraft.model_fields} | {"title": "Иначе"}
    )
    assert operations.save_draft(work, one.id, draft, by=BY, now=now).title == "Иначе"
    with pytest.raises(DeadlinePassed):
        operations.submit(work, other.id, by=BY, now=now)


def test_extension_ends_with_its_last_minute_and_the_grace(work, late, home, now):
    one = a_draft(work, late, home)
    extend(work, late, one, now + timedelta(days=1), now)
    after = now + timedelta(days=1, minutes=6)
    with pytest.raises(DeadlinePassed):
        operations.submit(work, one.id, by=BY, now=after, grace_minutes=5)
    in_time = after - timedelta(minutes=2)
    assert operations.submit(work, one.id, by=BY, now=in_time, grace_minutes=5)


def test_code_asked_for_by_two_presses_is_one(work, late, now):
    wanted = ways_in.NewCode(until=now + timedelta(days=2), most_uses=3)

    def make(code, wait=timedelta()):
        return ways_in.make_code(work, late, wanted, code=code, by=BY, now=now + wait)

    first = make("ABCE2347")
    assert make("HKMP2347", timedelta(seconds=2)) == first
    assert make("XTPM2347", timedelta(minutes=1)).id != first.id
    assert work.access_codes.count() == 2


def test_extension_is_journalled_told_by_letter_and_given_once(work, late, home, now):
    one = a_draft(work, late, home)
    until = now + timedelta(days=1)
    assert extend(work, late, one, until, now) == extend(work, late, one, until, now)
    assert [e.action for e in work.journal.about(one.owner_id)] == ["deadline_extended"]
    letters = [n for n in work.notices.all() if n.template == "extension_granted"]
    assert [letter.person_id for letter in letters] == [one.owner_id]


def test_extension_into_the_past_or_after_the_results_is_refused(work, home, late, now):
    one = a_draft(work, late, home)
    with pytest.raises(BadInput):
        extend(work, late, one, now - timedelta(minutes=1), now)
    over = builders.a_marathon(work, phase=Phase.RESULTS)
    with pytest.raises(Conflict):
        extend(work, over, one, now + timedelta(days=1), now)


def test_code_lets_an_invited_teacher_in_before_the_opening(work, home, now):
    marathon = builders.a_marathon(
        work,
        phase=Phase.PREPARATION,
        opens_at=now + timedelta(days=5),
        submissions_until=now + timedelta(days=30),
        reviews_until=now + timedelta(days=60),
    )
    one = a_draft(work, marathon, home)
    with pytest.raises(DeadlinePassed):
        operations.submit(work, one.id, by=BY, now=now)
    a_code(work, marathon, now)
    enter(work, marathon, one.owner_id, now)
    assert operations.submit(work, one.id, by=BY, now=now).submitted_at == now


def test_code_for_one_track_opens_no_other(work, late, home, now):
    one = a_draft(work, late, home, track=2)
    a_code(work, late, now, tracks=(1,))
    enter(work, late, one.owner_id, now)
    with pytest.raises(DeadlinePassed, match="только для направлений"):
        operations.submit(work, one.id, by=BY, now=now)
    work.submissions.save(work.submissions.get(one.id).model_copy(update={"track": 1}))
    sent = operations.submit(work, one.id, by=BY, now=now)
    draft = SubmissionDraft.model_validate(
        {name: getattr(sent, name) for name in SubmissionDraft.model_fields} | {"track": 2}
    )
    with pytest.raises(Conflict):
        operations.save_draft(work, one.id, draft, by=BY, now=now)


def test_code_is_spent_once_a_person_and_refused_when_it_is_used_up(work, late, home, now):
    one, other = a_draft(work, late, home), a_draft(work, late, home)
    code = a_code(work, late, now)
    assert enter(work, late, one.owner_id, now) == enter(work, late, one.owner_id, now)
    assert work.access_codes.get(code.id).uses == 1
    with pytest.raises(BadInput):
        enter(work, late, other.owner_id, now)


@pytest.mark.parametrize("typed", ["abce-2347", " АВСЕ 2347 ", "авсе2347"])
def test_code_may_be_typed_with_dashes_small_and_russian_letters(work, late, home, now, typed):
    one = a_draft(work, late, home)
    a_code(work, late, now)
    assert enter(work, late, one.owner_id, now, typed)


@pytest.mark.parametrize("typed", ["", "нет такого", "\0" * 9, "😀" * 9, "A" * 5000])
def test_what_is_no_code_is_refused_in_words(work, late, home, now, typed):
    a_code(work, late, now)
    with pytest.raises(BadInput):
        enter(work, late, a_draft(work, late, home).owner_id, now, typed)


def test_closed_code_lets_nobody_in_but_keeps_what_it_gave(work, late, home, now):
    one, other = a_draft(work, late, home), a_draft(work, late, home)
    code = a_code(work, late, now, most_uses=5)
    enter(work, late, one.owner_id, now)
    ways_in.close_code(work, code, by=BY, now=now)
    with pytest.raises(BadInput):
        enter(work, late, other.owner_id, now)
    assert operations.submit(work, one.id, by=BY, now=now)


def test_last_use_of_a_code_goes_to_one_of_many_at_one_moment(installation, now):
    with installation.begin() as work:
        builders.a_municipality(work, builders.a_cluster(work))
        marathon = builders.a_marathon(
            work, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=9)
        )
        people = [builders.a_person(work).id for _ in range(6)]
        code = a_code(work, marathon, now, most_uses=2)

    def act(number):
        with installation.begin() as work:
            return enter(work, marathon, people[number], now)

    outcomes = in_threads(6, act)
    assert sum(isinstance(one, BadInput) for one in outcomes) == 4
    with installation.begin(read_only=True) as work:
        assert work.access_codes.get(code.id).uses == 2
        assert len(work.extensions.of_marathon(marathon.id)) == 2


def test_common_deadline_is_never_shortened_by_an_extension(work, home, now):
    marathon = builders.a_marathon(
        work,
        phase=Phase.INTAKE,
        submissions_until=now + timedelta(days=5),
        reviews_until=now + timedelta(days=9),
    )
    given = (rules.Allowance(until=now - timedelta(days=1), tracks=(3,)),)
    assert rules.is_open(marathon, now=now, allowances=given, track=1)
