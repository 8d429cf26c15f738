"""What was typed when nothing could be kept: it stays on the page, to be sent again by one button.

Nothing is kept on the server, which is what it has just refused to do.
"""

from collections.abc import Sequence

from fastapi import Request

FORM = "application/x-www-form-urlencoded"
SECRET = ("password", "code", "token")

Fields = Sequence[tuple[str, str]]


async def typed_in(request: Request) -> Fields:
    """The fields of a form that a person sent; none where there are secrets among them."""
    if request.method != "POST" or "hx-request" in request.headers:
        return ()
    if not request.headers.get("content-type", "").startswith(FORM):
        return ()
    form = await request.form()
    fields = [(name, value) for name, value in form.multi_items() if isinstance(value, str)]
    return () if any(word in name for name, _ in fields for word in SECRET) else fields
