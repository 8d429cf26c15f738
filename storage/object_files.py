"""The file store over an S3-compatible bucket, with every content kept in a local folder too."""

import base64
import hashlib
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from schemas.errors import NotFound, Unavailable
from schemas.file_place import BucketPlace
from storage.files import CHUNK, MISSING_FILE, SHELVES, FileStore

CONTENT = re.compile(r"[0-9a-f]{64}")
ABSENT = frozenset({"404", "NoSuchKey", "NotFound"})
SILENT = (
    "Хранилище файлов не отвечает или не пускает ({reason}). Повторите через несколько минут; "
    "если не поможет, сообщите организаторам."
)
DAMAGED = "Хранилище отдало не тот файл, который ему передали. Сообщите организаторам."
PAGE = 1000  # the most that S3 gives at once
# What was sent longer ago is sent again, so that a sweep of what is old sees that it is wanted.
RENEW_AFTER = 24 * 3600.0
DEFAULT_REGION = "us-east-1"


class ObjectFileStore(FileStore):
    """``save`` returns once the bucket has the content; the folder only saves asking again.

    Contents lie under ``prefix + ab/<sha256>``; the folder may be emptied while nothing runs.
    """

    def __init__(self, place: BucketPlace, cache: Path, client: Any = None) -> None:  # noqa: ANN401
        super().__init__(cache)
        self.place = place
        with bucket_answers():
            self.client = client or client_of(place)

    def require_ready(self) -> None:
        super().require_ready()
        with bucket_answers():
            self.client.list_objects_v2(Bucket=self.place.bucket, MaxKeys=1)

    def key(self, sha256: str) -> str:
        return f"{self.place.prefix}{sha256[:2]}/{sha256}"

    def keep(self, temporary: Path, sha256: str) -> None:
        """The bucket is asked each time: the folder may be older than the bucket."""
        if self.sent_at(sha256) < time.time() - RENEW_AFTER:
            self.upload(temporary, sha256)
        super().keep(temporary, sha256)

    def sent_at(self, sha256: str) -> float:
        """When the bucket last got the content, in seconds since 1970; 0 when it lacks it."""
        try:
            with bucket_answers():
                held = self.client.head_object(Bucket=self.place.bucket, Key=self.key(sha256))
        except NotFound:
            return 0.0
        return float(held["LastModified"].timestamp())

    def upload(self, path: Path, sha256: str) -> None:
        # The oldest check of transfers, and the one every store knows.
        with path.open("rb") as file:
            md5 = hashlib.file_digest(file, lambda: hashlib.md5(usedforsecurity=False)).digest()
            file.seek(0)
            with bucket_answers():
                self.client.put_object(
                    Bucket=self.place.bucket,
                    Key=self.key(sha256),
                    Body=file,
                    ContentMD5=base64.b64encode(md5).decode(),
                )

    def existing(self, sha256: str) -> Path:
        """Raises ``NotFound``, or ``Unavailable`` when the bucket is silent or gives other bytes."""
        path = self.path(sha256)
        if not path.is_file():
            self.fetch(sha256)
        return path

    def discard(self, sha256: str) -> None:
        with bucket_answers():
            self.client.delete_object(Bucket=self.place.bucket, Key=self.key(sha256))
        super().discard(sha256)

    def sweep_away(self, sha256: str, *, before: float) -> bool:
        if not 0 < self.sent_at(sha256) < before:
            return False
        self.discard(sha256)
        return True

    def shelf(self, name: str) -> "ObjectFileStore":
        """In the bucket, too: the next part may come to another machine, and this one may be lost."""
        place = self.place.model_copy(update={"prefix": f"{self.place.prefix}{SHELVES}/{name}/"})
        return ObjectFileStore(place, self.root / SHELVES / name, self.client)

    def clear_shelf(self, name: str) -> None:
        shelf = self.shelf(name)
        for sha256 in list(shelf.names()):
            shelf.discard(sha256)
        super().clear_shelf(name)

    def shelves(self) -> list[str]:
        place = f"{self.place.prefix}{SHELVES}/"
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.place.bucket, Prefix=place, Delimiter="/"
        )
        with bucket_answers():
            folders = [one["Prefix"] for page in pages for one in page.get("CommonPrefixes", ())]
        sent = {folder.removeprefix(place).rstrip("/") for folder in folders}
        return sorted(sent | set(super().shelves()))

    def fetch(self, sha256: str) -> None:
        if not CONTENT.fullmatch(sha256):
            raise NotFound(MISSING_FILE)
        with self.kept_aside() as temporary:
            if self.write(temporary, self.download(sha256), None).sha256 != sha256:
                raise Unavailable(DAMAGED, code="storage_damaged")
            super().keep(temporary, sha256)

    def download(self, sha256: str) -> Iterator[bytes]:
        with bucket_answers():
            answer = self.client.get_object(Bucket=self.place.bucket, Key=self.key(sha256))
            yield from answer["Body"].iter_chunks(CHUNK)

    def all(self) -> Iterator[Path]:
        """Every content of the bucket, brought into the folder one by one."""
        return (self.existing(sha256) for sha256 in self.names())

    def names(self) -> Iterator[str]:
        return (name for name, _ in self.sendings())

    def untouched(self, *, before: float) -> Iterator[str]:
        return (name for name, sent_at in self.sendings() if sent_at < before)

    def sendings(self) -> Iterator[tuple[str, float]]:
        """Every content of the bucket and when it got it, in seconds since 1970."""
        pages = self.client.get_paginator("list_objects_v2").paginate(
            Bucket=self.place.bucket,
            Prefix=self.place.prefix,
            PaginationConfig={"PageSize": PAGE},
        )
        with bucket_answers():
            for page in pages:
                for item in page.get("Contents", ()):
                    name = item["Key"].rpartition("/")[2]
                    if CONTENT.fullmatch(name) and item["Key"] == self.key(name):
                        yield name, item["LastModified"].timestamp()


def client_of(place: BucketPlace) -> Any:  # noqa: ANN401  (boto3 makes its classes at run time)
    """What ``place`` leaves empty comes from the ``AWS_*`` environment."""
    session = boto3.Session(
        aws_access_key_id=place.key or None,
        aws_secret_access_key=place.secret.get_secret_value() or None,
        region_name=place.region or None,
    )
    return session.client(
        "s3",
        region_name=session.region_name or DEFAULT_REGION,
        endpoint_url=place.endpoint or None,
        config=Config(
            connect_timeout=5,
            read_timeout=60,
            retries={"mode": "standard", "total_max_attempts": 3},
            s3={"addressing_style": "path"} if place.endpoint else None,
            # Stores other than Amazon's often refuse its newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )


@contextmanager
def bucket_answers() -> Iterator[None]:
    """The store's own errors as ours: ``NotFound`` and ``Unavailable``."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in ABSENT:
            raise NotFound(MISSING_FILE) from error
        raise Unavailable(SILENT.format(reason=code), code="storage_unavailable") from error
    except BotoCoreError as error:
        reason = type(error).__name__
        raise Unavailable(SILENT.format(reason=reason), code="storage_unavailable") from error
