"""People of the sample at work: each acts through the JSON API with a token of their own."""

import json
import time
from pathlib import Path
from typing import Any

import httpx

from schemas.errors import MarathonError
from schemas.review import ReviewDraft

PAUSE_SECONDS = 0.15
BUSY_PAUSE_SECONDS = 2.0
PATIENCE_SECONDS = 300.0
Json = dict[str, Any]


class Refused(MarathonError):
    """The API said no; the sentence is its own."""

    code = "refused"


class Caller:
    """One person calling the API; ``token`` is theirs."""

    def __init__(self, base_url: str, token: str) -> None:
        self.client = httpx.Client(
            base_url=f"{base_url}/api/v1",
            headers={"authorization": f"Bearer {token}"},
            timeout=60,
            trust_env=False,
        )

    def call(self, method: str, path: str, **content: Any) -> Json:  # noqa: ANN401
        """The JSON answer; raises ``Refused`` with the problem's sentence."""
        answer = self.patiently(method, path, **content)
        body: Json = answer.json()
        if answer.is_error:
            raise Refused(f"{method} {path}: {answer.status_code} {body.get('detail', '')}")
        return body

    def patiently(self, method: str, path: str, **content: Any) -> httpx.Response:  # noqa: ANN401
        """The answer; a busy installation is asked again, for it has kept nothing."""
        end = time.monotonic() + PATIENCE_SECONDS
        while True:
            answer = self.client.request(method, path, **content)
            if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > end:
                return answer
            time.sleep(BUSY_PAUSE_SECONDS)

    def begin_material(self, marathon: str, data: Json, file: Path) -> str:
        """A draft with its file; returns its id."""
        with file.open("rb") as stream:
            created = self.call(
                "POST",
                f"/marathons/{marathon}/submissions",
                data={"data": json.dumps(data, ensure_ascii=False)},
                files=[("files", (file.name, stream))],
                headers={"idempotency-key": f"sample/{file.name}"},
            )
        identifier: str = created["submission"]["id"]
        return identifier

    def send_material(self, marathon: str, data: Json, file: Path) -> str:
        """A submission with its file, sent; returns its id."""
        identifier = self.begin_material(marathon, data, file)
        self.call("POST", f"/submissions/{identifier}/submit")
        return identifier

    def assignments(self, marathon: str) -> list[Json]:
        items: list[Json] = self.call("GET", f"/marathons/{marathon}/assignments")["items"]
        return [item["assignment"] for item in items]

    def review(self, assignment: str, draft: ReviewDraft) -> None:
        self.call("POST", f"/assignments/{assignment}/accept")
        content = draft.model_dump(mode="json")
        self.call("POST", f"/assignments/{assignment}/review/submit", json=content)

    def start(self, marathon: str, stage: str) -> str:
        run: str = self.call("POST", f"/marathons/{marathon}/stages/{stage}")["run"]
        return run

    def follow(self, run: str) -> Json:
        """Wait until the run has ended; raises ``Refused`` with its sentence when it failed."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            status = self.call("GET", f"/runs/{run}")
            if status["state"] == "failed":
                raise Refused(status["message"])
            if status["state"] == "completed":
                return status
            time.sleep(PAUSE_SECONDS)
        raise Refused(f"Запуск не закончился за {PATIENCE_SECONDS:.0f} секунд.")
