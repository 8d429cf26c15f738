"""What accounts leave behind: guests who are gone, forms nobody came back for, old sessions."""

from datetime import datetime, timedelta

from flows.accounts import guests
from storage.work import Work

# An expired session still tells whose form was kept, so it stays as long as forms do.
AFTERWARDS = timedelta(days=2)


def tidy(work: Work, *, keep_days: int, now: datetime) -> dict[str, int]:
    """Counts of guests and letters forgotten; safe to repeat.

    ``keep_days`` is the promised term for personal data: what a letter said goes after it.
    """
    work.journal.lock()
    gone = guests.sweep(work, now=now)
    work.kept_forms.forget_old(now=now)
    work.sessions.forget_old(before=now - AFTERWARDS)
    work.tokens.forget_old(before=now - AFTERWARDS)
    letters = work.notices.forget_words(before=now - timedelta(days=keep_days))
    return {"guests": gone, "letters": letters}
