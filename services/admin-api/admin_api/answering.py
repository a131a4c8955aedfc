"""Answers the links by which people answer what a mailing list has asked them: each once.

GET shows a page and changes nothing, since whatever scans mail follows every link; POST acts.
"""

from http import HTTPStatus
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response

from admin_api import answering_page, public_page
from admin_api.html_page import html, small_body
from admin_api.list_requests import ListRequests
from maildecide.lists.commands.judgement import Say
from maildecide.message.made_here import one_line


class Answering:
    """Answers them."""

    def __init__(self, requests: ListRequests) -> None:
        self._requests = requests

    async def answer(self, request: Request, token: str) -> Response:
        """Answer a GET, HEAD or POST for the link of a token. Raises DatabaseAway, ClientDisconnect."""
        if request.method != "POST":
            looked = await self._requests.look(token)
            if looked is None:
                return html(public_page.UNKNOWN, HTTPStatus.NOT_FOUND)
            owner, found = looked
            if isinstance(found, Say):
                return html(answering_page.telling(owner, (found,)))
            return html(answering_page.asking(owner, found, request.query_params.get(answering_page.FIELD, "")))
        body = await small_body(request)
        fields = parse_qs((body or b"").decode("latin-1"), encoding="utf-8", errors="replace")
        given = fields.get(answering_page.FIELD, [])
        verdict = next((one for one in answering_page.VERDICTS if given == [one]), None)
        if verdict is None:
            return html(answering_page.UNCLEAR, HTTPStatus.BAD_REQUEST)
        reason = one_line(fields.get(answering_page.REASON, [""])[0])[: answering_page.MOST_REASON]
        done = await self._requests.answer(token, verdict, reason)
        if done is None:
            return html(public_page.UNKNOWN, HTTPStatus.NOT_FOUND)
        return html(answering_page.telling(*done))
