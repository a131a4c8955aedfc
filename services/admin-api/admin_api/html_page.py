"""What pages of the public port have in common: how they are answered, and how their forms are read."""

from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse

_MOST = 16 * 1024
"""Octets of a body."""


def html(page: str, status: HTTPStatus = HTTPStatus.OK, fields: dict[str, str] | None = None) -> HTMLResponse:
    """Give the answer that shows a page, which nobody keeps."""
    return HTMLResponse(page, status, {"Cache-Control": "no-store", **(fields or {})})


async def small_body(request: Request) -> bytes | None:
    """Read the body; None for one that is larger than any form here. Raises ClientDisconnect."""
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > _MOST:
            return None
    return bytes(body)
