"""A letter on the wire: text and HTML of the same words, a calendar where there is one."""

import re
import unicodedata
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from email.utils import parseaddr

from flows.notices import markup, words
from flows.notices.calendar_entry import FILE
from flows.notices.markup import Sheet
from schemas.base import Schema
from schemas.letter_template import Language
from schemas.outbox import Notice
from schemas.settings import Settings

LIST_UNSUBSCRIBE = "List-Unsubscribe"
MAILBOX = re.compile(r"[^\s<>,;:()\"]+@[^\s<>,;:()\"]+\.[^\s<>,;:()\".]+")
KEPT = "\n\t"


class WirePolicy(EmailPolicy):
    """As mail servers want it; an address to refuse letters is never folded or encoded."""

    def fold(self, name: str, value: str) -> str:
        if name == LIST_UNSUBSCRIBE:
            return f"{name}: {value}{self.linesep}"
        folded: str = super().fold(name, value)
        return folded

    def fold_binary(self, name: str, value: str) -> bytes:
        if name == LIST_UNSUBSCRIBE:
            return self.fold(name, value).encode()
        folded: bytes = super().fold_binary(name, value)
        return folded


WIRE = WirePolicy(linesep="\r\n")


class Envelope(Schema):
    """Where a letter goes and what it carries; ``refuse`` is the address to refuse such letters."""

    address: str
    language: Language = "ru"
    heading: str = ""
    contact: str = ""
    refuse: str = ""
    calendar: bytes = b""


def message_of(notice: Notice, envelope: Envelope, settings: Settings) -> EmailMessage:
    """Its Message-ID is fixed, so a second delivery is recognised."""
    message = EmailMessage(policy=WIRE)
    _, sender = parseaddr(settings.mail_from)
    message["From"] = from_whom(settings.operator, sender)
    message["To"] = envelope.address
    message["Subject"] = in_one_line(notice.title)
    message["Message-ID"] = f"<{notice.id}@{sender.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["Content-Language"] = envelope.language
    reply_to = MAILBOX.search(envelope.contact)
    if reply_to:
        message["Reply-To"] = reply_to.group()
    if envelope.refuse:
        message[LIST_UNSUBSCRIBE] = f"<{envelope.refuse}>"
        message[f"{LIST_UNSUBSCRIBE}-Post"] = "List-Unsubscribe=One-Click"
    fill(message, notice, envelope)
    return message


def from_whom(name: str, address: str) -> Address | str:
    try:
        return Address(display_name=in_one_line(name), addr_spec=address)
    except (ValueError, HeaderParseError):
        return address


def fill(message: EmailMessage, notice: Notice, envelope: Envelope) -> None:
    footer = footer_of(envelope)
    text = clean(notice.body)
    message.set_content(f"{text}\n\n-- \n{footer}" if footer else text)
    message.add_alternative(markup.html(sheet_of(notice, envelope)), subtype="html")
    if envelope.calendar:
        message.add_attachment(
            envelope.calendar.decode(),
            subtype="calendar",
            filename=FILE,
            params={"method": "PUBLISH"},
        )


def sheet_of(notice: Notice, envelope: Envelope) -> Sheet:
    return Sheet(
        title=in_one_line(notice.title),
        text=clean(notice.body),
        language=envelope.language,
        heading=envelope.heading,
        footer=footer_of(envelope),
    )


def footer_of(envelope: Envelope) -> str:
    if not envelope.refuse:
        return ""
    return words.REFUSE[envelope.language].format(address=envelope.refuse)


def in_one_line(text: str) -> str:
    return " ".join(clean(text).split())


def clean(text: str) -> str:
    """Without control characters and halves of characters, which no letter can carry."""
    return "".join(
        sign for sign in text if sign in KEPT or unicodedata.category(sign) not in {"Cc", "Cs"}
    )
