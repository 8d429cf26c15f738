"""The rules of decision in words: names of the fields, what differs, what a trial found."""

from collections.abc import Iterable, Mapping

from review_api.access import Viewer, can
from review_api.formats import marked
from schemas.base import Schema
from schemas.decision_policy import Change, PolicyTrial
from schemas.marathon import DecisionPolicy
from storage.work import Work

FIELD_NAMES: Mapping[str, str] = {
    "publication_threshold": marked("Порог публикации"),
    "live_floor": marked("Порог очного выступления"),
    "low": marked("Уверенное «нет», вероятность не больше"),
    "high": marked("Уверенное «да», вероятность не меньше"),
    "adaptive": marked("Дополнительные экспертизы система назначает сама"),
    "max_reviews": marked("Экспертиз на работу не больше"),
    "max_correction": marked("Наибольшая поправка на строгость"),
    "min_likelihood_ratio": marked("Насколько доказано различие в строгости"),
    "recommendation_bonus": marked("Надбавка за рекомендацию представить очно"),
    "max_live_per_municipality": marked("Выступлений от муниципалитета не больше"),
    "min_live_per_municipality": marked("Выступлений от муниципалитета хотя бы"),
}
OUTCOME_WORDS: Mapping[str, str] = {
    "yes": marked("публикация"),
    "no": marked("не отобран"),
    "extra_review": marked("ещё экспертиза"),
    "council": marked("решает совет"),
}
COUNT_NAMES: Mapping[str, str] = {
    "works": marked("Работ"),
    "publication": marked("К публикации"),
    "live": marked("Очно"),
    "refused": marked("Не отобрано"),
    "extra_review": marked("Ещё экспертиза"),
    "council": marked("Решает совет"),
    "fragile": marked("Хрупкие решения"),
}


class Difference(Schema):
    """A field that differs; its values as they are, to be written in the reader's language."""

    field: str
    name: str
    before: float | bool | None
    after: float | bool | None


class ChangedWork(Schema):
    number: int
    title: str
    change: Change


def differences(before: DecisionPolicy, after: DecisionPolicy) -> list[Difference]:
    """What differs, in the order of the form; versions and moments are no rules."""
    return [
        Difference(
            field=field, name=name, before=getattr(before, field), after=getattr(after, field)
        )
        for field, name in FIELD_NAMES.items()
        if getattr(before, field) != getattr(after, field)
    ]


def seen_changes(work: Work, viewer: Viewer, trial: PolicyTrial) -> tuple[Change, ...]:
    """What a trial would turn, of the works whose decision this person may know."""
    changes = trial.outcome.changes
    works = work.submissions.many(one.submission_id for one in changes)
    seen = {key for key, one in works.items() if can(viewer, "decision.see", one)}
    return tuple(one for one in changes if one.submission_id in seen)


def changed_works(work: Work, viewer: Viewer, trial: PolicyTrial) -> list[ChangedWork]:
    """The works that a trial would turn, by number."""
    changes = seen_changes(work, viewer, trial)
    works = work.submissions.many(one.submission_id for one in changes)
    found = [
        ChangedWork(
            number=works[one.submission_id].number,
            title=works[one.submission_id].title,
            change=one,
        )
        for one in changes
    ]
    return sorted(found, key=lambda one: one.number)


def names(work: Work, people: Iterable[str | None]) -> dict[str, str]:
    """Initials of people by id."""
    found = work.people.many(one for one in people if one)
    return {identifier: person.initials for identifier, person in found.items()}
