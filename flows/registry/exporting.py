"""The registry and the results as tables for a spreadsheet, one function a kind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

from flows.registry.columns import KINDS
from schemas.assignment import ASSIGNMENT_STATUS_NAMES
from schemas.marathon import Marathon
from schemas.review import RECOMMENDATION_NAMES
from schemas.submission import Author
from storage.work import Work

Rows = Iterator[Sequence[object]]


def names_of(kind: str) -> tuple[str, ...]:
    return tuple(column.names[0] for column in KINDS[kind])


def municipalities(work: Work, _marathon: Marathon | None) -> Rows:
    everything = work.municipalities.all()
    names = {member.id: member.name for member in everything}
    for member in everything:
        same = " | ".join(names[other] for other in member.same_place)
        yield member.name, " | ".join(member.aliases), same


def organisations(work: Work, _marathon: Marathon | None) -> Rows:
    homes = {member.id: member.name for member in work.municipalities.all()}
    for one in work.organisations.all():
        yield one.name, one.short_name, homes[one.municipality_id]


def experts(work: Work, _marathon: Marathon | None) -> Rows:
    homes = {member.id: member.name for member in work.municipalities.all()}
    schools = {one.id: one.short_name or one.name for one in work.organisations.all()}
    registered = work.experts.all()
    people = work.people.many(expert.person_id for expert in registered)
    for expert in registered:
        person = people[expert.person_id]
        yield (
            person.name,
            person.email,
            homes[expert.municipality_id],
            schools.get(expert.organisation_id or "", ""),
            expert.position,
            "|".join(str(number) for number in expert.tracks),
            "|".join(expert.specialisations),
            expert.capacity,
            "да" if expert.senior else "нет",
            "|".join(expert.close_people),
        )


def submissions(work: Work, marathon: Marathon | None) -> Rows:
    homes = {member.id: member.name for member in work.municipalities.all()}
    for one in work.submissions.of_marathon(marathon.id) if marathon else work.submissions.all():
        files = work.files.of(one.id)
        yield (
            one.number,
            one.title,
            one.track,
            one.subject,
            one.level,
            one.format,
            one.mentor,
            "да" if one.publication_only else "нет",
            ", ".join(one.keywords),
            one.abstract,
            " | ".join(author_line(author, homes) for author in one.authors),
            files[-1].name if files else "",
        )


def author_line(author: Author, homes: Mapping[str, str]) -> str:
    home = homes[author.municipality_id]
    parts = (author.name, author.position, author.category.value, author.organisation, home)
    return ", ".join((*parts, author.email or ""))


def reviews(work: Work, marathon: Marathon | None) -> Rows:
    everything = work.reviews.sent(marathon.id) if marathon else work.reviews.all()
    works = work.submissions.many(review.submission_id for review in everything)
    experts_by_id = work.experts.many(review.expert_id for review in everything)
    people = work.people.many(expert.person_id for expert in experts_by_id.values())
    assignments = work.assignments.many(review.assignment_id for review in everything)
    for review in everything:
        advice = review.draft.recommendation
        yield (
            works[review.submission_id].number,
            people[experts_by_id[review.expert_id].person_id].name,
            ASSIGNMENT_STATUS_NAMES[assignments[review.assignment_id].status],
            "" if review.score is None else round(review.score, 2),
            "; ".join(f"{code}: {level}" for code, level in sorted(review.draft.levels.items())),
            RECOMMENDATION_NAMES[advice] if advice else "",
            review.draft.comment,
            review.draft.note,
            review.submitted_at or "",
        )


def decisions(work: Work, marathon: Marathon | None) -> Rows:
    everything = work.decisions.of_marathon(marathon.id) if marathon else work.decisions.all()
    works = work.submissions.many(decision.submission_id for decision in everything)
    for decision in sorted(everything, key=lambda one: works[one.submission_id].number):
        yield (
            works[decision.submission_id].number,
            works[decision.submission_id].title,
            "да" if decision.publication else "нет",
            "да" if decision.live else "нет",
            "да" if decision.revise else "нет",
            "" if decision.score is None else round(decision.score, 2),
            "" if decision.raw is None else round(decision.raw, 2),
            "" if decision.p_publication is None else round(decision.p_publication, 3),
            decision.reviews,
            "применено" if decision.confirmed_at else "предложено",
            decision.override_reason,
            decision.explanation,
        )


def audit(work: Work, _marathon: Marathon | None) -> Rows:
    for entry in work.journal.all():
        details = "; ".join(f"{name}={value}" for name, value in sorted(entry.details.items()))
        yield (
            entry.number,
            entry.at.isoformat(),
            entry.person_id or entry.part,
            entry.on_behalf_of or "",
            entry.action,
            entry.subject_kind,
            entry.subject_id,
            details,
            entry.hash,
        )


REVIEW_NAMES = (
    "Работа",
    "Эксперт",
    "Состояние",
    "Балл",
    "Уровни",
    "Рекомендация",
    "Комментарий автору",
    "Заметка организаторам",
    "Отправлено",
)
DECISION_NAMES = (
    "Работа",
    "Название",
    "Публикация",
    "Очно",
    "Доработка",
    "Итоговый балл",
    "Средний балл",
    "Вероятность",
    "Экспертиз",
    "Состояние",
    "Причина изменения",
    "Объяснение",
)
AUDIT_NAMES = ("№", "Когда", "Кто", "От имени", "Что", "Вид", "Запись", "Подробности", "Хеш")

EXPORTS: Mapping[str, tuple[tuple[str, ...], Callable[[Work, Marathon | None], Rows]]] = (
    MappingProxyType(
        {
            "municipalities": (names_of("municipalities"), municipalities),
            "organisations": (names_of("organisations"), organisations),
            "experts": (names_of("experts"), experts),
            "submissions": (names_of("submissions"), submissions),
            "reviews": (REVIEW_NAMES, reviews),
            "decisions": (DECISION_NAMES, decisions),
            "audit": (AUDIT_NAMES, audit),
        }
    )
)
