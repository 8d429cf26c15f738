"""Letters about accounts: signing in, roles, passwords, addresses, works kept for somebody."""

from collections.abc import Mapping
from types import MappingProxyType

from flows.notices.letter_shape import HELLO, HELLO_EN, Letter, Wording

UNEXPECTED = "Если вы этого не ждали, напишите нам: {contact}"
UNEXPECTED_EN = "If you did not expect this, write to us: {contact}"

LETTERS: Mapping[str, Letter] = MappingProxyType(
    {
        "login": Letter(
            name="Вход",
            about="token",
            given=("secret", "code", "minutes", "way_back"),
            ru=Wording(
                title="Вход: код {code}",
                text="Здравствуйте!\n\nЧтобы войти, откройте ссылку и нажмите «Войти»:\n"
                "{base_url}/login/link/{secret}{way_back}\n\n"
                "Или введите код на странице входа: {code}\n\n"
                "Ссылка и код действуют {minutes} минут. Если вы не входили, ничего не делайте.",
            ),
            en=Wording(
                title="Sign in: code {code}",
                text="Hello,\n\nTo sign in, open the link and press “Sign in”:\n"
                "{base_url}/login/link/{secret}{way_back}\n\n"
                "Or type this code on the sign-in page: {code}\n\n"
                "The link and the code work for {minutes} minutes. If it was not you, "
                "there is nothing to do.",
            ),
        ),
        "confirm": Letter(
            name="Подтверждение",
            about="token",
            given=("code", "minutes"),
            ru=Wording(
                title="Подтверждение: код {code}",
                text=HELLO + "Вы начали действие, которое нельзя отменить. "
                "Чтобы подтвердить, что это вы, введите код: {code}\n\n"
                "Код действует {minutes} минут. Если это не вы, войдите и нажмите «Выйти везде»: "
                "{base_url}/me\n\n" + UNEXPECTED,
            ),
            en=Wording(
                title="Confirmation: code {code}",
                text=HELLO_EN + "You have begun something that cannot be taken back. "
                "To confirm that it is you, type this code: {code}\n\n"
                "The code works for {minutes} minutes. If it was not you, sign in and press "
                "“Leave everywhere”: {base_url}/me\n\n" + UNEXPECTED_EN,
            ),
        ),
        "role_given": Letter(
            name="Роль дана",
            about="role",
            ru=Wording(
                title="Вам дана роль: {role}",
                text=HELLO + "Вам дана роль в системе марафонов педагогических практик: {role}.\n\n"
                "Войти: {base_url}/login\n\nВведите там этот адрес почты. "
                "Пароль не нужен: придёт письмо со ссылкой и кодом.\n\n" + UNEXPECTED,
            ),
            en=Wording(
                title="You have been given a role: {role}",
                text=HELLO_EN + "You have been given a role in the system of marathons of teaching "
                "practices: {role}.\n\nSign in: {base_url}/login\n\nType this address there. "
                "No password is needed: a letter with a link and a code will come.\n\n"
                + UNEXPECTED_EN,
            ),
        ),
        "invitation_to_role": Letter(
            name="Приглашение к роли",
            about="token",
            given=("role", "place", "note", "secret", "days", "inviter"),
            ru=Wording(
                title="Приглашаем вас: {role}",
                text="Здравствуйте!\n\n{inviter} приглашает вас в систему марафонов педагогических "
                "практик. Ваша роль: {role}{place}.{note}\n\n"
                "Посмотреть и принять приглашение:\n{base_url}/invitations/{secret}\n\n"
                "Приглашение действует {days} дней. Пароль не нужен.\n\n" + UNEXPECTED,
            ),
            en=Wording(
                title="You are invited: {role}",
                text="Hello,\n\n{inviter} invites you to the system of marathons of teaching "
                "practices. Your role: {role}{place}.{note}\n\n"
                "Look at the invitation and accept it:\n{base_url}/invitations/{secret}\n\n"
                "The invitation is open for {days} days. No password is needed.\n\n"
                + UNEXPECTED_EN,
            ),
        ),
        "claim": Letter(
            name="Материал внесён за вас",
            about="submission",
            given=("secret", "days"),
            ru=Wording(
                title="Материал № {number} внесён за вас: подтвердите",
                text=HELLO + "Организаторы внесли за вас материал № {number} «{title}».\n\n"
                "Проверьте его и возьмите себе, чтобы дальше вести его самостоятельно:\n"
                "{base_url}/claim/{secret}\n\n"
                "Ссылка действует {days} дней. Если это не ваш материал, ответьте на это письмо."
                "\n\nОргкомитет марафона «{marathon}»\n{contact}",
            ),
            en=Wording(
                title="Submission no. {number} was entered for you: please confirm",
                text=HELLO_EN + "The organisers have entered submission no. {number}, “{title}”, "
                "for you.\n\nCheck it and take it over to look after it yourself:\n"
                "{base_url}/claim/{secret}\n\n"
                "The link is open for {days} days. If this is not yours, reply to this letter."
                "\n\nThe organisers of “{marathon}”\n{contact}",
            ),
        ),
        "password_changed": Letter(
            name="Пароль изменён",
            about="person",
            ru=Wording(
                title="Пароль изменён",
                text=HELLO + "Пароль для входа изменён или задан впервые. "
                "Войти по ссылке из письма по-прежнему можно.\n\n"
                "Если это сделали не вы, войдите по письму и нажмите «Выйти везде».\n\n"
                "Мои данные и входы: {base_url}/me\n\n" + UNEXPECTED,
            ),
            en=Wording(
                title="Your password has been changed",
                text=HELLO_EN + "The password you sign in with has been set or changed. "
                "The link by letter works as before.\n\n"
                "If it was not you, sign in by letter and press “Leave everywhere”.\n\n"
                "My data and sign-ins: {base_url}/me\n\n" + UNEXPECTED_EN,
            ),
        ),
        "address_changed": Letter(
            name="Адрес почты изменён",
            about="person",
            given=("new_address",),
            ru=Wording(
                title="Адрес почты изменён",
                text=HELLO + "Письма и вход теперь по адресу {new_address}.\n\n" + UNEXPECTED,
            ),
            en=Wording(
                title="Your e-mail address has been changed",
                text=HELLO_EN + "Letters and sign-in now use {new_address}.\n\n" + UNEXPECTED_EN,
            ),
        ),
        "address_check": Letter(
            name="Подтвердите новый адрес",
            about="token",
            given=("code", "minutes"),
            ru=Wording(
                title="Новый адрес почты: код {code}",
                text="Здравствуйте!\n\nЧтобы письма приходили на этот адрес, введите код на "
                "странице, где вы его меняете: {code}\n\n"
                "Код действует {minutes} минут. Если вы не меняли адрес, ничего не делайте.",
            ),
            en=Wording(
                title="New e-mail address: code {code}",
                text="Hello,\n\nTo get letters at this address, type this code on the page where "
                "you are changing it: {code}\n\n"
                "The code works for {minutes} minutes. If you did not change your address, "
                "there is nothing to do.",
            ),
        ),
        "suspicious_access": Letter(
            name="Необычный доступ",
            about="person",
            ru=Wording(
                title="Необычный доступ к системе",
                text=HELLO
                + "Система заметила, что кто-то пользуется ею необычно. Кто, когда и что "
                "именно, видно здесь: {base_url}/administer/alarms\n\n"
                "Если это ошибка или чужой доступ, завершите входы этого человека: "
                "{base_url}/administer/access",
            ),
            en=Wording(
                title="Unusual access to the system",
                text=HELLO_EN
                + "The system has noticed that somebody uses it in an unusual way. Who, "
                "when and what exactly is told here: {base_url}/administer/alarms\n\n"
                "If it is a mistake or somebody else's access, end this person's sessions: "
                "{base_url}/administer/access",
            ),
        ),
        "erasing_soon": Letter(
            name="Данные скоро удалятся",
            about="person",
            given=("until",),
            ru=Wording(
                title="Ваши данные будут удалены {until}",
                text=HELLO + "Вы давно не входили в систему марафонов педагогических практик, и "
                "ничего вашего в ней не опубликовано. Хранить ваши данные дольше незачем: {until} "
                "они удалятся вместе с черновиками и материалами.\n\n"
                "Чтобы оставить их, войдите до этого дня: {base_url}/login\n\n"
                "Если вы согласны, ничего не делайте.",
            ),
            en=Wording(
                title="Your data will be erased on {until}",
                text=HELLO_EN + "You have not signed in to the system of marathons of teaching "
                "practices for a long time, and nothing of yours is published there. There is no "
                "reason to keep your data any longer: on {until} they will be erased with your "
                "drafts and materials.\n\n"
                "To keep them, sign in before that day: {base_url}/login\n\n"
                "If you agree, there is nothing to do.",
            ),
        ),
        "erased": Letter(
            name="Данные удалены",
            about="person",
            ru=Wording(
                title="Ваши данные удалены",
                text="Здравствуйте!\n\nПо вашей просьбе ваши данные удалены. Опубликованное "
                "остаётся в вышедших сборниках в той мере, которую вы разрешили.\n\n" + UNEXPECTED,
            ),
            en=Wording(
                title="Your data have been erased",
                text="Hello,\n\nAs you asked, your data have been erased. What was published stays "
                "in the collections that are out, as far as you had agreed to it.\n\n"
                + UNEXPECTED_EN,
            ),
        ),
    }
)
