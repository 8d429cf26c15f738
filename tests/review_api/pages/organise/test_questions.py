"""An expert asks, organisers pass it on, the author answers: nobody learns who the other is."""

import re
from datetime import timedelta

import builders
import pytest

from flows.notices import operations as notices
from flows.review import questions
from schemas.assignment import AssignmentStatus
from schemas.errors import Conflict
from schemas.marathon import Phase
from schemas.people import Actor, Role
from schemas.question import QuestionStatus
from schemas.settings import Settings
from schemas.submission import SubmissionStatus

EXPERT = "Свиристелева Ия Карповна"
AUTHOR = "Канарейкина Пелагея Тихоновна"
OF_EXPERT = ("Свиристел", "Катанг")
OF_AUTHOR = ("Канарейкин", "Пелаге", "Усть-Илимск", "СОШ № 7")
ASKED = "Сколько детей было в группе? Свиристелева И. К., Катангский район"
ANSWERED = "Двенадцать. Так в МБОУ «СОШ № 7», спросите Канарейкину."


class Talk:
    """A work on review, its expert, its author and an organiser, each in a browser."""

    def __init__(self, installation, signed_in, now):
        self.installation, self.now = installation, now
        with installation.begin() as work:
            builders.members(work, builders.a_cluster(work))
            self.marathon = builders.a_marathon(
                work, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=9)
            )
            members = work.municipalities.of_cluster(self.marathon.cluster_id)
            places = {one.name: one for one in members}
            home, away = places["город Усть-Илимск"], places["Катангский район"]
            owner = builders.a_person(work, AUTHOR)
            self.work = builders.a_submission(
                work,
                self.marathon,
                home,
                owner_id=owner.id,
                authors=(builders.an_author(owner, home),),
                status=SubmissionStatus.IN_REVIEW,
            )
            person = builders.a_person(work, EXPERT)
            expert = builders.an_expert(work, away, person_id=person.id)
            self.item = builders.an_assignment(work, self.work, expert)
            other = builders.an_expert(work, away)
            self.other_item = builders.an_assignment(work, self.work, other)
            office = builders.a_person(work, "Орлова Нина Петровна")
            work.roles.give(office.id, Role.ORGANISER)
            colleague = work.people.get(other.person_id)
        self.expert, self.author = signed_in(person), signed_in(owner)
        self.office, self.other = signed_in(office), signed_in(colleague)
        self.asking = f"/expert/assignments/{self.item.id}/question"
        self.answering = f"/my/{self.work.id}/questions"
        self.desk = f"/organise/{self.marathon.id}/questions"

    def question(self):
        with self.installation.begin() as work:
            [one] = work.questions.of_submission(self.work.id)
            return one

    def ask(self, text=ASKED):
        return self.expert.post(self.asking, data={"text": text})

    def act(self, act, text, version=None):
        one = self.question()
        data = {"text": text, "version": str(version or one.version)}
        return self.office.post(f"{self.desk}/{one.id}/{act}", data=data)

    def pass_on(self):
        """With the words suggested on the page."""
        page = self.office.get(f"{self.desk}/{self.question().id}").text
        return self.act("pass", box(page, "passed_text"))

    def answer(self, text=ANSWERED):
        one = self.question()
        data = {"answer": text, "version": str(one.version)}
        return self.author.post(f"{self.answering}/{one.id}", data=data)

    def return_(self):
        page = self.office.get(f"{self.desk}/{self.question().id}").text
        return self.act("return", box(page, "returned_text"))

    def letters(self, template):
        with self.installation.begin() as work:
            found = [one for one in work.notices.all() if one.template == template]
            return [notices.written(work, one, Settings()).body for one in found]


def box(page, field):
    return re.search(rf'<textarea[^>]*id="{field}"[^>]*>(.*?)</textarea>', page, re.DOTALL).group(1)


@pytest.fixture
def talk(installation, signed_in, now):
    return Talk(installation, signed_in, now)


def says_nothing_of(text, names):
    assert not [name for name in names if name in text]


def test_question_goes_to_the_author_and_the_answer_back_without_a_name(talk):
    assert talk.ask().status_code == 303
    assert talk.pass_on().status_code == 303
    page = talk.author.get(talk.answering).text
    assert "Сколько детей было в группе?" in page
    says_nothing_of(page, OF_EXPERT)
    assert "Эксперт спрашивает" in talk.author.get(f"/my/{talk.work.id}").text

    assert talk.answer().status_code == 303
    before = talk.expert.get(talk.asking).text
    assert "Двенадцать" not in before
    assert talk.return_().status_code == 303

    for address in (talk.asking, f"/expert/assignments/{talk.item.id}"):
        page = talk.expert.get(address).text
        assert "Двенадцать." in page
        says_nothing_of(page, OF_AUTHOR)
    [to_author] = talk.letters("question_to_author")
    [to_expert] = talk.letters("answer_to_expert")
    says_nothing_of(to_author, OF_EXPERT)
    says_nothing_of(to_expert, OF_AUTHOR)
    assert talk.question().status is QuestionStatus.RETURNED


def test_names_left_in_by_the_organiser_are_hidden_all_the_same(talk):
    talk.ask()
    talk.act("pass", f"{EXPERT} спрашивает: зачем?")
    talk.answer()
    talk.act("return", f"{AUTHOR} отвечает: затем.")

    one = talk.question()
    assert one.passed_text == "[скрыто] спрашивает: зачем?"
    assert one.returned_text == "[скрыто] отвечает: затем."


