"""One consistent archive of database and files while everything runs, and the way back.

The database is copied first, then the files: contents never change, and what goes is what nobody
names any more, so the archive holds every file that the copied rows name. A list of what is in it
comes last: an archive without it was cut off.
"""

import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import tarfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from sqlalchemy import Engine, make_url

from schemas.errors import BadInput, Conflict, Unavailable
from storage import desks
from storage.files import sync_folder
from storage.installation import Installation
from storage.moving import move

MANIFEST = "manifest.json"
CONTENTS = "contents.json"
SQLITE_COPY = "database.sqlite3"
POSTGRES_COPY = "database.pgdump"
FORMAT = 2
DRAFT = ".marathon-part"
PR_SET_PDEATHSIG = 1
LIBC = ctypes.CDLL(None)
CUT_OFF = "Архив обрывается: он записан или скопирован не до конца. Возьмите другую его копию."
FOREIGN_ENGINE = (
    "В архиве база PostgreSQL, а здесь SQLite: назовите в MARATHON_DATABASE_URL пустую базу "
    "PostgreSQL. Наоборот можно: архив с SQLite восстанавливается и в PostgreSQL."
)


def backup(installation: Installation, target: Path) -> int:
    """Write the archive and return how many files it holds; the target must not exist.

    It appears under its name when it is whole and on disk; only its owner may read it.
    """
    if target.exists():
        raise Conflict(f"Файл {target} уже есть. Укажите другое имя.")
    with (
        desks.desk(installation.settings.data) as desk,
        draft_of(target) as draft,
    ):
        copy = copy_database(installation.engine, desk)
        return write_archive(draft, copy, sorted(installation.files.all()), desk)


@contextmanager
def draft_of(target: Path) -> Iterator[Path]:
    """A file beside ``target`` that takes its name when the block ends well.

    Drafts of killed backups beside it hold everything about everybody: they are removed.
    """
    draft = target.with_name(f".{target.name}{DRAFT}")
    try:
        clear_drafts(target.parent)
        with held(draft):
            yield draft
            sync(draft)
            draft.rename(target)
        sync_folder(target.parent)
    except OSError as error:
        raise Unavailable(
            f"Архив не записан: {error.strerror}. Проверьте папку {target.parent} и место на диске."
        ) from error


@contextmanager
def held(draft: Path) -> Iterator[None]:
    """The draft is made and locked for as long as this process lives."""
    lock = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    finally:
        os.close(lock)


def clear_drafts(folder: Path) -> None:
    """Remove the drafts in ``folder`` that no living process holds."""
    for draft in folder.glob(f".*{DRAFT}"):
        with suppress(OSError), draft.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            draft.unlink()


def sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())


def write_archive(draft: Path, copy: Path, files: Iterable[Path], desk: Path) -> int:
    manifest = {"format": FORMAT, "database": copy.name, "sha256": digest(copy)}
    with tarfile.open(draft, "w") as archive:
        archive.add(note(desk / MANIFEST, manifest), MANIFEST)
        archive.add(copy, copy.name)
        names = list(add_files(archive, files))
        archive.add(note(desk / CONTENTS, names), CONTENTS)
    return len(names)


def add_files(archive: tarfile.TarFile, files: Iterable[Path]) -> Iterator[str]:
    for file in files:
        with suppress(FileNotFoundError):  # erased or swept away since it was listed
            archive.add(file, f"files/{file.name}")
            yield file.name


def note(path: Path, content: object) -> Path:
    path.write_text(json.dumps(content), encoding="utf-8")
    return path


def copy_database(engine: Engine, desk: Path) -> Path:
    if engine.dialect.name == "sqlite":
        target = desk / SQLITE_COPY
        with engine.execution_options(read_only=True).connect() as connection:
            raw = connection.connection.driver_connection
            connection.rollback()
            raw.execute("VACUUM INTO ?", (str(target),))  # type: ignore[union-attr]
        return target
    return dump_postgres(engine, desk / POSTGRES_COPY)


def dump_postgres(engine: Engine, target: Path) -> Path:
    run_tool(["pg_dump", "--format=custom", f"--file={target}", plain_address(engine)])
    return target


def plain_address(engine: Engine) -> str:
    url = engine.url.set(drivername="postgresql")
    return url.render_as_string(hide_password=False)


def run_tool(command: list[str]) -> None:
    """Raises ``Unavailable`` when the program is missing, of another version, or fails.

    It dies with this process: a restore that goes on by itself would meet the next one.
    """
    program = shutil.which(command[0])
    if program is None:
        raise Unavailable(f"Нужна программа {command[0]} (пакет postgresql-client).")
    done = subprocess.run(  # noqa: S603  (our own arguments)
        [program, *command[1:]],
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=partial(die_with, os.getpid()),
    )
    if done.returncode:
        raise Unavailable(
            f"Программа {command[0]} не справилась: {done.stderr.strip()[:500]}. "
            "Её версия должна быть не старше версии сервера PostgreSQL."
        )


