"""The relay of these tests, speaking LMTP (RFC 2033): LHLO, and an answer for each recipient at the end.

    server.on("END <bea@example.com>", "552 5.2.2 Full")

A rule for `END <address>` is for that recipient's answer; `LOSE_REPLY` takes the message and closes before any answer.
"""

from tests.fakes.relay import LOSE_REPLY, Received, Relay, _Dialog, _Over


class LmtpServer(Relay):
    """An LMTP server on loopback that answers as told."""

    def __init__(self, **options: object) -> None:
        super().__init__(**{"name": "lmtp.test", **options})  # type: ignore[arg-type]

    async def _command(self, dialog: _Dialog, line: str) -> None:
        verb = line.partition(" ")[0].upper()
        if verb == "LHLO":
            self.lines.append(line)
            await self._hello(dialog, line)
        elif verb in {"EHLO", "HELO"}:
            self.lines.append(line)
            await self._say(dialog, line, "500 5.5.1 This is LMTP")
        else:
            await super()._command(dialog, line)

    async def _end(self, dialog: _Dialog) -> None:
        taken: list[str] = []
        message = Received(dialog.mail, taken, bytes(dialog.content), dialog.tls, dialog.chunks)
        rcpts = dialog.rcpts
        dialog.reset()
        for line in rcpts:
            words = f"END <{line.partition('<')[2].partition('>')[0]}>"
            rule = self._rule(words)
            loses = rule is not None and rule.action == LOSE_REPLY
            if rule is None or loses or rule.action.startswith("2"):
                # Before the reply: whoever hears it may look at once.
                taken.append(line)
                self.received += [message] * (len(taken) == 1)
            if rule is not None and loses:
                rule.times -= 1
                raise _Over
            await self._say(dialog, words, "250 2.0.0 Stored")
