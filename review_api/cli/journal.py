"""``marathon journal``: the chain of hashes, proved from its first entry."""

import re
from pathlib import Path

import click

from review_api.cli.opened import data_option, opened
from schemas.errors import BadInput

SEAL = re.compile(r"([1-9]\d{0,9}):([0-9a-f]{64})")
FAILED = 1


@click.group("journal")
def command() -> None:
    """Журнал действий. / The journal of acts."""


@command.command("verify")
@click.option(
    "--against",
    default="",
    help="Печать, напечатанная раньше: НОМЕР:ХЕШ / a seal printed before: NUMBER:HASH",
)
@data_option
def verify_command(against: str, data: Path | None) -> None:
    """Проверить цепочку записей и напечатать её печать. / Verify the chain, print its seal.

    A chain alone does not show that its newest entries are gone; a seal that was noted elsewhere
    does.
    """
    known = read_seal(against)
    with opened(data) as installation, installation.begin(read_only=True) as work:
        broken = next(work.journal.broken(), None)
        last = work.journal.newest()
        kept = work.journal.numbered(known[0]) if known else None
    if broken is not None:
        fail(f"Запись № {broken.number} или предыдущую изменили в обход системы.")
    if known and (kept is None or kept.hash != known[1]):
        fail(f"Записи № {known[0]} с этой печатью в журнале нет: его конец удалён или подменён.")
    click.echo(f"Цепочка цела. Записей: {last.number if last else 0}.")
    if last:
        click.echo(f"Печать: {last.number}:{last.hash}")


@command.command("erased")
@data_option
def erased_command(data: Path | None) -> None:
    """Список удалённых людей для восстановления. / Ids of those erased, for a restore."""
    from flows.erasing_again import lines

    with opened(data) as installation, installation.begin(read_only=True) as work:
        for line in lines(work):
            click.echo(line)


def read_seal(words: str) -> tuple[int, str] | None:
    """Number and hash; None when nothing was given. Raises ``BadInput``."""
    if not words:
        return None
    found = SEAL.fullmatch(words.strip())
    if found is None:
        raise BadInput("Печать журнала записывают так: НОМЕР:ХЕШ (64 знака).")
    return int(found[1]), found[2]


def fail(sentence: str) -> None:
    click.echo(sentence, err=True)
    raise click.exceptions.Exit(FAILED)
