"""Every address about decisions, rules, screening and common rounds, for everybody: open, or absent.

What a person may not see answers as what does not exist, and names nobody to anybody but organisers.
"""

from datetime import timedelta

import builders
import pytest

from flows.decision import operations, screening_operations, trials
from flows.decision.screening.screening import screen
from review_api.pages.organise.desk import OWN_WORK
from schemas.decision import DecisionStatus
from schemas.decision_policy import Change, TrialOutcome
from schemas.marathon import DecisionPolicy, Phase
from schemas.people import Role
from schemas.rubric import DEFAULT
from schemas.submission import SubmissionStatus

EXPERTS = ("Жаворонкова Эмма Юрьевна", "Щеглов Юлий Эрастович", "Чибисов Яков Эмильевич")
ORGANISERS = frozenset({"organiser", "administrator"})
COUNCIL = frozenset({"chair", "secretary"})
AUTHORS = frozenset({"owner", "co-author", "chair who wrote it"})
VISITORS = (
    *sorted(ORGANISERS | COUNCIL | AUTHORS),
    "stranger",
    "coordinator",
    "expert of the work",
    "expert of none",
    "chair who scores it",
)
CHAIRS = frozenset({"chair who wrote it", "chair who scores it"})
EVERYBODY = frozenset(VISITORS)
NOBODY = frozenset()
ALL_COUNCIL = ORGANISERS | COUNCIL | CHAIRS
MISSING = "00000000-0000-7000-8000-000000000000"

READING = {
    "/organise/{m}/policy": ORGANISERS,
    "/organise/{m}/policy?like={t}": ORGANISERS,
    "/organise/{m}/policy/trials/{t}": ALL_COUNCIL,
    "/organise/{m}/policy/trials/{t}/progress": ALL_COUNCIL,
    "/organise/{m}/decisions": ALL_COUNCIL,
    "/organise/{m}/decisions?export=csv": ALL_COUNCIL,
    "/organise/{m}/decisions?export=xlsx": ALL_COUNCIL,
    "/organise/{m}/decisions/{d}": ORGANISERS | COUNCIL,
    "/organise/{m}/screening": ORGANISERS,
    "/organise/{m}/screening?export=csv": ORGANISERS,
    "/organise/{m}/common-round": ORGANISERS,
    "/council/policy/{m}": ALL_COUNCIL,
    "/my/{s}/decision": NOBODY,
    "/my/{s}/decision.pdf": NOBODY,
    "/my/{f}/decision": AUTHORS,
    "/my/{f}/decision.pdf": AUTHORS,
    "/marathons/{m}/rules": EVERYBODY,
    "/marathons/{p}/rules": ALL_COUNCIL,
    "/api/v1/marathons/{m}/policy": EVERYBODY,
    "/api/v1/marathons/{p}/policy": ALL_COUNCIL,
    "/api/v1/marathons/{m}/policy/versions": ALL_COUNCIL,
    "/api/v1/marathons/{m}/policy/trials/{t}": ALL_COUNCIL,
    "/api/v1/marathons/{p}/policy/trials/{u}": ALL_COUNCIL,
    "/api/v1/marathons/{m}/decisions": EVERYBODY,
    "/api/v1/submissions/{s}/decision": NOBODY,
    "/api/v1/submissions/{f}/decision": AUTHORS,
}
WRITING = {
    "/organise/{m}/policy": ORGANISERS,
    "/organise/{m}/policy/reading": ORGANISERS,
    "/organise/{m}/policy/trials/{t}/adopt": ORGANISERS,
    "/organise/{m}/decisions/confirm": ALL_COUNCIL - {"secretary"},
    "/organise/{m}/decisions/thresholds": ORGANISERS,
    "/organise/{m}/decisions/extra": ORGANISERS,
    "/organise/{m}/decisions/{d}": ORGANISERS | {"chair"},
    "/organise/{m}/decisions/{d}/names": ORGANISERS | {"chair"},
    "/organise/{m}/decisions/{d}/proposal": ORGANISERS | {"chair"},
    "/organise/{m}/decisions/{d}/extra": ORGANISERS,
    "/organise/{m}/decisions/{d}/council": ORGANISERS,
    "/organise/{m}/works/{s}/close": ORGANISERS,
    "/organise/{m}/screening/extra": ORGANISERS,
    "/organise/{m}/common-round": ORGANISERS,
    "/organise/{m}/common-round/remind": ORGANISERS,
    "/organise/{m}/common-round/close": ORGANISERS,
    "/council/policy/{m}": CHAIRS | {"chair", "administrator"},
}
CALLING = {
    "/api/v1/marathons/{m}/policy/approve": ({"version": 1}, CHAIRS | {"chair", "administrator"}),
    "/api/v1/marathons/{m}/policy/trials": ({}, ORGANISERS),
    "/api/v1/marathons/{m}/decisions/{d}/extra-review": (None, ORGANISERS),
    "/api/v1/marathons/{m}/decisions/confirm": (
        {"decisions": ["{d}"]},
        ORGANISERS | {"chair"},
    ),
}


