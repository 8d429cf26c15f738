"""The rules of decision as organisers edit and try them, the chair approves and everybody reads."""

import html
import re

import pytest

from flows.decision import operations, trials
from flows.marathons import policy
from schemas.marathon import Phase
from schemas.people import Role
from schemas.submission import SubmissionStatus
from tests import builders

FORM = {
    "publication_threshold": "62,5",
    "live_floor": "75",
    "high": "80",
    "low": "20",
    "mode": "off",
    "max_reviews": "4",
    "max_correction": "10",
    "min_likelihood_ratio": "2,71",
    "recommendation_bonus": "5",
    "max_live_per_municipality": "",
    "min_live_per_municipality": "0",
}


def with_role(installation, signed_in, role, name="Орлова Нина Петровна"):
    with installation.begin() as work:
        person = builders.a_person(work, name)
        work.roles.give(person.id, role)
    return signed_in(person)


@pytest.fixture
def browser(installation, signed_in):
    return with_role(installation, signed_in, Role.ORGANISER)


@pytest.fixture
def chair(installation, signed_in):
    return with_role(installation, signed_in, Role.CHAIR, "Главина Зоя Юрьевна")


@pytest.fixture
def marathon(installation):
    with installation.begin() as work:
        return builders.a_marathon(work)


@pytest.fixture
def reviewed(installation, marathon):
    """Two works with marks of three experts each: one of 92, one of 66 points."""
    with installation.begin() as work:
        home, *others = builders.members(work, work.clusters.only())
        experts = [builders.an_expert(work, other) for other in others]
        works = []
        for score in (92.0, 66.0):
            one = builders.a_submission(work, marathon, home, status=SubmissionStatus.REVIEWED)
            for expert in experts:
                builders.a_sent_review(work, one, expert, score=score)
            works.append(one)
        return works


def address(marathon, rest=""):
    return f"/organise/{marathon.id}/policy{rest}"


def stored(installation, marathon):
    with installation.begin(read_only=True) as work:
        return work.marathons.get(marathon.id)


def make_trials(installation, marathon, now):
    """What the flow does."""
    with installation.begin() as work:
        for asked in work.policy_trials.requested(marathon.id):
            outcome = trials.answer(trials.pose(work, asked))
            trials.keep(work, asked.id, outcome, now=now)


@pytest.mark.parametrize("role", [None, Role.CHAIR, Role.SECRETARY, Role.COORDINATOR])
def test_only_organisers_edit_the_rules(installation, signed_in, marathon, role):
    with installation.begin() as work:
        person = builders.a_person(work)
        if role:
            work.roles.give(person.id, role)
    other = signed_in(person)

    assert other.get(address(marathon)).status_code == 404
    assert other.post(address(marathon), data=FORM).status_code == 404
    assert other.post(address(marathon, "/reading"), data=FORM).status_code == 404


def test_saved_rules_are_a_new_version_that_waits_for_approval(installation, browser, marathon):
    form = FORM | {"version": "1", "act": "save", "mode": "gentle"}

    answer = browser.post(address(marathon), data=form)

    assert answer.status_code == 303
    rules = stored(installation, marathon).decision
    assert (rules.version, rules.publication_threshold, rules.live_floor) == (2, 62.5, 75)
    assert (rules.adaptive, rules.low, rules.high) == (True, 0.3, 0.7)
    page = browser.get(address(marathon)).text
    assert "Порог публикации: 60 → 62,5" in page
    assert "председатель совета её ещё не утвердил" in page


def test_every_mistake_is_told_at_once_and_what_was_typed_stays(installation, browser, marathon):
    form = FORM | {
        "publication_threshold": "много",
        "max_reviews": "0",
        "low": "90",
        "min_live_per_municipality": "3",
        "max_live_per_municipality": "1",
        "mode": "",
    }

    answer = browser.post(address(marathon), data=form | {"version": "1", "act": "save"})

    assert answer.status_code == 422
    for sentence in (
        "Порог публикации: нужно число, например 62,5",
        "допустимо не меньше 1",
        "нижняя граница должна быть меньше верхней",
        "от муниципалитета меньше наименьшего",
        "Выберите, назначать ли",
    ):
        assert sentence in answer.text
    assert 'value="много"' in answer.text
    assert 'value="90"' in answer.text
    assert stored(installation, marathon).decision.version == 1


