"""What the sample marathon left: files in one folder, a table, a sign-in link for every role."""

import secrets
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path

from flows.accounts import operations as accounts
from review_api.demo.season import STAFF, Season
from schemas.papers import PaperKind
from schemas.people import ROLE_NAMES
from schemas.signing import LoginSecrets, Signer
from storage.installation import Installation
from storage.work import Work

LINK_MINUTES = 7 * 24 * 60
SHOWN = (
    ("collection.pdf", "Сборник, PDF"),
    ("collection.epub", "Сборник, EPUB"),
    ("site/index.html", "Сборник, сайт"),
    ("collection.docx", "Сборник, DOCX для редакторов"),
    ("cover.pdf", "Обложка для печати"),
    ("programme.pdf", "Программа, PDF"),
    ("programme.ics", "Программа для календаря"),
    ("poster.pdf", "Афиша"),
    ("leaflet.pdf", "Листовка"),
    ("protocol.docx", "Протокол совета, DOCX"),
    ("protocol.pdf", "Протокол совета, PDF"),
    ("report.docx", "Отчёт, DOCX"),
    ("report.xlsx", "Отчёт, таблицы"),
)
"""What people look at first; the rest lies beside it."""
Contents = Iterator[tuple[str, str]]


def write_results(season: Season, folder: Path) -> list[tuple[str, Path]]:
    """Copy every result into ``folder`` under readable names; returns what to point people to."""
    with season.installation.begin(read_only=True) as work:
        contents = dict(named_contents(work, season))
    for name, sha256 in contents.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(season.installation.files.read(sha256))
    found = [(title, folder / name) for name, title in SHOWN if name in contents]
    return [*found, *others(contents, folder)]


def named_contents(work: Work, season: Season) -> Contents:
    """Name inside the results folder and the digest of its content."""
    edition = work.editions.published(season.marathon)
    for artefact in edition.artefacts if edition else ():
        yield artefact.path, artefact.sha256
    subjects = (
        (PaperKind.PROGRAMME, season.marathon),
        (PaperKind.PROTOCOL, season.meeting),
        (PaperKind.REPORT, season.marathon),
    )
    for kind, subject in subjects:
        for paper in work.papers.of(kind, subject):
            yield paper.path, paper.sha256
    for certificate in work.certificates.of_marathon(season.marathon):
        if certificate.sha256:
            yield f"certificates/{certificate.number}.pdf", certificate.sha256


def others(contents: dict[str, str], folder: Path) -> list[tuple[str, Path]]:
    counted = (("articles", "Статьи по одной"), ("certificates", "Сертификаты"))
    counts = {part: sum(name.startswith(f"{part}/") for name in contents) for part, _ in counted}
    return [(f"{title} ({counts[part]})", folder / part) for part, title in counted]


def sign_in_links(
    installation: Installation, marathon_id: str, base_url: str, *, now: datetime
) -> list[tuple[str, str]]:
    """One link for each role; each works once, further letters are at /dev/mail."""
    with installation.begin() as work:
        people = [(ROLE_NAMES[role], email) for email, _, _, role in STAFF]
        people += [
            ("педагог", a_teacher(work, marathon_id)),
            ("эксперт", an_expert(work, marathon_id)),
        ]
        signer = installation.signer
        return [(role, link(work, email, signer, base_url, now)) for role, email in people]


def link(work: Work, email: str, signer: Signer, base_url: str, now: datetime) -> str:
    secret = secrets.token_urlsafe(24)
    accounts.ask_login(
        work,
        email,
        signer=signer,
        secrets=LoginSecrets(link=secret, code=f"{secrets.randbelow(10**6):06}"),
        minutes=LINK_MINUTES,
        now=now,
    )
    return f"{base_url}/login/link/{secret}"


def a_teacher(work: Work, marathon_id: str) -> str:
    """The author of a work that is both published and presented."""
    for decision in work.decisions.of_marathon(marathon_id):
        if decision.publication and decision.live:
            owner = work.submissions.get(decision.submission_id).owner_id
            return work.people.get(owner).email or ""
    return STAFF[0][0]


def an_expert(work: Work, marathon_id: str) -> str:
    review = work.reviews.sent(marathon_id)[0]
    return work.people.get(work.experts.get(review.expert_id).person_id).email or ""


def summary(season: Season, say: Callable[[str], object]) -> None:
    """Every stage with its outcome and seconds."""
    width = max(len(title) for title, _, _ in season.lines)
    say("")
    for title, outcome, seconds in season.lines:
        say(f"  {title:<{width}}  {seconds:6.1f} с  {outcome}")
    total = sum(seconds for _, _, seconds in season.lines)
    say(f"  {'Всего':<{width}}  {total:6.1f} с")
