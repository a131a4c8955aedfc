"""HEAD is GET without the content (RFC 9110 9.3.2), for every route at once."""

from mailcore.http import AsgiApp, Receive, Scope, Send


class HeadAsGet:
    """Middleware that answers HEAD as it would GET, and leaves the content out."""

    def __init__(self, app: AsgiApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return

        async def send_without_content(message: Scope) -> None:
            if message["type"] == "http.response.body":
                message = {**message, "body": b""}
            await send(message)

        await self._app({**scope, "method": "GET"}, receive, send_without_content)
