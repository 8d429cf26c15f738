"""Marks that only this installation can make: what the database keeps instead of secrets."""

import hashlib
import hmac

from pydantic import SecretStr

from schemas.base import Schema


class Signer(Schema):
    """Holds the installation's key, so that nothing can be tried out on a stolen database."""

    key: SecretStr

    def mark(self, purpose: str, *parts: str) -> str:
        """HMAC-SHA256 of ``parts`` in hex; the same parts differ from purpose to purpose."""
        message = "\0".join((purpose, *parts)).encode()
        return hmac.new(self.key.get_secret_value().encode(), message, hashlib.sha256).hexdigest()

    def fits(self, mark: str, purpose: str, *parts: str) -> bool:
        """Whether ``mark`` was made of these parts; takes the same time either way."""
        given = mark.encode("utf-8", "surrogatepass")  # an address may hold any letters
        return hmac.compare_digest(given, self.mark(purpose, *parts).encode())


class LoginSecrets(Schema):
    """Both ways of one letter to sign in: the last part of its link and six digits."""

    link: str
    code: str
