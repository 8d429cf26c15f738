"""Requests that stop short, say the wrong length or dawdle: nothing is kept, others do not wait."""

import socket
from contextlib import closing

import httpx
import pytest
from served import free_port, served

PART = b'--x\r\ncontent-disposition: form-data; name="file"; filename="a.md"\r\n\r\n' + b"a" * 400


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
