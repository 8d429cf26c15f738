"""What a material needs before it is sent, until when it is taken, and who may still change it."""

from datetime import timedelta

import builders
import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.intake import rules
from flows.intake.rules import Allowance
from schemas.errors import Conflict, DeadlinePassed
from schemas.extraction import Extraction, WarningCode
from schemas.marathon import Marathon, Phase, Track
from schemas.submission import (
    UNSENT,
    Author,
    Children,
    ConsentKind,
    FileStatus,
    Submission,
    SubmissionFile,
    SubmissionStatus,
)

NOW = builders.NOW
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
AUTHOR = Author(name="Лесова Анна Ильинична", organisation="Школа № 7", municipality_id="here")
S = SubmissionStatus
SENT_BACK = {S.RETURNED, S.REVISING}
EDITABLE = {S.DRAFT, S.SUBMITTED, S.RETURNED, S.CHECKED, S.REVISING}
LATE = {Phase.INTAKE, Phase.EXPERTISE, Phase.DECISION}
WITH_A_WAY_IN = LATE | {Phase.PREPARATION}


def a_work(**changes):
    facts = {
        "id": "w",
        "marathon_id": "m",
        "number": 1,
        "owner_id": "p",
        "title": "Практика",
        "abstract": "О чём она.",
        "track": 1,
        "authors": (AUTHOR,),
        "consents": builders.consents(ConsentKind.PROCESSING),
        "children": Children.NONE,
        "created_at": NOW,
    }
    return Submission(**facts | changes)


def a_file(status=FileStatus.ACCEPTED, *, children=False, **changes):
    codes = (WarningCode.CHILDREN_NAMED,) if children else ()
    facts = {"id": "f", "submission_id": "w", "marathon_id": "m", "name": "работа.docx"}
    found = Extraction(file="работа.docx", status="ok", kind="docx", warnings=codes)
    about = {"sha256": "a" * 64, "size": 9, "uploaded_at": NOW, "extraction": found}
    return SubmissionFile(**facts | about | {"status": status} | changes)


def a_marathon(phase=Phase.INTAKE, **changes):
    """Takes materials for a day before and after ``NOW``."""
    facts = {
        "id": "m",
        "cluster_id": "c",
        "title": "Марафон",
        "theme": "Практики",
        "year": 2026,
        "opens_at": NOW - DAY,
        "submissions_until": NOW + DAY,
        "reviews_until": NOW + 5 * DAY,
        "live_on": (NOW + 9 * DAY).date(),
        "tracks": tuple(Track(number=number, title=f"Путь {number}") for number in (1, 2, 8)),
        "phase": phase,
    }
    return Marathon(**facts | changes)


def fields(work, *files):
    return [(one.section, one.field) for one in rules.missing(work, files)]


# --- what is missing ---------------------------------------------------------------------


def test_complete_material_lacks_nothing():
    assert rules.missing(a_work(), [a_file()]) == ()


def test_empty_material_lacks_every_part_in_the_order_of_the_task_list():
    empty = Submission(id="w", marathon_id="m", number=1, owner_id="p", created_at=NOW)
    found = rules.missing(empty, [])

    assert [(one.section, one.field) for one in found] == [
        ("authors", "authors"),
        ("practice", "title"),
        ("practice", "track"),
        ("practice", "abstract"),
        ("files", "file"),
        ("consents", "processing"),
        ("consents", "children"),
    ]
    assert all(one.sentence.endswith((".", "PDF.")) for one in found)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"authors": ()}, ("authors", "authors")),
        (
            {"authors": (AUTHOR, AUTHOR.model_copy(update={"organisation": ""}))},
            ("authors", "organisation"),
        ),
        ({"title": "  "}, ("practice", "title")),
        ({"track": None}, ("practice", "track")),
        ({"abstract": " \n"}, ("practice", "abstract")),
        ({"consents": ()}, ("consents", "processing")),
        (
            {"consents": builders.consents(ConsentKind.LICENCE, ConsentKind.DISTRIBUTION)},
            ("consents", "processing"),
        ),
        ({"children": Children.UNANSWERED}, ("consents", "children")),
    ],
)
def test_each_part_is_asked_for_by_itself(changes, part):
    assert fields(a_work(**changes), a_file()) == [part]


@pytest.mark.parametrize("status", FileStatus)
def test_file_must_be_received_or_accepted(status):
    usable = status in {FileStatus.RECEIVED, FileStatus.ACCEPTED}

    assert (("files", "file") in fields(a_work(), a_file(status))) is not usable
    assert fields(a_work(), a_file(status), a_file()) == []


