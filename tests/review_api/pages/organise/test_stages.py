"""Decisions, letters, editions and certificates as organisers act on them."""

import re
from datetime import timedelta

import pytest

from schemas.collection import Edition, EditionStatus
from schemas.decision import DecisionStatus
from schemas.marathon import Phase
from schemas.outbox import NoticeStatus, RunState
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id
from tests import builders


@pytest.fixture
def marathon(installation, now):
    with installation.begin() as work:
        policy = {"reviews": 2}
        made = builders.a_marathon(
            work, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=30)
        )
        policy = made.assignment.model_copy(update=policy)
        return work.marathons.save(made.model_copy(update={"assignment": policy}))


@pytest.fixture
def places(installation, marathon):
    with installation.begin() as work:
        return builders.members(work, work.clusters.only())


@pytest.fixture
def proposed(installation, marathon, places):
    """A settled proposal and one that needs another review."""
    with installation.begin() as work:
        work.marathons.save(
            work.marathons.get(marathon.id).model_copy(update={"phase": Phase.DECISION})
        )
        made = []
        for outcome in ("yes", "extra_review"):
            one = builders.a_submission(work, marathon, places[0], status=SubmissionStatus.REVIEWED)
            made.append(
                builders.a_decision(
                    work,
                    one,
                    status=DecisionStatus.PROPOSED,
                    outcome=outcome,
                    publication=outcome == "yes",
                    live=False,
                    confirmed_at=None,
                )
            )
        return made


def test_only_settled_decisions_are_listed_and_applied(installation, browser, marathon, proposed):
    page = browser.get(f"/organise/{marathon.id}/decisions").text
    assert "Применить 1\u00a0решение" in page
    listed = re.findall(r'name="decision" value="([^"]+)"', page)
    assert listed == [f"{proposed[0].id}:1"]
    answer = browser.post(f"/organise/{marathon.id}/decisions/confirm", data={"decision": listed})
    assert answer.status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.decisions.get(proposed[0].id).status is DecisionStatus.CONFIRMED
        assert work.decisions.get(proposed[1].id).status is DecisionStatus.PROPOSED
        (letter,) = work.notices.of_marathon(marathon.id, status=NoticeStatus.DRAFT)
    assert letter.template == "decision"


def test_changed_proposal_stops_the_bulk_act(installation, browser, marathon, proposed):
    stale = f"{proposed[0].id}:0"
    answer = browser.post(f"/organise/{marathon.id}/decisions/confirm", data={"decision": [stale]})
    assert "Ничего не применено" in browser.get(answer.headers["location"]).text
    with installation.begin(read_only=True) as work:
        assert work.decisions.get(proposed[0].id).status is DecisionStatus.PROPOSED


def test_override_needs_a_reason_and_keeps_what_was_typed(
    installation, browser, marathon, proposed
):
    address = f"/organise/{marathon.id}/decisions/{proposed[1].id}"
    assert 'type="radio" value="both" checked' not in browser.get(address).text
    bare = browser.post(address, data={"ruling": "publication", "reason": ""})
    assert bare.status_code == 422
    assert "Напишите, почему решение изменено" in bare.text
    short = browser.post(address, data={"ruling": "publication", "reason": "Ну"})
    assert short.status_code == 422
    assert "Обоснование слишком короткое" in short.text
    assert ">Ну</textarea>" in short.text
    unchosen = browser.post(address, data={"reason": "Так решил совет."})
    assert unchosen.status_code == 422
    assert "Так решил совет." in unchosen.text
    full = {"ruling": "publication", "reason": "Так решил совет."}
    assert browser.post(address, data=full).status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.decisions.get(proposed[1].id).publication


def test_extra_reviews_are_asked_for_works_at_the_threshold(
    installation, browser, marathon, proposed
):
    assert browser.post(f"/organise/{marathon.id}/decisions/extra").status_code == 303
    with installation.begin(read_only=True) as work:
        one = work.submissions.get(proposed[1].submission_id)
    assert one.status is SubmissionStatus.IN_REVIEW
    assert "ждёт экспертизы" in browser.get(f"/organise/{marathon.id}/decisions").text


def test_cut_offs_can_be_tried_without_changing_anything(installation, browser, marathon, proposed):
    page = browser.get(f"/organise/{marathon.id}/decisions?publication=85&live=90").text
    assert "Показаны примеряемые пороги" in page
    with installation.begin(read_only=True) as work:
        assert work.marathons.get(marathon.id).decision.publication_threshold == 60
    kept = {"publication": "85", "live": "90"}
    browser.post(f"/organise/{marathon.id}/decisions/thresholds", data=kept)
    with installation.begin(read_only=True) as work:
        policy = work.marathons.get(marathon.id).decision
    assert (policy.publication_threshold, policy.version) == (85, 2)


