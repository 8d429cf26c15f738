"""One line of what is stuck: how many things wait for whom, and what to do about it."""

from schemas.base import Schema


class Waiting(Schema):
    """``count`` things wait for ``who``; ``section`` is where to look within the marathon.

    ``address`` stands for a page outside it.

    ``button`` does something about it at once: it sends ``act`` and ``ids`` to ``action``;
    ``second`` is another button that sends ``second_act`` there.
    """

    count: int
    forms: str
    who: str
    advice: str
    section: str = ""
    address: str = ""
    tone: str = "attention"
    button: str = ""
    action: str = ""
    act: str = ""
    ids: tuple[str, ...] = ()
    second: str = ""
    second_act: str = ""
