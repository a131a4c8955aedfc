"""The relay of these tests, speaking LMTP (RFC 2033): LHLO, and an answer for each recipient at the end.

    server.on("END <bea@example.com>", "552 5.2.2 Full")

A rule for `END <address>` is for that recipient's answer; `LOSE_REPLY` takes the message and closes before any answer.
"""

from tests.fakes.relay import DROP, LOSE_REPLY, Received, Relay, _Dialog, _Over


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
        message = Received(dialog.mail, dialog.rcpts, bytes(dialog.content), dialog.tls, dialog.chunks)
        dialog.reset()
        taken: list[str] = []
        for line in message.rcpts:
            address = line.partition("<")[2].partition(">")[0]
            rule = self._rule(f"END <{address}>")
            if rule is not None and rule.action == LOSE_REPLY:
                rule.times -= 1
                self.received.append(message)
                raise _Over
            if rule is not None and rule.action == DROP:
                rule.times -= 1
                self._take(message, taken)
                raise _Over
            if await self._say(dialog, f"END <{address}>", "250 2.0.0 Stored"):
                taken.append(line)
        self._take(message, taken)

    def _take(self, message: Received, rcpts: list[str]) -> None:
        if rcpts:
            self.received.append(Received(message.mail, rcpts, message.content, message.tls, message.chunks))
