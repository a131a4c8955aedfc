import pytest

from admin_api.own_changes import OwnChanges
from mailcore.http import Receive, Scope, Send


class Feed:
    """Counts how often it was asked to look."""

    def __init__(self) -> None:
        self.looks = 0

    def look(self) -> None:
        """Count."""
        self.looks += 1


async def receive() -> Scope:
    return {"type": "http.request", "body": b""}


async def send(_message: Scope) -> None:
    return


@pytest.mark.parametrize(
    ("scope", "looks"),
    [
        ({"type": "http", "method": "DELETE"}, 1),
        ({"type": "http", "method": "PATCH"}, 1),
        ({"type": "http", "method": "GET"}, 0),
        ({"type": "http", "method": "HEAD"}, 0),
        ({"type": "lifespan"}, 0),
    ],
)
async def test_the_feed_looks_after_what_may_have_changed_something(scope: Scope, looks: int) -> None:
    feed, seen = Feed(), []

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        seen.append(feed.looks)

    await OwnChanges(app, feed)(scope, receive, send)  # type: ignore[arg-type]  # of the feed it only looks
    assert (seen, feed.looks) == ([0], looks)


async def test_the_feed_looks_after_a_failure_too() -> None:
    feed = Feed()

    async def app(_scope: Scope, _receive: Receive, _send: Send) -> None:
        raise LookupError

    with pytest.raises(LookupError):
        await OwnChanges(app, feed)({"type": "http", "method": "POST"}, receive, send)  # type: ignore[arg-type]
    assert feed.looks == 1
