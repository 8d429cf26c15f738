"""One decision as organisers and the council see it: the whole trace, and nobody else."""

import re
from datetime import timedelta

import builders
import pytest

from flows.decision import operations
from flows.decision.engine.explanation import explain
from flows.decision.engine.flips import flips
from flows.decision.engine.rules import Evidence, verdict
from flows.decision.level_flips import level_flips
from flows.decision.tracing import plain_marks
from flows.review import rules as review
from review_api.deps import get_now
from schemas.decision import DecisionStatus, Ruling
from schemas.decision_problem import Policy, Refusal
from schemas.decision_reasons import Reason
from schemas.decision_trace import DecisionTrace, TracedMark
from schemas.people import Role
from schemas.rubric import DEFAULT
from schemas.submission import SubmissionStatus

EXPERTS = ("Жаворонкова Эмма Юрьевна", "Щеглов Юлий Эрастович")
CODES = tuple(part.code for part in DEFAULT.criteria)


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        return builders.a_marathon(work)


@pytest.fixture
def decision(installation, marathon):
    """A proposed yes, fragile, refused a live place in favour of № 2."""
    with installation.begin() as work:
        home, *others = builders.members(work, work.clusters.only())
        facts = {"status": SubmissionStatus.REVIEWED}
        own = builders.a_submission(work, marathon, home, **facts)
        rival = builders.a_submission(work, marathon, home, title="Соперница", **facts)
        levels = [dict.fromkeys(CODES, 1), dict.fromkeys(CODES, 3)]
        experts = [
            builders.an_expert(work, place, person_id=builders.a_person(work, name).id)
            for place, name in zip(others, EXPERTS, strict=False)
        ]
        marks = tuple(
            TracedMark(
                expert=expert.id,
                score=review.score(DEFAULT, chosen),
                correction=correction,
                levels=chosen,
            )
            for expert, chosen, correction in zip(experts, levels, (-5.0, 6.0), strict=True)
        )
        evidence = Evidence(plain_marks(marks), probability=0.85)
        found = verdict(evidence, Policy())
        turns = flips(evidence, Policy(), found.publication)
        refusal = Refusal(
            id=own.id, reason=Reason.LIVE_TRACK_FULL, displaced=(rival.id,), loss=4.25
        )
        reasons = (*found.reasons, Reason.LIVE_TRACK_FULL)
        return builders.a_decision(
            work,
            own,
            status=DecisionStatus.PROPOSED,
            confirmed_at=None,
            live=False,
            raw=evidence.raw,
            score=evidence.score,
            p_publication=evidence.probability,
            reviews=2,
            stable=found.stable,
            reasons=tuple(reason.value for reason in reasons),
            explanation=explain(evidence, Policy(), found.publication, reasons, refusal, turns),
            trace=DecisionTrace(
                marks=marks,
                calibration_applied=True,
                likelihood_ratio=5.4,
                policy=marathon.decision,
                refusal=refusal,
                flips=turns,
                level_flips=level_flips(DEFAULT, evidence.marks, levels, 60),
            ),
        )


@pytest.fixture
def person(installation, marathon):
    def make(role: Role | None, name: str = "Орлова Нина Петровна"):
        with installation.begin() as work:
            made = builders.a_person(work, name)
            if role:
                work.roles.give(made.id, role)
        return made

    return make


@pytest.fixture
def later(application, now):
    def let_pass(minutes: int) -> None:
        application.dependency_overrides[get_now] = lambda: now + timedelta(minutes=minutes)

    return let_pass


@pytest.fixture
def address(marathon, decision):
    return f"/organise/{marathon.id}/decisions/{decision.id}"


def words_of(page) -> str:
    text = re.sub(r"<[^>]+>", " ", page.text).replace("\u00a0", " ")
    return " ".join(text.split())


def test_english_page_has_english_figures_rulings_and_way(address, person, signed_in):
    words = words_of(signed_in(person(Role.ORGANISER)).get(address, params={"lang": "en"}))

    for said in (
        "100.0 −6.0 94.0",
        "lower by 12.4 points at least",
        "Present live and publish",
        "Do not select",
        "Organisation",
        "Decisions",
    ):
        assert said in words, said


def test_organiser_sees_arithmetic_stability_turns_and_rules(address, person, signed_in):
    words = words_of(signed_in(person(Role.ORGANISER)).get(address))

    for said in (
        "Эксперт 1 33,3 5,0 38,3",
        "Эксперт 2 100,0 −6,0 94,0",
        "Эксперт 1 100,0 та же хотя бы на 12,4 балла ниже",
        "Эксперт 2 38,3 другая хотя бы на 12,4 балла ниже",
        "Отношение правдоподобий 5,4 при пороге 2,71.",
        "решение хрупкое",
        "Версия 1",
    ):
        assert said in words, said


def test_live_price_names_the_works_that_would_leave(address, person, signed_in):
    page = signed_in(person(Role.ORGANISER)).get(address)
    words = words_of(page)

    assert "программа потеряет баллов: 4,2. Место освободили бы: № 2 . Соперница" in words
    assert re.search(r'href="/organise/[^"]+/works/[^"]+">№ 2<', page.text)


