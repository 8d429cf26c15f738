"""The page ``/api/v1/docs``: the OpenAPI description as plain HTML in our own frame.

It needs no script and no other host, so it lives under the same policy as every page.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter
from starlette.responses import Response

from review_api.pages.visit import VisitDep
from schemas.base import Schema

METHODS = ("get", "post", "put", "patch", "delete")
KEYWORDS = ("maxLength", "minLength", "minimum", "maximum", "maxItems", "minItems", "default")
Described = Mapping[str, Any]

router = APIRouter(include_in_schema=False)


class Field(Schema):
    """A parameter or a property: ``kind`` as a reader would write it, ``limits`` in words."""

    name: str
    kind: str
    limits: str = ""
    required: bool = False


class Operation(Schema):
    method: str
    path: str
    description: str
    parameters: tuple[Field, ...]
    body: str
    answers: tuple[tuple[str, str], ...]


class Shape(Schema):
    name: str
    description: str
    fields: tuple[Field, ...]


@router.get("/docs")
def page(visit: VisitDep) -> Response:
    described = visit.request.app.openapi()
    return visit.show(
        "public/reference.html",
        operations=list(operations(described)),
        shapes=list(shapes(described)),
    )


def operations(described: Described) -> Iterator[Operation]:
    for path, methods in described["paths"].items():
        for method in METHODS:
            if method in methods:
                yield operation(path, method, methods[method])


def operation(path: str, method: str, facts: Described) -> Operation:
    return Operation(
        method=method.upper(),
        path=path,
        description=facts.get("description", ""),
        parameters=tuple(parameter(one) for one in facts.get("parameters", ())),
        body=content(facts.get("requestBody", {})),
        answers=tuple((status, content(one)) for status, one in facts["responses"].items()),
    )


def parameter(facts: Described) -> Field:
    shape = facts.get("schema", {})
    return Field(
        name=f"{facts['name']} ({facts['in']})",
        kind=kind(shape),
        limits=limits(shape),
        required=facts.get("required", False),
    )


def content(facts: Described) -> str:
    """What a body holds: its media type and the name of its shape."""
    return ", ".join(
        f"{media}: {kind(one.get('schema', {}))}" for media, one in facts.get("content", {}).items()
    )


def kind(shape: Described) -> str:
    """A schema as one short phrase; named shapes by their name."""
    if "$ref" in shape:
        return str(shape["$ref"]).rsplit("/", 1)[-1]
    for joined in ("anyOf", "allOf", "oneOf"):
        if joined in shape:
            return " | ".join(dict.fromkeys(kind(one) for one in shape[joined]))
    if shape.get("type") == "array":
        return f"[{kind(shape.get('items', {}))}]"
    if "enum" in shape:
        return " | ".join(str(value) for value in shape["enum"])
    return str(shape.get("format") or shape.get("type") or shape.get("const", "JSON"))


def limits(shape: Described) -> str:
    return ", ".join(
        f"{word} {shape[word]}" for word in KEYWORDS if shape.get(word) not in (None, "")
    )


def shapes(described: Described) -> Iterator[Shape]:
    for name, facts in sorted(described.get("components", {}).get("schemas", {}).items()):
        required = set(facts.get("required", ()))
        fields = (
            Field(name=key, kind=kind(one), limits=limits(one), required=key in required)
            for key, one in facts.get("properties", {}).items()
        )
        values = "" if "properties" in facts else kind(facts)
        yield Shape(
            name=name, description=facts.get("description", "") or values, fields=tuple(fields)
        )
