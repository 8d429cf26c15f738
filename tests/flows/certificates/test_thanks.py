"""Letters of thanks: who gets one, in which case the name stands, what follows a change."""

import builders
import pytest

from flows.certificates import checking, operations, viewing
from schemas.certificate import CertificateKind
from schemas.design import Design
from schemas.people import Role, RoleGrant
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id


@pytest.fixture
def places(work):
    return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(work, places):
    marathon = builders.a_marathon(work)
    one = builders.a_submission(work, marathon, places[0])
    builders.a_sent_review(work, one, builders.an_expert(work, places[1]))
    return marathon


def serve(work, name, role, scope, scope_id):
    person = builders.a_person(work, name)
    work.roles.add(
        RoleGrant(id=new_id(), person_id=person.id, role=role, scope=scope, scope_id=scope_id)
    )
    return person


def thanks(work, marathon, now):
    operations.issue(work, marathon.id, by=builders.SYSTEM, now=now)
    issued = work.certificates.of_marathon(marathon.id)
    return {one.holder: one for one in issued if one.kind is CertificateKind.THANKS}


def seen(work, certificate, installation):
    (shown,) = viewing.views(
        work, [certificate], base_url="https://marathon.test", signer=installation.signer
    )
    return shown


def test_experts_coordinators_of_those_who_came_and_organisers_are_thanked(
    work, marathon, places, now
):
    serve(work, "Пихтина Галина Сергеевна", Role.COORDINATOR, "municipality", places[0].id)
    serve(work, "Ягелев Роман Ильич", Role.COORDINATOR, "municipality", places[3].id)
    serve(work, "Ясенева Мария Олеговна", Role.ORGANISER, "marathon", marathon.id)

    found = thanks(work, marathon, now)

    assert sorted(found) == [
        "Пихтина Галина Сергеевна",
        "Экспертова Ольга Ивановна",
        "Ясенева Мария Олеговна",
    ]
    assert "город Усть-Илимск" in found["Пихтина Галина Сергеевна"].text
    assert "(1 экспертиза)" in found["Экспертова Ольга Ивановна"].text


def test_the_name_stands_in_the_dative_the_person_has_written(work, marathon, now, installation):
    paper = thanks(work, marathon, now)["Экспертова Ольга Ивановна"]
    shown = seen(work, paper, installation)
    assert (shown.intro, shown.holder) == ("вручается", "Экспертовой Ольге Ивановне")

    person = work.people.get(paper.person_id)
    work.people.save(person.model_copy(update={"name_dative": "Экспертовой Ольге Ивановне-оглы"}))

    assert seen(work, paper, installation).holder == "Экспертовой Ольге Ивановне-оглы"
    assert checking.verify(work, paper.number).holder == "Э… О. И."


def test_a_name_that_cannot_be_declined_stays_as_it_is(work, marathon, now, installation):
    paper = thanks(work, marathon, now)["Экспертова Ольга Ивановна"]
    person = work.people.get(paper.person_id)
    work.people.save(person.model_copy(update={"name": "Kim Olga"}))

    shown = seen(work, paper, installation)

    assert (shown.intro, shown.holder) == ("", paper.holder)


def test_one_letter_thanks_for_everything(work, marathon, places, now):
    expert = work.experts.all()[0]
    for scope, role in (("municipality", Role.COORDINATOR), ("marathon", Role.ORGANISER)):
        scope_id = places[0].id if scope == "municipality" else marathon.id
        work.roles.add(
            RoleGrant(
                id=new_id(), person_id=expert.person_id, role=role, scope=scope, scope_id=scope_id
            )
        )
    (paper,) = thanks(work, marathon, now).values()
    for word in ("экспертизу материалов", "проведение марафона", "участия педагогов"):
        assert word in paper.text


def test_another_design_chair_or_case_is_drawn_anew_and_nothing_else_is(work, marathon, now):
    operations.issue(work, marathon.id, by=builders.SYSTEM, now=now)

    def draw():
        waiting = operations.issue(work, marathon.id, by=builders.SYSTEM, now=now)
        looks = viewing.fingerprints(work, waiting)
        for one in waiting:
            operations.keep(work, one, "0" * 64, looks[one.id])
        return {one.kind for one in waiting}

    assert len(draw()) == 3
    assert draw() == set()

    person = work.people.get(work.experts.all()[0].person_id)
    work.people.save(person.model_copy(update={"name_dative": "Экспертовой О. И."}))
    assert draw() == {CertificateKind.THANKS}

    known = work.marathons.get(marathon.id)
    design = Design(certificate="festive", accent="#7a1f3d")
    work.marathons.save(known.model_copy(update={"design": design}))
    assert len(draw()) == 3
    assert draw() == set()


def test_a_code_bears_a_mark_of_the_words_it_was_printed_with(work, marathon, now, installation):
    paper = thanks(work, marathon, now)["Экспертова Ольга Ивановна"]
    signer = installation.signer
    address = checking.address_of(paper, base_url="https://marathon.test/", signer=signer)
    path, _, mark = address.partition("?s=")
    assert path == f"https://marathon.test/verify/{paper.number}"

    def printed(given):
        return checking.verify(work, paper.number, mark=given, signer=signer).printed

    assert printed(mark) is True
    assert printed("") is None
    assert printed("подделка" * 2) is False
    work.certificates.save(paper.model_copy(update={"text": "другое"}))
    assert printed(mark) is False


def test_a_revoked_one_tells_nothing_of_its_words_even_to_its_own_code(
    work, marathon, now, installation
):
    (one,) = work.submissions.of_marathon(marathon.id)
    operations.issue(work, marathon.id, by=builders.SYSTEM, now=now)
    work.submissions.move(one, to=SubmissionStatus.WITHDRAWN, by=builders.SYSTEM, now=now)
    operations.issue(work, marathon.id, by=builders.SYSTEM, now=now)
    paper = work.certificates.by_number("2026-P-0001")
    mark = checking.mark_of(paper, installation.signer)

    answer = checking.verify(work, paper.number, mark=mark, signer=installation.signer)

    assert (answer.valid, answer.holder, answer.printed) == (False, "", True)