@pytest.mark.parametrize("status", SubmissionStatus)
def test_children_in_the_newest_file_are_answered_for_before_sending(status):
    named, plain = a_file(children=True), a_file()
    work = a_work(status=status)
    asked = [("files", "children_data")] if status in UNSENT else []

    assert fields(work, plain, named) == asked
    assert fields(work, named, plain) == []
    assert fields(work, a_file(children=True, cleared_at=NOW)) == []
    consented = work.model_copy(update={"children": Children.CONSENTED})
    assert fields(consented, named) == []


# --- until when --------------------------------------------------------------------------


@pytest.mark.parametrize("phase", Phase)
def test_common_dates_count_in_intake_only_and_both_ends_belong_to_them(phase):
    marathon = a_marathon(phase)

    def is_open(now, **more):
        return rules.is_open(marathon, now=now, **more)

    inside = phase is Phase.INTAKE
    assert is_open(marathon.opens_at) is inside
    assert is_open(marathon.submissions_until) is inside
    assert not is_open(marathon.opens_at - MINUTE)
    assert not is_open(marathon.submissions_until + MINUTE)
    assert is_open(marathon.submissions_until + 5 * MINUTE, grace_minutes=5) is inside
    assert not is_open(marathon.submissions_until + 6 * MINUTE, grace_minutes=5)


@pytest.mark.parametrize("phase", Phase)
def test_own_time_counts_before_the_opening_and_while_somebody_can_still_read(phase):
    marathon, own = a_marathon(phase), Allowance(until=NOW + 9 * DAY)

    def is_open(now, **more):
        return rules.is_open(marathon, now=now, allowances=(own,), **more)

    assert is_open(own.until) is (phase in WITH_A_WAY_IN)
    assert is_open(own.until + 5 * MINUTE, grace_minutes=5) is (phase in WITH_A_WAY_IN)
    assert not is_open(own.until + 6 * MINUTE, grace_minutes=5)
    assert not is_open(own.until + MINUTE)


@pytest.mark.parametrize(
    ("tracks", "track", "fits"),
    [((), 1, True), ((), None, True), ((1, 2), 2, True), ((1, 2), 3, False), ((1,), None, True)],
)
def test_own_time_is_for_its_tracks(tracks, track, fits):
    own = Allowance(until=NOW, tracks=tracks)

    assert own.fits(track) is fits
    assert rules.allowed_until((own,), track=track) == (NOW if fits else None)


ALLOWANCES = st.lists(
    st.builds(
        Allowance,
        until=st.integers(-9, 9).map(lambda days: NOW + days * DAY),
        tracks=st.sets(st.integers(1, 3), max_size=2).map(tuple),
    ),
    max_size=4,
)


@given(ALLOWANCES, st.sampled_from((None, 1, 2, 3)))
def test_the_latest_time_given_for_the_track_holds(allowances, track):
    found = rules.allowed_until(allowances, track=track)
    fitting = [one.until for one in allowances if one.fits(track)]

    assert (found is None) == (fitting == [])
    assert found is None or (found in fitting and not any(until > found for until in fitting))


# --- refusals ----------------------------------------------------------------------------


def require(marathon, work, now, *, grace_minutes=0, allowances=()):
    rules.require_open(marathon, work, now=now, grace_minutes=grace_minutes, allowances=allowances)


def refusal(*args, **more):
    """The code of the refusal, or nothing when the material is taken."""
    try:
        require(*args, **more)
    except DeadlinePassed as error:
        return error.code
    return ""


def test_material_is_taken_in_time_with_grace_or_with_own_time():
    marathon, late = a_marathon(), NOW + DAY + MINUTE
    own = Allowance(until=NOW + 2 * DAY, tracks=(1,))

    assert refusal(marathon, a_work(), NOW) == ""
    assert refusal(marathon, a_work(), late) == "intake_closed"
    assert refusal(marathon, a_work(), late, grace_minutes=1) == ""
    assert refusal(marathon, a_work(), late, allowances=(own,)) == ""
    assert refusal(marathon, a_work(track=2), late, allowances=(own,)) == "other_track"


@pytest.mark.parametrize("status", SubmissionStatus)
@pytest.mark.parametrize("phase", Phase)
def test_what_was_sent_back_is_taken_after_the_deadline_while_somebody_can_read(status, phase):
    work, marathon = a_work(status=status), a_marathon(phase)
    taken = status in SENT_BACK and phase in LATE

    assert refusal(marathon, work, NOW + 2 * DAY) == ("" if taken else "intake_closed")


