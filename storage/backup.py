"""One consistent archive of database and files while everything runs, and the way back.

The database is copied first, then the files: contents never change, and what goes is what nobody
names any more, so the archive holds every file that the copied rows name.
"""

import hashlib
import json
import shutil
import sqlite3
import subprocess
import tarfile
import tempfile
from contextlib import suppress
from pathlib import Path

from sqlalchemy import Engine, make_url

from schemas.errors import BadInput, Conflict, Unavailable
from storage.installation import Installation

MANIFEST = "manifest.json"
SQLITE_COPY = "database.sqlite3"
POSTGRES_COPY = "database.pgdump"
FORMAT = 1


def backup(installation: Installation, target: Path) -> int:
    """Write the archive and return how many files it holds; the target must not exist."""
    if target.exists():
        raise Conflict(f"Файл {target} уже есть. Укажите другое имя.")
    with tempfile.TemporaryDirectory(dir=installation.settings.data, prefix="backup-") as desk:
        copy = copy_database(installation.engine, Path(desk))
        files = sorted(installation.files.all())
        manifest = {"format": FORMAT, "database": copy.name, "sha256": digest(copy)}
        draft = Path(desk) / "archive.tar"
        with tarfile.open(draft, "w") as archive:
            record = Path(desk) / MANIFEST
            record.write_text(json.dumps(manifest), encoding="utf-8")
            archive.add(record, MANIFEST)
            archive.add(copy, copy.name)
            for file in files:
                with suppress(FileNotFoundError):  # erased or swept away since it was listed
                    archive.add(file, f"files/{file.name}")
        shutil.move(draft, target)
    return len(files)


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
    """Raises ``Unavailable`` when the program is missing, of another version, or fails."""
    program = shutil.which(command[0])
    if program is None:
        raise Unavailable(f"Нужна программа {command[0]} (пакет postgresql-client).")
    done = subprocess.run(  # noqa: S603  (our own arguments)
        [program, *command[1:]], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Unavailable(
            f"Программа {command[0]} не справилась: {done.stderr.strip()[:500]}. "
            "Её версия должна быть не старше версии сервера PostgreSQL."
        )


def digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def restore(installation: Installation, source: Path) -> int:
    """Fill an empty installation from an archive; returns the number of files.

    Raises ``Conflict`` when the target is not empty and ``BadInput`` when the archive is not ours
    or has been changed.
    """
    refuse_filled(installation)
    if not source.is_file() or not tarfile.is_tarfile(source):
        raise BadInput(f"Файл {source} не похож на архив марафона.")
    data = installation.settings.data
    with tempfile.TemporaryDirectory(dir=data, prefix="restore-") as folder:
        desk = Path(folder)
        with tarfile.open(source) as archive:
            archive.extractall(desk, filter="data")
        copy = checked_copy(desk)
        count = restore_files(installation, desk / "files")
        restore_database(installation, copy)
    return count


def refuse_filled(installation: Installation) -> None:
    if installation.engine.dialect.name == "sqlite":
        path = make_url(installation.settings.database).database or ""
        filled = Path(path).exists() and Path(path).stat().st_size > 0
    else:
        with installation.engine.connect() as connection:
            filled = installation.engine.dialect.has_table(connection, "marathon_version")
    if filled or next(installation.files.all(), None) is not None:
        raise Conflict(
            "Восстанавливать можно только в пустую установку: укажите другую папку данных."
        )


def checked_copy(desk: Path) -> Path:
    try:
        manifest = json.loads((desk / MANIFEST).read_text(encoding="utf-8"))
        copy = desk / Path(manifest["database"]).name
        fine = manifest["format"] == FORMAT and digest(copy) == manifest["sha256"]
    except (OSError, ValueError, KeyError) as error:
        raise BadInput("В архиве нет описания: это не архив марафона.") from error
    if not fine:
        raise BadInput("Архив повреждён: сумма базы не сходится.")
    return copy


def restore_files(installation: Installation, folder: Path) -> int:
    """Every content is checked against its name on the way in."""
    files = sorted(folder.glob("*")) if folder.is_dir() else []
    for file in files:
        stored = installation.files.save_file(file)
        if stored.sha256 != file.name:
            raise BadInput(f"Архив повреждён: содержимое файла {file.name[:12]}… изменено.")
    return len(files)


def restore_database(installation: Installation, copy: Path) -> None:
    engine = installation.engine
    if engine.dialect.name != "sqlite":
        run_tool(["pg_restore", "--no-owner", f"--dbname={plain_address(engine)}", str(copy)])
        return
    engine.dispose()
    target = Path(make_url(installation.settings.database).database or "")
    with sqlite3.connect(copy) as check:
        if check.execute("PRAGMA integrity_check").fetchone() != ("ok",):
            raise BadInput("Архив повреждён: база не проходит проверку.")
    shutil.copyfile(copy, target)
