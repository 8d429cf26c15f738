"""The offline kit over HTTP: out without names, back through a preview, drafts only."""

import io
import json
import re
import zipfile

import builders
import pytest
from builders import NOW

from flows.review.kit_file import key_of
from review_api.blind import code_of
from schemas.assignment import AssignmentStatus
from schemas.rubric import DEFAULT
from storage.identifiers import new_id

FIELDS = {
    **{f"level-{part.code}": "2" for part in DEFAULT.criteria},
    **{f"gate-{gate.code}": "yes" for gate in DEFAULT.gates},
    "recommendation": "both",
    "comment": "Написано в дороге.",
}
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def answers(*items, fields=FIELDS, version=0):
    listed = [{"key": key_of(item.id), "version": version, "fields": fields} for item in items]
    return json.dumps({"kit": 1, "answers": listed}).encode()


def upload(desk, content, name="otvety.json"):
    return desk.browser.post("/expert/kit/upload", files={"file": (name, io.BytesIO(content))})


def save(desk, page, **choices):
    """Press the button of the preview: its hidden fields and what was chosen."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', page.text)
    plain = [(name, value.replace("&#34;", '"').replace("&amp;", "&")) for name, value in found]
    data: dict[str, list[str]] = {}
    for name, value in [*plain, *choices.items()]:
        data.setdefault(name, []).append(value)
    return desk.browser.post("/expert/kit/save", data=data)


@pytest.mark.parametrize("name", ["works.xlsx", "works.html"])
def test_kit_has_my_works_to_score_and_no_names(desk, name):
    mine, invited = desk.assign(title="Карта всей школой"), desk.assign(AssignmentStatus.INVITED)
    answer = desk.browser.get(f"/expert/kit/{name}")
    assert answer.status_code == 200
    assert "attachment" in answer.headers["content-disposition"]
    assert "no-store" in answer.headers["cache-control"]
    text = answer.content if name.endswith("xlsx") else answer.text.encode()
    for hidden in (mine.id, invited.id, mine.submission_id, mine.expert_id, "Тестова"):
        assert hidden.encode() not in text
    if name.endswith("html"):
        assert "Карта всей школой" in answer.text
        assert code_of(invited.id) not in answer.text


def test_html_kit_asks_for_nothing(desk):
    desk.assign()
    page = desk.browser.get("/expert/kit/works.html").text
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
    assert not re.findall(r"""(?:src|href|action)="(?!#|data:)""", page)
    assert "url(" not in page
    assert "@import" not in page


def test_title_with_markup_cannot_leave_its_place_in_the_kit(desk):
    desk.assign(title="</script><script>alert(1)</script><img src=x>")
    desk.post(item := desk.assign(), "draft", {"comment": "</script><b>", "version": "0"})
    page = desk.browser.get("/expert/kit/works.html").text
    assert page.count("<script") == 2
    assert "<img src=x>" not in page
    assert desk.review(item).draft.comment == "</script><b>"


def test_table_goes_out_and_comes_back_to_a_draft(desk):
    item = desk.assign()
    desk.post(item, "draft", FIELDS | {"version": "0"})
    table = desk.browser.get("/expert/kit/works.xlsx").content
    page = upload(desk, table, "raboty.xlsx")
    assert "без изменений" in page.text


def test_nothing_is_written_before_the_second_step_and_nothing_is_sent_by_it(desk):
    item = desk.assign()
    page = upload(desk, answers(item))
    assert page.status_code == 200
    assert "новый черновик" in page.text
    assert desk.review(item) is None
    done = save(desk, page)
    assert done.headers["location"] == "/expert/kit"
    assert desk.review(item).draft.comment == "Написано в дороге."
    assert desk.review(item).submitted_at is None
    assert save(desk, page).status_code in {303, 409}
    assert desk.review(item).version == 1


