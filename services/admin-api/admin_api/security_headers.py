"""What every answer tells a browser: nothing here is to be sniffed, framed, run or kept by others."""

from mailcore.http import AsgiApp, Receive, Scope, Send

_ALWAYS = (
    (b"x-content-type-options", b"nosniff"),
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
    (b"referrer-policy", b"no-referrer"),
    (b"cross-origin-resource-policy", b"same-origin"),
)
_CACHING = (b"cache-control", b"private, no-cache")
"""Kept by the one who asked only, and asked anew each time, so that ETags are of use."""


class SecurityHeaders:
    """Middleware that adds the fields; an answer's own Cache-Control stays."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer with the fields added."""

        async def send_with_fields(message: Scope) -> None:
            if message["type"] == "http.response.start":
                given = list(message.get("headers", ()))
                caching = () if any(name.lower() == b"cache-control" for name, _ in given) else (_CACHING,)
                message = {**message, "headers": [*given, *_ALWAYS, *caching]}
            await send(message)

        await self._app(scope, receive, send_with_fields)
