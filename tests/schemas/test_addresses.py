"""Addresses of mail, of the mail server and of the file store, as people write them."""

from pathlib import Path

import pytest

from schemas.address import fold_email
from schemas.errors import BadInput
from schemas.file_place import BucketPlace, FolderPlace, read_file_place
from schemas.mail_server import read_mail_server


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        (" Ivanova@Shkola.RU ", "ivanova@shkola.ru"),
        ("a.b+school_2@mail-1.example.com", "a.b+school_2@mail-1.example.com"),
        ("учитель@школа-it.рф", "учитель@школа-it.рф"),
    ],
)
def test_address_of_mail_is_kept_in_lower_case_without_spaces(typed, kept):
    assert fold_email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ivanova",
        "ivanova@shkola",
        "ivanova@@shkola.ru",
        "ivanova.@shkola.ru",
        "ivanova@shkola..ru",
        "ivanova@shkola.ru.",
        "ivanova@shkola.5",
        "ivanova@shkola.ru, petrova@shkola.ru",
        "ivanova shkola@mail.ru",
        "<ivanova@shkola.ru>",
        "я" * 250 + "@mail.ru",
    ],
)
def test_what_no_letter_would_reach_is_no_address_of_mail(typed):
    with pytest.raises(BadInput, match="записан с ошибкой"):
        fold_email(typed)


@pytest.mark.parametrize("typed", ["ivаnova@shkola.ru", "ivanova@mail.rу"])
def test_letter_of_the_other_layout_in_an_address_is_named(typed):
    with pytest.raises(BadInput, match="русские и латинские"):
        fold_email(typed)


@pytest.mark.parametrize(
    ("address", "host", "port", "encryption"),
    [
        ("smtp://mail.example.ru", "mail.example.ru", 25, "none"),
        ("smtp://127.0.0.1:2525", "127.0.0.1", 2525, "none"),
        ("smtps://mail.example.ru", "mail.example.ru", 465, "tls"),
        ("smtp+starttls://mail.example.ru/", "mail.example.ru", 587, "starttls"),
        ("smtp://[::1]:2525", "::1", 2525, "none"),
    ],
)
def test_scheme_of_a_mail_server_says_encryption_and_usual_port(address, host, port, encryption):
    server = read_mail_server(address)
    assert (server.host, server.port, server.encryption) == (host, port, encryption)
    assert server.user == ""


def test_name_and_password_of_a_mail_server_are_decoded_and_never_shown():
    server = read_mail_server("smtps://marathon%40example.ru:pa%2Fss%40word@mail.example.ru")
    assert server.user == "marathon@example.ru"
    assert server.password.get_secret_value() == "pa/ss@word"
    assert "pa/ss" not in repr(server)


@pytest.mark.parametrize(
    "address",
    [
        "mail.example.ru",
        "http://mail.example.ru",
        "smtp://",
        "smtp://mail.example.ru:port",
        "smtp://mail.example.ru:99999",
        "smtp://mail.example.ru/folder",
        "smtp://mail.example.ru?tls=yes",
        "smtp://user@mail.example.ru",
        "smtp://имя:пароль@mail.example.ru",
        "smtp://user:pa/ss@mail.example.ru",
        "smtp://[::1",
    ],
)
def test_wrong_address_of_a_mail_server_is_refused_with_an_example(address):
    with pytest.raises(BadInput) as refusal:
        read_mail_server(address)
    assert "Пример: smtp+starttls://" in refusal.value.sentence


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("/srv/marathon/files", "/srv/marathon/files"),
        ("files", "files"),
        ("file:///srv/marathon/files", "/srv/marathon/files"),
        ("file://localhost/srv/marathon%20files", "/srv/marathon files"),
    ],
)
def test_folder_is_a_path_or_a_file_address(address, path):
    assert read_file_place(address) == FolderPlace(path=Path(path))


def test_bucket_without_anything_else_takes_the_rest_from_the_environment():
    assert read_file_place("s3://marathon") == BucketPlace(bucket="marathon")


def test_bucket_with_everything():
    place = read_file_place(
        "s3://KEY:se%2Fkret@marathon/season/2026/?endpoint=https://storage.example.ru&region=ru-1"
    )
    assert place.model_dump(exclude={"secret"}) == {
        "bucket": "marathon",
        "prefix": "season/2026/",
        "endpoint": "https://storage.example.ru",
        "region": "ru-1",
        "key": "KEY",
    }
    assert place.secret.get_secret_value() == "se/kret"
    assert "kret" not in repr(place)


@pytest.mark.parametrize(
    "address",
    [
        "https://storage.example.ru/marathon",
        "file://files",
        "file:///",
        "s3://",
        "s3://x",
        "s3://KEY@marathon",
        "s3://KEY:se/cret@marathon",
        "s3://marathon?endpoint=storage.example.ru",
        "s3://marathon?zone=ru-1",
        "s3://marathon?region=ру",
        "s3://marathon?endpoint=http://",
        "s3://[marathon",
    ],
)
def test_wrong_address_of_the_file_store_is_refused(address):
    with pytest.raises(BadInput):
        read_file_place(address)
