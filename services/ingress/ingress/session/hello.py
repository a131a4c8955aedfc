"""HELO and EHLO (RFC 5321 4.1.1.1), and STARTTLS (RFC 3207), after which they are said anew."""

from ingress.session.announcement import announcement
from ingress.session.ending import CommandRefused, Ended, Unsupported
from ingress.session.greeting import Greeting
from mailcore import replies


class Hello(Greeting):
    """Learns the client's name and says what is offered."""

    @property
    def offers_auth(self) -> bool:
        """Whether AUTH is possible now."""
        limits = self.state.limits
        return self.state.tls is not None or (limits is not None and limits.auth_without_tls)

    async def smtp_HELO(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """HELO: any name will do, since many clients do not know theirs."""
        if await self._accepts_name(arg, "HELO hostname", is_esmtp=False):
            self.answer(replies.HELO_OK.about(hostname=self.state.limits.hostname if self.state.limits else ""))

    async def smtp_EHLO(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """EHLO: as HELO, and the extensions are announced."""
        limits = self.state.limits
        if await self._accepts_name(arg, "EHLO hostname", is_esmtp=True) and limits is not None:
            offers_starttls = self.listener.tls is not None and self.state.tls is None
            self.answer(announcement(limits, starttls=offers_starttls, auth=self.offers_auth))

    async def _accepts_name(self, arg: str, syntax: str, *, is_esmtp: bool) -> bool:
        if not arg or not arg.isprintable():
            raise CommandRefused(replies.SYNTAX_ERROR.about(syntax=syntax))
        state = self.state
        before = state.helo, state.is_esmtp
        state.helo, state.is_esmtp = arg, is_esmtp
        refusal = await self.ask(self.handler.helo(state), replies.TRY_AGAIN_LATER)
        if refusal is None or refusal.is_success:
            await self.forget_transaction()
            return True
        state.helo, state.is_esmtp = before
        self.answer(refusal)
        return False

    async def smtp_STARTTLS(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """STARTTLS: nothing that was said in the clear survives (RFC 3207 4.2)."""
        if self.listener.tls is None:
            raise Unsupported(replies.COMMAND_NOT_IMPLEMENTED.about(command="STARTTLS"))
        if arg:
            raise CommandRefused(replies.SYNTAX_ERROR.about(syntax="STARTTLS"))
        if self.state.tls is not None:
            raise CommandRefused(replies.TLS_ACTIVE)
        self.need_no_message()
        if self.incoming:  # behind STARTTLS in the clear: somebody may have put it there
            raise Ended(replies.TALKED_EARLY, "disconnected")
        await self.forget_transaction()
        self.answer(replies.TLS_READY)
        await self.enter_tls()
        self.state.helo, self.state.is_esmtp, self.state.account = "", False, None
        self.state.challenge = self.state.reentry = None
