"""Answering an invitation from the letter, in a browser where nobody has signed in."""

from datetime import timedelta

import pytest
from builders import NOW

from flows.notices import invited, operations
from schemas.assignment import AssignmentStatus, DeclineReason
from schemas.outbox import Notice
from storage.identifiers import new_id


def path(desk, item, step=""):
    found = invited.path_of(item.id, desk.person.id, desk.installation.signer)
    return found + (step and f"/{step}")


def test_looking_shows_what_the_letter_said_and_spends_nothing(desk, client):
    item = desk.assign(AssignmentStatus.INVITED, title="Карта всей школой")
    for _ in range(2):
        answer = client.get(path(desk, item))
        assert answer.status_code == 200
    assert "Карта всей школой" in answer.text
    assert "noindex" in answer.text
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert desk.now(item).status is AssignmentStatus.INVITED


@pytest.mark.parametrize("mark", ["", "0" * 64, "я"])
def test_an_address_nobody_was_given_is_a_missing_page(desk, client, mark):
    item = desk.assign(AssignmentStatus.INVITED)
    known = client.get(f"/invited/{item.id}/{mark or 'x'}")
    missing = client.get(f"/invited/nothing/{mark or 'x'}")
    assert (known.status_code, missing.status_code) == (404, 404)
    assert client.post(f"/invited/{item.id}/{mark or 'x'}/accept").status_code == 404


def test_replaced_and_erased_are_missing_too(desk, client):
    replaced = desk.assign(AssignmentStatus.REPLACED)
    assert client.get(path(desk, replaced)).status_code == 404
    item = desk.assign(AssignmentStatus.INVITED)
    with desk.installation.begin() as work:
        work.people.save(desk.person.model_copy(update={"erased_at": NOW}))
    assert client.get(path(desk, item)).status_code == 404


def test_agreeing_twice_is_kept_as_an_answer_by_letter(desk, client):
    item = desk.assign(AssignmentStatus.INVITED)
    for _ in range(2):
        answer = client.post(path(desk, item, "accept"))
        assert answer.headers["location"] == path(desk, item)
    assert desk.now(item).status is AssignmentStatus.ACCEPTED
    with desk.installation.begin() as work:
        [entry] = work.journal.about(item.id)
    assert (entry.person_id, entry.part) == (desk.person.id, "letter")
    assert "Открыть материал" in client.get(path(desk, item)).text


def test_material_opens_after_a_code_to_an_address_the_page_hides(desk, client):
    item = desk.assign(AssignmentStatus.ACCEPTED)
    assert desk.person.email not in client.get(path(desk, item)).text
    sent = client.post(path(desk, item, "enter"))
    assert sent.status_code == 200
    assert desk.person.email not in sent.text
    assert f"{desk.person.email[0]}…\u2060@" in sent.text
    with desk.installation.begin() as work:
        letter = work.notices.newest(to=desk.person.email, limit=1, offset=0)[0]
    wrong = client.post(path(desk, item, "code"), data={"code": "1"})
    assert wrong.status_code == 422
    assert desk.person.email not in wrong.text
    done = client.post(path(desk, item, "code"), data={"code": letter.values["code"]})
    assert done.headers["location"] == f"/expert/assignments/{item.id}"


@pytest.mark.parametrize(
    ("step", "data", "reason"),
    [
        ("not-now", {}, DeclineReason.NOT_NOW),
        ("conflict", {"kind": "colleague"}, DeclineReason.CONFLICT),
        ("other", {"why": "Не моя тема"}, DeclineReason.OTHER),
    ],
)
def test_refusing_from_the_letter_says_what_was_answered(desk, client, step, data, reason):
    item = desk.assign(AssignmentStatus.INVITED, title="Тайное название")
    for _ in range(2):
        assert client.post(path(desk, item, step), data=data).status_code == 303
    assert desk.now(item).decline_reason is reason
    page = client.get(path(desk, item)).text
    assert "Вы отказались" in page
    assert "Тайное название" not in page


