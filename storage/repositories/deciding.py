"""Reviews, versions of the rules of decision, trials of them, frozen corrections, screenings."""

from collections.abc import Iterable

from sqlalchemy import func
from sqlmodel import col, select

from schemas.decision_policy import (
    FrozenCalibration,
    PolicyTrial,
    PolicyVersion,
    Screening,
    TrialStatus,
)
from schemas.review import Review
from storage.repositories.rows import Repository
from storage.tables.deciding import (
    FrozenCalibrationRow,
    PolicyTrialRow,
    PolicyVersionRow,
    ScreeningRow,
)
from storage.tables.works import ReviewRow


class PolicyVersions(Repository[PolicyVersionRow, PolicyVersion]):
    row = PolicyVersionRow
    schema = PolicyVersion
    order = ("number",)

    def of_marathon(self, marathon_id: str) -> list[PolicyVersion]:
        return self.where(PolicyVersionRow.marathon_id == marathon_id)

    def numbered(self, marathon_id: str, number: int) -> PolicyVersion | None:
        return self.first(
            PolicyVersionRow.marathon_id == marathon_id, PolicyVersionRow.number == number
        )

    def keep(self, version: PolicyVersion) -> PolicyVersion:
        """The version of that number as it stands, or this one when there is none yet."""
        return self.numbered(version.marathon_id, version.number) or self.add(version)


class PolicyTrials(Repository[PolicyTrialRow, PolicyTrial]):
    row = PolicyTrialRow
    schema = PolicyTrial
    order = ("asked_at", "id")

    def of_marathon(self, marathon_id: str) -> list[PolicyTrial]:
        return self.where(PolicyTrialRow.marathon_id == marathon_id)

    def requested(self, marathon_id: str) -> list[PolicyTrial]:
        return self.where(
            PolicyTrialRow.marathon_id == marathon_id,
            PolicyTrialRow.status == TrialStatus.REQUESTED,
        )


class FrozenCalibrations(Repository[FrozenCalibrationRow, FrozenCalibration]):
    row = FrozenCalibrationRow
    schema = FrozenCalibration

    def of_marathon(self, marathon_id: str) -> FrozenCalibration | None:
        """The newest corrections, frozen or not."""
        return self.first(FrozenCalibrationRow.marathon_id == marathon_id)

    def keep(self, calibration: FrozenCalibration) -> FrozenCalibration:
        """The marathon's corrections from now on, in place of earlier ones."""
        earlier = self.of_marathon(calibration.marathon_id)
        if earlier is None:
            return self.add(calibration)
        kept = calibration.model_copy(update={"id": earlier.id})
        return earlier if kept == earlier else self.save(kept)


class Screenings(Repository[ScreeningRow, Screening]):
    row = ScreeningRow
    schema = Screening

    def of_marathon(self, marathon_id: str) -> Screening | None:
        return self.first(ScreeningRow.marathon_id == marathon_id)

    def keep(self, screening: Screening) -> Screening:
        """The marathon's screening from now on, in place of an earlier one."""
        earlier = self.of_marathon(screening.marathon_id)
        if earlier is None:
            return self.add(screening)
        return self.save(screening.model_copy(update={"id": earlier.id}))


class Reviews(Repository[ReviewRow, Review]):
    row = ReviewRow
    schema = Review

    def of_assignment(self, assignment_id: str) -> Review | None:
        return self.first(ReviewRow.assignment_id == assignment_id)

    def begun(self, marathon_id: str) -> int:
        """How many reviews of the marathon somebody has begun, sent ones among them."""
        return self.count(ReviewRow.marathon_id == marathon_id)

    def sent(self, marathon_id: str) -> list[Review]:
        return self.where(
            ReviewRow.marathon_id == marathon_id, col(ReviewRow.submitted_at).is_not(None)
        )

    def of_expert(self, expert_id: str) -> dict[str, Review]:
        """The expert's own reviews by assignment id."""
        return {
            review.assignment_id: review for review in self.where(ReviewRow.expert_id == expert_id)
        }

    def sent_counts(self, submission_ids: Iterable[str]) -> dict[str, int]:
        """How many reviews each work has; works without any are left out."""
        statement = (
            select(ReviewRow.submission_id, func.count())
            .where(
                col(ReviewRow.submission_id).in_(set(submission_ids)),
                col(ReviewRow.submitted_at).is_not(None),
            )
            .group_by(col(ReviewRow.submission_id))
        )
        return dict(self.session.exec(statement).all())

    def sent_about(self, submission_id: str) -> list[Review]:
        return self.where(
            ReviewRow.submission_id == submission_id, col(ReviewRow.submitted_at).is_not(None)
        )
