"""Letters to organisers and coordinators, and the one organisers word themselves."""

from collections.abc import Mapping
from types import MappingProxyType

from flows.notices.letter_shape import Letter, Wording, en, ru

REFUSED_HELLO = "Здравствуйте, {name}!"

LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        "own_letter": Letter(
            name="Письмо оргкомитета",
            about="person",
            given=("letter_title", "letter_text"),
            ru=Wording(title="{letter_title}", text="{letter_text}"),
            en=Wording(title="{letter_title}", text="{letter_text}"),
        ),
        "organisers_digest": Letter(
            name="Сводка организаторам",
            about="marathon",
            given=("stuck",),
            refusable=True,
            ru=Wording(
                title="Что ждёт вас: {marathon}",
                text=REFUSED_HELLO + "\n\nСегодня в марафоне «{marathon}» ждут решения:\n\n"
                "{stuck}\n\nОткрыть обзор: {base_url}/organise/{marathon_id}",
            ),
            en=Wording(
                title="What waits for you: {marathon}",
                text="Hello {name},\n\nToday in “{marathon}” these wait for somebody:\n\n"
                "{stuck}\n\nOpen the overview: {base_url}/organise/{marathon_id}",
            ),
        ),
        "nomination_accepted": Letter(
            name="Кандидат принят в эксперты",
            about="nomination",
            ru=ru(
                "{nominee}: принят в реестр экспертов",
                "Вы предлагали в эксперты: {nominee}. Организаторы согласились, приглашение "
                "отправлено.",
                "Открыть муниципалитет: {base_url}/coordinate",
            ),
            en=en(
                "{nominee}: accepted as an expert",
                "You proposed an expert: {nominee}. The organisers agreed and have sent an "
                "invitation.",
                "Open the municipality: {base_url}/coordinate",
            ),
        ),
        "nomination_declined": Letter(
            name="Кандидат не принят в эксперты",
            about="nomination",
            ru=ru(
                "{nominee}: пока не принят в эксперты",
                "Вы предлагали в эксперты: {nominee}. Организаторы пока не согласились. "
                "{nomination_answer}",
                "Открыть муниципалитет: {base_url}/coordinate",
            ),
            en=en(
                "{nominee}: not accepted as an expert for now",
                "You proposed an expert: {nominee}. The organisers have not agreed for now. "
                "{nomination_answer}",
                "Open the municipality: {base_url}/coordinate",
            ),
        ),
    }
)
