"""How often one address may try: tight per account, loose per network (schools share one)."""

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from schemas.errors import NotAllowed

PER_ACCOUNT = RateLimitItemPerMinute(5, 15)
PER_INVITATION = RateLimitItemPerMinute(20, 15)
PER_NETWORK = RateLimitItemPerHour(300)
GUESTS_PER_NETWORK = RateLimitItemPerHour(60)
CLAIMS_PER_NETWORK = RateLimitItemPerHour(120)
WRONG_CODES_PER_NETWORK = RateLimitItemPerHour(30)
SENTENCE = "Слишком много попыток. Подождите 15 минут и попробуйте снова."
CHECKS_PER_NETWORK = RateLimitItemPerHour(120)
KEPT_PER_NETWORK = RateLimitItemPerHour(200)
DOWNLOADS_PER_PERSON = RateLimitItemPerHour(6)
DRAWINGS_PER_PERSON = RateLimitItemPerHour(30)
MANY_DOWNLOADS = "Данные уже скачивали несколько раз за этот час. Повторите позже."
MANY_CHECKS = (
    "С вашей сети проверили уже много номеров за этот час. Отсканируйте QR-код с документа или "
    "повторите позже."
)
MANY_GUESTS = (
    "С вашей сети начато слишком много черновиков. Войдите с адресом почты или подождите час."
)

limiter = MovingWindowRateLimiter(MemoryStorage())


def require_attempts_left(account: str, network: str) -> None:
    """Raises ``NotAllowed`` once too many went wrong; an attempt that succeeds counts for nothing.

    Whoever calls it counts a failure by ``count_failure``.
    """
    left = limiter.test(PER_NETWORK, "network", network) and limiter.test(
        PER_ACCOUNT, "account", account
    )
    if not left:
        raise NotAllowed(SENTENCE, code="too_many_attempts")


def count_failure(account: str, network: str) -> None:
    limiter.hit(PER_NETWORK, "network", network)
    limiter.hit(PER_ACCOUNT, "account", account)


def count_by_letter(assignment_id: str, network: str) -> None:
    """Raises ``NotAllowed`` when one invitation is answered, or one network answers, too often."""
    within = limiter.hit(PER_NETWORK, "by letter", network) and limiter.hit(
        PER_INVITATION, "by letter", assignment_id, network
    )
    if not within:
        raise NotAllowed(SENTENCE, code="too_many_attempts")


def count_attempt(account: str, network: str) -> None:
    """Raises ``NotAllowed`` when this attempt is one too many."""
    within = limiter.hit(PER_NETWORK, "network", network) and limiter.hit(
        PER_ACCOUNT, "account", account
    )
    if not within:
        raise NotAllowed(SENTENCE, code="too_many_attempts")


def count_claim(network: str) -> None:
    """Raises ``NotAllowed``; codes on paper are too long to guess, so only networks are slowed."""
    if not limiter.hit(CLAIMS_PER_NETWORK, "claims", network):
        raise NotAllowed(SENTENCE, code="too_many_attempts")


def require_few_wrong_codes(network: str) -> None:
    """Raises ``NotAllowed`` for right codes too once too many wrong ones came: no guessing on."""
    if not limiter.test(WRONG_CODES_PER_NETWORK, "codes", network):
        raise NotAllowed(SENTENCE, code="too_many_attempts")


def count_wrong_code(network: str) -> None:
    limiter.hit(WRONG_CODES_PER_NETWORK, "codes", network)


def count_check(network: str) -> None:
    """Raises ``NotAllowed`` when one network goes through numbers of certificates."""
    if not limiter.hit(CHECKS_PER_NETWORK, "checks", network):
        raise NotAllowed(MANY_CHECKS, code="too_many_attempts")


def count_guest(network: str) -> None:
    """Raises ``NotAllowed`` when one network begins drafts faster than a school would."""
    if not limiter.hit(GUESTS_PER_NETWORK, "guests", network):
        raise NotAllowed(MANY_GUESTS, code="too_many_attempts")


def count_kept(network: str) -> None:
    """Raises ``NotAllowed`` when one network has more forms kept than people could write."""
    if not limiter.hit(KEPT_PER_NETWORK, "kept", network):
        raise NotAllowed(SENTENCE, code="too_many_attempts")


def count_download(person_id: str) -> None:
    """Raises ``NotAllowed`` when one person asks for all their data again and again."""
    if not limiter.hit(DOWNLOADS_PER_PERSON, "download", person_id):
        raise NotAllowed(MANY_DOWNLOADS, code="too_many_attempts")


def count_drawing(person_id: str) -> None:
    """Raises ``NotAllowed`` when one person has papers drawn again and again."""
    if not limiter.hit(DRAWINGS_PER_PERSON, "drawing", person_id):
        raise NotAllowed(MANY_DOWNLOADS, code="too_many_attempts")