def test_live_price_never_names_a_work_of_the_reader(
    address, installation, decision, person, signed_in
):
    chair = person(Role.CHAIR, "Лебедева Инна Олеговна")
    with installation.begin() as work:
        [rival] = decision.trace.refusal.displaced
        own = work.submissions.get(rival).model_copy(update={"owner_id": chair.id})
        work.submissions.save(own)

    words = words_of(signed_in(chair).get(address))

    assert "программа потеряет баллов: 4,2" in words
    assert "Соперница" not in words


def test_override_shows_who_why_and_what_the_marks_had_come_to(
    address, decision, person, signed_in, installation, now
):
    from schemas.people import Actor

    chair = person(Role.CHAIR, "Лебедева Инна Олеговна")
    with installation.begin() as work:
        ruling = Ruling(publication=False, live=False, reason="Практика уже издана.")
        operations.override(work, decision.id, ruling, by=Actor(person_id=chair.id), now=now)

    words = words_of(signed_in(person(Role.ORGANISER)).get(address))

    assert "Решение изменено человеком : Лебедева И. О." in words
    assert "Практика уже издана." in words
    assert "По одним оценкам выходило: опубликовать; не приглашать к выступлению." in words


def test_author_preview_on_the_same_page_names_nobody(address, person, signed_in):
    page = signed_in(person(Role.ORGANISER)).get(address).text
    preview = page[
        page.index('class="account"') : page.index("</details>", page.index('"account"'))
    ]

    assert "Эксперт 2" in preview
    for secret in ("Жаворонков", "Щеглов", "Соперница", "№ 2"):
        assert secret not in preview


def test_decision_without_a_trace_is_still_shown(
    installation, marathon, decision, person, signed_in
):
    with installation.begin() as work:
        bare = work.decisions.get(decision.id).model_copy(update={"trace": DecisionTrace()})
        work.decisions.save(bare)

    page = signed_in(person(Role.ORGANISER)).get(f"/organise/{marathon.id}/decisions/{decision.id}")

    assert page.status_code == 200
    assert "Итоговый балл" in page.text


def test_nobody_but_organisers_and_the_council_sees_it(address, person, signed_in):
    assert signed_in(person(Role.CHAIR, "Лебедева Инна Олеговна")).get(address).status_code == 200
    assert signed_in(person(None, "Чужова Инна Ивановна")).get(address).status_code == 404


WHY = {"why": "Жалоба автора на предвзятость"}


def test_names_are_shown_to_whoever_says_why_and_to_nobody_else(
    address, person, signed_in, later, installation, decision
):
    organiser, chair = (
        signed_in(person(role, name))
        for role, name in (
            (Role.ORGANISER, "Орлова Нина Петровна"),
            (Role.CHAIR, "Лебедева Инна Олеговна"),
        )
    )

    shown = organiser.post(f"{address}/names", data=WHY)
    words = words_of(organiser.get(address))

    assert (shown.status_code, shown.headers["location"]) == (303, address)
    assert "1. Жаворонкова Э. Ю. 33,3 5,0 38,3" in words
    assert "Имена экспертов видны только вам" in words
    assert "Показаны имена экспертов: Жалоба автора на предвзятость" in words
    assert "Жаворонкова" not in chair.get(address).text
    later(61)
    assert "Жаворонкова" not in organiser.get(address).text


def test_names_need_a_reason_and_keep_what_was_typed(address, person, signed_in, installation):
    organiser = signed_in(person(Role.ORGANISER))

    for why in ("", "<b>ой</b>", "ж" * 4000):
        refused = organiser.post(f"{address}/names", data={"why": why})
        assert refused.status_code == 422
        assert "Жаворонкова" not in refused.text
    assert (
        "&lt;b&gt;ой&lt;/b&gt;"
        in organiser.post(f"{address}/names", data={"why": "<b>ой</b>"}).text
    )
    with installation.begin(read_only=True) as work:
        assert "unblinded" not in {entry.action for entry in work.journal.all()}


def test_names_ask_again_who_one_is_after_a_quarter_of_an_hour(address, person, signed_in, later):
    organiser = signed_in(person(Role.ORGANISER))
    later(20)

    asked = organiser.post(f"{address}/names", data=WHY)

    assert asked.status_code != 303
    assert "Показать имена экспертов" in asked.text
    assert "Жаворонкова" not in organiser.get(address).text


def test_ruling_goes_back_to_the_proposal_by_a_button(
    address, decision, person, signed_in, installation, now
):
    from schemas.people import Actor

    organiser = signed_in(person(Role.ORGANISER))
    assert "Вернуть предложение системы" not in organiser.get(address).text
    with installation.begin() as work:
        ruling = Ruling(publication=False, live=False, reason="Практика уже издана.")
        operations.override(work, decision.id, ruling, by=Actor(person_id="chair"), now=now)
    assert "Вернуть предложение системы" in organiser.get(address).text

    for _ in range(2):
        back = organiser.post(f"{address}/proposal")
        assert (back.status_code, back.headers["location"]) == (303, address)

    with installation.begin(read_only=True) as work:
        after = work.decisions.get(decision.id)
        assert (after.overridden_by, after.outcome) == (None, decision.outcome)
        taken = [one for one in work.journal.about(decision.id) if one.action.endswith("back")]
        assert len(taken) == 1
