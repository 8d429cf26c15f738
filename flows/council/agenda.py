"""The draft of an agenda: what a council hears after a marathon, in numbers and sentences."""

from collections.abc import Iterable
from datetime import date

from flows.documents.wording import counted, day
from schemas.base import Schema
from schemas.council import AgendaItem
from schemas.marathon import Marathon
from schemas.submission import Submission

CLUSTER = "кластер"
NOTED = "Принять к сведению."


class Summary(Schema):
    """A marathon in numbers; ``municipalities`` are names of those who sent works."""

    works: int
    authors: int
    municipalities: tuple[str, ...]
    experts: int
    reviews: int
    live: int
    published: int


def body_of(cluster: str) -> str:
    """«методического совета кластера 1 …» for a cluster called «Кластер 1 …»."""
    if cluster.casefold().startswith(CLUSTER):
        return f"методического совета кластера{cluster[len(CLUSTER) :]}"
    return f"методического совета кластера «{cluster}»"


def draft(
    marathon: Marathon, summary: Summary, disputed: Iterable[Submission], *, held_on: date
) -> tuple[AgendaItem, ...]:
    """Report, disputed works as ballots, the collection, other business; numbered from 1."""
    ballots = [ballot(submission) for submission in disputed]
    items = [
        report(marathon, summary, held_on=held_on),
        *ballots,
        collection(summary, adds=bool(ballots)),
        AgendaItem(number=1, title="Разное.", resolution=NOTED, needs_vote=False),
    ]
    return tuple(
        item.model_copy(update={"number": number}) for number, item in enumerate(items, start=1)
    )


def report(marathon: Marathon, summary: Summary, *, held_on: date) -> AgendaItem:
    places = ", ".join(summary.municipalities)
    theme = f" на тему «{marathon.theme}»" if marathon.theme else ""
    tracks = "; ".join(f"{track.number}) {track.title}" for track in marathon.tracks)
    held = "проведён" if marathon.live_on <= held_on else "состоится"
    heard = (
        f"Марафон «{marathon.title}»{theme} {held} {day(marathon.live_on)} "
        f"по {counted(len(marathon.tracks), 'направлению', 'направлениям', 'направлениям')}: "
        f"{tracks}. "
        f"Поступило материалов — {summary.works}, авторов — "
        f"{summary.authors}, муниципальных образований — {len(summary.municipalities)}"
        f"{f' ({places})' if places else ''}. "
        f"В перекрёстной экспертизе экспертов — {summary.experts}, "
        f"экспертных заключений — {summary.reviews}. "
        f"К очному представлению отобрано работ: {summary.live}, "
        f"к публикации в электронном сборнике: {summary.published}."
    )
    return AgendaItem(
        number=1,
        title=f"Отчёт о проведении марафона «{marathon.title}».",
        heard=heard,
        resolution=NOTED,
    )


def ballot(submission: Submission) -> AgendaItem:
    """A question without names of authors: the council knows the work by number and title."""
    return AgendaItem(
        number=1,
        title=f"О публикации материала № {submission.number} «{submission.title}».",
        heard=(
            f"Экспертные оценки материала № {submission.number} «{submission.title}» не позволяют "
            "принять решение: материал остался у порога публикации."
        ),
        resolution=f"Опубликовать материал № {submission.number} в электронном сборнике.",
        submission_id=submission.id,
    )


def collection(summary: Summary, *, adds: bool) -> AgendaItem:
    """``adds`` says that ballots of the same meeting may add works to the volume."""
    more = " К ним добавляются материалы, принятые советом на этом заседании." if adds else ""
    return AgendaItem(
        number=1,
        title="Об утверждении электронного сборника методических материалов.",
        heard=(
            "Представлен состав электронного сборника по итогам экспертизы: "
            f"{counted(summary.published, 'материал', 'материала', 'материалов')}.{more}"
        ),
        resolution="Утвердить состав сборника и опубликовать его.",
    )
