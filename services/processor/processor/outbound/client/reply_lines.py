"""Reading one reply, of one line or several (RFC 5321 4.2.1)."""

from mailcore.replies import Reply
from processor.outbound.client.wire import Wire, WireLost

_MOST_LINES = 200
_CODE = 3


async def read_reply(wire: Wire) -> Reply:
    """Read a reply; its lines are joined by line feeds. Raises WireLost when none comes, or what comes is none."""
    replies: list[Reply] = []
    while len(replies) < _MOST_LINES:
        text = _printable((await wire.line()).decode("utf-8", "backslashreplace"))
        try:
            # A code alone is a reply too (RFC 5321 4.2).
            reply = Reply.parse(text if len(text) > _CODE else f"{text} ")
        except ValueError:
            raise WireLost(f"the server said what is no reply: {text[:80]!r}") from None
        replies.append(reply)
        if replies[0].code != reply.code:
            raise WireLost(f"the server gave two codes in one reply: {replies[0].code} and {reply.code}")
        if text[_CODE : _CODE + 1] != "-":
            status = next((one.status for one in replies if one.status), "")
            return Reply(reply.code, status, "\n".join(_text(one, status) for one in replies))
    raise WireLost("the server gave a reply without an end")


def _text(reply: Reply, status: str) -> str:
    """Keep a status that differs from that of the whole: nothing of what was said is lost."""
    return reply.text if reply.status in {"", status} else f"{reply.status} {reply.text}"


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)
