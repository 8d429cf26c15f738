"""Letters to experts: invitations, reminders, thanks; none of them tells who wrote a work."""

from collections.abc import Mapping
from types import MappingProxyType

from flows.notices.letter_shape import Letter, en, ru

LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        "invitation": Letter(
            name="Приглашение эксперту",
            about="assignment",
            ru=ru(
                "Просим оценить материал: «{title}»",
                "Просим вас оценить материал «{title}».",
                "{abstract}",
                "Ответьте, пожалуйста, до {answer_until}; оценка нужна до {due_at}. Оценка "
                "занимает около 15 минут.",
                "Открыть и ответить: {invitation_link}",
            ),
            en=en(
                "Please review the submission “{title}”",
                "Would you review the submission “{title}”?",
                "{abstract}",
                "Please answer before {answer_until}; the review is due by {due_at}. It takes "
                "about 15 minutes.",
                "Open and answer: {invitation_link}",
            ),
        ),
        "invitations": Letter(
            name="Несколько приглашений эксперту",
            about="assignments",
            given=("assignment_ids",),
            ru=ru(
                "Просим оценить материалы: {count}",
                "Просим вас оценить материалы ({count}). Оценка одного занимает около 15 минут; "
                "на каждый можно ответить отдельно.",
                "{works_to_answer}",
                "Открыть все и ответить: {invitation_link}",
            ),
            en=en(
                "Please review submissions: {count}",
                "Would you review these submissions ({count})? One takes about 15 minutes; each can "
                "be answered on its own.",
                "{works_to_answer}",
                "Open all and answer: {invitation_link}",
            ),
        ),
        "answer_reminder": Letter(
            name="Напоминание ответить",
            about="assignment",
            refusable=True,
            ru=ru(
                "Ждём ответа: «{title}»",
                "Сможете ли вы оценить материал «{title}»? {answer_words}",
                "Открыть и ответить: {invitation_link}",
                "Если сейчас не получается, так и ответьте: найдём другого эксперта.",
            ),
            en=en(
                "We are waiting for your answer: “{title}”",
                "Can you review the submission “{title}”? {answer_words}",
                "Open and answer: {invitation_link}",
                "If you cannot now, just say so: we shall find another expert.",
            ),
        ),
        "answer_reminders": Letter(
            name="Напоминание ответить о нескольких",
            about="assignments",
            given=("assignment_ids",),
            refusable=True,
            ru=ru(
                "Ждём ваших ответов: {count}",
                "Сможете ли вы оценить эти материалы?",
                "{works_to_answer}",
                "Открыть все и ответить: {invitation_link}",
                "Если сейчас не получается, так и ответьте: найдём других экспертов.",
            ),
            en=en(
                "We are waiting for your answers: {count}",
                "Can you review these submissions?",
                "{works_to_answer}",
                "Open all and answer: {invitation_link}",
                "If you cannot now, just say so: we shall find other experts.",
            ),
        ),
        "review_reminder": Letter(
            name="Напоминание об оценке",
            about="assignment",
            refusable=True,
            ru=ru(
                "Материал «{title}» ждёт вашей оценки",
                "Напоминаем об оценке материала «{title}». {due_words}",
                "Продолжить с того места, где остановились: {invitation_link}",
            ),
            en=en(
                "The submission “{title}” waits for your review",
                "A reminder of your review of “{title}”. {due_words}",
                "Go on where you stopped: {invitation_link}",
            ),
        ),
        "review_reminders": Letter(
            name="Напоминание о нескольких оценках",
            about="assignments",
            given=("assignment_ids",),
            refusable=True,
            ru=ru(
                "Материалы ждут вашей оценки: {count}",
                "Напоминаем о материалах, которые ждут вашей оценки.",
                "{works_to_review}",
                "Продолжить: {invitation_link}",
            ),
            en=en(
                "Submissions wait for your review: {count}",
                "A reminder of the submissions that wait for your review.",
                "{works_to_review}",
                "Go on: {invitation_link}",
            ),
        ),
        "assignment_expired": Letter(
            name="Срок вышел",
            about="assignment",
            ru=ru(
                "Материал «{title}» передан другому эксперту",
                "Срок по материалу «{title}» вышел, и мы передали его другому эксперту. Черновик "
                "ваших оценок сохранён. Если вы успеваете, напишите нам.",
            ),
            en=en(
                "The submission “{title}” has been passed to another expert",
                "The time for the submission “{title}” is over and we have passed it to another "
                "expert. The draft of your marks is kept. If you can still do it, write to us.",
            ),
        ),
        "assignment_withdrawn": Letter(
            name="Назначение снято",
            about="assignment",
            ru=ru(
                "Материал «{title}» больше не нужно оценивать",
                "Оценивать материал «{title}» больше не нужно: его отозвали, передали другому "
                "эксперту или оценок уже достаточно. Спасибо за готовность помочь.",
            ),
            en=en(
                "The submission “{title}” needs no review any more",
                "The submission “{title}” needs no review any more: it was withdrawn, passed to "
                "another expert, or has enough reviews. Thank you for being ready to help.",
            ),
        ),
        "review_thanks": Letter(
            name="Спасибо за оценку",
            about="assignment",
            ru=ru(
                "Спасибо! Оценка материала «{title}» получена",
                "Ваша оценка материала «{title}» получена. Её можно изменить до {reviews_until}.",
                "Открыть мою оценку: {base_url}/expert/assignments/{assignment_id}",
                "Спасибо за внимательное чтение.",
            ),
            en=en(
                "Thank you! Your review of “{title}” has arrived",
                "Your review of the submission “{title}” has arrived. You may change it until "
                "{reviews_until}.",
                "Open my review: {base_url}/expert/assignments/{assignment_id}",
                "Thank you for reading with care.",
            ),
        ),
        "answer_to_expert": Letter(
            name="Ответ автора эксперту",
            about="question",
            ru=ru(
                "Автор ответил на ваш вопрос",
                "Вы спрашивали о материале «{blind_title}»:\n{question}",
                "Ответ автора:\n{answer}",
                "Вернуться к оценке: {base_url}/expert/assignments/{assignment_id}",
            ),
            en=en(
                "The author has answered your question",
                "You asked about the submission “{blind_title}”:\n{question}",
                "The author's answer:\n{answer}",
                "Back to the review: {base_url}/expert/assignments/{assignment_id}",
            ),
        ),
        "question_declined": Letter(
            name="Вопрос эксперта не передан",
            about="question",
            ru=ru(
                "Ваш вопрос не передан автору",
                "Вы спрашивали о материале «{blind_title}»:\n{question}",
                "Организаторы не передали вопрос автору. {declined_because}",
                "Вернуться к оценке: {base_url}/expert/assignments/{assignment_id}",
            ),
            en=en(
                "Your question was not passed on",
                "You asked about the submission “{blind_title}”:\n{question}",
                "The organisers have not passed it on to the author. {declined_because}",
                "Back to the review: {base_url}/expert/assignments/{assignment_id}",
            ),
        ),
        "review_outcomes": Letter(
            name="Чем закончилась экспертиза",
            about="assignments",
            given=("assignment_ids",),
            ru=ru(
                "Что решено о материалах, которые вы читали",
                "Вы оценили материалы ({count}). Вот что о них решено:",
                "{works_and_outcomes}",
                "Спасибо: решения опирались на ваши оценки и замечания.",
                "Моя статистика и справка эксперта: {base_url}/expert",
            ),
            en=en(
                "What was decided about the submissions you read",
                "You reviewed submissions ({count}). This is what was decided:",
                "{works_and_outcomes}",
                "Thank you: the decisions rest on your marks and remarks.",
                "My statistics and certificate: {base_url}/expert",
            ),
        ),
    }
)
