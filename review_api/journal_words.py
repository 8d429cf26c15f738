"""The whole journal in words: for every action a sentence, for every thing a name and an address."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from flows.marathons.steps import TITLES
from flows.notices.invited import BY_LETTER
from flows.notices.letters import LETTERS
from review_api.history import ACTIONS, PARTS, STATUSES, role_named, why_asked
from schemas.base import Schema
from schemas.outbox import JournalEntry
from storage.work import Work

MORE_ACTIONS: Mapping[str, str] = {
    "address_mended": "Исправлен адрес почты",
    "alarmed": "Замечен необычный доступ",
    "agenda_edited": "Изменена повестка",
    "approved": "Показатель утверждён",
    "attendance_set": "Отмечено присутствие",
    "availability_set": "Изменены нагрузка и отсутствия",
    "bounced": "Письмо вернулось",
    "built": "Собран выпуск",
    "called": "Созвано заседание",
    "closed": "Заседание закрыто",
    "meeting_cancelled": "Заседание отменено",
    "confirmed": "Конфликт интересов подтверждён",
    "conflict_entered": "Записан конфликт интересов",
    "declined": "Отклонено",
    "dismissed": "Конфликта интересов нет",
    "issued": "Выдан документ",
    "own_letter_sent": "Отправлено письмо оргкомитета",
    "letter_restored": "Возвращён обычный текст письма",
    "letter_reworded": "Изменён текст письма",
    "particulars_set": "Изменены дата, место или ведущие заседания",
    "printed_as_is": "PDF автора печатается как есть",
    "proposed": "Предложено",
    "reminded": "Отправлено напоминание",
    "reverted": "Возвращено как было",
    "revoked": "Документ отозван",
    "subjects_named": "Эксперт изменил свои предметы и темы",
    "set_anew": "Статья верстается заново",
    "struck": "Показатель вычеркнут",
    "talks_announced": "Авторам сообщено время выступлений",
    "talk_confirmed": "Выступление подтверждено",
    "talk_declined": "От выступления отказались",
    "track_changed": "Изменено направление",
    "voted": "Записано голосование",
}
WORDS: Mapping[str, str] = {"moved": "Изменено состояние", **MORE_ACTIONS, **ACTIONS}
KINDS: Mapping[str, str] = {
    "marathon": "Марафон",
    "submission": "Материал",
    "file": "Файл",
    "assignment": "Назначение",
    "review": "Экспертиза",
    "decision": "Решение",
    "plan": "План назначения",
    "suspicion": "Возможный конфликт",
    "expert": "Эксперт",
    "person": "Человек",
    "role": "Роль",
    "notice": "Письмо",
    "meeting": "Заседание",
    "edition": "Выпуск сборника",
    "certificate": "Сертификат",
    "programme": "Программа",
    "ledger_entry": "Показатель",
    "municipality": "Муниципалитет",
    "cluster": "Кластер",
    "municipalities": "Муниципалитеты",
    "organisations": "Организации",
    "experts": "Эксперты",
    "submissions": "Работы",
    "question": "Вопрос автору",
    "invitation": "Приглашение",
    "access_code": "Код доступа",
    "nomination": "Выдвижение эксперта",
    "token": "Ключ программы",
    "installation": "Система",
}


OUTSIDE: Mapping[str, str] = {"design": "Оформление сборника"}
"""Saved steps that are no part of the list of preparation."""


class Thing(Schema):
    """What an entry is about: our words, the name people gave, and an address where there is a page."""

    words: str = ""
    name: str = ""
    href: str = ""

    @property
    def whole(self) -> str:
        return f"{self.words} {self.name}".strip()


def what(entry: JournalEntry) -> str:
    """The action as a sentence without its doer."""
    if entry.action == "moved" and entry.subject_kind in STATUSES:
        _, words = STATUSES[entry.subject_kind]
        before, to = (entry.details.get(key, "") for key in ("from", "to"))
        return f"Состояние: {words.get(before, before)} → {words.get(to, to)}"
    sentence = WORDS.get(entry.action, entry.action) + role_named(entry) + why_asked(entry)
    return sentence + step_named(entry)


def step_named(entry: JournalEntry) -> str:
    """«: Экспертный лист» for a saved step of preparation."""
    step = entry.details.get("step", "")
    titles = {**{code: title for code, (title, _) in TITLES.items()}, **OUTSIDE}
    return f": {titles[step]}" if step in titles else ""


class Named:
    """Names of the people and things of some entries; as many questions as there are kinds."""

    def __init__(self, work: Work, entries: Iterable[JournalEntry]) -> None:
        self.work = work
        self.ids: dict[str, set[str]] = {}
        people: set[str] = set()
        for entry in entries:
            self.ids.setdefault(entry.subject_kind, set()).add(entry.subject_id)
            people |= {one for one in (entry.person_id, entry.on_behalf_of) if one}
        self.people = work.people.many(people | self.ids.get("person", set()))
        self.things: dict[tuple[str, str], Thing] = {}
        for name in dict.fromkeys(NAMERS[kind] for kind in NAMERS if kind in self.ids):
            name(self)

    def who(self, entry: JournalEntry) -> str:
        name = self.person(entry.person_id)
        if name and entry.part == BY_LETTER:
            return f"{name}, по письму"
        return name or PARTS.get(entry.part, "Система")

    def person(self, identifier: str | None) -> str:
        found = self.people.get(identifier or "")
        return found.name if found else ""

    def thing(self, entry: JournalEntry) -> Thing:
        kind = KINDS.get(entry.subject_kind, entry.subject_kind)
        return self.things.get((entry.subject_kind, entry.subject_id), Thing(words=kind))

    def put(self, kind: str, identifier: str, words: str, href: str, *, name: str = "") -> None:
        self.things[kind, identifier] = Thing(words=words, name=name, href=href)

    def wanted(self, kind: str) -> set[str]:
        return self.ids.get(kind, set())


def name_works(named: Named) -> None:
    """Works, and what belongs to a work: its files, assignments, decisions."""
    homes = {one: one for one in named.wanted("submission")}
    inner = {"submission": dict.fromkeys(homes, "")}
    for kind, rows in (
        ("assignment", named.work.assignments.many(named.wanted("assignment"))),
        ("decision", named.work.decisions.many(named.wanted("decision"))),
        ("file", named.work.files.many(named.wanted("file"))),
    ):
        found = {key: one.submission_id for key, one in rows.items()}
        homes |= found
        inner[kind] = dict.fromkeys(found, f"{KINDS[kind]}: ")
    works = named.work.submissions.many(homes.values())
    for kind, prefixes in inner.items():
        for key, prefix in prefixes.items():
            if homes[key] not in works:
                continue
            one = works[homes[key]]
            words = (
                f"{prefix}№ {one.number}" if one.title else f"{prefix}№ {one.number} без названия"
            )
            href = f"/organise/{one.marathon_id}/works/{one.id}"
            named.put(kind, key, words, href, name=one.title)


def name_people(named: Named) -> None:
    for key in named.wanted("person"):
        if key in named.people:
            href = f"/organise/people/{key}"
            named.put("person", key, "", href, name=named.people[key].name)


def name_experts(named: Named) -> None:
    experts = named.work.experts.many(named.wanted("expert"))
    people = named.work.people.many(one.person_id for one in experts.values())
    for key, one in experts.items():
        href = f"/organise/registry/experts/{key}"
        named.put("expert", key, f"Эксперт {people[one.person_id].name}", href)


def name_marathons(named: Named) -> None:
    for key, one in named.work.marathons.many(named.wanted("marathon")).items():
        named.put("marathon", key, f"Марафон «{one.title}», {one.year}", f"/organise/{key}")


def name_letters(named: Named) -> None:
    for key, one in named.work.notices.many(named.wanted("notice")).items():
        letter = LETTERS.get(one.template)
        href = f"/organise/{one.marathon_id}/letters/{key}" if one.marathon_id else ""
        named.put("notice", key, f"Письмо «{letter.name if letter else one.template}»", href)


def name_papers(named: Named) -> None:
    for key, one in named.work.certificates.many(named.wanted("certificate")).items():
        href = f"/organise/{one.marathon_id}/certificates/{one.number}"
        named.put("certificate", key, f"Сертификат {one.number}", href)


def name_meetings(named: Named) -> None:
    for key, one in named.work.meetings.many(named.wanted("meeting")).items():
        named.put("meeting", key, f"Протокол № {one.number}", f"/council/{key}")


def name_plans(named: Named) -> None:
    for key, one in named.work.plans.many(named.wanted("plan")).items():
        href = f"/organise/{one.marathon_id}/assignment/plans/{key}"
        named.put("plan", key, "План назначения экспертов", href)


def name_editions(named: Named) -> None:
    for key, one in named.work.editions.many(named.wanted("edition")).items():
        href = f"/organise/{one.marathon_id}/collection"
        named.put("edition", key, f"Выпуск {one.number}", href)


NAMERS: Mapping[str, Callable[[Named], None]] = {
    "submission": name_works,
    "assignment": name_works,
    "decision": name_works,
    "file": name_works,
    "person": name_people,
    "expert": name_experts,
    "marathon": name_marathons,
    "notice": name_letters,
    "certificate": name_papers,
    "meeting": name_meetings,
    "plan": name_plans,
    "edition": name_editions,
}


def row_of(entry: JournalEntry, named: Named) -> dict[str, object]:
    """One line of the journal; keys are columns of its table."""
    at: datetime = entry.at
    thing = named.thing(entry)
    return {
        "number": entry.number,
        "at": at,
        "who": named.who(entry),
        "behalf": named.person(entry.on_behalf_of),
        "what": what(entry),
        "thing": thing.whole,
        "words": thing.words,
        "name": thing.name,
        "href": thing.href,
    }
