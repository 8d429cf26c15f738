"""Who may do what, as a table to read: made from ``access.MAY`` itself, so that it cannot lie."""

from collections.abc import Iterable, Mapping

from review_api import access
from review_api.access import MAY, Predicate
from review_api.formats import marked
from schemas.base import Schema

COLUMNS: Mapping[str, str] = {
    "administrator": marked("Администратор"),
    "organiser": marked("Организатор"),
    "chair": marked("Председатель"),
    "secretary": marked("Секретарь"),
    "coordinator": marked("Координатор"),
    "expert": marked("Эксперт"),
    "author": marked("Автор"),
    "anybody": marked("Все"),
}
YES = marked("да")
IN_SCOPE = marked("в своей области")
IMPARTIAL = marked("в своей области, кроме своих материалов")
NOT_OWN = marked("кроме своих материалов")
WITHOUT_OWN = marked("если нет своих материалов")
OTHERS = marked("в своей области, если нет своих материалов")
IN_CLUSTER = marked("если роль на весь кластер")
OWN = marked("свои")
PLACE = marked("своего муниципалитета")
HELD = marked("назначенные")
PUBLIC = marked("открытое")
RELEASED = marked("свои, после объявления")
SIGNED_IN = marked("после входа")
# Which column a predicate fills, with which words. Administrators have no scope but the cluster.
WORDS: Mapping[Predicate, Mapping[str, str]] = {
    access.is_signed_in: {"anybody": SIGNED_IN},
    access.is_organiser: {"administrator": YES, "organiser": IN_SCOPE},
    access.is_any_organiser: {"administrator": YES, "organiser": YES},
    access.is_impartial_organiser: {"administrator": NOT_OWN, "organiser": IMPARTIAL},
    access.is_organiser_of_others: {"administrator": WITHOUT_OWN, "organiser": OTHERS},
    access.is_administrator: {"administrator": YES},
    access.is_council: {"chair": IN_SCOPE, "secretary": IN_SCOPE},
    access.is_any_council: {"chair": YES, "secretary": YES},
    access.is_impartial_council: {"chair": IMPARTIAL, "secretary": IMPARTIAL},
    access.is_council_of_others: {"chair": OTHERS, "secretary": OTHERS},
    access.is_unbiased_council: {"chair": IMPARTIAL, "secretary": IMPARTIAL},
    access.is_chair: {"chair": IN_SCOPE},
    access.is_impartial_chair: {"chair": IMPARTIAL},
    access.is_coordinator: {"coordinator": PLACE},
    access.coordinates: {"coordinator": PLACE},
    access.owns: {"author": OWN},
    access.wrote: {"author": OWN},
    access.wrote_and_is_told: {"author": RELEASED},
    access.is_reviewing: {"expert": HELD},
    access.may_read_to_review: {"expert": HELD},
    access.is_expert: {"expert": YES},
    access.holds: {"expert": HELD},
    access.still_holds: {"expert": HELD},
    access.is_holder: {"author": OWN, "expert": OWN},
    access.is_public: {"anybody": PUBLIC},
    access.is_published: {"anybody": PUBLIC},
    access.may_give_role: {"administrator": YES, "organiser": IN_CLUSTER},
}
AREAS: Mapping[str, str] = {
    "marathon": marked("Марафон"),
    "submission": marked("Материалы"),
    "review": marked("Экспертиза"),
    "decision": marked("Решения"),
    "results": marked("Итоги"),
    "council": marked("Совет"),
    "people": marked("Люди и установка"),
}
# Action: area, words. In the order of the table.
ACTIONS: Mapping[str, tuple[str, str]] = {
    "organise.enter": ("marathon", marked("Открыть раздел «Организация»")),
    "marathon.see": ("marathon", marked("Видеть марафон")),
    "marathon.edit": ("marathon", marked("Менять настройки марафона")),
    "marathon.join": ("marathon", marked("Начать материал")),
    "stage.run": ("marathon", marked("Запускать этапы, планы и экспертизы")),
    "run.see": ("marathon", marked("Видеть ход запусков")),
    "journal.see": ("marathon", marked("Читать журнал")),
    "export": ("marathon", marked("Выгружать таблицы")),
    "notice.edit": ("marathon", marked("Читать, менять и отправлять письма")),
    "submission.list": ("submission", marked("Видеть список всех материалов")),
    "submission.see": ("submission", marked("Видеть, что материал есть")),
    "submission.edit": ("submission", marked("Менять материал")),
    "submission.consent": ("submission", marked("Давать согласия")),
    "submission.send_back": ("submission", marked("Возвращать материал автору до экспертизы")),
    "submission.withdraw": ("submission", marked("Отзывать материал")),
    "submission.original": ("submission", marked("Открывать файлы автора")),
    "submission.blind": ("submission", marked("Читать обезличенную копию")),
    "submission.authors": ("submission", marked("Видеть авторов")),
    "question.see": ("submission", marked("Читать вопрос эксперта")),
    "question.answer": ("submission", marked("Отвечать на вопрос эксперта")),
    "question.pass": ("submission", marked("Передавать вопросы и ответы")),
    "proof.see": ("submission", marked("Смотреть корректуру статьи")),
    "proof.answer": ("submission", marked("Подтверждать корректуру")),
    "article.see": ("submission", marked("Читать опубликованную статью")),
    "submission.judge": (
        "review",
        marked("Видеть экспертов и отметки материала, решать о нём"),
    ),
    "assignment.list": ("review", marked("Видеть назначения")),
    "plan.see": ("review", marked("Видеть планы назначения")),
    "plan.apply": ("review", marked("Применять план назначения")),
    "conflict.list": ("review", marked("Видеть возможные конфликты интересов")),
    "conflict.decide": ("review", marked("Решать о конфликтах интересов и записывать их")),
    "wish.say": ("review", marked("Высказывать пожелания о работах")),
    "assignment.see": ("review", marked("Видеть одно назначение")),
    "assignment.answer": ("review", marked("Соглашаться и отказываться")),
    "review.pages": ("review", marked("Открыть раздел «Экспертиза»")),
    "review.material": ("review", marked("Читать материал для оценки")),
    "review.write": ("review", marked("Оценивать")),
    "review.read": ("review", marked("Читать экспертизу целиком")),
    "screening.see": ("review", marked("Видеть качество экспертизы")),
    "decision.list": ("decision", marked("Открыть решения")),
    "decision.see": ("decision", marked("Видеть решение до объявления")),
    "decision.experts": ("decision", marked("Получать решения с кодами экспертов (API)")),
    "decision.unblind": ("decision", marked("Показывать себе имена экспертов в решении на час")),
    "decision.confirm": ("decision", marked("Применять решения")),
    "decision.override": ("decision", marked("Менять решение с обоснованием")),
    "outcome.see": ("decision", marked("Узнать решение и отзывы")),
    "policy.approve": ("decision", marked("Утверждать правила отбора")),
    "collection.build": ("results", marked("Собирать и публиковать сборник")),
    "collection.unpublished": ("results", marked("Видеть неопубликованный сборник")),
    "programme.edit": ("results", marked("Составлять программу")),
    "certificate.issue": ("results", marked("Выдавать сертификаты")),
    "certificate.download": ("results", marked("Скачивать сертификат")),
    "report.see": ("results", marked("Видеть аналитику")),
    "council.enter": ("council", marked("Открыть раздел «Совет»")),
    "council.see": ("council", marked("Видеть заседание")),
    "council.edit": ("council", marked("Вести заседание")),
    "council.close": ("council", marked("Закрывать заседание с голосованием")),
    "municipality.see": ("council", marked("Видеть свой муниципалитет")),
    "registry.edit": ("people", marked("Вести реестры")),
    "role.see": ("people", marked("Видеть людей и роли")),
    "role.give": ("people", marked("Приглашать, давать и снимать роли")),
    "person.impersonate": ("people", marked("Смотреть глазами другого человека")),
    "installation": ("people", marked("Управлять установкой")),
}


