"""Letters to authors about a material: received, files, decision, co-authors, questions, proofs."""

from collections.abc import Mapping
from types import MappingProxyType

from flows.notices.letter_shape import Letter, en, ru

DECISION_RU = ru(
    "Решение по материалу № {number}",
    "По материалу № {number} «{title}» принято решение.",
    "{outcome}",
    "{explanation}",
    "Прочитать отзывы экспертов: {base_url}/my/{submission_id}\n"
    "Как принято решение: {base_url}/my/{submission_id}/decision",
)
DECISION_EN = en(
    "Decision on submission no. {number}",
    "A decision has been made on submission no. {number}, “{title}”.",
    "{outcome}",
    "{explanation}",
    "Read the reviews: {base_url}/my/{submission_id}\n"
    "How it was decided: {base_url}/my/{submission_id}/decision",
)


def decision_letter(name: str) -> Letter:
    """A kind of decision: the general words until organisers write others for it."""
    return Letter(
        name=name, about="decision", ru=DECISION_RU, en=DECISION_EN, variant_of="decision"
    )


LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        "submission_received": Letter(
            name="Материал получен",
            about="submission",
            ru=ru(
                "Материал № {number} получен",
                "Мы получили материал № {number} «{title}».",
                "Что дальше: файл проверит система (несколько минут), затем материал прочитают "
                "эксперты из других муниципалитетов, до {decision_by}. После этого письмом придут "
                "решение и отзывы.",
                "Следить за ходом: {base_url}/my/{submission_id}",
            ),
            en=en(
                "Submission no. {number} received",
                "We have received submission no. {number}, “{title}”.",
                "What happens next: the file is checked (a few minutes), then experts from other "
                "municipalities read the submission, until {decision_by}. The decision and the "
                "reviews come by letter after that.",
                "Follow its progress: {base_url}/my/{submission_id}",
            ),
        ),
        "file_refused": Letter(
            name="Нужен другой файл",
            about="submission",
            ru=ru(
                "Материал № {number}: нужен другой файл",
                "Файл материала № {number} «{title}» не подошёл.",
                "{file_problem}",
                "Загрузить другой файл: {base_url}/my/{submission_id}/files",
                "Остальное сохранено, заполнять заново ничего не нужно.",
            ),
            en=en(
                "Submission no. {number}: another file is needed",
                "The file of submission no. {number}, “{title}”, could not be used.",
                "{file_problem}",
                "Upload another file: {base_url}/my/{submission_id}/files",
                "Everything else is kept; there is nothing to fill in again.",
            ),
        ),
        "sent_back": Letter(
            name="Материал возвращён организаторами",
            about="submission",
            ru=ru(
                "Материал № {number}: нужны правки перед экспертизой",
                "Организаторы просят поправить материал № {number} «{title}», прежде чем его "
                "прочитают эксперты.",
                "{return_reason}",
                "Исправить и отправить снова: {base_url}/my/{submission_id}",
                "Всё, что вы заполнили, сохранено.",
            ),
            en=en(
                "Submission no. {number}: changes are needed before review",
                "The organisers ask you to correct submission no. {number}, “{title}”, before "
                "experts read it.",
                "{return_reason}",
                "Correct and send it again: {base_url}/my/{submission_id}",
                "Everything you have filled in is kept.",
            ),
        ),
        "submission_withdrawn": Letter(
            name="Материал отозван",
            about="submission",
            ru=ru(
                "Материал № {number} отозван",
                "Материал № {number} «{title}» отозван. Если это произошло по ошибке, ответьте на "
                "это письмо.",
            ),
            en=en(
                "Submission no. {number} withdrawn",
                "Submission no. {number}, “{title}”, has been withdrawn. If this happened by "
                "mistake, reply to this letter.",
            ),
        ),
        "revision_asked": Letter(
            name="Доработка",
            about="submission",
            ru=ru(
                "Материал № {number}: эксперты советуют доработать",
                "Эксперты считают материал № {number} «{title}» полезным и советуют его "
                "доработать. Экспертиза идёт до {decision_by}: пришлите материал заранее, чтобы "
                "эксперты успели его прочесть.",
                "Прочитать замечания и отправить снова: {base_url}/my/{submission_id}",
            ),
            en=en(
                "Submission no. {number}: the experts advise a revision",
                "The experts find submission no. {number}, “{title}”, useful and advise you to "
                "revise it. Reviewing goes on until {decision_by}: send the submission early "
                "enough for the experts to read it.",
                "Read the remarks and send again: {base_url}/my/{submission_id}",
            ),
        ),
        "decision": Letter(name="Решение", about="decision", ru=DECISION_RU, en=DECISION_EN),
        "decision_both": decision_letter("Решение: публикация и выступление"),
        "decision_publication": decision_letter("Решение: публикация"),
        "decision_live": decision_letter("Решение: выступление"),
        "decision_refused": decision_letter("Решение: не отобран"),
        "decision_revise": decision_letter("Решение: доработать"),
        "certificate": Letter(
            name="Сертификат готов",
            about="certificate",
            ru=ru(
                "{certificate}: можно скачать",
                "{certificate}, номер {certificate_number}. Подлинность проверяется по "
                "QR-коду или номеру.",
                "Скачать: {base_url}/my\n"
                "Проверить подлинность: {base_url}/verify/{certificate_number}",
            ),
            en=en(
                "{certificate}: ready to download",
                "{certificate}, number {certificate_number}. It can be verified by its QR "
                "code or number.",
                "Download: {base_url}/my\nVerify: {base_url}/verify/{certificate_number}",
            ),
        ),
        "co_author_invited": Letter(
            name="Приглашение соавтору",
            about="submission",
            given=("secret", "inviter"),
            ru=ru(
                "Подтвердите соавторство: «{title}»",
                "{inviter} указывает вас соавтором материала «{title}».",
                "Посмотреть и ответить: {base_url}/co-author/{secret}",
                "Входить для этого не нужно, ссылка действует 30 дней. Если вы не соавтор, так и "
                "ответьте: вас уберут из списка.",
            ),
            en=en(
                "Please confirm that you are a co-author: “{title}”",
                "{inviter} names you as a co-author of the submission “{title}”.",
                "Look at it and answer: {base_url}/co-author/{secret}",
                "There is no need to sign in; the link works for 30 days. If you are not a "
                "co-author, say so: you will be taken off the list.",
            ),
        ),
        "co_author_confirmed": Letter(
            name="Соавтор подтвердил",
            about="submission",
            given=("co_author",),
            ru=ru(
                "{co_author}: соавторство подтверждено",
                "{co_author} подтверждает соавторство материала «{title}».",
                "Открыть материал: {base_url}/my/{submission_id}",
            ),
            en=en(
                "{co_author}: co-authorship confirmed",
                "{co_author} confirms being a co-author of the submission “{title}”.",
                "Open the submission: {base_url}/my/{submission_id}",
            ),
        ),
        "co_author_declined": Letter(
            name="Соавтор отказался",
            about="submission",
            given=("co_author",),
            ru=ru(
                "{co_author}: соавторство не подтверждено",
                "{co_author} отвечает, что не является соавтором материала «{title}». Эта строка "
                "убрана из списка авторов; если вышла ошибка, добавьте её снова с верным адресом.",
                "Открыть список авторов: {base_url}/my/{submission_id}/authors",
            ),
            en=en(
                "{co_author}: co-authorship not confirmed",
                "{co_author} answers that they are not a co-author of the submission “{title}”. This "
                "line has been taken off the list of authors; if that is a mistake, add it again "
                "with the right address.",
                "Open the list of authors: {base_url}/my/{submission_id}/authors",
            ),
        ),
        "extension_granted": Letter(
            name="Срок продлён",
            about="extension",
            ru=ru(
                "Срок приёма для вас продлён до {extended_until}",
                "Вы можете отправить и изменить материалы до {extended_until}.",
                "Открыть мои материалы: {base_url}/my",
            ),
            en=en(
                "Your deadline has been extended to {extended_until}",
                "You may send and change your submissions until {extended_until}.",
                "Open my submissions: {base_url}/my",
            ),
        ),
        "question_to_author": Letter(
            name="Вопрос эксперта автору",
            about="question",
            ru=ru(
                "Вопрос эксперта о материале № {number}",
                "Эксперт, который читает материал № {number} «{title}», спрашивает:",
                "{question}",
                "Ответить: {base_url}/my/{submission_id}/questions",
                "Ваш ответ передадут эксперту организаторы, без вашего имени.",
            ),
            en=en(
                "An expert's question about submission no. {number}",
                "An expert who reads submission no. {number}, “{title}”, asks:",
                "{question}",
                "Answer: {base_url}/my/{submission_id}/questions",
                "The organisers will pass your answer on, without your name.",
            ),
        ),
        "proof_asked": Letter(
            name="Проверьте вёрстку",
            about="submission",
            ru=ru(
                "Материал № {number}: проверьте статью перед публикацией",
                "Статья «{title}» свёрстана для сборника. Проверьте фамилию, имя и отчество, "
                "должность и школу: после выхода их исправляют только новым изданием.",
                "Проверить статью: {base_url}/my/{submission_id}/proof",
            ),
            en=en(
                "Submission no. {number}: check the article before publication",
                "The article “{title}” has been typeset for the collection. Check names, "
                "positions and schools: once it is out, only a new edition can mend them.",
                "Check the article: {base_url}/my/{submission_id}/proof",
            ),
        ),
        "published": Letter(
            name="Сборник вышел",
            about="submission",
            ru=ru(
                "Материал № {number} опубликован",
                "Сборник вышел, в нём ваш материал «{title}».",
                "Открыть статью: {base_url}/marathons/{marathon_id}/collection/articles/{number}",
            ),
            en=en(
                "Submission no. {number} is published",
                "The collection is out, with your submission “{title}” in it.",
                "Open the article: {base_url}/marathons/{marathon_id}/collection/articles/{number}",
            ),
        ),
    }
)
