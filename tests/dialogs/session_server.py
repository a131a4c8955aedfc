"""A session behind a scripted handler, for conversations that show the protocol.

What a file may ask for:

    # limit: max_command_errors = 3          a field of SessionLimits
    # message: size = 20                     a field of MessageLimits, as the handler sets it at MAIL
    # listener: implicit_tls                 a flag of Listener (also: tls, proxies)
    # answer: rcpt b@example.com = RECIPIENT_UNKNOWN     or `nothing`
    # delay: message = 0.3                   how long the handler takes at a stage
    # failure: rcpt                          a stage at which the handler raises
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_network

from tests.dialogs.client import Client
from tests.dialogs.conversation import Conversation
from tests.fakes.scripted_handler import ScriptedHandler
from tests.fakes.tls import server_context

from ingress.seam import MessageLimits
from ingress.session import Listener, LiveSessions, Session
from mailcore import replies


@asynccontextmanager
async def serve(conversation: Conversation) -> AsyncIterator[Client]:
    """Serve what the conversation asks for; give a client of it."""
    handler, listener = ScriptedHandler(), Listener("smtp")
    for key, value in conversation.needs:
        listener = _with_need(handler, listener, key, value)
    live = LiveSessions()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(handler, listener, live), "127.0.0.1", 0)
    host, port = server.sockets[0].getsockname()
    try:
        yield Client(host, port, handler.events)
    finally:
        server.close()
        await live.shut_down(0)


def _with_need(handler: ScriptedHandler, listener: Listener, key: str, text: str) -> Listener:
    name, _, value = (part.strip() for part in text.partition("="))
    match key:
        case "server":
            pass
        case "limit":
            handler.with_limits(**{name: value == "true" if value in {"true", "false"} else _number(value)})
        case "message":
            limits = handler.message_limits or MessageLimits(size=handler.limits.announced_size)
            changed = _number(value) if value.isdigit() else value
            handler.message_limits = replace(limits, **{name: changed})  # type: ignore[arg-type]  # from a file
        case "answer":
            handler.answers[name] = None if value == "nothing" else getattr(replies, value)
        case "delay":
            handler.delays[name] = float(value)
        case "failure":
            handler.failures.add(name)
        case "listener":
            return _with_offer(listener, name)
        case _:
            raise ValueError(f"a session has no {key!r}")
    return listener


def _with_offer(listener: Listener, name: str) -> Listener:
    match name:
        case "tls":
            return replace(listener, tls=server_context)
        case "implicit_tls":
            return replace(listener, tls=server_context, implicit_tls=True)
        case "proxies":
            return replace(listener, proxies=(ip_network("127.0.0.0/8"),))
        case _:
            raise ValueError(f"a listener has no {name!r}")


def _number(text: str) -> float | None:
    if text == "none":
        return None
    return int(text) if text.isdigit() else float(text)
