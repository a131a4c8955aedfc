"""Asks an addon that is a web hook: the message in a POST, the answer as a program would give it.

No redirects, no proxies of the environment, a bounded answer; where mail may be sent is for the deployment to say
(`mailcore.addon_limits`).
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from urllib.parse import quote

import httpx

from processor.addons.response import AddonFailed, AddonLater, Response
from processor.addons.spool import Spool

ANSWER = "addon-answer"
"""The field of the reply that holds what a program would exit with; without it, 0."""
_PLAIN = "identity"
"""The octets as they are (RFC 9110 8.4.1)."""
_PIECE = 64 * 1024
_CONNECT_SECONDS = 10.0
_LATER = frozenset({429, 502, 503, 504})
_MOST_VALUE = 2000


async def ask_hook(url: str, facts: Mapping[str, str], spool: Spool, *, most: int, seconds: int) -> Response:
    """Post the message to `url` and give the answer of at most `most` octets. Raises AddonFailed, AddonLater, OSError.

    `seconds`: how long all of it may take; 0: as long as it does.
    """
    timeout = httpx.Timeout(float(seconds) if seconds else None, connect=_CONNECT_SECONDS)
    try:
        async with (
            asyncio.timeout(seconds or None),
            httpx.AsyncClient(trust_env=False, follow_redirects=False, timeout=timeout) as client,
            client.stream("POST", url, content=_pieces(spool.message), headers=_fields(facts, spool)) as reply,
        ):
            return await _response(reply, spool, most)
    except (httpx.ReadTimeout, httpx.WriteTimeout, httpx.PoolTimeout, TimeoutError):
        raise AddonFailed(f"it did not answer within {seconds} s") from None
    except (httpx.ConnectError, httpx.ConnectTimeout) as error:
        raise AddonLater(f"it cannot be reached: {error}") from None
    except httpx.HTTPError as error:
        raise AddonFailed(f"{type(error).__name__}: {error}") from None


async def _response(reply: httpx.Response, spool: Spool, most: int) -> Response:
    if reply.status_code in _LATER:
        raise AddonLater(f"it answered {reply.status_code}")
    if not reply.is_success:
        raise AddonFailed(f"it answered {reply.status_code}")
    code = reply.headers.get(ANSWER, "0")
    if not (code.isascii() and code.isdigit() and len(code) < 4):  # noqa: PLR2004 - as exit codes are
        raise AddonFailed(f"{ANSWER}: {code[:80]!r} is no number of an answer")
    encoding = reply.headers.get("content-encoding", _PLAIN)
    if encoding.lower() != _PLAIN:
        # It was asked for none, and a few octets may stand for any number of them.
        raise AddonFailed(f"its answer is encoded ({encoding[:80]!r})")
    size = 0
    with spool.output.open("wb") as output:
        async for piece in reply.aiter_raw(_PIECE):
            size += len(piece)
            if size > most:
                raise AddonFailed(f"it answered more than {most} octets")
            await asyncio.to_thread(output.write, piece)
    return Response(int(code), spool.output)


def _fields(facts: Mapping[str, str], spool: Spool) -> dict[str, str]:
    """Give the facts as header fields: `MAIL_SENDER` as `Mail-Sender`, percent-encoded (RFC 3986)."""
    told = {
        name.replace("_", "-").title(): quote(value, safe="@.:+-_/<>, ")[:_MOST_VALUE] for name, value in facts.items()
    }
    length = str(spool.message.stat().st_size)
    return {**told, "Content-Type": "message/rfc822", "Content-Length": length, "Accept-Encoding": _PLAIN}


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    with path.open("rb") as file:
        while piece := await asyncio.to_thread(file.read, _PIECE):
            yield piece
