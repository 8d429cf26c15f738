"""What the pictures of the guides show: who looks at which address, and at what moment."""

from enum import StrEnum

from schemas.base import Schema

WIDTHS = (1366, 390)


class Moment(StrEnum):
    """When in the season a picture is taken; a value that is a stage's title means after it."""

    OPENED = "Марафон"
    DRAFTING = "Черновик"
    SENT = "Проверка файлов"
    INVITED = "Назначение экспертов"
    SCORING = "Экспертный лист"
    REVIEWED = "Экспертиза"
    PROPOSED = "Решения"
    MEETING = "Заседание"
    OVER = "Аналитика"


class Who(StrEnum):
    NOBODY = "nobody"
    TEACHER = "teacher"
    EXPERT = "expert"
    COORDINATOR = "coordinator"
    ORGANISER = "organiser"
    CHAIR = "chair"
    SECRETARY = "secretary"
    ADMINISTRATOR = "administrator"


class View(Schema):
    """``address`` may name things of the season in braces; ``at`` is what stands at the top.

    ``height`` is in CSS pixels of the wide picture; the narrow one is always a phone's screen.
    """

    name: str
    who: Who
    address: str
    moment: Moment
    at: str = ""
    height: int = 760


VIEWS: tuple[View, ...] = (
    View(name="front", who=Who.NOBODY, address="/", moment=Moment.OPENED, height=620),
    View(name="teacher-parts", who=Who.TEACHER, address="/my/{material}", moment=Moment.DRAFTING),
    View(name="teacher-files", who=Who.TEACHER, address="/my/{material}/files", moment=Moment.SENT),
    View(
        name="teacher-check",
        who=Who.TEACHER,
        address="/my/{material}/check",
        moment=Moment.DRAFTING,
    ),
    View(
        name="teacher-decision",
        who=Who.TEACHER,
        address="/my/{material}/decision",
        moment=Moment.OVER,
    ),
    View(name="expert-queue", who=Who.EXPERT, address="/expert", moment=Moment.SCORING),
    View(
        name="expert-invitation",
        who=Who.EXPERT,
        address="/expert/assignments/{invitation}",
        moment=Moment.INVITED,
    ),
    View(
        name="expert-sheet",
        who=Who.EXPERT,
        address="/expert/assignments/{sheet}",
        moment=Moment.SCORING,
        height=860,
    ),
    View(name="expert-kit", who=Who.EXPERT, address="/expert/kit", moment=Moment.SCORING),
    View(
        name="coordinator",
        who=Who.COORDINATOR,
        address="/coordinate",
        moment=Moment.SENT,
        height=900,
    ),
    View(
        name="organiser-overview",
        who=Who.ORGANISER,
        address="/organise/{marathon}",
        moment=Moment.REVIEWED,
        height=860,
    ),
    View(
        name="organiser-setup",
        who=Who.ORGANISER,
        address="/organise/{next}/setup",
        moment=Moment.OVER,
    ),
    View(
        name="organiser-sheet",
        who=Who.ORGANISER,
        address="/organise/{next}/setup/sheet",
        moment=Moment.OVER,
        height=860,
    ),
    View(
        name="organiser-import",
        who=Who.ORGANISER,
        address="/organise/registry/experts/import",
        moment=Moment.OPENED,
    ),
    View(
        name="organiser-plan",
        who=Who.ORGANISER,
        address="/organise/{marathon}/assignment/plans/{plan}",
        moment=Moment.INVITED,
        height=860,
    ),
    View(
        name="organiser-board",
        who=Who.ORGANISER,
        address="/organise/{marathon}/decisions",
        moment=Moment.PROPOSED,
        height=900,
    ),
    View(
        name="organiser-letters",
        who=Who.ORGANISER,
        address="/organise/{marathon}/letters",
        moment=Moment.OVER,
    ),
    View(
        name="organiser-collection",
        who=Who.ORGANISER,
        address="/organise/{marathon}/collection",
        moment=Moment.OVER,
    ),
    View(
        name="chair-rules",
        who=Who.CHAIR,
        address="/council/policy/{next}",
        moment=Moment.OVER,
    ),
    View(
        name="secretary-meeting",
        who=Who.SECRETARY,
        address="/council/{meeting}",
        moment=Moment.MEETING,
        height=900,
    ),
    View(
        name="reader-collection",
        who=Who.NOBODY,
        address="/marathons/{marathon}/collection",
        moment=Moment.OVER,
        height=860,
    ),
    View(
        name="reader-article",
        who=Who.NOBODY,
        address="/marathons/{marathon}/collection/articles/1",
        moment=Moment.OVER,
    ),
    View(
        name="reader-certificate",
        who=Who.NOBODY,
        address="/verify/{certificate}",
        moment=Moment.OVER,
        height=620,
    ),
    View(
        name="administrator",
        who=Who.ADMINISTRATOR,
        address="/administer",
        moment=Moment.OVER,
        height=860,
    ),
)


def files(view: View) -> tuple[str, ...]:
    """Names of the view's pictures, the wide one first."""
    return tuple(f"{view.name}-{width}.webp" for width in WIDTHS)
