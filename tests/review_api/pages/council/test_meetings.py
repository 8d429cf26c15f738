"""The council's pages: calling a meeting, attendance, votes, the protocol."""

import re

import pytest

from flows.council import operations
from schemas.council import Choice
from schemas.decision import DecisionStatus
from schemas.marathon import Phase
from schemas.people import Role
from schemas.submission import SubmissionStatus
from tests import builders


@pytest.fixture
def secretary(installation, signed_in):
    with installation.begin() as work:
        person = builders.a_person(work, "Секретова Анна Ивановна")
        work.roles.give(person.id, Role.SECRETARY)
    return signed_in(person)


@pytest.fixture
def places(installation):
    with installation.begin() as work:
        return builders.members(work, builders.a_cluster(work))


@pytest.fixture
def marathon(installation, places):
    with installation.begin() as work:
        made = builders.a_marathon(work, phase=Phase.DECISION)
        one = builders.a_submission(work, made, places[0], status=SubmissionStatus.REVIEWED)
        builders.a_decision(
            work, one, outcome="council", status=DecisionStatus.PROPOSED, confirmed_at=None
        )
        return made


@pytest.fixture
def meeting(installation, secretary, marathon):
    form = {"marathon": marathon.id, "held_on": "2026-04-02", "place": "ВКС"}
    assert secretary.post("/council", data=form).status_code == 303
    with installation.begin(read_only=True) as work:
        return work.meetings.all()[0]


def ballot(meeting):
    return next(item for item in meeting.agenda if item.submission_id)


def test_missing_date_is_asked_for(secretary, marathon):
    answer = secretary.post("/council", data={"marathon": marathon.id, "place": "ВКС"})
    assert answer.status_code == 422
    assert "Укажите дату заседания" in answer.text
    assert 'value="ВКС"' in answer.text


def test_head_of_the_protocol_is_mended_until_the_meeting_is_closed(
    installation, secretary, meeting
):
    page = f"/council/{meeting.id}/particulars"
    assert 'value="2026-04-02"' in secretary.get(page).text
    form = {"version": str(meeting.version), "held_on": "2027-01-15", "place": "", "chair": "Ким"}
    refused = secretary.post(page, data=form)
    assert refused.status_code == 422
    assert "Укажите место" in refused.text
    assert 'value="Ким"' in refused.text
    assert secretary.post(page, data=form | {"place": "ВКС"}).status_code == 303
    stale = secretary.post(page, data=form | {"place": "Зал"})
    assert stale.status_code == 422
    assert "нажмите кнопку ещё раз" in stale.text
    assert 'value="Зал"' in stale.text
    with installation.begin(read_only=True) as work:
        kept = work.meetings.get(meeting.id)
    assert (kept.place, kept.chair, kept.held_on.year, kept.number) == ("ВКС", "Ким", 2027, 1)


def test_item_takes_the_place_it_is_given(installation, secretary, meeting):
    last = meeting.agenda[-1]
    answer = secretary.post(
        f"/council/{meeting.id}/items/{last.number}",
        data={"version": str(meeting.version), "title": last.title, "at": "1"},
    )
    assert answer.status_code == 303
    with installation.begin(read_only=True) as work:
        agenda = work.meetings.get(meeting.id).agenda
    assert agenda[0].title == last.title
    assert [one.number for one in agenda] == list(range(1, len(agenda) + 1))


def test_teachers_do_not_see_the_council(installation, signed_in, meeting):
    with installation.begin() as work:
        teacher = builders.a_person(work)
    assert signed_in(teacher).get(f"/council/{meeting.id}").status_code == 404


def test_own_municipality_has_no_vote_on_its_work(secretary, meeting, places):
    number = ballot(meeting).number
    page = secretary.get(f"/council/{meeting.id}").text
    part = page.split(f'action="/council/{meeting.id}/votes/{number}"')[1].split("</form>")[0]
    assert f'name="vote_{places[0].id}"' not in part
    assert f'name="vote_{places[1].id}"' in part
    form = {f"vote_{places[0].id}": "for"}
    answer = secretary.post(f"/council/{meeting.id}/votes/{number}", data=form)
    assert "по ней голосуют остальные" in secretary.get(answer.headers["location"]).text


def test_votes_of_the_rest_are_counted(secretary, meeting, places):
    number = ballot(meeting).number
    address = f"/council/{meeting.id}/votes/{number}"
    secretary.post(address, data={f"vote_{places[1].id}": "against", "act": "save"})
    secretary.post(address, data={"act": "rest"})
    page = secretary.get(f"/council/{meeting.id}").text
    assert "«За» – 2, «Против» – 1, «Воздержались» – 0" in page


def test_absent_without_a_reason_stands_in_the_way_of_closing(secretary, meeting, places):
    form = {"version": str(meeting.version)}
    for place in places:
        form[f"attendance_{place.id}"] = "in_person"
    form[f"attendance_{places[3].id}"] = "absent"
    assert secretary.post(f"/council/{meeting.id}/attendance", data=form).status_code == 303
    answer = secretary.post(f"/council/{meeting.id}/close")
    page = secretary.get(answer.headers["location"]).text
    assert "Что поправить до подписи" in page
    assert "открыто" in page


def test_item_is_written_with_its_errand(installation, secretary, meeting):
    last = meeting.agenda[-1]
    form = {
        "version": str(meeting.version),
        "title": last.title,
        "needs_vote": "yes",
        "task_1": "Провести опрос",
        "executor_1": "Методический совет",
        "deadline_1": "2026-06-16",
    }
    secretary.post(f"/council/{meeting.id}/items/{last.number}", data=form)
    page = secretary.get(f"/council/{meeting.id}").text
    assert re.search(r"Провести опрос — Методический совет, до 16 июня 2026", page)


