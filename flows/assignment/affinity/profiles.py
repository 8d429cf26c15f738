"""What the comparison of a work and an expert looks at, taken from their registry entries."""

from schemas.base import Schema
from schemas.cluster import Expert
from schemas.submission import Submission


class WorkProfile(Schema):
    """What a work says about itself, empty where nothing; ``text`` is the title and abstract."""

    id: str
    track: str = ""
    subject: str = ""
    level: str = ""
    format: str = ""
    keywords: tuple[str, ...] = ()
    title: str = ""
    text: str = ""

    @property
    def wording(self) -> str:
        return f"{self.text} {' '.join(self.keywords)}"


class ExpertProfile(Schema):
    """``specialisations`` name subjects, levels or methodist groups; ``text`` is the position."""

    id: str
    tracks: tuple[str, ...] = ()
    specialisations: tuple[str, ...] = ()
    text: str = ""

    @property
    def facets(self) -> tuple[str, ...]:
        """The position and each specialisation: a wide expert is as near as the nearest one."""
        return tuple(said for said in (self.text, *self.specialisations) if said.strip())

    @property
    def field(self) -> str:
        return f"{' '.join(self.specialisations)} {self.text}"


def work_profile(submission: Submission) -> WorkProfile:
    return WorkProfile(
        id=submission.id,
        track="" if submission.track is None else str(submission.track),
        subject=submission.subject,
        level=submission.level,
        format=submission.format,
        keywords=submission.keywords,
        title=submission.title,
        text=f"{submission.title}. {submission.abstract}",
    )


def expert_profile(expert: Expert) -> ExpertProfile:
    return ExpertProfile(
        id=expert.id,
        tracks=tuple(str(number) for number in expert.tracks),
        specialisations=expert.specialisations,
        text=expert.position,
    )
