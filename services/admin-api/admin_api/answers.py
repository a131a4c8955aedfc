"""How operations describe their answers in the OpenAPI document: statuses, problems, examples, fields."""

from http import HTTPStatus
from typing import Any

from admin_api.problem import MEDIA_TYPE, title_of

Answers = dict[int | str, dict[str, Any]]
"""What FastAPI takes as `responses`."""

PROBLEM_SCHEMA = "Problem"
"""The name of the schema of all problems; `openapi` puts it in."""

_WHEN = {
    HTTPStatus.UNAUTHORIZED: "No token, or one that is unknown, revoked or expired.",
    HTTPStatus.FORBIDDEN: "The token lacks the scope that this needs.",
    HTTPStatus.NOT_FOUND: "There is no such thing.",
    HTTPStatus.CONFLICT: "It is there already, or something else stands in the way.",
    HTTPStatus.GONE: "What it said is lost: the content store has it no more.",
    HTTPStatus.PRECONDITION_FAILED: "It has changed since the version that If-Match names.",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "The body is larger than 1 MiB.",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "The body is not of a media type that is taken.",
    HTTPStatus.UNPROCESSABLE_ENTITY: "Something in the request is not allowed; `errors` names each.",
    HTTPStatus.INTERNAL_SERVER_ERROR: "A mistake of ours; the log says which.",
    HTTPStatus.SERVICE_UNAVAILABLE: "The database or the broker is away.",
}

EVERYWHERE = (401, 403, 422, 500, 503)
"""What every operation behind a token may answer."""

WITH_BODY = (413, 415)
"""What every operation with a body may answer beside that."""


def problems(*statuses: int) -> Answers:
    """Describe the problems that an operation may answer, beside those that all do."""
    return {status: _problem(HTTPStatus(status)) for status in sorted({*EVERYWHERE, *statuses})}


def _problem(status: HTTPStatus) -> dict[str, Any]:
    example: dict[str, Any] = {
        "type": "about:blank",
        "title": title_of(status),
        "status": status.value,
        "detail": _WHEN[status],
    }
    if status is HTTPStatus.UNPROCESSABLE_ENTITY:
        example["errors"] = [{"loc": ["query", "limit"], "msg": "Input should be less than or equal to 500"}]
    schema = {"$ref": f"#/components/schemas/{PROBLEM_SCHEMA}"}
    return {"description": _WHEN[status], "content": {MEDIA_TYPE: {"schema": schema, "example": example}}}


def answer(status: int, description: str, example: object, *, fields: tuple[str, ...] = ()) -> Answers:
    """Describe the answer of an operation that goes well, with the HTTP fields that it always has."""
    described: dict[str, Any] = {
        "description": description,
        "content": {"application/json": {"example": example}},
    }
    if fields:
        described["headers"] = {name: _FIELDS[name] for name in fields}
    return {status: described}


def no_content(status: int, description: str) -> Answers:
    """Describe an answer that has none."""
    return {status: {"description": description}}


_FIELDS: dict[str, dict[str, Any]] = {
    "ETag": {
        "description": "The version, for If-Match and If-None-Match.",
        "required": True,
        "schema": {"type": "string", "minLength": 2},
        "example": '"3"',
    },
    "Location": {
        "description": "Where it is.",
        "required": True,
        "schema": {"type": "string", "minLength": 1},
        "example": "/api/v1/domains/example.com",
    },
}