def die_with(parent: int) -> None:
    """In the child: have the kernel end it when the parent dies, however that dies."""
    LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before we asked
        os._exit(1)


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore(installation: Installation, source: Path) -> int:
    """Fill an empty installation from an archive; returns the number of files.

    Everything is checked before anything is written, and the database comes last, in one step. One
    that was killed is begun again: files of the same archive are no hindrance. Raises ``Conflict``
    when the target is not empty and ``BadInput`` when the archive is not ours, is cut off or has
    been changed.
    """
    refuse_filled_database(installation)
    if not source.is_file() or not tarfile.is_tarfile(source):
        raise BadInput(f"Файл {source} не похож на архив марафона.")
    data = installation.settings.data
    with desks.desk(data) as desk:
        unpack(source, desk)
        copy, files = checked_copy(desk, installation.engine), checked_files(desk)
        refuse_foreign_files(installation, {one.name for one in files})
        for file in files:
            installation.files.save_file(file)
        restore_database(installation, copy)
    return len(files)


def unpack(source: Path, desk: Path) -> None:
    """Raises ``BadInput`` for an archive that ends too early or leads out of its folder."""
    try:
        with tarfile.open(source) as archive:
            archive.extractall(desk, filter="data")
    except (tarfile.TarError, EOFError) as error:
        raise BadInput(CUT_OFF) from error


def refuse_filled_database(installation: Installation) -> None:
    if installation.engine.dialect.name == "sqlite":
        path = Path(make_url(installation.settings.database).database or "")
        filled = path.exists() and path.stat().st_size > 0
    else:
        with installation.engine.connect() as connection:
            filled = installation.engine.dialect.has_table(connection, "marathon_version")
    if filled:
        raise not_empty()


def refuse_foreign_files(installation: Installation, ours: set[str]) -> None:
    if any(path.name not in ours for path in installation.files.all()):
        raise not_empty()


def not_empty() -> Conflict:
    return Conflict("Восстанавливать можно только в пустую установку: укажите другую папку данных.")


def checked_copy(desk: Path, engine: Engine) -> Path:
    try:
        manifest = json.loads((desk / MANIFEST).read_text(encoding="utf-8"))
        copy = desk / Path(manifest["database"]).name
        known = manifest["format"] == FORMAT
        fine = known and digest(copy) == manifest["sha256"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise BadInput("В архиве нет описания: это не архив марафона.") from error
    if not known:
        raise BadInput("Архив другого выпуска системы: восстановите его тем же выпуском.")
    if not fine or (copy.name == SQLITE_COPY and not is_sound(copy)):
        raise BadInput("Архив повреждён: сумма базы не сходится.")
    if copy.name == POSTGRES_COPY and engine.dialect.name == "sqlite":
        raise BadInput(FOREIGN_ENGINE)
    return copy


def is_sound(copy: Path) -> bool:
    try:
        with sqlite3.connect(copy) as check:
            return bool(check.execute("PRAGMA integrity_check").fetchone() == ("ok",))
    except sqlite3.DatabaseError:
        return False


def checked_files(desk: Path) -> list[Path]:
    """The files that the archive lists, every one there and as its name says."""
    try:
        names = json.loads((desk / CONTENTS).read_text(encoding="utf-8"))
        files = [desk / "files" / Path(name).name for name in names]
    except (OSError, ValueError, TypeError) as error:
        raise BadInput(CUT_OFF) from error
    for file in files:
        if not file.is_file() or digest(file) != file.name:
            raise BadInput(f"Архив повреждён: содержимое файла {file.name[:12]}… изменено.")
    return files


def restore_database(installation: Installation, copy: Path) -> None:
    """All or nothing, whatever happens on the way."""
    engine = installation.engine
    if engine.dialect.name == "sqlite":
        engine.dispose()
        put_in_place(copy, Path(make_url(installation.settings.database).database or ""))
    elif copy.name == SQLITE_COPY:
        move(f"sqlite:///{copy}", engine)
    else:
        options = ("--no-owner", "--single-transaction", "--exit-on-error")
        run_tool(["pg_restore", *options, f"--dbname={plain_address(engine)}", str(copy)])


def put_in_place(copy: Path, target: Path) -> None:
    draft = target.with_name(f".{target.name}.part")
    shutil.copyfile(copy, draft)
    sync(draft)
    draft.replace(target)
    sync_folder(target.parent)
