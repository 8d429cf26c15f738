"""Passwords, for those who want one: kept as argon2id, never asked for, refused when common.

Hashing takes 19 MiB and two passes (OWASP's smaller setting); only a few run at once, so that a
burst of sign-ins cannot take the memory of the web process.
"""

from datetime import datetime
from functools import cache
from threading import BoundedSemaphore

from pwdlib import PasswordHash
from pwdlib.exceptions import UnknownHashError
from pwdlib.hashers.argon2 import Argon2Hasher

from flows.accounts.common_passwords import COMMON
from schemas.errors import BadInput
from schemas.people import Actor, Person
from storage.work import Work

SHORTEST, LONGEST = 10, 200
AT_ONCE = BoundedSemaphore(2)
WRONG = "Адрес или пароль не подходят. Проверьте раскладку клавиатуры и Caps Lock или войдите по письму."
HASHER = PasswordHash((Argon2Hasher(time_cost=2, memory_cost=19456, parallelism=1),))


def check(password: str, *, email: str) -> None:
    """Raises ``BadInput`` with what is wrong with a new password."""
    if len(password) < SHORTEST:
        raise BadInput(f"Нужно не меньше {SHORTEST} знаков: подойдёт фраза из трёх слов.")
    if len(password) > LONGEST or not password.isprintable():
        raise BadInput(f"Пароль — до {LONGEST} обычных знаков, без переносов строк.")
    plain = password.casefold().strip()
    if plain in {email.casefold(), email.casefold().partition("@")[0]}:
        raise BadInput("Адрес почты паролем быть не может: его знают все.")
    if plain in COMMON or len(set(plain)) < 4:  # noqa: PLR2004  («аааааааааа», «1212121212»)
        raise BadInput("Этот пароль слишком частый: его подбирают первым. Придумайте другой.")


def keep(
    work: Work, person: Person, password: str, *, by: Actor, now: datetime, here: str = ""
) -> Person:
    """The person with a new password, signed in only ``here``, a session's id; raises ``BadInput``."""
    check(password, email=person.email or "")
    with AT_ONCE:
        hashed = HASHER.hash(password)
    work.journal.write(by, action="password_set", kind="person", subject_id=person.id, now=now)
    tell(work, person, now=now)
    work.sessions.end_all(person.id, but=here)
    return work.people.save(person.model_copy(update={"password_hash": hashed}))


def tell(work: Work, person: Person, *, now: datetime) -> None:
    """Whoever did not do it themselves learns of it at once."""
    work.notices.tell(
        "password_changed",
        f"{person.id}/{now.isoformat()}",
        about=("person", person.id),
        person_id=person.id,
        now=now,
    )


def remove(work: Work, person: Person, *, by: Actor, now: datetime) -> Person:
    work.journal.write(by, action="password_removed", kind="person", subject_id=person.id, now=now)
    return work.people.save(person.model_copy(update={"password_hash": None}))


def signed_in(work: Work, email: str, password: str) -> Person:
    """Whose address and password these are; raises ``BadInput``, as slowly for unknown addresses."""
    person = work.people.by_email(email)
    hashed = person.password_hash if person else None
    with AT_ONCE:
        fits = verify(password[: LONGEST + 1], hashed or nobodys())
    if person is None or hashed is None or not fits:
        raise BadInput(WRONG, code="wrong_password", field="password")
    return person


def verify(password: str, hashed: str) -> bool:
    try:
        return HASHER.verify(password.encode("utf-8", "replace"), hashed)
    except UnknownHashError:
        return False


@cache
def nobodys() -> str:
    """What is compared with when there is nothing to compare with."""
    return HASHER.hash("nobody has this password")
