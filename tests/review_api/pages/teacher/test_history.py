"""«История материала» and the revise loop as the author, the expert and the organiser meet them."""

import io
import re
from datetime import timedelta

import builders
import pytest
from PIL import Image

from flows.documents.preflight.privacy import mask
from flows.intake import operations, rules
from schemas.assignment import AssignmentStatus
from schemas.document import Document, Paragraph, Span
from schemas.extraction import Extraction
from schemas.marathon import Phase
from schemas.people import Actor, Role
from schemas.review import ReviewDraft
from schemas.submission import Derivative, DerivativeKind, SubmissionDraft, SubmissionStatus
from storage.identifiers import new_id
from storage.reports import hidden_names

BY = Actor(part="test")
ACCEPTED = Extraction(file="материал.docx", status="ok", kind="docx", pages=1, characters=900)
CANARY = "Канарейкина Пелагея Тихоновна"


def upload(installation, submission_id, now, *paragraphs):
    """A file whose check is done, with its anonymised copy."""
    blocks = tuple(Paragraph(inlines=(Span(text=one),)) for one in paragraphs)
    document = Document(blocks=blocks)
    stored = installation.files.save_bytes(document.model_dump_json().encode())
    picture = io.BytesIO()
    Image.new("RGB", (60, 80), "white").save(picture, "WEBP")
    page = installation.files.save_bytes(picture.getvalue())
    with installation.begin() as work:
        file = operations.add_file(
            work, submission_id, name="kanareika.docx", stored=stored, by=BY, now=now
        )
        one = work.submissions.get(submission_id)
        names = hidden_names(work, one)
        mark = rules.mark_of_hidden(one.title, names)
        blind = mask(document, names).model_dump_json().encode()
        contents = {
            DerivativeKind.BLIND_PAGE: page,
            DerivativeKind.BLIND_DOCUMENT: installation.files.save_bytes(blind),
        }
        made = [
            Derivative(
                id=new_id(),
                file_id=file.id,
                kind=kind,
                name=mark,
                sha256=contents.get(kind, stored).sha256,
            )
            for kind in DerivativeKind
            if kind is not DerivativeKind.IMAGE
        ]
        operations.record_check(work, file.id, ACCEPTED, made, by=BY, now=now)


@pytest.fixture
def season(installation, now):
    """A work sent back after its first round; its owner, its first expert."""
    with installation.begin() as work:
        builders.members(work, builders.a_cluster(work))
        marathon = builders.a_marathon(
            work,
            phase=Phase.INTAKE,
            submissions_until=now + timedelta(days=5),
            reviews_until=now + timedelta(days=20),
        )
        home, away = work.municipalities.of_cluster(marathon.cluster_id)[:2]
        owner = builders.a_person(work, CANARY)
        one = builders.a_submission(
            work,
            marathon,
            home,
            owner_id=owner.id,
            authors=(builders.an_author(owner, home),),
            status=SubmissionStatus.DRAFT,
            submitted_at=None,
        )
    upload(installation, one.id, now, "Дети чертят план двора.", "Итог: стало лучше.")
    with installation.begin() as work:
        operations.submit(work, one.id, by=Actor(person_id=owner.id), now=now)
        expert = builders.an_expert(work, away)
        draft = ReviewDraft(comment="Мой прошлый совет.", levels={})
        builders.a_sent_review(work, one, expert, draft=draft)
        stored = work.submissions.get(one.id)
        changes = {"status": SubmissionStatus.REVISING, "round": 2}
        work.submissions.save(stored.model_copy(update=changes))
    return marathon, owner, one, expert


def fields(page, *names):
    """What the form of the page holds in these fields."""
    return {name: re.search(rf'name="{name}" value="([^"]*)"', page).group(1) for name in names}


def answer(browser, one, text):
    address = f"/my/{one.id}/response"
    held = fields(browser.get(address).text, "version")
    return browser.post(address, data={"response": text, **held})


def test_author_answers_the_experts_and_reads_what_changed_before_sending(
    season, signed_in, installation, now
):
    _, owner, one, _ = season
    browser = signed_in(owner)
    upload(installation, one.id, now, "Дети чертят карту двора.", "Итог: стало лучше.")

    assert "Напишите экспертам, что вы изменили" in browser.get(f"/my/{one.id}/check").text
    said = answer(browser, one, "Заменил план картой.")
    assert said.status_code == 303
    assert "Напишите экспертам" not in browser.get(f"/my/{one.id}/check").text

    page = browser.get(f"/my/{one.id}/history/now").text
    assert "план</del>" in page
    assert "карту</ins>" in page
    assert "Без изменений" not in page