def test_reading_names_the_field_that_is_wrong(browser, marathon):
    form = FORM | {"max_correction": "", "max_reviews": "три"}

    page = browser.post(address(marathon, "/reading"), data=form).text

    assert "Наибольшая поправка на строгость: заполните это поле." in page
    assert "Экспертиз на работу не больше: нужно целое число" in page


def test_preset_fills_the_bounds_whatever_they_held(installation, browser, marathon):
    form = FORM | {"mode": "gentle", "low": "", "high": "много", "live_floor": "?"}

    page = browser.post(address(marathon), data=form | {"version": "1", "act": "save"}).text

    assert re.search(r'id="low"[^>]*value="30"', page)
    assert re.search(r'id="high"[^>]*value="70"', page)
    browser.post(address(marathon), data=form | {"live_floor": "75", "version": "1", "act": "save"})
    history = html.unescape(browser.get(address(marathon)).text)
    assert "Уверенное «да», вероятность не меньше: 80\u00a0% → 70\u00a0%" in history


@pytest.mark.parametrize(
    ("page", "section"),
    [
        ("policy", "decisions"),
        ("screening", "decisions"),
        ("decisions", "decisions"),
        ("common-round", "assignment"),
        ("", ""),
    ],
)
def test_menu_marks_the_section_a_page_stands_in(browser, marathon, page, section):
    here = f"/organise/{marathon.id}"
    found = browser.get(f"{here}/{page}".rstrip("/")).text

    menu = found.partition('class="section-nav"')[2].partition("</nav>")[0]
    marked = re.findall(r'href="([^"]+)" aria-current="page"', menu)
    assert marked == [f"{here}/{section}".rstrip("/")]


@pytest.mark.parametrize("typed", ["nan", "1e999", "-5", "٣", "9" * 400, ""])
def test_no_strange_number_becomes_a_rule(installation, browser, marathon, typed):
    for field in ("publication_threshold", "min_likelihood_ratio", "max_reviews", "low"):
        form = FORM | {field: typed, "version": "1", "act": "save"}
        answer = browser.post(address(marathon), data=form)
        assert answer.status_code == 422 or (typed == "٣" and field != "max_reviews"), field
        if answer.status_code == 303:
            return
    assert stored(installation, marathon).decision.version == 1


def test_rules_changed_by_somebody_else_meanwhile_are_not_overwritten(
    installation, browser, marathon
):
    browser.post(address(marathon), data=FORM | {"version": "1", "act": "save"})

    late = FORM | {"version": "1", "act": "save", "live_floor": "88"}
    answer = browser.post(address(marathon), data=late)

    assert answer.status_code == 422
    assert "Кто-то уже изменил эти данные" in answer.text
    assert 'value="88"' in answer.text
    assert stored(installation, marathon).decision.live_floor == 75


def test_rules_are_read_aloud_while_they_are_typed(browser, marathon):
    read = browser.post(address(marathon, "/reading"), data=FORM | {"mode": "thorough"})
    assert "Работу публикуют, если её балл не ниже 62,5" in read.text
    assert "система сама назначает ещё одну экспертизу" in read.text

    wrong = browser.post(address(marathon, "/reading"), data=FORM | {"live_floor": "300"})
    assert "Правила пока не складываются" in wrong.text
    assert "допустимо от 0 до 100, а указано 300" in wrong.text


def test_trial_shows_what_would_change_and_changes_nothing(
    installation, browser, marathon, reviewed, now
):
    form = FORM | {"publication_threshold": "80", "act": "try", "source": marathon.id}

    asked = browser.post(address(marathon), data=form)

    place = asked.headers["location"]
    assert "Правила примеряются" in browser.get(place).text
    make_trials(installation, marathon, now)
    page = browser.get(place).text
    assert reviewed[1].title in page
    assert "Порог публикации" in page
    assert "Принять эти правила" in page
    assert stored(installation, marathon).decision.version == 1
    with installation.begin(read_only=True) as work:
        assert work.decisions.count() == 0
    progress = browser.get(f"{place}/progress")
    assert progress.headers["hx-refresh"] == "true"


