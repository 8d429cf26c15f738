"""The browser most of these pages are opened in."""

import pytest


@pytest.fixture
def browser(organiser_browser):
    return organiser_browser
