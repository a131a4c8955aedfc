"""XPASS and XREENTRY: how this system's own processors bring mail to its own port (`mailcore/reentry.py`).

To everybody else they are commands that are not done here, and nothing announces them.
"""

from ingress.session.dialogue import Dialogue
from ingress.session.ending import CommandRefused, Unsupported
from mailcore import replies
from mailcore.reentry import PASS, REENTRY


class Returning(Dialogue):
    """Lets mail come back in."""

    async def smtp_XPASS(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """XPASS: whoever has a pass is told what to seal the next transactions for."""
        challenge = self.handler.recognise(self.state, arg)
        if challenge is None:
            raise Unsupported(replies.COMMAND_NOT_IMPLEMENTED.about(command=PASS))
        self.answer(replies.PASS_OK.about(challenge=challenge))

    async def smtp_XREENTRY(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """XREENTRY: the next transaction is what is sealed here."""
        if self.state.challenge is None:
            raise Unsupported(replies.COMMAND_NOT_IMPLEMENTED.about(command=REENTRY))
        if self.transaction is not None:
            raise CommandRefused(replies.IN_TRANSACTION)
        if not self.handler.reenter(self.state, arg):
            raise CommandRefused(replies.REENTRY_REFUSED)
        self.answer(replies.REENTRY_OK)
