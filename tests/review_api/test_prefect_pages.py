"""A link to Prefect's page about a run is there for whoever can open it."""

import builders
import pytest

from review_api.prefect_pages import page_of
from schemas.outbox import Run
from schemas.settings import Settings
from storage.identifiers import new_id

OWN = "http://127.0.0.1:4200/api"


def run(prefect_run_id="0a1b"):
    return Run(
        id=new_id(),
        deployment="assign_experts",
        requested_at=builders.NOW,
        prefect_run_id=prefect_run_id,
    )


@pytest.mark.parametrize(
    ("settings", "host", "expected"),
    [
        ({"prefect_api_url": OWN}, "localhost", "http://127.0.0.1:4200/runs/flow-run/0a1b"),
        ({"prefect_api_url": OWN}, "marathon.example.ru", ""),
        (
            {"prefect_api_url": OWN, "prefect_ui_url": "https://prefect.example.ru/"},
            "marathon.example.ru",
            "https://prefect.example.ru/runs/flow-run/0a1b",
        ),
        (
            {"prefect_api_url": "https://prefect.example.ru/api/"},
            "marathon.example.ru",
            "https://prefect.example.ru/runs/flow-run/0a1b",
        ),
        ({}, "localhost", ""),
    ],
)
def test_link_leads_where_the_visitor_can_go(tmp_path, settings, host, expected):
    assert page_of(run(), Settings(data=tmp_path, **settings), host=host) == expected


def test_run_that_prefect_does_not_know_has_no_link(tmp_path):
    settings = Settings(data=tmp_path, prefect_api_url=OWN)
    assert page_of(run(prefect_run_id=None), settings, host="localhost") == ""
