"""Every letter the system writes, as data: a title, a text, the values it needs.

Placeholders are names in braces; ``LETTERS`` is the whole list, so that organisers can read all
letters in one place and a test can prove that each can be written out.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType

from schemas.base import Schema

PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Letter(Schema):
    """``name`` is what organisers call it; ``text`` is plain, paragraphs parted by blank lines."""

    name: str
    title: str
    text: str

    @property
    def placeholders(self) -> frozenset[str]:
        return frozenset(PLACEHOLDER.findall(self.title + self.text))


SIGNATURE = "\n\nОргкомитет марафона «{marathon}»\n{contact}"

LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        "login": Letter(
            name="Вход",
            title="Вход: код {code}",
            text="Здравствуйте!\n\nЧтобы войти, откройте ссылку и нажмите «Войти»:\n"
            "{base_url}/login/link/{secret}{way_back}\n\nИли введите код на странице входа: {code}\n\n"
            "Ссылка и код действуют {minutes} минут. Если вы не входили, ничего не делайте.",
        ),
        "submission_received": Letter(
            name="Материал получен",
            title="Материал № {number} получен",
            text="Здравствуйте, {name}!\n\nМы получили материал № {number} «{title}».\n\n"
            "Что дальше: файл проверит система (несколько минут), затем материал прочитают "
            "эксперты из других муниципалитетов. Решение придёт письмом до {decision_by}.\n\n"
            "Следить за ходом: {base_url}/my/{submission_id}" + SIGNATURE,
        ),
        "file_refused": Letter(
            name="Нужен другой файл",
            title="Материал № {number}: нужен другой файл",
            text="Здравствуйте, {name}!\n\nФайл материала № {number} «{title}» не подошёл.\n\n"
            "{file_problem}\n\nЗагрузите другой файл: {base_url}/my/{submission_id}/files\n"
            "Остальное сохранено, заполнять заново ничего не нужно." + SIGNATURE,
        ),
        "submission_withdrawn": Letter(
            name="Материал отозван",
            title="Материал № {number} отозван",
            text="Здравствуйте, {name}!\n\nМатериал № {number} «{title}» отозван. "
            "Если это произошло по ошибке, ответьте на это письмо." + SIGNATURE,
        ),
        "revision_asked": Letter(
            name="Доработка",
            title="Материал № {number}: эксперты советуют доработать",
            text="Здравствуйте, {name}!\n\nЭксперты считают материал № {number} «{title}» "
            "полезным и советуют его доработать. Экспертиза идёт до {decision_by}: пришлите "
            "материал заранее, чтобы эксперты успели его прочесть.\n\nЗамечания и кнопка "
            "«Отправить снова»: {base_url}/my/{submission_id}" + SIGNATURE,
        ),
        "invitation": Letter(
            name="Приглашение эксперту",
            title="Просим оценить материал: «{title}»",
            text="Здравствуйте, {name}!\n\nПросим вас оценить материал «{title}».\n\n{abstract}\n\n"
            "Ответьте, пожалуйста, до {answer_until}; оценка нужна до {due_at}. Оценка занимает "
            "около 15 минут.\n\nОткрыть, согласиться или отказаться: "
            "{base_url}/expert/assignments/{assignment_id}" + SIGNATURE,
        ),
        "answer_reminder": Letter(
            name="Напоминание ответить",
            title="Ждём ответа: «{title}»",
            text="Здравствуйте, {name}!\n\nВы ещё не ответили, сможете ли оценить материал "
            "«{title}». Ответ нужен до {answer_until}: "
            "{base_url}/expert/assignments/{assignment_id}\n\n"
            "Если сейчас не получается, так и ответьте: найдём другого эксперта." + SIGNATURE,
        ),
        "review_reminder": Letter(
            name="Напоминание об оценке",
            title="Оценка материала «{title}»: срок {due_at}",
            text="Здравствуйте, {name}!\n\nНапоминаем об оценке материала «{title}». "
            "Срок: {due_at}.\n\nПродолжить с того места, где остановились: "
            "{base_url}/expert/assignments/{assignment_id}" + SIGNATURE,
        ),
        "assignment_expired": Letter(
            name="Срок вышел",
            title="Материал «{title}» передан другому эксперту",
            text="Здравствуйте, {name}!\n\nСрок по материалу «{title}» вышел, и мы передали его "
            "другому эксперту. Черновик ваших оценок сохранён. Если вы успеваете, напишите нам."
            + SIGNATURE,
        ),
        "assignment_withdrawn": Letter(
            name="Назначение снято",
            title="Материал «{title}» больше не нужно оценивать",
            text="Здравствуйте, {name}!\n\nОценивать материал «{title}» больше не нужно: его "
            "отозвали, передали другому эксперту или оценок уже достаточно. Спасибо за готовность "
            "помочь." + SIGNATURE,
        ),
        "review_thanks": Letter(
            name="Спасибо за оценку",
            title="Спасибо! Оценка материала «{title}» получена",
            text="Здравствуйте, {name}!\n\nВаша оценка материала «{title}» получена. До "
            "{reviews_until} её можно изменить: {base_url}/expert/assignments/{assignment_id}\n\n"
            "Спасибо за внимательное чтение." + SIGNATURE,
        ),
        "decision": Letter(
            name="Решение",
            title="Решение по материалу № {number}",
            text="Здравствуйте, {name}!\n\nПо материалу № {number} «{title}» принято решение.\n\n"
            "{outcome}\n\n{explanation}\n\nОтзывы экспертов: {base_url}/my/{submission_id}\n"
            "Как принято решение: {base_url}/my/{submission_id}/decision" + SIGNATURE,
        ),
        "certificate": Letter(
            name="Сертификат готов",
            title="{certificate} готов",
            text="Здравствуйте, {name}!\n\n{certificate} № {certificate_number} можно скачать: "
            "{base_url}/my\n\nПодлинность проверяется по QR-коду или номеру: "
            "{base_url}/verify/{certificate_number}" + SIGNATURE,
        ),
        "role_given": Letter(
            name="Роль дана",
            title="Вам дана роль: {role}",
            text="Здравствуйте, {name}!\n\nВам дана роль в системе марафонов педагогических "
            "практик: {role}.\n\nЧтобы войти, откройте {base_url}/login и введите этот адрес "
            "почты. Пароль не нужен: придёт письмо со ссылкой и кодом.\n\n"
            "Если вы этого не ждали, напишите нам: {contact}",
        ),
        "nudge": Letter(
            name="Напоминание от координатора",
            title="Приём материалов марафона заканчивается {submissions_until}",
            text="Здравствуйте, {name}!\n\nЧерновик материала «{title}» ещё не отправлен. "
            "Приём закончится {submissions_until}.\n\nЗакончить: {base_url}/my/{submission_id}"
            + SIGNATURE,
        ),
    }
)


class MissingValues(ValueError):
    """Placeholders without a value; never sent, shown to organisers in red."""

    def __init__(self, names: frozenset[str]) -> None:
        super().__init__(", ".join(sorted(names)))
        self.names = names


def write_out(template: str, values: Mapping[str, str]) -> tuple[str, str]:
    """Title and text with ``values``; raises ``MissingValues``. Values are never templates."""
    letter = LETTERS[template]
    missing = letter.placeholders - values.keys()
    if missing:
        raise MissingValues(missing)
    return fill(letter.title, values), fill(letter.text, values)


def fill(pattern: str, values: Mapping[str, str]) -> str:
    return PLACEHOLDER.sub(lambda found: values[found[1]], pattern)
