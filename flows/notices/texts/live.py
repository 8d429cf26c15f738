"""Letters about the live day; each carries a calendar with the talk."""

from collections.abc import Mapping
from types import MappingProxyType

from flows.notices.letter_shape import Letter, en, ru

WHEN_RU = "Когда: {talk_at}\nСекция: {session}\nДлительность: {talk_minutes} минут\n{connect_words}"
WHEN_EN = "When: {talk_at}\nSession: {session}\nLength: {talk_minutes} minutes\n{connect_words}"
ANSWER_RU = "Ответить «Буду» или «Не смогу»: {base_url}/my/{submission_id}/live"
ANSWER_EN = "Answer “I shall come” or “I cannot”: {base_url}/my/{submission_id}/live"

LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        "live_invitation": Letter(
            name="Время выступления",
            about="slot",
            ru=ru(
                "Ваше выступление: {talk_at}",
                "Приглашаем вас выступить с материалом «{title}».",
                WHEN_RU,
                ANSWER_RU,
                "Во вложении — запись для календаря.",
            ),
            en=en(
                "Your talk: {talk_at}",
                "We invite you to present the submission “{title}”.",
                WHEN_EN,
                ANSWER_EN,
                "An entry for your calendar is attached.",
            ),
        ),
        "programme_changed": Letter(
            name="Время выступления изменилось",
            about="slot",
            ru=ru(
                "Выступление перенесено: {talk_at}",
                "В программе изменилось ваше выступление с материалом «{title}». Теперь так:",
                WHEN_RU,
                ANSWER_RU,
                "Вложение исправит запись в вашем календаре.",
            ),
            en=en(
                "Your talk has moved: {talk_at}",
                "Your talk about “{title}” has changed in the programme. It is now:",
                WHEN_EN,
                ANSWER_EN,
                "The attachment mends the entry in your calendar.",
            ),
        ),
        "live_cancelled": Letter(
            name="Выступление снято с программы",
            about="submission",
            given=("talk_at",),
            ru=ru(
                "Выступление снято с программы: «{title}»",
                "Выступления с материалом «{title}» ({talk_at}) в программе больше нет. Если это "
                "неожиданно, ответьте на это письмо.",
                "Открыть материал: {base_url}/my/{submission_id}",
            ),
            en=en(
                "Your talk has left the programme: “{title}”",
                "The talk about “{title}” ({talk_at}) is no longer in the programme. If this is "
                "unexpected, reply to this letter.",
                "Open the submission: {base_url}/my/{submission_id}",
            ),
        ),
        "live_reminder": Letter(
            name="Ждём ответа о выступлении",
            about="slot",
            refusable=True,
            ru=ru(
                "Вы будете выступать? {talk_at}",
                "Мы ещё не знаем, сможете ли вы выступить с материалом «{title}».",
                WHEN_RU,
                ANSWER_RU,
            ),
            en=en(
                "Will you give your talk? {talk_at}",
                "We do not know yet whether you can present the submission “{title}”.",
                WHEN_EN,
                ANSWER_EN,
            ),
        ),
    }
)