def test_complete_drafts_are_listed_and_sent_by_their_own_button(desk):
    item, half = desk.assign(), desk.assign()
    desk.post(item, "draft", FIELDS | {"version": "0"})
    desk.post(half, "draft", {"comment": "Половина", "version": "0"})
    page = desk.browser.get("/expert/kit").text
    assert "Отправить готовые: 1" in page
    desk.browser.post("/expert/kit/send", data={item.id: "1", half.id: "1"})
    assert desk.now(item).status is AssignmentStatus.SUBMITTED
    assert desk.now(half).status is AssignmentStatus.IN_PROGRESS
    assert desk.browser.post("/expert/kit/send", data={item.id: "1"}).status_code == 303


def test_draft_changed_after_the_list_was_shown_is_not_sent(desk):
    item = desk.assign()
    desk.post(item, "draft", FIELDS | {"version": "0"})
    desk.post(item, "draft", FIELDS | {"comment": "Позже", "version": "1"})
    desk.browser.post("/expert/kit/send", data={item.id: "1"})
    assert desk.now(item).status is AssignmentStatus.IN_PROGRESS


def test_conflict_shows_both_texts_and_keeps_the_stored_one_unless_chosen(desk):
    item = desk.assign()
    desk.post(item, "draft", FIELDS | {"comment": "С компьютера", "version": "0"})
    page = upload(desk, answers(item))
    assert "изменено и в системе" in page.text
    assert "С компьютера" in page.text
    assert "Написано в дороге." in page.text
    key = key_of(item.id)
    save(desk, page, **{f"take-{key}-comment": "stored"})
    assert desk.review(item).draft.comment == "С компьютера"
    save(desk, page, **{f"take-{key}-comment": "file"})
    assert desk.review(item).draft.comment == "Написано в дороге."


def test_conflict_is_settled_field_by_field(desk):
    item = desk.assign()
    here = FIELDS | {"comment": "С компьютера", "level-method": "3", "note": "Здесь"}
    desk.post(item, "draft", here | {"version": "0"})
    page = upload(desk, answers(item, fields=FIELDS | {"level-method": "1"}))
    key = key_of(item.id)
    save(desk, page, **{f"take-{key}-comment": "both", f"take-{key}-level-method": "file"})
    draft = desk.review(item).draft
    assert draft.comment == "Написано в дороге.\n\nС компьютера"
    assert draft.levels["method"] == 1
    assert draft.note == "Здесь"


def test_question_taken_out_of_the_file_keeps_what_is_stored(desk):
    item = desk.assign()
    desk.post(item, "draft", FIELDS | {"note": "Заметка", "version": "0"})
    shorter = {name: value for name, value in FIELDS.items() if name != "level-method"}
    changed = shorter | {"comment": "Новый", "recommendation": ""}
    page = upload(desk, answers(item, fields=changed, version=1))
    save(desk, page)
    draft = desk.review(item).draft
    assert draft.levels["method"] == 2
    assert (draft.comment, draft.note, draft.recommendation) == ("Новый", "Заметка", None)


@pytest.mark.parametrize("name", ["works.xlsx", "works.html"])
def test_kit_is_in_the_language_of_its_reader_and_comes_back_from_any(desk, name):
    desk.post(desk.assign(), "draft", FIELDS | {"version": "0"})
    english = desk.browser.get(f"/expert/kit/{name}?lang=en")
    if name.endswith("html"):
        assert '<html lang="en">' in english.text
        assert "Relevance" in english.text
        assert "Актуальность" not in english.text
        return
    page = upload(desk, english.content, "raboty.xlsx")
    assert "без изменений" in page.text


def test_work_that_changed_while_it_was_looked_at_is_shown_again(desk):
    item = desk.assign()
    page = upload(desk, answers(item))
    desk.post(item, "draft", {"comment": "Успели с телефона", "version": "0"})
    again = save(desk, page)
    assert again.status_code == 409
    assert "Успели с телефона" in again.text
    assert desk.review(item).draft.comment == "Успели с телефона"


