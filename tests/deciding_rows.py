"""A row in every table and column that deciding has of its own, to survive migrations and backups."""

import builders

from schemas.council import AgendaItem, Delegate, Meeting, Member
from schemas.decision_policy import FrozenCalibration, PolicyTrial, PolicyVersion, Screening
from schemas.marathon import CommonRound
from schemas.submission import SubmissionStatus
from storage.identifiers import new_id

TABLES = frozenset(
    {"policy_version", "policy_trial", "frozen_calibration", "screening", "delegate"}
)


def fill(work):
    """(marathon, submission, review, meeting) among all of them."""
    cluster = builders.a_cluster(work)
    home, other, *_ = builders.members(work, cluster)
    marathon = builders.a_marathon(work, cluster)
    facts = {"status": SubmissionStatus.REVIEWED, "publication_only": True, "reviews_closed": True}
    one = builders.a_submission(work, marathon, home, **facts)
    held = CommonRound(submission_ids=(one.id,), opened_at=builders.NOW, until=builders.NOW)
    marathon = work.marathons.save(marathon.model_copy(update={"common_round": held}))
    expert = builders.an_expert(work, other)
    review = builders.a_sent_review(work, one, expert, started_at=builders.NOW)
    own = {"id": new_id(), "marathon_id": marathon.id}
    person = work.people.get(expert.person_id).id
    policy = marathon.decision
    made = {"made_by": person, "made_at": builders.NOW, "approved_by": person}
    work.policy_versions.add(PolicyVersion(**own, number=1, policy=policy, **made))
    asked = {"asked_by": person, "asked_at": builders.NOW}
    work.policy_trials.add(PolicyTrial(**own, source_id=marathon.id, policy=policy, **asked))
    corrections = {"applied": True, "likelihood_ratio": 5.4, "corrections": {expert.id: 2.5}}
    work.frozen_calibrations.add(FrozenCalibration(**own, **corrections))
    work.screenings.add(Screening(**own, made_at=builders.NOW, report={"panel": {"works": 1}}))
    return marathon, one, review, work.meetings.add(a_meeting(marathon, one, home, other))


def a_meeting(marathon, submission, home, other):
    """With one ballot, in which a delegate votes in the seat of the work's own municipality."""
    delegate = Delegate(municipality_id=home.id, name="Ия И. И.", home_id=other.id)
    item = AgendaItem(
        number=1,
        title="О публикации.",
        resolution="Опубликовать.",
        submission_id=submission.id,
        delegates=(delegate,),
    )
    return Meeting(
        id=new_id(),
        cluster_id=marathon.cluster_id,
        marathon_id=marathon.id,
        number=1,
        body="методического совета",
        theme="",
        place="ВКС",
        held_on=marathon.live_on,
        chair="",
        secretary="",
        members=(Member(municipality_id=home.id), Member(municipality_id=other.id)),
        agenda=(item,),
    )
