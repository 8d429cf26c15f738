"""An expert's way from the letter to a sent review, as a browser goes it."""

from datetime import timedelta

import builders
import pytest
from builders import NOW

from review_api.blind import code_of
from schemas.assignment import AssignmentStatus, DeclineReason
from schemas.review import ReviewDraft
from schemas.rubric import DEFAULT
from schemas.submission import SubmissionStatus

COMPLETE = {
    **{f"level-{part.code}": "2" for part in DEFAULT.criteria},
    **{f"gate-{gate.code}": "yes" for gate in DEFAULT.gates},
    "recommendation": "both",
    "comment": "Хорошая работа.",
    "version": "0",
}
MISSING = "01999999-0000-7000-8000-000000000000"
JSON = {"accept": "application/json"}


def address(item=None, step=""):
    return f"/expert/assignments/{item.id}{step and '/'}{step}" if item else "/expert"


def test_queue_says_how_many_are_left_until_when_and_where_to_go_on(desk):
    first, _ = desk.assign(days=2), desk.assign(AssignmentStatus.INVITED, days=8)
    desk.assign(AssignmentStatus.PROPOSED)
    page = desk.get().text
    assert "Осталось 2 из 2" in page
    assert f"Продолжить с работы {code_of(first.id)}" in page
    assert "(Иркутск)" in page


def test_empty_queue_says_what_will_happen(desk):
    assert "придёт письмо" in desk.get().text


def test_somebody_who_is_no_expert_finds_no_such_section(installation, signed_in):
    with installation.begin() as work:
        stranger = builders.a_person(work, "Посторонний Пётр")
    assert signed_in(stranger).get("/expert").status_code == 404


def test_link_from_the_letter_leads_through_sign_in_back_to_the_work(desk, client):
    item = desk.assign(AssignmentStatus.INVITED)
    answer = client.get(address(item))
    assert answer.status_code == 303
    assert answer.headers["location"] == f"/login?next={address(item)}"


def test_looking_at_an_invitation_answers_nothing(desk):
    item = desk.assign(AssignmentStatus.INVITED)
    for step in ("", "refuse", "conflict", "review", "draft", "edit"):
        desk.get(item, step)
    for step in ("accept", "not-now"):
        assert desk.get(item, step).headers["location"] == address(item)
    assert desk.now(item).status is AssignmentStatus.INVITED


def test_invitation_shows_the_work_and_is_accepted_by_a_click_twice_as_well(desk):
    item = desk.assign(AssignmentStatus.INVITED, title="Карта всей школой")
    assert "Карта всей школой" in desk.get(item).text
    for _ in range(2):
        assert desk.post(item, "accept").headers["location"] == address(item)
    assert desk.now(item).status is AssignmentStatus.ACCEPTED


def test_not_now_keeps_when_the_expert_can_and_the_work_is_gone_at_once(desk):
    item = desk.assign(AssignmentStatus.INVITED)
    after = (NOW + timedelta(days=20)).date()
    desk.post(item, "not-now", {"until": after.isoformat()})
    refused = desk.now(item)
    assert refused.decline_reason is DeclineReason.NOT_NOW
    assert f"{after:%d.%m.%Y}" in refused.decline_note
    assert desk.get(item).status_code == 404


def test_conflict_needs_its_kind_and_is_remembered(desk):
    item = desk.assign()
    answer = desk.post(item, "conflict", {"note": "Сосед"})
    assert answer.status_code == 422
    assert "Сосед" in answer.text
    assert "<title>Ошибка:" in answer.text
    desk.post(item, "conflict", {"kind": "colleague", "note": "Сосед"})
    with desk.installation.begin() as work:
        assert (item.submission_id, item.expert_id) in work.conflicts.pairs(desk.marathon.id)
    assert desk.now(item).decline_reason is DeclineReason.CONFLICT


@pytest.mark.parametrize("status", ["declined", "replaced", "proposed"])
def test_work_that_is_not_ones_own_any_more_answers_as_a_missing_one(desk, status):
    item = desk.assign(AssignmentStatus(status))
    for step in ("", "edit", "refuse", "material.pdf", "pages/1", "pictures/0"):
        answer = desk.get(item, step)
        nowhere = desk.browser.get(address(item, step).replace(item.id, MISSING))
        assert answer.status_code == nowhere.status_code == 404
        assert answer.headers == nowhere.headers
        assert answer.text == nowhere.text.replace(MISSING, item.id)