def test_accepted_trial_becomes_the_next_version(installation, browser, marathon, reviewed, now):
    form = FORM | {"act": "try", "source": marathon.id}
    place = browser.post(address(marathon), data=form).headers["location"]
    make_trials(installation, marathon, now)

    assert browser.post(f"{place}/adopt", data={"version": "1"}).status_code == 303

    rules = stored(installation, marathon).decision
    assert (rules.version, rules.publication_threshold, rules.frozen_at) == (2, 62.5, None)
    assert "Эти правила уже действуют" in browser.get(place).text


def test_trial_of_another_marathon_is_not_shown_here(
    installation, browser, marathon, reviewed, now
):
    form = FORM | {"act": "try", "source": marathon.id}
    trial = browser.post(address(marathon), data=form).headers["location"].rsplit("/", 1)[-1]
    with installation.begin() as work:
        other = builders.a_marathon(work, title="Другой марафон")

    assert browser.get(address(other, f"/trials/{trial}")).status_code == 404
    assert browser.post(address(other, f"/trials/{trial}/adopt")).status_code == 404


def test_source_without_reviews_is_refused_in_words(browser, marathon, reviewed):
    form = FORM | {"act": "try", "source": "nothing"}
    answer = browser.post(address(marathon), data=form)
    assert answer.status_code == 422
    assert "где уже есть работы с законченной экспертизой" in answer.text


def test_chair_reads_what_changed_since_the_approved_version_and_approves(
    installation, browser, chair, marathon, reviewed, now
):
    chair.post(f"/council/policy/{marathon.id}", data={"version": "1"})
    current = stored(installation, marathon).version
    browser.post(address(marathon), data=FORM | {"version": str(current), "act": "save"})

    page = chair.get(f"/council/policy/{marathon.id}").text
    assert "Что изменилось после утверждённой версии 1" in page
    assert "62,5" in page
    assert "Утвердить и заморозить" in page
    answer = chair.post(f"/council/policy/{marathon.id}", data={"version": "2"})

    assert answer.status_code == 303
    assert stored(installation, marathon).decision.frozen_at == now
    assert "Утвердить и заморозить" not in chair.get(f"/council/policy/{marathon.id}").text


def test_chair_sees_the_trial_of_the_rules(installation, browser, chair, marathon, reviewed, now):
    form = FORM | {"publication_threshold": "80", "act": "try", "source": marathon.id}
    place = browser.post(address(marathon), data=form).headers["location"]
    make_trials(installation, marathon, now)

    page = chair.get(f"/council/policy/{marathon.id}").text

    assert "Примерены были другие правила" in page
    assert reviewed[1].title in page
    assert "Принять эти правила" not in chair.get(place).text


def test_version_that_was_not_read_is_not_approved(installation, browser, chair, marathon):
    browser.post(address(marathon), data=FORM | {"version": "1", "act": "save"})

    answer = chair.post(f"/council/policy/{marathon.id}", data={"version": "1"})

    assert "Правила изменились, пока вы их читали" in chair.get(answer.headers["location"]).text
    assert stored(installation, marathon).decision.frozen_at is None


@pytest.mark.parametrize("role", [Role.ORGANISER, Role.SECRETARY])
def test_nobody_but_the_chair_and_administrators_approves(installation, signed_in, marathon, role):
    other = with_role(installation, signed_in, role)

    assert "Утвердить и заморозить" not in other.get(f"/council/policy/{marathon.id}").text
    assert other.post(f"/council/policy/{marathon.id}").status_code == 404


def test_dashboard_says_that_nobody_has_approved_the_rules(installation, browser, chair, marathon):
    assert (
        "Правила отбора не утверждены председателем" in browser.get(f"/organise/{marathon.id}").text
    )

    chair.post(f"/council/policy/{marathon.id}", data={"version": "1"})

    assert "не утвержден" not in browser.get(f"/organise/{marathon.id}").text