def test_protocol_is_downloaded(secretary, meeting):
    answer = secretary.get(f"/council/{meeting.id}/protocol.docx")
    assert answer.content.startswith(b"PK")
    assert secretary.get(f"/council/{meeting.id}/protocol.exe").status_code == 404


def test_barred_seat_votes_by_a_delegate_from_elsewhere(secretary, meeting, places):
    number = ballot(meeting).number
    address = f"/council/{meeting.id}/items/{number}/delegates"
    own, other = places[0].id, places[1].id
    form = {"version": str(meeting.version), f"home_{own}": other, f"name_{own}": "Снегова О. П."}
    page = secretary.get(address).text
    assert f'name="home_{own}"' in page
    assert f'value="{own}"' not in page  # nobody from the barred municipality can be chosen

    answer = secretary.post(address, data=form)

    assert answer.status_code == 303
    page = secretary.get(f"/council/{meeting.id}").text
    assert "голосует делегат Снегова О. П. (Киренский район)" in page
    secretary.post(f"/council/{meeting.id}/votes/{number}", data={f"vote_{own}": "for"})
    assert "«За» – 1" in secretary.get(f"/council/{meeting.id}").text


def test_delegate_is_asked_for_whatever_is_missing(secretary, meeting, places):
    number, own = ballot(meeting).number, places[0].id
    address = f"/council/{meeting.id}/items/{number}/delegates"
    answer = secretary.post(address, data={"version": "1", f"name_{own}": "Снегова О. П."})
    assert answer.status_code == 422
    assert "Выберите, откуда делегат" in answer.text
    assert 'value="Снегова О. П."' in answer.text
    answer = secretary.post(address, data={"version": "1", f"home_{own}": "outside"})
    assert "Не написано, кто делегат" in answer.text


def test_closing_writes_the_ballot_into_the_decision_and_says_so(
    installation, secretary, meeting, places
):
    for number in range(1, len(meeting.agenda) + 1):
        secretary.post(f"/council/{meeting.id}/votes/{number}", data={"act": "rest"})
    with installation.begin() as work:
        names = {"chair": "Ветрова Д. О.", "secretary": "Ясная В. П."}
        work.meetings.save(work.meetings.get(meeting.id).model_copy(update=names))

    answer = secretary.post(f"/council/{meeting.id}/close")

    page = secretary.get(answer.headers["location"]).text
    assert "Решение совета внесено по 1 работе: публикуется 1, нет — 0." in page
    assert "материал публикуется в электронном сборнике" in page
    with installation.begin(read_only=True) as work:
        (decision,) = work.decisions.of_marathon(meeting.marathon_id)
        assert (decision.outcome, decision.publication) == ("yes", True)
    again = secretary.post(f"/council/{meeting.id}/close")
    assert "публикуется 1" in secretary.get(again.headers["location"]).text


def test_works_that_became_disputed_later_are_taken_in_by_a_click(
    installation, secretary, marathon, meeting, places
):
    with installation.begin() as work:
        late = builders.a_submission(
            work, marathon, places[1], status=SubmissionStatus.REVIEWED, title="Поздняя работа"
        )
        builders.a_decision(
            work, late, outcome="council", status=DecisionStatus.PROPOSED, confirmed_at=None
        )
    page = secretary.get(f"/council/{meeting.id}").text
    assert "Добавить спорные работы" in page

    secretary.post(f"/council/{meeting.id}/disputed", data={"version": str(meeting.version)})

    page = secretary.get(f"/council/{meeting.id}").text
    assert "«Поздняя работа»" in page
    assert "Добавить спорные работы" not in page


def test_meeting_called_by_two_presses_is_one(installation, secretary, marathon, meeting):
    form = {"marathon": marathon.id, "held_on": "2026-04-02", "place": "ВКС"}

    again = secretary.post("/council", data=form)

    assert again.headers["location"] == f"/council/{meeting.id}"
    with installation.begin(read_only=True) as work:
        assert work.meetings.count() == 1


def test_cancelled_meeting_leaves_its_number_to_the_next(
    installation, secretary, marathon, meeting
):
    form = {"marathon": marathon.id, "held_on": "2026-04-03", "place": "ВКС"}
    secretary.post("/council", data=form)
    assert "Отменить заседание" in secretary.get(f"/council/{meeting.id}").text

    answers = [secretary.post(f"/council/{meeting.id}/cancel") for _ in range(2)]

    assert {one.headers["location"] for one in answers} == {"/council"}
    secretary.post("/council", data=form | {"held_on": "2026-04-04"})
    with installation.begin(read_only=True) as work:
        numbers = {one.held_on.day: one.number for one in work.meetings.all()}
        actions = [one.action for one in work.journal.about(meeting.id)]
    assert numbers == {3: 2, 4: 1}
    assert "meeting_cancelled" in actions


def test_meeting_with_votes_is_not_cancelled(installation, secretary, meeting):
    with installation.begin() as work:
        now = work.marathons.all()[0].reviews_until
        operations.cast(
            work,
            meeting.id,
            item=ordinary(meeting).number,
            municipality_id=meeting.members[0].municipality_id,
            choice=Choice.FOR,
            by=builders.SYSTEM,
            now=now,
        )

    assert "Отменить заседание" not in secretary.get(f"/council/{meeting.id}").text
    answer = secretary.post(f"/council/{meeting.id}/cancel")

    assert answer.headers["location"].startswith(f"/council/{meeting.id}")
    with installation.begin(read_only=True) as work:
        assert work.meetings.find(meeting.id) is not None


def ordinary(meeting):
    return next(item for item in meeting.agenda if item.needs_vote and not item.submission_id)
