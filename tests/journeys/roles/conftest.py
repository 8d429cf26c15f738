"""One installation for all journeys of a module: what they do is done to works of their own."""

import shutil

import pytest
from served import free_port, served

from flows.runtime import conduct
from review_api.app import create_app


@pytest.fixture(scope="module")
def address():
    return f"http://127.0.0.1:{free_port()}"


@pytest.fixture(scope="module")
def opened(migrated_sqlite, tmp_path_factory, address):
    data = tmp_path_factory.mktemp("installation")
    shutil.copy(migrated_sqlite, data / "marathon.sqlite3")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("MARATHON_DATA", str(data))
        environment.setenv("MARATHON_BASE_URL", address)
        conduct.installation.cache_clear()
        yield conduct.installation()
        conduct.installation().close()
        conduct.installation.cache_clear()


@pytest.fixture(scope="module")
def site(opened, address):
    with served(create_app(), int(address.rpartition(":")[2])):
        yield address
