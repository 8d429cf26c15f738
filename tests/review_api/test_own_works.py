"""An organiser, chair or administrator who wrote a work sees of it what an author sees, everywhere.

The matrix is made from the application's own routes: every address that can be opened with ids of
the marathon is opened by the author, and none may hold the secrets of the author's work.
"""

import re
from datetime import timedelta

import builders
import deciding_rows
import pytest

from flows.assignment import operations as assignment
from review_api.routes import API_ROUTERS, PAGE_ROUTERS
from schemas.assignment import AssignmentStatus, PlanStatus
from schemas.conflict import ConflictSource, Suspicion
from schemas.decision import DecisionStatus
from schemas.decision_trace import DecisionTrace, TracedMark
from schemas.marathon import Phase
from schemas.outbox import Notice, NoticeStatus
from schemas.people import Actor, Role
from schemas.question import Question
from schemas.review import ReviewDraft
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

COMMENT, NOTE = "Тайныйотзыв автору", "Тайнаязаметка организаторам"
WHY, EVIDENCE, LETTER = "Тайноеобъяснение", "Тайнаяпримета", "Тайноеписьмо"
QUESTION = "Тайныйвопрос"
SECRETS = (COMMENT, NOTE, WHY, EVIDENCE, LETTER, QUESTION)
EXPERT = "Сокровеннова Яна Львовна"
# Registers of everybody name every expert; which work they read is not there.
REGISTERS = re.compile(
    r"/organise/(registry|people|search|new)|/administer/people"
    r"|/assignment/(try|plans/[^/]+/experts)|/conflicts/new"
)
ROLES = (Role.ORGANISER, Role.ADMINISTRATOR, Role.CHAIR, Role.SECRETARY)


@pytest.fixture
def season(installation, now):
    """Ids of a marathon in decision, where works[0] is the author's and holds the secrets."""
    with installation.begin() as work:
        marathon = builders.a_marathon(work, phase=Phase.DECISION)
        home, *others = builders.members(work, work.clusters.only())
        author = builders.a_person(work, "Авторова Нина Петровна")
        facts = {"status": SubmissionStatus.REVIEWED}
        own = builders.a_submission(
            work,
            marathon,
            home,
            owner_id=author.id,
            authors=(builders.an_author(author, home),),
            **facts,
        )
        builders.a_submission(work, marathon, others[0], **facts)
        person = builders.a_person(work, EXPERT)
        expert = builders.an_expert(work, others[1], person_id=person.id)
        review = builders.a_sent_review(
            work,
            own,
            expert,
            score=73.77,
            draft=ReviewDraft(comment=COMMENT, note=NOTE),
        )
        decision = builders.a_decision(
            work,
            own,
            status=DecisionStatus.PROPOSED,
            confirmed_at=None,
            explanation=WHY,
            reviews=1,
            trace=DecisionTrace(
                marks=(TracedMark(expert=expert.id, score=73.77, correction=0.0, levels={}),)
            ),
        )
        suspicion = work.suspicions.add(
            Suspicion(
                id=new_id(),
                marathon_id=marathon.id,
                submission_id=own.id,
                expert_id=expert.id,
                source=next(iter(ConflictSource)),
                evidence=EVIDENCE,
                found_at=now,
            )
        )
        notice = work.notices.add(
            Notice(
                id=new_id(),
                template="decision",
                person_id=author.id,
                marathon_id=marathon.id,
                subject_kind="decision",
                subject_id=decision.id,
                dedup_key=new_id(),
                status=NoticeStatus.FAILED,
                title=LETTER,
                body=LETTER,
                created_at=now,
            )
        )
        question = work.questions.add(
            Question(
                id=new_id(),
                marathon_id=marathon.id,
                submission_id=own.id,
                assignment_id=review.assignment_id,
                text=QUESTION,
                asked_at=now,
            )
        )
        by = Actor(person_id=person.id)
        about = {"kind": "question", "subject_id": question.id, "now": now}
        work.journal.write(by, action="question_asked", **about)
        return {
            "code": "decision",
            "question_id": question.id,
            "marathon_id": marathon.id,
            "submission_id": own.id,
            "decision_id": decision.id,
            "assignment_id": review.assignment_id,
            "expert_id": expert.id,
            "notice_id": notice.id,
            "person_id": person.id,
            "suspicion": suspicion.id,
            "author": author.id,
        }


def addresses(ids):
    """Every GET address whose ids are known, of the pages and of the JSON API.

    Without the mailbox of installations that have no mail server: there everybody reads all.
    """
    routes = [(one.path, one) for router in PAGE_ROUTERS for one in router.routes]
    routes += [(f"/api/v1{one.path}", one) for router in API_ROUTERS for one in router.routes]
    for path, route in routes:
        if path.startswith("/dev/") or path.endswith("/healthz"):
            continue
        names = re.findall(r"{(\w+)(?::\w+)?}", path)
        if "GET" in getattr(route, "methods", ()) and set(names) <= ids.keys():
            yield re.sub(r"{(\w+)(?::\w+)?}", lambda found: ids[found[1]], path)


