import pytest
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException

from admin_api.errors import problem_of
from admin_api.problem import ProblemDocument
from mailcore.errors import (
    BusAway,
    Changed,
    Conflict,
    ContentAway,
    DatabaseAway,
    Duplicate,
    Invalid,
    Malformed,
    NotFound,
    Problem,
)


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (NotFound("there is no such domain"), 404),
        (Duplicate("there is one"), 409),
        (Conflict("in use"), 409),
        (Changed("somebody was faster"), 412),
        (Invalid(Problem(("name",), "no")), 422),
        (RequestValidationError([{"loc": ("query", "limit"), "msg": "too many", "type": "x"}]), 422),
        (DatabaseAway("the database is away"), 503),
        (BusAway("the broker is away"), 503),
        (ContentAway("the content is away"), 503),
        (HTTPException(405), 405),
        (HTTPException(400), 400),
        (Malformed("an inner matter"), 500),
        (KeyError("an inner matter"), 500),
    ],
)
def test_each_exception_has_its_status(error: Exception, status: int) -> None:
    problem = problem_of(error)
    document = ProblemDocument.model_validate_json(bytes(problem.response.body))
    assert (problem.status_code, document.status) == (status, status)
    assert document.title
    assert "inner" not in document.detail


@pytest.mark.parametrize(
    ("loc", "told"),
    [(("name",), ("body", "name")), (("query", "cursor"), ("query", "cursor"))],
)
def test_fields_of_stores_are_in_the_body(loc: tuple[str, ...], told: tuple[str, ...]) -> None:
    (error,) = problem_of(Invalid(Problem(loc, "no"))).errors
    assert error.loc == told


def test_the_words_of_a_validator_come_without_its_kind() -> None:
    found = {"loc": ("path", "name"), "msg": "Value error, no cats", "type": "value_error"}
    (error,) = problem_of(RequestValidationError([found])).errors
    assert error.msg == "no cats"
