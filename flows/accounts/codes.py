"""Codes that letters carry: kept as marks, typed by whoever got the letter, good for one use."""

from collections.abc import Iterable
from datetime import datetime

from schemas.errors import BadInput
from schemas.people import Token
from schemas.signing import Signer
from storage.work import Work

PURPOSE = "code"
WRONG = "Код не подошёл или устарел. Проверьте цифры в последнем письме."


def mark(token_id: str, code: str, *, signer: Signer) -> str:
    """What is kept of the code in the token's ``payload["code"]``."""
    return signer.mark(PURPOSE, token_id, code)


def spend(
    work: Work,
    tokens: Iterable[Token],
    typed: str,
    *,
    signer: Signer,
    now: datetime,
    wrong: str = WRONG,
) -> Token:
    """The live token whose code was typed, used up; raises ``BadInput`` saying ``wrong``."""
    digits = "".join(letter for letter in typed if letter.isdigit())
    for token in tokens:
        fits = signer.fits(token.payload["code"], PURPOSE, token.id, digits)
        live = token.used_at is None and token.expires_at > now
        if fits and live and work.tokens.spend(token, now=now):
            return token
    raise BadInput(wrong, code="wrong_code", field="code")
