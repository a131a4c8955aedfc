"""NOOP, QUIT, HELP, VRFY and EXPN (RFC 5321 4.1.1.6 to 4.1.1.10): answered, and nothing done."""

from ingress.session.dialogue import Dialogue
from ingress.session.ending import CommandRefused, Ended, Unsupported
from mailcore import replies


class Courtesies(Dialogue):
    """Answers what changes nothing."""

    async def smtp_NOOP(self, arg: str) -> None:  # noqa: ARG002, N802 - RFC 5321 4.1.1.9: the argument is ignored
        """NOOP: say that all is well."""
        self.answer(replies.NOOP_OK)

    async def smtp_QUIT(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """QUIT: say good-bye and close."""
        if arg:
            raise CommandRefused(replies.SYNTAX_ERROR.about(syntax="QUIT"))
        raise Ended(replies.BYE, "reset")

    async def smtp_HELP(self, arg: str) -> None:  # noqa: ARG002, N802 - one text is all the help there is
        """HELP: name the standard."""
        self.answer(replies.HELP)

    async def smtp_VRFY(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """VRFY: tell nobody who has a mailbox (RFC 5321 7.3)."""
        if not arg:
            raise CommandRefused(replies.SYNTAX_ERROR.about(syntax="VRFY address"))
        self.answer(replies.VRFY)

    async def smtp_EXPN(self, arg: str) -> None:  # noqa: ARG002, N802 - not offered to anybody
        """EXPN: tell nobody who is on a list."""
        raise Unsupported(replies.EXPN_REFUSED)
