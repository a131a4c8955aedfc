"""From exceptions to HTTP: the one mapping of this boundary (design rule: one per boundary, each in one place).

Everything answers as `application/problem+json`, FastAPI's own refusals too. Nothing internal is told; an unexpected
error is logged with its traceback and answered 500.
"""

from collections.abc import Callable
from http import HTTPStatus

import structlog
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from admin_api.problem import FieldError, Problem, invalid, title_of
from admin_api.route_table import RouteTable
from mailcore.errors import Changed, Conflict, ContentMissing, Duplicate, Invalid, NotFound, Permanent, Transient
from mailcore.http import AsgiApp, Receive, Scope, Send

RETRY_AFTER_SECONDS = 5
"""What a client is told when something that the API stands on is away."""

log = structlog.get_logger(__name__)


def problem_of(error: Exception) -> Problem:
    """Give the answer to an exception: one of `EXPECTED`, or what nobody expected."""
    match error:
        case Problem():
            problem = error
        case RequestValidationError():
            problem = invalid(*(FieldError(loc=found["loc"], msg=_plain(found["msg"])) for found in error.errors()))
        case Invalid():
            problem = invalid(*(FieldError(loc=_located(found.loc), msg=found.msg) for found in error.problems))
        case HTTPException():
            problem = Problem(error.status_code, _reason(error.status_code), headers=error.headers)
        case Permanent() if (status := _STATUS.get(type(error))) is not None:
            problem = Problem(status, str(error))
        case Transient():
            wait = {"Retry-After": str(RETRY_AFTER_SECONDS)}
            problem = Problem(HTTPStatus.SERVICE_UNAVAILABLE, str(error), headers=wait)
        case _:
            problem = Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "Something went wrong here; the log says what.")
    return problem


_STATUS: dict[type[Permanent], HTTPStatus] = {
    NotFound: HTTPStatus.NOT_FOUND,
    Duplicate: HTTPStatus.CONFLICT,
    Conflict: HTTPStatus.CONFLICT,
    Changed: HTTPStatus.PRECONDITION_FAILED,
    # Its row is there; what the content store had of it will not come back.
    ContentMissing: HTTPStatus.GONE,
}

EXPECTED: tuple[type[Exception], ...] = (RequestValidationError, HTTPException, Transient, Invalid, *_STATUS)
"""What endpoints raise on purpose."""


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")


def _located(loc: tuple[str | int, ...]) -> tuple[str | int, ...]:
    # Stores speak of fields; only of a cursor do they know that it came in the query.
    return loc if loc[:1] == ("query",) else ("body", *loc)


def _reason(status: int) -> str:
    match status:
        case HTTPStatus.NOT_FOUND:
            return "There is nothing at this path."
        case HTTPStatus.METHOD_NOT_ALLOWED:
            return "This path does not know that method; Allow names those it knows."
        case _:
            return f"{title_of(status)}."


def add_error_handlers(app: FastAPI, routes: Callable[[], RouteTable]) -> None:
    """Render every expected exception of `app` as a problem."""

    async def handle(request: Request, error: Exception) -> Response:
        problem = problem_of(error)
        if problem.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
            problem.headers = {"Allow": ", ".join(sorted(routes().methods(request.scope["path"])))}
        return problem.response

    for expected in EXPECTED:
        app.add_exception_handler(expected, handle)


class Boundary:
    """Middleware behind which nothing unexpected escapes to the server."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; 500 when that fails for a reason nobody foresaw."""
        begun = False

        async def send_noting(message: Scope) -> None:
            nonlocal begun
            begun = begun or message["type"] == "http.response.start"
            await send(message)

        try:
            await self._app(scope, receive, send_noting)
        except Exception as error:
            # The outermost boundary of a request: a Transient from a middleware is known, all else is a bug to log.
            if not isinstance(error, EXPECTED):
                log.exception("the request failed", method=scope.get("method"), path=scope.get("path"))
            if begun:
                raise
            await problem_of(error).response(scope, receive, send)
