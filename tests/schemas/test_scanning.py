"""The scanner's address is a socket file or a host with a port, said in one line."""

import pytest

from schemas.errors import BadInput
from schemas.scanning import ScannerAddress, read_scanner


def test_socket_file_and_host_are_read():
    assert read_scanner("unix:///run/clamav/clamd.ctl").path == "/run/clamav/clamd.ctl"
    assert read_scanner(" tcp://127.0.0.1:3310 ") == ScannerAddress(host="127.0.0.1", port=3310)
    assert read_scanner("tcp://[::1]:3310/").host == "::1"


@pytest.mark.parametrize(
    "address",
    [
        "/run/clamav/clamd.ctl",
        "unix://run/clamd.ctl",
        "unix:///",
        "tcp://127.0.0.1",
        "tcp://:3310",
        "tcp://scanner:port",
        "tcp://scanner:99999",
        "tcp://scanner:3310/path",
        "http://scanner:3310",
        "tcp://[::1",
        "",
    ],
)
def test_anything_else_is_refused_with_an_example(address):
    with pytest.raises(BadInput) as refusal:
        read_scanner(address)
    assert "tcp://127.0.0.1:3310" in refusal.value.sentence