def test_revised_material_comes_in_until_reviews_end_or_as_long_as_its_author_was_given():
    marathon, work = a_marathon(Phase.DECISION), a_work(status=S.REVISING)
    end = marathon.reviews_until
    longer = Allowance(until=end + DAY)

    assert refusal(marathon, work, end) == ""
    assert refusal(marathon, work, end + MINUTE) == "revision_closed"
    assert refusal(marathon, work, end + MINUTE, allowances=(longer,)) == ""
    assert refusal(marathon, a_work(status=S.RETURNED), end + MINUTE) == ""


def other_track(marathon, *allowances, now=NOW):
    rules.refuse_other_track(marathon, now=now, allowances=allowances)


def test_refusal_of_a_track_names_those_the_live_codes_are_for():
    live = Allowance(until=NOW, tracks=(8, 2, 9))
    passed = Allowance(until=NOW - MINUTE, tracks=(1,))

    with pytest.raises(
        DeadlinePassed, match=r"направлений: «Путь 2», «Путь 8»\. Выберите"
    ) as refused:
        other_track(a_marathon(), live, passed)
    assert refused.value.code == "other_track"
    other_track(a_marathon(), passed)
    other_track(a_marathon(), Allowance(until=NOW))


@pytest.mark.parametrize("phase", Phase)
def test_codes_for_tracks_say_nothing_once_nobody_could_read_any_more(phase):
    live = Allowance(until=NOW, tracks=(2,))

    if phase in WITH_A_WAY_IN:
        with pytest.raises(DeadlinePassed):
            other_track(a_marathon(phase), live)
    else:
        other_track(a_marathon(phase), live)


# --- changes -----------------------------------------------------------------------------


def test_material_is_the_authors_until_experts_have_it():
    assert rules.EDITABLE == EDITABLE


@pytest.mark.parametrize("status", SubmissionStatus)
def test_unsent_work_is_always_editable_and_sent_work_until_the_deadline(status):
    work, marathon, late = a_work(status=status), a_marathon(), NOW + 2 * DAY
    own = Allowance(until=late, tracks=(1,))
    other = Allowance(until=late, tracks=(2,))

    assert rules.is_editable(marathon, work, now=NOW) is (status in EDITABLE)
    assert rules.is_editable(marathon, work, now=late) is (status in UNSENT)
    assert rules.is_editable(marathon, work, now=late, allowances=(own,)) is (status in EDITABLE)
    assert rules.is_editable(marathon, work, now=late, allowances=(other,)) is (status in UNSENT)


def test_refused_change_says_why():
    marathon, late = a_marathon(), NOW + 2 * DAY
    own = (Allowance(until=late),)
    sent, reading = a_work(status=S.CHECKED), a_work(status=S.IN_REVIEW)

    rules.require_editable(marathon, sent, now=NOW)
    rules.require_editable(marathon, sent, now=late, allowances=own)
    with pytest.raises(Conflict, match="Приём материалов закончен, менять") as ended:
        rules.require_editable(marathon, sent, now=late)
    with pytest.raises(Conflict, match="Материал уже не на приёме, менять") as taken:
        rules.require_editable(marathon, reading, now=NOW)
    assert ended.value.code == taken.value.code == "not_editable"


@pytest.mark.parametrize("status", SubmissionStatus)
def test_consents_are_changed_at_any_time_but_of_a_withdrawn_work(status):
    work = a_work(status=status)

    if status is not S.WITHDRAWN:
        rules.require_consentable(work)
        return
    with pytest.raises(Conflict, match="отозван") as refused:
        rules.require_consentable(work)
    assert refused.value.code == "not_editable"


# --- copies ------------------------------------------------------------------------------


def test_copy_is_known_by_the_title_and_the_names_it_hides():
    mark = rules.mark_of_hidden("Практика", ("Лесова", "Школа № 7"))
    others = {
        rules.mark_of_hidden("Практик", ("аЛесова", "Школа № 7")),
        rules.mark_of_hidden("Практика", ("Школа № 7", "Лесова")),
        rules.mark_of_hidden("Практика", ("Лесова",)),
        rules.mark_of_hidden("Практика Лесова", ("Школа № 7",)),
    }

    assert mark not in others
    assert len(others) == 4
    # Kept with copies made before: another mark would make every copy anew.
    assert mark == "6f173ba65c9ad846"
