"""What the frame of every page shows: whose page it is, where it is, what has just happened.

Routes build one ``Frame`` and pass it to ``templating.render``; ``base.html`` reads nothing else.
"""

from typing import Literal
from urllib.parse import parse_qsl, urlencode

from schemas.base import Schema


class Link(Schema):
    """One entry of a menu or of the way back; ``count`` is what waits behind it.

    A ``typed`` text is a title or a name people gave: no language changes it.
    """

    text: str
    typed: bool = False
    href: str
    current: bool = False
    count: int | None = None


class Flash(Schema):
    """A sentence about what the last request did, shown once, with one optional next step."""

    text: str
    kind: Literal["success", "info", "warning"] = "success"
    link: Link | None = None


class Person(Schema):
    """The signed-in person as the header names them; ``role`` is a word, not a permission."""

    name: str
    role: str
    menu: tuple[Link, ...] = ()


class Operator(Schema):
    """Who runs the installation: the footer owes everybody a contact and the privacy policy."""

    name: str
    email: str
    phone: str = ""
    address: str = ""
    privacy_href: str = "/privacy"
    help_href: str = "/help"


class Frame(Schema):
    """``path`` is the address of this page with its query: the switches lead back to it.

    ``acting`` is the administrator who looks with the eyes of ``person``.
    """

    operator: Operator
    path: str = "/"
    language: Literal["ru", "en"] = "ru"
    zone: str = "Asia/Irkutsk"
    low_vision: bool = False
    service: str = "Марафон практик"
    marathon: str = ""
    home_href: str = "/"
    login_href: str = "/login"
    logout_href: str = "/logout"
    navigation: tuple[Link, ...] = ()
    breadcrumbs: tuple[Link, ...] = ()
    back: Link | None = None
    person: Person | None = None
    is_guest: bool = False
    acting: str = ""
    flashes: tuple[Flash, ...] = ()
    search_href: str = ""

    def switch(self, name: str, value: str) -> str:
        """The address of this page with one query value changed: ``switch("lang", "en")``."""
        return with_query(self.path, {name: value})


def with_query(address: str, changes: dict[str, str | None]) -> str:
    """The address with query values replaced; ``None`` removes one. For sorting, pages, pills.

    An address of ours: two slashes at its beginning, as a stranger may ask for, lead nowhere else.
    """
    whole, _, fragment = address.partition("#")
    path, _, query = whole.partition("?")
    kept = [pair for pair in parse_qsl(query) if pair[0] not in changes]
    added = [(name, value) for name, value in changes.items() if value is not None]
    asked = urlencode(kept + added)
    ours = "/" + path.lstrip("/") if path.startswith("/") else path
    return ours + (f"?{asked}" if asked else "") + (f"#{fragment}" if fragment else "")
