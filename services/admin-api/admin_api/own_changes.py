"""What a request changed holds in this process at once, not when its change feed looks the next time."""

from mailcore.db.changes import ChangeFeed
from mailcore.http import AsgiApp, Receive, Scope, Send

_READING = frozenset({"GET", "HEAD", "OPTIONS"})


class OwnChanges:
    """Middleware that has the feed look after each request that may have changed something.

    So a revoked token is refused by the replica that revoked it, and in the standalone form every change is in force
    within milliseconds.
    """

    def __init__(self, app: AsgiApp, changes: ChangeFeed) -> None:
        self._app = app
        self._changes = changes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        try:
            await self._app(scope, receive, send)
        finally:
            if scope["type"] == "http" and scope["method"] not in _READING:
                self._changes.look()