def test_declined_question_tells_the_expert_why_and_the_author_nothing(talk):
    talk.ask()
    assert talk.act("decline", "").status_code == 422
    assert talk.act("decline", "Об этом сказано на второй странице.").status_code == 303

    assert "Об этом сказано на второй странице." in talk.expert.get(talk.asking).text
    assert "Сколько детей" not in talk.author.get(talk.answering).text
    [letter] = talk.letters("question_declined")
    assert "на второй странице" in letter
    assert talk.letters("question_to_author") == []


def test_other_experts_of_the_work_never_read_the_question_or_the_answer(talk):
    talk.ask()
    talk.pass_on()
    talk.answer()
    talk.return_()

    mine = f"/expert/assignments/{talk.other_item.id}"
    for address in (mine, f"{mine}/question"):
        page = talk.other.get(address)
        assert page.status_code == 200
        assert "Двенадцать" not in page.text
        assert "Сколько детей" not in page.text
    assert talk.other.get(talk.asking).status_code == 404


def test_author_cannot_answer_before_the_question_is_passed_on(talk):
    talk.ask()
    assert "Сколько детей" not in talk.author.get(talk.answering).text
    assert talk.answer().status_code == 404
    assert talk.question().status is QuestionStatus.ASKED


def test_double_click_asks_once_and_sends_one_letter(talk):
    talk.ask()
    talk.ask()
    version = talk.question().version
    first = talk.act("pass", "Сколько детей?", version)
    again = talk.act("pass", "Сколько детей?", version)

    assert (first.status_code, again.status_code) == (303, 303)
    assert len(talk.letters("question_to_author")) == 1


def test_stale_page_overwrites_nothing_and_keeps_what_was_typed(talk):
    talk.ask()
    talk.pass_on()
    version = talk.question().version
    talk.answer("Двенадцать детей.")
    data = {"answer": "Тринадцать детей.", "version": str(version)}

    stale = talk.author.post(f"{talk.answering}/{talk.question().id}", data=data)
    late = talk.act("decline", "Поздно")

    assert (stale.status_code, late.status_code) == (409, 409)
    assert "Тринадцать детей." in stale.text
    assert talk.question().answer == "Двенадцать детей."


def test_question_closes_with_the_assignment(talk, installation, now):
    talk.ask()
    talk.pass_on()
    one = talk.question()
    with installation.begin() as work:
        item = work.assignments.get(talk.item.id)
        work.assignments.move(item, to=AssignmentStatus.REPLACED, by=Actor(part="test"), now=now)
        with pytest.raises(Conflict):
            questions.answer(work, one.id, "Да", version=one.version, by=Actor(), now=now)
    assert talk.answer().status_code == 409
    assert "Закрыт" in talk.author.get(talk.answering).text
    assert "вопрос закрыт вместе с ней" in talk.office.get(f"{talk.desk}/{talk.question().id}").text


def test_waiting_question_leaves_deadlines_as_they_are(talk, installation):
    with installation.begin() as work:
        before = work.assignments.get(talk.item.id)
    talk.ask()
    talk.pass_on()
    with installation.begin() as work:
        assert work.assignments.get(talk.item.id) == before


def test_dashboard_counts_what_waits_for_the_organisers(talk):
    dashboard = f"/organise/{talk.marathon.id}"
    assert "ждёт передачи" not in talk.office.get(dashboard).text
    talk.ask()
    assert "ждёт передачи" in talk.office.get(dashboard).text
    talk.pass_on()
    assert "ждёт передачи" not in talk.office.get(dashboard).text


@pytest.mark.parametrize("browser", ["expert", "author", "other"])
def test_desk_of_questions_is_for_organisers_only(talk, browser):
    talk.ask()
    visitor = getattr(talk, browser)
    address = f"{talk.desk}/{talk.question().id}"
    assert visitor.get(talk.desk).status_code == 404
    assert visitor.get(address).status_code == 404
    assert visitor.post(f"{address}/pass", data={"text": "а", "version": "1"}).status_code == 404


def test_organiser_who_wrote_the_work_never_sees_who_asks(talk, installation):
    talk.ask()
    with installation.begin() as work:
        work.roles.give(talk.work.owner_id, Role.ORGANISER)

    assert talk.author.get(f"{talk.desk}/{talk.question().id}").status_code == 404
    assert "Сколько детей" not in talk.author.get(talk.desk).text


@pytest.mark.parametrize(
    ("text", "words"),
    [("", "Напишите вопрос."), ("  \n\t", "Напишите вопрос."), ("Я" * 2001, "до 2000 знаков")],
)
def test_bad_question_is_refused_in_words(talk, text, words):
    refused = talk.ask(text)

    assert refused.status_code == 422
    assert words in refused.text
    assert text.strip() in refused.text


def test_huge_question_is_not_sent_back_whole(talk):
    refused = talk.ask("Я" * 100_000)

    assert refused.status_code == 422
    assert "Я" * 1500 not in refused.text


def test_strange_signs_in_a_question_do_no_harm(talk):
    assert talk.ask("<b>Где</b>\x00 \u202e👩‍🏫 й?").status_code == 303

    page = talk.office.get(f"{talk.desk}/{talk.question().id}").text
    assert "<b>Где" not in page
    assert "&lt;b&gt;Где" in page


def test_only_so_many_questions_a_work(talk):
    answers = [talk.ask(f"Вопрос {number}?").status_code for number in range(6)]

    assert answers == [303] * 5 + [409]
