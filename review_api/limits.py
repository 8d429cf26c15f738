"""How often one address may try: tight per account, loose per network (schools share one)."""

from limits import RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from schemas.errors import NotAllowed

PER_ACCOUNT = RateLimitItemPerMinute(5, 15)
PER_NETWORK = RateLimitItemPerHour(300)
SENTENCE = "Слишком много попыток. Подождите 15 минут и попробуйте снова."

limiter = MovingWindowRateLimiter(MemoryStorage())


def count_attempt(account: str, network: str) -> None:
    """Raises ``NotAllowed`` when this attempt is one too many."""
    within = limiter.hit(PER_NETWORK, "network", network) and limiter.hit(
        PER_ACCOUNT, "account", account
    )
    if not within:
        raise NotAllowed(SENTENCE, code="too_many_attempts")
