"""Everything kept about one person, in words they can read, with their files."""

from datetime import datetime
from typing import Any

from schemas.assignment import ASSIGNMENT_STATUS_NAMES
from schemas.base import Schema
from schemas.certificate import CERTIFICATE_NAMES
from schemas.people import ROLE_NAMES, Person
from schemas.submission import SUBMISSION_STATUS_NAMES, Submission
from storage.work import Work

CONSENTS = {
    "processing": "обработка персональных данных",
    "distribution": "распространение персональных данных",
    "licence": "публикация материала",
}


class KeptFile(Schema):
    """A file of the person's and the name it gets in the archive."""

    path: str
    sha256: str


class PersonalData(Schema):
    """``facts`` become JSON; moments are ISO 8601 in UTC."""

    facts: dict[str, Any]
    files: tuple[KeptFile, ...]


def collect(work: Work, person: Person, *, now: datetime) -> PersonalData:
    works = work.submissions.of_person(person.id)
    files = [*work_files(work, works, person), *certificate_files(work, person)]
    facts = {
        "собрано": now.isoformat(),
        "о человеке": about(work, person),
        "роли": [ROLE_NAMES[grant.role] for grant in work.roles.of(person.id)],
        "материалы": [work_facts(work, one, person) for one in works],
        "экспертиза": review_facts(work, person),
        "документы": certificate_facts(work, person),
        "письма": letter_facts(work, person),
        "входы": session_facts(work, person),
    }
    return PersonalData(facts=facts, files=tuple(files))


def about(work: Work, person: Person) -> dict[str, Any]:
    place = work.municipalities.find(person.municipality_id) if person.municipality_id else None
    school = work.organisations.find(person.organisation_id) if person.organisation_id else None
    return {
        "фамилия, имя, отчество": person.name,
        "имя в родительном падеже": person.name_genitive,
        "имя в дательном падеже": person.name_dative,
        "имя латиницей": person.name_latin,
        "адрес почты": person.email,
        "должность": person.position,
        "категория": person.category.value,
        "организация": school.name if school else "",
        "муниципалитет": place.name if place else "",
        "язык писем": person.language,
        "получать сводки": person.digests,
        "пароль задан": person.password_hash is not None,
    }


def work_facts(work: Work, one: Submission, person: Person) -> dict[str, Any]:
    """A co-author's copy holds the work, but neither the addresses of others nor the consents."""
    own = one.owner_id == person.id
    return {
        "номер": one.number,
        "марафон": work.marathons.get(one.marathon_id).title,
        "состояние": SUBMISSION_STATUS_NAMES[one.status],
        "название": one.title,
        "аннотация": one.abstract,
        "предмет": one.subject,
        "уровень": one.level,
        "ключевые слова": list(one.keywords),
        "авторы": [author.name for author in one.authors],
        "начат": one.created_at.isoformat(),
        "отправлен": one.submitted_at.isoformat() if one.submitted_at else None,
        "согласия": consent_facts(one) if own else "даёт тот, кто отправляет материал",
    }


def consent_facts(one: Submission) -> list[dict[str, str]]:
    return [
        {
            "на что": CONSENTS[consent.kind.value],
            "редакция текста": consent.text_version,
            "дано": consent.given_at.isoformat(),
        }
        for consent in one.consents
    ]


def review_facts(work: Work, person: Person) -> list[dict[str, Any]]:
    """Own marks and words; the work is named by its title as experts see it: not at all."""
    expert = work.experts.of_person(person.id)
    held = work.assignments.of_expert(expert.id) if expert else []
    return [
        {
            "состояние": ASSIGNMENT_STATUS_NAMES[item.status],
            "предложено": item.proposed_at.isoformat(),
            "оценки": review.draft.levels if review else {},
            "отзыв автору": review.draft.comment if review else "",
            "записка организаторам": review.draft.note if review else "",
        }
        for item in held
        for review in (work.reviews.of_assignment(item.id),)
    ]


def certificate_facts(work: Work, person: Person) -> list[dict[str, Any]]:
    return [
        {
            "документ": CERTIFICATE_NAMES[one.kind],
            "номер": one.number,
            "кому": one.holder,
            "за что": one.text,
            "выдан": one.issued_at.isoformat(),
            "отозван": one.revoked_at.isoformat() if one.revoked_at else None,
        }
        for one in work.certificates.of_person(person.id)
    ]


def letter_facts(work: Work, person: Person) -> list[dict[str, Any]]:
    """Letters that have left, never the secrets they carried."""
    return [
        {"тема": one.title, "отправлено": one.sent_at.isoformat()}
        for one in work.notices.of_person(person.id)
        if one.sent_at
    ]


def session_facts(work: Work, person: Person) -> list[dict[str, Any]]:
    return [
        {"начат": one.created_at.isoformat(), "устройство": one.user_agent}
        for one in work.sessions.of(person.id)
    ]


def work_files(work: Work, works: list[Submission], person: Person) -> list[KeptFile]:
    """All but those a virus was found in."""
    return [
        KeptFile(path=f"материалы/{one.number}/{place}-{clean(file.name)}", sha256=file.sha256)
        for one in works
        if one.owner_id == person.id
        for place, file in enumerate(work.files.of(one.id), start=1)
        if work.files.virus_in(file.sha256) is None
    ]


def certificate_files(work: Work, person: Person) -> list[KeptFile]:
    return [
        KeptFile(path=f"документы/{one.number}.pdf", sha256=one.sha256)
        for one in work.certificates.of_person(person.id)
        if one.sha256 and one.revoked_at is None
    ]


def clean(name: str) -> str:
    """A name that stays inside its folder on every system."""
    return (
        "".join("_" if letter in '/\\:*?"<>|' else letter for letter in name).strip(". ") or "файл"
    )
