"""The town, served once for all gates of a worker."""

import sys
from pathlib import Path

import pytest
from served import free_port, served

from flows.runtime import conduct
from review_api.app import create_app
from storage.schema_version import migrate

sys.path.insert(0, str(Path(__file__).parent))
import town


@pytest.fixture(scope="session")
def settled(tmp_path_factory):
    """The town; flows find its installation by the environment."""
    port, folder = free_port(), tmp_path_factory.mktemp("town")
    address = f"http://127.0.0.1:{port}"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MARATHON_DATA", str(folder))
        patch.setenv("MARATHON_BASE_URL", address)
        patch.setenv("MARATHON_TEXT_MODEL", "off")
        migrate(f"sqlite:///{folder / 'marathon.sqlite3'}")
        conduct.installation.cache_clear()
        opened = conduct.installation()
        with served(create_app(opened), port):
            yield town.settle(opened, address)
        opened.close()
        conduct.installation.cache_clear()