def test_another_experts_work_answers_as_a_missing_one(desk, installation, signed_in):
    item = desk.assign()
    with installation.begin() as work:
        other = builders.an_expert(work, desk.third)
        person = work.people.get(other.person_id)
    browser = signed_in(person)
    for step in ("", "edit", "refuse", "material.pdf", "pages/1"):
        assert browser.get(address(item, step)).status_code == 404
    for step in ("accept", "not-now", "conflict", "draft", "skip", "review"):
        answer = browser.post(address(item, step), data=COMPLETE | {"kind": "colleague"})
        assert answer.status_code == 404
    assert desk.now(item).status is AssignmentStatus.ACCEPTED


def test_expired_work_is_explained_on_the_queue(desk):
    answer = desk.get(desk.assign(AssignmentStatus.EXPIRED))
    assert answer.headers["location"] == "/expert"


def test_withdrawn_work_leaves_the_queue(desk):
    item = desk.assign(title="Отозванная")
    with desk.installation.begin() as work:
        submission = work.submissions.get(item.submission_id)
        work.submissions.save(submission.model_copy(update={"status": SubmissionStatus.WITHDRAWN}))
    assert "Отозванная" not in desk.get().text
    assert desk.get(item).status_code == 404


def test_sheet_has_every_anchor_weight_and_gate_and_nothing_chosen(desk):
    page = desk.get(desk.assign()).text
    for part in DEFAULT.criteria:
        assert part.title in page
        assert all(level.anchor in page for level in part.levels)
    assert all(gate.question in page for gate in DEFAULT.gates)
    assert " checked" not in page
    assert "Копия для экспертов ещё готовится" in page


def test_autosave_answers_with_clock_and_version_and_sends_nothing(desk):
    item = desk.assign()
    answer = desk.post(item, "draft", {"level-method": "1", "version": "0"}, headers=JSON)
    said = answer.json()
    assert (said["saved_at"], said["version"]) == ("12:00", 1)
    assert [one["tone"] for one in said["advice"]] == ["advice", "advice"]
    assert desk.review(item).submitted_at is None
    assert desk.now(item).status is AssignmentStatus.IN_PROGRESS


def test_second_window_never_overwrites_and_both_texts_are_shown(desk):
    item = desk.assign()
    desk.post(item, "draft", {"comment": "Первое окно", "version": "0"}, headers=JSON)
    late = {"comment": "Второе окно", "version": "0"}
    assert desk.post(item, "draft", late, headers=JSON).status_code == 409
    page = desk.post(item, "draft", late)
    assert page.status_code == 409
    assert "Первое окно" in page.text
    assert "Второе окно" in page.text
    assert desk.review(item).draft.comment == "Первое окно"
    desk.post(item, "draft", late | {"version": "1"})
    assert desk.review(item).draft.comment == "Второе окно"


def test_same_text_from_two_windows_is_no_disagreement(desk):
    item = desk.assign()
    for _ in range(2):
        answer = desk.post(item, "draft", {"comment": "Одно", "version": "0"}, headers=JSON)
        assert answer.status_code == 200


def test_incomplete_review_says_all_that_is_missing_and_keeps_what_is_typed(desk):
    item = desk.assign()
    answer = desk.post(item, "review", {"level-method": "0", "note": "Для вас", "version": "0"})
    assert answer.status_code == 422
    assert "<title>Ошибка:" in answer.text
    for target in ("#level-results", "#explain-method", "#gate-formatting", "#recommendation"):
        assert f'href="{target}"' in answer.text
    assert "Для вас" in answer.text
    assert desk.review(item).draft.note == "Для вас"
    assert desk.review(item).submitted_at is None


def test_sending_leads_to_the_work_that_lacks_reviews_most(desk, installation):
    item, popular, lonely = desk.assign(days=1), desk.assign(days=2), desk.assign(days=9)
    with installation.begin() as work:
        other = builders.an_expert(work, desk.third)
        builders.a_sent_review(work, work.submissions.get(popular.submission_id), other)
    answer = desk.post(item, "review", COMPLETE)
    assert answer.headers["location"] == address(lonely)
    assert desk.now(item).status is AssignmentStatus.SUBMITTED
    assert desk.review(item).score == pytest.approx(100 * 2 / 3)


