"""Addresses no browser makes and numbers nobody types: answered in words, never led elsewhere."""

import pytest
from starlette.datastructures import Headers

from review_api.frame import with_query
from review_api.pages.accounts.signing_in import own_path
from review_api.security import declared_length

THOUSAND_DIGITS = "9" * 5000
ODD = ("//[", "//evil.example/a", "/\\evil.example", "//[::1", "/[x]", "//")


@pytest.mark.parametrize("address", ODD)
def test_an_odd_address_stays_here(address):
    assert not with_query(address, {"sort": "a"}).startswith("//")
    assert not own_path(address).replace("\\", "/").startswith("//")


@pytest.mark.parametrize("address", ["//[", "//[::1/login", "/login?next=//[", "//evil.example/a"])
def test_an_odd_address_is_no_fault(client, address):
    answer = client.get(f"http://127.0.0.1{address}")
    assert answer.status_code in {200, 303, 400, 404}
    assert "evil.example" not in answer.headers.get("location", "")


@pytest.mark.parametrize("next_", ODD)
def test_signing_in_leads_nowhere_else(client, next_):
    page = client.post("/login", data={"email": "orlova@example.ru", "next": next_})
    assert page.status_code == 200
    assert 'value="//' not in page.text


def test_thousand_digits_are_no_number_and_no_fault(client):
    assert declared_length(Headers({"content-length": THOUSAND_DIGITS})) > 10**17
    assert client.get(f"/collection/{THOUSAND_DIGITS}").status_code == 404
    assert client.get(f"/verify/{THOUSAND_DIGITS}").status_code in {200, 404}
