"""Problem details (RFC 9457): the one form in which the API says no.

Raised as `Problem` by whatever finds out; rendered by the handlers of `errors` and by the middlewares that answer
before any route does.
"""

from collections.abc import Iterable, Mapping
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict
from starlette.exceptions import HTTPException
from starlette.responses import Response

MEDIA_TYPE = "application/problem+json"


# RFC 9110's names, which Python took over in 3.13 only.
_TITLES = {413: "Content Too Large", 422: "Unprocessable Content"}


def title_of(status: int) -> str:
    """Give a status in words."""
    return _TITLES.get(status) or HTTPStatus(status).phrase


class FieldError(BaseModel):
    """One thing that is wrong with a request."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    loc: tuple[str | int, ...]
    """Where: `body`, `query`, `path` or `header`, then the key, then what lies inside it."""
    msg: str
    """What is wrong and what is allowed."""


class ProblemDocument(BaseModel):
    """Why a request was not done (RFC 9457)."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    type: str = "about:blank"
    """What kind of problem it is; `about:blank`: the status says it all."""
    title: str
    """The status in words."""
    status: int
    """The HTTP status."""
    detail: str
    """What happened this time."""
    errors: tuple[FieldError, ...] | None = None
    """With 422: each thing that is wrong."""


class Problem(HTTPException):
    """A request that is not done, with the status and the reason that its sender gets.

    An HTTPException, because FastAPI makes a 400 of anything else that is raised while it reads a body.
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        errors: Iterable[FieldError] = (),
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(int(status), detail, dict(headers or {}))
        self.errors = tuple(errors)

    @property
    def response(self) -> Response:
        """The problem as an HTTP answer."""
        document = ProblemDocument(
            title=title_of(self.status_code),
            status=self.status_code,
            detail=self.detail,
            errors=self.errors or None,
        )
        return Response(
            document.model_dump_json(exclude_none=True),
            status_code=self.status_code,
            media_type=MEDIA_TYPE,
            headers=self.headers,
        )


def invalid(*errors: FieldError) -> Problem:
    """Make the 422 for a request whose values are not allowed."""
    return Problem(
        HTTPStatus.UNPROCESSABLE_ENTITY,
        "; ".join(f"{'.'.join(str(part) for part in error.loc)}: {error.msg}" for error in errors),
        errors=errors,
    )
