"""`/queue/dead-letters`: messages that were given up on, to be looked at, sent through again, or discarded."""

from fastapi import APIRouter
from pydantic import BaseModel

from admin_api.answers import answer, no_content, problems
from admin_api.auth import Author
from admin_api.dead_letters import ShownLetter
from admin_api.json_body import JsonRoute
from admin_api.paging import DEFAULT_LIMIT, CursorText, Limit, Page, page_of, read_cursor
from admin_api.paths import Segment
from admin_api.queue_examples import DEAD_LETTER
from admin_api.stores import Parts

router = APIRouter(prefix="/queue/dead-letters", route_class=JsonRoute, tags=["queue"])


class Replayed(BaseModel):
    """How many dead letters were sent through again."""

    count: int
    """All that were there."""


@router.get(
    "",
    operation_id="list_dead_letters",
    summary="List what was given up on, newest first",
    responses=answer(200, "One page.", {"items": [DEAD_LETTER], "next": None}) | problems(),
)
async def list_dead_letters(parts: Parts, limit: Limit = DEFAULT_LIMIT, cursor: CursorText = None) -> Page[ShownLetter]:
    """Empty on a good day."""
    return page_of(await parts.dead_letters.list(read_cursor(cursor), limit))


@router.get(
    "/{letter_id}",
    operation_id="get_dead_letter",
    summary="Read one dead letter",
    responses=answer(200, "It is this.", DEAD_LETTER) | problems(404),
)
async def get_dead_letter(parts: Parts, letter_id: Segment) -> ShownLetter:
    """With its envelope, where it is a message."""
    return await parts.dead_letters.get(letter_id)


@router.post(
    "/{letter_id}/replay",
    operation_id="replay_dead_letter",
    summary="Send a dead letter through again",
    status_code=204,
    responses=no_content(204, "It is on its queue again.") | problems(404),
)
async def replay_dead_letter(parts: Parts, author: Author, letter_id: Segment) -> None:
    """Under the same id, as if it had never been tried: what was done of it already is not done twice."""
    await parts.dead_letters.replay(letter_id, author)


@router.post(
    "/replay",
    operation_id="replay_dead_letters",
    summary="Send all dead letters through again",
    responses=answer(200, "They are on their queues again.", {"count": 12}) | problems(),
)
async def replay_dead_letters(parts: Parts, author: Author) -> Replayed:
    """Each under its id. For when what killed them is mended; one that dies again is here again."""
    return Replayed(count=await parts.dead_letters.replay_all(author))


@router.delete(
    "/{letter_id}",
    operation_id="delete_dead_letter",
    summary="Discard a dead letter for good",
    status_code=204,
    responses=no_content(204, "It is gone.") | problems(404),
)
async def delete_dead_letter(parts: Parts, author: Author, letter_id: Segment) -> None:
    """Nobody is told; the audit log keeps what it was."""
    await parts.dead_letters.discard(letter_id, author)
