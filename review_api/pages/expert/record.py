"""An expert's own record: statistics, what became of the works, thanks and certificates."""

from fastapi import APIRouter
from starlette.responses import Response

from flows.review.record import Season, Told, seasons
from review_api.blind import blind_work
from review_api.pages.expert.availability import my_expert
from review_api.pages.expert.queue import BACK
from review_api.pages.visit import Visit, VisitDep
from schemas.base import Schema
from schemas.certificate import CERTIFICATE_NAMES, CertificateKind
from schemas.submission import SubmissionStatus

router = APIRouter()
GIVEN_TO_EXPERTS = frozenset({CertificateKind.EXPERT, CertificateKind.THANKS})
OUTCOMES = {
    (True, True): "выступит на марафоне и войдёт в сборник",
    (True, False): "войдёт в сборник",
    (False, True): "выступит на марафоне",
    (False, False): "не вошла",
}


class Outcome(Schema):
    """Only the title, hidden names left out, and what was decided."""

    title: str
    words: str


@router.get("/expert/record")
def record(visit: VisitDep) -> Response:
    expert = my_expert(visit)
    found = seasons(visit.work, expert)
    papers = visit.work.certificates.of_person(visit.person.id)
    return visit.show(
        "expert/record.html",
        back=BACK,
        seasons=found,
        total=sum(one.sent for one in found),
        in_time=sum(one.in_time for one in found),
        outcomes={one.marathon_id: outcomes_of(visit, one) for one in found},
        names=CERTIFICATE_NAMES,
        certificates=[
            paper for paper in papers if paper.kind in GIVEN_TO_EXPERTS and paper.revoked_at is None
        ],
    )


def outcomes_of(visit: Visit, season: Season) -> list[Outcome]:
    found = [outcome_of(visit, told) for told in season.told]
    return sorted((one for one in found if one), key=lambda one: one.title)


def outcome_of(visit: Visit, told: Told) -> Outcome | None:
    """None for a work that has been withdrawn since: its author took it back."""
    item = visit.viewer.assignments[told.assignment_id]
    submission = visit.work.submissions.get(item.submission_id)
    if submission.status is SubmissionStatus.WITHDRAWN:
        return None
    marathon = visit.work.marathons.get(item.marathon_id)
    title = blind_work(visit.work, item, submission, marathon).title
    words = "отправлена на доработку" if told.revise else OUTCOMES[told.publication, told.live]
    return Outcome(title=title or "Работа без названия", words=words)
