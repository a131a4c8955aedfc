"""What PUBLIC_PORT answers, and nothing else.

The links by which members leave a mailing list (RFC 8058), those by which people answer what it has asked them, and the
pages on which they ask to join.
GET shows a page and changes nothing, since whatever scans mail follows every link; POST acts, at once.
"""

from email import message_from_bytes
from email.message import Message
from http import HTTPStatus
from urllib.parse import parse_qs

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from admin_api import leaving_page, public_page
from admin_api.answering import Answering
from admin_api.html_page import html, small_body
from admin_api.joining import Joining
from admin_api.list_requests import ListRequests
from admin_api.problem import Problem
from admin_api.security_headers import SecurityHeaders
from mailcore.db.list_store import ListStore
from mailcore.directory.list_member import ListMember
from mailcore.directory.mailing_list import MailingList
from mailcore.errors import DatabaseAway
from mailcore.http import AsgiApp, Receive, Scope, Send
from mailcore.list_links import ANSWERING, JOINING, LEAVING, ListLinks
from mailcore.mail.bounded_fields import BOUNDED_FIELDS

_METHODS = ("GET", "HEAD", "POST")

log = structlog.get_logger(__name__)


def public_app(lists: ListStore, links: ListLinks, requests: ListRequests, joining: Joining) -> AsgiApp:
    """Give the application."""
    return SecurityHeaders(_Public(lists, links, requests, joining))


class _Public:
    def __init__(self, lists: ListStore, links: ListLinks, requests: ListRequests, joining: Joining) -> None:
        self._lists = lists
        self._links = links
        self._requests = requests
        self._joining = joining
        self._answering = Answering(requests)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        try:
            answer = await self._answer(Request(scope, receive))
        except ClientDisconnect:
            return
        except DatabaseAway as error:
            log.warning("public_link_unanswered", reason=str(error))
            answer = html(public_page.AWAY, HTTPStatus.SERVICE_UNAVAILABLE, {"Retry-After": "60"})
        if scope["method"] == "HEAD":
            answer.body = b""
        await answer(scope, receive, send)

    async def _answer(self, request: Request) -> Response:
        path: str = request.scope["path"]
        if not path.startswith((LEAVING, ANSWERING, JOINING)):
            return Problem(HTTPStatus.NOT_FOUND, "There is nothing at this path.").response
        if request.method not in _METHODS:
            return html(leaving_page.UNCLEAR, HTTPStatus.METHOD_NOT_ALLOWED, {"Allow": ", ".join(_METHODS)})
        if path.startswith(ANSWERING):
            return await self._answering.answer(request, path.removeprefix(ANSWERING))
        if path.startswith(JOINING):
            return await self._joining.answer(request, path.removeprefix(JOINING))
        link = self._links.read(path.removeprefix(LEAVING))
        found = None if link is None else await self._lists.linked(link)
        if found is None:
            return html(public_page.UNKNOWN, HTTPStatus.NOT_FOUND)
        return await self._for(request, *found)

    async def _for(self, request: Request, owner: MailingList, member: ListMember | None) -> Response:
        if member is None:
            return html(leaving_page.page("gone", owner))
        if owner.unsubscription == "closed":
            return html(leaving_page.page("closed", owner), HTTPStatus.FORBIDDEN)
        if request.method != "POST":
            return html(leaving_page.page("ask", owner, member.address))
        if not await _says_so(request):
            return html(leaving_page.UNCLEAR, HTTPStatus.BAD_REQUEST)
        await self._requests.leave(owner, member.address)
        return html(leaving_page.page("left", owner, member.address))


async def _says_so(request: Request) -> bool:
    """Whether the body is what RFC 8058 3.1 has it be, in either of the two forms that 3.2 allows."""
    body = await small_body(request)
    if body is None:
        return False
    kind = request.headers.get("content-type", "")
    if kind.partition(";")[0].strip().lower() == "multipart/form-data":
        octets = b"Content-Type: %b\r\n\r\n%b" % (kind.encode("latin-1"), body)
        message = message_from_bytes(octets, policy=BOUNDED_FIELDS)
        return any(
            isinstance(part, Message)
            and part.get_param("name", header="content-disposition") == leaving_page.FIELD
            and part.get_payload(decode=True) == leaving_page.VALUE.encode()
            for part in (message.get_payload() if message.is_multipart() else ())
        )
    return leaving_page.VALUE in parse_qs(body.decode("latin-1")).get(leaving_page.FIELD, ())
