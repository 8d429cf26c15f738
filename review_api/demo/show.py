"""Starting the installation for the sample marathon, running it, saying where everything lies."""

import os
import shutil
import signal
import threading
from collections.abc import Callable
from pathlib import Path

from flows.runtime import prefect_database
from review_api.demo import results
from review_api.demo.season import Season, clock
from review_api.supervisor import installation_parts, supervised, wait_until_ready
from schemas.errors import Conflict
from schemas.settings import IN_ITS_FOLDER, read_settings
from storage.installation import open_installation

Say = Callable[[str], object]

MARK = "DEMO"
START_SECONDS = 240.0
OPERATOR = {
    "MARATHON_OPERATOR": "Ресурсный центр Северного кластера (пример)",
    "MARATHON_CONTACT": "orgkomitet@example.ru",
}


def show(data: Path, *, port: int, leave: bool, say: Say) -> None:
    """Raises ``MarathonError`` when any stage does not end well."""
    folder = fresh_folder(data)
    base_url = f"http://127.0.0.1:{port}"
    os.environ |= environment(base_url)
    settings = read_settings(folder)
    parts = installation_parts(settings, host="127.0.0.1", port=port)
    say("Запускаем сайт, сервер Prefect и исполнитель…")
    with supervised(parts, data_dir=folder, say=say):
        wait_until_ready(parts, seconds=START_SECONDS)
        installation = open_installation(settings)
        try:
            season = Season(installation, base_url, say)
            season.play()
            tell(season, folder, base_url, say)
        finally:
            installation.close()
        if not leave:
            serve(base_url, say)


def environment(base_url: str) -> dict[str, str]:
    """``.env`` is of a real installation; only what the shell says outright is followed."""
    own = {name: os.environ.get(name, value) for name, value in IN_ITS_FOLDER.items()}
    # Made-up people must not get letters.
    fixed = {"MARATHON_MAIL_URL": "", "MARATHON_BASE_URL": base_url}
    return {**OPERATOR, **own, **fixed}


def tell(season: Season, folder: Path, base_url: str, say: Say) -> None:
    """Where everything lies and how to sign in as each role."""
    written = results.write_results(season, folder / "results")
    links = results.sign_in_links(season.installation, season.marathon, base_url, now=clock())
    results.summary(season, say)
    say("\nГотово:")
    for title, path in written:
        say(f"  {title}: {path}")
    say("\nВойти (каждая ссылка действует один раз; другие письма — /dev/mail):")
    for role, address in links:
        say(f"  {role}: {address}")


def fresh_folder(data: Path) -> Path:
    """An empty folder; an earlier demo is removed, anything else refused."""
    folder = data.resolve()
    if folder.exists() and any(folder.iterdir()):
        if not (folder / MARK).exists():
            raise Conflict(
                f"В папке {data} чужие данные. Укажите для примера другую: --data ПАПКА."
            )
        prefect_database.forget(folder)
        shutil.rmtree(folder)
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).write_text("This folder is replaced by every run of marathon demo.\n", "utf-8")
    return folder


def serve(base_url: str, say: Say) -> None:
    told = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, lambda *_: told.set())
    say(f"Сайт работает: {base_url} — остановить: Ctrl-C")
    told.wait()
