"""Reminders to authors, before a date and after it; each says what is waited for and until when."""

from collections.abc import Mapping
from types import MappingProxyType

from flows.notices.letter_shape import Letter, en, ru

LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        "nudge": Letter(
            name="Напоминание от координатора",
            about="submission",
            refusable=True,
            ru=ru(
                "Приём материалов марафона заканчивается {submissions_until}",
                "Черновик материала «{title}» ещё не отправлен. Приём закончится "
                "{submissions_until}.",
                "Закончить: {base_url}/my/{submission_id}",
            ),
            en=en(
                "The marathon takes submissions until {submissions_until}",
                "The draft of “{title}” has not been sent yet. Submissions are taken until "
                "{submissions_until}.",
                "Finish it: {base_url}/my/{submission_id}",
            ),
        ),
        "draft_reminder": Letter(
            name="Черновик не отправлен",
            about="submission",
            refusable=True,
            ru=ru(
                "Черновик «{title}» ждёт отправки до {submissions_until}",
                "Черновик материала «{title}» сохранён, но ещё не отправлен. Приём закончится "
                "{submissions_until}.",
                "Закончить и отправить: {base_url}/my/{submission_id}",
                "Если вы передумали участвовать, ничего не делайте.",
            ),
            en=en(
                "The draft “{title}” can be sent until {submissions_until}",
                "The draft of “{title}” is kept but not sent yet. Submissions are taken until "
                "{submissions_until}.",
                "Finish and send: {base_url}/my/{submission_id}",
                "If you have changed your mind, there is nothing to do.",
            ),
        ),
        "file_reminder": Letter(
            name="Напоминание о возвращённом материале",
            about="submission",
            refusable=True,
            ru=ru(
                "Материал № {number}: ждём его снова до {submissions_until}",
                "Материал № {number} «{title}» пока не принят: он возвращён вам.",
                "{return_reason}",
                "Исправить и отправить: {base_url}/my/{submission_id}",
            ),
            en=en(
                "Submission no. {number}: awaited again until {submissions_until}",
                "Submission no. {number}, “{title}”, is not accepted yet: it was returned to you.",
                "{return_reason}",
                "Correct and send it: {base_url}/my/{submission_id}",
            ),
        ),
        "co_author_reminder": Letter(
            name="Напоминание соавтору",
            about="submission",
            refusable=True,
            ru=ru(
                "Ждём подтверждения соавторства: «{title}»",
                "Вас указали соавтором материала «{title}». Подтвердите это или откажитесь до "
                "{submissions_until}.",
                "Посмотреть и ответить: {base_url}/my",
            ),
            en=en(
                "Your co-authorship waits to be confirmed: “{title}”",
                "You are named as a co-author of the submission “{title}”. Please confirm or refuse "
                "before {submissions_until}.",
                "Look at it and answer: {base_url}/my",
            ),
        ),
        "revision_reminder": Letter(
            name="Напоминание о доработке",
            about="submission",
            refusable=True,
            ru=ru(
                "Материал № {number}: доработку ждём до {decision_by}",
                "Эксперты советовали доработать материал № {number} «{title}». Отправить его снова "
                "можно до {decision_by}.",
                "Прочитать замечания и отправить снова: {base_url}/my/{submission_id}",
            ),
            en=en(
                "Submission no. {number}: the revision is awaited until {decision_by}",
                "The experts advised you to revise submission no. {number}, “{title}”. You may send "
                "it again until {decision_by}.",
                "Read the remarks and send again: {base_url}/my/{submission_id}",
            ),
        ),
        "question_reminder": Letter(
            name="Напоминание о вопросе эксперта",
            about="question",
            refusable=True,
            ru=ru(
                "Эксперт ждёт ответа о материале № {number}",
                "Эксперт спрашивал о материале № {number} «{title}»:",
                "{question}",
                "Ответить: {base_url}/my/{submission_id}/questions",
            ),
            en=en(
                "An expert waits for an answer about submission no. {number}",
                "An expert asked about submission no. {number}, “{title}”:",
                "{question}",
                "Answer: {base_url}/my/{submission_id}/questions",
            ),
        ),
        "proof_reminder": Letter(
            name="Напоминание о вёрстке",
            about="submission",
            refusable=True,
            ru=ru(
                "Материал № {number}: статья ждёт вашей проверки",
                "Статья «{title}» готова к публикации. Проверьте фамилию, имя и отчество, "
                "должность и школу: это занимает две минуты.",
                "Проверить статью: {base_url}/my/{submission_id}/proof",
            ),
            en=en(
                "Submission no. {number}: the article waits for your check",
                "The article “{title}” is ready for publication. Check names, positions and "
                "schools: it takes two minutes.",
                "Check the article: {base_url}/my/{submission_id}/proof",
            ),
        ),
    }
)