def browser_of(installation, signed_in, ids, role):
    with installation.begin() as work:
        author = work.people.get(ids["author"])
        work.roles.give(author.id, role)
    return signed_in(author)


@pytest.mark.parametrize("role", ROLES)
def test_no_page_tells_an_author_with_a_role_who_judges_the_work_and_how(
    installation, signed_in, season, role
):
    browser = browser_of(installation, signed_in, season, role)
    listed = list(addresses(season))
    assert len(listed) > 60

    for address in listed:
        answer = browser.get(address)
        assert answer.status_code < 500, address
        told = [secret for secret in SECRETS if secret in answer.text]
        assert not told, (address, told)
        assert REGISTERS.search(address) or EXPERT.partition(" ")[0] not in answer.text, address
        assert "73,8" not in answer.text, address


def test_another_organiser_finds_these_secrets_on_the_very_same_pages(
    installation, signed_in, season
):
    with installation.begin() as work:
        other = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(other.id, Role.ORGANISER)
    browser = signed_in(other)

    pages = "".join(browser.get(one).text for one in addresses(season))

    assert all(secret in pages for secret in (WHY, EVIDENCE, LETTER))
    assert EXPERT in pages


def acts(ids):
    call = f"/organise/{ids['marathon_id']}"
    return (
        (f"{call}/decisions/{ids['decision_id']}", {"ruling": "both", "reason": "Так надо всем."}),
        (f"{call}/decisions/{ids['decision_id']}/extra", {}),
        (f"{call}/decisions/{ids['decision_id']}/council", {}),
        (f"{call}/decisions/confirm", {"decision": f"{ids['decision_id']}:1"}),
        (f"{call}/works/{ids['submission_id']}/close", {}),
        (f"{call}/assignments/{ids['assignment_id']}/extend", {"days": "3"}),
        (f"{call}/conflicts", {"answer": f"no:{ids['suspicion']}"}),
        (f"{call}/screening/extra", {"decision": ids["decision_id"]}),
        (f"{call}/letters/{ids['notice_id']}", {"act": "release", "title": "а", "body": "б"}),
        (f"{call}/letters/release", {"letter": ids["notice_id"]}),
        (f"{call}/questions/{ids['question_id']}/pass", {"text": "а", "version": "1"}),
        (f"/administer/letters/{ids['notice_id']}/repeat", {}),
    )


@pytest.mark.parametrize("role", ROLES)
def test_no_act_about_an_own_work_is_there(installation, signed_in, season, role):
    browser = browser_of(installation, signed_in, season, role)

    for address, form in acts(season):
        assert browser.post(address, data=form).status_code == 404, address

    with installation.begin(read_only=True) as work:
        decision = work.decisions.get(season["decision_id"])
        assert (decision.version, decision.status) == (1, DecisionStatus.PROPOSED)
        assert work.notices.get(season["notice_id"]).status is NoticeStatus.FAILED
        kept = work.assignments.get(season["assignment_id"])
        assert kept.status is AssignmentStatus.SUBMITTED


def test_own_letters_are_passed_over_when_many_are_sent(installation, signed_in, season):
    browser = browser_of(installation, signed_in, season, Role.ORGANISER)
    form = {"act": "release", "id": season["notice_id"], "sure": "yes"}

    browser.post(f"/organise/{season['marathon_id']}/bulk/letters", data=form)

    with installation.begin(read_only=True) as work:
        assert work.notices.get(season["notice_id"]).status is NoticeStatus.FAILED


def test_own_work_page_leads_to_the_authors_page(installation, signed_in, season):
    browser = browser_of(installation, signed_in, season, Role.ORGANISER)
    answer = browser.get(f"/organise/{season['marathon_id']}/works/{season['submission_id']}")

    assert answer.headers["location"] == f"/my/{season['submission_id']}"


@pytest.fixture
def plan(installation, now):
    """(marathon, plan, own work): a proposal for four works, the first of them the author's."""
    with installation.begin() as work:
        marathon = builders.a_marathon(
            work, phase=Phase.EXPERTISE, reviews_until=now + timedelta(days=30)
        )
        places = builders.members(work, work.clusters.only())
        works = [builders.a_submission(work, marathon, place) for place in places]
        for place in places:
            for _ in range(2):
                builders.an_expert(work, place, capacity=4)
        made = assignment.propose(work, marathon.id, now=now)
        return marathon, made, works[0]


def test_plan_keeps_the_row_of_an_own_work_without_its_experts(installation, signed_in, plan):
    marathon, made, own = plan
    browser = browser_of(installation, signed_in, {"author": own.owner_id}, Role.ORGANISER)
    base = f"/organise/{marathon.id}/assignment/plans/{made.id}"

    page = browser.get(base).text

    assert "ваш материал: решают другие" in page
    assert f"{base}/works/{own.id}" not in page
    assert browser.get(f"{base}/works/{own.id}").status_code == 404
    pairs = browser.get(f"{base}/files/pairs.csv").content.decode("utf-8-sig")
    assert own.title not in pairs
    assert browser.get(f"{base}/files/result.json").status_code == 403
    for further in ("/experts", "/changes", "/files/panels.csv", "/files/loads.csv"):
        assert browser.get(base + further).status_code == 200, further
    program = browser.get(f"/api/v1/marathons/{marathon.id}/plan")
    assert program.status_code != 200 or own.id not in program.text


