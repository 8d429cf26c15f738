"""An address of mail as it is kept and compared."""

from schemas.errors import BadInput

LONGEST = 254  # RFC 5321


def fold_email(email: str) -> str:
    """Lower case without spaces; raises ``BadInput`` when it cannot be an address."""
    folded = email.strip().casefold()
    name, at, domain = folded.partition("@")
    plausible = name and at and "." in domain and len(folded) <= LONGEST
    if not plausible or any(sign.isspace() or not sign.isprintable() for sign in folded):
        raise BadInput("Адрес почты записан с ошибкой. Пример: ivanova@shkola.ru", field="email")
    return folded
