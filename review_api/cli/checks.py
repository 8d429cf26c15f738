"""What ``marathon doctor`` looks at, each check with a remedy."""

import shutil
from collections.abc import Callable
from typing import Literal

import httpx

from flows.notices.delivery import connected
from flows.notices.message import MAILBOX
from schemas.base import Schema
from schemas.errors import MarathonError, Unavailable
from schemas.heartbeat import LivePart
from schemas.scanning import CONCLUSIVE, ScanVerdict
from schemas.settings import Settings
from storage.installation import Installation, open_installation
from storage.scanning import PIECE, Scanner
from storage.schema_version import is_current

GIGABYTE = 1024**3
LEAST_FREE = 2 * GIGABYTE
SECONDS = 3.0
GOOD_KEY = 32
SCAN_SECONDS = 10.0
EICAR_END = b"ANTIVIRUS-TEST-FILE!$H+H*"


class Finding(Schema):
    what: str
    state: Literal["ok", "warning", "problem"]
    sentence: str
    remedy: str = ""


def examine(settings: Settings) -> list[Finding]:
    installation = open_installation(settings)
    try:
        return [check(installation) for check in CHECKS]
    finally:
        installation.close()


def database(installation: Installation) -> Finding:
    try:
        current = is_current(installation.engine)
    except Unavailable as error:
        return Finding(
            what="База",
            state="problem",
            sentence=f"не открывается: {error.sentence}",
            remedy="проверьте MARATHON_DATABASE_URL или права на папку данных",
        )
    if current:
        return Finding(what="База", state="ok", sentence="схема новейшая")
    return Finding(
        what="База", state="problem", sentence="схема устарела", remedy="marathon migrate"
    )


def journal(installation: Installation) -> Finding:
    if not is_current(installation.engine):
        return Finding(what="Журнал", state="warning", sentence="не проверен: схема устарела")
    with installation.begin(read_only=True) as work:
        broken = next(work.journal.broken(), None)
    if broken is None:
        return Finding(what="Журнал", state="ok", sentence="цепочка записей цела")
    return Finding(
        what="Журнал",
        state="problem",
        sentence=f"запись № {broken.number} изменена в обход системы",
        remedy="сравните с архивом (marathon restore в другую папку)",
    )


def files(installation: Installation) -> Finding:
    free = shutil.disk_usage(installation.settings.data).free
    if free < LEAST_FREE:
        return Finding(
            what="Файлы",
            state="problem",
            sentence=f"свободно {free / GIGABYTE:.1f} ГБ",
            remedy="освободите место: загрузки скоро начнут отклоняться",
        )
    try:
        installation.files.require_ready()
    except MarathonError as error:
        return Finding(
            what="Файлы",
            state="problem",
            sentence=error.sentence,
            remedy="проверьте MARATHON_FILES_URL, права на папку или бакет и ключи",
        )
    return Finding(what="Файлы", state="ok", sentence=f"свободно {free / GIGABYTE:.0f} ГБ")


def key(installation: Installation) -> Finding:
    if len(installation.signer.key.get_secret_value()) >= GOOD_KEY:
        return Finding(what="Ключ", state="ok", sentence="задан")
    return Finding(
        what="Ключ",
        state="warning",
        sentence=f"короче {GOOD_KEY} знаков, его можно подобрать",
        remedy="задайте MARATHON_SECRET_KEY длиннее; после этого все входят заново",
    )


def prefect(installation: Installation) -> Finding:
    url = installation.settings.prefect_api_url
    if not url:
        return Finding(
            what="Prefect",
            state="warning",
            sentence="адрес не задан: его задаёт marathon up",
            remedy="запустите marathon up или задайте MARATHON_PREFECT_API_URL",
        )
    try:
        healthy = httpx.get(f"{url}/health", timeout=SECONDS).is_success
    except httpx.HTTPError:
        healthy = False
    if healthy:
        return Finding(what="Prefect", state="ok", sentence="отвечает")
    return Finding(
        what="Prefect", state="problem", sentence="не отвечает", remedy="запустите marathon up"
    )


def runner(installation: Installation) -> Finding:
    """On this machine by its file, elsewhere by its signs in our database; workers by theirs."""
    what = "Исполнитель"
    if not is_current(installation.engine):
        return Finding(what=what, state="warning", sentence="не проверен: схема устарела")
    with installation.begin(read_only=True) as work:
        seen, now = work.heartbeats, installation.clock.now()
        runners = seen.alive(LivePart.RUNNER, now=now)
        workers = seen.alive(LivePart.WORKER, now=now)
    if len(runners) > 1:
        return Finding(
            what=what,
            state="warning",
            sentence=f"за минуту знаки подали несколько: {', '.join(runners)}",
            remedy="если это не перезапуск, оставьте один marathon part runner",
        )
    if not runners:
        return Finding(
            what=what,
            state="warning",
            sentence="минуту не подаёт знаков: этапы не начинаются и письма не уходят",
            remedy="запустите marathon up или marathon part runner",
        )
    counted = f", рабочих процессов: {len(workers)}" if workers else ""
    return Finding(what=what, state="ok", sentence=f"работает на {runners[0]}{counted}")