def resent(season, signed_in, installation, now):
    """The work sent for its second round with an answer that names its author."""
    marathon, owner, one, _ = season
    browser = signed_in(owner)
    upload(installation, one.id, now, f"Дети чертят карту. Записала {CANARY}.")
    answer(browser, one, f"Учла всё. {CANARY}, тел. 8 914 555-12-12")
    with installation.begin() as work:
        operations.submit(work, one.id, by=Actor(person_id=owner.id), now=now)
        stored = work.submissions.get(one.id)
        work.submissions.save(stored.model_copy(update={"status": SubmissionStatus.IN_REVIEW}))
        marathon = work.marathons.get(marathon.id)
        work.marathons.save(marathon.model_copy(update={"phase": Phase.EXPERTISE}))
    return browser


def test_expert_of_the_next_round_reads_changes_answer_and_own_earlier_review_blind(
    season, signed_in, installation, now
):
    _, _, one, expert = season
    resent(season, signed_in, installation, now)
    with installation.begin() as work:
        stored = work.submissions.get(one.id)
        item = builders.an_assignment(work, stored, expert)
        stranger = builders.an_expert(work, work.municipalities.get(expert.municipality_id))
        other = builders.an_assignment(work, stored, stranger)
        people = [work.people.get(one.person_id) for one in (expert, stranger)]

    page = signed_in(people[0]).get(f"/expert/assignments/{item.id}").text
    assert "Что изменилось" in page
    assert "Учла всё." in page
    assert "Мой прошлый совет." in page
    assert "карту.</ins>" in page or "карту. " in page
    for secret in ("Канарейкин", "Пелаге", "555-12-12", "kanareika"):
        assert secret not in page

    page = signed_in(people[1]).get(f"/expert/assignments/{other.id}").text
    assert "Учла всё." in page
    assert "Мой прошлый совет." not in page


def test_first_round_expert_sees_no_tab_of_changes(season, signed_in, installation):
    _, _, one, expert = season
    with installation.begin() as work:
        stored = work.submissions.get(one.id)
        work.submissions.save(
            stored.model_copy(update={"status": SubmissionStatus.IN_REVIEW, "round": 1})
        )
        stranger = builders.an_expert(work, work.municipalities.get(expert.municipality_id))
        first = work.submissions.get(one.id)
        item = builders.an_assignment(work, first, stranger, status=AssignmentStatus.ACCEPTED)
        person = work.people.get(stranger.person_id)

    page = signed_in(person).get(f"/expert/assignments/{item.id}")
    assert page.status_code == 200
    assert "Что изменилось" not in page.text


def test_history_lists_versions_for_author_and_organiser_and_nobody_else(
    season, signed_in, installation, now
):
    marathon, _, one, expert = season
    author = resent(season, signed_in, installation, now)
    with installation.begin() as work:
        organiser = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(organiser.id, Role.ORGANISER)
        person = work.people.get(expert.person_id)

    page = author.get(f"/my/{one.id}/history").text
    assert "Версия 2." in page
    assert "Отправлен после доработки" in page
    assert "(вы)" in page
    desk = f"/organise/{marathon.id}/works/{one.id}/history"
    office = signed_in(organiser)
    assert "Отправлен впервые" in office.get(desk).text
    difference = office.get(f"{desk}/2").text
    assert "Ответ автора экспертам" in difference
    assert "<del>" in difference
    stranger = signed_in(person)
    for address in (f"/my/{one.id}/history", f"/my/{one.id}/history/2", desk, f"{desk}/2"):
        assert stranger.get(address).status_code == 404


@pytest.mark.parametrize("number", ["0", "9", "99999999999999999999", "²", "-1", "nowhere", "1.5"])
def test_version_that_is_not_there_is_not_found(season, signed_in, number):
    _, owner, one, _ = season

    assert signed_in(owner).get(f"/my/{one.id}/history/{number}").status_code == 404


def test_too_long_answer_is_refused_with_what_was_typed(season, signed_in, installation):
    _, owner, one, _ = season
    browser = signed_in(owner)

    refused = answer(browser, one, "Я" * 5001)
    assert refused.status_code == 422
    assert "Сократите текст до 5000 знаков." in refused.text
    assert "Я" * 5001 in refused.text

    huge = answer(browser, one, "Я" * 100_000)
    assert huge.status_code == 422
    assert "Я" * 1500 not in huge.text
    with installation.begin() as work:
        assert work.submissions.get(one.id).response == ""


