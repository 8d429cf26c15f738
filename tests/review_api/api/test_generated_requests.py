"""Requests made up from the OpenAPI description, lawful and not: no operation ever breaks.

Each operation gets requests from a seed of its own, so a failure repeats; every refusal must be a
problem document that says in words what is wrong.
"""

import json
import random

import pytest

EXAMPLES = 30
NASTY = (
    None,
    True,
    0,
    -1,
    2**63,
    -(2**70),
    1e308,
    float("nan"),
    float("inf"),
    "",
    " ",
    "\0",
    "\ud800",
    "й" * 20_000,
    "5",
    "'; drop table person --",
    "{{7*7}}",
    "9999-12-31T23:59:59Z",
    "0001-01-01T00:00:00+14:00",
    "2026-02-31",
    [],
    {},
    [[]],
    {"": ""},
    {"\0": {"\ud800": []}},
)
WORDS = ("Практика", "Киренский район", "ivanova@example.ru", "2026-1", "учитель", "<b>ё</b>")
DATES = ("2026-03-01T00:00:00+08:00", "2026-04-01T00:00:00Z", "2026-05-01T00:00:00+00:00")
SEGMENTS = ("nothing", "%00", "-1", str(2**63), "й" * 300, "a%2Fb", "..", "%ED%A0%80", "'")


def operations(app):
    for path, methods in app.openapi()["paths"].items():
        for method, facts in methods.items():
            yield pytest.param(method, path, facts, id=f"{method} {path}")


class Maker:
    """Values for schemas: usually of the shape asked for, now and then something nasty."""

    def __init__(self, seed, described, known):
        self.chance = random.Random(seed)  # noqa: S311  (the same every time)
        self.shapes = described["components"]["schemas"]
        self.known = known

    def value(self, shape, depth=0):
        if self.chance.random() < 0.12 or depth > 6:
            return self.chance.choice(NASTY)
        if "$ref" in shape:
            return self.value(self.shapes[shape["$ref"].rsplit("/", 1)[-1]], depth + 1)
        if "anyOf" in shape:
            return self.value(self.chance.choice(shape["anyOf"]), depth + 1)
        if "enum" in shape:
            return self.chance.choice(shape["enum"])
        return getattr(self, shape.get("type", "string"), self.string)(shape, depth)

    def object(self, shape, depth):
        given = shape.get("properties", {})
        required = set(shape.get("required", ()))
        made = {
            name: self.value(one, depth + 1)
            for name, one in given.items()
            if name in required or self.chance.random() < 0.5
        }
        if self.chance.random() < 0.05:
            made["unheard_of"] = 1
        if isinstance(shape.get("additionalProperties"), dict):
            made["novelty"] = self.value(shape["additionalProperties"], depth + 1)
        return made

    def array(self, shape, depth):
        count = self.chance.randint(0, 3)
        return [self.value(shape.get("items", {}), depth + 1) for _ in range(count)]

    def string(self, shape, _depth):
        if shape.get("format") == "date-time":
            return self.chance.choice(DATES)
        if shape.get("format") == "date":
            return "2026-05-27"
        return self.chance.choice(WORDS + self.known)

    def integer(self, shape, _depth):
        return self.chance.randint(int(shape.get("minimum", 0)), int(shape.get("maximum", 9)))

    def number(self, shape, depth):
        return self.integer(shape, depth) + 0.5

    def boolean(self, _shape, _depth):
        return self.chance.random() < 0.5

    def address(self, path):
        while "{" in path:
            head, _, rest = path.partition("{")
            _, _, tail = rest.partition("}")
            real = self.chance.random() < 0.7
            path = f"{head}{self.chance.choice(self.known if real else SEGMENTS)}{tail}"
        return path


def request_of(maker, method, path, facts):
    options = {}
    query = [one["name"] for one in facts.get("parameters", ()) if one["in"] == "query"]
    if query:
        options["params"] = {name: maker.chance.choice(WORDS + SEGMENTS) for name in query}
    headers = [one["name"] for one in facts.get("parameters", ()) if one["in"] == "header"]
    options["headers"] = {
        name: maker.chance.choice(('"1"', "1", "W/x", "9" * 30, "", "*"))
        for name in headers
        if maker.chance.random() < 0.4
    }
    content = facts.get("requestBody", {}).get("content", {})
    if "multipart/form-data" in content:
        data = maker.value({"$ref": "#/components/schemas/SubmissionData"})
        options["data"] = {"data": json.dumps(data)}
        options["files"] = [("files", ("a\0b.docx", b"PK", "text/html"))] * maker.chance.randint(
            0, 2
        )
    elif content:
        body = maker.value(content["application/json"]["schema"])
        options["content"] = json.dumps(body).encode()
        options["headers"]["content-type"] = "application/json"
    return method, f"http://127.0.0.1{maker.address(path)}", options


@pytest.fixture
def known(season):
    """Identifiers of things that are there."""
    return (
        season.marathon.id,
        season.submission.id,
        season.draft.id,
        season.file.id,
        season.assignment.id,
        season.home.id,
    )


@pytest.mark.parametrize("role", ["organiser", "owner", "expert"])
def test_no_made_up_request_breaks_anything(api, application, known, role):
    described = application.openapi()
    described["components"]["schemas"].setdefault("SubmissionData", submission_shape())
    client = api(role)
    for method, path, facts in (one.values for one in operations(application)):
        maker = Maker(f"{role} {method} {path}", described, known)
        for _ in range(EXAMPLES // 3 if role != "organiser" else EXAMPLES):
            _, address, options = request_of(maker, method, path, facts)
            answer = client.request(method, address, **options)
            silent = path.endswith("/healthz") and answer.status_code == 503
            assert answer.status_code < 500 or silent, (method, address, options)
            if answer.status_code >= 400 and not silent:
                assert answer.headers["content-type"] == "application/problem+json"
                assert answer.json()["detail"]
                assert len(answer.content) < 4000


def submission_shape():
    from review_api.api.shapes import SubmissionData

    shape = SubmissionData.model_json_schema()
    inner = shape.pop("$defs")
    return inline(shape, inner)


def inline(shape, inner):
    if isinstance(shape, dict):
        if "$ref" in shape:
            return inline(inner[shape["$ref"].rsplit("/", 1)[-1]], inner)
        return {name: inline(one, inner) for name, one in shape.items()}
    return [inline(one, inner) for one in shape] if isinstance(shape, list) else shape