@pytest.fixture
def season(installation, now):
    """A proposed decision with one more review awaited, a final one, trials, a screening."""
    with installation.begin() as work:
        facts = {"reviews_until": now + timedelta(days=30)}
        one = builders.a_marathon(work, phase=Phase.DECISION, **facts)
        hidden = builders.a_marathon(work, title="Будущий марафон", **facts)
        home, *others = builders.members(work, work.clusters.only())
        people = {name: builders.a_person(work, "Соавторова Ия Юрьевна") for name in AUTHORS}
        people["chair who scores it"] = builders.a_person(work, EXPERTS[2])
        authors = tuple(builders.an_author(person, home) for person in people.values())[:3]
        written = {"owner_id": people["owner"].id, "authors": authors}
        open_, final = (
            builders.a_submission(work, one, home, status=SubmissionStatus.REVIEWED, **written)
            for _ in range(2)
        )
        experts = [
            builders.an_expert(work, place, person_id=builders.a_person(work, name).id)
            for place, name in zip(others, EXPERTS[:2], strict=False)
        ]
        for number, expert in enumerate(experts):
            draft = builders.a_full_draft(DEFAULT, share=0.6 + 0.3 * number)
            for submission in (open_, final):
                builders.a_sent_review(work, submission, expert, score=61.0 + number, draft=draft)
        judge = builders.an_expert(work, others[2], person_id=people["chair who scores it"].id)
        builders.an_assignment(work, open_, judge)
        people["expert of the work"] = work.people.get(experts[0].person_id)
        people["expert of none"] = work.people.get(builders.an_expert(work, others[0]).person_id)
        builders.proposed_decisions(work, one.id)
        decisions = {d.submission_id: d for d in work.decisions.of_marathon(one.id)}
        told = decisions[final.id].model_copy(
            update={"outcome": "yes", "publication": True, "live": False}
        )
        settled = work.decisions.save(told)
        operations.confirm(work, [settled.id], by=builders.SYSTEM, now=now)
        tried = [a_trial(work, marathon, one, open_, now) for marathon in (one, hidden)]
        report = screen(*screening_operations.gather(work, one.id))
        screening_operations.keep(work, one.id, report, now=now)
    ids = {"m": one.id, "p": hidden.id, "s": open_.id, "f": final.id}
    ids |= {"d": decisions[open_.id].id, "t": tried[0].id, "u": tried[1].id}
    return ids, people, [*experts, judge]


def a_trial(work, marathon, source, submission, now):
    trial, _ = trials.request(
        work, marathon.id, DecisionPolicy(), source_id=source.id, by=builders.SYSTEM, now=now
    )
    change = Change(
        submission_id=submission.id, before="yes", after="no", live_before=True, live_after=False
    )
    return trials.keep(work, trial.id, TrialOutcome(changes=(change,)), now=now)


GRANTED = {
    "organiser": Role.ORGANISER,
    "administrator": Role.ADMINISTRATOR,
    "chair": Role.CHAIR,
    "secretary": Role.SECRETARY,
    "chair who wrote it": Role.CHAIR,
    "chair who scores it": Role.CHAIR,
}


@pytest.fixture
def browsers(installation, season, signed_in):
    _, people, _ = season
    with installation.begin() as work:
        known = {
            name: people.get(name) or builders.a_person(work, "Посторонняя Ия Ильинична")
            for name in VISITORS
        }
        for name, role in GRANTED.items():
            work.roles.give(known[name].id, role)
        home = work.municipalities.all()[0]
        work.roles.give(
            known["coordinator"].id, Role.COORDINATOR, scope="municipality", scope_id=home.id
        )
    return {name: signed_in(person) for name, person in known.items()}


def asked(browser, method, address, ids, body=None):
    if body is None:
        return browser.request(method, address.format(**ids))
    filled = {
        key: [one.format(**ids) for one in value] if isinstance(value, list) else value
        for key, value in body.items()
    }
    return browser.request(method, address.format(**ids), json=filled)


