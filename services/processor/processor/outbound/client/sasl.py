"""AUTH PLAIN and LOGIN towards a smarthost (RFC 4954, RFC 4616)."""

from base64 import b64encode
from dataclasses import dataclass, field

from processor.outbound.client.answer import Answer, SessionFailed
from processor.outbound.client.session import Session

_GO_ON = 334
_DONE = 235


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login at another server."""

    user: str
    password: str = field(repr=False)


async def log_in(session: Session, credentials: Credentials) -> None:
    """Log in by PLAIN, or by LOGIN where that alone is offered; never without TLS. Raises SessionFailed."""
    if session.tls is None:
        why = "the login is not sent: the connection is not under TLS"
        raise SessionFailed(Answer("auth", why=why, status="4.7.11"))
    seconds = session.timeouts.auth
    user, password = credentials.user.encode(), credentials.password.encode()
    if "PLAIN" in session.extensions.mechanisms:
        steps = [f"AUTH PLAIN {_base64(b'%c%b%c%b' % (0, user, 0, password))}"]
    elif "LOGIN" in session.extensions.mechanisms:
        steps = ["AUTH LOGIN", _base64(user), _base64(password)]
    else:
        raise SessionFailed(Answer("auth", why="the server offers neither AUTH PLAIN nor AUTH LOGIN", status="4.7.0"))
    for step in steps:
        reply = await session.command(step, "auth", seconds)
        if reply.code != _GO_ON:
            break
    if reply.code != _DONE:
        raise SessionFailed(Answer("auth", reply))


def _base64(octets: bytes) -> str:
    return b64encode(octets).decode("ascii")
