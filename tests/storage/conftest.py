"""An object store for tests: S3's protocol, really served on this machine."""

import itertools
from urllib.parse import urlsplit

import pytest
from moto.server import ThreadedMotoServer

from schemas.file_place import read_file_place
from storage.object_files import client_of

NUMBERS = itertools.count(1)


@pytest.fixture(scope="session")
def object_server():
    """The address of the store."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


@pytest.fixture
def bucket(object_server):
    """The address of a new bucket as settings name it."""
    name = f"marathon-{next(NUMBERS)}"
    address = f"s3://KEY:se%2Fcret@{name}/season?endpoint={object_server}"
    client_of(read_file_place(address)).create_bucket(Bucket=urlsplit(address).hostname)
    return address
