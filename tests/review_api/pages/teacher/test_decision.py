"""«Как принято решение»: who may read it, what it says, and what it must never say."""

import builders
import pypdfium2
import pytest

from flows.decision import operations
from flows.review import rules as review
from schemas.decision import Ruling
from schemas.marathon import Track
from schemas.people import Role
from schemas.review import Recommendation, ReviewDraft
from schemas.rubric import DEFAULT
from schemas.submission import SubmissionStatus

EXPERTS = ("Жаворонкова Эмма Юрьевна", "Щеглов Юлий Эрастович", "Эйхвальд Яна Жановна")
SECRETS = ("Жаворонков", "Щеглов", "Эйхвальд", "Тайная заметка", "Чужая практика", "Кукушкин")


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        tracks = (Track(number=1, title="Первое направление", live_slots=1),)
        return builders.a_marathon(work, tracks=tracks, contact="orgkomitet@example.ru")


@pytest.fixture
def people(installation, marathon):
    """(author, experts): the experts are people who can sign in."""
    with installation.begin() as work:
        homes = builders.members(work, work.clusters.only())
        author = builders.a_person(work, "Ветрова Дарья Олеговна")
        experts = [builders.a_person(work, name) for name in EXPERTS]
        for person, home in zip(experts, homes[1:], strict=True):
            builders.an_expert(work, home, person_id=person.id)
        return author, experts


@pytest.fixture
def decide(installation, marathon, people, now, organiser):
    """Makes the author's work with these levels by expert, another's better one, and decides."""
    author, experts = people

    def make(levels: tuple[int, int, int], *, ruling: Ruling | None = None, confirm: bool = True):
        with installation.begin() as work:
            home, *_ = work.municipalities.all()
            line = builders.an_author(author, home)
            facts = {"status": SubmissionStatus.REVIEWED}
            own = builders.a_submission(
                work, marathon, home, owner_id=author.id, authors=(line,), **facts
            )
            other = builders.a_person(work, "Кукушкин Лев Львович")
            foreign = builders.a_submission(
                work,
                marathon,
                home,
                owner_id=other.id,
                authors=(builders.an_author(other, home),),
                title="Чужая практика",
                **facts,
            )
            for place, person in enumerate(experts):
                expert = work.experts.of_person(person.id)
                reviewed(work, own, expert, levels[place])
                reviewed(work, foreign, expert, 3)
            for level in (0, 0, 1, 2):
                filler = builders.a_submission(work, marathon, home, **facts)
                for person in experts:
                    reviewed(work, filler, work.experts.of_person(person.id), level)
            builders.proposed_decisions(work, marathon.id, now=now)
            decision = work.decisions.of_submission(own.id, round_=1)
            if ruling:
                decision = operations.override(work, decision.id, ruling, by=organiser, now=now)
            if confirm:
                settled(work, decision, organiser, now)
        return own

    return make


def reviewed(work, submission, expert, level):
    chosen = {part.code: level for part in DEFAULT.criteria}
    draft = ReviewDraft(
        levels=chosen,
        comment="Ясно.",
        note="Тайная заметка",
        recommendation=Recommendation.BOTH if level > 1 else Recommendation.REVISE,
    )
    score = review.score(DEFAULT, chosen)
    builders.a_sent_review(work, submission, expert, score=score, draft=draft)


def settled(work, decision, by, now):
    if decision.outcome not in ("yes", "no"):
        ruling = Ruling(publication=True, live=False, reason="Решение совета, протокол № 3.")
        decision = operations.override(work, decision.id, ruling, by=by, now=now)
    operations.confirm(work, [decision.id], by=by, now=now)


def test_author_reads_the_arithmetic_in_plain_words(decide, people, signed_in):
    own = decide((3, 3, 2))

    page = signed_in(people[0]).get(f"/my/{own.id}/decision")

    assert page.status_code == 200
    for words in (
        "Как принято решение",
        "Материал выйдет в сборнике.",
        "Эксперт 3",
        "Итоговый балл — среднее учтённых оценок:",
        "Для публикации нужно не меньше 60,0.",
        "представить и опубликовать — 3",
        "Правила отбора марафона, версия 1",
        "orgkomitet@example.ru",
        "/rules",
    ):
        assert words in page.text


def test_authors_page_names_no_expert_and_no_other_work(decide, people, signed_in):
    own = decide((3, 3, 2))
    browser = signed_in(people[0])

    for address in (f"/my/{own.id}", f"/my/{own.id}/decision"):
        page = browser.get(address).text
        for secret in SECRETS:
            assert secret not in page, (address, secret)


def test_live_refusal_is_told_without_its_neighbours(decide, people, signed_in):
    own = decide((3, 3, 2))

    page = signed_in(people[0]).get(f"/my/{own.id}/decision").text

    assert "В программу очных выступлений материал не вошёл." in page
    assert "Очные места направления заняты работами, у которых итог не ниже." in page


def test_nobody_reads_it_before_it_is_final(decide, people, signed_in):
    own = decide((3, 3, 2), confirm=False)
    browser = signed_in(people[0])

    assert browser.get(f"/my/{own.id}/decision").status_code == 404
    assert browser.get(f"/my/{own.id}/decision.pdf").status_code == 404
    assert "/decision" not in browser.get(f"/my/{own.id}").text


@pytest.mark.parametrize("who", ["stranger", "expert", "coordinator"])
def test_it_does_not_exist_for_others(decide, people, signed_in, installation, who):
    own = decide((3, 3, 2))
    with installation.begin() as work:
        person = (
            people[1][0] if who == "expert" else builders.a_person(work, "Чужова Инна Ивановна")
        )
        if who == "coordinator":
            work.roles.give(
                person.id,
                Role.COORDINATOR,
                scope="municipality",
                scope_id=own.authors[0].municipality_id,
            )

    browser = signed_in(person)
    for address in (f"/my/{own.id}/decision", f"/my/{own.id}/decision.pdf"):
        assert browser.get(address).status_code == 404


def test_overview_and_letter_lead_to_it(decide, people, signed_in, installation):
    own = decide((3, 3, 2))

    assert f'href="/my/{own.id}/decision"' in signed_in(people[0]).get(f"/my/{own.id}").text
    from flows.notices.operations import written

    with installation.begin() as work:
        (letter,) = [one for one in work.notices.all() if one.template == "decision"]
        assert f"/my/{own.id}/decision" in written(work, letter, installation.settings).body


def test_ruling_of_a_person_is_told_with_its_reason_and_what_the_marks_had_said(
    decide, people, signed_in
):
    ruling = Ruling(publication=True, live=False, reason="Практика редкая, решено опубликовать")
    own = decide((0, 0, 1), ruling=ruling)

    page = signed_in(people[0]).get(f"/my/{own.id}/decision").text

    assert "Что изменил человек" in page
    assert "По одним оценкам выходило так: доработать; не приглашать к выступлению." in page
    assert "Практика редкая, решено опубликовать." in page


def test_one_printed_page_can_be_saved_as_pdf(decide, people, signed_in):
    own = decide((3, 3, 2))

    answer = signed_in(people[0]).get(f"/my/{own.id}/decision.pdf")

    assert answer.headers["content-type"] == "application/pdf"
    paper = pypdfium2.PdfDocument(answer.content)
    assert len(paper) == 1
    text = paper[0].get_textpage().get_text_range()
    assert "Как принято решение" in text
    for secret in SECRETS:
        assert secret not in text
