"""The journal in words: what happened to a thing, for people who never see codes."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from flows.marathons.rules import PHASE_NAMES
from schemas.assignment import ASSIGNMENT_STATUS_NAMES
from schemas.outbox import JournalEntry
from schemas.people import ROLE_NAMES, Role
from schemas.submission import SUBMISSION_STATUS_NAMES
from storage.work import Work

ACTIONS: Mapping[str, str] = {
    "started": "Начат черновик",
    "question_asked": "Эксперт задал вопрос автору",
    "question_passed": "Вопрос передан автору",
    "question_declined": "Вопрос не передан автору",
    "question_answered": "Автор ответил на вопрос",
    "question_returned": "Ответ передан эксперту",
    "proof_asked": "Вёрстка разослана авторам на подтверждение",
    "proof_reminded": "Авторам напомнили о вёрстке",
    "proof_confirmed": "Автор подтвердил вёрстку",
    "proof_corrected": "Автор исправил данные в вёрстке",
    "code_made": "Сделан код доступа",
    "code_closed": "Код доступа закрыт",
    "code_entered": "Срок продлён по коду доступа",
    "co_author_invited": "Соавтору отправлено приглашение",
    "co_author_confirmed": "Соавтор подтвердил участие",
    "co_author_declined": "Соавтор попросил убрать его из списка",
    "checked_again": "Файл проверяется заново",
    "virus_found": "В файле найден вирус",
    "sent_back": "Материал возвращён автору с замечанием",
    "withdrawal_reason_given": "Указана причина отзыва",
    "children_cleared": "Сведения о детях в файле проверены автором",
    "overridden": "Решение изменено человеком",
    "ruling_taken_back": "Решение человека отменено, снова действует предложение системы",
    "unblinded": "Показаны имена экспертов",
    "extra_review_asked": "Запрошена дополнительная экспертиза",
    "sent_to_council": "Работа передана совету",
    "extended": "Продлён срок",
    "wished": "Высказаны пожелания о работах",
    "conflict_declared": "Заявлен конфликт интересов",
    "deadline_extended": "Продлён срок",
    "requested": "Запрошен план назначения",
    "edited_by_hand": "План назначения изменён вручную",
    "put_aside": "План назначения отложен",
    "applied": "План применён",
    "expert_substituted": "Эксперт заменён организатором",
    "policy_adopted": "Приняты правила назначения из пробы",
    "common_round_opened": "Открыт общий раунд экспертизы",
    "common_round_reminded": "Экспертам напомнили об общей работе",
    "common_round_closed": "Общий раунд экспертизы закрыт",
    "created": "Создано",
    "added": "Добавлено в реестр",
    "imported": "Загружено таблицей",
    "changed": "Изменено",
    "policy_approved": "Правила отбора утверждены",
    "policy_changed": "Изменены правила отбора",
    "policy_frozen_by_use": "Правила отбора заморожены первым применением",
    "corrections_frozen": "Поправки на строгость заморожены первым применением",
    "opened_unapproved": "Приём открыт по неутверждённым правилам отбора",
    "thresholds_set": "Изменены пороги отбора",
    "delegates_set": "Назначены делегаты",
    "ballot_applied": "Итог голосования внесён в решение",
    "edited": "Текст изменён",
    "released": "Отправлено",
    "discarded": "Удалено",
    "role_given": "Дана роль",
    "role_taken": "Снята роль",
    "support_began": "Поддержка начала смотреть глазами этого человека",
    "support_ended": "Поддержка закончила смотреть глазами этого человека",
    "confirmed_again": "Личность подтверждена ещё раз",
    "invited": "Отправлено приглашение",
    "invitation_accepted": "Приглашение принято",
    "invitation_revoked": "Приглашение отозвано",
    "sessions_ended": "Завершены все входы",
    "token_revoked": "Отозван токен программы",
    "backed_up": "Сделан архив",
    "signed_in": "Вход",
    "guest_came": "Начат черновик без входа",
    "guest_left": "Черновик без входа удалён",
    "drafts_claimed": "Черновик перешёл в учётную запись",
    "entered": "Материал внесён за педагога",
    "paper_consents_recorded": "Записаны согласия на бумаге",
    "offered_to_author": "Автору предложено взять материал",
    "password_set": "Задан пароль",
    "password_removed": "Пароль удалён",
    "profile_saved": "Изменены данные человека",
    "address_changed": "Изменён адрес почты",
    "data_taken": "Человек скачал свои данные",
    "erased": "Данные человека удалены по его просьбе",
}
FILE_WORDS = {
    "received": "получен",
    "accepted": "прошёл проверку",
    "refused": "не прошёл проверку",
    "replaced": "заменён",
}
DECISION_WORDS = {"proposed": "предложено", "confirmed": "применено"}
EDITION_WORDS = {"built": "собран", "published": "опубликован", "superseded": "заменён новым"}
STATUSES: Mapping[str, tuple[str, Mapping[str, str]]] = {
    "submission": (
        "Материал",
        {status.value: words for status, words in SUBMISSION_STATUS_NAMES.items()},
    ),
    "assignment": (
        "Назначение",
        {status.value: words for status, words in ASSIGNMENT_STATUS_NAMES.items()},
    ),
    "file": ("Файл", FILE_WORDS),
    "decision": ("Решение", DECISION_WORDS),
    "edition": ("Выпуск", EDITION_WORDS),
    "marathon": ("Этап", {phase.value: words for phase, words in PHASE_NAMES.items()}),
}
PARTS: Mapping[str, str] = {
    "check_new_submissions": "Проверка файлов",
    "replace_experts": "Замена экспертов",
    "collect_reviews": "Сбор экспертиз",
    "top_up_reviews": "Дополнительные экспертизы",
}


def sentence(entry: JournalEntry, who: str) -> str:
    if entry.action == "moved" and entry.subject_kind in STATUSES:
        thing, words = STATUSES[entry.subject_kind]
        to = entry.details.get("to", "")
        what = f"{thing}: {words.get(to, to)}"
    else:
        what = ACTIONS.get(entry.action, entry.action) + role_named(entry) + why_asked(entry)
    return f"{what}. {who.removesuffix('.')}." if who else f"{what}."


def role_named(entry: JournalEntry) -> str:
    """«: организатор» for entries about a role."""
    role = entry.details.get("role")
    return f": {ROLE_NAMES[Role(role)]}" if role in set(Role) else ""


def why_asked(entry: JournalEntry) -> str:
    """«: экспертиз 2, вероятность публикации 55 %» for a review asked on top of the others.

    For names of experts, the reason of whoever wanted to see them.
    """
    if entry.action == "unblinded":
        return f": {entry.details.get('reason', '')}"
    if entry.action != "extra_review_asked":
        return ""
    chance = entry.details.get("probability")
    sure = f", вероятность публикации {round(100 * float(chance))} %" if chance else ""
    return f": было экспертиз {entry.details.get('reviews', '0')}{sure}"


def history(work: Work, subject_ids: Iterable[str]) -> list[tuple[datetime, str]]:
    """(moment, sentence) of everything in the journal about these things, newest first."""
    entries = [entry for identifier in subject_ids for entry in work.journal.about(identifier)]
    entries.sort(key=lambda entry: entry.number, reverse=True)
    people = work.people.many(entry.person_id for entry in entries if entry.person_id)
    names = {identifier: person.initials for identifier, person in people.items()}
    return [
        (entry.at, sentence(entry, names.get(entry.person_id or "", PARTS.get(entry.part, ""))))
        for entry in entries
    ]
