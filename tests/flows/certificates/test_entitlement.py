"""Who is due a certificate, and who is not although it looks so."""

import pytest
from builders import (
    a_cluster,
    a_decided_work,
    a_marathon,
    a_person,
    a_submission,
    an_author,
    members,
)

from flows.certificates import operations
from schemas.certificate import CertificateKind
from schemas.submission import SubmissionStatus


@pytest.fixture
def places(work):
    return members(work, a_cluster(work))


@pytest.fixture
def marathon(work, places):
    return a_marathon(work)


def issued(work, marathon, organiser, now):
    operations.issue(work, marathon.id, by=organiser, now=now)
    return [one for one in work.certificates.of_marathon(marathon.id) if not one.revoked_at]


def kinds(certificates):
    return {one.kind for one in certificates}


def test_approved_work_has_no_publication_to_certify_until_it_is_out(
    work, marathon, places, organiser, now
):
    one = a_decided_work(work, marathon, places[0])
    assert CertificateKind.PUBLICATION not in kinds(issued(work, marathon, organiser, now))

    work.submissions.move(one, to=SubmissionStatus.PUBLISHED, by=organiser, now=now)

    assert CertificateKind.PUBLICATION in kinds(issued(work, marathon, organiser, now))


@pytest.mark.parametrize(("round_", "count"), [(1, 0), (2, 1)])
def test_work_whose_file_was_never_accepted_took_no_part(
    work, marathon, places, organiser, now, round_, count
):
    a_submission(work, marathon, places[0], status=SubmissionStatus.RETURNED, round=round_)

    assert len(issued(work, marathon, organiser, now)) == count


def test_author_named_twice_gets_one_certificate(work, marathon, places, organiser, now):
    person = a_person(work)
    known = an_author(person, places[0])
    nameless = known.model_copy(update={"person_id": None, "email": None})
    a_submission(work, marathon, places[0], authors=(nameless, known), owner_id=person.id)

    assert [one.person_id for one in issued(work, marathon, organiser, now)] == [person.id]


def test_author_who_gets_an_address_later_keeps_the_number(work, marathon, places, organiser, now):
    person = a_person(work)
    known = an_author(person, places[0])
    nameless = known.model_copy(update={"person_id": None, "email": None})
    one = a_submission(work, marathon, places[0], authors=(nameless,), owner_id=person.id)
    before = issued(work, marathon, organiser, now)

    work.submissions.save(one.model_copy(update={"authors": (known,)}))
    after = issued(work, marathon, organiser, now)

    assert [one.number for one in after] == [one.number for one in before]
    assert [one.person_id for one in after] == [person.id]
