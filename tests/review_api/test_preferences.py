"""Language and view follow the address first, the cookie second, and survive nonsense."""

import pytest
from starlette.requests import Request
from starlette.responses import Response

from review_api import preferences


def request(query="", cookie=""):
    headers = [(b"cookie", cookie.encode())] if cookie else []
    return Request({"type": "http", "query_string": query.encode(), "headers": headers})


@pytest.mark.parametrize(
    ("query", "cookie", "language", "low_vision"),
    [
        ("", "", "ru", False),
        ("lang=en", "", "en", False),
        ("", "lang=en; view=large", "en", True),
        ("lang=ru&view=plain", "lang=en; view=large", "ru", False),
        ("lang=xx&view=<b>", "lang=en", "en", False),
    ],
)
def test_address_wins_over_cookie_over_russian(query, cookie, language, low_vision):
    chosen = preferences.read(request(query, cookie))
    assert (chosen.language, chosen.low_vision) == (language, low_vision)


def test_only_what_the_address_asks_for_is_remembered():
    answer = Response()
    preferences.remember(request("view=large", "lang=en"), answer)
    assert answer.headers.getlist("set-cookie") == [
        "view=large; Max-Age=31536000; Path=/; SameSite=lax"
    ]
