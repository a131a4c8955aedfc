"""Request bodies: bounded, one media type, JSON as RFC 8259 and PostgreSQL both take it, and nothing coerced.

`JsonRoute` is the route class of every router; `strictly(Model)` is the type of every body. Whatever is wrong with
octets is a 4xx here, before pydantic or the database meet it.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated, Any

from fastapi import Request, Response
from fastapi.routing import APIRoute
from pydantic import BaseModel, TypeAdapter, ValidationError, WrapValidator
from pydantic_core import InitErrorDetails, PydanticCustomError, from_json, to_json

from admin_api.error_places import place_in
from admin_api.problem import FieldError, Problem, invalid

MOST_OCTETS = 1024 * 1024
"""Largest body that is read."""

JSON = "application/json"
MERGE_PATCH = "application/merge-patch+json"
"""RFC 7396."""


class JsonRoute(APIRoute):
    """A route that reads its body as `JsonRequest` does."""

    def get_route_handler(self) -> Callable[[Request], Awaitable[Response]]:  # type: ignore[override]  # wider than a Coroutine
        """Give the handler of FastAPI behind our reading of the body."""
        handle = super().get_route_handler()

        async def handler(request: Request) -> Response:
            return await handle(JsonRequest(request.scope, request.receive))

        return handler


class JsonRequest(Request):
    """A request whose body is at most `MOST_OCTETS` of strict JSON. Raises Problem 413, 415 or 422."""

    async def body(self) -> bytes:
        """Read the body."""
        if not hasattr(self, "_body"):
            self._body = await self._read()
        return self._body

    async def _read(self) -> bytes:
        declared = self.headers.get("content-length", "")
        if declared.isdigit() and int(declared[:20]) > MOST_OCTETS:
            # Before a client that asks first (Expect: 100-continue) has sent any of it.
            raise _too_large()
        chunks = bytearray()
        async for chunk in self.stream():
            chunks += chunk
            if len(chunks) > MOST_OCTETS:
                # The server reads and drops what is left: closing would let the client miss the answer.
                raise _too_large()
        if chunks:
            _require_media_type(self)
        return bytes(chunks)

    async def json(self) -> Any:
        """Read the body as JSON."""
        return read_json(await self.body())


def _too_large() -> Problem:
    return Problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"The body is larger than {MOST_OCTETS} octets.")


def _require_media_type(request: Request) -> None:
    allowed = (JSON, MERGE_PATCH) if request.method == "PATCH" else (JSON,)
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in allowed:
        raise Problem(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
            f"Content-Type is {given or 'missing'}; allowed: {', '.join(allowed)}.",
            headers={"Accept-Patch" if request.method == "PATCH" else "Accept": ", ".join(allowed)},
        )


def read_json(octets: bytes) -> object:
    """Read JSON that is UTF-8, at most 200 levels deep, without NaN, lone surrogates or U+0000. Raises Problem 422."""
    try:
        value: object = from_json(octets, allow_inf_nan=False)
    except ValueError as error:
        raise invalid(FieldError(loc=("body",), msg=f"This is not JSON: {error}")) from None
    _refuse_nul(value)
    return value


def _refuse_nul(document: object) -> None:
    """PostgreSQL keeps no U+0000 in a text, so nothing may hold one."""
    pending: list[tuple[tuple[str | int, ...], object]] = [(("body",), document)]
    while pending:
        loc, value = pending.pop()
        match value:
            case str() if "\0" in value:
                raise invalid(FieldError(loc=loc, msg="The character U+0000 is not allowed"))
            case list():
                pending.extend(((*loc, index), item) for index, item in enumerate(value))
            case dict():
                if any("\0" in key for key in value):
                    raise invalid(FieldError(loc=loc, msg="The character U+0000 is not allowed in a key"))
                pending.extend(((*loc, key), item) for key, item in value.items())


def strictly(model: type[BaseModel]) -> Any:
    """Give the type of a body: `model`, with JSON's types taken as they are ("1" is no number)."""
    adapter = TypeAdapter(model)

    def validate(value: object, _: object) -> object:
        try:
            return adapter.validate_json(to_json(value), strict=True)
        except ValidationError as error:
            raise _naming_what_is_allowed(error, model, value) from None

    return Annotated[model, WrapValidator(validate)]


def _naming_what_is_allowed(error: ValidationError, model: type[BaseModel], document: object) -> ValidationError:
    """Give `error` with the keys that exist named where an unknown one was met."""
    allowed = ", ".join(field.alias or name for name, field in model.model_fields.items())
    details: list[InitErrorDetails] = []
    for problem in error.errors(include_url=False):
        kind, message, loc = problem["type"], problem["msg"], place_in(document, problem["loc"])
        if kind == "extra_forbidden" and len(loc) == 1:
            message = f"There is no such key; allowed: {allowed}"
        if kind == "too_short" and problem["ctx"]["field_type"] == "Value":  # a secret, of which it counts "items"
            message = f"String should have at least {problem['ctx']['min_length']} characters"
        message = message.removeprefix("Value error, ")
        # The text is no template: braces in it must not be taken for placeholders.
        custom = PydanticCustomError("invalid", "{text}", {"text": message})
        details.append(InitErrorDetails(type=custom, loc=loc, input=None))
    return ValidationError.from_exception_data(model.__name__, details)


def body_example(example: object, *, patch: type[BaseModel] | None = None) -> dict[str, Any]:
    """Give what the OpenAPI document says of a body beyond its schema; a patch has two media types."""
    content: dict[str, Any] = {JSON: {"example": example}}
    if patch is not None:
        schema = {"$ref": f"#/components/schemas/{patch.__name__}"}
        content[MERGE_PATCH] = {"schema": schema, "example": example}
    return {"requestBody": {"content": content}}
