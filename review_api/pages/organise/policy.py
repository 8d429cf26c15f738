"""The rules of decision: the editor, their history, trials of them on real marks."""

from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from flows.decision import trials
from flows.marathons import operations
from flows.marathons import policy as policies
from flows.marathons.rules import STAGE_TITLES
from review_api import policy_form, policy_words
from review_api.access import can
from review_api.frame import Link
from review_api.pages.organise import desk
from review_api.pages.organise.assignment import newest_run
from review_api.pages.organise.desk import FormDep
from review_api.pages.organise.setup import after
from review_api.pages.visit import Text, Visit, VisitDep
from review_api.typed import whole
from schemas.decision_policy import TRIAL_STATUS_NAMES, PolicyTrial
from schemas.errors import BadInput, Conflict, NotFound
from schemas.marathon import DecisionPolicy, Marathon, Phase
from schemas.outbox import RUN_STATE_NAMES
from storage.repositories.rows import MISSING

router = APIRouter()
STEP = "policy"
TONES = {"requested": "info", "made": "good", "failed": "danger"}


def address(marathon: Marathon, trial_id: str = "") -> str:
    return desk.address(marathon, "policy") + (f"/trials/{trial_id}" if trial_id else "")


def way(visit: Visit, marathon: Marathon) -> tuple[Link, ...]:
    own = can(visit.viewer, "marathon.edit", marathon)
    return (Link(text="Правила отбора", href=way_back(marathon, own=own)),)


def way_back(marathon: Marathon, *, own: bool) -> str:
    return address(marathon) if own else f"/council/policy/{marathon.id}"


def is_closed(marathon: Marathon) -> bool:
    """Whether the rules may no longer change."""
    return bool(marathon.decision.frozen_at) and marathon.phase is not Phase.PREPARATION


@router.get("/organise/{marathon_id}/policy")
def editor(visit: VisitDep, marathon_id: str) -> Response:
    """The rules in use to be changed; ``?like=`` begins with those of a trial."""
    marathon = desk.marathon_of(visit, marathon_id)
    like = visit.request.query_params.get("like", "")
    begun = trial_of(visit, marathon, like).policy if like else marathon.decision
    return show_form(visit, marathon, policy_form.values_of(begun))


def show_form(
    visit: Visit,
    marathon: Marathon,
    values: policy_form.Values,
    errors: policy_form.Errors | None = None,
    *,
    version: str = "",
    source: str = "",
) -> Response:
    work = visit.work
    history = policies.history(work, marathon)
    made = list(reversed(work.policy_trials.of_marathon(marathon.id)))
    known = [one.version for one in history]
    people = [one.made_by for one in known] + [one.approved_by for one in known]
    return desk.show(
        visit,
        marathon,
        "organise/policy.html",
        status=422 if errors else 200,
        values=values,
        errors=errors or {},
        version=version or marathon.version,
        closed=is_closed(marathon),
        modes=policy_form.MODES,
        bounds=policy_form.bounds(),
        typed=policy_form.given(values)[0],
        standing=next(one for one in history if one.current),
        history=with_changes(history),
        trials=made,
        statuses=TRIAL_STATUS_NAMES,
        sources=[(one.id, f"{one.title}, {one.year}") for one in trials.sources(work, marathon)],
        source=source,
        names=policy_words.names(work, [*people, *(one.asked_by for one in made)]),
        titles={one.id: f"{one.title}, {one.year}" for one in work.marathons.all()},
        trial_tones=TONES,
    )


Changed = tuple[policies.Standing, list[policy_words.Difference]]


def with_changes(history: list[policies.Standing]) -> list[Changed]:
    """Every version with what it changed in the one before, the newest first."""
    earlier = [*(one.version.policy for one in history[1:]), None]
    return [
        (one, policy_words.differences(before, one.version.policy) if before else [])
        for one, before in zip(history, earlier, strict=True)
    ]