def test_blank_answers_wipe_nothing(desk):
    item = desk.assign()
    desk.post(item, "draft", {"comment": "Начало", "version": "0"})
    page = upload(desk, answers(item, fields={"comment": ""}))
    assert "не заполнено" in page.text
    assert "Сохранять нечего" in page.text


@pytest.mark.parametrize("level", ["-1", "11", "9.5", "two", "2\u00a0", "٢"])
def test_levels_off_the_scale_are_refused_with_their_place(desk, level):
    item = desk.assign()
    page = upload(desk, answers(item, fields=FIELDS | {"level-method": level}))
    assert "не принято" in page.text
    assert "Запись 1" in page.text
    assert "Такого уровня нет" in page.text


def test_words_that_are_no_level_are_told_even_when_nothing_else_is_filled(desk):
    desk.assign()
    table = io.BytesIO(desk.browser.get("/expert/kit/works.xlsx").content)
    found = io.BytesIO()
    with zipfile.ZipFile(table) as old, zipfile.ZipFile(found, "w") as new:
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(b"<t></t>", "<t>отлично</t>".encode()))
    page = upload(desk, found.getvalue(), "raboty.xlsx")
    assert "не принято" in page.text
    assert "Строка 7: «отлично» — не уровень из списка." in page.text


def test_foreign_repeated_sent_and_late_works_are_refused_one_by_one(desk):
    item, sent = desk.assign(), desk.assign()
    desk.post(sent, "review", FIELDS | {"version": "0"})
    with desk.installation.begin() as work:
        stranger = builders.an_expert(work, desk.third)
        submission = builders.a_submission(work, desk.marathon, desk.away)
        foreign = builders.an_assignment(work, submission, stranger)
    changed = json.loads(answers(item, item, foreign, sent))
    changed["answers"][3]["fields"] = FIELDS | {"comment": "Другое"}
    page = upload(desk, json.dumps(changed).encode())
    assert page.text.count("не принято") == 3
    assert "учтена первая запись" in page.text
    assert "файл другого эксперта" in page.text
    assert "уже отправлена" in page.text
    assert submission.title not in page.text
    desk.close()
    assert "Экспертиза закончилась" in upload(desk, answers(item)).text


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("", b"x", "Выберите файл"),
        ("otvety.json", b"", "пустой"),
        ("otvety.json", b"{", "не ответы из комплекта"),
        ("otvety.json", b"\xff\xfe\x00", "не ответы из комплекта"),
        ("raboty.xlsx", b"PK\x03\x04 broken", "повреждён"),
        ("raboty.html", b"<html>", "сам комплект"),
        ("raboty.exe", b"MZ", "не ответы из комплекта"),
        ("otvety.json", b" " * (5 * 1024 * 1024 + 1), "больше 5 МБ"),
        ("otvety.json", b'{"kit": 1, "answers": [{"key": "\\ud800", "version": 1}]}', ""),
    ],
)
def test_files_that_are_no_answers_get_a_sentence(desk, name, content, words):
    answer = upload(desk, content, name)
    assert answer.status_code in {200, 400, 422}
    assert words in answer.text


def test_forged_second_step_writes_nothing_strange(desk):
    item = desk.assign()
    for forged in ("{", "[]", json.dumps({"key": key_of(item.id), "version": -1, "place": ""})):
        assert desk.browser.post("/expert/kit/save", data={"answer": forged}).status_code == 422
    lone = json.dumps({"key": new_id(), "version": 1, "place": "x", "fields": {}})
    assert desk.browser.post("/expert/kit/save", data={"answer": lone}).status_code == 409
    assert desk.review(item) is None


def test_looking_at_the_kit_writes_nothing(desk):
    item = desk.assign()
    for step in ("", "/works.xlsx", "/works.html", "/upload", "/save", "/send"):
        desk.browser.get(f"/expert/kit{step}")
    assert desk.now(item).status is AssignmentStatus.ACCEPTED
    assert desk.now(item).proposed_at < NOW
