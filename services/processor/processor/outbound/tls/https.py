"""HTTPS as MTA-STS wants it: a valid certificate, no redirects, bounded time and octets.

Hosts are looked up by our own resolver, so that policies are found where mail servers are.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import httpx

PORT = 443
_SECONDS = 10.0
"""For each step."""
_ALL_SECONDS = 60.0
"""For everything (RFC 8461 3.3: about a minute)."""
_MOST_ADDRESSES = 3

AddressesOf = Callable[[str], Awaitable[tuple[str, ...]]]
"""Gives the addresses of a host."""


class HttpsFailed(Exception):  # noqa: N818 - reads as what happened
    """No answer came that can be used."""

    def __init__(self, why: str, *, is_certificate: bool = False) -> None:
        self.is_certificate = is_certificate
        """Whether the server's certificate is what was wrong."""
        super().__init__(why)


class Https:
    """Asks servers. Nothing is kept open between questions."""

    def __init__(self, trusted: ssl.SSLContext, addresses_of: AddressesOf, *, port: int = PORT) -> None:
        """`trusted` checks certificates and names."""
        self._trusted = trusted
        self._addresses_of = addresses_of
        self._port = port

    async def get(self, host: str, path: str, *, most: int) -> tuple[str, bytes]:
        """Give content type and octets of `https://host/path`. Raises HttpsFailed, also for more than `most` octets."""
        async with self._asked(host, path) as response:
            octets = bytearray()
            async for piece in response.aiter_raw():
                octets += piece
                if len(octets) > most:
                    raise HttpsFailed(f"{host} sent more than {most} octets")
            return response.headers.get("content-type", ""), bytes(octets)

    @asynccontextmanager
    async def _asked(self, host: str, path: str) -> AsyncIterator[httpx.Response]:
        headers = {"Host": host if self._port == PORT else f"{host}:{self._port}", "Accept-Encoding": "identity"}
        async with _in_time(host), self._client() as client:
            request = client.build_request("GET", "https://unset/", headers=headers, extensions={"sni_hostname": host})
            response = await self._first_answer(client, request, host, path)
            try:
                if not response.is_success:
                    raise HttpsFailed(f"{host} answered {response.status_code}")
                yield response
            finally:
                await response.aclose()

    async def _first_answer(
        self, client: httpx.AsyncClient, request: httpx.Request, host: str, path: str
    ) -> httpx.Response:
        """Try the host's addresses in turn until one can be connected to."""
        addresses = (await self._addresses_of(host))[:_MOST_ADDRESSES]
        why = f"{host} has no address"
        for address in addresses:
            literal = f"[{address}]" if ":" in address else address
            request.url = httpx.URL(f"https://{literal}:{self._port}{path}")
            try:
                return await client.send(request, stream=True)
            except httpx.ConnectError as error:
                if _is_certificate(error):
                    raise
                why = str(error) or type(error).__name__
            except httpx.ConnectTimeout:
                why = f"no connection to {host} within {_SECONDS:g} s"
        raise HttpsFailed(why)

    def _client(self) -> httpx.AsyncClient:
        # Neither proxies nor credentials of the environment: what is asked here is nobody's business.
        return httpx.AsyncClient(verify=self._trusted, timeout=_SECONDS, follow_redirects=False, trust_env=False)


@asynccontextmanager
async def _in_time(host: str) -> AsyncIterator[None]:
    try:
        async with asyncio.timeout(_ALL_SECONDS):
            yield
    except TimeoutError as error:
        raise HttpsFailed(f"{host} did not answer within {_ALL_SECONDS:g} s") from error
    except httpx.InvalidURL as error:
        raise HttpsFailed(f"{host} cannot be asked: {error}") from error
    except httpx.HTTPError as error:
        raise HttpsFailed(
            f"{host}: {str(error) or type(error).__name__}", is_certificate=_is_certificate(error)
        ) from error


def _is_certificate(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
