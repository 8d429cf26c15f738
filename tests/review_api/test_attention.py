"""One list of what waits: the dashboard and the organisers' digest name the same things."""

import builders
import pytest

from flows.notices import stuck
from review_api import attention
from review_api.marathon_facts import Facts
from schemas.nomination import Nomination
from schemas.outbox import RunState
from storage.identifiers import new_id

# What the dashboard says in one line or two and the digest in others.
OTHER_NAMES = {
    "returned": "refused_files",
    "overdue": "late_reviews",
    "failed_letters": "returned_letters",
    "questions_to_pass": "questions",
    "corrected_proofs": "corrections",
    "unsettled": "proposals",
    "unconfirmed": "proposals",
    "draft_letters": "drafts",
}
# Others act on these, by letters of their own, or the dashboard leads through them step by step.
NOT_IN_THE_DIGEST = {
    *("short", "common_round", "unproposed", "unlicensed", "drafts", "unapproved"),
}


def test_digest_names_what_the_dashboard_names():
    told = {count.__name__ for count in stuck.LINES}
    rules = {rule.__name__ for rule in attention.RULES}

    assert {OTHER_NAMES.get(name, name) for name in rules - NOT_IN_THE_DIGEST} == told


@pytest.fixture
def marathon(work):
    builders.a_municipality(work, builders.a_cluster(work))
    return builders.a_marathon(work)


def test_nominations_and_failed_stages_are_on_the_list(work, marathon, now):
    home = work.municipalities.of_cluster(marathon.cluster_id)[0]
    proposer = builders.a_person(work)
    work.nominations.add(
        Nomination(
            id=new_id(),
            municipality_id=home.id,
            name="Петрова Ия Львовна",
            email="petrova@example.ru",
            proposed_by=proposer.id,
            proposed_at=now,
        )
    )
    run = work.runs.ask("compile_collection", marathon_id=marathon.id, by=None, now=now)
    work.runs.save(run.model_copy(update={"state": RunState.FAILED}))

    waiting = attention.waiting(Facts(work, marathon, now))

    found = {one.address or one.section: one.count for one in waiting}
    assert found["/organise/nominations"] == found["runs?state=failed"] == 1
