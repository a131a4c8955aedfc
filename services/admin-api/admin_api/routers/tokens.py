"""`/tokens`: who may use this API. A token's secret is in the answer to its making, and nowhere else."""

from datetime import UTC, datetime

from fastapi import APIRouter, Response

from admin_api.answers import WITH_BODY, answer, no_content, problems
from admin_api.auth import Author
from admin_api.examples import TOKEN, TOKEN_WRITTEN
from admin_api.json_body import JsonRoute, body_example, strictly
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, page_of, read_cursor
from admin_api.paths import API, RowId
from admin_api.resource import typed
from admin_api.stores import Parts
from mailcore.directory.token import Token, TokenFields
from mailcore.errors import Invalid, Problem

router = APIRouter(prefix="/tokens", route_class=JsonRoute, tags=["tokens"])


class NewToken(Token):
    """A token just made, with its secret."""

    token: str
    """What to send as `Authorization: Bearer ...`. Never shown again."""


@router.get(
    "",
    operation_id="list_tokens",
    summary="List the tokens, in the order of their making",
    responses=answer(200, "One page.", {"items": [TOKEN], "next": None}) | problems(),
)
async def list_tokens(parts: Parts, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> Page[Token]:
    """Without their secrets, which nobody knows any more."""
    return page_of(await parts.tokens.list(read_cursor(cursor), limit))


async def create_token(parts: Parts, author: Author, response: Response, body: TokenFields) -> NewToken:
    """Make a token. The answer is the only place where its secret is ever shown."""
    _refuse_past(body.expires_at, datetime.now(UTC))
    made, secret = await parts.tokens.create(body, author)
    response.headers["Location"] = f"{API}/tokens/{made.id}"
    response.headers["Cache-Control"] = "no-store"
    return NewToken(**made.model_dump(), token=secret)


router.post(
    "",
    operation_id="create_token",
    summary="Make a new token",
    status_code=201,
    responses=answer(201, "It is valid from now on.", TOKEN | {"token": "hik_..."}, fields=("Location",))
    | problems(409, *WITH_BODY),
    openapi_extra=body_example(TOKEN_WRITTEN),
)(typed(create_token, body=strictly(TokenFields)))


@router.get(
    "/{token_id}",
    operation_id="get_token",
    summary="Read one token",
    responses=answer(200, "It is this.", TOKEN) | problems(404),
)
async def get_token(parts: Parts, token_id: RowId) -> Token:
    """Without its secret."""
    return await parts.tokens.get(token_id)


@router.delete(
    "/{token_id}",
    operation_id="delete_token",
    summary="Revoke a token",
    status_code=204,
    responses=no_content(204, "Within a second no replica takes it any more.") | problems(404, 409),
)
async def delete_token(parts: Parts, author: Author, token_id: RowId) -> None:
    """409 for the last one that opens everything: nobody could get in again."""
    await parts.tokens.revoke(token_id, author)


def _refuse_past(expires_at: datetime | None, now: datetime) -> None:
    if expires_at is not None and expires_at <= now:
        raise Invalid(Problem(("expires_at",), "This moment has passed; allowed: a later one, or null for never"))
