"""Requests that stop short, say the wrong length or dawdle: nothing is kept, others do not wait."""

import socket
import time
from contextlib import closing

import httpx
import pytest
from served import free_port, served

from review_api.bounded_http import FEWEST_BYTES, BoundedHttp

PART = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.md"\r\n\r\n' + b"a" * 400


class Hasty(BoundedHttp):
    """The same bounds within a test's patience."""

    patience = 0.4


@pytest.fixture
def hasty(application):
    chosen = free_port()
    with served(application, chosen, http=Hasty):
        yield chosen


@pytest.fixture
def port(application):
    chosen = free_port()
    with served(application, chosen):
        yield chosen


def connected(port):
    return closing(socket.create_connection(("127.0.0.1", port), timeout=10))


def upload(port, length):
    head = (
        f"POST /my/none/files HTTP/1.1\r\nhost: 127.0.0.1:{port}\r\nsec-fetch-site: same-origin\r\n"
        f"content-type: multipart/form-data; boundary=x\r\ncontent-length: {length}\r\n\r\n"
    )
    return head.encode()


def page(port):
    return httpx.get(f"http://127.0.0.1:{port}/login", trust_env=False, timeout=10).status_code


def kept(installation):
    with installation.begin(read_only=True) as work:
        return [*work.files.all(), *work.submissions.all()]


def stored(installation):
    return [path for path in installation.settings.data.rglob("*.part") if path.is_file()]


@pytest.mark.parametrize("share", [0.01, 0.99])
def test_body_that_stops_short_keeps_nothing(port, installation, share):
    with connected(port) as line:
        line.sendall(upload(port, len(PART)) + PART[: int(len(PART) * share)])
    assert page(port) == 200
    assert kept(installation) == []
    assert stored(installation) == []


def test_body_longer_than_it_says_is_no_fault(port, installation):
    with connected(port) as line:
        line.sendall(upload(port, 5) + PART)
        answer = line.recv(65536)
    assert int(answer.split()[1]) in range(300, 500)
    assert page(port) == 200
    assert kept(installation) == []


def test_length_that_is_no_number_is_refused(port):
    with connected(port) as line:
        line.sendall(upload(port, "-5"))
        assert line.recv(65536).split()[1] == b"400"


def test_header_of_a_megabyte_is_refused(port):
    with connected(port) as line:
        line.sendall(b"GET /login HTTP/1.1\r\nhost: 127.0.0.1\r\nx-a: " + b"a" * (1 << 20))
        assert line.recv(65536).split()[1] == b"400"
    assert page(port) == 200


def test_those_who_dawdle_keep_nobody_waiting(port):
    lines = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(30)]
    try:
        for line in lines:
            line.sendall(upload(port, 1000) + b"-")
        assert page(port) == 200
    finally:
        for line in lines:
            line.close()


@pytest.mark.parametrize("begun", [b"", b"GET /lo", b"POST"], ids=["nothing", "head", "body"])
def test_request_that_hardly_comes_is_hung_up_on(hasty, installation, begun):
    sent = upload(hasty, 100_000) + b"-" if begun == b"POST" else begun
    with connected(hasty) as line:
        line.sendall(sent)
        assert line.recv(65536).split()[1] == b"408"
        assert line.recv(65536) == b""
    assert page(hasty) == 200
    assert kept(installation) == []


def test_request_that_comes_steadily_is_heard_out_however_long_it_takes(hasty):
    length = 4 * FEWEST_BYTES
    with connected(hasty) as line:
        line.sendall(upload(hasty, length))
        for _ in range(4):
            time.sleep(Hasty.patience * 0.5)
            line.sendall(b"a" * FEWEST_BYTES)
        assert line.recv(65536).split()[1] != b"408"


def test_connection_between_two_requests_is_no_dawdler(hasty):
    with httpx.Client(base_url=f"http://127.0.0.1:{hasty}", trust_env=False) as browser:
        assert browser.get("/login").status_code == 200
        time.sleep(Hasty.patience * 1.5)
        assert browser.get("/login").status_code == 200
