"""The account of a final decision, put together from what is stored, and its one-page PDF."""

from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from flows.decision.account import Account, Told, account
from flows.documents.printing.papers import paper_pdf
from schemas.decision import Decision
from storage.work import Work

TEMPLATES = Path(__file__).parent / "templates"


def account_of(work: Work, decision: Decision, *, contact: str, now: datetime) -> Account:
    """What the author reads; who may read it is not decided here."""
    marathon = work.marathons.get(decision.marathon_id)
    return account(
        Told(
            decision=decision,
            submission=work.submissions.get(decision.submission_id),
            marathon=marathon,
            version=work.policy_versions.numbered(marathon.id, decision.policy_version),
            contact=marathon.contact or contact,
            now=now.astimezone(ZoneInfo(marathon.zone)),
        )
    )


def account_pdf(told: Account, *, base_url: str, made_at: datetime) -> bytes:
    """One A4 page to print or attach."""
    sheet = told.model_dump(mode="json") | {"rules": f"{base_url.rstrip('/')}{told.rules}"}
    return paper_pdf("account.typ", sheet, templates=TEMPLATES, made_at=made_at)
