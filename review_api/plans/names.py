"""Names behind the ids of plans: works, experts, municipalities, also those gone since."""

import re
from collections.abc import Iterable

from flows.assignment.naming import NEW_PLACE, NEWCOMER
from schemas.assignment import PlanOutline
from schemas.assignment_problem import Problem
from storage.work import Work

UNKNOWN = "нет в реестре"
WORD = re.compile(r"[\w\-:/]+")


class Names:
    """Rows that are spoken of, read once. What is not in the registry still has a name."""

    def __init__(self, work: Work, submissions: Iterable[str], experts: Iterable[str]) -> None:
        self.submissions = work.submissions.many(submissions)
        self.experts = work.experts.many(experts)
        people = work.people.many(one.person_id for one in self.experts.values())
        self.names = {key: people[one.person_id].initials for key, one in self.experts.items()}
        self.seats = {key: one.municipality_id for key, one in self.experts.items()}
        self.places = {one.id: one.name for one in work.municipalities.all()}

    def place(self, municipality_id: str) -> str:
        return self.places.get(municipality_id, NEW_PLACE)

    def seat_of(self, expert_id: str) -> str:
        return self.place(self.seats[expert_id]) if expert_id in self.seats else UNKNOWN

    def name(self, expert_id: str) -> str:
        return self.names.get(expert_id, UNKNOWN)

    def named(self, expert_id: str) -> str:
        return f"{self.name(expert_id)} ({self.seat_of(expert_id)})"

    def number(self, submission_id: str) -> int:
        one = self.submissions.get(submission_id)
        return one.number if one else 0

    def title(self, submission_id: str) -> str:
        one = self.submissions.get(submission_id)
        return one.title if one else UNKNOWN

    def work(self, submission_id: str) -> str:
        return f"№ {self.number(submission_id)}. {self.title(submission_id)}"

    def readable(self, sentence: str) -> str:
        """The engine's sentence with names in place of ids."""
        return WORD.sub(lambda found: self.word(found[0]), sentence)

    def word(self, text: str) -> str:
        if text in self.submissions:
            return f"№ {self.submissions[text].number}"
        return self.names.get(text) or self.places.get(text, text)


class Registry(Names):
    """The names of one plan; experts of a trial, whom nobody has met, are numbered."""

    def __init__(self, work: Work, problem: Problem) -> None:
        self.candidates = {one.id: one for one in problem.submissions}
        self.reviewers = {one.id: one for one in problem.experts}
        super().__init__(work, self.candidates, self.reviewers)
        unknown = sorted(key for key in self.reviewers if key not in self.experts)
        self.names |= {
            key: f"{NEWCOMER.capitalize()} {number}" for number, key in enumerate(unknown, start=1)
        }
        self.seats = {key: one.municipality for key, one in self.reviewers.items()}

    def home_of(self, submission_id: str) -> str:
        return self.place(self.candidates[submission_id].municipality)


def names_of(work: Work, plans: Iterable[PlanOutline]) -> Names:
    """Whatever the changes and edits of these plans name."""
    listed = list(plans)
    edits = [edit for plan in listed for edit in plan.edits]
    experts = {key for edit in edits for key in (edit.out, edit.into) if key}
    experts |= {key for plan in listed for key in plan.what_if.without}
    return Names(work, {edit.submission_id for edit in edits}, experts)
