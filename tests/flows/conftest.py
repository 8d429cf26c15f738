"""What tests of flow bodies share."""

import pytest

from flows.runtime import conduct


@pytest.fixture
def opened(installation, monkeypatch):
    """The installation that flow bodies open for themselves, without the text model."""
    monkeypatch.setenv("MARATHON_DATA", str(installation.settings.data))
    monkeypatch.setenv("MARATHON_DATABASE_URL", installation.settings.database_url)
    monkeypatch.setenv("MARATHON_TEXT_MODEL", "off")
    conduct.installation.cache_clear()
    yield installation
    conduct.installation().close()
    conduct.installation.cache_clear()
