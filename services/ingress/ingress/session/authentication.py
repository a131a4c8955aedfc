"""AUTH (RFC 4954) with PLAIN (RFC 4616) and LOGIN, by which older clients authenticate."""

import binascii
from base64 import b64decode, b64encode
from typing import cast

from aiosmtpd.smtp import AuthResult, LoginPassword

from ingress.session.ending import CommandRefused
from ingress.session.hello import Hello
from ingress.session.incoming import LineTooLong
from mailcore import replies

_PLAIN_FIELDS = 3


class Authentication(Hello):
    """Lets clients log in."""

    async def smtp_AUTH(self, arg: str) -> None:  # noqa: N802 - the base class names commands so
        """AUTH: once in a session, never inside a transaction, only where nobody can listen."""
        if not self.state.is_esmtp:
            raise CommandRefused(replies.BAD_SEQUENCE.about(expected="EHLO"))
        if self.state.account is not None:
            raise CommandRefused(replies.AUTH_REPEATED)
        if self.transaction is not None:
            raise CommandRefused(replies.IN_TRANSACTION)
        if not self.offers_auth:
            raise CommandRefused(replies.AUTH_NEEDS_TLS)
        args = arg.split()
        if not 1 <= len(args) <= 2:  # noqa: PLR2004 - mechanism and initial response
            raise CommandRefused(replies.SYNTAX_ERROR.about(syntax="AUTH mechanism [initial-response]"))
        mechanisms = {"PLAIN": self.auth_PLAIN, "LOGIN": self.auth_LOGIN}
        mechanism = mechanisms.get(args[0].upper())
        if mechanism is None:
            raise CommandRefused(replies.AUTH_MECHANISM_UNKNOWN)
        given = cast("LoginPassword", (await mechanism(self, args)).auth_data)
        try:
            name, password = given.login.decode("utf-8"), given.password.decode("utf-8")
        except UnicodeDecodeError as error:
            raise CommandRefused(replies.AUTH_MALFORMED) from error
        reply = await self.ask(self.handler.authenticate(self.state, name, password), replies.TRY_AGAIN_LATER)
        self.answer(reply)

    async def auth_PLAIN(self, _: object, args: list[str]) -> AuthResult:  # noqa: N802 - as the base class names it
        """Learn name and password from one response. To act as another than oneself is not offered (RFC 4616 2)."""
        response = _decoded(args[1].encode()) if len(args) > 1 else await self.challenge_auth("")
        fields = response.split(b"\x00")
        if len(fields) != _PLAIN_FIELDS or not fields[1] or not fields[2]:
            raise CommandRefused(replies.AUTH_MALFORMED)
        if fields[0] not in {b"", fields[1]}:
            raise CommandRefused(replies.AUTH_FAILED)
        return AuthResult(success=True, auth_data=LoginPassword(fields[1], fields[2]))

    async def auth_LOGIN(self, _: object, args: list[str]) -> AuthResult:  # noqa: N802 - as the base class names it
        """Learn name and password from two responses."""
        name = _decoded(args[1].encode()) if len(args) > 1 else await self.challenge_auth("Username:")
        password = await self.challenge_auth("Password:")
        if not name or not password:
            raise CommandRefused(replies.AUTH_MALFORMED)
        return AuthResult(success=True, auth_data=LoginPassword(name, password))

    async def challenge_auth(
        self,
        challenge: str | bytes,
        encode_to_b64: bool = True,
        log_client_response: bool = False,  # noqa: ARG002 - never: it is a secret
    ) -> bytes:
        """Send a challenge and give the decoded response. Raises CommandRefused when there is none."""
        octets = challenge.encode("utf-8") if isinstance(challenge, str) else challenge
        shown = b64encode(octets) if encode_to_b64 else octets
        self.answer(replies.AUTH_CONTINUE.about(challenge=shown.decode("ascii")))
        try:
            line = self.incoming.take_line()
            while line is None:
                await self.more()
                line = self.incoming.take_line()
        except LineTooLong as error:
            raise CommandRefused(replies.AUTH_LINE_TOO_LONG) from error
        response = line.rstrip(b"\r\n")
        if response == b"*":
            raise CommandRefused(replies.AUTH_CANCELLED)
        return _decoded(response)


def _decoded(response: bytes) -> bytes:
    """Decode base64; `=` is the empty initial response (RFC 4954 4)."""
    if response == b"=":
        return b""
    try:
        return b64decode(response, validate=True)
    except binascii.Error as error:
        raise CommandRefused(replies.AUTH_MALFORMED) from error
