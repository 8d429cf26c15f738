"""An object store for tests of storage."""

import pytest
from buckets import new_bucket, served_store


@pytest.fixture(scope="session")
def object_server():
    """The address of the store."""
    with served_store() as address:
        yield address


@pytest.fixture
def bucket(object_server):
    """The address of a new bucket as settings name it."""
    return new_bucket(object_server)
