"""Lines of the logs name requests and runs, and never what people wrote."""

import io
import json
import logging
import subprocess
import sys

import pytest

from flows.runtime.log_lines import JsonLine, TextLine, masked, request_number, within_run

SECRET = "Петрова Анна, petrova@example.ru"


def record(message, *args, error=None):
    return logging.LogRecord("marathon.test", logging.INFO, "x.py", 1, message, args, error)


def broken():
    """exc_info of an error that quotes what somebody typed, and of what led to it."""
    try:
        try:
            int(SECRET)
        except ValueError as error:
            raise RuntimeError(SECRET) from error
    except RuntimeError:
        return sys.exc_info()


def test_a_line_names_its_request_and_run():
    number = request_number.set("a1b2c3d4")
    try:
        with within_run("run-7"):
            told = json.loads(JsonLine().format(record("saved files=%d", 3)))
    finally:
        request_number.reset(number)

    assert {key: told[key] for key in ("level", "request", "run", "message")} == {
        "level": "info",
        "request": "a1b2c3d4",
        "run": "run-7",
        "message": "saved files=3",
    }
    assert "request" not in json.loads(JsonLine().format(record("later")))


@pytest.mark.parametrize("form", [TextLine(), JsonLine()])
def test_what_an_exception_quotes_is_left_out_and_its_places_are_kept(form):
    line = form.format(record("broke", error=broken()))

    assert "Петрова" not in line
    assert "example.ru" not in line
    assert "RuntimeError at" in line
    assert "ValueError at" in line
    assert "test_log_lines.py" in line
    assert "\n" not in line


@pytest.mark.parametrize("form", [TextLine(), JsonLine()])
def test_nobody_writes_a_line_of_their_own_into_the_log(form):
    assert "\n" not in form.format(record("refused name=%s", "x\n2026-01-01 info forged"))


@pytest.mark.parametrize(
    "words",
    ["to petrova@example.ru now", "call +7 (395) 212-34-56", "call 8 914 123 45 67"],
)
def test_addresses_and_telephones_of_strangers_lines_are_masked(words):
    assert "***" in masked(words)
    assert not {"petrova", "212", "914"} & set(masked(words).replace("-", " ").split())


def test_ids_moments_and_sizes_are_not_taken_for_telephones():
    line = "id=0197f9a2-8123-4567-8901-8912345678901 size=89141234567890 ms=81234567"

    assert masked(line) == line


def test_logging_is_configured_for_servers_that_bring_their_own():
    program = (
        "import logging, uvicorn.config as c; c.Config('x');"
        "from flows.runtime import log_lines; log_lines.configure('json');"
        "logging.getLogger('uvicorn.error').warning('hello');"
        "logging.getLogger('uvicorn.access').info('GET /login/link/secret')"
    )
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, capture_output=True, text=True, check=False)

    [line] = io.StringIO(done.stderr).readlines()
    assert json.loads(line)["message"] == "hello"