@router.post("/organise/{marathon_id}/policy")
def send(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """Save the typed rules as a new version, or try them; mistakes keep what was typed."""
    marathon = desk.marathon_of(visit, marathon_id)
    values, source = policy_form.typed(form), desk.text(form, "source")
    version = desk.text(form, "version")
    policy, errors = policy_form.given(values)
    again = {"version": version, "source": source}
    if policy is None:
        return show_form(visit, marathon, values, errors, **again)
    try:
        if desk.text(form, "act") == "try":
            return ask_trial(visit, marathon, policy, source)
        return save(visit, marathon, policy, version)
    except (BadInput, Conflict) as error:
        wrong = {getattr(error, "field", None) or "": error.sentence}
        return show_form(visit, marathon, values, wrong, **again)


def save(visit: Visit, marathon: Marathon, policy: DecisionPolicy, version: str) -> Response:
    """The typed rules from now on, unless somebody has changed the marathon since."""
    seen = whole(version) or 0
    changed = policies.adopt(
        visit.work, marathon.id, policy, version=seen, by=visit.actor, now=visit.now
    )
    if changed.phase is Phase.PREPARATION:
        return step_done(visit, changed)
    if changed.decision == marathon.decision:
        return visit.leave(address(marathon), "Правила те же: менять нечего.", kind="info")
    sentence = "Правила сохранены новой версией. Её должен утвердить председатель совета."
    return visit.leave(address(marathon), sentence)


def step_done(visit: Visit, marathon: Marathon) -> Response:
    """On to the next step of preparation; rules left as they were are a choice too."""
    operations.note(visit.work, marathon.id, STEP, by=visit.actor, now=visit.now)
    sentence = "Шаг «Правила решений» сохранён. Утвердить правила должен председатель совета."
    return visit.leave(after(marathon, STEP), sentence)


def ask_trial(visit: Visit, marathon: Marathon, policy: DecisionPolicy, source: str) -> Response:
    trial, _run = trials.request(
        visit.work, marathon.id, policy, source_id=source, by=visit.actor, now=visit.now
    )
    return visit.leave(address(marathon, trial.id), "Проба запрошена: правила примеряются.")


@router.post("/organise/{marathon_id}/policy/reading")
def read_aloud(visit: VisitDep, marathon_id: str, form: FormDep) -> Response:
    """The typed rules as sentences, for the page while it is being filled in."""
    marathon = desk.marathon_of(visit, marathon_id)
    policy, wrong = policy_form.given(policy_form.typed(form))
    return visit.show("organise/policy_reading.html", call=marathon, policy=policy, wrong=wrong)


def trial_of(visit: Visit, marathon: Marathon, trial_id: str) -> PolicyTrial:
    """The trial, if it was made for this marathon; raises ``NotFound``."""
    found = visit.work.policy_trials.get(trial_id)
    if found.marathon_id != marathon.id:
        raise NotFound(MISSING)
    return found


@router.get("/organise/{marathon_id}/policy/trials/{trial_id}")
def trial_page(visit: VisitDep, marathon_id: str, trial_id: str) -> Response:
    """What the tried rules would change, for organisers and the council."""
    marathon = desk.marathon_of(visit, marathon_id, "decision.list")
    trial = trial_of(visit, marathon, trial_id)
    source = visit.work.marathons.get(trial.source_id)
    own = can(visit.viewer, "marathon.edit", marathon)
    return desk.show(
        visit,
        marathon,
        "organise/policy_trial.html",
        *way(visit, marathon),
        source=source,
        works=policy_words.changed_works(visit.work, visit.viewer, trial),
        differences=policy_words.differences(source.decision, trial.policy),
        same=not policy_words.differences(marathon.decision, trial.policy),
        may_adopt=own and not is_closed(marathon),
        rules=way_back(marathon, own=own),
        may_edit=own,
        maker=policy_words.names(visit.work, [trial.asked_by]).get(trial.asked_by or "", ""),
        **waiting(visit, marathon, trial),
    )


def waiting(visit: Visit, marathon: Marathon, trial: PolicyTrial) -> dict[str, Any]:
    """What the bar of a trial needs."""
    return {
        "trial": trial,
        "progress": newest_run(visit, marathon, "try_policies"),
        "words": RUN_STATE_NAMES,
        "titles": STAGE_TITLES,
        "outcomes": policy_words.OUTCOME_WORDS,
        "counts": policy_words.COUNT_NAMES,
    }


@router.get("/organise/{marathon_id}/policy/trials/{trial_id}/progress")
def trial_progress(visit: VisitDep, marathon_id: str, trial_id: str) -> Response:
    """The bar of a trial that is being made; a made one sends the page to its result."""
    marathon = desk.marathon_of(visit, marathon_id, "decision.list")
    trial = trial_of(visit, marathon, trial_id)
    response = visit.show(
        "organise/policy_progress.html",
        here=desk.address(marathon),
        **waiting(visit, marathon, trial),
    )
    if trial.made_at:
        response.headers["HX-Refresh"] = "true"
    return response


@router.post("/organise/{marathon_id}/policy/trials/{trial_id}/adopt")
def adopt(visit: VisitDep, marathon_id: str, trial_id: str, version: Text = "") -> Response:
    """Make the tried rules the marathon's next version."""
    marathon = desk.marathon_of(visit, marathon_id)
    trial = trial_of(visit, marathon, trial_id)
    try:
        return save(visit, marathon, trial.policy, version)
    except (BadInput, Conflict) as error:
        return visit.refuse(address(marathon, trial.id), error)
