"""Where files are kept, written as one address (``MARATHON_FILES_URL``): a folder or a bucket."""

import re
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from pydantic import SecretStr

from schemas.base import Schema
from schemas.errors import BadInput

BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,61}[A-Za-z0-9]")
ENDPOINT = re.compile(r"https?://(\[[0-9a-fA-F:]+\]|[A-Za-z0-9._-]+)(:\d{1,5})?(/[^?#\s]*)?")
OPTIONS = frozenset({"endpoint", "region"})
EXAMPLE = "Пример: s3://bucket/marathon?endpoint=https://storage.example.ru&region=ru-1."
ENCODED = "знаки / и @ в ключах пишутся как %2F и %40"


class FolderPlace(Schema):
    path: Path


class BucketPlace(Schema):
    """A place in an S3-compatible store; what is empty comes from the ``AWS_*`` environment.

    ``prefix`` is empty or ends with a slash; ``endpoint`` is an http(s) address.
    """

    bucket: str
    prefix: str = ""
    endpoint: str = ""
    region: str = ""
    key: str = ""
    secret: SecretStr = SecretStr("")


FilePlace = FolderPlace | BucketPlace


def read_file_place(address: str) -> FilePlace:
    """A path, ``file:///path`` or ``s3://[key:secret@]bucket[/prefix][?endpoint=…&region=…]``.

    Raises ``BadInput``.
    """
    if "://" not in address:
        return FolderPlace(path=Path(address))
    parts = split(address)
    if parts.scheme == "s3":
        return bucket_place(parts)
    if parts.scheme != "file":
        raise BadInput("адрес — это путь к папке, file:///путь или s3://bucket/папка.")
    if parts.netloc not in {"", "localhost"} or parts.path in {"", "/"}:
        raise BadInput("после file:// стоит полный путь к папке: file:///srv/marathon/files.")
    return FolderPlace(path=Path(unquote(parts.path)))


def split(address: str) -> SplitResult:
    try:
        return urlsplit(address.strip())
    except ValueError as error:
        raise BadInput(f"адрес записан с ошибкой. {EXAMPLE}") from error


def bucket_place(parts: SplitResult) -> BucketPlace:
    account, _, bucket = parts.netloc.rpartition("@")
    key, _, secret = account.partition(":")
    if not BUCKET.fullmatch(bucket):
        raise BadInput(f"имя бакета записано с ошибкой ({ENCODED}). {EXAMPLE}")
    if bool(key) != bool(secret):
        raise BadInput(f"ключ и секрет пишутся вместе: s3://ключ:секрет@bucket ({ENCODED}).")
    prefix = unquote(parts.path).strip("/")
    return BucketPlace(
        bucket=bucket,
        prefix=f"{prefix}/" if prefix else "",
        key=unquote(key),
        secret=SecretStr(unquote(secret)),
        **options(parts.query),
    )


def options(query: str) -> dict[str, str]:
    found = dict(parse_qsl(query, keep_blank_values=True))
    if unknown := found.keys() - OPTIONS:
        raise BadInput(f"после «?» можно указать endpoint и region, а не {min(unknown)}. {EXAMPLE}")
    endpoint = found.get("endpoint", "")
    if endpoint and not ENDPOINT.fullmatch(endpoint):
        raise BadInput(f"endpoint — это http:// или https:// и имя сервера. {EXAMPLE}")
    if not re.fullmatch(r"[A-Za-z0-9-]*", found.get("region", "")):
        raise BadInput(f"region пишется латиницей, цифрами и дефисом. {EXAMPLE}")
    return found
