"""The LMTP server that the environment names, as the processor stores with it; for a composition root."""

from mailcore.content.interface import ContentStore
from mailcore.environment import Environment
from mailcore.settings.endpoint import read_endpoint
from processor.lmtp.dialogue import LmtpDialogue
from processor.lmtp.handover import LmtpHandover
from processor.lmtp.opening import LmtpOpener, LmtpServer
from processor.outbound.client.timeouts import Timeouts
from processor.tls_contexts import trusting

_TIMEOUTS = Timeouts(connect=10.0, greeting=30.0, hello=30.0, mail=60.0, rcpt=60.0, data=60.0, final=300.0)
"""Shorter than between strangers: the server is ours."""
_SECONDS = 600.0


def lmtp(environment: Environment, content: ContentStore, timeouts: Timeouts = _TIMEOUTS) -> LmtpHandover | None:
    """Give the way to the server; None where mailboxes of accounts are our own."""
    if environment.lmtp_server is None:
        return None
    opener = LmtpOpener(_server(environment), environment.hostname_fqdn, timeouts, trusting())
    return LmtpHandover(LmtpDialogue(opener, content, _SECONDS))


def _server(environment: Environment) -> LmtpServer:
    text = environment.lmtp_server or ""
    if text.startswith("unix:"):
        return LmtpServer(text.removeprefix("unix:"), tls=environment.lmtp_tls)
    endpoint = read_endpoint(text)
    return LmtpServer(endpoint.host, endpoint.port, environment.lmtp_tls)