def test_refused_act_keeps_nothing_of_what_it_had_begun(installation, browser, marathon):
    """Cut-offs are written before the stage is asked for, which expertise refuses."""
    kept = {"publication": "85", "live": "90"}

    answer = browser.post(f"/organise/{marathon.id}/decisions/thresholds", data=kept)

    assert answer.status_code == 303
    with installation.begin(read_only=True) as work:
        policy = work.marathons.get(marathon.id).decision
    assert (policy.publication_threshold, policy.version) == (60, 1)


@pytest.fixture
def letter(installation, marathon, proposed, organiser, now):
    from flows.decision import operations as decision

    with installation.begin() as work:
        decision.confirm(work, [proposed[0].id], by=organiser, now=now)
        return work.notices.of_marathon(marathon.id, status=NoticeStatus.DRAFT)[0]


def test_letter_is_read_with_real_values_and_edited(installation, browser, marathon, letter):
    address = f"/organise/{marathon.id}/letters/{letter.id}"
    assert "Практика номер 1" in browser.get(address).text
    browser.post(address, data={"act": "save", "title": "Ваш материал", "body": "Поздравляем!"})
    with installation.begin(read_only=True) as work:
        kept = work.notices.get(letter.id)
    assert (kept.body, kept.status) == ("Поздравляем!", NoticeStatus.DRAFT)


def test_bulk_release_sends_exactly_the_listed_letters(installation, browser, marathon, letter):
    page = browser.get(f"/organise/{marathon.id}/letters?status=draft").text
    assert "Отправить 1\u00a0письмо" in page
    listed = re.findall(r'name="letter" value="([^"]+)"', page)
    browser.post(f"/organise/{marathon.id}/letters/release", data={"letter": listed})
    with installation.begin(read_only=True) as work:
        assert work.notices.get(letter.id).status is NoticeStatus.QUEUED


def test_discarded_letter_is_never_sent(installation, browser, marathon, letter):
    address = f"/organise/{marathon.id}/letters/{letter.id}"
    browser.post(address, data={"act": "discard"})
    answer = browser.post(address, data={"act": "release", "title": "А", "body": "Б"})
    assert "уже отправлено или удалено" in browser.get(answer.headers["location"]).text


def test_problems_of_an_edition_lead_to_their_works_and_it_is_published(
    installation, browser, marathon, places, now
):
    with installation.begin() as work:
        one = builders.a_decided_work(work, marathon, places[0])
        work.editions.add(
            Edition(
                id=new_id(),
                marathon_id=marathon.id,
                number=1,
                built_at=now,
                articles=(one.id,),
                problems=(
                    {
                        "submission_id": one.id,
                        "title": one.title,
                        "code": "x",
                        "sentence": "Рисунок заменён.",
                    },
                ),
            )
        )
    page = browser.get(f"/organise/{marathon.id}/collection").text
    assert f'href="/organise/{marathon.id}/works/{one.id}"' in page
    assert "Опубликовать: 1\u00a0статья" in page
    assert browser.post(f"/organise/{marathon.id}/collection/1/publish").status_code == 303
    with installation.begin(read_only=True) as work:
        assert work.editions.latest(marathon.id).status is EditionStatus.PUBLISHED


def test_every_section_opens_before_anything_has_happened(browser, marathon):
    sections = ("assignment", "decisions", "letters", "programme", "collection", "certificates")
    for section in (*sections, "analytics", "setup", "works"):
        assert browser.get(f"/organise/{marathon.id}/{section}").status_code == 200, section


def test_runs_are_a_table_to_search_and_take_away(installation, organiser_browser, expertise, now):
    with installation.begin() as work:
        run = work.runs.ask("assign_experts", marathon_id=expertise.id, by=None, now=now)
        failed = {"state": RunState.FAILED, "message": "Не хватает экспертов", "finished_at": now}
        work.runs.save(run.model_copy(update=failed))
    address = f"/organise/{expertise.id}/runs"
    page = organiser_browser.get(address).text
    assert "Не хватает экспертов" in page
    assert "Запусков здесь нет" in organiser_browser.get(f"{address}?state=completed").text
    taken = organiser_browser.get(f"{address}?export=csv").content.decode("utf-8-sig")
    assert "Не хватает экспертов" in taken
