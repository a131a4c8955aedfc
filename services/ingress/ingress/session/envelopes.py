"""MAIL, RCPT and RSET (RFC 5321 4.1.1.2, 4.1.1.3, 4.1.1.5)."""

from ingress.session.dialogue import Dialogue
from ingress.session.ending import CommandRefused, Ended
from ingress.session.envelope_commands import read_mail, read_rcpt
from ingress.session.transaction import Transaction
from mailcore import replies


class Envelopes(Dialogue):
    """Opens transactions and collects their recipients."""

    _messages = 0

    async def smtp_MAIL(self, arg: str | None) -> None:  # noqa: N802 - the base class names commands so
        """MAIL: begin a transaction."""
        self.need_helo()
        if self.transaction is not None:
            raise CommandRefused(replies.NESTED_MAIL)
        command = read_mail(arg or "")
        limits = self.state.limits
        if limits is not None and 0 < limits.max_messages <= self._messages:
            raise Ended(replies.TOO_MANY_MESSAGES, "stopping")
        self.state.message_limits = None
        reply = await self.ask(self.handler.mail(self.state, command), replies.TRY_AGAIN_LATER)
        if reply.is_success:
            self._messages += 1
            self.transaction = Transaction(smtputf8=command.smtputf8)
        self.answer(reply)

    async def smtp_RCPT(self, arg: str | None) -> None:  # noqa: N802 - the base class names commands so
        """RCPT: add a recipient."""
        self.need_helo()
        transaction = self.transaction
        if transaction is None:
            raise CommandRefused(replies.BAD_SEQUENCE.about(expected="MAIL"))
        self.need_no_message()
        command = read_rcpt(arg or "", smtputf8=transaction.smtputf8)
        reply = await self.ask(self.handler.rcpt(self.state, command), replies.TRY_AGAIN_LATER)
        if reply.is_success:
            transaction.recipients += 1
        self.answer(reply)

    async def smtp_RSET(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """RSET: forget the transaction."""
        if arg:
            raise CommandRefused(replies.SYNTAX_ERROR.about(syntax="RSET"))
        await self.forget_transaction()
        self.answer(replies.RSET_OK)
