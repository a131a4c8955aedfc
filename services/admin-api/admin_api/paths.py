"""Addresses in paths: `/accounts/a%2Fb%40example.com/forwards` has three parts, whatever the address contains.

ASGI hands a path over decoded, where an encoded slash can no longer be told from one that parts. `RawPaths` decodes
it again, leaving `%2F` and `%25` as they are, and `Segment` decodes these two where a route takes its parameter.
"""

import re
from typing import Annotated, Any
from urllib.parse import quote, unquote

from fastapi import Path, Request
from pydantic import AfterValidator

from mailcore.http import AsgiApp, Receive, Scope, Send

API = "/api/v1"
"""Where the resources begin."""

_KEPT = re.compile(r"%(?=2[Ff]|25)")


class RawPaths:
    """Middleware that routes on the path as it was sent."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request on with a path in which encoded slashes part nothing."""
        if scope["type"] == "http" and (raw := scope.get("raw_path")):
            scope = {**scope, "path": routing_path(raw)}
        await self._app(scope, receive, send)


def routing_path(raw: bytes) -> str:
    """Decode a raw path except for `%2F` and `%25`."""
    return unquote(_KEPT.sub("%25", raw.decode("latin-1")))


def _decoded(text: str) -> str:
    text = unquote(text)
    if "\0" in text:
        raise ValueError("the character U+0000 is not allowed")
    return text


def in_path(key: str) -> str:
    """Encode a key as one segment of a path."""
    return quote(key, safe="@")


def sent_path(request: Request) -> str:
    """Give the path of a request as it was sent."""
    raw: bytes = request.scope["raw_path"]
    return raw.decode("latin-1").rstrip("/")


Segment = Annotated[str, AfterValidator(_decoded), Path(description="Percent-encoded.")]
"""A path parameter that may hold anything."""


def segment(name: str, example: str) -> Any:
    """Give the type of the path parameter `name` that may hold anything, percent-encoded."""
    return Annotated[
        str, AfterValidator(_decoded), Path(alias=name, description="Percent-encoded.", examples=[example])
    ]


RowId = Annotated[int, Path(ge=1, le=2**63 - 1, description="The number of the row.", examples=[1])]
"""A path parameter that is the number of a row."""