def test_change_after_opening_is_visible_in_the_history(installation, browser, now):
    with installation.begin() as work:
        opened = builders.a_marathon(work, phase=Phase.PREPARATION)
        by = builders.SYSTEM
        work.marathons.move(opened, to=Phase.INTAKE, by=by, now=opened.opens_at)
    form = FORM | {"version": str(stored(installation, opened).version), "act": "save"}

    assert browser.post(address(opened), data=form).status_code == 303

    assert "изменено после открытия приёма" in browser.get(address(opened)).text


def test_frozen_rules_can_be_tried_but_not_saved(
    installation, browser, chair, marathon, reviewed, now
):
    with installation.begin() as work:
        policy.approve(work, marathon.id, by=builders.SYSTEM, now=now)
        found = work.marathons.get(marathon.id)
        work.marathons.save(found.model_copy(update={"phase": Phase.DECISION}))
    version = str(stored(installation, marathon).version)

    page = browser.get(address(marathon)).text
    assert "Сохранить правила" not in page
    assert "Примерить на настоящих оценках" in page
    answer = browser.post(address(marathon), data=FORM | {"version": version, "act": "save"})
    assert answer.status_code == 422
    assert "уже действуют" in answer.text


def test_everybody_reads_the_rules_with_their_version(installation, client, marathon, now):
    assert client.get(f"/marathons/{marathon.id}/rules").status_code == 404
    with installation.begin() as work:
        policy.approve(work, marathon.id, by=builders.SYSTEM, now=now)
        found = work.marathons.get(marathon.id)
        work.marathons.save(found.model_copy(update={"phase": Phase.INTAKE}))

    page = client.get(f"/marathons/{marathon.id}/rules").text

    assert "Версия 1, утверждена 24 марта 2026" in page
    assert "Работу публикуют, если её балл не ниже 60 из 100" in page
    assert "rules" in client.get(f"/marathons/{marathon.id}").text


def test_rules_frozen_by_use_say_so(installation, client, browser, marathon, reviewed, now):
    with installation.begin() as work:
        found = work.marathons.get(marathon.id)
        work.marathons.save(found.model_copy(update={"phase": Phase.DECISION}))
        made = builders.proposed_decisions(work, marathon.id, now=now)
        ready = [one.id for one in made if one.outcome in ("yes", "no")]
        operations.confirm(work, ready, by=builders.SYSTEM, now=now)

    assert "заморожена первым применением" in client.get(f"/marathons/{marathon.id}/rules").text
    assert "заморожена первым применением" in browser.get(address(marathon)).text


def test_next_years_marathon_begins_with_the_same_rules_unapproved(
    installation, browser, marathon, now
):
    with installation.begin() as work:
        rules = marathon.decision.model_copy(update={"adaptive": True, "low": 0.3, "high": 0.7})
        policy.adopt(work, marathon.id, rules, by=builders.SYSTEM, now=now)
        policy.approve(work, marathon.id, by=builders.SYSTEM, now=now)
    answer = browser.post("/organise/new", data={"title": "Марафон", "like": marathon.id})

    assert answer.status_code == 303, answer.text
    with installation.begin(read_only=True) as work:
        made = work.marathons.get(answer.headers["location"].split("/")[2]).decision
    assert (made.adaptive, made.low, made.high) == (True, 0.3, 0.7)
    assert (made.version, made.frozen_at) == (1, None)


def test_defaults_kept_in_preparation_are_a_finished_step_that_leads_on(installation, browser):
    with installation.begin() as work:
        fresh = builders.a_marathon(work, phase=Phase.PREPARATION, title="Новый марафон")
    page = browser.get(address(fresh)).text
    kept = dict(re.findall(r'id="([a-z_]+)" name="\1" type="text"[^>]*value="([^"]*)"', page))
    form = FORM | {"publication_threshold": "60", "live_floor": "70"} | kept

    answer = browser.post(address(fresh), data=form | {"version": "1", "act": "save"})

    assert answer.headers["location"].endswith("/setup/texts")
    assert stored(installation, fresh).decision == fresh.decision
    tasks = browser.get(f"/organise/{fresh.id}/setup").text
    assert "Сохранены; ждут утверждения председателем совета." in tasks
