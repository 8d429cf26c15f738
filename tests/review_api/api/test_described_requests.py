"""Requests made from the API's own description, lawful and not: answers are as described.

Every operation gets lawful and unlawful ones; in full size (``make soak``) two hundred of each from
programs of three roles on both databases.
"""

import os

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from review_api.app import API

SOAK = os.environ.get("MARATHON_SOAK") == "1"
HOST = "127.0.0.1"
EXAMPLES = 200 if SOAK else 2
ROLES = ("organiser", "owner", "expert") if SOAK else ("organiser",)
CHECKS = (
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)
PATIENCE = 120  # seconds; a machine that does much else may stand still for some
UNWELL = "/healthz"  # says with 503 that the installation's parts do not all answer
pytestmark = [pytest.mark.both_databases] if SOAK else []
QUIET = settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


def operations(application):
    host = {"host": HOST}
    described = schemathesis.openapi.from_asgi(f"{API}/openapi.json", application, headers=host)
    for found in described.get_all_operations():
        operation = found.ok()
        if UNWELL not in operation.path:
            yield operation


def send(operation, mode, token, known):
    """Requests to one operation with the token, half of them about things that are there."""

    @seed(7)
    @QUIET
    @given(
        case=operation.as_strategy(generation_mode=mode), about=st.none() | st.sampled_from(known)
    )
    def every(case, about):
        for name in case.path_parameters if about else ():
            case.path_parameters[name] = about
        who = {"host": HOST, "authorization": f"Bearer {token}"}
        answer = case.call(base_url=f"http://{HOST}", headers=who, timeout=PATIENCE)
        case.validate_response(answer, checks=CHECKS)

    every()


@pytest.fixture
def known(season):
    """Identifiers of things that are there."""
    things = (season.marathon, season.submission, season.draft, season.file, season.assignment)
    return [one.id for one in things]


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize("role", ROLES)
def test_every_answer_is_as_described(application, known, role, mode):
    for operation in operations(application):
        send(operation, mode, f"token-of-{role}-0123456789", known)
