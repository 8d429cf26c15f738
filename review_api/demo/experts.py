"""The experts of the sample at work: who agrees, declines, reports a conflict, is late."""

from collections import defaultdict
from collections.abc import Callable
from datetime import timedelta

from review_api.demo import sample
from review_api.demo.people import Caller, Json
from schemas.assignment import OPEN, TO_SCORE, AssignmentStatus
from schemas.submission import SubmissionStatus
from storage.installation import Installation


class Experts:
    """Everybody invited, acting through the API as the simulation says."""

    def __init__(
        self, installation: Installation, marathon: str, caller_of: Callable[[str], Caller]
    ) -> None:
        self.installation = installation
        self.marathon = marathon
        self.caller_of = caller_of
        self.simulation = sample.simulation()
        with installation.begin(read_only=True) as work:
            self.rubric = work.rubrics.of(marathon)

    def are_waited_for(self) -> bool:
        with self.installation.begin(read_only=True) as work:
            expected = work.marathons.get(self.marathon).assignment.reviews
            done: defaultdict[str, int] = defaultdict(int)
            for item in work.assignments.of_marathon(self.marathon):
                done[item.submission_id] += item.status is AssignmentStatus.SUBMITTED
            return any(
                done[one.id] < expected + one.extra_reviews
                for one in work.submissions.of_marathon(self.marathon)
                if one.status is SubmissionStatus.IN_REVIEW
            )

    def hold_work(self) -> bool:
        """Whether anybody still has a work in hand."""
        with self.installation.begin(read_only=True) as work:
            return bool(work.assignments.of_marathon(self.marathon, status=OPEN))

    def answer_all(self) -> int:
        """Every invited expert acts as the simulation says; returns how many reviews were sent."""
        with self.installation.begin(read_only=True) as work:
            people = {
                expert.person_id: expert.id
                for item in work.assignments.of_marathon(
                    self.marathon, status=[AssignmentStatus.INVITED]
                )
                for expert in [work.experts.get(item.expert_id)]
            }
            emails = [work.people.get(person).email or "" for person in sorted(people)]
        return sum(self.answer(email) for email in emails)

    def answer(self, email: str) -> int:
        caller, behaviour = self.caller_of(email), self.simulation.behaviour.get(email, "")
        invited = [
            item for item in caller.assignments(self.marathon) if item["status"] == "invited"
        ]
        if behaviour == "declines":
            for item in invited:
                self.decline(caller, item, "not_now")
            return 0
        if behaviour == "late":
            for item in invited:
                caller.call("POST", f"/assignments/{item['id']}/accept")
            return 0
        if behaviour == "reports_conflict" and invited:
            chosen = self.conflicting(invited)
            self.decline(caller, chosen, "conflict")
            invited.remove(chosen)
        for item in invited:
            number = self.number_of(item["id"])
            draft = self.simulation.review(number, email, self.rubric)
            caller.review(item["id"], draft)
        return len(invited)

    def decline(self, caller: Caller, item: Json, reason: str) -> None:
        note = self.simulation.notes["declines" if reason == "not_now" else "reports_conflict"][0]
        caller.call(
            "POST", f"/assignments/{item['id']}/decline", json={"reason": reason, "note": note}
        )

    def conflicting(self, invited: list[Json]) -> Json:
        wanted = self.simulation.conflict["submission"]
        named = [item for item in invited if self.number_of(item["id"]) == wanted]
        return (named or invited)[0]

    def number_of(self, assignment_id: str) -> int:
        """The simulation knows works by number; experts themselves never see it."""
        with self.installation.begin(read_only=True) as work:
            item = work.assignments.get(assignment_id)
            return work.submissions.get(item.submission_id).number

    def pass_time_for_the_late(self) -> None:
        """Moves the due dates of accepted, unscored work three weeks back."""
        late = timedelta(days=21)
        with self.installation.begin() as work:
            for item in work.assignments.of_marathon(self.marathon, status=TO_SCORE):
                work.assignments.save(
                    item.model_copy(update={"due_at": (item.due_at or item.proposed_at) - late})
                )
