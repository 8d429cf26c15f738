"""What passes by itself says when it is worth asking again."""

import pytest

from schemas.errors import Unavailable


@pytest.mark.parametrize(("code", "status"), [("storage", 503), ("storage_full", 507)])
@pytest.mark.parametrize("accept", ["text/html", "application/json"])
def test_a_part_that_does_not_answer_tells_when_to_come_back(
    application, client, monkeypatch, code, status, accept
):
    def refuse(**_):
        raise Unavailable("Хранилище сейчас занято.", code=code)

    opened = application.state.installation
    monkeypatch.setattr(type(opened), "begin", lambda *_, **__: refuse())

    answer = client.get("/verify/2026-1", headers={"accept": accept})

    assert answer.status_code == status
    assert int(answer.headers["retry-after"]) > 0
