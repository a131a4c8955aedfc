"""What comes before the first command: PROXY header, implicit TLS, the greeting or its refusal (RFC 5321 3.1)."""

import asyncio
from ipaddress import ip_address

from ingress.session.dialogue import Dialogue
from ingress.session.ending import Ended
from ingress.session.proxy_protocol import ProxyHeader, read_header
from mailcore import replies
from mailcore.reentry import PASS
from mailcore.replies import Reply

_REFUSED_LIFE = 30.0
_MAPPED = "::ffff:"


class Greeting(Dialogue):
    """Finds out who the client is and greets it."""

    is_admitted = False
    """Whether the handler has let the connection in."""
    _is_greeted = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Note who connects."""
        peer = transport.get_extra_info("peername")
        if isinstance(peer, tuple):  # None when the client has gone already
            ip = str(peer[0]).partition("%")[0]
            self.state.peer_ip = ip.removeprefix(_MAPPED) if "." in ip else ip
            self.state.peer_port = peer[1]
        super().connection_made(transport)
        if self.listener.implicit_tls and not self.listener.proxies:
            self.transport.pause_reading()

    def data_received(self, data: bytes) -> None:
        """Note who talks before the greeting."""
        if not self._is_greeted:
            self.state.talked_early = True
        super().data_received(data)

    async def greet(self) -> bool:
        """Greet the client; say whether it is welcome. Raises Ended when there is nothing more to say."""
        if not self.state.peer_ip:
            raise Ended(None, "disconnected")
        if self._comes_from_proxy():
            await self._read_proxy_header()
        self._ask_for_room()
        if self.listener.implicit_tls:
            await self.enter_tls()
        self.state.talked_early = bool(self.incoming)
        reply = await self.ask(self.handler.connect(self.state), replies.SESSION_FAILED)
        self._is_greeted = True
        if reply is None:
            raise Ended(None, "stopping")
        if reply == replies.TALKED_EARLY:
            raise Ended(reply, "disconnected")
        self.answer(reply)
        self._take_limits(reply)
        return reply.is_success

    def _ask_for_room(self) -> None:
        refusal = self.handler.admit(self.state)
        if refusal is not None:
            raise Ended(None if self.listener.implicit_tls else refusal, "stopping")
        self.is_admitted = True

    async def enter_tls(self) -> None:
        """Begin TLS. What was said in the clear is forgotten by whoever calls this."""
        if self.listener.tls is None:
            raise Ended(None, "stopping")
        tls = await self.upgrade(self.listener.tls())
        cipher = tls.cipher()
        self.state.tls = f"{tls.version()} {cipher[0] if cipher else ''}".strip()

    def _take_limits(self, reply: Reply) -> None:
        limits = self.state.limits
        if limits is not None:
            self.limit_idleness(limits.idle_timeout)
            if limits.session_timeout is not None:
                self.limit_life(limits.session_timeout)
        elif reply.is_success:
            raise TypeError("the handler greets without having set limits")
        if not reply.is_success:
            self.limit_life(self.loop.time() - self.began + _REFUSED_LIFE)

    def _comes_from_proxy(self) -> bool:
        if not self.listener.proxies:
            return False
        peer = ip_address(self.state.peer_ip)
        return any(peer in network for network in self.listener.proxies)

    async def _read_proxy_header(self) -> None:
        octets = b""
        header = None
        while header is None:
            await self.more()
            octets += self.incoming.take_all()
            if octets.startswith(f"{PASS} ".encode()):
                if not octets.endswith(b"\n"):
                    continue
                self._let_pass(octets)
                return
            try:
                header = read_header(octets)
            except ValueError as error:
                raise Ended(None, "disconnected") from error
        self.incoming.put_back(octets[header.length :])
        self._take_address(header)

    def _take_address(self, header: ProxyHeader) -> None:
        if header.ip is not None:
            self.state.peer_ip, self.state.peer_port = header.ip, header.port

    def _let_pass(self, octets: bytes) -> None:
        """Let ourselves in, who come past the load balancer. Raises Ended for whoever only says so."""
        self.incoming.put_back(octets)
        shown = octets.partition(b"\n")[0].decode("ascii", "replace").strip().removeprefix(f"{PASS} ")
        if self.handler.recognise(self.state, shown) is None:
            raise Ended(None, "disconnected")
