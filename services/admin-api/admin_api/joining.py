"""The page on which anybody asks to join a mailing list, where it has one; a mail that is answered comes after it.

GET shows it and changes nothing. A list without such a page is answered for as one that is not there.
"""

from collections.abc import Callable
from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from admin_api import joining_page, public_page
from admin_api.client_address import Networks, client_of
from admin_api.html_page import html, small_body
from admin_api.joining_page import Filled, Problem
from admin_api.list_requests import ListRequests
from mailcore.address import parse_address
from mailcore.db.list_store import ListStore
from mailcore.directory.mailing_list import MailingList
from mailcore.errors import NotFound
from mailcore.form_tickets import FormTickets
from maildecide.message.made_here import one_line

_MOST_CHARACTERS = 320
_RETRY_SECONDS = "86400"


class Joining:
    """Shows the page, and takes what is sent from it."""

    def __init__(
        self,
        lists: ListStore,
        requests: ListRequests,
        tickets: FormTickets,
        proxies: Networks,
        clock: Callable[[], float],
    ) -> None:
        """`proxies`: those whose word on clients is taken; `clock` gives seconds since the epoch."""
        self._lists = lists
        self._requests = requests
        self._tickets = tickets
        self._proxies = proxies
        self._clock = clock

    async def answer(self, request: Request, address: str) -> Response:
        """Answer a GET, HEAD or POST for the page of a list. Raises DatabaseAway, ClientDisconnect."""
        owner = await self._find(address)
        if owner is None:
            return html(public_page.UNKNOWN, HTTPStatus.NOT_FOUND)
        client = client_of(request, self._proxies)
        what = f"{owner.id} {client.address}"
        if request.method != "POST":
            return html(joining_page.form(owner, self._tickets.new(what, self._clock()), Filled()))
        ticket, filled = await _sent(request)
        problem: Problem | None = None
        if _is_elsewhere(request) or not self._tickets.is_good(ticket, what, self._clock()):
            problem = "stale"
        elif (wanted := _read(filled.address)) is None:
            problem = "no_address"
        elif await self._requests.ask_as_stranger(owner, wanted, filled.name, client):
            return html(joining_page.telling(owner, "asked", wanted))
        else:
            again = {"Retry-After": _RETRY_SECONDS}
            return html(joining_page.telling(owner, "many"), HTTPStatus.TOO_MANY_REQUESTS, again)
        page = joining_page.form(owner, self._tickets.new(what, self._clock()), filled, problem)
        return html(page, HTTPStatus.UNPROCESSABLE_ENTITY if problem == "no_address" else HTTPStatus.FORBIDDEN)

    async def _find(self, address: str) -> MailingList | None:
        try:
            found = (await self._lists.lists.get(address)).value
        except NotFound:
            return None
        return found if found.has_subscription_page else None


async def _sent(request: Request) -> tuple[str, Filled]:
    body = await small_body(request)
    fields = parse_qs((body or b"").decode("latin-1"), encoding="utf-8", errors="replace")

    def first(name: str) -> str:
        return one_line(fields.get(name, [""])[0])[:_MOST_CHARACTERS]

    return first(joining_page.TICKET), Filled(first(joining_page.ADDRESS), first(joining_page.NAME))


def _is_elsewhere(request: Request) -> bool:
    """Whether a browser says that another site has sent it (Fetch Metadata Request Headers 2.3)."""
    return request.headers.get("sec-fetch-site", "") in {"cross-site", "same-site"}


def _read(text: str) -> str | None:
    try:
        return str(parse_address(text))
    except ValueError:
        return None
