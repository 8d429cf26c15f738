"""Trying rules of decision on request: computed outside any transaction, kept beside the question."""

import logging

from prefect import flow

from flows.decision import trials
from flows.runtime.conduct import (
    BROKE,
    Progress,
    clock,
    conducted,
    installation,
    require_marathon,
)
from flows.runtime.steps import step
from schemas.errors import MarathonError, Unavailable

log = logging.getLogger("marathon.flows")

END = 0.9


@step(retries=2, retry_delay_seconds=2)
def requested(marathon: str) -> list[str]:
    """Ids of the trials that wait, the oldest first."""
    with installation().begin(read_only=True) as work:
        return [one.id for one in work.policy_trials.requested(marathon)]


@step(retries=2, retry_delay_seconds=2)
def make(trial_id: str) -> str:
    """Try one set of rules; returns what came of it in a sentence."""
    try:
        with installation().begin(read_only=True) as work:
            question = trials.pose(work, work.policy_trials.get(trial_id))
        outcome = trials.answer(question)
    except Unavailable:
        raise  # tried again
    except MarathonError as error:
        give_up(trial_id, error.sentence)
        return error.sentence
    with installation().begin() as work:
        trials.keep(work, trial_id, outcome, now=clock())
    return (
        f"Проба посчитана: по новым правилам к публикации {outcome.after.publication} "
        f"(было {outcome.before.publication}), очно {outcome.after.live} "
        f"(было {outcome.before.live})."
    )


def give_up(trial_id: str, sentence: str) -> None:
    with installation().begin() as work:
        trials.fail(work, trial_id, sentence, now=clock())


def make_each(trial_ids: list[str], progress: Progress) -> None:
    """One trial after another: what breaks for one does not cost the others theirs."""
    for number, trial_id in enumerate(trial_ids):
        share = END * number / len(trial_ids)
        progress.say(share, f"Примеряем правила: проба {number + 1} из {len(trial_ids)}")
        try:
            progress.say(END * (number + 1) / len(trial_ids), make(trial_id))
        except Exception:
            log.exception("trial=%s broke", trial_id)
            give_up(trial_id, BROKE)


@flow
async def try_policies(marathon: str | None = None, request: str | None = None) -> list[str]:
    """Makes the trials of rules that people asked for; decisions stay as they are."""
    with conducted(request) as progress:
        trial_ids = requested(require_marathon(marathon))
        make_each(trial_ids, progress)
        return trial_ids
