"""What PUBLIC_PORT answers: the links that list members follow, and nothing else; so far that is nothing."""

from http import HTTPStatus

from admin_api.problem import Problem
from admin_api.security_headers import SecurityHeaders
from mailcore.http import AsgiApp, Receive, Scope, Send


async def _nothing(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "http":
        await Problem(HTTPStatus.NOT_FOUND, "There is nothing at this path.").response(scope, receive, send)


def public_app() -> AsgiApp:
    """Give the application."""
    return SecurityHeaders(_nothing)