def test_plan_with_an_own_work_is_applied_by_another_organiser(installation, signed_in, plan):
    marathon, made, own = plan
    browser = browser_of(installation, signed_in, {"author": own.owner_id}, Role.ORGANISER)
    other = browser_of(installation, signed_in, {"author": another(installation)}, Role.ORGANISER)
    base = f"/organise/{marathon.id}/assignment/plans/{made.id}"

    assert f"{base}/apply" not in browser.get(base).text
    assert browser.post(f"{base}/apply").headers["location"] == base
    assert "только другой организатор" in browser.get(base).text
    refused = browser.post(f"/api/v1/marathons/{marathon.id}/plan/apply")
    assert (refused.status_code, refused.json()["type"]) == (403, "/problems/own_work")
    assert plan_status(installation, made) is PlanStatus.PROPOSED

    assert f"{base}/apply" in other.get(base).text
    other.post(f"{base}/apply")
    assert plan_status(installation, made) is PlanStatus.APPLIED


def another(installation):
    with installation.begin() as work:
        return builders.a_person(work, "Орлова Нина Петровна").id


def plan_status(installation, made):
    with installation.begin(read_only=True) as work:
        return work.plans.get(made.id).status


def test_own_work_is_never_made_common_by_its_author(installation, signed_in, plan, now):
    marathon, _, own = plan
    browser = browser_of(installation, signed_in, {"author": own.owner_id}, Role.ORGANISER)
    address = f"/organise/{marathon.id}/common-round"

    assert f'value="{own.id}"' not in browser.get(address).text
    until = f"{now + timedelta(days=7):%Y-%m-%d}"
    answer = browser.post(address, data={"first": own.id, "until": until})

    assert answer.status_code == 422
    assert "Свой материал общим не делают" in answer.text


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.CHAIR, Role.SECRETARY])
def test_meeting_that_votes_on_an_own_work_is_closed_by_others(
    installation, signed_in, season, role
):
    with installation.begin() as work:
        marathon, own = (
            work.marathons.get(season["marathon_id"]),
            work.submissions.get(season["submission_id"]),
        )
        home, other, *_ = work.municipalities.of_cluster(marathon.cluster_id)
        meeting = work.meetings.add(deciding_rows.a_meeting(marathon, own, home, other))
    browser = browser_of(installation, signed_in, season, role)

    answer = browser.post(f"/council/{meeting.id}/close")

    assert answer.headers["location"] == f"/council/{meeting.id}"
    assert "голосование о вашем материале" in browser.get(f"/council/{meeting.id}").text
    with installation.begin(read_only=True) as work:
        assert work.meetings.get(meeting.id).closed_at is None


def test_organiser_of_one_marathon_sees_that_one_only(installation, signed_in, season):
    with installation.begin() as work:
        other = builders.a_marathon(work, title="Чужой марафон", phase=Phase.PREPARATION)
        person = builders.a_person(work, "Орлова Нина Петровна")
        work.roles.give(person.id, Role.ORGANISER, scope="marathon", scope_id=season["marathon_id"])
    browser = signed_in(person)
    everything = addresses(season | {"marathon_id": other.id})

    page = browser.get("/organise").text
    assert "Чужой марафон" not in page
    assert browser.get(f"/organise/{season['marathon_id']}").status_code == 200
    for address in everything:
        if other.id not in address:
            continue
        answer = browser.get(address)
        assert answer.status_code in {303, 404}, address
        assert "Чужой марафон" not in answer.text, address
    for address in ("/organise/new", "/organise/people", "/administer"):
        assert browser.get(address).status_code == 404, address


def test_search_journal_and_samples_of_letters_pass_over_own_works(installation, signed_in, season):
    with installation.begin() as work:
        notice = work.notices.get(season["notice_id"])
        work.notices.save(notice.model_copy(update={"title": LETTER, "address": "a@example.ru"}))
        by = Actor(person_id=season["person_id"])
        for kind in ("notice", "question"):
            identifier = season[f"{kind}_id"]
            work.journal.write(
                by, action="edited", kind=kind, subject_id=identifier, now=notice.created_at
            )
    browser = browser_of(installation, signed_in, season, Role.ORGANISER)
    call = f"/organise/{season['marathon_id']}"

    pages = [f"/organise/search?q={word}" for word in (LETTER, QUESTION, "Решение", "a@example.ru")]
    pages += [f"{call}/journal", f"{call}/letters/words/decision", f"{call}/letters"]
    for address in pages:
        answer = browser.get(address)
        assert answer.status_code < 500, address
        hidden = {*SECRETS, season["notice_id"]} - {address.partition("q=")[2]}
        told = [secret for secret in hidden if secret in answer.text]
        assert not told, (address, told)