class RightsRow(Schema):
    """``cells`` has words by column; an empty one is «нет»."""

    action: str
    words: str
    cells: dict[str, str]


def row_of(action: str) -> RightsRow:
    return RightsRow(action=action, words=ACTIONS[action][1], cells=cells_of(MAY[action]))


def cells_of(predicates: Iterable[Predicate]) -> dict[str, str]:
    """The widest words of each column win: they come first in ``WIDTH``."""
    found: dict[str, str] = {}
    for predicate in predicates:
        for column, words in WORDS[predicate].items():
            found[column] = min(found.get(column, words), words, key=WIDTH.index)
    return found


WIDTH = (
    *(YES, PUBLIC, SIGNED_IN, NOT_OWN, WITHOUT_OWN, IN_CLUSTER, IN_SCOPE),
    *(IMPARTIAL, OTHERS, PLACE, HELD, OWN, RELEASED),
)


def table() -> list[tuple[str, list[RightsRow]]]:
    """Areas with their rows, in the order of ``ACTIONS``."""
    return [
        (words, [row_of(action) for action, (area, _) in ACTIONS.items() if area == code])
        for code, words in AREAS.items()
    ]


def as_markdown() -> str:
    """The table for the documentation, by action code."""
    head = ["| Действие | Код |", *(f" {words} |" for words in COLUMNS.values())]
    lines = ["".join(head), "|---|---|" + "---|" * len(COLUMNS)]
    for _, rows in table():
        for row in rows:
            cells = "".join(f" {row.cells.get(column, '—')} |" for column in COLUMNS)
            lines.append(f"| {row.words} | `{row.action}` |{cells}")
    return "\n".join(lines)
