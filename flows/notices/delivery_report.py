"""Reading a delivery report (RFC 3464): which of our letters came back, and why."""

import re
from collections.abc import Iterator
from email import message_from_bytes
from email.message import Message

from schemas.base import Schema
from schemas.errors import BadInput

OURS = re.compile(r"<([0-9a-f-]{36})@")
MOST_BYTES = 10 * 1024 * 1024


class Failure(Schema):
    """A recipient whom a letter did not reach for good; ``notice_id`` when the report names it."""

    address: str
    reason: str
    notice_id: str = ""


def read_report(content: bytes) -> list[Failure]:
    """Permanent failures only: a delayed letter may still arrive.

    Raises ``BadInput`` for what is no delivery report.
    """
    message = message_from_bytes(content[:MOST_BYTES])
    statuses = [
        part for part in message.walk() if part.get_content_type() == "message/delivery-status"
    ]
    if not statuses:
        raise BadInput(
            "Это не отчёт о доставке (RFC 3464): в письме нет части message/delivery-status.",
            code="no_delivery_report",
        )
    notice_id = our_letter(message)
    return [failure for part in statuses for failure in failures(part, notice_id)]


def failures(part: Message, notice_id: str) -> Iterator[Failure]:
    payload = part.get_payload()
    fields = (
        [one for one in payload if isinstance(one, Message)] if isinstance(payload, list) else []
    )
    for recipient in fields:
        action = field(recipient, "Action").lower()
        status = field(recipient, "Status")
        if action == "failed" and not status.startswith("4"):
            yield Failure(
                address=address_in(field(recipient, "Final-Recipient")),
                reason=f"{status} {field(recipient, 'Diagnostic-Code')}".strip()[:500],
                notice_id=notice_id,
            )


def field(fields: Message, name: str) -> str:
    return " ".join(str(fields.get(name, "")).split())


def address_in(recipient: str) -> str:
    """«rfc822; anna@example.ru» → anna@example.ru."""
    return recipient.rpartition(";")[2].strip().strip("<>").casefold()


def our_letter(message: Message) -> str:
    """The id in the Message-ID of the letter the report carries."""
    for part in message.walk():
        if part.get_content_type() == "text/rfc822-headers":
            found = OURS.search(str(part.get_payload()))
        elif part is not message:
            found = OURS.search(str(part.get("Message-ID", "")))
        else:
            found = None
        if found:
            return found[1]
    return ""