def test_last_review_sent_leads_to_the_queue_with_thanks(desk):
    answer = desk.post(desk.assign(), "review", COMPLETE)
    assert answer.headers["location"] == "/expert"
    assert "Все работы оценены" in desk.get().text


def test_skipping_keeps_the_draft_and_opens_another_work(desk):
    item, other = desk.assign(days=1), desk.assign(days=2)
    answer = desk.post(item, "skip", {"comment": "Вернусь", "version": "0"})
    assert answer.headers["location"] == address(other)
    assert desk.review(item).draft.comment == "Вернусь"


def test_skipping_an_untouched_work_begins_no_draft(desk):
    item, other = desk.assign(days=1), desk.assign(days=2)
    answer = desk.post(item, "skip", {"comment": " ", "version": "0"})
    assert answer.headers["location"] == address(other)
    assert "отложена" in desk.get(other).text
    assert desk.review(item) is None


def test_invitations_are_accepted_together_from_the_queue(desk):
    items = [desk.assign(AssignmentStatus.INVITED) for _ in range(2)]
    assert "Принять все 2\u00a0приглашения" in desk.get().text
    answer = desk.post(items[0], "accept-some", {"count": "2"})
    assert answer.headers["location"] == address(items[0])
    assert "За вами все работы, на которые вас приглашали: 2" in desk.get(items[0]).text
    assert "Принять все" not in desk.get().text


def test_sent_review_can_be_read_and_changed_with_history_until_the_phase_ends(desk):
    item = desk.assign()
    desk.post(item, "review", COMPLETE)
    version = str(desk.review(item).version)
    changed = COMPLETE | {"comment": "Ещё лучше.", "version": version}
    assert desk.post(item, "review", changed).headers["location"] == address(item)
    page = desk.get(item).text
    assert "Ещё лучше." in page
    assert "Хорошая работа." in page
    assert "История вашей оценки" in page
    assert "Комментарий автору: другой текст" in page
    assert "Первая отправленная версия" in page
    desk.close()
    assert desk.get(item, "edit").status_code == 303
    late = desk.post(item, "review", COMPLETE | {"comment": "Поздно", "version": "9"})
    assert late.status_code == 403
    assert "Поздно" in late.text
    assert desk.review(item).draft.comment == "Ещё лучше."


def test_autosave_of_an_old_window_never_changes_a_sent_review(desk):
    item = desk.assign()
    desk.post(item, "review", COMPLETE)
    version = str(desk.review(item).version)
    old = COMPLETE | {"comment": "Из старого окна", "version": version}
    assert desk.post(item, "draft", old, headers=JSON).status_code == 409
    assert desk.review(item).draft.comment == "Хорошая работа."


def test_after_the_deadline_the_typed_text_is_still_on_the_page(desk):
    item = desk.assign()
    desk.close()
    answer = desk.post(item, "review", COMPLETE | {"comment": "Не успела на минуту"})
    assert answer.status_code == 403
    assert "Не успела на минуту" in answer.text
    assert desk.review(item) is None


@pytest.mark.parametrize(
    "fields",
    [
        {"level-method": "99"},
        {"level-method": "two"},
        {"comment": "я" * 10_001},
        {"explain-method": "я" * 2_001},
    ],
)
def test_what_cannot_be_kept_is_said_in_words(desk, fields):
    item = desk.assign()
    for step in ("draft", "review", "skip"):
        answer = desk.post(item, step, fields)
        assert answer.status_code == 422
        assert "Исправьте, чтобы продолжить" in answer.text
    assert desk.post(item, "draft", fields, headers=JSON).status_code == 422


@pytest.mark.parametrize("version", ["", "-1", "१", "9" * 40, "1e3"])
def test_odd_versions_do_not_break_the_draft(desk, version):
    item = desk.assign()
    answer = desk.post(item, "draft", {"comment": "x", "version": version}, headers=JSON)
    assert answer.status_code in {200, 409}


def test_draft_on_file_is_shown_in_the_form(desk, installation):
    item = desk.assign()
    desk.post(item, "draft", COMPLETE | {"comment": "Продолжу позже"})
    page = desk.get(item).text
    assert "Продолжу позже" in page
    assert page.count(" checked") == len(DEFAULT.criteria) + len(DEFAULT.gates) + 1
    assert "Черновик сохранён в 12:00" in page
    assert desk.review(item).draft != ReviewDraft()