def mail(installation: Installation) -> Finding:
    settings = installation.settings
    if settings.mail_server is None:
        return Finding(
            what="Почта",
            state="warning" if settings.local else "problem",
            sentence="сервер не задан: письма с ссылками для входа открыты всем на /dev/mail",
            remedy="задайте MARATHON_MAIL_URL и MARATHON_MAIL_FROM",
        )
    try:
        with connected(settings.mail_server, seconds=SECONDS) as connection:
            connection.noop()
    except OSError as error:
        return Finding(
            what="Почта",
            state="problem",
            sentence=f"сервер не отвечает или не пускает ({error})",
            remedy="проверьте MARATHON_MAIL_URL",
        )
    return Finding(what="Почта", state="ok", sentence="сервер отвечает")


def sender(installation: Installation) -> Finding:
    if MAILBOX.search(installation.settings.mail_from):
        return Finding(what="Отправитель писем", state="ok", sentence="адрес с доменом")
    return Finding(
        what="Отправитель писем",
        state="warning",
        sentence=(
            "в адресе нет домена: письма сочтут спамом, а библиотекам (OAI-PMH) вместо него "
            "называют MARATHON_CONTACT"
        ),
        remedy="задайте MARATHON_MAIL_FROM. Пример: marathon@example.ru",
    )


def fonts(_installation: Installation) -> Finding:
    from flows.documents.printing.typesetting import FONTS

    if any(FONTS.glob("*")):
        return Finding(what="Шрифты", state="ok", sentence="на месте")
    return Finding(
        what="Шрифты",
        state="warning",
        sentence="своих шрифтов нет, набор пойдёт встроенными",
        remedy="переустановите пакет",
    )


def recognition(_installation: Installation) -> Finding:
    from flows.documents.parsing.recognition import is_ready

    if is_ready():
        return Finding(
            what="Распознавание снимков", state="ok", sentence="Tesseract с русским языком"
        )
    return Finding(
        what="Распознавание снимков",
        state="warning",
        sentence="не установлено, со сканов и снимков текст не берётся",
        remedy="apt install tesseract-ocr tesseract-ocr-rus",
    )


def sandbox(_installation: Installation) -> Finding:
    from flows.documents.sandbox.inspection import inspect_walls
    from review_api.cli.sandbox_check import verdict_on

    try:
        verdict = verdict_on(inspect_walls())
    except Unavailable as error:
        return Finding(what="Песочница", state="problem", sentence=error.sentence)
    return Finding(
        what="Песочница",
        state=verdict.state,
        sentence=verdict.sentence,
        remedy=verdict.remedy,
    )


def scanner(installation: Installation) -> Finding:
    """Whether it answers, and knows the file that every scanner must know (EICAR)."""
    settings = installation.settings
    asked = scanner_in(settings)
    if asked is None:
        state: Literal["ok", "warning"] = "ok" if settings.local else "warning"
        return Finding(
            what="Антивирус",
            state=state,
            sentence="не задан, файлы им не проверяются",
            remedy="" if settings.local else "поставьте clamav-daemon и задайте MARATHON_SCANNER",
        )
    verdict = asked.scan([trial_file()]).verdict
    if verdict is ScanVerdict.VIRUS:
        return Finding(what="Антивирус", state="ok", sentence="отвечает, пробный вирус узнаёт")
    if verdict is ScanVerdict.CLEAN:
        return Finding(
            what="Антивирус",
            state="problem",
            sentence="отвечает, но пробный вирус не узнаёт: базы не загружены",
            remedy="обновите базы (freshclam) и перезапустите clamd",
        )
    fate = "файлы ждут" if settings.scanner_required else "файлы принимаются без него"
    return Finding(
        what="Антивирус",
        state="problem",
        sentence=f"не отвечает, {fate}",
        remedy="проверьте MARATHON_SCANNER и службу clamav-daemon",
    )


def scanner_limit(installation: Installation) -> Finding:
    """Whether it takes the largest file that we do: of what is longer it says nothing."""
    asked, most = scanner_in(installation.settings), installation.settings.max_upload
    what, megabytes = "Наибольший файл антивируса", most // 1024**2
    if asked is None:
        return Finding(what=what, state="ok", sentence="антивирус не задан")
    verdict = asked.scan(bytes(min(PIECE, most - at)) for at in range(0, most, PIECE)).verdict
    if verdict is ScanVerdict.TOO_LONG:
        return Finding(
            what=what,
            state="problem",
            sentence=f"меньше {megabytes} МБ (MARATHON_MAX_UPLOAD)",
            remedy="поднимите StreamMaxLength и MaxFileSize в clamd.conf",
        )
    if verdict in CONCLUSIVE:
        return Finding(what=what, state="ok", sentence=f"не меньше {megabytes} МБ")
    return Finding(
        what=what,
        state="warning",
        sentence="не узнан: антивирус не ответил вовремя",
        remedy="запустите marathon doctor ещё раз",
    )


def scanner_in(settings: Settings) -> Scanner | None:
    """The scanner, asked with less patience than about people's files."""
    address = settings.scanner_address
    return Scanner(address, most=settings.max_upload, seconds=SCAN_SECONDS) if address else None


def trial_file() -> bytes:
    """The file of eicar.org that does no harm; put together here, lest a scanner finds it in us."""
    return b"".join((rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$", b"EICAR-STANDARD-", EICAR_END))


CHECKS: tuple[Callable[[Installation], Finding], ...] = (
    database,
    journal,
    files,
    key,
    prefect,
    runner,
    mail,
    sender,
    fonts,
    recognition,
    sandbox,
    scanner,
    scanner_limit,
)
# These take seconds: too long for a page.
SLOW = frozenset({journal, scanner_limit})
