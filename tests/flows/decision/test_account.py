"""What an author is told of a decision: true, complete, in plain words, about nobody else."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from builders import NOW

from flows.decision.account import Told, account
from schemas.decision import Decision, DecisionStatus
from schemas.decision_policy import PolicyVersion
from schemas.decision_problem import Flip, Publication, Refusal
from schemas.decision_reasons import Reason
from schemas.decision_trace import DecisionTrace, LevelFlip, Override, Proposal, TracedMark
from schemas.marathon import DecisionPolicy, Marathon, Track
from schemas.review import Recommendation
from schemas.submission import Submission, SubmissionStatus

MARATHON = Marathon(
    id="m",
    cluster_id="c",
    title="Марафон практик",
    year=2026,
    opens_at=NOW - timedelta(days=90),
    submissions_until=NOW - timedelta(days=50),
    reviews_until=NOW + timedelta(days=2, hours=3),
    live_on=date(2026, 3, 27),
    tracks=(Track(number=1, title="Первое"),),
)
MARKS = (
    TracedMark(expert="x", score=60, correction=7.5, recommendation=Recommendation.BOTH),
    TracedMark(expert="y", score=56.7, correction=-8, recommendation=Recommendation.BOTH),
    TracedMark(expert="z", score=53.3, correction=10, recommendation=Recommendation.REVISE),
)


def told(
    trace: DecisionTrace | None = None,
    *,
    status=SubmissionStatus.DECIDED,
    decision_status=DecisionStatus.CONFIRMED,
    **changes,
) -> Told:
    facts = {
        "id": "d",
        "marathon_id": "m",
        "submission_id": "s",
        "status": decision_status,
        "outcome": "no",
        "publication": False,
        "live": False,
        "score": 53.466666667,
        "raw": 56.666666667,
        "p_publication": 0.12,
        "reviews": 3,
        "reasons": (Reason.BELOW_THRESHOLD.value,),
        "proposed_at": NOW,
        "confirmed_at": NOW,
        "trace": trace or DecisionTrace(marks=MARKS, calibration_applied=True, policy=POLICY),
    }
    submission = Submission(
        id="s",
        marathon_id="m",
        number=7,
        owner_id="o",
        status=status,
        title="Чтение",
        created_at=NOW,
    )
    return Told(
        decision=Decision(**facts | changes),
        submission=submission,
        marathon=MARATHON,
        version=VERSION,
        contact="orgkomitet@example.ru",
        now=NOW,
    )


POLICY = DecisionPolicy(version=2)
VERSION = PolicyVersion(
    id="v",
    marathon_id="m",
    number=2,
    policy=POLICY,
    made_at=NOW - timedelta(days=70),
    approved_by="chair",
    approved_at=NOW - timedelta(days=60),
)


def text(one: Told) -> str:
    found = account(one)
    parts = [*found.outcomes, *(words for part in found.sections for words in part.sentences)]
    return " ".join(parts).replace("\u00a0", " ")


def test_marks_are_anonymous_and_their_sums_add_up():
    rows = account(told()).marks

    assert [(row.expert, row.given, row.correction, row.counted) for row in rows] == [
        ("Эксперт 1", "53,3", "−10,0", "43,3"),
        ("Эксперт 2", "56,7", "+8,0", "64,7"),
        ("Эксперт 3", "60,0", "−7,5", "52,5"),
    ]


def test_account_says_score_threshold_chance_advice_and_rules():
    words = text(told())

    for said in (
        "В сборник материал не отобран.",
        "среднее учтённых оценок: 53,5 из 100. Для публикации нужно не меньше 60,0.",
        "скорее всего ниже порога: вероятность того, что он не ниже, — 12 %.",
        "не больше чем на 10 баллов",
        "представить и опубликовать — 2; доработать и прислать снова — 1.",
        "версия 2, утверждены 23 января 2026 г.",
        "напишите: orgkomitet@example.ru. Назовите номер материала: 7.",
    ):
        assert said in words


def test_fragile_decision_tells_what_would_have_turned_it_by_number():
    trace = DecisionTrace(
        marks=MARKS,
        policy=POLICY,
        flips=(Flip(expert="y", change=19.6, outcome=Publication.COUNCIL),),
        level_flips=(
            LevelFlip(
                expert="z",
                criterion="method",
                title="Методическая проработанность",
                before=1,
                after=2,
                score=61.0,
            ),
        ),
    )
    words = text(told(trace, reasons=(Reason.BELOW_THRESHOLD, Reason.ONE_REVIEW_DECIDES)))

    assert "если бы эксперт 2 поставил оценку хотя бы на 19,6 балла выше." in words
    assert (
        "если бы эксперт 1 поставил на один уровень выше по критерию "
        "«Методическая проработанность»: 2 вместо 1." in words
    )


def test_neighbours_in_the_live_programme_are_never_mentioned():
    refusal = Refusal(id="s", reason=Reason.LIVE_TRACK_FULL, displaced=("чужая-работа",), loss=23.9)
    trace = DecisionTrace(marks=MARKS, policy=POLICY, refusal=refusal)
    words = text(told(trace, reasons=(Reason.ABOVE_THRESHOLD, Reason.LIVE_TRACK_FULL)))

    assert "Очные места направления заняты" in words
    assert "чужая" not in words
    assert "23,9" not in words


def test_failed_gate_is_the_first_reason():
    trace = DecisionTrace(marks=MARKS, policy=POLICY, veto=("Не пройдена проверка «Оформление».",))
    grounds = next(
        part
        for part in account(told(trace, reasons=(Reason.VETO,))).sections
        if part.title == "Почему такое решение о публикации"
    )

    assert grounds.sentences[0] == "Не пройдена проверка «Оформление»."
    assert "баллы не учитываются" in grounds.sentences[1]


@pytest.mark.parametrize(
    ("council", "proposed", "title", "said"),
    [
        (True, "council", "Что решил совет", "решить было нельзя, поэтому вопрос передали совету"),
        (True, "no", "Что решил совет", "не публиковать; не приглашать к выступлению"),
        (False, "council", "Что изменил человек", "передать вопрос совету; не приглашать"),
        (False, "no", "Что изменил человек", "не публиковать; не приглашать к выступлению"),
    ],
)
def test_word_of_the_council_or_a_person_stands_beside_what_the_marks_said(
    council, proposed, title, said
):
    override = Override(
        by="p",
        at=NOW,
        reason="Решение совета, протокол № 3: «За» – 8, «Против» – 1, «Воздержались» – 0",
        council=council,
        proposed=Proposal(
            outcome=proposed, publication=False, live=False, revise=proposed == "council"
        ),
    )
    one = told(
        DecisionTrace(marks=MARKS, policy=POLICY, override=override),
        publication=True,
        outcome="yes",
        overridden_by="p",
    )
    section = next(part for part in account(one).sections if part.title == title)

    assert said in section.sentences[0]
    assert "протокол № 3: «За» – 8" in section.sentences[1]
    assert ("принято иначе" in section.sentences[1]) is not council


@pytest.mark.parametrize(
    "reason", [Reason.BORDERLINE, Reason.REVIEWS_EXHAUSTED, Reason.REVIEWS_CLOSED]
)
def test_marks_under_a_word_of_people_ask_for_nothing_any_more(reason):
    override = Override(
        by="p",
        at=NOW,
        reason="Практика редкая, решено опубликовать.",
        proposed=Proposal(outcome="extra_review", publication=False, live=False),
    )
    trace = DecisionTrace(marks=MARKS, policy=POLICY, override=override)
    one = told(trace, publication=True, outcome="yes", overridden_by="p", reasons=(reason.value,))
    titles = [part.title for part in account(one).sections]

    assert "Что показали оценки" in titles
    assert "Почему такое решение о публикации" not in titles
    assert "недостаточно, чтобы решить уверенно." in text(one)
    for stale in ("нужна дополнительная экспертиза", "решает совет"):
        assert stale not in text(one)


@pytest.mark.parametrize(
    ("outcome", "status", "awaited"),
    [
        ("council", SubmissionStatus.REVIEWED, "Решение за советом: он ещё не голосовал."),
        ("extra_review", SubmissionStatus.REVIEWED, "нужна ещё одна экспертиза"),
        ("yes", SubmissionStatus.IN_REVIEW, "Ещё одна экспертиза запрошена"),
    ],
)
def test_undecided_work_says_what_is_awaited_and_foretells_nothing(outcome, status, awaited):
    one = told(
        outcome=outcome,
        status=status,
        revise=True,
        decision_status=DecisionStatus.PROPOSED,
        reasons=(Reason.BORDERLINE.value, Reason.LIVE_BELOW_FLOOR.value),
    )
    shown = account(one)

    assert shown.outcomes[0] == "Решения ещё нет."
    assert awaited in shown.outcomes[1]
    assert [part.title for part in shown.sections] == [
        "Как посчитан балл",
        "Почему решения ещё нет",
        "По каким правилам",
    ]
    for foretold in ("не отобран", "следующий марафон", "доработать и прислать снова."):
        assert foretold not in " ".join(shown.outcomes) + " ".join(shown.sections[-1].sentences)


def test_revision_says_until_when():
    one = told(revise=True, status=SubmissionStatus.REVISING)

    assert text(one).startswith("Материал предлагается доработать и прислать снова.")
    assert "Успейте до 26 марта 2026 г. (осталось 2 дня)" in text(one)


@pytest.mark.parametrize(
    ("left", "said"),
    [
        (timedelta(hours=3), "сегодня последний день"),
        (timedelta(hours=20), "остался 1 день"),
        (timedelta(days=5), "осталось 5 дней"),
        (timedelta(days=21), "остался 21 день"),
    ],
)
def test_days_left_are_counted_by_the_calendar(left, said):
    one = told(revise=True, status=SubmissionStatus.REVISING)
    marathon = one.marathon.model_copy(update={"reviews_until": NOW + left})

    assert f"({said})" in text(replace(one, marathon=marathon))


def test_decision_kept_before_traces_still_has_an_account():
    one = told(DecisionTrace(), explanation="Две экспертизы из трёх выше порога.", reasons=())

    assert "Две экспертизы из трёх выше порога." in text(one)
    assert account(one).marks == ()


def test_author_who_asked_for_publication_only_is_told_so():
    one = told(reasons=(Reason.BELOW_THRESHOLD, Reason.LIVE_UNAVAILABLE))
    only = Told(
        decision=one.decision,
        submission=one.submission.model_copy(update={"publication_only": True}),
        marathon=one.marathon,
        version=None,
        contact="",
        now=NOW,
    )

    assert "рассматривали только для сборника" in text(only)
    assert "Автор не может выступить очно" not in text(only)