@pytest.mark.parametrize(
    ("step", "data"),
    [
        ("not-now", {"until": "вчера"}),
        ("not-now", {"until": "2020-01-01"}),
        ("conflict", {"kind": "other"}),
        ("conflict", {"kind": "🎈" * 4000}),
        ("other", {"why": "  "}),
    ],
)
def test_a_mistake_is_explained_and_nothing_is_answered(desk, client, step, data):
    item = desk.assign(AssignmentStatus.INVITED)
    answer = client.post(path(desk, item, step), data=data)
    assert answer.status_code == 422
    assert len(answer.text) < 40_000
    assert desk.now(item).status is AssignmentStatus.INVITED


def test_taking_fewer_refuses_the_rest(desk, client):
    items = [desk.assign(AssignmentStatus.INVITED) for _ in range(3)]
    assert "Возьму только" in client.get(path(desk, items[0])).text
    client.post(path(desk, items[0], "accept-some"), data={"count": "1"})
    assert [desk.now(one).status.value for one in items] == ["accepted", "declined", "declined"]


def test_all_invitations_are_taken_in_one_press(desk, client):
    items = [desk.assign(AssignmentStatus.INVITED) for _ in range(3)]
    assert "Возьму все 3\u00a0работы" in client.get(path(desk, items[0])).text
    client.post(path(desk, items[0], "accept-some"), data={"count": "3"})
    assert {desk.now(one).status for one in items} == {AssignmentStatus.ACCEPTED}


def test_after_one_answer_the_next_invitation_is_one_press_away(desk, client):
    first, second = (desk.assign(AssignmentStatus.INVITED) for _ in range(2))
    client.post(path(desk, first, "accept"))
    assert path(desk, second) in client.get(path(desk, first)).text


def test_after_the_due_date_only_the_signed_in_owner_goes_on(desk, client):
    item = desk.assign(AssignmentStatus.INVITED, days=-1)
    assert client.get(path(desk, item)).headers["location"].startswith("/login?next=")
    assert client.post(path(desk, item, "accept")).status_code == 409
    assert desk.now(item).status is AssignmentStatus.INVITED
    owner = desk.browser.get(path(desk, item))
    assert owner.headers["location"] == f"/expert/assignments/{item.id}"


def test_trying_again_and_again_is_refused(desk, client):
    item = desk.assign(AssignmentStatus.INVITED)
    answers = [client.post(path(desk, item, "other")).status_code for _ in range(21)]
    assert (answers[19], answers[20]) == (422, 429)


def test_letters_leave_with_the_mark_and_are_kept_without_it(desk):
    items = [desk.assign(AssignmentStatus.INVITED) for _ in range(2)]
    installation = desk.installation
    with installation.begin() as work:
        for item in items:
            notice = Notice(
                id=new_id(),
                template="invitation",
                person_id=desk.person.id,
                marathon_id=item.marathon_id,
                subject_kind="assignment",
                subject_id=item.id,
                dedup_key=f"invitation/{item.id}",
                created_at=NOW,
            )
            work.notices.write(notice)
        ready = operations.prepare(
            work,
            settings=installation.settings,
            now=NOW + timedelta(minutes=1),
            signer=installation.signer,
        )
        [(notice, message)] = ready
        text = message.get_body(("plain",)).get_content()
        assert any(path(desk, item) in text.replace("\n", "") for item in items)
        operations.record_sent(work, notice, now=NOW, keep_secrets=True)
        kept = work.notices.get(notice.id)
        assert "/invited/" in kept.body
        marks = [path(desk, item).rpartition("/")[2] for item in items]
        assert not any(mark in kept.body for mark in marks)


def test_the_address_without_its_mark_asks_to_sign_in(desk, client):
    item = desk.assign(AssignmentStatus.INVITED)
    assert client.get(f"/invited/{item.id}").headers["location"] == f"/expert/assignments/{item.id}"
