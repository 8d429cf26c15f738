"""What an organiser may put into a letter: every placeholder with its meaning and an example."""

from collections.abc import Mapping
from typing import NamedTuple

from flows.notices.letter_shape import PLACEHOLDER, Letter, Subject, Wording
from flows.notices.letters import LETTERS


class Placeholder(NamedTuple):
    """``example`` stands in where the marathon has nothing real to show yet."""

    group: str
    meaning: str
    example: str


EVERYWHERE, WORK, REVIEW, OUTCOME, TALK, OTHER = (
    "Везде",
    "Материал",
    "Экспертиза",
    "Решение",
    "Выступление",
    "Прочее",
)
PLACEHOLDERS: Mapping[str, Placeholder] = {
    "name": Placeholder(EVERYWHERE, "имя и отчество получателя", "Анна Петровна"),
    "marathon": Placeholder(EVERYWHERE, "название марафона", "Марафон практик"),
    "contact": Placeholder(EVERYWHERE, "контакты оргкомитета", "orgkomitet@example.ru"),
    "base_url": Placeholder(EVERYWHERE, "адрес сайта", "https://marathon.example.ru"),
    "number": Placeholder(WORK, "номер материала", "17"),
    "title": Placeholder(WORK, "название материала", "Мост из спагетти"),
    "abstract": Placeholder(WORK, "аннотация", "Как устроена практика."),
    "submission_id": Placeholder(WORK, "часть адреса материала", "0000"),
    "decision_by": Placeholder(WORK, "когда закончится экспертиза", "5 декабря 2026 г., 23:59"),
    "submissions_until": Placeholder(WORK, "когда закончится приём", "1 ноября 2026 г., 23:59"),
    "file_problem": Placeholder(WORK, "чем не подошёл файл", "Файл повреждён и не открывается."),
    "return_reason": Placeholder(WORK, "почему материал возвращён", "Нет списка источников."),
    "inviter": Placeholder(WORK, "кто приглашает", "Иванова Анна Петровна"),
    "co_author": Placeholder(WORK, "соавтор", "Петрова Ия Львовна"),
    "extended_until": Placeholder(WORK, "новый срок", "8 ноября 2026 г., 23:59"),
    "assignment_id": Placeholder(REVIEW, "часть адреса экспертизы", "0000"),
    "invitation_link": Placeholder(
        REVIEW, "где ответить, не входя", "https://marathon.example.ru/invited/0000"
    ),
    "answer_until": Placeholder(REVIEW, "до какого времени ответить", "20 ноября 2026 г., 23:59"),
    "due_at": Placeholder(REVIEW, "срок оценки", "5 декабря 2026 г., 23:59"),
    "reviews_until": Placeholder(REVIEW, "до когда оценку можно менять", "5 декабря 2026 г."),
    "answer_words": Placeholder(REVIEW, "фраза о сроке ответа", "Ответ нужен до 20 ноября."),
    "due_words": Placeholder(REVIEW, "фраза о сроке оценки", "Срок: 5 декабря 2026 г."),
    "count": Placeholder(REVIEW, "сколько материалов", "3"),
    "works_to_answer": Placeholder(REVIEW, "список со сроками ответа", "• «Мост»."),
    "works_to_review": Placeholder(REVIEW, "список со сроками оценки", "• «Мост»."),
    "works_and_outcomes": Placeholder(REVIEW, "список с решениями", "• «Мост»."),
    "question": Placeholder(REVIEW, "вопрос эксперта", "Сколько детей в группе?"),
    "answer": Placeholder(REVIEW, "ответ автора", "Двенадцать."),
    "declined_because": Placeholder(REVIEW, "почему вопрос не передан", "Это есть в тексте."),
    "blind_title": Placeholder(REVIEW, "название без имён", "Мост из спагетти"),
    "outcome": Placeholder(OUTCOME, "что решено", "Материал будет опубликован в сборнике."),
    "explanation": Placeholder(OUTCOME, "почему так решено", "Балл выше порога."),
    "reviews": Placeholder(OUTCOME, "что эксперты написали автору", "— Ясное описание."),
    "certificate": Placeholder(OUTCOME, "вид документа", "Сертификат участника"),
    "certificate_number": Placeholder(OUTCOME, "номер документа", "2026-У-0001"),
    "talk_at": Placeholder(TALK, "время с поясом", "27 марта 2026 г., 10:00 (Иркутск, UTC+8)"),
    "session": Placeholder(TALK, "секция", "Секция 1"),
    "talk_minutes": Placeholder(TALK, "сколько минут", "15"),
    "connect_words": Placeholder(TALK, "как подключиться", "Подключение: https://example.ru"),
    "role": Placeholder(OTHER, "роль", "эксперт"),
    "nominee": Placeholder(OTHER, "кого предложили", "Петрова Ия Львовна"),
    "nomination_answer": Placeholder(OTHER, "ответ организаторов", "Нужен стаж."),
    "marathon_id": Placeholder(OTHER, "часть адреса марафона", "0000"),
    "stuck": Placeholder(OTHER, "что ждёт решения", "• Письма ждут отправки: 3"),
    "letter_title": Placeholder(OTHER, "тема своего письма", "Встреча 5 декабря"),
    "letter_text": Placeholder(OTHER, "текст своего письма", "Ждём вас."),
    "secret": Placeholder(OTHER, "часть личной ссылки", "••••••"),
    "days": Placeholder(OTHER, "сколько дней действует ссылка", "14"),
}
GENERAL = frozenset({"name", "marathon", "contact", "base_url"})
OF_SUBMISSION = frozenset(
    {
        *("number", "title", "abstract", "submission_id", "marathon_id"),
        *("decision_by", "submissions_until", "file_problem", "return_reason"),
    }
)
OF: Mapping[Subject, frozenset[str]] = {
    "submission": OF_SUBMISSION,
    "assignment": frozenset(
        {
            *("assignment_id", "title", "abstract", "answer_until", "due_at", "reviews_until"),
            *("answer_words", "due_words", "invitation_link"),
        }
    ),
    "assignments": frozenset(
        {
            *("count", "works_to_answer", "works_to_review", "works_and_outcomes"),
            "invitation_link",
        }
    ),
    "decision": OF_SUBMISSION | {"outcome", "explanation", "reviews"},
    "certificate": frozenset({"certificate", "certificate_number"}),
    "role": frozenset({"role"}),
    "token": frozenset(),
    "person": frozenset(),
    "question": frozenset(),
    "nomination": frozenset({"nominee", "nomination_answer"}),
    "extension": frozenset({"extended_until"}),
    "marathon": frozenset({"marathon_id"}),
    "slot": OF_SUBMISSION | {"session", "talk_at", "talk_minutes", "connect_words"},
}
QUESTION_TO_AUTHOR = OF_SUBMISSION | {"question"}
QUESTION_TO_EXPERT = frozenset(
    {"assignment_id", "blind_title", "question", "answer", "declined_because"}
)


def available(letter: Letter) -> frozenset[str]:
    """The placeholders this letter can fill; ids lists of works are no words for people."""
    own = OF[letter.about]
    if letter.about == "question":
        to_author = "number" in letter.placeholders
        own = QUESTION_TO_AUTHOR if to_author else QUESTION_TO_EXPERT
    return GENERAL | own | (set(letter.given) - {"assignment_ids"})


def undefined(code: str, wording: Wording) -> list[str]:
    """Names in braces that the letter cannot fill, in the order they stand."""
    known = available(LETTERS[code])
    found = PLACEHOLDER.findall(wording.title + "\n" + wording.text)
    return [name for name in dict.fromkeys(found) if name not in known]


def grouped(code: str) -> dict[str, list[str]]:
    """The letter's placeholders by group, as the table above orders them."""
    known = available(LETTERS[code])
    found: dict[str, list[str]] = {}
    for name, about in PLACEHOLDERS.items():
        if name in known:
            found.setdefault(about.group, []).append(name)
    return found
