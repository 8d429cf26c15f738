"""An object store for tests: S3's protocol, really served on this machine."""

import itertools
from contextlib import contextmanager
from urllib.parse import urlsplit

from moto.server import ThreadedMotoServer

from schemas.file_place import read_file_place
from storage.object_files import client_of

NUMBERS = itertools.count(1)


@contextmanager
def served_store():
    """The address of the store."""
    server = ThreadedMotoServer("127.0.0.1", port=0, verbose=False)
    server.start()
    _, port = server.get_host_and_port()
    yield f"http://127.0.0.1:{port}"
    server.stop()


def new_bucket(store):
    """The address of a new bucket as settings name it."""
    name = f"marathon-{next(NUMBERS)}"
    address = f"s3://KEY:se%2Fcret@{name}/season?endpoint={store}"
    client_of(read_file_place(address)).create_bucket(Bucket=urlsplit(address).hostname)
    return address