def plain(answer, ids):
    """The body without what the asker has typed into the address."""
    text = answer.text
    for identifier in {*ids.values(), MISSING}:
        text = text.replace(identifier, "-")
    return text


def test_pages_and_answers_open_for_whom_they_are_meant(season, browsers, client):
    ids, _, experts = season
    absent = dict.fromkeys(ids, MISSING)
    first, second = (full.split()[0] for full in EXPERTS[:2])
    for address, meant in READING.items():
        for name, browser in browsers.items():
            answer = asked(browser, "get", address, ids)
            assert answer.status_code == (200 if name in meant else 404), (address, name)
            if answer.status_code == 404:
                missing = asked(browser, "get", address, absent)
                assert plain(missing, absent) == plain(answer, ids), (address, name)
            if name not in ORGANISERS:
                own = {first} if name == "expert of the work" else set()
                for secret in {first, second, *(expert.id for expert in experts)} - own:
                    assert secret not in answer.text, (address, name, secret)
        if "/rules" not in address:
            assert asked(client, "get", address, ids).status_code in {303, 401}, address


def test_forms_exist_for_whom_they_are_meant(season, browsers, client):
    ids, _, _ = season
    absent = dict.fromkeys(ids, MISSING)
    for address, meant in WRITING.items():
        assert client.post(address.format(**ids)).status_code == 303, address
        for name in sorted(EVERYBODY - meant):
            answer = browsers[name].post(address.format(**ids))
            missing = browsers[name].post(address.format(**absent))
            assert answer.status_code == missing.status_code == 404, (address, name)
            assert plain(answer, ids) == plain(missing, absent)
        for name in sorted(meant):
            form = {"decision": ids["d"]} if "screening" in address else {}
            status = browsers[name].post(address.format(**ids), data=form).status_code
            assert status in {200, 303, 409, 422}, (address, name, status)


def test_calls_exist_for_whom_they_are_meant(season, browsers, client):
    ids, _, _ = season
    for address, (body, meant) in CALLING.items():
        assert asked(client, "post", address, ids, body).status_code == 401, address
        for name, browser in browsers.items():
            answer = asked(browser, "post", address, ids, body)
            opened = {200, 202, 409} if name in meant else {404}
            assert answer.status_code in opened, (address, name, answer.text)


def test_council_never_learns_of_own_works_nor_of_those_it_scores(season, browsers, installation):
    ids, _, _ = season
    with installation.begin(read_only=True) as work:
        title = work.submissions.get(ids["s"]).title
    for address in (
        "/organise/{m}/decisions",
        "/organise/{m}/decisions?export=csv",
        "/organise/{m}/policy/trials/{t}",
        "/council/policy/{m}",
    ):
        assert title in asked(browsers["chair"], "get", address, ids).text, address
        for name in CHAIRS:
            page = asked(browsers[name], "get", address, ids).text
            assert title not in page.replace(f"{title} — {OWN_WORK}", ""), (address, name)
    for name in CHAIRS:
        for address in (
            "/api/v1/marathons/{m}/policy/trials/{t}",
            "/api/v1/marathons/{m}/decisions",
        ):
            assert ids["s"] not in asked(browsers[name], "get", address, ids).text


def test_everybody_reads_marks_by_number_and_organisers_programs_by_code(season, browsers):
    ids, _, experts = season
    for name in ("chair", "organiser", "administrator"):
        page = asked(browsers[name], "get", "/organise/{m}/decisions/{d}", ids).text
        assert "Эксперт 1" in page
        assert "Жаворонкова" not in page
    listed = asked(browsers["chair"], "get", "/api/v1/marathons/{m}/decisions", ids).json()
    marks = [mark for one in listed["items"] for mark in one["trace"]["marks"]]
    assert {mark["expert"] for mark in marks} == {"1", "2"}
    assert (
        experts[0].id
        in asked(browsers["organiser"], "get", "/api/v1/marathons/{m}/decisions", ids).text
    )


def test_council_member_cannot_make_an_own_work_final(season, browsers, installation):
    ids, _, _ = season
    with installation.begin(read_only=True) as work:
        version = work.decisions.get(ids["d"]).version
    form = {"decision": f"{ids['d']}:{version}"}
    for name in CHAIRS:
        answer = browsers[name].post(f"/organise/{ids['m']}/decisions/confirm", data=form)
        assert answer.status_code == 404
    with installation.begin(read_only=True) as work:
        assert work.decisions.get(ids["d"]).status is DecisionStatus.PROPOSED