def test_strange_signs_in_an_answer_do_no_harm(season, signed_in, installation):
    _, owner, one, _ = season
    browser = signed_in(owner)

    typed = "<script>alert(1)</script>\x00 \u202eязык 👩‍🏫 й"
    assert answer(browser, one, typed).status_code == 303

    page = browser.get(f"/my/{one.id}/check").text
    assert "<script>alert" not in page
    with installation.begin() as work:
        assert "\x00" not in work.submissions.get(one.id).response


def test_answer_written_in_two_windows_shows_both(season, signed_in):
    _, owner, one, _ = season
    browser = signed_in(owner)
    address = f"/my/{one.id}/response"
    held = fields(browser.get(address).text, "version")

    assert browser.post(address, data={"response": "Первое", **held}).status_code == 303
    clash = browser.post(address, data={"response": "Второе", **held})

    assert clash.status_code == 409
    assert "Первое" in clash.text
    assert "Второе" in clash.text
    stale = browser.post(f"{address}/autosave", data={"response": "Третье", **held})
    assert stale.status_code == 409


def test_first_round_has_nothing_to_answer(signed_in, installation, open_marathon):
    with installation.begin() as work:
        [home, *_] = work.municipalities.of_cluster(open_marathon.cluster_id)
        one = builders.a_submission(work, open_marathon, home, status=SubmissionStatus.DRAFT)
        owner = work.people.get(one.owner_id)

    assert signed_in(owner).get(f"/my/{one.id}/response").status_code == 404


def test_saving_through_another_form_keeps_the_answer(season, signed_in, installation, now):
    _, owner, one, _ = season
    answer(signed_in(owner), one, "Учла всё.")
    with installation.begin() as work:
        stored = work.submissions.get(one.id)
        whole = {name: getattr(stored, name) for name in SubmissionDraft.model_fields}
        operations.save_draft(
            work, one.id, SubmissionDraft(**whole | {"title": "Иначе"}), by=BY, now=now
        )
        assert work.submissions.get(one.id).response == "Учла всё."


def test_answer_may_be_given_and_the_work_resent_through_the_api(
    season, signed_in, installation, now
):
    _, owner, one, _ = season
    upload(installation, one.id, now, "Дети чертят карту двора.")
    program = signed_in(owner)

    said = program.patch(f"/api/v1/submissions/{one.id}", json={"response": "Учла всё."})
    sent = program.post(f"/api/v1/submissions/{one.id}/submit")

    assert (said.status_code, sent.status_code) == (200, 200)
    with installation.begin() as work:
        found = work.submission_versions.of(one.id)
    assert [(version.number, version.round) for version in found] == [(1, 1), (2, 2)]
    assert found[-1].content.response == "Учла всё."
    assert found[-1].sent_by == owner.id


@pytest.fixture
def untouched(installation, now):
    """(marathon, owner, draft): nothing of it was ever sent."""
    with installation.begin() as work:
        builders.members(work, builders.a_cluster(work))
        marathon = builders.a_marathon(work, phase=Phase.INTAKE)
        home = work.municipalities.of_cluster(marathon.cluster_id)[0]
        owner = builders.a_person(work, CANARY)
        one = builders.a_submission(
            work,
            marathon,
            home,
            owner_id=owner.id,
            status=SubmissionStatus.DRAFT,
            submitted_at=None,
        )
        return marathon, owner, one


def test_work_without_versions_has_an_empty_history_and_nothing_to_compare(
    untouched, signed_in, installation
):
    marathon, owner, one = untouched
    with installation.begin() as work:
        organiser = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(organiser.id, Role.ORGANISER)
    pages = (
        (signed_in(owner), f"/my/{one.id}/history"),
        (signed_in(organiser), f"/organise/{marathon.id}/works/{one.id}/history"),
    )
    for browser, address in pages:
        page = browser.get(address)
        assert page.status_code == 200
        assert f'href="{address}/' not in page.text
        for number in ("0", "1", "now", "-1", "x", "9" * 40, "1?since=0", "now?since=now"):
            assert browser.get(f"{address}/{number}").status_code == 404, (address, number)


def test_organiser_compares_only_what_was_sent(season, signed_in, installation):
    marathon, _, one, _ = season
    with installation.begin() as work:
        organiser = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(organiser.id, Role.ORGANISER)
    address = f"/organise/{marathon.id}/works/{one.id}/history"

    assert signed_in(organiser).get(f"{address}/now").status_code == 404
